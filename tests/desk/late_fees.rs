//! Late fees stop with the day on which the money came, though it is recorded later.

use std::sync::Arc;

use api::domains::billing;
use chrono::Duration;
use serde_json::json;
use support::{TestApp, both};

use super::shared::Desk;
use crate::billing::shared::owed;
use crate::tickets::shared::number;

both!(
    a_transfer_that_is_recorded_late_costs_nothing,
    a_late_fee_that_was_paid_comes_back,
    what_was_charged_too_much_was_never_late,
    two_workers_at_once_charge_it_once,
    nothing_is_looked_at_twice_a_day
);

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

async fn what_was_charged_too_much_was_never_late(app: Arc<TestApp>) {
    let desk = overdue(&app).await;
    let correct = async |rate: &str| {
        desk.scene.send_rate(&desk.items[0], "2020-01-01", rate).await.ok();
        desk.scene.bill(&app, "2026-03-01").await
    };
    // 179.00 were owed, not 268.50: 14 days of 0.05 % are 1.253, and 0.63 are taken back beside the 89.50.
    assert_eq!(correct("2").await["credited"]["amount"], "89.50");
    assert_eq!(owed(&desk.owner).await, ["101 180.25"]);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM credit_note WHERE amount = 63 AND to_prepaid = 0").await, 1);
    assert_eq!(desk.scene.bill(&app, "2026-03-01").await["creditCount"], 0);
    app.advance(Duration::days(1));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 1);
    assert_eq!(owed(&desk.owner).await, ["101 180.34"], "15 days are 1.3425");
    // The late fee is paid; then it is 89.50 that were owed, of which 15 days are 0.67125.
    let charges = desk.charges(0).await;
    desk.record(json!({ "unitId": null, "chargeIds": [charges[1]] })).await.ok();
    correct("1").await;
    let prepaid = "{ prepaidBalances { amount { amount } } }";
    let seen = desk.owner.query(prepaid, json!({})).await;
    assert_eq!(seen["prepaidBalances"], json!([{ "amount": { "amount": "0.67" } }]), "1.34 less 0.67");
    assert_eq!(owed(&desk.owner).await, ["101 89.50"]);
}

async fn two_workers_at_once_charge_it_once(app: Arc<TestApp>) {
    let desk = Desk::with_late_fee(&app).await;
    for (days, owes) in [(15, "101 270.38"), (1, "101 270.51"), (1, "101 270.65")] {
        app.advance(Duration::days(days));
        let workers: Vec<_> = (0..3)
            .map(|_| {
                let app = app.app.clone();
                tokio::spawn(async move { billing::accrue_late_fees(&app).await })
            })
            .collect();
        let mut grew = 0;
        for worker in workers {
            grew += worker.await.unwrap().unwrap();
        }
        assert_eq!((grew, owed(&desk.owner).await), (1, vec![owes.to_owned()]), "14, 15 and 16 days of 0.13425");
    }
}

async fn nothing_is_looked_at_twice_a_day(app: Arc<TestApp>) {
    let desk = Desk::with_late_fee(&app).await;
    let (idle, grew) = app.statements(billing::accrue_late_fees(&app.app)).await;
    assert_eq!(grew.unwrap(), 0, "it is due today");
    // Seven in the evening: somewhere it is the next day already.
    app.advance(Duration::days(15) + Duration::hours(10));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 1);
    let (again, grew) = app.statements(billing::accrue_late_fees(&app.app)).await;
    assert_eq!((grew.unwrap(), again), (0, idle));
    assert_eq!(owed(&desk.owner).await, ["101 270.38"]);
}
