//! The state machine: what a command makes of a ticket.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use entities::values::{
    CallbackClass, CallbackResult, CompletionOutcome, LiableParty, PauseReason, Payer, QuoteState, StaffId, TicketState,
};

use super::action::{Action, Actor, Denial, permitted, possible};
use super::quoting::QuoteStep;
use super::{Calendar, Policy, Work};

/// What a community has set for its tickets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Rules {
    /// Tries on different days before a ticket may close with nobody reached.
    pub callback_tries: i32,
    /// Days within which a closed ticket can be reopened.
    pub reopen_days: i32,
    /// Deadlines of a round that starts now.
    pub policy: Policy,
    /// In which time they count.
    pub calendar: Calendar,
    /// Minutes between two times that a ticket is urged.
    pub urge_minutes: i32,
}

/// A command with what it needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Give it to `assignee`.
    Dispatch {
        /// A suitable technician.
        assignee: StaffId,
    },
    /// Take it from the pool.
    Claim,
    /// Take it on.
    Accept,
    /// Give it back.
    Decline,
    /// Give it to another `assignee`.
    Transfer {
        /// A suitable technician.
        assignee: StaffId,
    },
    /// Begin, on arrival.
    Start,
    /// Let it wait.
    Pause {
        /// Why.
        reason: PauseReason,
    },
    /// Go on.
    Resume,
    /// End the work.
    Complete {
        /// How it ended.
        outcome: CompletionOutcome,
        /// In words.
        words: Option<String>,
        /// Of a leak: when its water test ended.
        water_test_ended_at: Option<DateTime<Utc>>,
        /// Whether it is charged by fixed prices of the price list, so that it needs no quote.
        by_list: bool,
    },
    /// Record a callback.
    Callback {
        /// What it found.
        result: CallbackResult,
        /// Today, where the community is.
        today: NaiveDate,
        /// The day of this person's last try in this round that reached nobody.
        last_unreachable: Option<NaiveDate>,
        /// Who was asked.
        asked: Asked,
        /// Whether this person has said in this round that it is solved.
        confirmed: bool,
        /// How many others are still to be called back in this round.
        open_others: i64,
    },
    /// Re-inspect.
    Reinspect {
        /// Whether it is in order.
        passed: bool,
    },
    /// Re-accept.
    Reaccept {
        /// Whether the owner accepts.
        accepted: bool,
    },
    /// The resident says that it is not solved.
    ReportUnsolved,
    /// Take it up again.
    Reopen,
    /// Give it up.
    Cancel,
    /// Rate this round.
    Rate,
    /// Agree another appointment.
    Reschedule {
        /// Its start and end.
        slot: (DateTime<Utc>, DateTime<Utc>),
    },
    /// Ask for it to be hurried.
    Urge,
    /// Let somebody help.
    AddHelper {
        /// Another technician of the community.
        helper: StaffId,
    },
    /// Let somebody help no longer.
    RemoveHelper {
        /// Who helps.
        helper: StaffId,
    },
    /// Add photos, voices or a signature.
    Attach,
    /// Join another contact to it.
    JoinContact,
    /// Set who pays.
    SetPayer {
        /// Who.
        payer: Payer,
        /// Who is liable, as it goes with that payer.
        liable: Option<LiableParty>,
    },
    /// A step of its quote.
    Quote(QuoteStep),
}

/// Whom a callback asks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// The ticket's own contact person: whoever submitted it, or whose contact became it.
    Requester,
    /// Somebody whose contact joined the ticket.
    Contact {
        /// Earlier tries of this round that reached nobody.
        tries: i32,
    },
}

impl Command {
    /// The action that the command takes.
    pub const fn action(&self) -> Action {
        match self {
            Self::Dispatch { .. } => Action::Dispatch,
            Self::Claim => Action::Claim,
            Self::Accept => Action::Accept,
            Self::Decline => Action::Decline,
            Self::Transfer { .. } => Action::Transfer,
            Self::Start => Action::Start,
            Self::Pause { .. } => Action::Pause,
            Self::Resume => Action::Resume,
            Self::Complete { .. } => Action::Complete,
            Self::Callback { .. } => Action::RecordCallback,
            Self::Reinspect { .. } => Action::Reinspect,
            Self::Reaccept { .. } => Action::Reaccept,
            Self::ReportUnsolved => Action::ReportUnsolved,
            Self::Reopen => Action::Reopen,
            Self::Cancel => Action::Cancel,
            Self::Rate => Action::Rate,
            Self::Reschedule { .. } => Action::Reschedule,
            Self::Urge => Action::Urge,
            Self::AddHelper { .. } => Action::AddHelper,
            Self::RemoveHelper { .. } => Action::RemoveHelper,
            Self::JoinContact => Action::JoinContact,
            Self::SetPayer { .. } => Action::SetPayer,
            Self::Quote(step) => step.action(),
            // Whoever may write on a ticket may show something as well.
            Self::Attach => Action::Comment,
        }
    }

