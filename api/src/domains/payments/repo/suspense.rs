//! Money that nobody has placed.

use entities::suspense_item;
use entities::values::{MerchantId, SuspenseItemId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};

/// The item of money of this number of the gateway that lies in suspense, or did.
pub async fn suspense_by_number(
    connection: &impl ConnectionTrait,
    merchant: MerchantId,
    number: &str,
) -> Result<Option<SuspenseItemId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: SuspenseItemId,
    }
    let mut sql = Sql::new("SELECT id FROM suspense_item WHERE merchant_id = ");
    let row: Option<Row> = sql.bind(merchant).with(" AND gateway_number = ", number).one(connection).await?;
    Ok(row.map(|row| row.id))
}

/// Adds an item; `false` when money of its number is there already.
pub async fn insert_suspense(connection: &impl ConnectionTrait, row: suspense_item::Model) -> Result<bool, Fault> {
    let mut sql = Sql::new(
        "INSERT INTO suspense_item (id, org_id, community_id, merchant_id, payment_id, gateway_number, order_number, reason,
    amount, state, journal_id, arrived_at, created_at) VALUES (",
    );
    sql.bind(row.id).with(", ", row.org_id).with(", ", row.community_id).with(", ", row.merchant_id);
    sql.with(", ", row.payment_id).with(", ", row.gateway_number).with(", ", row.order_number).with(", ", row.reason);
    sql.with(", ", row.amount).with(", ", row.state).with(", ", row.journal_id).with(", ", row.arrived_at);
    sql.with(", ", row.created_at);
    sql.push(") ON CONFLICT (merchant_id, gateway_number) WHERE gateway_number IS NOT NULL DO NOTHING");
    Ok(sql.run(connection).await? == 1)
}
