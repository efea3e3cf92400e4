//! Sign-in codes and tries.

use chrono::{DateTime, Utc};
use entities::values::SignInCodeId;
use entities::{sign_in_attempt, sign_in_code};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// A code that is still good.
#[derive(FromQueryResult)]
pub struct LiveCode {
    /// Its id.
    pub id: SignInCodeId,
    /// HMAC of its digits.
    pub code_digest: Vec<u8>,
}

/// How many codes a phone was sent since `since`.
pub async fn codes_since(
    connection: &impl ConnectionTrait,
    phone_digest: &[u8],
    since: DateTime<Utc>,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM sign_in_code WHERE");
    sql.with(" phone_digest = ", phone_digest.to_vec()).with(" AND created_at > ", since).number(connection).await
}

/// Adds a code.
pub async fn insert_code(connection: &impl ConnectionTrait, row: sign_in_code::Model) -> Result<(), Fault> {
    sign_in_code::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Counts a try against the phone's newest code and returns it while it has tries left, is unused and lives.
///
/// The condition and the count are one statement: of any number of tries at once no more than `tries` are evaluated.
pub async fn try_code(
    connection: &impl ConnectionTrait,
    phone_digest: &[u8],
    tries: i32,
    now: DateTime<Utc>,
) -> Result<Option<LiveCode>, Fault> {
    let mut sql = Sql::new("UPDATE sign_in_code SET tries = tries + 1 WHERE used_at IS NULL");
    sql.with(" AND tries < ", tries).with(" AND expires_at > ", now);
    sql.with(" AND id = (SELECT id FROM sign_in_code WHERE phone_digest = ", phone_digest.to_vec());
    sql.push(" ORDER BY created_at DESC, id DESC LIMIT 1) RETURNING id, code_digest");
    sql.one(connection).await
}

/// Uses a code up; `false` when somebody was faster.
pub async fn use_code(
    connection: &impl ConnectionTrait,
    code: SignInCodeId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE sign_in_code SET");
    sql.with(" used_at = ", now).with(" WHERE used_at IS NULL AND id = ", code);
    Ok(sql.run(connection).await? == 1)
}

/// Records a try with a password.
pub async fn insert_attempt(connection: &impl ConnectionTrait, row: sign_in_attempt::Model) -> Result<(), Fault> {
    sign_in_attempt::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Forgets a phone's tries.
pub async fn delete_attempts(connection: &impl ConnectionTrait, phone_digest: &[u8]) -> Result<(), Fault> {
    let mut sql = Sql::new("DELETE FROM sign_in_attempt WHERE");
    sql.with(" phone_digest = ", phone_digest.to_vec()).run(connection).await.map(|_| ())
}

/// How many tries with a password a phone had since `since`.
pub async fn attempts_since(
    connection: &impl ConnectionTrait,
    phone_digest: &[u8],
    since: DateTime<Utc>,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM sign_in_attempt WHERE");
    sql.with(" phone_digest = ", phone_digest.to_vec()).with(" AND created_at > ", since).number(connection).await
}

/// Deletes codes and tries that are of no further use.
pub async fn delete_old(connection: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, Fault> {
    let codes = Sql::new("DELETE FROM sign_in_code WHERE").with(" expires_at < ", before).run(connection).await?;
    let tries = Sql::new("DELETE FROM sign_in_attempt WHERE").with(" created_at < ", before).run(connection).await?;
    Ok(codes + tries)
}
