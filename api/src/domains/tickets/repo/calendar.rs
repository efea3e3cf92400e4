//! A community's service hours and other days, read beside whatever needs them.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use sea_orm::FromQueryResult;

use crate::db::Sql;

/// Columns of the community `c` that make its calendar.
pub(super) const CALENDAR_COLUMNS: &str =
    "c.time_zone, c.service_opens_minute, c.service_closes_minute, c.service_weekdays";

/// Appends the days from `from` on that have other hours than usual, as one text column.
pub(super) fn other_days(sql: &mut Sql, from: DateTime<Utc>) {
    sql.push(
        "(SELECT string_agg(CAST(d.day AS text) || '/' || COALESCE(CAST(d.opens_minute AS text), '') || '/' ||
    COALESCE(CAST(d.closes_minute AS text), '') || '/' || CASE WHEN d.community_id IS NULL THEN '' ELSE 'own' END, ',')
    FROM calendar_day d WHERE d.org_id = c.org_id AND (d.community_id IS NULL OR d.community_id = c.id)",
    );
    // A day earlier: where the community is, the day may not have begun yet.
    sql.with(" AND d.day >= ", (from - Duration::days(1)).date_naive()).push(") AS other_days");
}

/// A community's calendar as it is stored.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct CalendarRow {
    /// IANA time zone.
    pub time_zone: String,
    /// Service hours begin, in minutes after local midnight.
    pub service_opens_minute: i32,
    /// Service hours end.
    pub service_closes_minute: i32,
    /// Weekdays with service, a bit each.
    pub service_weekdays: i32,
    /// Days with other hours, in one text.
    pub other_days: Option<String>,
}

impl CalendarRow {
    /// Days with other hours than usual in minutes after local midnight, `None` when nobody serves. A community's own
    /// day outweighs its organization's.
    pub fn days(&self) -> BTreeMap<NaiveDate, Option<(i32, i32)>> {
        let mut days = BTreeMap::new();
        let texts = self.other_days.iter().flat_map(|texts| texts.split(','));
        let parts = texts.filter_map(|text| <[&str; 4]>::try_from(text.split('/').collect::<Vec<_>>()).ok());
        for [day, opens, closes, own] in parts {
            let Ok(day) = day.parse::<NaiveDate>() else { continue };
            let hours = opens.parse().ok().zip(closes.parse().ok());
            if own == "own" {
                days.insert(day, hours);
            } else {
                days.entry(day).or_insert(hours);
            }
        }
        days
    }
}
