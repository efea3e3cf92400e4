//! Residencies by unit, role, name and beginning.

use chrono::{DateTime, Utc};
use entities::values::{
    OrganizationId, ResidencyId, ResidencyRole, ResidencySource, ReviewState, TypedId as _, UnitId,
};
use sea_orm::FromQueryResult;

use crate::clock::Clock;
use crate::db::{Fault, Sql, Tx};
use crate::infra::bulk::repo::Insert;

/// Units asked about by one statement.
const UNITS: usize = 500;

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

/// A residency that people made or ended by hand, beside the register.
#[derive(Clone, PartialEq, Eq, Debug, FromQueryResult)]
pub struct ByHand {
    /// Which unit.
    pub unit_id: UnitId,
    /// What the person is there.
    pub role: ResidencyRole,
    /// The person's name.
    pub name: String,
    /// The person's phone.
    pub phone: Option<String>,
    /// Where it comes from.
    pub source: ResidencySource,
    /// When it was ended.
    pub ended_at: Option<DateTime<Utc>>,
}

impl ByHand {
    /// Whether this is what the register means by `one`: adding it would tie the person twice, or again.
    pub fn stands_for(&self, one: &NewResidency) -> bool {
        let phone = one.phone.as_ref().is_some_and(|phone| self.phone.as_ref() == Some(phone));
        let person = self.unit_id == one.unit && self.role == one.role && (self.name == one.name || phone);
        person && self.ended_at.map_or(self.source != ResidencySource::Register, |end| one.started_at < end)
    }
}

/// What people made or ended by hand on these units.
pub async fn made_by_hand(tx: &Tx, units: &[UnitId]) -> Result<Vec<ByHand>, Fault> {
    let mut found = Vec::new();
    for units in units.chunks(UNITS) {
        let mut sql = Sql::new("SELECT unit_id, role, name, phone, source, ended_at FROM residency WHERE unit_id IN ");
        sql.list(units.iter().map(|id| id.uuid())).push(" AND (source <> 'REGISTER' OR ended_at IS NOT NULL)");
        found.extend(sql.all::<ByHand>(tx).await?);
    }
    Ok(found)
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
