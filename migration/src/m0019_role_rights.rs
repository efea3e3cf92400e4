//! What organizations changed of the rights of roles.

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
    // Both lists stand between commas (`,TICKET_READ,`): every request reads them with its session, so a role has one row.
    "CREATE TABLE role_rights (
        id uuid NOT NULL PRIMARY KEY,
        org_id uuid NOT NULL REFERENCES organization (id),
        role text NOT NULL,
        granted text NOT NULL CHECK (granted LIKE ',%'),
        withdrawn text NOT NULL CHECK (withdrawn LIKE ',%'),
        version integer NOT NULL CHECK (version > 0),
        changed_at timestamptz NOT NULL,
        changed_by uuid NOT NULL,
        CONSTRAINT role_rights_unique UNIQUE (org_id, role),
        FOREIGN KEY (org_id, changed_by) REFERENCES staff_member (org_id, id)
    )",
];
