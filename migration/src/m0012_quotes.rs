//! Paid work: the price list, quotes with their lines, what a completion used, and the order of changes of reference data.

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
    "CREATE TABLE reference_counter (
        org_id uuid NOT NULL PRIMARY KEY REFERENCES organization (id),
        last_seq bigint NOT NULL
    )",
    // 0 is no place yet: what was there takes the first.
    "ALTER TABLE ticket_category ADD COLUMN changed_seq bigint NOT NULL DEFAULT 0 CHECK (changed_seq >= 0)",
    "UPDATE ticket_category SET changed_seq = 1",
    "INSERT INTO reference_counter (org_id, last_seq) SELECT DISTINCT org_id, 1 FROM ticket_category",
    "CREATE INDEX ticket_category_changed ON ticket_category (org_id, changed_seq)",
    "CREATE TABLE price_item (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        community_id uuid,
        code text NOT NULL,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        kind text NOT NULL,
        category_id uuid,
        unit text NOT NULL,
        currency text NOT NULL,
        low_fen bigint,
        high_fen bigint,
        on_site boolean NOT NULL,
        active boolean NOT NULL,
        version integer NOT NULL CHECK (version > 0),
        changed_seq bigint NOT NULL CHECK (changed_seq > 0),
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT price_item_org_key UNIQUE (org_id, id),
        CHECK (on_site = (low_fen IS NULL) AND on_site = (high_fen IS NULL)),
        CHECK (low_fen >= 0 AND high_fen >= low_fen),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, category_id) REFERENCES ticket_category (org_id, id)
    )",
    "CREATE UNIQUE INDEX price_item_org_unique ON price_item (org_id, code) WHERE community_id IS NULL",
    "CREATE UNIQUE INDEX price_item_community_unique ON price_item (org_id, community_id, code) WHERE community_id IS NOT NULL",
    "CREATE INDEX price_item_changed ON price_item (org_id, changed_seq)",
    "ALTER TABLE ticket ADD COLUMN quote_state text",
    "ALTER TABLE community_ticket_setting ADD COLUMN visit_fee_fen bigint NOT NULL DEFAULT 0 CHECK (visit_fee_fen >= 0)",
    "CREATE TABLE quote (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        number integer NOT NULL CHECK (number > 0),
        round integer NOT NULL CHECK (round >= 0),
        state text NOT NULL,
        by_list boolean NOT NULL,
        currency text NOT NULL,
        labour_fen bigint NOT NULL CHECK (labour_fen >= 0),
        material_fen bigint NOT NULL CHECK (material_fen >= 0),
        total_fen bigint NOT NULL,
        visit_fee_fen bigint NOT NULL CHECK (visit_fee_fen >= 0),
        words text,
        submitted_by uuid NOT NULL,
        submitted_at timestamptz NOT NULL,
        decided_account uuid REFERENCES account (id),
        decided_staff uuid,
        decided_words text,
        decided_at timestamptz,
        due_at timestamptz,
        version integer NOT NULL CHECK (version > 0),
        CONSTRAINT quote_org_key UNIQUE (org_id, id),
        CONSTRAINT quote_number_unique UNIQUE (ticket_id, number),
        CHECK (total_fen = labour_fen + material_fen),
        CHECK ((state = 'OPEN') = (decided_at IS NULL)),
        CHECK (visit_fee_fen = 0 OR state = 'REFUSED'),
        CHECK (due_at IS NULL OR state IN ('APPROVED', 'REFUSED')),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, submitted_by) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, decided_staff) REFERENCES staff_member (org_id, id)
    )",
    "CREATE UNIQUE INDEX quote_standing_unique ON quote (ticket_id) WHERE state IN ('OPEN', 'APPROVED')",
    "CREATE TABLE quote_line (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        quote_id uuid NOT NULL,
        position integer NOT NULL CHECK (position >= 0),
        price_item_id uuid,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        kind text NOT NULL,
        unit text NOT NULL,
        quantity_milli bigint NOT NULL CHECK (quantity_milli > 0),
        unit_price_fen bigint NOT NULL CHECK (unit_price_fen >= 0),
        amount_fen bigint NOT NULL CHECK (amount_fen >= 0),
        CONSTRAINT quote_line_position_unique UNIQUE (quote_id, position),
        FOREIGN KEY (org_id, quote_id) REFERENCES quote (org_id, id),
        FOREIGN KEY (org_id, price_item_id) REFERENCES price_item (org_id, id)
    )",
    "CREATE TABLE ticket_material (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        ticket_id uuid NOT NULL,
        round integer NOT NULL CHECK (round >= 0),
        position integer NOT NULL CHECK (position >= 0),
        price_item_id uuid,
        name_zh text NOT NULL,
        name_en text NOT NULL,
        kind text NOT NULL,
        unit text NOT NULL,
        quantity_milli bigint NOT NULL CHECK (quantity_milli > 0),
        unit_price_fen bigint CHECK (unit_price_fen >= 0),
        amount_fen bigint CHECK (amount_fen >= 0),
        CONSTRAINT ticket_material_position_unique UNIQUE (ticket_id, round, position),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id),
        FOREIGN KEY (org_id, price_item_id) REFERENCES price_item (org_id, id)
    )",
];
