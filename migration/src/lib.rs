//! The one migrator of Linli, for SQLite and PostgreSQL: one file a step, in order, each in a transaction.
//!
//! Steps are written in the SQL that both databases share; [`sql::run`] replaces the few type names that differ.
//! A step that has shipped is never edited: a change is a new step that expands first and contracts in a later release.

use sea_orm_migration::prelude::*;

pub use sea_orm_migration::prelude::MigratorTrait;

mod m0001_foundation;
mod m0002_identity;
mod m0003_estate;
mod m0004_tickets;
mod m0005_clocks;
mod m0006_contacts;
mod m0007_uploads;
mod m0008_assignment;
mod m0009_offline;
mod m0010_audit;
mod m0011_changes;
mod m0012_quotes;
mod m0013_warranty;
mod m0014_services;
mod m0015_office;
mod m0016_sessions;
mod m0017_residencies;
mod m0018_personal_data;
mod m0019_role_rights;
mod m0020_fees;
mod m0021_payments;
mod m0022_desk;
mod m0023_reconciliation;
mod sql;

/// Runs the steps.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_foundation::Migration),
            Box::new(m0002_identity::Migration),
            Box::new(m0003_estate::Migration),
            Box::new(m0004_tickets::Migration),
            Box::new(m0005_clocks::Migration),
            Box::new(m0006_contacts::Migration),
            Box::new(m0007_uploads::Migration),
            Box::new(m0008_assignment::Migration),
            Box::new(m0009_offline::Migration),
            Box::new(m0010_audit::Migration),
            Box::new(m0011_changes::Migration),
            Box::new(m0012_quotes::Migration),
            Box::new(m0013_warranty::Migration),
            Box::new(m0014_services::Migration),
            Box::new(m0015_office::Migration),
            Box::new(m0016_sessions::Migration),
            Box::new(m0017_residencies::Migration),
            Box::new(m0018_personal_data::Migration),
            Box::new(m0019_role_rights::Migration),
            Box::new(m0020_fees::Migration),
            Box::new(m0021_payments::Migration),
            Box::new(m0022_desk::Migration),
            Box::new(m0023_reconciliation::Migration),
        ]
    }
}
