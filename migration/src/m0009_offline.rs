//! Commands that phones gave without a signal and that came too late, so that nothing is dropped silently.

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
    "CREATE INDEX idempotency_key_of_account ON idempotency_key (account_id, key)",
    "CREATE TABLE late_command (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        ticket_id uuid,
        staff_id uuid NOT NULL,
        account_id uuid NOT NULL REFERENCES account (id),
        mutation text NOT NULL,
        key text NOT NULL,
        payload text NOT NULL,
        code text NOT NULL,
        occurred_at timestamptz,
        received_at timestamptz NOT NULL,
        resolved_at timestamptz,
        resolved_by uuid,
        resolution text,
        CONSTRAINT late_command_once UNIQUE (account_id, mutation, key),
        CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, resolved_by) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX late_command_open ON late_command (org_id, id) WHERE resolved_at IS NULL",
    "CREATE INDEX late_command_ticket ON late_command (ticket_id) WHERE ticket_id IS NOT NULL",
];
