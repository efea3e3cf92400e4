//! The order of changes, and whom each concerns: what phones ask for after a time without a signal.

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
    "CREATE TABLE change_counter (
        name text NOT NULL PRIMARY KEY,
        last_seq bigint NOT NULL
    )",
    "INSERT INTO change_counter (name, last_seq) SELECT 'outbox', COALESCE(MAX(change_seq), 0) FROM outbox",
    "ALTER TABLE outbox ADD COLUMN staff_id uuid",
    "ALTER TABLE outbox ADD COLUMN staff_before_id uuid",
    "CREATE INDEX outbox_staff ON outbox (staff_id, change_seq) WHERE staff_id IS NOT NULL",
    "CREATE INDEX outbox_staff_before ON outbox (staff_before_id, change_seq) WHERE staff_before_id IS NOT NULL",
    "CREATE INDEX outbox_object ON outbox (object_id, change_seq)",
    "CREATE INDEX outbox_created ON outbox (created_at)",
];
