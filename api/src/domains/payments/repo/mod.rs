//! Every query of payments.

mod audit;
mod audit_refunds;
mod books;
mod desk;
mod differences;
mod inbox;
mod invoices;
mod lists;
mod merchants;
mod payments;
mod person;
mod receipts;
mod reconcile;
mod refund_list;
mod refunds;
mod shifts;
mod suspense;
mod suspense_resolve;
mod sweep;

pub use audit::{broken_laws, laws};
pub use books::*;
pub use desk::*;
pub use differences::*;
pub use inbox::*;
pub use invoices::*;
pub use lists::*;
pub use merchants::*;
pub use payments::*;
pub use person::*;
pub use receipts::*;
pub use reconcile::*;
pub use refund_list::*;
pub use refunds::*;
pub use shifts::*;
pub use suspense::*;
pub use suspense_resolve::*;
pub use sweep::*;

use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel, ModelTrait};

use crate::db::Fault;

/// A connection or a transaction, for whoever may not name the library behind it.
pub trait Connection: ConnectionTrait {}
impl<C: ConnectionTrait> Connection for C {}

/// Adds a row.
pub async fn insert<M, A>(connection: &impl ConnectionTrait, row: M) -> Result<(), Fault>
where
    M: ModelTrait + IntoActiveModel<A>,
    A: ActiveModelTrait<Entity = M::Entity> + Send,
{
    <M::Entity as EntityTrait>::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// A page's size as SQL takes it.
fn limited(limit: u64) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}
