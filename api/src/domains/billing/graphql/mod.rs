//! Billing in the schema.

mod charges;
mod enums;
mod items;
mod meters;
mod reports;
mod runs;
mod units;
mod waivers;

use async_graphql::MergedObject;

pub use charges::{Bill, Charge, ChargeFilterInput, find_bill, find_charge};
pub use reports::{ArrearsReportInput, CollectionReportInput};
pub use runs::{BillingRun, find_billing_run};

/// Queries of billing.
#[derive(MergedObject, Default)]
pub struct BillingQuery(
    items::ItemQuery,
    units::UnitFeesQuery,
    runs::RunQuery,
    charges::ChargeQuery,
    waivers::ApprovalQuery,
    reports::FeeReportQuery,
);

/// Mutations of billing.
#[derive(MergedObject, Default)]
pub struct BillingMutation(
    items::ItemMutation,
    units::UnitFeesMutation,
    meters::MeterMutation,
    runs::RunMutation,
    charges::ChargeMutation,
    waivers::WaiverMutation,
);
