//! The price list (有偿服务价格表).

use entities::price_item;
use entities::values::{CategoryId, CommunityId, OrganizationId, PriceItemId};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::db::{Fault, Sql, contains};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// An entry of the price list.
pub type PriceItemRow = price_item::Model;

/// Which price list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PriceList {
    /// Whose.
    pub org_id: OrganizationId,
    /// What counts in this community, in its currency: its own entries, and the organization's where it has none of the
    /// same code. Without one: the organization's entries.
    pub community: Option<(CommunityId, String)>,
    /// Only of this category.
    pub category_id: Option<CategoryId>,
    /// Only whose code or name contains this.
    pub text: Option<String>,
}

/// Appends the condition that an entry `p` counts in a community.
fn counts_in(sql: &mut Sql, org: OrganizationId, community: CommunityId, currency: &str) {
    sql.with("p.org_id = ", org).with(" AND p.active AND p.currency = ", currency.to_owned());
    sql.with(" AND (p.community_id = ", community).push(" OR p.community_id IS NULL AND NOT EXISTS (");
    sql.push("SELECT 1 FROM price_item n WHERE n.org_id = p.org_id AND n.code = p.code AND n.active");
    sql.with(" AND n.community_id = ", community).push("))");
}

fn listed(select: &str, list: &PriceList) -> Sql {
    let mut sql = Sql::new(select);
    match &list.community {
        Some((community, currency)) => counts_in(&mut sql, list.org_id, *community, currency),
        None => {
            sql.with("p.org_id = ", list.org_id).push(" AND p.active AND p.community_id IS NULL");
        }
    }
    if let Some(category) = list.category_id {
        sql.with(" AND p.category_id = ", category);
    }
    if let Some(text) = &list.text {
        sql.push(" AND (");
        contains(&mut sql, "p.code", text);
        sql.push(" OR ");
        contains(&mut sql, "p.name_zh", text);
        sql.push(" OR ");
        contains(&mut sql, "p.name_en", text);
        sql.push(")");
    }
    sql
}

/// A page of a price list, in the order in which entries were added, after `after`.
pub async fn list_prices(
    connection: &impl ConnectionTrait,
    list: &PriceList,
    after: Option<PriceItemId>,
    limit: u64,
) -> Result<Vec<PriceItemRow>, Fault> {
    let mut sql = listed("SELECT p.* FROM price_item p WHERE ", list);
    if let Some(after) = after {
        sql.with(" AND p.id > ", after);
    }
    sql.push(" ORDER BY p.id LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many entries that list has.
pub async fn count_prices(connection: &impl ConnectionTrait, list: &PriceList) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM price_item p WHERE ", list).number(connection).await
}

/// An entry that a line of a ticket names, with whether it counts there.
#[derive(Clone, Debug, PartialEq, sea_orm::FromQueryResult)]
pub struct UsableItem {
    /// The entry.
    #[sea_orm(nested)]
    pub item: PriceItemRow,
    /// Whether it is in use, and no entry of the community's own stands in front of it.
    pub counts: bool,
}

/// Entries by id that belong to the community or to its organization, in the community's currency.
pub async fn usable_items(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: CommunityId,
    currency: &str,
    ids: &[PriceItemId],
) -> Result<Vec<UsableItem>, Fault> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT p.*, CASE WHEN ");
    counts_in(&mut sql, org, community, currency);
    sql.push(" THEN true ELSE false END AS counts FROM price_item p WHERE").with(" p.org_id = ", org);
    sql.with(" AND p.currency = ", currency.to_owned());
    sql.with(" AND (p.community_id IS NULL OR p.community_id = ", community).push(") AND p.id IN ");
    sql.list(ids.iter().copied()).all(connection).await
}

/// The entry of exactly this community, or of the organization, with a code; also a retired one.
pub async fn price_by_code(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: Option<CommunityId>,
    code: &str,
) -> Result<Option<PriceItemRow>, Fault> {
    let mut sql = Sql::new("SELECT p.* FROM price_item p WHERE");
    sql.with(" p.org_id = ", org).with(" AND p.code = ", code.to_owned());
    match community {
        Some(community) => sql.with(" AND p.community_id = ", community),
        None => sql.push(" AND p.community_id IS NULL"),
    };
    sql.one(connection).await
}

/// An entry that somebody with this scope may read, in use or not: of the organization's list, or of one of the scope's
/// communities.
pub async fn price_in_scope(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: PriceItemId,
) -> Result<Option<PriceItemRow>, Fault> {
    let mut sql = Sql::new("SELECT p.* FROM price_item p WHERE");
    sql.with(" p.id = ", id).push(" AND EXISTS (SELECT 1 FROM community c WHERE c.org_id = p.org_id");
    sql.push(" AND (p.community_id IS NULL OR p.community_id = c.id) AND ");
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.push(")").one(connection).await
}

/// An entry that somebody with this scope manages: of its communities, or any of the organization's.
pub async fn managed_price(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: PriceItemId,
) -> Result<Option<PriceItemRow>, Fault> {
    let mut sql = Sql::new("SELECT p.* FROM price_item p WHERE");
    sql.with(" p.id = ", id).push(" AND ");
    match scope {
        Scope::Organization(org) => sql.with("p.org_id = ", *org),
        Scope::Communities(org, communities) => {
            sql.with("p.org_id = ", *org).push(" AND p.community_id IN ").list(communities.iter().copied())
        }
        Scope::Units(..) | Scope::Assigned(..) | Scope::System(_) => sql.push("1 = 0"),
    };
    sql.one(connection).await
}

/// Adds an entry.
pub async fn insert_price(connection: &impl ConnectionTrait, row: PriceItemRow) -> Result<(), Fault> {
    price_item::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Writes an entry's new values, if it still is at `version`; `false` when another change came first.
pub async fn update_price(connection: &impl ConnectionTrait, row: &PriceItemRow, version: i32) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE price_item SET");
    sql.with(" name_zh = ", row.name_zh.clone()).with(", name_en = ", row.name_en.clone());
    sql.with(", kind = ", row.kind).with(", category_id = ", row.category_id).with(", unit = ", row.unit.clone());
    sql.with(", currency = ", row.currency.clone()).with(", low_fen = ", row.low_fen);
    sql.with(", high_fen = ", row.high_fen).with(", on_site = ", row.on_site).with(", active = ", row.active);
    sql.with(", version = ", row.version).with(", changed_seq = ", row.changed_seq);
    sql.with(", updated_at = ", row.updated_at).with(" WHERE id = ", row.id).with(" AND version = ", version);
    Ok(sql.run(connection).await? == 1)
}
