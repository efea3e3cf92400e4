//! Service hours and holidays in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entities::calendar_day;

use super::types::Community;
use crate::domains::estate::service::{self, CommunityRow, NewCalendarDay, ServiceHours as Hours};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::{Date, LocalTime};
use crate::payloads;

/// A day of the week.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum Weekday {
    /// 星期一.
    Monday,
    /// 星期二.
    Tuesday,
    /// 星期三.
    Wednesday,
    /// 星期四.
    Thursday,
    /// 星期五.
    Friday,
    /// 星期六.
    Saturday,
    /// 星期日.
    Sunday,
}

impl Weekday {
    /// From 1 for Monday to 7 for Sunday.
    pub fn number(self) -> i32 {
        self as i32 + 1
    }

    /// The day of a number from 1 to 7.
    pub fn from_number(number: i32) -> Option<Self> {
        WEEK.into_iter().find(|day| day.number() == number)
    }
}

const WEEK: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

/// When a community serves on usual days (服务时间).
#[derive(SimpleObject, Clone)]
pub struct ServiceHours {
    /// When service begins.
    pub opens_at: LocalTime,
    /// When it ends.
    pub closes_at: LocalTime,
    /// On which days of the week.
    pub weekdays: Vec<Weekday>,
}

impl From<&CommunityRow> for ServiceHours {
    fn from(row: &CommunityRow) -> Self {
        let served = |weekday: &Weekday| row.service_weekdays >> *weekday as i32 & 1 == 1;
        Self {
            opens_at: LocalTime { minute: row.service_opens_minute },
            closes_at: LocalTime { minute: row.service_closes_minute },
            weekdays: WEEK.into_iter().filter(served).collect(),
        }
    }
}

/// A holiday, or a day with other hours than usual (节假日).
#[derive(SimpleObject, Clone)]
pub struct CalendarDay {
    /// Opaque id.
    pub id: ID,
    /// The community; null means all communities of the organization.
    pub community_id: Option<ID>,
    /// Which day.
    pub day: Date,
    /// What it is.
    pub name: String,
    /// When service begins; null on a holiday.
    pub opens_at: Option<LocalTime>,
    /// When it ends; null on a holiday.
    pub closes_at: Option<LocalTime>,
}

impl From<calendar_day::Model> for CalendarDay {
    fn from(row: calendar_day::Model) -> Self {
        Self {
            id: wire_id(row.id),
            community_id: row.community_id.map(wire_id),
            day: Date(row.day),
            name: row.name,
            opens_at: row.opens_minute.map(|minute| LocalTime { minute }),
            closes_at: row.closes_minute.map(|minute| LocalTime { minute }),
        }
    }
}

/// Sets the usual service hours. Deadlines that were set keep their moment.
#[derive(InputObject)]
pub struct ServiceHoursSetInput {
    /// Of which community.
    community_id: ID,
    /// When service begins.
    opens_at: LocalTime,
    /// When it ends, after `opensAt`.
    closes_at: LocalTime,
    /// On which days of the week, one at least.
    weekdays: Vec<Weekday>,
    /// IANA time zone; left as it is when missing.
    time_zone: Option<String>,
}

/// Sets a holiday, or a day with other hours; another setting of the same day is replaced.
#[derive(InputObject)]
pub struct CalendarDaySetInput {
    /// The community; null means all communities of the organization. A community's own day outweighs it.
    community_id: Option<ID>,
    /// Which day.
    day: Date,
    /// What it is, at most 100 characters.
    name: String,
    /// When service begins; a holiday when both are missing.
    opens_at: Option<LocalTime>,
    /// When it ends.
    closes_at: Option<LocalTime>,
}

/// Gives a day its usual hours back.
#[derive(InputObject)]
pub struct CalendarDayRemoveInput {
    /// The community; null means the organization's day.
    community_id: Option<ID>,
    /// Which day.
    day: Date,
}

payloads! {
    /// What became of it.
    ServiceHoursSetPayload {
        /// The community as it now is.
        community: Community
    }
    /// What became of it.
    CalendarDaySetPayload {
        /// The day as it now is.
        calendar_day: CalendarDay
    }
}

/// What became of it.
#[derive(SimpleObject)]
pub struct CalendarDayRemovePayload {
    /// The day that has its usual hours again.
    pub day: Option<Date>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<crate::graphql::UserError>,
}

/// Mutations of service hours and holidays.
#[derive(Default)]
pub struct CalendarMutation;

#[Object]
impl CalendarMutation {
    /// Sets a community's usual service hours. Setting the same again is harmless.
    async fn service_hours_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where and when.")] input: ServiceHoursSetInput,
    ) -> Result<ServiceHoursSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let hours = Hours {
                time_zone: input.time_zone,
                opens_minute: input.opens_at.minute,
                closes_minute: input.closes_at.minute,
                weekdays: input.weekdays.iter().fold(0, |bits, weekday| bits | 1 << *weekday as i32),
            };
            let id = parse_id(&input.community_id, "communityId")?;
            service::set_service_hours(app, viewer, id, hours).await
        }
        .await;
        Ok(ServiceHoursSetPayload::from_outcome(context, outcome)?)
    }

    /// Sets a holiday, or a day with other hours. Setting the same again is harmless.
    async fn calendar_day_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which day.")] input: CalendarDaySetInput,
    ) -> Result<CalendarDaySetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let hours = match (input.opens_at, input.closes_at) {
                (None, None) => None,
                (Some(opens), Some(closes)) => Some((opens.minute, closes.minute)),
                (None, Some(_)) => return Err(Refusal::at(Code::Required, "opensAt").into()),
                (Some(_), None) => return Err(Refusal::at(Code::Required, "closesAt").into()),
            };
            let community_id = parse_optional_id(input.community_id.as_ref(), "communityId")?;
            let new = NewCalendarDay { community_id, day: input.day.0, name: input.name, hours };
            service::set_calendar_day(app, viewer, new).await
        }
        .await;
        Ok(CalendarDaySetPayload::from_outcome(context, outcome)?)
    }

    /// Gives a day its usual hours back; refused with `NOT_FOUND` when it has them.
    async fn calendar_day_remove(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which day.")] input: CalendarDayRemoveInput,
    ) -> Result<CalendarDayRemovePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let community = parse_optional_id(input.community_id.as_ref(), "communityId")?;
            service::remove_calendar_day(app, viewer, community, input.day.0).await
        }
        .await;
        let (day, user_errors) = crate::graphql::payload::split(context, outcome)?;
        Ok(CalendarDayRemovePayload { day: day.map(Date), user_errors })
    }
}
