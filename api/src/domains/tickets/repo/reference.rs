//! The order in which an organization's reference data changed: categories and price list.

use entities::values::{CategoryId, CommunityId, OrganizationId, PriceItemId};
use entities::{price_item, ticket_category};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter};
use uuid::Uuid;

use super::price::PriceItemRow;
use crate::db::{Fault, Sql};
use crate::domains::identity::Scope;

/// Takes the next place in the order. The counter's row is locked until the commit, so that nobody sees a place before
/// those in front of it.
pub async fn next_reference_seq(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<i64, Fault> {
    let mut sql = Sql::new("INSERT INTO reference_counter (org_id, last_seq) VALUES (");
    sql.bind(org).push(", 1) ON CONFLICT (org_id) DO UPDATE SET last_seq = reference_counter.last_seq + 1");
    sql.run(connection).await?;
    Sql::new("SELECT last_seq FROM reference_counter WHERE").with(" org_id = ", org).number(connection).await
}

/// Gives the categories that have no place yet one.
pub async fn place_categories(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<(), Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM ticket_category WHERE changed_seq = 0");
    if sql.with(" AND org_id = ", org).number(connection).await? == 0 {
        return Ok(());
    }
    let seq = next_reference_seq(connection, org).await?;
    let mut sql = Sql::new("UPDATE ticket_category SET");
    sql.with(" changed_seq = ", seq).with(" WHERE changed_seq = 0 AND org_id = ", org);
    sql.run(connection).await.map(|_| ())
}

/// How far the order goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct ReferenceKnown {
    /// The last place of all.
    pub last: i64,
    /// The last place of a category.
    pub categories: i64,
}

/// How far an organization's order goes, by one statement.
pub async fn reference_known(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<ReferenceKnown, Fault> {
    let mut sql = Sql::new("SELECT COALESCE((SELECT last_seq FROM reference_counter WHERE");
    sql.with(" org_id = ", org).push("), 0) AS last, COALESCE((SELECT MAX(changed_seq) FROM ticket_category WHERE");
    sql.with(" org_id = ", org).push("), 0) AS categories");
    Ok(sql.one(connection).await?.unwrap_or(ReferenceKnown { last: 0, categories: 0 }))
}

/// Which reference data is wanted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReferenceKinds {
    /// The categories.
    pub categories: bool,
    /// The price list.
    pub prices: bool,
}

/// The place of a change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, FromQueryResult)]
pub struct ReferencePlace {
    /// Whether it is a price item, not a category.
    pub is_price: bool,
    /// Which.
    pub id: Uuid,
    /// The place.
    pub seq: i64,
}

/// What changed after a place, in order; of the price list, what belongs to the organization or to these communities.
pub async fn reference_after(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    kinds: ReferenceKinds,
    after: (i64, Option<Uuid>),
    limit: u64,
) -> Result<Vec<ReferencePlace>, Fault> {
    let (org, communities) = match scope {
        Scope::Organization(org) => (*org, None),
        Scope::Communities(org, communities) => (*org, Some(communities)),
        Scope::Units(..) | Scope::Assigned(..) | Scope::System(_) => return Ok(Vec::new()),
    };
    let mut sql = Sql::new("SELECT x.is_price, x.id, x.seq FROM (");
    if kinds.categories {
        sql.push("SELECT false AS is_price, id, changed_seq AS seq FROM ticket_category WHERE").with(" org_id = ", org);
    }
    if kinds.categories && kinds.prices {
        sql.push(" UNION ALL ");
    }
    if kinds.prices {
        sql.push("SELECT true AS is_price, id, changed_seq AS seq FROM price_item WHERE").with(" org_id = ", org);
        if let Some(communities) = communities {
            sql.push(" AND (community_id IS NULL OR community_id IN ").list(communities.iter().copied()).push(")");
        }
    }
    sql.push(") x WHERE ");
    match after {
        (seq, Some(id)) => sql.with("(x.seq, x.id) > (", seq).with(", ", id).push(")"),
        (seq, None) => sql.with("x.seq > ", seq),
    };
    sql.push(" ORDER BY x.seq, x.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// Categories by id, also retired ones.
pub async fn categories_by_id(
    connection: &impl ConnectionTrait,
    ids: &[CategoryId],
) -> Result<Vec<ticket_category::Model>, Fault> {
    let query = ticket_category::Entity::find().filter(ticket_category::Column::Id.is_in(ids.iter().copied()));
    Ok(query.all(connection).await?)
}

/// Price items by id, also retired ones.
pub async fn price_items_by_id(
    connection: &impl ConnectionTrait,
    ids: &[PriceItemId],
) -> Result<Vec<PriceItemRow>, Fault> {
    let query = price_item::Entity::find().filter(price_item::Column::Id.is_in(ids.iter().copied()));
    Ok(query.all(connection).await?)
}

/// The currency that all communities of an organization share; `None` when they have several, or there is none.
pub async fn shared_currency(connection: &impl ConnectionTrait, org: OrganizationId) -> Result<Option<String>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        currencies: i64,
        currency: Option<String>,
    }
    let mut sql = Sql::new("SELECT COUNT(DISTINCT currency) AS currencies, MIN(currency) AS currency FROM community");
    let row: Option<Row> = sql.with(" WHERE org_id = ", org).one(connection).await?;
    Ok(row.filter(|row| row.currencies == 1).and_then(|row| row.currency))
}

/// The currency of a community, if it lies in the scope.
pub async fn currency_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<Option<(OrganizationId, String)>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        org_id: OrganizationId,
        currency: String,
    }
    let mut sql = Sql::new("SELECT c.org_id, c.currency FROM community c WHERE ");
    crate::domains::estate::in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    let row: Option<Row> = sql.with(" AND c.id = ", community).one(connection).await?;
    Ok(row.map(|row| (row.org_id, row.currency)))
}
