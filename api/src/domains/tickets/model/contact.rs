//! Rules of contacts: what a resident may say through the app, and who is called back.

use entities::values::{CallbackResult, ContactKind, ContactState};

/// Whether residents make contacts of this kind themselves: what is broken they report as a ticket at once.
pub const fn from_residents(kind: ContactKind) -> bool {
    matches!(kind, ContactKind::Enquiry | ContactKind::Suggestion | ContactKind::Complaint | ContactKind::Praise)
}

/// What was done with a contact as it was taken in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct AtOnce {
    /// It was answered.
    pub answered: bool,
    /// A ticket is made of it.
    pub ticket: bool,
    /// It joins a ticket.
    pub joins: bool,
}

impl AtOnce {
    /// The input field that is one too many: a contact ends in one way only.
    pub const fn surplus(self) -> Option<&'static str> {
        match (self.answered, self.ticket, self.joins) {
            (_, true, true) => Some("ticketId"),
            (true, true, false) | (true, false, true) => Some("answer"),
            _ => None,
        }
    }
}

/// Why a contact can become neither answer nor ticket any more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Over {
    /// It was answered.
    Answered,
    /// It has its ticket.
    Ticketed,
}

/// Whether something can still be done with a contact.
pub const fn open(state: ContactState) -> Result<(), Over> {
    match state {
        ContactState::Open => Ok(()),
        ContactState::Answered => Err(Over::Answered),
        ContactState::Ticketed => Err(Over::Ticketed),
    }
}

/// What is known of the callbacks of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Called {
    /// The round of work that they asked about.
    pub round: i32,
    /// Tries of that round that reached nobody.
    pub tries: i32,
    /// What the last one found.
    pub result: Option<CallbackResult>,
}

impl Called {
    /// The same as far as it counts in `round`: what was asked about an earlier one counts no more.
    pub const fn in_round(self, round: i32) -> Self {
        if self.round == round { self } else { Self { round, tries: 0, result: None } }
    }

    /// Whether the person said in this round that it is solved.
    pub fn confirmed(self) -> bool {
        self.result == Some(CallbackResult::Solved)
    }

    /// The same after one more callback.
    pub fn after(self, result: CallbackResult) -> Self {
        let tries = self.tries + i32::from(result == CallbackResult::Unreachable);
        Self { tries, result: Some(result), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn residents_report_what_is_broken_as_tickets() {
        let kinds: Vec<_> = ContactKind::ALL.iter().copied().filter(|kind| from_residents(*kind)).collect();
        use ContactKind::{Complaint, Enquiry, Praise, Suggestion};
        assert_eq!(kinds, [Enquiry, Suggestion, Complaint, Praise]);
    }

    #[test]
    fn a_contact_ends_in_one_way() {
        let one = |answered, ticket, joins| AtOnce { answered, ticket, joins }.surplus();
        assert_eq!(one(false, false, false), None);
        assert_eq!([one(true, false, false), one(false, true, false), one(false, false, true)], [None; 3]);
        assert_eq!([one(true, true, false), one(true, false, true)], [Some("answer"); 2]);
        assert_eq!([one(false, true, true), one(true, true, true)], [Some("ticketId"); 2]);
        assert_eq!(open(ContactState::Open), Ok(()));
        assert_eq!(open(ContactState::Answered), Err(Over::Answered));
        assert_eq!(open(ContactState::Ticketed), Err(Over::Ticketed));
    }

    #[test]
    fn a_new_round_counts_from_none() {
        let called = Called { round: 1, tries: 0, result: None };
        let called = called.after(CallbackResult::Unreachable).after(CallbackResult::Unreachable);
        assert_eq!((called.tries, called.confirmed()), (2, false));
        let confirmed = called.after(CallbackResult::Solved);
        assert_eq!((confirmed.tries, confirmed.confirmed()), (2, true));
        assert_eq!(confirmed.in_round(1), confirmed);
        assert_eq!(confirmed.in_round(2), Called { round: 2, tries: 0, result: None });
    }
}
