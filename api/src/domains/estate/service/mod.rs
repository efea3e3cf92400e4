//! The use cases of the estate.

mod bind;
mod browse;
mod calendar;
mod export;
mod manage;
mod update;

pub use super::repo::{CommunityCounts, CommunityRow, HomeRow, ServiceHours, Totals, UnitFilter, UnitRow};
pub use bind::bind_residency;
pub use browse::{
    building, buildings, communities, communities_by_id, community, community_counts, count_buildings,
    count_communities, count_units, homes, totals, unit, units,
};
pub use calendar::{NewCalendarDay, calendar_days, remove_calendar_day, set_calendar_day, set_service_hours};
pub use export::{unit_heads, unit_rows};
pub use manage::{NewBuilding, NewCommunity, NewUnit, create_building, create_community, create_unit};
pub use update::{update_building, update_unit};