    /// Whether the command starts or moves a clock of `work`, so that deadlines and calendar must be known.
    pub const fn winds(&self, work: &Work) -> bool {
        match self {
            Self::Complete { .. }
            | Self::Callback { .. }
            | Self::Reinspect { .. }
            | Self::Reaccept { .. }
            | Self::ReportUnsolved
            | Self::Reopen
            | Self::Reschedule { .. } => true,
            Self::Resume | Self::Transfer { .. } | Self::Cancel => work.paused_at.is_some(),
            Self::Quote(step) => step.winds(work),
            Self::Dispatch { .. }
            | Self::Claim
            | Self::Accept
            | Self::Decline
            | Self::Start
            | Self::Pause { .. }
            | Self::Rate
            | Self::Urge
            | Self::AddHelper { .. }
            | Self::RemoveHelper { .. }
            | Self::Attach
            | Self::JoinContact
            | Self::SetPayer { .. } => false,
        }
    }

    /// The name of the command's event in the history.
    pub const fn event(&self) -> &'static str {
        match self {
            Self::Dispatch { .. } => "DISPATCHED",
            Self::Claim => "CLAIMED",
            Self::Accept => "ACCEPTED",
            Self::Decline => "DECLINED",
            Self::Transfer { .. } => "TRANSFERRED",
            Self::Start => "STARTED",
            Self::Pause { .. } => "PAUSED",
            Self::Resume => "RESUMED",
            Self::Complete { .. } => "COMPLETED",
            Self::Callback { .. } => "CALLED_BACK",
            Self::Reinspect { .. } => "REINSPECTED",
            Self::Reaccept { .. } => "REACCEPTED",
            Self::ReportUnsolved => "REPORTED_UNSOLVED",
            Self::Reopen => "REOPENED",
            Self::Cancel => "CANCELLED",
            Self::Rate => "RATED",
            Self::Reschedule { .. } => "RESCHEDULED",
            Self::Urge => "URGED",
            Self::AddHelper { .. } => "HELPER_ADDED",
            Self::RemoveHelper { .. } => "HELPER_REMOVED",
            Self::Attach => "ATTACHED",
            Self::JoinContact => "CONTACT_JOINED",
            Self::SetPayer { .. } => "PAYER_SET",
            Self::Quote(step) => step.event(),
        }
    }
}

/// What `command`, given by `actor` at `at`, makes of a ticket; or why the rules forbid it.
pub fn apply(work: &Work, command: &Command, actor: &Actor, rules: &Rules, at: DateTime<Utc>) -> Result<Work, Denial> {
    let action = command.action();
    permitted(action, work, actor)?;
    if let Command::Quote(step) = command {
        step.check_named()?;
    }
    possible(action, work, actor, rules, at)?;
    // Nobody is made to pay for finished work without having agreed to its price.
    let done = work.outcome == Some(CompletionOutcome::Done);
    if done && matches!(command, Command::SetPayer { payer: Payer::Paid, .. }) {
        return Err(Denial::QuoteRequired);
    }
    let mut next = work.clone();
    match command {
        Command::Dispatch { assignee } => {
            next.state = TicketState::Dispatched;
            next.assignee = Some(*assignee);
        }
        Command::Claim => {
            next.state = TicketState::Accepted;
            next.assignee = actor.staff;
            next.responded_at = next.responded_at.or(Some(at));
        }
        Command::Accept => {
            next.state = TicketState::Accepted;
            next.responded_at = next.responded_at.or(Some(at));
        }
        Command::Decline => {
            next.state = TicketState::Submitted;
            next.assignee = None;
            // Nobody has it, so nobody helps.
            next.helpers.clear();
        }
        Command::Transfer { assignee } => {
            next.end_pause(rules, at);
            next.state = TicketState::Dispatched;
            next.assignee = Some(*assignee);
            // A helper who gets the ticket is its assignee now.
            next.helpers.retain(|helper| helper != assignee);
        }
        Command::Start => {
            next.state = TicketState::InProgress;
            next.arrived_at = next.arrived_at.or(Some(at));
        }
        Command::Pause { reason } => {
            next.state = TicketState::Paused;
            next.pause_reason = Some(*reason);
            next.paused_at = Some(at);
        }
        Command::Resume => {
            next.end_pause(rules, at);
            next.state = TicketState::InProgress;
        }
        Command::Complete { outcome, words, water_test_ended_at, by_list } => {
            let done = *outcome == CompletionOutcome::Done;
            if done && !work.is_priced(*by_list) {
                return Err(Denial::QuoteRequired);
            }
            if done && *by_list {
                next.quote = Some(QuoteState::Approved);
            }
            next.complete(*outcome, words.clone(), *water_test_ended_at, rules, at)?;
        }
        Command::Callback { result, today, last_unreachable, asked, confirmed, open_others } => {
            // Who confirmed it can still say that it is not solved after all.
            if *confirmed && *open_others > 0 && *result != CallbackResult::NotSolved {
                return Err(Denial::AlreadyCalledBack);
            }
            let repeated = *last_unreachable == Some(*today);
            next.call_back(*result, *asked, repeated, *open_others, rules, at)?;
        }
        Command::Reinspect { passed: true } | Command::Reaccept { accepted: true } => next.close(at),
        Command::Reinspect { passed: false }
        | Command::Reaccept { accepted: false }
        | Command::ReportUnsolved
        | Command::Reopen => next.rework(rules, at),
        Command::Cancel => {
            next.quote = next.quote.map(|it| if it == QuoteState::Open { QuoteState::Withdrawn } else { it });
            next.give_up(rules, at);
        }
        Command::Quote(step) => next.quote(*step, rules, at),
        Command::Rate => next.rated = true,
        Command::Reschedule { slot } => next.reschedule(*slot, &rules.calendar, at)?,
        Command::Urge => {
            next.urge_count += 1;
            next.last_urged_at = Some(at);
            next.urge_again_at = Some(at + Duration::minutes(i64::from(rules.urge_minutes)));
        }
        Command::AddHelper { helper } => next.add_helper(*helper)?,
        Command::RemoveHelper { helper } => {
            let at = next.helpers.binary_search(helper).map_err(|_| Denial::NotHelper)?;
            next.helpers.remove(at);
        }
        Command::Attach => {}
        // The contact says the rest: it is called back before the ticket closes.
        Command::JoinContact => {}
        Command::SetPayer { payer, liable } => (next.payer, next.liable) = (*payer, *liable),
    }
    Ok(next)
}

