//! Who may do what with a ticket, and in which state: the transition table.

use chrono::{DateTime, Duration, Utc};
use entities::values::{StaffId, TicketKind, TicketState};

use super::machine::Rules;
use super::quoting;
use super::work::{Closing, Work, closing};

/// Something that can be done with a ticket.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Action {
    /// Give it to a technician.
    Dispatch,
    /// Take it from the pool.
    Claim,
    /// Take it on.
    Accept,
    /// Give it back.
    Decline,
    /// Give it to somebody else.
    Transfer,
    /// Begin, on arrival.
    Start,
    /// Let it wait.
    Pause,
    /// Go on.
    Resume,
    /// End the work.
    Complete,
    /// Record a callback.
    RecordCallback,
    /// Re-inspect.
    Reinspect,
    /// Re-accept, or refuse to.
    Reaccept,
    /// Say that it is not solved.
    ReportUnsolved,
    /// Take it up again after it was closed.
    Reopen,
    /// Give it up.
    Cancel,
    /// Write on it, or attach something.
    Comment,
    /// Rate it.
    Rate,
    /// Agree another appointment.
    Reschedule,
    /// Ask for it to be hurried.
    Urge,
    /// Let somebody help with it.
    AddHelper,
    /// Let somebody help no longer.
    RemoveHelper,
    /// Join another contact about the same public fault to it.
    JoinContact,
    /// Set who pays for it.
    SetPayer,
    /// Offer paid work for a price.
    SubmitQuote,
    /// Take the offer back.
    WithdrawQuote,
    /// Agree to the price.
    ApproveQuote,
    /// Do not agree to the price.
    RefuseQuote,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 27] = [
        Self::Dispatch,
        Self::Claim,
        Self::Accept,
        Self::Decline,
        Self::Transfer,
        Self::Start,
        Self::Pause,
        Self::Resume,
        Self::Complete,
        Self::RecordCallback,
        Self::Reinspect,
        Self::Reaccept,
        Self::ReportUnsolved,
        Self::Reopen,
        Self::Cancel,
        Self::Comment,
        Self::Rate,
        Self::Reschedule,
        Self::Urge,
        Self::AddHelper,
        Self::RemoveHelper,
        Self::JoinContact,
        Self::SetPayer,
        Self::SubmitQuote,
        Self::WithdrawQuote,
        Self::ApproveQuote,
        Self::RefuseQuote,
    ];
}

/// What counts of a person with regard to one ticket.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Actor {
    /// The staff member, when signed in as staff.
    pub staff: Option<StaffId>,
    /// Lives in the ticket's unit, or asked for the public repair.
    pub household: bool,
    /// Is an owner of the ticket's unit, or represents one.
    pub owner: bool,
    /// May give tickets to technicians of this community.
    pub may_dispatch: bool,
    /// May take work of this community from the pool.
    pub may_work: bool,
    /// May do the work of this community that was given to the person.
    pub may_own: bool,
    /// May record callbacks.
    pub may_callback: bool,
    /// May re-inspect.
    pub may_inspect: bool,
    /// May reopen.
    pub may_reopen: bool,
    /// May cancel.
    pub may_cancel: bool,
    /// May comment.
    pub may_comment: bool,
    /// May agree other appointments.
    pub may_reschedule: bool,
    /// May urge for somebody who calls.
    pub may_urge: bool,
    /// Is one of a contractor's people: does the work that was given, and decides nothing beside it.
    pub contractor: bool,
    /// May take contacts in and join them to tickets.
    pub may_record_contact: bool,
    /// May set who pays while the work goes on.
    pub may_set_payer: bool,
    /// May set who pays for finished work, too.
    pub may_revise_payer: bool,
    /// May put down the resident's word on a quote.
    pub may_decide_quote: bool,
}

impl Actor {
    /// The system itself, which gives tickets out where a community wants that (自动派单).
    pub fn system() -> Self {
        Self { may_dispatch: true, ..Self::default() }
    }
}

