//! A valid input for each mutation of payments.

use super::{Input, it};

/// Every mutation of payments. What needs an open shift comes after it was opened, and the series with books last: from then
/// on every receipt needs a book.
pub(super) const INPUTS: &[Input] = &[
    it(
        "paymentCreate",
        "",
        r#"{"payFor":{"chargeIds":["$charge"]},"method":"SANDBOX","channel":"PAGE","idempotencyKey":"$key"}"#,
    ),
    it("paymentRefresh", "", r#"{"paymentId":"$refreshed"}"#),
    it("paymentClose", "", r#"{"paymentId":"$begun"}"#),
    it("merchantRetire", "", r#"{"merchantId":"$merchant","idempotencyKey":"$key"}"#),
    it(
        "merchantSet",
        "",
        r#"{"communityId":"$community","credentials":{"sandbox":{"merchant":"$canary","secret":"$secret","url":"$gateway"}},"idempotencyKey":"$key"}"#,
    ),
    it("communityRefundSettingsSet", "", r#"{"communityId":"$community","refundLimit":"30","idempotencyKey":"$key"}"#),
    it(
        "refundCreate",
        "",
        r#"{"paymentId":"$payment","amount":"0.01","reason":"多收","charges":[{"chargeId":"$phoned","amount":"0.01"}],"idempotencyKey":"$key"}"#,
    ),
    it("refundDecide", "", r#"{"refundId":"$refunding","approve":false,"idempotencyKey":"$key"}"#),
    it("depositReturn", "", r#"{"chargeId":"$bonded","reason":"验收","atDesk":true,"idempotencyKey":"$key"}"#),
    it(
        "suspenseResolve",
        "",
        r#"{"suspenseItemId":"$suspense","words":"核实","sendBack":true,"idempotencyKey":"$key"}"#,
    ),
    it("reconciliationStart", "", r#"{"merchantId":"$merchant","day":"2026-03-02","idempotencyKey":"$key"}"#),
    it(
        "reconciliationDifferenceResolve",
        "",
        r#"{"differenceId":"$difference","words":"已核对","idempotencyKey":"$key"}"#,
    ),
    it("shiftOpen", "", r#"{"communityId":"$community","float":"0","idempotencyKey":"$key"}"#),
    it("refundSettle", "", r#"{"refundId":"$approved","method":"CASH","voucher":"88002","idempotencyKey":"$key"}"#),
    it("paymentRecord", "", r#"{"prepaidUnitId":"$unit","amount":"1","method":"CASH","idempotencyKey":"$key"}"#),
    it("receiptVoid", "", r#"{"receiptId":"$receipt","reason":"错","idempotencyKey":"$key"}"#),
    it("shiftClose", "", r#"{"shiftId":"$shift","countedCash":"1","reason":"差","idempotencyKey":"$key"}"#),
    it("invoiceRequest", "", r#"{"chargeIds":["$charge"],"kind":"PERSON","title":"住户","idempotencyKey":"$key"}"#),
    it(
        "invoiceIssue",
        "",
        r#"{"invoiceRequestId":"$invoice","number":"25312000000123456791","idempotencyKey":"$key"}"#,
    ),
    it(
        "invoiceReverse",
        "",
        r#"{"invoiceRequestId":"$invoice","redNumber":"25312000000123456792","reason":"错","idempotencyKey":"$key"}"#,
    ),
    it("invoiceRefuse", "", r#"{"invoiceRequestId":"$refusable","reason":"不符","idempotencyKey":"$key"}"#),
    it(
        "receiptSeriesSet",
        "",
        r#"{"communityId":"$community","code":"K","name":"收据本","books":true,"idempotencyKey":"$key"}"#,
    ),
    it(
        "receiptBookIssue",
        "",
        r#"{"seriesId":"$series","from":101,"to":150,"staffId":"$clerk","idempotencyKey":"$key"}"#,
    ),
    it("receiptBookReturn", "", r#"{"receiptBookId":"$book","idempotencyKey":"$key"}"#),
];
