//! Accounts, staff with roles and trades, sign-in codes, sessions and signing keys.

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
    "CREATE TABLE account (
        id uuid NOT NULL PRIMARY KEY,
        phone text NOT NULL,
        name text NOT NULL,
        locale text NOT NULL,
        password_hash text,
        password_temporary boolean NOT NULL,
        created_at timestamptz NOT NULL,
        disabled_at timestamptz,
        CONSTRAINT account_phone_unique UNIQUE (phone)
    )",
    "CREATE TABLE staff_member (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        account_id uuid NOT NULL REFERENCES account (id),
        name text NOT NULL,
        duty_state text NOT NULL,
        duty_changed_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        left_at timestamptz,
        CONSTRAINT staff_member_org_key UNIQUE (org_id, id),
        CONSTRAINT staff_member_account_unique UNIQUE (account_id)
    )",
    "CREATE INDEX staff_member_org ON staff_member (org_id, id)",
    "CREATE TABLE sign_in_code (
        id uuid NOT NULL PRIMARY KEY,
        phone_digest bytea NOT NULL,
        code_digest bytea NOT NULL,
        tries integer NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        used_at timestamptz
    )",
    "CREATE INDEX sign_in_code_phone ON sign_in_code (phone_digest, created_at)",
    "CREATE INDEX sign_in_code_expires ON sign_in_code (expires_at)",
    "CREATE TABLE sign_in_attempt (
        id uuid NOT NULL PRIMARY KEY,
        phone_digest bytea NOT NULL,
        created_at timestamptz NOT NULL
    )",
    "CREATE INDEX sign_in_attempt_phone ON sign_in_attempt (phone_digest, created_at)",
    "CREATE INDEX sign_in_attempt_created ON sign_in_attempt (created_at)",
    "CREATE TABLE session (
        id uuid NOT NULL PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES account (id),
        kind text NOT NULL,
        staff_id uuid REFERENCES staff_member (id),
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        revoked_at timestamptz
    )",
    "CREATE INDEX session_account ON session (account_id)",
    "CREATE INDEX session_expires ON session (expires_at)",
    "CREATE TABLE signing_key (
        id uuid NOT NULL PRIMARY KEY,
        sealed_private_key bytea NOT NULL,
        public_key bytea NOT NULL,
        created_at timestamptz NOT NULL,
        retired_at timestamptz
    )",
];
