//! Who is liable under warranty: terms by category, the heating season of a community, and what a ticket was found to be.

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
    // An organization without a row for a category has the law's minimum.
    "CREATE TABLE warranty_term (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        community_id uuid,
        category_id uuid NOT NULL,
        part text NOT NULL,
        length integer NOT NULL CHECK (length BETWEEN 0 AND 100),
        length_unit text NOT NULL,
        liable_within text NOT NULL,
        liable_after text NOT NULL,
        basis text NOT NULL,
        effective_on date NOT NULL,
        created_at timestamptz NOT NULL,
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, category_id) REFERENCES ticket_category (org_id, id)
    )",
    "CREATE UNIQUE INDEX warranty_term_community_unique ON warranty_term (org_id, category_id, part, community_id, effective_on) WHERE community_id IS NOT NULL",
    "CREATE UNIQUE INDEX warranty_term_org_unique ON warranty_term (org_id, category_id, part, effective_on) WHERE community_id IS NULL",
    "ALTER TABLE ticket ADD COLUMN liable_party text",
    "ALTER TABLE ticket ADD COLUMN warranty_until date",
    // Month and day as one number: 1115 is the 15th of November.
    "ALTER TABLE community_ticket_setting ADD COLUMN heating_from integer NOT NULL DEFAULT 1115 CHECK (heating_from BETWEEN 101 AND 1231)",
    "ALTER TABLE community_ticket_setting ADD COLUMN heating_to integer NOT NULL DEFAULT 315 CHECK (heating_to BETWEEN 101 AND 1231)",
];
