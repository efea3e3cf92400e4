//! Reads and writes of idempotency keys.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entities::idempotency_key::{ActiveModel, Column, Entity};
use entities::values::AccountId;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Set, TryInsertResult};

use uuid::Uuid;

use super::Claim;
use crate::db::{Fault, Sql};
use crate::error::{Code, Error, Refusal};

/// Takes the key at the start of a transaction. `None`: it is new, go on. `Some(result)`: the command was done before.
///
/// A second transaction with the same key waits for the first one's end. Another command under the same key is refused.
pub async fn claim(connection: &impl ConnectionTrait, claim: &Claim) -> Result<Option<Uuid>, Error> {
    if insert(connection, claim, claim.result.to_string()).await? {
        return Ok(None);
    }
    let key = (claim.account_id, claim.mutation.to_owned(), claim.key.clone());
    let earlier = Entity::find_by_id(key).one(connection).await?;
    match earlier {
        Some(row) if row.result.starts_with(REFUSED) => Err(Refusal::at(Code::AlreadyRefused, "idempotencyKey").into()),
        Some(row) if row.input_hash == claim.input_hash => {
            let result =
                Uuid::parse_str(&row.result).map_err(|_| Error::internal("an idempotency key's result is no id"))?;
            Ok(Some(result))
        }
        Some(_) => Err(Refusal::at(Code::KeyReused, "idempotencyKey").into()),
        None => Err(Error::internal("an idempotency key vanished")),
    }
}

/// Has a repeat told of another object than the one that the claim named, in the transaction that took the key.
pub async fn tell(connection: &impl ConnectionTrait, claim: &Claim, result: Uuid) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE idempotency_key SET");
    sql.with(" result = ", result.to_string()).with(" WHERE account_id = ", claim.account_id);
    sql.with(" AND mutation = ", claim.mutation).with(" AND key = ", claim.key.clone());
    sql.run(connection).await.map(|_| ())
}

/// What has become of a command's key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum KeyState {
    /// The command was done.
    Done,
    /// It was refused for good.
    Refused,
}

/// What a refused command's key holds instead of a result.
const REFUSED: &str = "refused:";

/// Takes the key of a command that is refused for good, so that it stays refused. `None`: it is refused now. Else what
/// had become of it before.
pub async fn refuse(connection: &impl ConnectionTrait, claim: &Claim) -> Result<Option<KeyState>, Fault> {
    if insert(connection, claim, format!("{REFUSED}{}", claim.result)).await? {
        return Ok(None);
    }
    let key = (claim.account_id, claim.mutation.to_owned(), claim.key.clone());
    Ok(Entity::find_by_id(key).one(connection).await?.map(|row| state(&row.result)))
}

/// What has become of an account's key, whichever mutation it was for; `None` when it is not known.
pub async fn key_state(
    connection: &impl ConnectionTrait,
    account: AccountId,
    key: &str,
) -> Result<Option<KeyState>, Fault> {
    let query = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::Key.eq(key));
    Ok(query.one(connection).await?.map(|row| state(&row.result)))
}

/// Which of an account's keys are of commands that were done, each with its mutation.
pub async fn done_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
    keys: impl Iterator<Item = String>,
) -> Result<HashSet<(String, String)>, Fault> {
    let query = Entity::find().filter(Column::AccountId.eq(account)).filter(Column::Key.is_in(keys));
    let rows = query.all(connection).await?.into_iter().filter(|row| state(&row.result) == KeyState::Done);
    Ok(rows.map(|row| (row.mutation, row.key)).collect())
}

fn state(result: &str) -> KeyState {
    if result.starts_with(REFUSED) { KeyState::Refused } else { KeyState::Done }
}

/// Inserts the key; `false` when it is there.
async fn insert(connection: &impl ConnectionTrait, claim: &Claim, result: String) -> Result<bool, Fault> {
    let row = ActiveModel {
        account_id: Set(claim.account_id),
        mutation: Set(claim.mutation.to_owned()),
        key: Set(claim.key.clone()),
        input_hash: Set(claim.input_hash.to_vec()),
        result: Set(result),
        created_at: Set(claim.now),
        expires_at: Set(claim.now + claim.lifetime),
    };
    let inserted = Entity::insert(row)
        .on_conflict(OnConflict::columns([Column::AccountId, Column::Mutation, Column::Key]).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(connection)
        .await?;
    // SeaORM reports a conflict of an insert without RETURNING as no row inserted.
    Ok(matches!(inserted, TryInsertResult::Inserted(1..)))
}

/// Forgets all keys of an account that is no more: digests of what it once sent could be guessed.
pub async fn forget_account(connection: &impl ConnectionTrait, account: AccountId) -> Result<u64, Fault> {
    Ok(Entity::delete_many().filter(Column::AccountId.eq(account)).exec(connection).await?.rows_affected)
}

/// Forgets keys whose time is over.
pub async fn forget_expired(connection: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, Fault> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lt(now)).exec(connection).await?.rows_affected)
}
