//! Every query of billing.

mod chunk;
mod items;
mod meters;
mod payers;
mod places;
mod posting;
mod runs;

pub use chunk::*;
pub use items::*;
pub use meters::*;
pub use payers::*;
pub use places::*;
pub use posting::*;
pub use runs::*;

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
