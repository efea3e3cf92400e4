//! Who gets a ticket and when: contractors, helpers, estimated work, urging, and what a community sets for all that.

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
    "CREATE TABLE contractor (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        name text NOT NULL,
        phone text NOT NULL,
        active boolean NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        created_at timestamptz NOT NULL,
        CONSTRAINT contractor_org_key UNIQUE (org_id, id),
        CONSTRAINT contractor_name_unique UNIQUE (org_id, name)
    )",
    "CREATE TABLE contractor_trade (
        contractor_id uuid NOT NULL,
        trade text NOT NULL,
        org_id uuid NOT NULL,
        PRIMARY KEY (contractor_id, trade),
        FOREIGN KEY (org_id, contractor_id) REFERENCES contractor (org_id, id)
    )",
    "CREATE TABLE contractor_community (
        contractor_id uuid NOT NULL,
        community_id uuid NOT NULL,
        org_id uuid NOT NULL,
        PRIMARY KEY (contractor_id, community_id),
        FOREIGN KEY (org_id, contractor_id) REFERENCES contractor (org_id, id),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
    )",
    "CREATE INDEX contractor_community_community ON contractor_community (community_id)",
    "ALTER TABLE staff_member ADD COLUMN contractor_id uuid REFERENCES contractor (id)",
    "CREATE INDEX staff_member_contractor ON staff_member (contractor_id) WHERE contractor_id IS NOT NULL",
    "ALTER TABLE ticket_category ADD COLUMN work_minutes integer NOT NULL DEFAULT 60 CHECK (work_minutes > 0)",
    // A community without a row has the defaults.
    "CREATE TABLE community_ticket_setting (
        community_id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        auto_dispatch boolean NOT NULL,
        slots_strict boolean NOT NULL,
        urge_minutes integer NOT NULL CHECK (urge_minutes > 0),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
    )",
    "CREATE TABLE ticket_helper (
        ticket_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        org_id uuid NOT NULL,
        added_at timestamptz NOT NULL,
        removed_at timestamptz,
        PRIMARY KEY (ticket_id, staff_id),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX ticket_helper_staff ON ticket_helper (staff_id) WHERE removed_at IS NULL",
    "ALTER TABLE ticket ADD COLUMN urge_count integer NOT NULL DEFAULT 0 CHECK (urge_count >= 0)",
    "ALTER TABLE ticket ADD COLUMN last_urged_at timestamptz",
    "ALTER TABLE ticket ADD COLUMN urge_again_at timestamptz",
    "ALTER TABLE ticket ADD COLUMN helped boolean NOT NULL DEFAULT false",
    "ALTER TABLE ticket ADD COLUMN auto_tried_at timestamptz",
    // What a contractor's person was given, and when somebody last ended a piece of work.
    "CREATE INDEX ticket_assignee ON ticket (assignee_id, id) WHERE assignee_id IS NOT NULL",
    "CREATE INDEX ticket_worker ON ticket (worker_id, completed_at) WHERE worker_id IS NOT NULL",
    // The pool of a community, for automatic dispatch and for the slots that nobody has yet.
    "CREATE INDEX ticket_pool ON ticket (community_id, urgency, id) WHERE state = 'SUBMITTED'",
];
