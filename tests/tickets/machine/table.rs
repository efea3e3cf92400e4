//! The transition table of the design, written out as data, without a look at the code.

use api::domains::tickets::model::{Asked, Command, QuoteStep, Work};
use chrono::{DateTime, Utc};
use entities::values::TicketKind::{self, HandoverDefect, HomeRepair, PaidService, PatrolFinding, PublicRepair};
use entities::values::TicketState::{
    self, Accepted, Cancelled, Closed, Completed, Dispatched, InProgress, Paused, Submitted,
};
use entities::values::{CallbackClass, CallbackResult, CompletionOutcome, PauseReason, Payer, QuoteState, Role};

use super::people::Person;

/// What is commanded, as far as it decides where the ticket goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    Dispatch,
    Claim,
    Accept,
    Decline,
    Transfer,
    Start,
    Pause,
    Resume,
    Complete,
    Solved,
    NotSolved,
    Unreachable,
    InspectionPassed,
    InspectionFailed,
    HandoverAccepted,
    HandoverRefused,
    ReportUnsolved,
    Reopen,
    Cancel,
    Rate,
    Reschedule,
    Urge,
    AddHelper,
    RemoveHelper,
    Attach,
    /// Of somebody whose contact joined the ticket.
    ContactSolved,
    ContactNotSolved,
    ContactUnreachable,
    JoinContact,
    SetPayer,
    /// For a price.
    QuoteSubmit,
    /// For nothing.
    QuoteFree,
    QuoteWithdraw,
    QuoteApprove,
    QuoteRefuse,
}

/// Who may.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    Dispatcher,
    Technician,
    Assignee,
    /// The assignee, unless it is one of a contractor's people.
    OwnAssigneeOrDispatcher,
    /// The household, the assignee unless it is one of a contractor's people, or who coordinates.
    WhoeverAgreesAppointments,
    HouseholdOrDesk,
    /// The front desk, but never the assignee, nor whoever did the work or helped with it.
    Caller,
    /// An inspector, but never the assignee, nor whoever did the work or helped with it.
    Inspector,
    Household,
    OwnerOfTheUnit,
    HouseholdOrSupervisor,
    StaffWhoMayCancel,
    /// The household, and staff who have to do with tickets here.
    Concerned,
    /// Whoever takes contacts in.
    Recorder,
    /// Who coordinates.
    Coordinator,
    Supervisor,
    /// The household; or who has its word, but never who does the work or helped with it.
    Decider,
}

/// What else must hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum When {
    Always,
    /// A leak that was repaired has its water test, and no test ends in the future; what the resident pays for and was
    /// done has its price.
    WaterTested,
    /// Nobody else is to be called back.
    NobodyElse,
    /// Others are to be called back, and this person has not confirmed it yet.
    OthersWait,
    /// Nobody was reached on another day before, and more tries are needed, or others are to be called back.
    OtherDay,
    /// Nobody was reached on another day before, and this is the last try needed of the last one to be called.
    OtherDayLastTry,
    /// The window for reopening is open.
    WithinDays,
    /// The appointment begins no earlier than now.
    SlotAhead,
    /// Nobody urged a short while ago.
    NotUrgedLately,
    /// Neither helps already nor has the ticket.
    NewHelper,
    Helps,
    /// No quote waits for the resident's word.
    NoOpenQuote,
    /// The resident pays, has agreed to no quote yet, and the work waits for nothing else.
    Quotable,
    /// The quote that is meant waits.
    QuoteWaits,
    /// No quote waits or was approved, and nobody is to pay for work that was done.
    PriceNotAgreed,
}

/// One transition.
pub struct Row {
    pub order: Order,
    pub from: &'static [TicketState],
    pub to: TicketState,
    pub who: Who,
    pub kinds: &'static [TicketKind],
    pub when: When,
}

const EVERY: &[TicketKind] = &[HomeRepair, PublicRepair, PaidService, PatrolFinding, HandoverDefect];
const CALLED_BACK: &[TicketKind] = &[HomeRepair, PublicRepair, PaidService];

const fn row(order: Order, from: &'static [TicketState], to: TicketState, who: Who) -> Row {
    Row { order, from, to, who, kinds: EVERY, when: When::Always }
}

const fn ending(order: Order, to: TicketState, who: Who, kinds: &'static [TicketKind]) -> Row {
    Row { order, from: &[Completed], to, who, kinds, when: When::Always }
}

