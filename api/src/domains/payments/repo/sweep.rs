//! Which payments their gateways are to be asked about.

use chrono::{DateTime, Utc};
use entities::payment;
use entities::values::PaymentId;
use sea_orm::ConnectionTrait;

use super::limited;
use crate::db::{Fault, Sql};

/// Takes payments whose gateway is to be asked now; nobody else takes them before `until`.
pub async fn take_due(
    connection: &impl ConnectionTrait,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<payment::Model>, Fault> {
    let mut sql = Sql::new("UPDATE payment SET checks = checks + 1, check_at = ");
    sql.bind(until).push(" WHERE id IN (SELECT p.id FROM payment p WHERE p.check_at IS NOT NULL");
    sql.with(" AND p.check_at <= ", now).push(" ORDER BY p.check_at LIMIT ").bind(limited(limit));
    // Said again, because another node may have taken them between the two.
    sql.with(") AND check_at <= ", now).push(" RETURNING *").all(connection).await
}

/// When its gateway is asked next; nothing ends it. Not while the payment stands otherwise than it was read.
pub async fn ask_next(
    connection: &impl ConnectionTrait,
    (id, version): (PaymentId, i32),
    at: Option<DateTime<Utc>>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE payment SET check_at = ");
    sql.bind(at).with(" WHERE id = ", id).with(" AND version = ", version).push(" AND state <> 'SETTLED'");
    sql.run(connection).await.map(|_| ())
}
