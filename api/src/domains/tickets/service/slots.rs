//! Appointments that are offered (预约时段), and whether somebody is free in one.

use std::collections::HashMap;

use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use entities::values::{CategoryId, CommunityId, StaffId, TicketId};

use super::super::error::TicketError;
use super::super::model::Calendar;
use super::super::model::slots::{self, AHEAD_MAX, DAYS_MAX, Slot, Span, Technician};
use super::super::repo::{self, PlaceId, SlotSetting, TakenRow};
use super::clocks;
use crate::db::Tx;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Longest appointment slot.
const SLOT_MAX_HOURS: i64 = 24;

/// Whether a span of time can be an appointment.
pub fn check_span((start, end): Span) -> Result<(), TicketError> {
    if end <= start || end - start > Duration::hours(SLOT_MAX_HOURS) {
        return Err(TicketError::SlotInvalid);
    }
    Ok(())
}

/// An appointment that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// The appointment.
    pub slot: Span,
    /// The ticket that it is for, when it is there already: its own appointment is not in its way.
    pub without: Option<TicketId>,
}

/// All slots from the day of `now` to `last`, in order.
fn spans(calendar: &Calendar, last: NaiveDate, now: DateTime<Utc>) -> Vec<Span> {
    let today = now.with_timezone(&calendar.zone).date_naive();
    let days = today.iter_days().take_while(|day| *day <= last);
    days.filter_map(|day| {
        let hours = calendar.hours_on(day)?;
        Some(slots::of_day(&calendar.zone, day, (hours.opens, hours.closes)))
    })
    .flatten()
    .collect()
}

fn counted(setting: &SlotSetting, rows: Vec<TakenRow>, spans: &[Span], now: DateTime<Utc>) -> Vec<Slot> {
    let mut technicians: HashMap<StaffId, Technician> = HashMap::new();
    let mut waiting = Vec::new();
    for row in rows {
        let slot = row.slot_start.zip(row.slot_end).filter(|(_, end)| *end > now);
        let Some(staff) = row.staff_id else {
            waiting.extend(slot);
            continue;
        };
        let empty = || Technician { staff, appointments: Vec::new(), loose_minutes: 0 };
        let technician = technicians.entry(staff).or_insert_with(empty);
        match slot {
            Some(slot) => technician.appointments.push(slot),
            None => technician.loose_minutes += i64::from(row.work_minutes),
        }
    }
    let technicians: Vec<_> = technicians.into_values().collect();
    slots::free(spans, &technicians, &waiting, setting.work_minutes.unwrap_or_default(), now)
}

/// The slots of some days that are not past, with how many technicians are free in each; `None` when there is no such
/// place or category within the viewer's reach.
pub async fn offered(
    app: &App,
    viewer: &Viewer,
    place: PlaceId,
    category: CategoryId,
    from: NaiveDate,
    days: i32,
) -> Result<Option<Vec<Slot>>, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::TicketSubmit, now)?;
    if !(1..=DAYS_MAX).contains(&days) {
        return Err(TicketError::Invalid("days").into());
    }
    let Some(setting) = repo::slot_setting(app.db.read(), &scope, place, category, now).await? else {
        return Ok(None);
    };
    let Some(trade) = setting.trade else { return Ok(None) };
    let calendar = clocks::calendar(&setting.calendar)?;
    let today = now.with_timezone(&calendar.zone).date_naive();
    let last = from.checked_add_days(Days::new(u64::from(days.unsigned_abs()) - 1));
    let (Some(last), true) = (last, (from - today).num_days() <= AHEAD_MAX) else {
        return Err(TicketError::Invalid("from").into());
    };
    let rows = repo::taken(app.db.read(), &setting, trade, None, now).await?;
    let offered = counted(&setting, rows, &spans(&calendar, last, now), now).into_iter();
    let wanted = |slot: &Slot| slot.start >= now && slot.start.with_timezone(&calendar.zone).date_naive() >= from;
    Ok(Some(offered.filter(wanted).collect()))
}

/// Refuses a resident's appointment in which nobody is free, where the community is strict about it.
pub async fn check(
    tx: &Tx,
    community: CommunityId,
    category: CategoryId,
    wanted: Wanted,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if !repo::lock_slots(tx, community).await? {
        return Ok(());
    }
    let scope = Scope::System("the ticket's place lies in the viewer's scope");
    let setting = repo::slot_setting(tx, &scope, PlaceId::Community(community), category, now).await?;
    let setting = setting.ok_or(TicketError::NotFoundAt("communityId"))?;
    let trade = setting.trade.ok_or(TicketError::NotFoundAt("categoryId"))?;
    let calendar = clocks::calendar(&setting.calendar)?;
    let day = wanted.slot.0.with_timezone(&calendar.zone).date_naive();
    if (day - now.with_timezone(&calendar.zone).date_naive()).num_days() > AHEAD_MAX + i64::from(DAYS_MAX) {
        return Err(TicketError::SlotFull.into());
    }
    let rows = repo::taken(tx, &setting, trade, wanted.without, now).await?;
    let offered = counted(&setting, rows, &spans(&calendar, day, now), now);
    let free = offered.iter().any(|slot| (slot.start, slot.end) == wanted.slot && slot.free > 0);
    if free { Ok(()) } else { Err(TicketError::SlotFull.into()) }
}
