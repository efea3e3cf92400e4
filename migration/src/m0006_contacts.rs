//! Contacts with their callbacks, and the indexes that find a household while the phone rings.

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
    // `callback_round`, `callback_tries` and `callback_result` are those of the last round in which it was called back:
    // a ticket that comes back has a higher round, and all its contacts are open again without a change to their rows.
    "CREATE TABLE contact (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        unit_id uuid,
        kind text NOT NULL,
        channel text NOT NULL,
        state text NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        words text NOT NULL,
        caller_name text,
        caller_phone text,
        requester_id uuid REFERENCES account (id),
        first_contact_id uuid,
        ticket_id uuid,
        joined_at timestamptz,
        answer text,
        answered_at timestamptz,
        answered_by uuid,
        callback_wanted boolean NOT NULL,
        callback_round integer NOT NULL,
        callback_tries integer NOT NULL CHECK (callback_tries >= 0),
        callback_result text,
        created_at timestamptz NOT NULL,
        created_month integer NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT contact_org_key UNIQUE (org_id, id),
        CHECK ((state = 'TICKETED') = (ticket_id IS NOT NULL)),
        CHECK ((state = 'ANSWERED') = (answer IS NOT NULL)),
        CHECK (joined_at IS NULL OR ticket_id IS NOT NULL),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id),
        FOREIGN KEY (org_id, first_contact_id) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, answered_by) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id)
    )",
    "CREATE INDEX contact_community ON contact (org_id, community_id, id)",
    "CREATE INDEX contact_unit ON contact (unit_id, id) WHERE unit_id IS NOT NULL",
    "CREATE INDEX contact_ticket ON contact (ticket_id, id) WHERE ticket_id IS NOT NULL",
    // A ticket is made of one contact at most; all others join it.
    "CREATE UNIQUE INDEX contact_origin_unique ON contact (ticket_id) WHERE ticket_id IS NOT NULL AND joined_at IS NULL",
    "CREATE INDEX contact_requester ON contact (requester_id, id) WHERE requester_id IS NOT NULL",
    "CREATE INDEX contact_month ON contact (org_id, created_month, community_id)",
    "CREATE TABLE contact_callback (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        contact_id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        round integer NOT NULL,
        staff_id uuid NOT NULL,
        method text NOT NULL,
        result text NOT NULL,
        words text NOT NULL,
        tried_at timestamptz NOT NULL,
        local_day date NOT NULL,
        FOREIGN KEY (org_id, contact_id) REFERENCES contact (org_id, id),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX contact_callback_contact ON contact_callback (contact_id, id)",
    "CREATE INDEX contact_callback_ticket ON contact_callback (ticket_id, id)",
    // Whole phones, their last four digits, and the first two characters of names, in one organization; in the order of
    // units, so that a search which finds many stops after a page of them.
    "CREATE INDEX residency_org_phone ON residency (org_id, phone, unit_id) WHERE phone IS NOT NULL",
    "CREATE INDEX residency_org_phone_tail ON residency (org_id, substr(phone, length(phone) - 3), unit_id) WHERE phone IS NOT NULL",
    "CREATE INDEX residency_org_name ON residency (org_id, substr(name, 1, 2), unit_id)",
    "CREATE INDEX building_org_name ON building (org_id, name)",
    "CREATE INDEX unit_org_number ON unit (org_id, number, id)",
];
