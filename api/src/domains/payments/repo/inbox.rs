//! What gateways told us, each notification once.

use entities::gateway_notice;
use entities::values::{MerchantId, PaymentId};
use sea_orm::ConnectionTrait;

use crate::db::{Fault, Sql};

/// Whether a notification has been taken.
pub async fn notice_taken(
    connection: &impl ConnectionTrait,
    merchant: MerchantId,
    number: &str,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM gateway_notice WHERE merchant_id = ");
    Ok(sql.bind(merchant).with(" AND number = ", number).number(connection).await? > 0)
}

/// Takes a notification; `false` when it was taken before.
pub async fn take_notice(connection: &impl ConnectionTrait, row: gateway_notice::Model) -> Result<bool, Fault> {
    let mut sql = Sql::new(
        "INSERT INTO gateway_notice (id, org_id, merchant_id, number, order_number, event, payment_id, body_digest,
    received_at) VALUES (",
    );
    sql.bind(row.id).with(", ", row.org_id).with(", ", row.merchant_id).with(", ", row.number);
    sql.with(", ", row.order_number).with(", ", row.event).with(", ", row.payment_id).with(", ", row.body_digest);
    sql.with(", ", row.received_at).push(") ON CONFLICT (merchant_id, number) DO NOTHING");
    Ok(sql.run(connection).await? == 1)
}

/// Names the payment that a notification was about.
pub async fn notice_was_about(
    connection: &impl ConnectionTrait,
    (merchant, number): (MerchantId, &str),
    payment: PaymentId,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE gateway_notice SET payment_id = ");
    sql.bind(payment).with(" WHERE merchant_id = ", merchant).with(" AND number = ", number);
    sql.run(connection).await.map(|_| ())
}
