//! Every query of billing.

mod audit;
mod charges;
mod chunk;
mod imports;
mod items;
mod late;
mod ledger;
mod meters;
mod payers;
mod person;
mod places;
mod posting;
mod reports;
mod runs;
mod settlement;
mod statement;
mod waivers;

pub use audit::{LAWS, broken_laws};
pub use charges::*;
pub use chunk::*;
pub use imports::*;
pub use items::*;
pub use late::*;
pub use ledger::*;
pub use meters::*;
pub use payers::*;
pub use person::*;
pub use places::*;
pub use posting::*;
pub use reports::*;
pub use runs::*;
pub use settlement::*;
pub use statement::*;
pub use waivers::*;

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
