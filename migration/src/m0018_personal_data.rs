//! Personal data: what was shown in full to whom and why, and what people did with the data that is about them.

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
    // What a disclosure of the kind REVEAL tells more: never the value itself.
    "CREATE TABLE disclosure_reveal (
        disclosure_id uuid NOT NULL PRIMARY KEY REFERENCES disclosure (id),
        subject_kind text NOT NULL,
        subject_id uuid NOT NULL,
        field text NOT NULL,
        reason text NOT NULL
    )",
    "CREATE INDEX disclosure_reveal_subject ON disclosure_reveal (subject_id)",
    // The same to whom the data is about; of no organization, since an account is not either.
    "CREATE TABLE own_data (
        id uuid NOT NULL PRIMARY KEY,
        account_id uuid NOT NULL REFERENCES account (id),
        kind text NOT NULL,
        request_id uuid,
        bytes bigint CHECK (bytes > 0),
        sha256 bytea,
        occurred_at timestamptz NOT NULL,
        CHECK ((kind = 'DOWNLOADED') = (sha256 IS NOT NULL)),
        CHECK ((kind = 'DOWNLOADED') = (request_id IS NOT NULL))
    )",
    "CREATE INDEX own_data_account ON own_data (account_id, occurred_at)",
];
