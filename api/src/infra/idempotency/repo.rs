//! Reads and writes of idempotency keys.

use chrono::{DateTime, Utc};
use entities::idempotency_key::{ActiveModel, Column, Entity};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, TryInsertResult};

use uuid::Uuid;

use super::Claim;
use crate::db::Fault;
use crate::error::{Code, Error, Refusal};

/// Takes the key at the start of a transaction. `None`: it is new, go on. `Some(result)`: the command was done before.
///
/// A second transaction with the same key waits for the first one's end. Another command under the same key is refused.
pub async fn claim(connection: &impl ConnectionTrait, claim: &Claim) -> Result<Option<Uuid>, Error> {
    let row = ActiveModel {
        account_id: Set(claim.account_id),
        mutation: Set(claim.mutation.to_owned()),
        key: Set(claim.key.clone()),
        input_hash: Set(claim.input_hash.to_vec()),
        result: Set(claim.result.to_string()),
        created_at: Set(claim.now),
        expires_at: Set(claim.now + claim.lifetime),
    };
    let inserted = Entity::insert(row)
        .on_conflict(OnConflict::columns([Column::AccountId, Column::Mutation, Column::Key]).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(connection)
        .await?;
    // SeaORM reports a conflict of an insert without RETURNING as no row inserted.
    if matches!(inserted, TryInsertResult::Inserted(1..)) {
        return Ok(None);
    }
    let key = (claim.account_id, claim.mutation.to_owned(), claim.key.clone());
    let earlier = Entity::find_by_id(key).one(connection).await?;
    match earlier {
        Some(row) if row.input_hash == claim.input_hash => {
            let result =
                Uuid::parse_str(&row.result).map_err(|_| Error::internal("an idempotency key's result is no id"))?;
            Ok(Some(result))
        }
        Some(_) => Err(Refusal::at(Code::KeyReused, "idempotencyKey").into()),
        None => Err(Error::internal("an idempotency key vanished")),
    }
}

/// Forgets keys whose time is over.
pub async fn forget_expired(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, Fault> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lt(now)).exec(connection).await?.rows_affected)
}