/// Why the rules forbid an action.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Denial {
    /// This person may never do this.
    Forbidden,
    /// A technician could, but the ticket is another's.
    NotAssignee,
    /// Not in this state.
    State,
    /// This kind of ticket is closed another way.
    ClosingPath,
    /// Whoever did the work cannot confirm it.
    ByWorker,
    /// Nobody was reached today already.
    SameDay,
    /// This person said in this round that it is solved.
    AlreadyCalledBack,
    /// Contacts join public repairs only.
    NotPublic,
    /// Closed too long ago.
    ReopenTooLate {
        /// Days within which it was possible.
        days: i32,
    },
    /// A leak's completion without its water test.
    WaterTestRequired,
    /// A water test that has not ended yet.
    WaterTestInFuture,
    /// The work has not ended yet.
    TooEarlyToRate,
    /// This round was rated.
    AlreadyRated,
    /// The appointment would begin before now.
    SlotInPast,
    /// Urged a short while ago.
    UrgedRecently {
        /// Minutes until it can be urged again, rounded up.
        minutes: i64,
    },
    /// Helps already.
    HelpsAlready,
    /// The assignee is no helper of the own work.
    HelperIsAssignee,
    /// Does not help.
    NotHelper,
    /// A quote waits for the resident's word.
    QuoteOpen,
    /// The quote was approved, refused or withdrawn.
    QuoteDecided,
    /// Another quote took its place.
    QuoteReplaced,
    /// The ticket has no such quote.
    NoSuchQuote,
    /// The resident has agreed to no price.
    QuoteRequired,
    /// Nobody pays for this work.
    NotPaidWork,
    /// Whoever does the work puts down no resident's word on its price.
    QuoteByWorker,
}

/// Whether this person may take the action on this ticket at all, whatever its state.
pub fn permitted(action: Action, work: &Work, actor: &Actor) -> Result<(), Denial> {
    let assignee = actor.may_own && actor.staff.is_some() && actor.staff == work.assignee;
    let allowed = match action {
        Action::Dispatch => actor.may_dispatch,
        Action::Claim => actor.may_work,
        Action::Accept | Action::Decline | Action::Start | Action::Pause | Action::Resume | Action::Complete => {
            if !assignee && actor.may_work {
                return Err(Denial::NotAssignee);
            }
            assignee
        }
        // A contractor's people give nothing away and agree nothing: that is the organization's.
        Action::Transfer | Action::AddHelper | Action::RemoveHelper | Action::SubmitQuote | Action::WithdrawQuote => {
            if !assignee && !actor.may_dispatch && actor.may_work {
                return Err(Denial::NotAssignee);
            }
            (assignee && !actor.contractor) || actor.may_dispatch
        }
        Action::Reschedule => {
            let entitled = actor.household || actor.may_reschedule;
            if !assignee && !entitled && actor.may_work {
                return Err(Denial::NotAssignee);
            }
            (assignee && !actor.contractor) || entitled
        }
        Action::Urge => actor.household || actor.may_urge,
        Action::RecordCallback => actor.may_callback,
        Action::Reinspect => actor.may_inspect,
        Action::Reaccept => actor.owner,
        Action::ReportUnsolved | Action::Rate => actor.household,
        Action::Reopen => actor.household || actor.may_reopen,
        Action::Cancel => actor.household || actor.may_cancel,
        Action::Comment => actor.household || actor.may_comment,
        Action::JoinContact => actor.may_record_contact,
        Action::SetPayer => actor.may_set_payer,
        Action::ApproveQuote | Action::RefuseQuote => actor.household || actor.may_decide_quote,
    };
    if allowed { Ok(()) } else { Err(Denial::Forbidden) }
}