/// Another contact about the same public fault leaves the ticket where it is.
const fn joining(from: &'static [TicketState], to: TicketState) -> Row {
    Row { order: Order::JoinContact, from, to, who: Who::Recorder, kinds: &[PublicRepair], when: When::Always }
}

const fn only(when: When, row: Row) -> Row {
    Row { when, ..row }
}

const fn stays(order: Order, state: &'static [TicketState; 1], who: Who, when: When) -> Row {
    only(when, row(order, state, state[0], who))
}

/// Everything that may happen to a ticket. What is not listed may not.
pub const TABLE: &[Row] = &[
    row(Order::Dispatch, &[Submitted], Dispatched, Who::Dispatcher),
    row(Order::Claim, &[Submitted], Accepted, Who::Technician),
    row(Order::Accept, &[Dispatched], Accepted, Who::Assignee),
    row(Order::Decline, &[Dispatched], Submitted, Who::Assignee),
    row(Order::Transfer, &[Dispatched, Accepted, InProgress, Paused], Dispatched, Who::OwnAssigneeOrDispatcher),
    only(When::NoOpenQuote, row(Order::Start, &[Accepted], InProgress, Who::Assignee)),
    row(Order::Pause, &[InProgress], Paused, Who::Assignee),
    only(When::NoOpenQuote, row(Order::Resume, &[Paused], InProgress, Who::Assignee)),
    only(When::WaterTested, row(Order::Complete, &[InProgress], Completed, Who::Assignee)),
    only(When::NobodyElse, ending(Order::Solved, Closed, Who::Caller, CALLED_BACK)),
    only(When::OthersWait, ending(Order::Solved, Completed, Who::Caller, CALLED_BACK)),
    ending(Order::NotSolved, Dispatched, Who::Caller, CALLED_BACK),
    only(When::OtherDay, ending(Order::Unreachable, Completed, Who::Caller, CALLED_BACK)),
    only(When::OtherDayLastTry, ending(Order::Unreachable, Closed, Who::Caller, CALLED_BACK)),
    only(When::NobodyElse, ending(Order::ContactSolved, Closed, Who::Caller, CALLED_BACK)),
    only(When::OthersWait, ending(Order::ContactSolved, Completed, Who::Caller, CALLED_BACK)),
    ending(Order::ContactNotSolved, Dispatched, Who::Caller, CALLED_BACK),
    only(When::OtherDay, ending(Order::ContactUnreachable, Completed, Who::Caller, CALLED_BACK)),
    only(When::OtherDayLastTry, ending(Order::ContactUnreachable, Closed, Who::Caller, CALLED_BACK)),
    joining(&[Submitted], Submitted),
    joining(&[Dispatched], Dispatched),
    joining(&[Accepted], Accepted),
    joining(&[InProgress], InProgress),
    joining(&[Paused], Paused),
    joining(&[Completed], Completed),
    ending(Order::ReportUnsolved, Dispatched, Who::Household, CALLED_BACK),
    ending(Order::InspectionPassed, Closed, Who::Inspector, &[PatrolFinding]),
    ending(Order::InspectionFailed, Dispatched, Who::Inspector, &[PatrolFinding]),
    ending(Order::HandoverAccepted, Closed, Who::OwnerOfTheUnit, &[HandoverDefect]),
    ending(Order::HandoverRefused, Dispatched, Who::OwnerOfTheUnit, &[HandoverDefect]),
    only(When::WithinDays, row(Order::Reopen, &[Closed], Dispatched, Who::HouseholdOrSupervisor)),
    row(Order::Cancel, &[Submitted, Dispatched], Cancelled, Who::Household),
    row(Order::Cancel, &[Submitted, Dispatched, Accepted, InProgress, Paused], Cancelled, Who::StaffWhoMayCancel),
    row(Order::Rate, &[Completed], Completed, Who::Household),
    row(Order::Rate, &[Closed], Closed, Who::Household),
    stays(Order::Reschedule, &[Submitted], Who::WhoeverAgreesAppointments, When::SlotAhead),
    stays(Order::Reschedule, &[Dispatched], Who::WhoeverAgreesAppointments, When::SlotAhead),
    stays(Order::Reschedule, &[Accepted], Who::WhoeverAgreesAppointments, When::SlotAhead),
    stays(Order::Reschedule, &[InProgress], Who::WhoeverAgreesAppointments, When::SlotAhead),
    stays(Order::Reschedule, &[Paused], Who::WhoeverAgreesAppointments, When::SlotAhead),
    stays(Order::Urge, &[Submitted], Who::HouseholdOrDesk, When::NotUrgedLately),
    stays(Order::Urge, &[Dispatched], Who::HouseholdOrDesk, When::NotUrgedLately),
    stays(Order::Urge, &[Accepted], Who::HouseholdOrDesk, When::NotUrgedLately),
    stays(Order::Urge, &[InProgress], Who::HouseholdOrDesk, When::NotUrgedLately),
    stays(Order::Urge, &[Paused], Who::HouseholdOrDesk, When::NotUrgedLately),
    stays(Order::AddHelper, &[Dispatched], Who::OwnAssigneeOrDispatcher, When::NewHelper),
    stays(Order::AddHelper, &[Accepted], Who::OwnAssigneeOrDispatcher, When::NewHelper),
    stays(Order::AddHelper, &[InProgress], Who::OwnAssigneeOrDispatcher, When::NewHelper),
    stays(Order::AddHelper, &[Paused], Who::OwnAssigneeOrDispatcher, When::NewHelper),
    stays(Order::RemoveHelper, &[Dispatched], Who::OwnAssigneeOrDispatcher, When::Helps),
    stays(Order::RemoveHelper, &[Accepted], Who::OwnAssigneeOrDispatcher, When::Helps),
    stays(Order::RemoveHelper, &[InProgress], Who::OwnAssigneeOrDispatcher, When::Helps),
    stays(Order::RemoveHelper, &[Paused], Who::OwnAssigneeOrDispatcher, When::Helps),
    stays(Order::SetPayer, &[Submitted], Who::Coordinator, When::PriceNotAgreed),
    stays(Order::SetPayer, &[Dispatched], Who::Coordinator, When::PriceNotAgreed),
    stays(Order::SetPayer, &[Accepted], Who::Coordinator, When::PriceNotAgreed),
    stays(Order::SetPayer, &[InProgress], Who::Coordinator, When::PriceNotAgreed),
    stays(Order::SetPayer, &[Paused], Who::Coordinator, When::PriceNotAgreed),
    stays(Order::SetPayer, &[Completed], Who::Supervisor, When::PriceNotAgreed),
    stays(Order::SetPayer, &[Closed], Who::Supervisor, When::PriceNotAgreed),
    stays(Order::QuoteSubmit, &[Accepted], Who::OwnAssigneeOrDispatcher, When::Quotable),
    only(When::Quotable, row(Order::QuoteSubmit, &[InProgress, Paused], Paused, Who::OwnAssigneeOrDispatcher)),
    stays(Order::QuoteFree, &[Accepted], Who::OwnAssigneeOrDispatcher, When::Quotable),
    only(When::Quotable, row(Order::QuoteFree, &[InProgress, Paused], InProgress, Who::OwnAssigneeOrDispatcher)),
    stays(Order::QuoteWithdraw, &[Submitted], Who::OwnAssigneeOrDispatcher, When::QuoteWaits),
    stays(Order::QuoteWithdraw, &[Dispatched], Who::OwnAssigneeOrDispatcher, When::QuoteWaits),
    stays(Order::QuoteWithdraw, &[Accepted], Who::OwnAssigneeOrDispatcher, When::QuoteWaits),
    stays(Order::QuoteWithdraw, &[Paused], Who::OwnAssigneeOrDispatcher, When::QuoteWaits),
    stays(Order::QuoteApprove, &[Submitted], Who::Decider, When::QuoteWaits),
    stays(Order::QuoteApprove, &[Dispatched], Who::Decider, When::QuoteWaits),
    stays(Order::QuoteApprove, &[Accepted], Who::Decider, When::QuoteWaits),
    only(When::QuoteWaits, row(Order::QuoteApprove, &[Paused], InProgress, Who::Decider)),
    only(
        When::QuoteWaits,
        row(Order::QuoteRefuse, &[Submitted, Dispatched, Accepted, Paused], Cancelled, Who::Decider),
    ),
    row(Order::Attach, &[Submitted], Submitted, Who::Concerned),
    row(Order::Attach, &[Dispatched], Dispatched, Who::Concerned),
    row(Order::Attach, &[Accepted], Accepted, Who::Concerned),
    row(Order::Attach, &[InProgress], InProgress, Who::Concerned),
    row(Order::Attach, &[Paused], Paused, Who::Concerned),
    row(Order::Attach, &[Completed], Completed, Who::Concerned),
    row(Order::Attach, &[Closed], Closed, Who::Concerned),
    row(Order::Attach, &[Cancelled], Cancelled, Who::Concerned),
];

