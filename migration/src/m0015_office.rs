//! Conveniences of the office: saved filters, exports of lists, who took data out of the house, notices in the lobby.

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
    "CREATE TABLE saved_filter (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        list text NOT NULL,
        name text NOT NULL,
        filter text NOT NULL,
        shared boolean NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT saved_filter_name_unique UNIQUE (staff_id, list, name),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX saved_filter_shared ON saved_filter (org_id, list) WHERE shared",
    "CREATE TABLE export (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        account_id uuid NOT NULL REFERENCES account (id),
        list text NOT NULL,
        filter text NOT NULL,
        columns text NOT NULL,
        locale text NOT NULL,
        state text NOT NULL,
        attempt integer NOT NULL CHECK (attempt >= 0),
        lease_until timestamptz,
        rows_total bigint,
        rows_done bigint NOT NULL CHECK (rows_done >= 0),
        rights text,
        object_name text,
        bytes bigint CHECK (bytes > 0),
        sha256 bytea,
        refusal text,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        expires_at timestamptz NOT NULL,
        sweep_at timestamptz NOT NULL,
        CHECK ((state = 'RUNNING') = (lease_until IS NOT NULL)),
        CHECK ((state = 'DONE') = (object_name IS NOT NULL)),
        CHECK (state <> 'DONE' OR (bytes IS NOT NULL AND sha256 IS NOT NULL AND rights IS NOT NULL)),
        CHECK ((state = 'FAILED') = (refusal IS NOT NULL)),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX export_open ON export (id) WHERE state IN ('WAITING', 'RUNNING')",
    "CREATE INDEX export_of_staff ON export (staff_id, id)",
    "CREATE INDEX export_sweep ON export (sweep_at)",
    // Who took personal data out of the house: outlives what it tells of.
    "CREATE TABLE disclosure (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        account_id uuid NOT NULL REFERENCES account (id),
        kind text NOT NULL,
        ticket_id uuid,
        export_id uuid,
        list text,
        filter text,
        row_count bigint,
        sha256 bytea,
        phones boolean NOT NULL,
        occurred_at timestamptz NOT NULL,
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id)
    )",
    "CREATE INDEX disclosure_org ON disclosure (org_id, id)",
    "CREATE INDEX disclosure_staff ON disclosure (staff_id, id)",
    "CREATE INDEX disclosure_ticket ON disclosure (ticket_id, id) WHERE ticket_id IS NOT NULL",
    "CREATE TABLE ticket_notice (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        token_hash bytea NOT NULL,
        words text,
        created_by uuid NOT NULL,
        created_at timestamptz NOT NULL,
        revoked_by uuid,
        revoked_at timestamptz,
        CONSTRAINT ticket_notice_token_unique UNIQUE (token_hash),
        CHECK ((revoked_by IS NULL) = (revoked_at IS NULL)),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, created_by) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, revoked_by) REFERENCES staff_member (org_id, id)
    )",
    "CREATE UNIQUE INDEX ticket_notice_live_unique ON ticket_notice (ticket_id) WHERE revoked_at IS NULL",
];
