//! What a clerk finds at the desk before money is taken.

use entities::values::{ChargeId, PayerId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use super::limited;
use crate::db::{Fault, Sql};
use crate::domains::billing::owed_in_scope;
use crate::domains::identity::Scope;

/// The charges of a payer in scope of which something is owed, the earliest due first.
pub async fn open_charges_of(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    payer: PayerId,
    limit: u64,
) -> Result<Vec<ChargeId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: ChargeId,
    }
    let mut sql = Sql::new("SELECT c.id FROM charge c WHERE ");
    owed_in_scope(&mut sql, scope, "c.org_id", "c.community_id", "c.payer_id");
    sql.with(" AND c.payer_id = ", payer).push(" AND c.paid < c.amount - c.credited - c.waived");
    sql.push(" ORDER BY c.due_on, c.id LIMIT ").bind(limited(limit));
    Ok(sql.all::<Row>(connection).await?.into_iter().map(|row| row.id).collect())
}
