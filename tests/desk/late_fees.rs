//! Late fees stop with the day on which the money came, though it is recorded later.

use std::sync::Arc;

use api::domains::billing;
use chrono::Duration;
use serde_json::json;
use support::{TestApp, both};

use super::shared::Desk;
use crate::billing::shared::owed;
use crate::tickets::shared::number;

both!(a_transfer_that_is_recorded_late_costs_nothing, a_late_fee_that_was_paid_comes_back);

/// Unit 101 owes 268.50, due on the 2nd of March, at 0.05 % a day; today is the 17th: 14 days are 1.8795.
async fn overdue(app: &TestApp) -> Desk {
    let desk = Desk::with_late_fee(app).await;
    app.advance(Duration::days(15));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 1);
    assert_eq!(owed(&desk.owner).await, ["101 270.38"]);
    desk.shift(&desk.clerk.client, "0").await.ok();
    desk
}

async fn a_transfer_that_is_recorded_late_costs_nothing(app: Arc<TestApp>) {
    let desk = overdue(&app).await;
    let charges = desk.charges(0).await;
    // It came on the 12th: 9 days are 1.20825, and 0.67 are taken back.
    let transfer = |amount: &str, voucher: &str| {
        json!({ "unitId": null, "chargeIds": [charges[0]], "amount": amount, "method": "TRANSFER", "voucher": voucher,
            "paidOn": "2026-03-12" })
    };
    desk.record(transfer("268.50", "T1")).await.ok();
    assert_eq!(owed(&desk.owner).await, ["101 1.21"]);
    assert_eq!(number(&app, "SELECT amount FROM credit_note").await, 67);
    app.advance(Duration::days(3));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 0, "nothing grows any more");
    desk.record(json!({ "amount": "1.21" })).await.ok();
    assert_eq!(owed(&desk.owner).await, Vec::<String>::new());
}

async fn a_late_fee_that_was_paid_comes_back(app: Arc<TestApp>) {
    let desk = overdue(&app).await;
    let charges = desk.charges(0).await;
    let part = |amount: &str, voucher: &str, day: &str| {
        json!({ "unitId": null, "chargeIds": [charges[0]], "amount": amount, "method": "TRANSFER", "voucher": voucher,
            "paidOn": day })
    };
    // The late fee is paid as it stands today.
    desk.record(json!({ "unitId": null, "chargeIds": [charges[1]] })).await.ok();
    // 100 came on the 7th: 4 days on 268.50 and 10 on 168.50 are 0.537 and 0.8425.
    desk.record(part("100", "T1", "2026-03-07")).await.ok();
    let prepaid = "{ prepaidBalances { amount { amount } } }";
    let seen = desk.owner.query(prepaid, json!({})).await;
    assert_eq!(seen["prepaidBalances"], json!([{ "amount": { "amount": "0.50" } }]), "1.88 less 1.38");
    assert_eq!(owed(&desk.owner).await, ["101 168.50"]);
    // It goes on to grow on what is left: 12 days on 168.50 are 1.011, beside 0.537.
    app.advance(Duration::days(2));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 1);
    assert_eq!(owed(&desk.owner).await, ["101 168.67"], "1.55 less the 1.38 that were paid");
}