/// Whether the action is possible on this ticket now, for somebody who is permitted to take it.
pub fn possible(action: Action, work: &Work, actor: &Actor, rules: &Rules, now: DateTime<Utc>) -> Result<(), Denial> {
    use TicketState::{Accepted, Cancelled, Closed, Completed, Dispatched, InProgress, Paused, Submitted};
    let from: &[TicketState] = match action {
        Action::Dispatch | Action::Claim => &[Submitted],
        Action::Accept | Action::Decline => &[Dispatched],
        Action::Transfer => &[Dispatched, Accepted, InProgress, Paused],
        Action::Start => &[Accepted],
        Action::Pause | Action::Complete => &[InProgress],
        Action::Resume => &[Paused],
        Action::RecordCallback | Action::Reinspect | Action::Reaccept | Action::ReportUnsolved => &[Completed],
        Action::Reopen => &[Closed],
        // A resident can call it off until somebody has taken it on; staff until the work has ended.
        Action::Cancel if !actor.may_cancel => &[Submitted, Dispatched],
        Action::Cancel => &[Submitted, Dispatched, Accepted, InProgress, Paused],
        Action::Comment => &[Submitted, Dispatched, Accepted, InProgress, Paused, Completed, Closed, Cancelled],
        Action::Rate => &[Completed, Closed],
        Action::Reschedule | Action::Urge => &[Submitted, Dispatched, Accepted, InProgress, Paused],
        Action::AddHelper => &[Dispatched, Accepted, InProgress, Paused],
        Action::RemoveHelper if work.helpers.is_empty() => &[],
        Action::RemoveHelper => &[Dispatched, Accepted, InProgress, Paused],
        Action::JoinContact => &[Submitted, Dispatched, Accepted, InProgress, Paused, Completed],
        Action::SetPayer if !actor.may_revise_payer => &[Submitted, Dispatched, Accepted, InProgress, Paused],
        Action::SetPayer => &[Submitted, Dispatched, Accepted, InProgress, Paused, Completed, Closed],
        Action::SubmitQuote => &[Accepted, InProgress, Paused],
        Action::WithdrawQuote | Action::ApproveQuote | Action::RefuseQuote => {
            &[Submitted, Dispatched, Accepted, Paused]
        }
    };
    if !from.contains(&work.state) {
        return Err(if action == Action::Rate { Denial::TooEarlyToRate } else { Denial::State });
    }
    quoting::possible(action, work)?;
    let path = match action {
        Action::RecordCallback | Action::ReportUnsolved => Some(Closing::Callback),
        Action::Reinspect => Some(Closing::Inspection),
        Action::Reaccept => Some(Closing::Reacceptance),
        _ => None,
    };
    if path.is_some_and(|path| path != closing(work.kind)) {
        return Err(Denial::ClosingPath);
    }
    if action == Action::JoinContact && work.kind != TicketKind::PublicRepair {
        return Err(Denial::NotPublic);
    }
    let confirms = matches!(action, Action::RecordCallback | Action::Reinspect);
    let involved = |staff| work.worker == Some(staff) || work.assignee == Some(staff) || work.helped.contains(&staff);
    if confirms && actor.staff.is_some_and(involved) {
        return Err(Denial::ByWorker);
    }
    let decides = matches!(action, Action::ApproveQuote | Action::RefuseQuote);
    if decides && actor.staff.is_some_and(involved) {
        return Err(Denial::QuoteByWorker);
    }
    if action == Action::Urge
        && let Some(again) = work.urge_again_at.filter(|again| *again > now)
    {
        return Err(Denial::UrgedRecently { minutes: ((again - now).num_seconds() + 59) / 60 });
    }
    if action == Action::Rate && work.rated {
        return Err(Denial::AlreadyRated);
    }
    let window = Duration::days(i64::from(rules.reopen_days));
    if action == Action::Reopen && work.closed_at.is_none_or(|closed| now > closed + window) {
        return Err(Denial::ReopenTooLate { days: rules.reopen_days });
    }
    Ok(())
}
