//! Refresh tokens.

use chrono::{DateTime, Utc};
use entities::refresh_token;
use entities::values::{AccountId, RefreshTokenId, SessionId};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use crate::db::{Fault, Sql};

/// The live session of a refresh token, whose row is locked until the transaction ends.
#[derive(Clone, Copy, FromQueryResult)]
pub struct LockedSession {
    /// The session.
    pub id: SessionId,
    /// Whose.
    pub account_id: AccountId,
    /// When it ends at the latest.
    pub expires_at: DateTime<Utc>,
}

/// A refresh token of a locked session.
#[derive(Clone, Copy, FromQueryResult)]
pub struct TokenRow {
    /// Its id.
    pub id: RefreshTokenId,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
    /// When it was used, or given up.
    pub ended_at: Option<DateTime<Utc>>,
    /// The session's good token.
    pub live_id: Option<RefreshTokenId>,
    /// What that was made in exchange for.
    pub live_predecessor_id: Option<RefreshTokenId>,
}

/// Locks the live session that a refresh token belongs to, and notes that it was seen: of many exchanges at once, one
/// goes on at a time, and each sees what the one before it did.
pub async fn lock_session_of(
    connection: &impl ConnectionTrait,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<LockedSession>, Fault> {
    let mut sql = Sql::new("UPDATE session SET");
    sql.with(" last_seen_at = ", now).push(" WHERE revoked_at IS NULL").with(" AND expires_at > ", now);
    sql.with(" AND id = (SELECT session_id FROM refresh_token WHERE token_digest = ", digest.to_vec());
    sql.push(") RETURNING id, account_id, expires_at").one(connection).await
}

/// A refresh token beside the one of its session that is good.
pub async fn refresh_token(connection: &impl ConnectionTrait, digest: &[u8]) -> Result<Option<TokenRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT t.id, t.expires_at, t.ended_at, l.id AS live_id, l.predecessor_id AS live_predecessor_id
FROM refresh_token t LEFT JOIN refresh_token l ON l.session_id = t.session_id AND l.ended_at IS NULL
WHERE t.token_digest = ",
    );
    sql.bind(digest.to_vec()).one(connection).await
}

/// Ends a refresh token; `false` when it had ended before.
pub async fn end_refresh_token(
    connection: &impl ConnectionTrait,
    token: RefreshTokenId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE refresh_token SET");
    sql.with(" ended_at = ", now).with(" WHERE ended_at IS NULL AND id = ", token);
    Ok(sql.run(connection).await? == 1)
}

/// Adds a refresh token.
pub async fn insert_refresh_token(connection: &impl ConnectionTrait, row: refresh_token::Model) -> Result<(), Fault> {
    refresh_token::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Deletes tokens that ended before `before`, or whose session expired before `sessions_before`.
pub async fn delete_refresh_tokens(
    connection: &impl ConnectionTrait,
    before: DateTime<Utc>,
    sessions_before: DateTime<Utc>,
) -> Result<u64, Fault> {
    let old = Sql::new("DELETE FROM refresh_token WHERE").with(" ended_at < ", before).run(connection).await?;
    let mut sql = Sql::new("DELETE FROM refresh_token WHERE session_id IN (SELECT id FROM session WHERE");
    Ok(old + sql.with(" expires_at < ", sessions_before).push(")").run(connection).await?)
}
