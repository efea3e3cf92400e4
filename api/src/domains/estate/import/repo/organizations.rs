//! Organizations by name.

use std::collections::HashMap;

use entities::values::{OrganizationId, TypedId as _};
use sea_orm::{DbErr, FromQueryResult};

use crate::clock::Clock;
use crate::db::{Fault, Sql, Tx};
use crate::domains::estate::import::NewOrganization;
use crate::infra::bulk::Distinct;
use crate::infra::bulk::repo::{Ensured, Insert};

#[derive(FromQueryResult)]
struct Known {
    id: OrganizationId,
    name: String,
}

/// Finds each organization by name, or makes it; several with one name are one.
pub async fn ensure_organizations(
    tx: &Tx,
    clock: &Clock,
    organizations: &[NewOrganization],
) -> Result<Ensured<OrganizationId>, Fault> {
    let mut made = Vec::new();
    let mut insert = Insert::into(tx, "organization", &["id", "name", "kind", "created_at"]);
    for organization in organizations {
        let id: OrganizationId = clock.new_id();
        made.push(id);
        let values = [
            id.uuid().into(),
            organization.name.as_str().into(),
            organization.kind.as_str().into(),
            clock.now().into(),
        ];
        insert.row(tx, values).await?;
    }
    insert.finish(tx).await?;
    let mut sql = Sql::new("SELECT id, name FROM organization WHERE name IN ");
    sql.list(organizations.iter().map(|organization| organization.name.as_str()));
    let known: HashMap<String, OrganizationId> =
        sql.all::<Known>(tx).await?.into_iter().map(|row| (row.name, row.id)).collect();
    let ids = organizations
        .iter()
        .map(|one| known.get(&one.name).copied())
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Fault(DbErr::RecordNotFound("organization".to_owned())))?;
    let created = made.into_iter().filter(|id| ids.contains(id)).collect();
    Ok(Ensured { distinct: Distinct { all: ids.iter().copied().collect(), created }, ids })
}
