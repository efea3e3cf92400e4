//! Billing in the schema.

mod bills;
mod charges;
mod enums;
mod items;
mod ledger;
mod meters;
mod reports;
mod runs;
mod shared;
mod statement;
mod units;
mod waivers;

use async_graphql::MergedObject;

pub use bills::{Bill, find_bill};
pub use charges::{Charge, ChargeFilterInput, find_charge};
pub use reports::{ArrearsReportInput, CollectionReportInput};
pub use runs::{BillingRun, find_billing_run};

/// Queries of billing.
#[derive(MergedObject, Default)]
pub struct BillingQuery(
    items::ItemQuery,
    units::UnitFeesQuery,
    runs::RunQuery,
    charges::ChargeQuery,
    bills::BillQuery,
    shared::FeeSettingsQuery,
    waivers::ApprovalQuery,
    reports::FeeReportQuery,
    ledger::LedgerQuery,
    statement::StatementQuery,
);

/// Mutations of billing.
#[derive(MergedObject, Default)]
pub struct BillingMutation(
    items::ItemMutation,
    shared::FeeSettingsMutation,
    units::UnitFeesMutation,
    meters::MeterMutation,
    runs::RunMutation,
    charges::ChargeMutation,
    waivers::WaiverMutation,
);
