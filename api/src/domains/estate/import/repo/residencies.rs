//! Residencies by unit, role, name and beginning.

use chrono::{DateTime, Utc};
use entities::values::{OrganizationId, ResidencyId, ResidencyRole, ReviewState, TypedId as _, UnitId};

use crate::clock::Clock;
use crate::db::{Fault, Tx};
use crate::infra::bulk::repo::Insert;

/// A person's tie to a unit, as the company's own register has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewResidency {
    /// Whose register.
    pub organization: OrganizationId,
    /// Which unit.
    pub unit: UnitId,
    /// What the person is there.
    pub role: ResidencyRole,
    /// The person's name.
    pub name: String,
    /// Normalised phone number.
    pub phone: Option<String>,
    /// Last four characters of the person's id.
    pub id_last4: Option<String>,
    /// Since when.
    pub started_at: DateTime<Utc>,
}

/// Inserts residencies, approved and bound to no account; those known already are passed over. The number of new ones.
pub async fn insert_residencies(tx: &Tx, clock: &Clock, residencies: &[NewResidency]) -> Result<u64, Fault> {
    let columns =
        ["id", "org_id", "unit_id", "role", "name", "phone", "id_last4", "review_state", "started_at", "created_at"];
    let mut insert = Insert::into(tx, "residency", &columns);
    for one in residencies {
        let id: ResidencyId = clock.new_id();
        let values = [
            id.uuid().into(),
            one.organization.uuid().into(),
            one.unit.uuid().into(),
            one.role.as_str().into(),
            one.name.as_str().into(),
            one.phone.clone().into(),
            one.id_last4.clone().into(),
            ReviewState::Approved.as_str().into(),
            one.started_at.into(),
            clock.now().into(),
        ];
        insert.row(tx, values).await?;
    }
    insert.finish(tx).await
}