/// What the table needs to know beside the ticket.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    pub at: DateTime<Utc>,
    /// Tries that reached nobody, in this round.
    pub tries: i32,
    pub tries_needed: i32,
    pub reopen_days: i32,
    /// Whether this round was rated.
    pub rated: bool,
    /// From when it can be urged again.
    pub urge_again: Option<DateTime<Utc>>,
}

/// Where the ticket goes, or `None` when the table has no such transition.
pub fn goes_to(work: &Work, command: &Command, person: Person, moment: &Moment) -> Option<TicketState> {
    let order = order(command);
    let mut found = TABLE.iter().filter(|row| {
        row.order == order
            && row.from.contains(&work.state)
            && row.kinds.contains(&work.kind)
            && may(row.who, person, work)
            && holds(row.when, work, command, moment)
            // A round is rated once.
            && !(row.order == Order::Rate && moment.rated)
    });
    let row = found.next()?;
    assert!(found.next().is_none(), "the table is ambiguous: {command:?} by {person:?} in {}", work.state);
    Some(row.to)
}

fn may(who: Who, person: Person, work: &Work) -> bool {
    let has = |roles: &[Role]| person.roles().iter().any(|role| roles.contains(role));
    let named = |staff| person.is_staff() && person.staff() == staff;
    let leads = [Role::Supervisor, Role::Manager, Role::OrganizationAdmin];
    let helped = person.staff().is_some_and(|staff| work.helped.contains(&staff));
    let uninvolved = !named(work.assignee) && !named(work.worker) && !helped;
    let own_assignee = || named(work.assignee) && person != Person::Carl;
    match who {
        Who::Dispatcher => has(&[Role::Dispatcher]) || has(&leads),
        Who::Technician => has(&[Role::Technician]),
        Who::Assignee => named(work.assignee),
        Who::OwnAssigneeOrDispatcher => own_assignee() || may(Who::Dispatcher, person, work),
        Who::WhoeverAgreesAppointments => {
            own_assignee() || person.household() || has(&[Role::Dispatcher, Role::FrontDesk]) || has(&leads)
        }
        Who::HouseholdOrDesk => person.household() || has(&[Role::FrontDesk]) || has(&leads),
        Who::Caller => (has(&[Role::FrontDesk]) || has(&leads)) && uninvolved,
        Who::Inspector => (has(&[Role::TeamLeader, Role::Steward]) || has(&leads)) && uninvolved,
        Who::Household => person.household(),
        Who::OwnerOfTheUnit => person == Person::Owner,
        Who::HouseholdOrSupervisor => person.household() || has(&leads),
        Who::Concerned => !Person::STRANGERS.contains(&person),
        Who::Decider => person.household() || ((has(&[Role::FrontDesk]) || has(&leads)) && uninvolved),
        Who::Recorder => has(&[Role::FrontDesk, Role::Steward]) || has(&leads),
        Who::Coordinator => has(&[Role::Dispatcher, Role::FrontDesk]) || has(&leads),
        Who::Supervisor => has(&leads),
        Who::StaffWhoMayCancel => has(&[Role::Dispatcher, Role::FrontDesk]) || has(&leads),
    }
}

