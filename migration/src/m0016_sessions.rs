//! Refresh tokens, what is known of a signed-in device, WeChat accounts, limits, and the turn of signing keys.

use sea_orm_migration::prelude::*;

use crate::sql;

/// This step.
#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        sql::run(manager, STATEMENTS).await
    }
}

const STATEMENTS: &[&str] = &[
    "ALTER TABLE session ADD COLUMN device text",
    "ALTER TABLE session ADD COLUMN network text",
    "ALTER TABLE session ADD COLUMN last_seen_at timestamptz",
    "ALTER TABLE session ADD COLUMN end_reason text",
    "CREATE INDEX session_revoked ON session (revoked_at) WHERE revoked_at IS NOT NULL",
    // What a token's bearer sent is never stored, its digest alone.
    "CREATE TABLE refresh_token (
        id uuid NOT NULL PRIMARY KEY,
        session_id uuid NOT NULL REFERENCES session (id),
        token_digest bytea NOT NULL,
        predecessor_id uuid,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        ended_at timestamptz,
        CONSTRAINT refresh_token_digest_unique UNIQUE (token_digest)
    )",
    // At most one of a session is good.
    "CREATE UNIQUE INDEX refresh_token_live ON refresh_token (session_id) WHERE ended_at IS NULL",
    "CREATE INDEX refresh_token_session ON refresh_token (session_id)",
    "CREATE INDEX refresh_token_ended ON refresh_token (ended_at) WHERE ended_at IS NOT NULL",
    "CREATE TABLE wechat_account (
        app_id text NOT NULL,
        openid text NOT NULL,
        account_id uuid NOT NULL REFERENCES account (id),
        bound_at timestamptz NOT NULL,
        PRIMARY KEY (app_id, openid),
        CONSTRAINT wechat_account_unique UNIQUE (app_id, account_id)
    )",
    // Counters of the limits while Redis is away, and where there is none: until when the tries so far fill the limit,
    // in microseconds since 1970.
    "CREATE TABLE limit_state (
        bucket bytea NOT NULL PRIMARY KEY,
        full_until bigint NOT NULL
    )",
    "CREATE INDEX limit_state_full_until ON limit_state (full_until)",
    // From when a key signs; a key without it signs since it was made.
    "ALTER TABLE signing_key ADD COLUMN signs_from timestamptz",
];
