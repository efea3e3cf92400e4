//! Who pays a unit's fees, discounts, and when it stands vacant.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    AccountId, ApprovalState, FeeDiscountId, FeeItemId, OrganizationId, PayerId, ResidencyId, StaffId, UnitId,
    UnitPayerId, UnitVacancyId,
};
use entities::{fee_discount, payer, unit_payer, unit_vacancy};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A payer who pays, was billed, or is registered within a scope: one of another community is as good as missing.
pub async fn find_payer(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: PayerId,
) -> Result<Option<payer::Model>, Fault> {
    let mut sql = Sql::new("SELECT p.* FROM payer p WHERE");
    sql.with(" p.id = ", id).push(" AND (EXISTS (SELECT 1 FROM unit_payer x JOIN unit u ON u.id = x.unit_id");
    sql.push(" WHERE x.payer_id = p.id AND ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.push(") OR EXISTS (SELECT 1 FROM bill l WHERE l.payer_id = p.id AND ");
    in_scope(&mut sql, scope, "l.org_id", "l.community_id", Some("l.unit_id"));
    sql.push(") OR EXISTS (SELECT 1 FROM residency y JOIN unit u ON u.id = y.unit_id WHERE y.id = p.residency_id AND ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.push("))").one(connection).await
}

/// An entry of the household register that may pay.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct RegisteredRow {
    /// Which.
    pub id: ResidencyId,
    /// The person's name.
    pub name: String,
    /// The person's phone.
    pub phone: Option<String>,
    /// Who pays under this entry, if it was made a payer already.
    pub payer_id: Option<PayerId>,
}

/// An approved entry of a unit's register.
pub async fn registered(
    connection: &impl ConnectionTrait,
    unit: UnitId,
    residency: ResidencyId,
) -> Result<Option<RegisteredRow>, Fault> {
    let mut sql = Sql::new("SELECT r.id, r.name, r.phone, p.id AS payer_id FROM residency r");
    sql.push(" LEFT JOIN payer p ON p.residency_id = r.id WHERE r.review_state = 'APPROVED'");
    sql.with(" AND r.id = ", residency).with(" AND r.unit_id = ", unit).one(connection).await
}

/// The payer who is this account in an organization.
pub async fn payer_of_account(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    account: AccountId,
) -> Result<Option<PayerId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: PayerId,
    }
    let mut sql = Sql::new("SELECT p.id FROM payer p LEFT JOIN residency r ON r.id = p.residency_id WHERE");
    sql.with(" p.org_id = ", org).with(" AND (p.account_id = ", account).with(" OR r.account_id = ", account);
    Ok(sql.push(") ORDER BY p.id LIMIT 1").one::<Row>(connection).await?.map(|row| row.id))
}

/// A row of who pays, with the payer's name.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct UnitPayerRow {
    /// The row.
    #[sea_orm(nested)]
    pub row: unit_payer::Model,
    /// The payer's name.
    pub payer_name: String,
    /// The payer's phone.
    pub payer_phone: Option<String>,
    /// Whether it is a company.
    pub is_company: bool,
}

const UNIT_PAYER: &str = "SELECT x.*, p.name AS payer_name, p.phone AS payer_phone, p.is_company
FROM unit_payer x JOIN payer p ON p.id = x.payer_id JOIN unit u ON u.id = x.unit_id WHERE ";

/// Who pays a unit's fees, by day.
pub async fn payers_of_unit(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
) -> Result<Vec<UnitPayerRow>, Fault> {
    let mut sql = Sql::new(UNIT_PAYER);
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND x.unit_id = ", unit).push(" ORDER BY x.started_on, x.id").all(connection).await
}

/// One row of who pays, in scope.
pub async fn find_unit_payer(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: UnitPayerId,
) -> Result<Option<UnitPayerRow>, Fault> {
    let mut sql = Sql::new(UNIT_PAYER);
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND x.id = ", id).one(connection).await
}

/// Who pays a unit's fees on a day, for an item.
pub async fn payer_on(
    connection: &impl ConnectionTrait,
    unit: UnitId,
    item: Option<FeeItemId>,
    day: NaiveDate,
) -> Result<Option<PayerId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        payer_id: PayerId,
    }
    let mut sql = Sql::new("SELECT x.payer_id FROM unit_payer x WHERE");
    sql.with(" x.unit_id = ", unit).with(" AND x.started_on <= ", day);
    sql.with(" AND (x.ended_on IS NULL OR x.ended_on > ", day).push(") AND (x.fee_item_id IS NULL");
    if let Some(item) = item {
        sql.with(" OR x.fee_item_id = ", item);
    }
    sql.push(") ORDER BY CASE WHEN x.fee_item_id IS NULL THEN 1 ELSE 0 END, x.started_on DESC LIMIT 1");
    Ok(sql.one::<Row>(connection).await?.map(|row| row.payer_id))
}

