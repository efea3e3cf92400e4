//! Which appointments can be offered, and how many technicians are free in them.

use chrono::{DateTime, Duration, NaiveDate, TimeZone, Utc};
use entities::values::StaffId;

/// Length of an offered slot in minutes (上门时段).
pub const SLOT_MINUTES: i32 = 120;
/// Most days that are offered at a time.
pub const DAYS_MAX: i32 = 14;
/// How many days ahead the first day may lie.
pub const AHEAD_MAX: i64 = 60;

/// A span of time.
pub type Span = (DateTime<Utc>, DateTime<Utc>);

/// A technician of the trade in the community.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Technician {
    /// Who.
    pub staff: StaffId,
    /// Open appointments.
    pub appointments: Vec<Span>,
    /// Estimated minutes of open work that has no appointment ahead; done first, from now on.
    pub loose_minutes: i64,
}

/// An appointment that is offered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Slot {
    /// When it starts.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// How many technicians are free.
    pub free: i32,
}

fn overlap(one: Span, other: Span) -> bool {
    one.0 < other.1 && other.0 < one.1
}

/// The slots of one day: as many whole ones as fit into the hours of service, given in minutes after local midnight.
///
/// A slot that a change of the clocks swallows is left out.
pub fn of_day<Z: TimeZone>(zone: &Z, day: NaiveDate, hours: (i32, i32)) -> Vec<Span> {
    let at = |minute: i32| {
        let local = day.and_hms_opt(0, 0, 0)? + Duration::minutes(i64::from(minute));
        zone.from_local_datetime(&local).earliest().map(|time| time.with_timezone(&Utc))
    };
    let starts = (hours.0..hours.1).step_by(SLOT_MINUTES as usize).filter(|start| start + SLOT_MINUTES <= hours.1);
    let spans = starts.filter_map(|start| Some((at(start)?, at(start + SLOT_MINUTES)?)));
    spans.filter(|(start, end)| start < end).collect()
}

/// Minutes of a span that lie after `now`.
fn left(span: Span, now: DateTime<Utc>) -> i64 {
    (span.1 - span.0.max(now)).num_minutes().max(0)
}

/// How many technicians are free in each of `spans`, which are in order and begin with today's.
///
/// A technician with an appointment that touches a slot is not free in it. Work without an appointment is done from now
/// on in the slots that have none, and fills a slot when it leaves less than `work_minutes` of it (or of the whole
/// slot, for longer work). Tickets with an appointment that nobody has yet (`waiting`) take one technician each.
pub fn free(
    spans: &[Span],
    technicians: &[Technician],
    waiting: &[Span],
    work_minutes: i32,
    now: DateTime<Utc>,
) -> Vec<Slot> {
    let mut free = vec![0; spans.len()];
    for technician in technicians {
        let mut loose = technician.loose_minutes;
        for (span, free) in spans.iter().zip(&mut free) {
            if technician.appointments.iter().any(|taken| overlap(*taken, *span)) {
                continue;
            }
            let room = left(*span, now);
            let filled = loose.min(room);
            loose -= filled;
            let needed = i64::from(work_minutes).min((span.1 - span.0).num_minutes());
            *free += i32::from(room - filled >= needed);
        }
    }
    let counted = spans.iter().zip(free).map(|(span, free)| {
        let taken = waiting.iter().filter(|it| overlap(**it, *span)).count();
        let free = free - i32::try_from(taken).unwrap_or(i32::MAX);
        Slot { start: span.0, end: span.1, free: free.max(0) }
    });
    counted.collect()
}