fn holds(when: When, work: &Work, command: &Command, moment: &Moment) -> bool {
    let other_day = || match command {
        Command::Callback { today, last_unreachable, .. } => *last_unreachable != Some(*today),
        _ => false,
    };
    let helper = match command {
        Command::AddHelper { helper } | Command::RemoveHelper { helper } => Some(*helper),
        _ => None,
    };
    let helps = helper.is_some_and(|helper| work.helpers.contains(&helper));
    let (tries, others, again) = match command {
        Command::Callback { asked: Asked::Contact { tries }, confirmed, open_others, .. } => {
            (*tries, *open_others, *confirmed)
        }
        Command::Callback { confirmed, open_others, .. } => (moment.tries, *open_others, *confirmed),
        _ => (moment.tries, 0, false),
    };
    let (last_try, others_wait) = (tries + 1 >= moment.tries_needed, others > 0);
    match when {
        When::Always => true,
        When::NobodyElse => !others_wait,
        When::OthersWait => others_wait && !again,
        When::SlotAhead => matches!(command, Command::Reschedule { slot } if slot.0 >= moment.at),
        When::NotUrgedLately => moment.urge_again.is_none_or(|again| again <= moment.at),
        When::NewHelper => !helps && helper != work.assignee,
        When::Helps => helps,
        When::WaterTested => {
            let Command::Complete { outcome, water_test_ended_at, by_list, .. } = command else { return false };
            let done = *outcome == CompletionOutcome::Done;
            let priced = work.payer != Payer::Paid || *by_list || work.quote == Some(QuoteState::Approved);
            if done && !priced {
                return false;
            }
            let needed = work.callback_class == CallbackClass::Leak && *outcome == CompletionOutcome::Done;
            water_test_ended_at.map_or(!needed, |ended| ended <= moment.at)
        }
        When::NoOpenQuote => work.quote != Some(QuoteState::Open),
        When::PriceNotAgreed => {
            let agreed = matches!(work.quote, Some(QuoteState::Open | QuoteState::Approved));
            let afterwards = work.outcome == Some(CompletionOutcome::Done)
                && matches!(command, Command::SetPayer { payer: Payer::Paid, .. });
            !agreed && !afterwards
        }
        When::Quotable => {
            let waits_elsewhere = work.pause_reason.is_some_and(|reason| reason != PauseReason::QuoteApproval);
            work.payer == Payer::Paid && work.quote != Some(QuoteState::Approved) && !waits_elsewhere
        }
        When::QuoteWaits => {
            let Command::Quote(step) = command else { return false };
            let (QuoteStep::Withdraw { named } | QuoteStep::Approve { named } | QuoteStep::Refuse { named }) = step
            else {
                return false;
            };
            work.quote == Some(QuoteState::Open) && *named == Some(QuoteState::Open)
        }
        When::OtherDay => other_day() && (!last_try || others_wait) && !(again && others_wait),
        When::OtherDayLastTry => other_day() && last_try && !others_wait,
        When::WithinDays => work.closed_at.is_some_and(|closed| {
            (moment.at - closed).num_microseconds() <= days(moment.reopen_days).num_microseconds()
        }),
    }
}

