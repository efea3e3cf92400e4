//! Where a residency comes from, and the requests of people whom the register does not know.

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
    // What was there came from the register, and so does whatever an older version adds.
    "ALTER TABLE residency ADD COLUMN source text NOT NULL DEFAULT 'REGISTER'",
    "ALTER TABLE residency ADD COLUMN company_name text",
    "ALTER TABLE residency ADD COLUMN may_admit boolean NOT NULL DEFAULT false",
    // `building_name` and `unit_number` are as the person wrote them: whether there is such a unit is not told, so
    // `unit_id` may be missing until a clerk has found it.
    "CREATE TABLE residency_request (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        unit_id uuid,
        account_id uuid NOT NULL REFERENCES account (id),
        role text NOT NULL,
        building_name text NOT NULL,
        unit_number text NOT NULL,
        name text NOT NULL,
        company_name text,
        id_last4 text,
        starts_on date,
        ends_on date,
        state text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        reason text,
        decided_by uuid,
        decided_at timestamptz,
        residency_id uuid,
        created_at timestamptz NOT NULL,
        CONSTRAINT residency_request_org_key UNIQUE (org_id, id),
        CHECK ((state = 'PENDING') = (decided_at IS NULL)),
        CHECK ((state = 'REFUSED') = (reason IS NOT NULL)),
        CHECK ((state = 'APPROVED') = (residency_id IS NOT NULL)),
        CHECK (ends_on >= starts_on),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id),
        FOREIGN KEY (org_id, decided_by) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, residency_id) REFERENCES residency (org_id, id)
    )",
    "CREATE UNIQUE INDEX residency_request_open_unique ON residency_request
        (account_id, community_id, building_name, unit_number, role) WHERE state = 'PENDING'",
    "CREATE INDEX residency_request_account ON residency_request (account_id, id)",
    "CREATE INDEX residency_request_community ON residency_request (org_id, community_id, id)",
    "CREATE INDEX residency_request_pending ON residency_request (org_id, id) WHERE state = 'PENDING'",
    "CREATE TABLE residency_request_document (
        request_id uuid NOT NULL,
        upload_id uuid NOT NULL,
        org_id uuid NOT NULL,
        position integer NOT NULL CHECK (position >= 0),
        PRIMARY KEY (request_id, position),
        CONSTRAINT residency_request_document_upload_unique UNIQUE (upload_id),
        FOREIGN KEY (org_id, request_id) REFERENCES residency_request (org_id, id),
        FOREIGN KEY (org_id, upload_id) REFERENCES upload (org_id, id)
    )",
    "CREATE INDEX community_name ON community (name)",
];
