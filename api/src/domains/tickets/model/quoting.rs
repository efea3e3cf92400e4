//! Quotes (报价) in the state machine: paid work waits for the resident's word on its price.
//!
//! A ticket has one quote that waits or was agreed, at most: a new one takes the place of one that waits, and one that
//! was agreed stands for good, also when the ticket comes back to work.

use chrono::{DateTime, Utc};
use entities::values::{PauseReason, Payer, QuoteState, TicketState};

use super::action::{Action, Denial};
use super::{Rules, Work};

/// A step of a quote. `named` is how the quote stands that the client means; nothing when the ticket has no such quote.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuoteStep {
    /// Offer the work for a price; whoever has one already replaces it.
    Submit {
        /// Whether it comes to anything: what costs nothing needs nobody's approval.
        charges: bool,
    },
    /// Take it back.
    Withdraw {
        /// The quote that is meant.
        named: Option<QuoteState>,
    },
    /// Agree.
    Approve {
        /// The quote that is meant.
        named: Option<QuoteState>,
    },
    /// Do not agree: the ticket is given up.
    Refuse {
        /// The quote that is meant.
        named: Option<QuoteState>,
    },
}

impl QuoteStep {
    /// The action that the step takes.
    pub const fn action(self) -> Action {
        match self {
            Self::Submit { .. } => Action::SubmitQuote,
            Self::Withdraw { .. } => Action::WithdrawQuote,
            Self::Approve { .. } => Action::ApproveQuote,
            Self::Refuse { .. } => Action::RefuseQuote,
        }
    }

    /// The name of the step's event in the history.
    pub const fn event(self) -> &'static str {
        match self {
            Self::Submit { .. } => "QUOTE_SUBMITTED",
            Self::Withdraw { .. } => "QUOTE_WITHDRAWN",
            Self::Approve { .. } => "QUOTE_APPROVED",
            Self::Refuse { .. } => "QUOTE_REFUSED",
        }
    }

    /// The topic that others are told of it under.
    pub const fn topic(self) -> &'static str {
        match self {
            Self::Submit { .. } => "ticket.quote_submitted",
            Self::Withdraw { .. } => "ticket.quote_withdrawn",
            Self::Approve { .. } => "ticket.quote_approved",
            Self::Refuse { .. } => "ticket.quote_refused",
        }
    }

    /// Whether the step may end a pause of `work`.
    pub const fn winds(self, work: &Work) -> bool {
        !matches!(self, Self::Withdraw { .. }) && work.paused_at.is_some()
    }

    /// Whether the quote that is meant can still be decided on. Comes before all else: who approves what was replaced
    /// or decided meanwhile is to hear just that.
    pub const fn check_named(self) -> Result<(), Denial> {
        match self {
            Self::Submit { .. } => Ok(()),
            Self::Withdraw { named } | Self::Approve { named } | Self::Refuse { named } => match named {
                Some(QuoteState::Open) => Ok(()),
                Some(QuoteState::Replaced) => Err(Denial::QuoteReplaced),
                Some(QuoteState::Approved | QuoteState::Refused | QuoteState::Withdrawn) => Err(Denial::QuoteDecided),
                None => Err(Denial::NoSuchQuote),
            },
        }
    }
}

/// Whether an action that touches a quote, or that one holds up, is possible as far as the quote goes.
pub(super) fn possible(action: Action, work: &Work) -> Result<(), Denial> {
    match action {
        Action::SubmitQuote if work.payer != Payer::Paid => Err(Denial::NotPaidWork),
        Action::SubmitQuote if work.quote == Some(QuoteState::Approved) => Err(Denial::QuoteDecided),
        // Whoever waits for parts goes on first.
        Action::SubmitQuote
            if work.state == TicketState::Paused && work.pause_reason != Some(PauseReason::QuoteApproval) =>
        {
            Err(Denial::State)
        }
        Action::WithdrawQuote | Action::ApproveQuote | Action::RefuseQuote if work.quote != Some(QuoteState::Open) => {
            Err(Denial::QuoteDecided)
        }
        // Who pays is settled before a price is offered, and stands with the agreed one.
        Action::Start | Action::Resume | Action::SetPayer if work.quote == Some(QuoteState::Open) => {
            Err(Denial::QuoteOpen)
        }
        Action::SetPayer if work.quote == Some(QuoteState::Approved) => Err(Denial::QuoteDecided),
        _ => Ok(()),
    }
}

impl Work {
    /// What a step of a quote makes of the ticket.
    pub(super) fn quote(&mut self, step: QuoteStep, rules: &Rules, at: DateTime<Utc>) {
        match step {
            QuoteStep::Submit { charges: true } => {
                self.quote = Some(QuoteState::Open);
                if self.state == TicketState::InProgress {
                    self.state = TicketState::Paused;
                    self.pause_reason = Some(PauseReason::QuoteApproval);
                    self.paused_at = Some(at);
                }
            }
            QuoteStep::Submit { charges: false } | QuoteStep::Approve { .. } => {
                self.quote = Some(QuoteState::Approved);
                if self.state == TicketState::Paused {
                    self.end_pause(rules, at);
                    self.state = TicketState::InProgress;
                }
            }
            QuoteStep::Withdraw { .. } => self.quote = Some(QuoteState::Withdrawn),
            QuoteStep::Refuse { .. } => {
                self.quote = Some(QuoteState::Refused);
                self.give_up(rules, at);
            }
        }
    }

    /// Whether the work's price is agreed, or nobody pays one.
    pub(super) fn is_priced(&self, by_list: bool) -> bool {
        self.payer != Payer::Paid || by_list || self.quote == Some(QuoteState::Approved)
    }
}
