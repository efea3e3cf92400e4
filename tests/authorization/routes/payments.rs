//! How the types of payments are reached, and their queries asked.

use super::{Other, Ways};

/// Types that are reached from an object with an id.
pub(super) const FROM_NODES: &[Ways] = &[
    ("Payment", &["payment", "begun", "cashed", "carded"], &[("Payment", ""), ("PaymentPart", "parts")]),
    ("Shift", &["closed", "shift"], &[("Shift", ""), ("ShiftTotal", "totals")]),
    ("Receipt", &["receipt", "voided", "reissued"], &[("Receipt", ""), ("ReceiptLine", "lines")]),
    ("InvoiceRequest", &["invoice", "reversed"], &[("InvoiceRequest", ""), ("InvoiceLine", "lines")]),
    ("Refund", &["refund", "refunding", "paidout", "deposited"], &[("Refund", ""), ("RefundPart", "parts")]),
    ("SuspenseItem", &["suspense", "placed", "returning"], &[("SuspenseItem", "")]),
    (
        "Reconciliation",
        &["reconciliation"],
        &[("Reconciliation", ""), ("ReconciliationDifference", "differences nodes")],
    ),
];

/// Types that are reached otherwise.
pub(super) const FROM_LISTS: &[Other] = &[
    ("Merchant", "merchants(communityId:\"$community\")", None),
    ("ReceiptSeries", "receiptSeries(communityId:\"$community\")", None),
    ("ReceiptBook", "receiptBooks(filter:{communityId:\"$community\"}) nodes", None),
    ("LedgerEntry", "ledgerEntries(filter:{communityId:\"$community\"},first:100) nodes", None),
    ("AccountBalance", "trialBalance(communityId:\"$community\")", None),
    ("CommunityRefundSettings", "communityRefundSettings(communityId:\"$community\")", None),
    ("YearStatement", "yearStatement(year:2026,payerId:\"$payer\")", None),
    ("StatementDebt", "yearStatement(year:2026,payerId:\"$payer\") debts", None),
    ("StatementPrepaid", "yearStatement(year:2026,payerId:\"$payer\") prepaid", None),
];

/// Every query of payments, as it is asked about a community.
pub(super) const QUERIES: &[(&str, &str)] = &[
    ("communityRefundSettings", "(communityId:\"$community\")"),
    ("invoiceRequests", "(filter:{communityId:\"$community\"})"),
    ("ledgerEntries", "(filter:{communityId:\"$community\"})"),
    ("merchants", "(communityId:\"$community\")"),
    ("payment", "(id:\"$payment\")"),
    ("paymentMethods", "(communityId:\"$community\")"),
    ("payments", "(filter:{communityId:\"$community\"})"),
    ("receiptBooks", "(filter:{communityId:\"$community\"})"),
    ("receiptSeries", "(communityId:\"$community\")"),
    ("receipts", "(filter:{communityId:\"$community\"})"),
    ("reconciliations", "(communityId:\"$community\")"),
    ("refunds", "(filter:{communityId:\"$community\"})"),
    ("shifts", "(filter:{communityId:\"$community\"})"),
    ("suspenseItems", "(filter:{communityId:\"$community\"})"),
    ("trialBalance", "(communityId:\"$community\")"),
    ("yearStatement", "(year:2026,payerId:\"$payer\")"),
];
