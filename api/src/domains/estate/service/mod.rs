//! The use cases of the estate.

mod admit;
mod bind;
mod browse;
mod calendar;
mod export;
mod forget;
mod manage;
mod record;
mod request;
mod residents;
mod review;
mod seed;
mod update;

pub use super::repo::{CommunityCounts, CommunityRow, HomeRow, ServiceHours, Totals, UnitFilter, UnitRow};
pub use super::repo::{DocumentRow, RequestFilter, RequestRow, ResidentRow};
pub use admit::{NewResident, admit_resident, leave_residency, remove_resident};
pub use bind::bind_residency;
pub use browse::{
    building, buildings, communities, communities_by_id, community, community_counts, count_buildings,
    count_communities, count_units, homes, totals, unit, units,
};
pub use calendar::{NewCalendarDay, calendar_days, remove_calendar_day, set_calendar_day, set_service_hours};
pub use export::{unit_heads, unit_rows};
pub use forget::{forget_person, names_of, own_residencies};
pub use manage::{NewBuilding, NewCommunity, NewUnit, create_building, create_community, create_unit};
pub use request::{NewRequest, count_own_requests, create_request, own_requests, withdraw_request};
pub use residents::{end_residency, person_of_residency, residents_of, sees_name, sees_phone};
pub use review::{approve_request, count_requests, documents_of, refuse_request, requests};
pub use seed::{SeedRequest, seed_request};
pub use update::{update_building, update_unit};
