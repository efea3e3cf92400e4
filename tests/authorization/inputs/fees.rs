//! A valid input for each mutation of fees.

use super::{Input, it};

/// Every mutation of fees. A reading is voided before one more is recorded: only the last one of a meter can be.
pub(super) const INPUTS: &[Input] = &[
    it(
        "feeItemSet",
        "",
        r#"{"communityId":"$community","code":"PARKING","nameZh":"车位费","nameEn":"Parking","kind":"FIXED","timing":"ADVANCE","idempotencyKey":"$key"}"#,
    ),
    it("feeItemRetire", "", r#"{"feeItemId":"$retiring","idempotencyKey":"$key"}"#),
    it("feeRateSet", "", r#"{"feeItemId":"$fee","effectiveOn":"2027-01-01","rate":"0.5","idempotencyKey":"$key"}"#),
    it(
        "sharedCostSet",
        "",
        r#"{"feeItemId":"$lift","periodStart":"2026-01-01","total":"10","basis":"AREA","idempotencyKey":"$key"}"#,
    ),
    it("communityFeeSettingsSet", "", r#"{"communityId":"$community","waiverLimit":"50","idempotencyKey":"$key"}"#),
    it("unitPayerSet", "", r#"{"unitId":"$unit","name":"丁","startedOn":"2030-01-01","idempotencyKey":"$key"}"#),
    it(
        "feeDiscountSet",
        "",
        r#"{"unitId":"$unit","feeItemId":"$fee","share":"0.05","startedOn":"2030-01-01","reason":"理由","idempotencyKey":"$key"}"#,
    ),
    it("unitVacancySet", "", r#"{"unitId":"$unit","startedOn":"2030-01-01","idempotencyKey":"$key"}"#),
    it("meterReadingVoid", "", r#"{"readingId":"$reading","reason":"抄错","idempotencyKey":"$key"}"#),
    it("meterReadingRecord", "", r#"{"meterId":"$meter","value":"150","idempotencyKey":"$key"}"#),
    it(
        "meterSet",
        "",
        r#"{"unitId":"$unit","feeItemId":"$water","serial":"$key","installedOn":"2026-03-02","initialValue":"0","idempotencyKey":"$key"}"#,
    ),
    it(
        "chargeCreate",
        "",
        r#"{"unitId":"$unit","feeItemId":"$deposit","amount":"5","words":"工本费","idempotencyKey":"$key"}"#,
    ),
    it("chargeWaive", "", r#"{"chargeId":"$charge","amount":"0.01","reason":"理由","idempotencyKey":"$key"}"#),
    it("feeApprovalDecide", "", r#"{"subjectId":"$pending","approve":false,"idempotencyKey":"$key"}"#),
    it("billingRunStart", "", r#"{"communityId":"$community","month":"2026-03-01","idempotencyKey":"$key"}"#),
];
