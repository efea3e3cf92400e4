//! Uploads, and the photos, voices and signatures that they become on tickets.

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
    // A resident's account is of no organization, so an upload belongs to one only when a ticket claims it.
    "CREATE TABLE upload (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid REFERENCES organization (id),
        account_id uuid NOT NULL REFERENCES account (id),
        media_type text NOT NULL,
        size bigint NOT NULL CHECK (size > 0),
        received bigint NOT NULL CHECK (received >= 0 AND received <= size),
        state text NOT NULL,
        refusal text,
        object_name text,
        thumbnail_name text,
        stored_bytes bigint,
        sha256 bytea,
        width integer,
        height integer,
        duration_ms integer,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        sweep_at timestamptz,
        CONSTRAINT upload_org_key UNIQUE (org_id, id),
        CHECK ((state = 'CLAIMED') = (org_id IS NOT NULL)),
        CHECK ((state = 'DROPPED') = (refusal IS NOT NULL)),
        CHECK (state <> 'OPEN' OR received < size),
        CHECK (state NOT IN ('STORED', 'CLAIMED') OR (object_name IS NOT NULL AND sha256 IS NOT NULL AND stored_bytes IS NOT NULL))
    )",
    "CREATE INDEX upload_unclaimed ON upload (account_id) WHERE state <> 'CLAIMED'",
    "CREATE INDEX upload_sweep ON upload (sweep_at) WHERE sweep_at IS NOT NULL",
    "CREATE TABLE upload_part (
        upload_id uuid NOT NULL REFERENCES upload (id),
        start_at bigint NOT NULL,
        bytes bigint NOT NULL CHECK (bytes > 0),
        object_name text NOT NULL,
        PRIMARY KEY (upload_id, start_at)
    )",
    "CREATE TABLE ticket_attachment (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        upload_id uuid NOT NULL,
        role text NOT NULL,
        round integer NOT NULL,
        account_id uuid NOT NULL REFERENCES account (id),
        staff_id uuid,
        created_at timestamptz NOT NULL,
        CONSTRAINT ticket_attachment_upload_unique UNIQUE (upload_id),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, upload_id) REFERENCES upload (org_id, id),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX ticket_attachment_ticket ON ticket_attachment (ticket_id, id)",
];
