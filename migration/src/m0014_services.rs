//! Recurring services: plans of units, and what became of each of their dates.

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
    "ALTER TABLE community_ticket_setting ADD COLUMN service_lead_days integer NOT NULL DEFAULT 3 CHECK (service_lead_days BETWEEN 0 AND 30)",
    "CREATE TABLE service_plan (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        unit_id uuid NOT NULL,
        category_id uuid NOT NULL,
        residency_id uuid,
        words text NOT NULL,
        cadence text NOT NULL,
        every integer NOT NULL CHECK (every > 0),
        weekday integer CHECK (weekday BETWEEN 1 AND 7),
        month_day integer CHECK (month_day BETWEEN 1 AND 31),
        slot_from integer NOT NULL CHECK (slot_from >= 0),
        slot_to integer NOT NULL CHECK (slot_to > slot_from AND slot_to <= 1440),
        first_on date NOT NULL,
        last_on date,
        times integer CHECK (times > 0),
        contact_name text,
        contact_phone text,
        access_note text,
        price_words text,
        fee_fen bigint CHECK (fee_fen >= 0),
        maker_account_id uuid REFERENCES account (id),
        maker_staff_id uuid,
        state text NOT NULL,
        suspend_reason text,
        next_on date,
        version integer NOT NULL CHECK (version > 0),
        created_at timestamptz NOT NULL,
        CONSTRAINT service_plan_org_key UNIQUE (org_id, id),
        CHECK ((cadence = 'WEEKLY') = (weekday IS NOT NULL)),
        CHECK ((cadence = 'MONTHLY') = (month_day IS NOT NULL)),
        CHECK ((state = 'ACTIVE') = (next_on IS NOT NULL)),
        CHECK ((state = 'SUSPENDED') = (suspend_reason IS NOT NULL)),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id),
        FOREIGN KEY (org_id, category_id) REFERENCES ticket_category (org_id, id),
        FOREIGN KEY (org_id, residency_id) REFERENCES residency (org_id, id),
        FOREIGN KEY (org_id, maker_staff_id) REFERENCES staff_member (org_id, id)
    )",
    "CREATE INDEX service_plan_due ON service_plan (next_on, id) WHERE state = 'ACTIVE'",
    "CREATE INDEX service_plan_unit ON service_plan (unit_id, id)",
    "CREATE INDEX service_plan_community ON service_plan (org_id, community_id, id)",
    // The unique date is what makes an occurrence's ticket exactly once.
    "CREATE TABLE service_occurrence (
        plan_id uuid NOT NULL,
        on_date date NOT NULL,
        org_id uuid NOT NULL,
        state text NOT NULL,
        ticket_id uuid,
        recorded_at timestamptz NOT NULL,
        PRIMARY KEY (plan_id, on_date),
        CHECK ((state = 'MADE') = (ticket_id IS NOT NULL)),
        FOREIGN KEY (org_id, plan_id) REFERENCES service_plan (org_id, id),
        FOREIGN KEY (org_id, ticket_id) REFERENCES ticket (org_id, id)
    )",
    "CREATE UNIQUE INDEX service_occurrence_ticket ON service_occurrence (ticket_id) WHERE ticket_id IS NOT NULL",
];
