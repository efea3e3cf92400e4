//! How the types of fees are reached, and their queries asked.

use super::{Other, Ways};

/// Types that are reached from an object with an id.
pub(super) const FROM_NODES: &[Ways] = &[
    ("Charge", &["charge", "credited", "watered", "worked"], &[("Charge", "")]),
    ("Bill", &["bill"], &[("Bill", "")]),
    ("BillingRun", &["run"], &[("BillingRun", ""), ("BillingProblem", "problems nodes")]),
];

/// Types that are reached otherwise.
pub(super) const FROM_LISTS: &[Other] = &[
    ("FeeItem", "feeItems(communityId:\"$community\",includeRetired:true)", None),
    ("FeeRate", "feeItems(communityId:\"$community\") rates", None),
    ("LateFee", "feeItems(communityId:\"$community\") lateFee", None),
    ("SharedCost", "feeItems(communityId:\"$community\") sharedCosts", None),
    ("CommunityFeeSettings", "communityFeeSettings(communityId:\"$community\")", None),
    ("UnitFees", "unitFees(unitId:\"$unit\")", None),
    ("UnitPayer", "unitFees(unitId:\"$unit\") payers", None),
    ("FeeDiscount", "unitFees(unitId:\"$unit\") discounts", None),
    ("UnitVacancy", "unitFees(unitId:\"$unit\") vacancies", None),
    ("Meter", "meters(unitId:\"$unit\")", None),
    ("MeterReading", "meters(unitId:\"$unit\") readings", None),
    ("BillingPreview", "billingPreview(communityId:\"$community\",month:\"2026-03-01\")", None),
    ("BillingPreviewItem", "billingPreview(communityId:\"$community\",month:\"2026-03-01\") items", None),
    ("FeeApproval", "feeApprovals", Some((0, "reason", "$canary"))),
    ("PayableUnit", "payable", Some((0, "communityName", "$canary"))),
    ("PrepaidBalance", "prepaidBalances", Some((0, "unitId", "$unit"))),
    (
        "CollectionFigures",
        "collectionReport(input:{charges:{communityId:\"$community\"},groupBy:[ITEM,COMMUNITY,BUILDING,PERIOD]})",
        None,
    ),
    ("Arrears", "arrears(input:{charges:{communityId:\"$community\"}}) nodes", None),
    ("CollectionReportFilter", "savedFilters nodes filter collectionReport", Some((1, "name", "$canary"))),
    ("ArrearsReportFilter", "savedFilters nodes filter arrears", Some((1, "name", "$canary"))),
    ("ChargeFilter", "savedFilters nodes filter collectionReport charges", Some((1, "name", "$canary"))),
];

/// Every query of fees, as it is asked about a community.
pub(super) const QUERIES: &[(&str, &str)] = &[
    ("arrears", "(input:{charges:{communityId:\"$community\"}})"),
    ("billingPreview", "(communityId:\"$community\",month:\"2026-03-01\")"),
    ("billingRun", "(id:\"$run\")"),
    ("billingRuns", "(communityId:\"$community\")"),
    ("bills", "(filter:{communityId:\"$community\"})"),
    ("charges", "(filter:{communityId:\"$community\"})"),
    ("collectionReport", "(input:{charges:{communityId:\"$community\"}})"),
    ("communityFeeSettings", "(communityId:\"$community\")"),
    ("feeApprovals", ""),
    ("feeItems", "(communityId:\"$community\")"),
    ("meters", "(unitId:\"$unit\")"),
    ("payable", ""),
    ("prepaidBalances", ""),
    ("unitFees", "(unitId:\"$unit\")"),
];
