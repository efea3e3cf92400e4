//! A request for the demo, so that a clerk has something to decide on.

use entities::residency_request;
use entities::values::{
    AccountId, CommunityId, OrganizationId, ResidencyRequestState, ResidencyRole, SessionId, UnitId,
};
use serde_json::json;

use super::super::repo;
use super::record::{Step, record};
use crate::db::Tx;
use crate::domains::identity::{Phone, Viewer, Who, account_for};
use crate::error::{Code, Error, Refusal};
use crate::state::App;

/// Where somebody asks to be bound.
#[derive(Clone, Debug)]
pub struct SeedRequest {
    /// Whose register.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// The unit.
    pub unit_id: UnitId,
    /// The building's name.
    pub building_name: String,
    /// The unit's number.
    pub unit_number: String,
}

/// Adds a tenant's request that waits for the front desk; the tenant signs in with `phone`.
pub async fn seed_request(tx: &Tx, app: &App, place: SeedRequest, name: &str, phone: &str) -> Result<(), Error> {
    let phone = Phone::parse(phone).ok_or_else(|| Refusal::new(Code::InvalidPhone))?;
    let account_id: AccountId = account_for(tx, app, &phone, name).await?;
    let state = ResidencyRequestState::Pending;
    let row = residency_request::Model {
        id: app.clock.new_id(),
        org_id: place.org_id,
        community_id: place.community_id,
        unit_id: Some(place.unit_id),
        account_id,
        role: ResidencyRole::Tenant,
        building_name: place.building_name,
        unit_number: place.unit_number,
        name: name.to_owned(),
        company_name: None,
        id_last4: None,
        starts_on: None,
        ends_on: None,
        state,
        version: 1,
        reason: None,
        decided_by: None,
        decided_at: None,
        residency_id: None,
        created_at: app.clock.now(),
    };
    let step = Step::request(
        row.id,
        "REQUESTED",
        "residency.requested",
        (None, Some(state.as_str())),
        json!({ "role": row.role, "name": row.name }),
    );
    repo::insert_request(tx, row, &[]).await?;
    let viewer = Viewer {
        account_id,
        session_id: SessionId(uuid::Uuid::nil()),
        name: name.to_owned(),
        phone: phone.as_str().to_owned(),
        who: Who::Resident,
        password_temporary: false,
    };
    record(tx, app, &viewer, place.org_id, step).await
}
