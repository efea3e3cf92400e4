//! What every domain stands on: settings, history, idempotency keys and the outbox.

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
    "CREATE TABLE setting (
        name text NOT NULL PRIMARY KEY,
        value text NOT NULL,
        created_at timestamptz NOT NULL
    )",
    "CREATE TABLE organization (
        id uuid NOT NULL PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT organization_name_unique UNIQUE (name)
    )",
    // Append-only: nothing updates a row but the erasure of `payload` and `payload_salt`, which the chain survives.
    "CREATE TABLE history_event (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        object_kind text NOT NULL,
        object_id uuid NOT NULL,
        seq integer NOT NULL CHECK (seq > 0),
        kind text NOT NULL,
        from_state text,
        to_state text,
        account_id uuid,
        staff_id uuid,
        payload_version integer NOT NULL,
        payload text,
        payload_salt bytea,
        payload_digest bytea NOT NULL,
        prev_hash bytea NOT NULL,
        hash bytea NOT NULL,
        occurred_at timestamptz NOT NULL,
        recorded_at timestamptz NOT NULL,
        CONSTRAINT history_event_object_seq_unique UNIQUE (object_id, seq)
    )",
    "CREATE TABLE idempotency_key (
        account_id uuid NOT NULL,
        mutation text NOT NULL,
        key text NOT NULL,
        input_hash bytea NOT NULL,
        result text NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        PRIMARY KEY (account_id, mutation, key)
    )",
    "CREATE INDEX idempotency_key_expires ON idempotency_key (expires_at)",
    "CREATE TABLE outbox (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        topic text NOT NULL,
        object_kind text NOT NULL,
        object_id uuid NOT NULL,
        object_version integer NOT NULL,
        payload text NOT NULL,
        payload_version integer NOT NULL,
        created_at timestamptz NOT NULL,
        change_seq bigint,
        CONSTRAINT outbox_change_seq_unique UNIQUE (change_seq)
    )",
    "CREATE INDEX outbox_unordered ON outbox (id) WHERE change_seq IS NULL",
];
