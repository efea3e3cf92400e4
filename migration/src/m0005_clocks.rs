//! Service hours by weekday, holidays, clocks that count in service hours, and who was told that a clock runs out.

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
    "ALTER TABLE community ADD COLUMN service_weekdays integer NOT NULL DEFAULT 127",
    "CREATE TABLE calendar_day (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        community_id uuid,
        day date NOT NULL,
        name text NOT NULL,
        opens_minute integer,
        closes_minute integer,
        created_at timestamptz NOT NULL,
        CHECK ((opens_minute IS NULL) = (closes_minute IS NULL)),
        CHECK (opens_minute >= 0 AND opens_minute < closes_minute AND closes_minute <= 1440),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
    )",
    "CREATE UNIQUE INDEX calendar_day_community_unique ON calendar_day (org_id, community_id, day) WHERE community_id IS NOT NULL",
    "CREATE UNIQUE INDEX calendar_day_org_unique ON calendar_day (org_id, day) WHERE community_id IS NULL",
    "ALTER TABLE service_policy ADD COLUMN respond_basis text NOT NULL DEFAULT 'AROUND_THE_CLOCK'",
    "ALTER TABLE service_policy ADD COLUMN arrive_basis text NOT NULL DEFAULT 'AROUND_THE_CLOCK'",
    "ALTER TABLE service_policy ADD COLUMN complete_basis text NOT NULL DEFAULT 'AROUND_THE_CLOCK'",
    "ALTER TABLE service_policy ADD COLUMN callback_basis text NOT NULL DEFAULT 'AROUND_THE_CLOCK'",
    "ALTER TABLE ticket ADD COLUMN complete_basis text NOT NULL DEFAULT 'AROUND_THE_CLOCK'",
    "ALTER TABLE ticket ADD COLUMN respond_half_at timestamptz",
    "ALTER TABLE ticket ADD COLUMN arrive_half_at timestamptz",
    "ALTER TABLE ticket ADD COLUMN complete_half_at timestamptz",
    "ALTER TABLE ticket ADD COLUMN callback_half_at timestamptz",
    "ALTER TABLE ticket ADD COLUMN escalated integer NOT NULL DEFAULT 0",
    "ALTER TABLE ticket ADD COLUMN next_escalation_at timestamptz",
    "CREATE INDEX ticket_escalation_next ON ticket (next_escalation_at) WHERE next_escalation_at IS NOT NULL",
    "CREATE TABLE ticket_escalation (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        round integer NOT NULL,
        kind text NOT NULL,
        level text NOT NULL,
        due_at timestamptz NOT NULL,
        told_at timestamptz NOT NULL,
        told text NOT NULL,
        CONSTRAINT ticket_escalation_once UNIQUE (ticket_id, round, kind, level, due_at),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id)
    )",
];
