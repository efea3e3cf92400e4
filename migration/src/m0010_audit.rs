//! Signed checkpoints over all histories.

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
    // Of the installation, not of one organization: whoever could cut one tenant's history could cut all.
    "CREATE TABLE history_checkpoint (
        seq integer NOT NULL PRIMARY KEY CHECK (seq > 0),
        day date,
        until_at timestamptz NOT NULL,
        until_id uuid NOT NULL,
        object_count bigint NOT NULL,
        event_count bigint NOT NULL,
        digest bytea NOT NULL,
        prev_hash bytea NOT NULL,
        hash bytea NOT NULL,
        signature bytea NOT NULL,
        made_at timestamptz NOT NULL,
        CONSTRAINT history_checkpoint_day_unique UNIQUE (day)
    )",
    "CREATE TABLE history_checkpoint_head (
        checkpoint_seq integer NOT NULL REFERENCES history_checkpoint (seq),
        event_id uuid NOT NULL,
        object_kind text NOT NULL,
        object_id uuid NOT NULL,
        first_seq integer NOT NULL,
        seq integer NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (checkpoint_seq, event_id)
    )",
    "CREATE INDEX history_checkpoint_head_object ON history_checkpoint_head (object_id, seq)",
];
