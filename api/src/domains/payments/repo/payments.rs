//! One payment: read, taken in hand, changed.

use chrono::{DateTime, Utc};
use entities::values::{
    ChargeId, CommunityId, FeeItemId, JournalId, MerchantId, Money, OrganizationId, PaymentClosedReason, PaymentId,
    PaymentState, UnitId,
};
use entities::{payment, payment_line};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::reconcile::one_account;
use crate::db::{Fault, Sql};
use crate::domains::billing::own_payers;
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// Adds what a payment is meant to pay.
pub async fn insert_lines(connection: &impl ConnectionTrait, lines: Vec<payment_line::Model>) -> Result<(), Fault> {
    if !lines.is_empty() {
        let rows = lines.into_iter().map(IntoActiveModel::into_active_model);
        payment_line::Entity::insert_many(rows).exec_without_returning(connection).await?;
    }
    Ok(())
}

/// A payment by its id, whoever asks: for the program itself.
pub async fn get_payment(connection: &impl ConnectionTrait, id: PaymentId) -> Result<Option<payment::Model>, Fault> {
    Sql::new("SELECT * FROM payment WHERE id = ").bind(id).one(connection).await
}

/// The payment of an order of a merchant's account at its gateway.
pub async fn payment_of_order(
    connection: &impl ConnectionTrait,
    merchant: MerchantId,
    id: PaymentId,
) -> Result<Option<payment::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM payment WHERE id = ");
    sql.bind(id).push(" AND merchant_id IN ");
    one_account(&mut sql, merchant);
    sql.one(connection).await
}

/// What a payment is meant to pay, in its order.
pub async fn lines_of(connection: &impl ConnectionTrait, id: PaymentId) -> Result<Vec<payment_line::Model>, Fault> {
    let mut sql = Sql::new("SELECT * FROM payment_line WHERE payment_id = ");
    sql.bind(id).push(" ORDER BY position").all(connection).await
}

/// Takes a payment in hand until the commit: its version rises if it stands as it was read.
pub async fn take_in_hand(
    connection: &impl ConnectionTrait,
    id: PaymentId,
    version: i32,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE payment SET version = version + 1");
    sql.with(", updated_at = ", now).with(" WHERE id = ", id).with(" AND version = ", version);
    Ok(sql.run(connection).await? == 1)
}

/// How a payment was settled.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// What arrived.
    pub received: Money,
    /// What of it paid charges.
    pub allocated: Money,
    /// What went to the prepaid balance.
    pub prepaid: Money,
    /// What nobody could place.
    pub suspense: Money,
    /// The gateway's number.
    pub gateway_number: Option<String>,
    /// The journal.
    pub journal: JournalId,
    /// When it was paid.
    pub paid_at: DateTime<Utc>,
}

/// Settles a payment that is in hand.
pub async fn set_settled(
    connection: &impl ConnectionTrait,
    id: PaymentId,
    done: &Settlement,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE payment SET state = 'SETTLED', closed_reason = NULL, check_at = NULL");
    sql.with(", received = ", done.received).with(", allocated = ", done.allocated).with(", prepaid = ", done.prepaid);
    sql.with(", suspense = ", done.suspense).with(", gateway_number = ", done.gateway_number.clone());
    sql.with(", journal_id = ", done.journal).with(", paid_at = ", done.paid_at);
    sql.with(", settled_at = ", now).with(" WHERE id = ", id).push(" AND state <> 'SETTLED'");
    Ok(sql.run(connection).await? == 1)
}

/// Moves a payment that is not settled forward: pending, or closed with the reason; `false` when it stands otherwise by now.
pub async fn move_payment(
    connection: &impl ConnectionTrait,
    row: &payment::Model,
    (state, reason): (PaymentState, Option<PaymentClosedReason>),
    check_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE payment SET version = version + 1, state = ");
    sql.bind(state).with(", closed_reason = ", reason).with(", check_at = ", check_at).with(", updated_at = ", now);
    sql.with(" WHERE id = ", row.id).with(" AND version = ", row.version).push(" AND state <> 'SETTLED'");
    Ok(sql.run(connection).await? == 1)
}

/// Payments under way that wait for a charge of these, beside one.
pub async fn waiting_for(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    charges: &[ChargeId],
    beside: PaymentId,
) -> Result<Vec<payment::Model>, Fault> {
    if charges.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new("SELECT p.* FROM payment p WHERE p.state IN ('CREATED', 'PENDING')");
    sql.with(" AND p.org_id = ", org).with(" AND p.id <> ", beside);
    sql.push(" AND p.id IN (SELECT l.payment_id FROM payment_line l WHERE l.charge_id IN ");
    sql.list(charges.iter().copied()).push(") ORDER BY p.id").all(connection).await
}

/// A community's clock and currency.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct CommunityRow {
    /// Its time zone.
    pub time_zone: String,
    /// Its currency.
    pub currency: String,
    /// Its name.
    pub name: String,
}

/// A community's clock and currency.
pub async fn community_of(connection: &impl ConnectionTrait, id: CommunityId) -> Result<Option<CommunityRow>, Fault> {
    Sql::new("SELECT time_zone, currency, name FROM community WHERE id = ").bind(id).one(connection).await
}

/// A unit with its community's clock.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct UnitPlace {
    /// Where.
    pub community_id: CommunityId,
    /// The community's time zone.
    pub time_zone: String,
}

/// The place of a unit in scope.
pub async fn unit_place(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
) -> Result<Option<UnitPlace>, Fault> {
    let mut sql =
        Sql::new("SELECT u.community_id, c.time_zone FROM unit u JOIN community c ON c.id = u.community_id WHERE ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND u.id = ", unit).one(connection).await
}

/// Whether an item of a community is in use.
pub async fn item_in_use(
    connection: &impl ConnectionTrait,
    community: CommunityId,
    item: FeeItemId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM fee_item WHERE active AND community_id = ");
    Ok(sql.bind(community).with(" AND id = ", item).number(connection).await? > 0)
}

/// Whether a community is within a scope; residents see those, too, in which they owe something.
pub async fn sees_community(connection: &impl ConnectionTrait, scope: &Scope, id: CommunityId) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM community m WHERE m.id = ");
    sql.bind(id).push(" AND (");
    in_scope(&mut sql, scope, "m.org_id", "m.id", None);
    if let Scope::Units(account, _) = scope {
        sql.push(" OR 0 < (SELECT COUNT(*) FROM charge c WHERE c.community_id = m.id AND c.payer_id IN (");
        own_payers(&mut sql, *account);
        sql.push("))");
    }
    Ok(sql.push(")").number(connection).await? > 0)
}
