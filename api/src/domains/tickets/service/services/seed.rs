//! A recurring service to look at, for the demo.

use chrono::Duration;
use entities::values::{CommunityId, Money, OrganizationId, ResidencyId, ServiceCadence, ServicePlanState, UnitId};
use entities::{service_plan, ticket_category};
use serde_json::json;

use super::super::super::repo;
use super::{next_ahead, note};
use crate::db::Tx;
use crate::error::Error;
use crate::infra::history::Actor;
use crate::state::App;

/// Where a plan is seeded, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct SeedPlace {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// The unit.
    pub unit_id: UnitId,
    /// Whose residency the plan ends with.
    pub residency_id: ResidencyId,
}

/// Agrees a monthly cleaning that begins in a month; nothing where the organization has no such category.
pub async fn seed_service_plan(tx: &Tx, app: &App, place: SeedPlace) -> Result<(), Error> {
    let SeedPlace { org_id, community_id, unit_id, residency_id } = place;
    let is_cleaning = |row: &ticket_category::Model| row.code == "CLEANING";
    let Some(category) = repo::categories(tx, &[org_id], true).await?.into_iter().find(is_cleaning) else {
        return Ok(());
    };
    let now = app.clock.now();
    let mut plan = service_plan::Model {
        id: app.clock.new_id(),
        org_id,
        community_id,
        unit_id,
        category_id: category.id,
        residency_id: Some(residency_id),
        words: "全屋保洁两小时".to_owned(),
        cadence: ServiceCadence::Monthly,
        every: 1,
        weekday: None,
        month_day: Some(15),
        slot_from: 9 * 60,
        slot_to: 11 * 60,
        first_on: (now + Duration::days(30)).date_naive(),
        last_on: None,
        times: Some(12),
        contact_name: None,
        contact_phone: None,
        access_note: None,
        price_words: Some("每次 120 元".to_owned()),
        fee_fen: Some(Money(12_000)),
        maker_account_id: None,
        maker_staff_id: None,
        state: ServicePlanState::Active,
        suspend_reason: None,
        next_on: None,
        version: 1,
        created_at: now,
    };
    plan.next_on = next_ahead(&plan, chrono_tz::Asia::Shanghai, &[], now);
    repo::insert_plan(tx, plan.clone()).await?;
    note(tx, app, &plan, ("CREATED", None), Actor::default(), json!({ "words": plan.words })).await
}
