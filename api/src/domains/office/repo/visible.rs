//! What filters name, as far as it is there for the viewer.

use entities::values::{BuildingId, CategoryId, CommunityId, OrganizationId, StaffId, TypedId as _, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// Something that a filter names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reference {
    /// A community.
    Community(CommunityId),
    /// A building.
    Building(BuildingId),
    /// A unit.
    Unit(UnitId),
    /// A category.
    Category(CategoryId),
    /// A member of staff.
    Staff(StaffId),
}

impl Reference {
    /// Its id; ids of different kinds are never equal.
    pub fn id(self) -> Uuid {
        match self {
            Self::Community(id) => id.uuid(),
            Self::Building(id) => id.uuid(),
            Self::Unit(id) => id.uuid(),
            Self::Category(id) => id.uuid(),
            Self::Staff(id) => id.uuid(),
        }
    }
}

/// Which of the ids are there, by one statement: places within the scope, categories and staff of the organization.
pub async fn visible(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    scope: &Scope,
    references: &[Reference],
) -> Result<Vec<Uuid>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: Uuid,
    }
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let ids = |wanted: fn(&Reference) -> bool| references.iter().filter(move |it| wanted(it)).map(|it| it.id());
    let mut sql = Sql::new("SELECT c.id FROM community c WHERE ");
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.push(" AND c.id IN ").list(ids(|it| matches!(it, Reference::Community(_))));
    sql.push(" UNION ALL SELECT b.id FROM building b WHERE ");
    in_scope(&mut sql, scope, "b.org_id", "b.community_id", None);
    sql.push(" AND b.id IN ").list(ids(|it| matches!(it, Reference::Building(_))));
    sql.push(" UNION ALL SELECT u.id FROM unit u WHERE ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.push(" AND u.id IN ").list(ids(|it| matches!(it, Reference::Unit(_))));
    sql.with(" UNION ALL SELECT k.id FROM ticket_category k WHERE k.org_id = ", org);
    sql.push(" AND k.id IN ").list(ids(|it| matches!(it, Reference::Category(_))));
    sql.with(" UNION ALL SELECT m.id FROM staff_member m WHERE m.org_id = ", org);
    sql.push(" AND m.id IN ").list(ids(|it| matches!(it, Reference::Staff(_))));
    let rows: Vec<Row> = sql.all(connection).await?;
    Ok(rows.into_iter().map(|row| row.id).collect())
}
