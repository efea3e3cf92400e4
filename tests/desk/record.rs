//! Money over the counter, as it should go.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::shared::{Desk, receipts, rows};
use crate::billing::shared::owed;
use crate::tickets::shared::number;

both!(
    cash_pays_what_is_owed_and_gives_a_receipt,
    a_transfer_of_yesterday_pays_parts,
    what_is_over_is_paid_ahead_if_that_is_welcome
);

async fn cash_pays_what_is_owed_and_gives_a_receipt(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let input = desk.cash(json!({ "payerName": "王芳" }));
    let taken = desk.record_by(&desk.clerk.client, input.clone()).await.ok();
    let it = &taken["recorded"];
    assert_eq!((&it["amount"]["amount"], &it["allocated"]["amount"]), (&json!("134.25"), &json!("134.25")));
    assert_eq!((&it["method"], &it["voucher"], &it["paidOn"]), (&json!("CASH"), &json!(null), &json!("2026-03-02")));
    let receipt = json!({
        "id": it["receipt"]["id"], "number": "D-00000001", "state": "VALID", "amount": { "amount": "134.25" },
        "payerName": "王芳", "issuedByName": "员工1-33",
        "lines": [
            { "nameZh": "物业费", "place": "1栋 101", "from": "2026-03-01", "to": "2026-04-01", "amount": { "amount": "26.85" } },
            { "nameZh": "电梯费", "place": "1栋 101", "from": "2026-03-01", "to": "2026-04-01", "amount": { "amount": "107.40" } },
        ],
    });
    assert_eq!(it["receipt"], receipt);
    assert_eq!(owed(&desk.owner).await, Vec::<String>::new());
    assert_eq!(receipts(&desk.owner).await, ["D-00000001 VALID 134.25"], "residents see their own");
    let before = rows(&app).await;
    assert_eq!(desk.record_by(&desk.clerk.client, input.clone()).await.ok(), taken, "a repeat");
    assert_eq!(desk.record(json!({})).await.refused(), "ALREADY_PAID");
    let mut other = input;
    other["payerName"] = json!("李雷");
    assert_eq!(desk.record_by(&desk.clerk.client, other).await.refused(), "KEY_REUSED");
    assert_eq!(rows(&app).await, before);
    let staff = "SELECT COUNT(*) FROM payment WHERE state = 'SETTLED' AND staff_id IS NOT NULL AND account_id IS NULL";
    assert_eq!(number(&app, staff).await, 1);
    // All of a payer, found by the payer.
    let query = "query($u: ID!) { charges(filter: { unitId: $u }) { nodes { payerId billId } } }";
    let found = desk.clerk.client.query(query, json!({ "u": desk.unit(1) })).await["charges"]["nodes"][0].clone();
    let all = json!({ "unitId": null, "payerId": found["payerId"] });
    let taken = desk.record(all).await.ok();
    assert_eq!(taken["recorded"]["amount"]["amount"], "134.25");
    assert_eq!(taken["recorded"]["receipt"]["payerName"], "乙", "whoever owes");
    assert_eq!(taken["recorded"]["receipt"]["number"], "D-00000002");
    let bills = json!({ "unitId": null, "billIds": [found["billId"]] });
    assert_eq!(desk.record(bills).await.refused(), "ALREADY_PAID");
}

async fn a_transfer_of_yesterday_pays_parts(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let charges = desk.charges(0).await;
    let part = json!({
        "unitId": null, "chargeIds": [charges[0]], "amount": "20", "method": "TRANSFER", "voucher": " ab 12-3 ",
        "paidOn": "2026-03-01",
    });
    let taken = desk.record(part).await.ok();
    let it = &taken["recorded"];
    assert_eq!(
        (&it["voucher"], &it["paidOn"], &it["allocated"]["amount"]),
        (&json!("AB12-3"), &json!("2026-03-01"), &json!("20.00"))
    );
    assert_eq!(owed(&desk.owner).await, ["101 114.25"]);
    let on = "SELECT COUNT(*) FROM journal WHERE kind = 'RECEIVED' AND posted_on = '2026-03-01'";
    assert_eq!(number(&app, on).await, 1, "the day on which it was paid");
    // The card's slip may have the same number; the next transfer may not, however it is written.
    let rest = json!({ "unitId": null, "chargeIds": [charges[1]], "method": "POS", "voucher": "AB12-3" });
    desk.record(rest).await.ok();
    let again = json!({ "method": "TRANSFER", "voucher": "Ab12-3" });
    let refused = desk.record(again).await;
    assert_eq!((refused.refused(), refused.field()), ("VOUCHER_USED".into(), "input.voucher".into()));
    assert_eq!(owed(&desk.owner).await, ["101 6.85"]);
}

async fn what_is_over_is_paid_ahead_if_that_is_welcome(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let before = rows(&app).await;
    let outcome = desk.record(json!({ "amount": "200" })).await;
    assert_eq!((outcome.refused(), outcome.field()), ("AMOUNT_DIFFERS".into(), "input.amount".into()));
    // A charge that is paid whole or not at all leaves a rest.
    assert_eq!(desk.record(json!({ "amount": "30" })).await.refused(), "AMOUNT_DIFFERS");
    assert_eq!(rows(&app).await, before);
    let taken = desk.record(json!({ "amount": "200", "restToPrepaid": true })).await.ok();
    assert_eq!(taken["recorded"]["prepaid"]["amount"], "65.75");
    assert_eq!(taken["recorded"]["receipt"]["lines"][2]["nameZh"], "预存款");
    let prepaid = desk.owner.query("{ prepaidBalances { feeItemId amount { amount } } }", json!({})).await;
    assert_eq!(prepaid["prepaidBalances"], json!([{ "feeItemId": null, "amount": { "amount": "65.75" } }]));
    let ahead = json!({
        "unitId": null, "prepaidUnitId": desk.unit(0), "prepaidFeeItemId": desk.items[0], "amount": "10.00",
    });
    let taken = desk.record(ahead).await.ok();
    assert_eq!(
        (&taken["recorded"]["allocated"]["amount"], &taken["recorded"]["prepaid"]["amount"]),
        (&json!("0.00"), &json!("10.00"))
    );
    assert_eq!(receipts(&desk.owner).await, ["D-00000001 VALID 200.00", "D-00000002 VALID 10.00"]);
}