impl Work {
    /// Gives the ticket up.
    pub(super) fn give_up(&mut self, rules: &Rules, at: DateTime<Utc>) {
        self.end_pause(rules, at);
        self.state = TicketState::Cancelled;
        self.cancelled_at = Some(at);
    }

    /// Ends a pause: the completion deadline moves by its length.
    pub(super) fn end_pause(&mut self, rules: &Rules, at: DateTime<Utc>) {
        if let Some(paused_at) = self.paused_at.take() {
            self.shift_completion(&rules.calendar, paused_at, at);
        }
        self.pause_reason = None;
    }

    fn complete(
        &mut self,
        outcome: CompletionOutcome,
        words: Option<String>,
        water_test_ended_at: Option<DateTime<Utc>>,
        rules: &Rules,
        at: DateTime<Utc>,
    ) -> Result<(), Denial> {
        let leak = self.callback_class == CallbackClass::Leak && outcome == CompletionOutcome::Done;
        if leak && water_test_ended_at.is_none() {
            return Err(Denial::WaterTestRequired);
        }
        if water_test_ended_at.is_some_and(|ended| ended > at) {
            return Err(Denial::WaterTestInFuture);
        }
        self.state = TicketState::Completed;
        self.worker = self.assignee;
        self.outcome = Some(outcome);
        self.outcome_words = words;
        self.water_test_ended_at = water_test_ended_at;
        self.completed_at = Some(at);
        self.missed_completion |= self.complete_due_at.is_some_and(|due| at > due);
        self.callback_tries = 0;
        self.first_callback_at = None;
        self.start_callback_clock(&rules.policy, &rules.calendar, at);
        Ok(())
    }

    fn call_back(
        &mut self,
        result: CallbackResult,
        asked: Asked,
        repeated: bool,
        open_others: i64,
        rules: &Rules,
        at: DateTime<Utc>,
    ) -> Result<(), Denial> {
        if asked == Asked::Requester {
            self.first_callback_at = self.first_callback_at.or(Some(at));
        }
        let settled = match result {
            CallbackResult::Solved => true,
            CallbackResult::NotSolved => {
                self.rework(rules, at);
                return Ok(());
            }
            // Tries count on different days only.
            CallbackResult::Unreachable if repeated => return Err(Denial::SameDay),
            CallbackResult::Unreachable => {
                let tries = match asked {
                    Asked::Requester => {
                        self.callback_tries += 1;
                        self.callback_tries
                    }
                    Asked::Contact { tries } => tries + 1,
                };
                tries >= rules.callback_tries
            }
        };
        // Whoever is called last closes it; until then it waits for the others.
        if settled && open_others == 0 {
            self.close(at);
        }
        Ok(())
    }

    fn add_helper(&mut self, helper: StaffId) -> Result<(), Denial> {
        if self.assignee == Some(helper) {
            return Err(Denial::HelperIsAssignee);
        }
        let place = self.helpers.binary_search(&helper).err().ok_or(Denial::HelpsAlready)?;
        self.helpers.insert(place, helper);
        if let Err(place) = self.helped.binary_search(&helper) {
            self.helped.insert(place, helper);
        }
        Ok(())
    }

    fn close(&mut self, at: DateTime<Utc>) {
        self.state = TicketState::Closed;
        self.closed_at = Some(at);
    }

    /// Back to the assignee, who must take it on again, with new clocks.
    fn rework(&mut self, rules: &Rules, at: DateTime<Utc>) {
        self.state = TicketState::Dispatched;
        self.rework_count += 1;
        self.completed_at = None;
        self.closed_at = None;
        self.outcome = None;
        self.outcome_words = None;
        self.water_test_ended_at = None;
        self.callback_tries = 0;
        self.first_callback_at = None;
        self.rated = false;
        self.start_clocks(&rules.policy, &rules.calendar, at);
    }
}
