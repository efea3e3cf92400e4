//! Communities, buildings, units, residencies, and the roles and trades of staff in them.

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
    "CREATE TABLE community (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        name text NOT NULL,
        address text NOT NULL,
        time_zone text NOT NULL,
        currency text NOT NULL,
        building_type text,
        developer text,
        fee_rate_low bigint CHECK (fee_rate_low >= 0),
        fee_rate_high bigint CHECK (fee_rate_high >= fee_rate_low),
        stated_buildings integer CHECK (stated_buildings >= 0),
        stated_households integer CHECK (stated_households >= 0),
        service_opens_minute integer NOT NULL CHECK (service_opens_minute >= 0),
        service_closes_minute integer NOT NULL CHECK (service_closes_minute > service_opens_minute AND service_closes_minute <= 1440),
        callback_tries integer NOT NULL CHECK (callback_tries > 0),
        reopen_days integer NOT NULL CHECK (reopen_days >= 0),
        created_at timestamptz NOT NULL,
        CONSTRAINT community_org_key UNIQUE (org_id, id),
        CONSTRAINT community_name_unique UNIQUE (org_id, name)
    )",
    "CREATE TABLE building (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        name text NOT NULL,
        completed_on date,
        created_at timestamptz NOT NULL,
        CONSTRAINT building_org_key UNIQUE (org_id, id),
        CONSTRAINT building_name_unique UNIQUE (community_id, name),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
    )",
    "CREATE TABLE unit (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        building_id uuid NOT NULL,
        number text NOT NULL,
        floor integer,
        area bigint CHECK (area > 0),
        usage text NOT NULL,
        delivered_on date,
        created_at timestamptz NOT NULL,
        CONSTRAINT unit_org_key UNIQUE (org_id, id),
        CONSTRAINT unit_number_unique UNIQUE (building_id, number),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, building_id) REFERENCES building (org_id, id)
    )",
    "CREATE INDEX unit_community ON unit (community_id, id)",
    "CREATE TABLE residency (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        unit_id uuid NOT NULL,
        account_id uuid REFERENCES account (id),
        role text NOT NULL,
        name text NOT NULL,
        phone text,
        id_last4 text,
        review_state text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz,
        created_at timestamptz NOT NULL,
        CONSTRAINT residency_org_key UNIQUE (org_id, id),
        CHECK (ended_at IS NULL OR ended_at >= started_at),
        FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id)
    )",
    "CREATE INDEX residency_unit ON residency (unit_id)",
    "CREATE INDEX residency_account ON residency (account_id) WHERE account_id IS NOT NULL",
    "CREATE INDEX residency_phone ON residency (phone) WHERE phone IS NOT NULL",
    // The register is imported again and again: the same person in the same role on the same unit is one row.
    "CREATE UNIQUE INDEX residency_person_unique ON residency (unit_id, role, name, started_at)",
    "CREATE TABLE staff_assignment (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        staff_id uuid NOT NULL,
        role text NOT NULL,
        community_id uuid,
        created_at timestamptz NOT NULL,
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
    )",
    "CREATE UNIQUE INDEX staff_assignment_unique ON staff_assignment (staff_id, role, community_id) WHERE community_id IS NOT NULL",
    "CREATE UNIQUE INDEX staff_assignment_everywhere_unique ON staff_assignment (staff_id, role) WHERE community_id IS NULL",
    "CREATE INDEX staff_assignment_community ON staff_assignment (org_id, community_id)",
    "CREATE TABLE staff_trade (
        staff_id uuid NOT NULL,
        trade text NOT NULL,
        org_id uuid NOT NULL,
        PRIMARY KEY (staff_id, trade),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id)
    )",
];
