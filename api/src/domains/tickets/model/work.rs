//! The part of a ticket that commands change.

use chrono::{DateTime, Utc};
use entities::values::{
    CallbackClass, ClockBasis, CompletionOutcome, LiableParty, PauseReason, Payer, QuoteState, StaffId, TicketKind,
    TicketState, Urgency,
};

use super::warranty::{Coverage, settle};

/// The part of a ticket that the state machine reads and writes. All times are UTC.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Work {
    /// What kind of work.
    pub kind: TicketKind,
    /// How soon.
    pub urgency: Urgency,
    /// Which rule dates its callback.
    pub callback_class: CallbackClass,
    /// Where its latest quote stands.
    pub quote: Option<QuoteState>,
    /// Where it stands.
    pub state: TicketState,
    /// Who has it.
    pub assignee: Option<StaffId>,
    /// Who completed it last.
    pub worker: Option<StaffId>,
    /// How often it came back after completion.
    pub rework_count: i32,
    /// Tries of this round's callback that reached nobody.
    pub callback_tries: i32,
    /// Why it waits.
    pub pause_reason: Option<PauseReason>,
    /// How the work ended.
    pub outcome: Option<CompletionOutcome>,
    /// In words.
    pub outcome_words: Option<String>,
    /// When a leak's water test ended.
    pub water_test_ended_at: Option<DateTime<Utc>>,
    /// Start of the appointment.
    pub slot_start: Option<DateTime<Utc>>,
    /// End of the appointment.
    pub slot_end: Option<DateTime<Utc>>,
    /// When this round's clocks started.
    pub clock_started_at: DateTime<Utc>,
    /// When somebody took it on.
    pub responded_at: Option<DateTime<Utc>>,
    /// When somebody arrived.
    pub arrived_at: Option<DateTime<Utc>>,
    /// Since when it waits.
    pub paused_at: Option<DateTime<Utc>>,
    /// When the work ended.
    pub completed_at: Option<DateTime<Utc>>,
    /// When this round's callback was first tried.
    pub first_callback_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was given up.
    pub cancelled_at: Option<DateTime<Utc>>,
    /// Until when somebody must take it on.
    pub respond_due_at: Option<DateTime<Utc>>,
    /// Until when somebody must be there.
    pub arrive_due_at: Option<DateTime<Utc>>,
    /// Until when the work must have ended; moves by the length of each pause.
    pub complete_due_at: Option<DateTime<Utc>>,
    /// Until when the first callback must be tried.
    pub callback_due_at: Option<DateTime<Utc>>,
    /// Whether any round ended after its deadline, or was late when it got another appointment.
    pub missed_completion: bool,
    /// In which time the work's end counts, as it was when this round began.
    pub complete_basis: ClockBasis,
    /// When half of the time to take it on has passed.
    pub respond_half_at: Option<DateTime<Utc>>,
    /// When half of the time to be there has passed.
    pub arrive_half_at: Option<DateTime<Utc>>,
    /// When half of the time for the work has passed; moves with each pause.
    pub complete_half_at: Option<DateTime<Utc>>,
    /// When half of the time to the first callback has passed.
    pub callback_half_at: Option<DateTime<Utc>>,
    /// Of which clocks somebody was told in this round, a bit each.
    pub escalated: i32,
    /// Whether the resident has rated this round.
    pub rated: bool,
    /// How often somebody asked for it to be hurried.
    pub urge_count: i32,
    /// When last.
    pub last_urged_at: Option<DateTime<Utc>>,
    /// From when it can be urged again.
    pub urge_again_at: Option<DateTime<Utc>>,
    /// Who helps, in the order of their ids.
    pub helpers: Vec<StaffId>,
    /// Who helps or ever helped, in the order of their ids.
    pub helped: Vec<StaffId>,
    /// Who pays.
    pub payer: Payer,
    /// Who is liable, as far as that is known.
    pub liable: Option<LiableParty>,
}

/// How a completed ticket is closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    /// The resident is called back (回访).
    Callback,
    /// Somebody other than the worker re-inspects (复检).
    Inspection,
    /// The owner re-accepts.
    Reacceptance,
}

/// How a kind of ticket is closed: a patrol finding has no resident, a handover defect needs its owner's word.
pub const fn closing(kind: TicketKind) -> Closing {
    match kind {
        TicketKind::PatrolFinding => Closing::Inspection,
        TicketKind::HandoverDefect => Closing::Reacceptance,
        TicketKind::HomeRepair | TicketKind::PublicRepair | TicketKind::PaidService => Closing::Callback,
    }
}

impl Work {
    /// The latest time that the ticket knows of its own course; nothing that is reported later happened before it.
    pub fn latest(&self) -> DateTime<Utc> {
        let times = [
            self.responded_at,
            self.arrived_at,
            self.paused_at,
            self.completed_at,
            self.first_callback_at,
            self.closed_at,
            self.cancelled_at,
        ];
        times.into_iter().flatten().max().unwrap_or(self.clock_started_at).max(self.clock_started_at)
    }

    /// A ticket as it was just submitted, with what is usual for its kind when no warranty is known.
    pub fn submitted(
        kind: TicketKind,
        urgency: Urgency,
        callback_class: CallbackClass,
        slot: Option<(DateTime<Utc>, DateTime<Utc>)>,
        policy: &super::Policy,
        calendar: &super::Calendar,
        at: DateTime<Utc>,
    ) -> Self {
        let settled = settle(kind, None, Coverage::Unknown);
        let mut work = Self {
            kind,
            urgency,
            callback_class,
            quote: None,
            state: TicketState::Submitted,
            assignee: None,
            worker: None,
            rework_count: 0,
            callback_tries: 0,
            pause_reason: None,
            outcome: None,
            outcome_words: None,
            water_test_ended_at: None,
            slot_start: slot.map(|(start, _)| start),
            slot_end: slot.map(|(_, end)| end),
            clock_started_at: at,
            responded_at: None,
            arrived_at: None,
            paused_at: None,
            completed_at: None,
            first_callback_at: None,
            closed_at: None,
            cancelled_at: None,
            respond_due_at: None,
            arrive_due_at: None,
            complete_due_at: None,
            callback_due_at: None,
            missed_completion: false,
            complete_basis: policy.bases.complete,
            respond_half_at: None,
            arrive_half_at: None,
            complete_half_at: None,
            callback_half_at: None,
            escalated: 0,
            rated: false,
            urge_count: 0,
            last_urged_at: None,
            urge_again_at: None,
            helpers: Vec::new(),
            helped: Vec::new(),
            payer: settled.payer,
            liable: settled.liable,
        };
        work.start_clocks(policy, calendar, at);
        work
    }
}
