//! Payments: merchants at gateways, payments with what they pay, what gateways told us, and money that nobody has placed.

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
    // What a community was given by a gateway; `sealed` holds the credentials under a key of the master key.
    "CREATE TABLE merchant (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        gateway text NOT NULL,
        number text NOT NULL,
        sealed bytea NOT NULL,
        active boolean NOT NULL,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT merchant_org_key UNIQUE (org_id, id),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id)
    )",
    "CREATE UNIQUE INDEX merchant_active_unique ON merchant (community_id, gateway) WHERE active",
    // received = allocated + prepaid + suspense + refunded: where its money is now. `version` is the number of its last event.
    "CREATE TABLE payment (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        method text NOT NULL,
        merchant_id uuid,
        channel text,
        state text NOT NULL,
        closed_reason text,
        payer_id uuid,
        unit_id uuid,
        fee_item_id uuid,
        account_id uuid REFERENCES account (id),
        staff_id uuid,
        payer_name text,
        voucher text,
        amount bigint NOT NULL CHECK (amount > 0),
        received bigint NOT NULL CHECK (received >= 0),
        allocated bigint NOT NULL CHECK (allocated >= 0),
        prepaid bigint NOT NULL CHECK (prepaid >= 0),
        suspense bigint NOT NULL CHECK (suspense >= 0),
        refunded bigint NOT NULL CHECK (refunded >= 0),
        gateway_number text,
        journal_id uuid,
        expires_at timestamptz,
        check_at timestamptz,
        checks integer NOT NULL,
        paid_at timestamptz,
        settled_at timestamptz,
        version integer NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CHECK (received = allocated + prepaid + suspense + refunded),
        CHECK ((state = 'SETTLED') = (settled_at IS NOT NULL)),
        CHECK (received = 0 OR state = 'SETTLED'),
        CONSTRAINT payment_org_key UNIQUE (org_id, id),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, merchant_id) REFERENCES merchant (org_id, id),
        FOREIGN KEY (org_id, payer_id) REFERENCES payer (org_id, id),
        FOREIGN KEY (org_id, unit_id) REFERENCES unit (org_id, id),
        FOREIGN KEY (org_id, fee_item_id) REFERENCES fee_item (org_id, id),
        FOREIGN KEY (org_id, staff_id) REFERENCES staff_member (org_id, id),
        FOREIGN KEY (org_id, journal_id) REFERENCES journal (org_id, id)
    )",
    "CREATE UNIQUE INDEX payment_gateway_unique ON payment (merchant_id, gateway_number) WHERE gateway_number IS NOT NULL",
    "CREATE INDEX payment_check ON payment (check_at) WHERE check_at IS NOT NULL",
    "CREATE INDEX payment_account ON payment (account_id, id) WHERE account_id IS NOT NULL",
    "CREATE INDEX payment_payer ON payment (payer_id, id)",
    "CREATE INDEX payment_unit ON payment (unit_id, id) WHERE unit_id IS NOT NULL",
    "CREATE INDEX payment_community ON payment (community_id, id)",
    "CREATE INDEX payment_settled ON payment (community_id, settled_at) WHERE settled_at IS NOT NULL",
    "CREATE INDEX payment_merchant_paid ON payment (merchant_id, paid_at) WHERE paid_at IS NOT NULL",
    // What a payment is meant to pay, in this order.
    "CREATE TABLE payment_line (
        payment_id uuid NOT NULL,
        charge_id uuid NOT NULL,
        org_id uuid NOT NULL,
        position integer NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        PRIMARY KEY (payment_id, charge_id),
        FOREIGN KEY (org_id, payment_id) REFERENCES payment (org_id, id),
        FOREIGN KEY (org_id, charge_id) REFERENCES charge (org_id, id)
    )",
    "CREATE INDEX payment_line_charge ON payment_line (charge_id)",
    // The inbox: each notification of a gateway once.
    "CREATE TABLE gateway_notice (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        merchant_id uuid NOT NULL,
        number text NOT NULL,
        order_number text NOT NULL,
        event text NOT NULL,
        payment_id uuid,
        body_digest bytea NOT NULL,
        received_at timestamptz NOT NULL,
        CONSTRAINT gateway_notice_unique UNIQUE (merchant_id, number),
        FOREIGN KEY (org_id, merchant_id) REFERENCES merchant (org_id, id),
        FOREIGN KEY (org_id, payment_id) REFERENCES payment (org_id, id)
    )",
    // Money that came in and that nobody has placed; finance resolves it.
    "CREATE TABLE suspense_item (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL,
        community_id uuid NOT NULL,
        merchant_id uuid,
        payment_id uuid,
        gateway_number text,
        order_number text,
        reason text NOT NULL,
        amount bigint NOT NULL CHECK (amount > 0),
        state text NOT NULL,
        resolution text,
        words text,
        journal_id uuid NOT NULL,
        resolved_journal_id uuid,
        resolved_by uuid,
        resolved_at timestamptz,
        arrived_at timestamptz NOT NULL,
        created_at timestamptz NOT NULL,
        CHECK ((state = 'RESOLVED') = (resolved_at IS NOT NULL)),
        CONSTRAINT suspense_item_org_key UNIQUE (org_id, id),
        FOREIGN KEY (org_id, community_id) REFERENCES community (org_id, id),
        FOREIGN KEY (org_id, merchant_id) REFERENCES merchant (org_id, id),
        FOREIGN KEY (org_id, payment_id) REFERENCES payment (org_id, id),
        FOREIGN KEY (org_id, journal_id) REFERENCES journal (org_id, id),
        FOREIGN KEY (org_id, resolved_journal_id) REFERENCES journal (org_id, id),
        FOREIGN KEY (org_id, resolved_by) REFERENCES staff_member (org_id, id)
    )",
    "CREATE UNIQUE INDEX suspense_item_gateway_unique ON suspense_item (merchant_id, gateway_number) WHERE gateway_number IS NOT NULL",
    "CREATE INDEX suspense_item_open ON suspense_item (community_id, id) WHERE state = 'OPEN'",
    "CREATE INDEX suspense_item_payment ON suspense_item (payment_id) WHERE payment_id IS NOT NULL",
];