fn same_item(sql: &mut Sql, item: Option<FeeItemId>) {
    match item {
        Some(item) => sql.with(" AND fee_item_id = ", item),
        None => sql.push(" AND fee_item_id IS NULL"),
    };
}

/// Ends the row before a new one, on the day on which that begins.
pub async fn end_payer_before(
    connection: &impl ConnectionTrait,
    unit: UnitId,
    item: Option<FeeItemId>,
    day: NaiveDate,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE unit_payer SET");
    sql.with(" ended_on = ", day).with(" WHERE unit_id = ", unit).with(" AND started_on < ", day);
    sql.with(" AND (ended_on IS NULL OR ended_on > ", day).push(")");
    same_item(&mut sql, item);
    sql.run(connection).await.map(|_| ())
}

/// Changes the row of this unit, item and first day; its id, `None` when there is none.
pub async fn change_unit_payer(
    connection: &impl ConnectionTrait,
    row: &unit_payer::Model,
) -> Result<Option<UnitPayerId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: UnitPayerId,
    }
    let mut sql = Sql::new("UPDATE unit_payer SET");
    sql.with(" payer_id = ", row.payer_id).with(", ended_on = ", row.ended_on);
    sql.with(" WHERE unit_id = ", row.unit_id).with(" AND started_on = ", row.started_on);
    same_item(&mut sql, row.fee_item_id);
    Ok(sql.push(" RETURNING id").one::<Row>(connection).await?.map(|row| row.id))
}

/// A discount in scope.
pub async fn find_discount(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: FeeDiscountId,
) -> Result<Option<fee_discount::Model>, Fault> {
    let mut sql = Sql::new("SELECT d.* FROM fee_discount d JOIN unit u ON u.id = d.unit_id WHERE ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND d.id = ", id).one(connection).await
}

/// The discounts of a unit, by day.
pub async fn discounts_of_unit(
    connection: &impl ConnectionTrait,
    unit: UnitId,
) -> Result<Vec<fee_discount::Model>, Fault> {
    let mut sql = Sql::new("SELECT d.* FROM fee_discount d WHERE");
    sql.with(" d.unit_id = ", unit).push(" ORDER BY d.started_on, d.id").all(connection).await
}

/// Sets when a discount ends.
pub async fn end_discount(
    connection: &impl ConnectionTrait,
    id: FeeDiscountId,
    ended_on: Option<NaiveDate>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE fee_discount SET");
    sql.with(" ended_on = ", ended_on).with(" WHERE id = ", id).run(connection).await.map(|_| ())
}

/// Decides on a discount that waits; `false` when it does not.
pub async fn decide_discount(
    connection: &impl ConnectionTrait,
    id: FeeDiscountId,
    state: ApprovalState,
    by: StaffId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE fee_discount SET");
    sql.with(" state = ", state).with(", decided_by = ", by).with(", decided_at = ", now);
    Ok(sql.with(" WHERE id = ", id).push(" AND state = 'PENDING'").run(connection).await? == 1)
}

/// When a unit stands vacant, by day.
pub async fn vacancies_of_unit(
    connection: &impl ConnectionTrait,
    unit: UnitId,
) -> Result<Vec<unit_vacancy::Model>, Fault> {
    let mut sql = Sql::new("SELECT v.* FROM unit_vacancy v WHERE");
    sql.with(" v.unit_id = ", unit).push(" ORDER BY v.started_on, v.id").all(connection).await
}

/// Sets when the vacancy of this unit and first day ends; its id, `None` when there is none.
pub async fn change_vacancy(
    connection: &impl ConnectionTrait,
    row: &unit_vacancy::Model,
) -> Result<Option<UnitVacancyId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: UnitVacancyId,
    }
    let mut sql = Sql::new("UPDATE unit_vacancy SET");
    sql.with(" ended_on = ", row.ended_on).with(" WHERE unit_id = ", row.unit_id);
    sql.with(" AND started_on = ", row.started_on);
    Ok(sql.push(" RETURNING id").one::<Row>(connection).await?.map(|row| row.id))
}
