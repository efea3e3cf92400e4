//! What is charged for paid work: the agreed quote once the work is done, or the visit fee once the quote was refused.

use entities::values::{CompletionOutcome, Money, QuoteState, TicketState};

/// What counts of a quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quoted {
    /// Where it stands.
    pub state: QuoteState,
    /// What it comes to.
    pub total: Money,
    /// The visit fee (上门费) that its refusal costs.
    pub visit_fee: Money,
    /// Whether it was charged: that is not undone by what happens to the ticket later.
    pub charged: bool,
}

impl Quoted {
    /// What it is charged with, once it is.
    pub fn amount(self) -> Money {
        match self.state {
            QuoteState::Approved => self.total,
            QuoteState::Refused => self.visit_fee,
            QuoteState::Open | QuoteState::Withdrawn | QuoteState::Replaced => Money::ZERO,
        }
    }

    /// Whether it falls due with a step that leaves the ticket so.
    pub fn falls_due(self, state: TicketState, outcome: Option<CompletionOutcome>) -> bool {
        let done = state == TicketState::Completed && outcome == Some(CompletionOutcome::Done);
        let agreed = self.state == QuoteState::Approved && done;
        let refused = self.state == QuoteState::Refused && self.visit_fee > Money::ZERO;
        !self.charged && (agreed || refused)
    }
}

/// What the resident is to pay for a ticket that stands so: what was charged, and what was agreed as long as the work is
/// to be done. `None` when the sum does not fit.
pub fn amount_due(quotes: &[Quoted], state: TicketState, outcome: Option<CompletionOutcome>) -> Option<Money> {
    let over = state == TicketState::Cancelled || outcome == Some(CompletionOutcome::NotRepairable);
    let counts = |quote: &&Quoted| quote.charged || quote.state == QuoteState::Refused || !over;
    Money::sum(quotes.iter().filter(counts).map(|quote| quote.amount()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quote(state: QuoteState, charged: bool) -> Quoted {
        let visit_fee = if state == QuoteState::Refused { Money(2_000) } else { Money::ZERO };
        Quoted { state, total: Money(12_000), visit_fee, charged }
    }

    #[test]
    fn what_was_agreed_is_due_while_the_work_is_to_be_done_and_once_it_is() {
        let (done, not) = (Some(CompletionOutcome::Done), Some(CompletionOutcome::NotRepairable));
        let agreed = quote(QuoteState::Approved, false);
        let due = |charged, state, outcome| amount_due(&[Quoted { charged, ..agreed }], state, outcome);
        assert_eq!(due(false, TicketState::InProgress, None), Some(Money(12_000)));
        assert_eq!(due(true, TicketState::Completed, done), Some(Money(12_000)));
        assert_eq!(due(false, TicketState::Completed, not), Some(Money::ZERO), "nothing was done");
        assert_eq!(due(false, TicketState::Cancelled, None), Some(Money::ZERO));
        assert_eq!(due(true, TicketState::Cancelled, None), Some(Money(12_000)), "a charge is not undone");
        assert!(agreed.falls_due(TicketState::Completed, done));
        assert!(!agreed.falls_due(TicketState::Completed, not));
        assert!(!quote(QuoteState::Approved, true).falls_due(TicketState::Completed, done), "charged once");
    }

    #[test]
    fn a_refusal_costs_the_visit_and_what_is_open_nothing() {
        let refused = quote(QuoteState::Refused, false);
        assert!(refused.falls_due(TicketState::Cancelled, None));
        assert!(!Quoted { visit_fee: Money::ZERO, ..refused }.falls_due(TicketState::Cancelled, None));
        let all = [quote(QuoteState::Replaced, false), quote(QuoteState::Withdrawn, false), refused];
        assert_eq!(amount_due(&all, TicketState::Cancelled, None), Some(Money(2_000)));
        let open = [quote(QuoteState::Open, false)];
        assert_eq!(amount_due(&open, TicketState::Paused, None), Some(Money::ZERO));
    }
}
