//! What a community has set for its tickets.

use entities::community_ticket_setting as setting;
use entities::values::{CategoryId, CommunityId, Money, OrganizationId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A community with its settings, as far as it has any.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct SettingRow {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// Whether tickets are given out by themselves.
    pub auto_dispatch: Option<bool>,
    /// Whether residents are refused a slot in which nobody is free.
    pub slots_strict: Option<bool>,
    /// Minutes between two times that a ticket is urged.
    pub urge_minutes: Option<i32>,
    /// First day of the heating season, as one number.
    pub heating_from: Option<i32>,
    /// Its last day.
    pub heating_to: Option<i32>,
    /// How many days ahead the tickets of recurring services are made.
    pub service_lead_days: Option<i32>,
    /// What a refused quote costs where somebody has come.
    pub visit_fee_fen: Option<Money>,
    /// The community's currency.
    pub currency: String,
}

/// The settings of a community, if it lies in the scope.
pub async fn ticket_settings(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    community: CommunityId,
) -> Result<Option<SettingRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT c.org_id, c.id AS community_id, s.auto_dispatch, s.slots_strict, s.urge_minutes,
    s.heating_from, s.heating_to, s.service_lead_days, s.visit_fee_fen, c.currency
FROM community c LEFT JOIN community_ticket_setting s ON s.community_id = c.id WHERE ",
    );
    in_scope(&mut sql, scope, "c.org_id", "c.id", None);
    sql.with(" AND c.id = ", community).one(connection).await
}

/// Sets what a community has set.
pub async fn set_ticket_settings(connection: &impl ConnectionTrait, row: &setting::Model) -> Result<(), Fault> {
    let mut sql = Sql::new("INSERT INTO community_ticket_setting");
    sql.push(" (community_id, org_id, auto_dispatch, slots_strict, urge_minutes, heating_from, heating_to,");
    sql.push(" service_lead_days, visit_fee_fen) VALUES (");
    sql.bind(row.community_id).with(", ", row.org_id).with(", ", row.auto_dispatch).with(", ", row.slots_strict);
    sql.with(", ", row.urge_minutes).with(", ", row.heating_from).with(", ", row.heating_to);
    sql.with(", ", row.service_lead_days)
        .with(", ", row.visit_fee_fen)
        .push(") ON CONFLICT (community_id) DO UPDATE SET");
    sql.push(" auto_dispatch = excluded.auto_dispatch, slots_strict = excluded.slots_strict,");
    sql.push(" urge_minutes = excluded.urge_minutes, heating_from = excluded.heating_from,");
    sql.push(" heating_to = excluded.heating_to, service_lead_days = excluded.service_lead_days,");
    sql.push(" visit_fee_fen = excluded.visit_fee_fen").run(connection).await.map(|_| ())
}

/// Lets one appointment of a strict community be made at a time; `false` when the community is not strict. The lock is
/// held until the commit.
pub async fn lock_slots(connection: &impl ConnectionTrait, community: CommunityId) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE community_ticket_setting SET slots_strict = slots_strict");
    Ok(sql.with(" WHERE slots_strict AND community_id = ", community).run(connection).await? == 1)
}

/// Sets what a category's work takes; `false` when the organization has no such category.
pub async fn set_work_minutes(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    category: CategoryId,
    minutes: i32,
) -> Result<bool, Fault> {
    let seq = super::next_reference_seq(connection, org).await?;
    let mut sql = Sql::new("UPDATE ticket_category SET");
    sql.with(" work_minutes = ", minutes)
        .with(", changed_seq = ", seq)
        .with(" WHERE org_id = ", org)
        .with(" AND id = ", category);
    Ok(sql.run(connection).await? == 1)
}