fn days(days: i32) -> chrono::Duration {
    chrono::Duration::days(i64::from(days))
}

/// The order in a command.
pub fn order(command: &Command) -> Order {
    match command {
        Command::Dispatch { .. } => Order::Dispatch,
        Command::Claim => Order::Claim,
        Command::Accept => Order::Accept,
        Command::Decline => Order::Decline,
        Command::Transfer { .. } => Order::Transfer,
        Command::Start => Order::Start,
        Command::Pause { .. } => Order::Pause,
        Command::Resume => Order::Resume,
        Command::Complete { .. } => Order::Complete,
        Command::JoinContact => Order::JoinContact,
        Command::Callback { result, asked: Asked::Contact { .. }, .. } => match result {
            CallbackResult::Solved => Order::ContactSolved,
            CallbackResult::NotSolved => Order::ContactNotSolved,
            CallbackResult::Unreachable => Order::ContactUnreachable,
        },
        Command::Callback { result: CallbackResult::Solved, .. } => Order::Solved,
        Command::Callback { result: CallbackResult::NotSolved, .. } => Order::NotSolved,
        Command::Callback { result: CallbackResult::Unreachable, .. } => Order::Unreachable,
        Command::Reinspect { passed: true } => Order::InspectionPassed,
        Command::Reinspect { passed: false } => Order::InspectionFailed,
        Command::Reaccept { accepted: true } => Order::HandoverAccepted,
        Command::Reaccept { accepted: false } => Order::HandoverRefused,
        Command::ReportUnsolved => Order::ReportUnsolved,
        Command::Reopen => Order::Reopen,
        Command::Cancel => Order::Cancel,
        Command::Rate => Order::Rate,
        Command::Reschedule { .. } => Order::Reschedule,
        Command::Urge => Order::Urge,
        Command::AddHelper { .. } => Order::AddHelper,
        Command::RemoveHelper { .. } => Order::RemoveHelper,
        Command::Attach => Order::Attach,
        Command::SetPayer { .. } => Order::SetPayer,
        Command::Quote(QuoteStep::Submit { charges: true }) => Order::QuoteSubmit,
        Command::Quote(QuoteStep::Submit { charges: false }) => Order::QuoteFree,
        Command::Quote(QuoteStep::Withdraw { .. }) => Order::QuoteWithdraw,
        Command::Quote(QuoteStep::Approve { .. }) => Order::QuoteApprove,
        Command::Quote(QuoteStep::Refuse { .. }) => Order::QuoteRefuse,
    }
}

/// Whether the order sends finished work back.
pub fn returns(order: Order) -> bool {
    use Order::{ContactNotSolved, HandoverRefused, InspectionFailed, NotSolved, Reopen, ReportUnsolved};
    matches!(order, NotSolved | ContactNotSolved | InspectionFailed | HandoverRefused | ReportUnsolved | Reopen)
}
