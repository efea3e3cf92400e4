//! Two at once: nothing is paid twice, no number is given twice, no closed shift gets money.

use std::sync::Arc;

use entities::values::Role;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{Desk, receipts};
use crate::billing::shared::owed;
use crate::tickets::shared::{key, number};

both!(two_clerks_take_the_same_debt_once, a_shift_that_closes_gets_no_more, of_a_charge_one_invoice_at_a_time);

async fn two_clerks_take_the_same_debt_once(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let second = desk.scene.world.worker(&app, 34, Role::Collector, &[]).await.client;
    desk.shift(&second, "0").await.ok();
    let charges = desk.charges(0).await;
    for (round, charge) in charges.iter().take(2).enumerate() {
        let (plain, welcome) = (
            json!({ "unitId": null, "chargeIds": [charge] }),
            json!({ "unitId": null, "chargeIds": [charge], "restToPrepaid": true }),
        );
        let (one, two, three) = tokio::join!(
            desk.record(plain.clone()),
            desk.record_by(&second, desk.cash(plain)),
            desk.record_by(&second, desk.cash(welcome)),
        );
        let codes = [one.codes(), two.codes(), three.codes()].concat();
        assert_eq!(codes, ["ALREADY_PAID", "ALREADY_PAID"], "round {round}");
    }
    assert_eq!(owed(&desk.owner).await, Vec::<String>::new());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM payment").await, 2, "refused money leaves nothing behind");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM prepaid_balance").await, 0);
    assert_eq!(receipts(&desk.owner).await, ["D-00000001 VALID 26.85", "D-00000002 VALID 107.40"]);
    // The same key from two phones of one clerk.
    let input = desk.cash(json!({ "unitId": desk.unit(1) }));
    let (one, two) = tokio::join!(desk.record_by(&second, input.clone()), desk.record_by(&second, input.clone()));
    assert_eq!(one.ok(), two.ok());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM receipt").await, 3);
}

async fn a_shift_that_closes_gets_no_more(app: Arc<TestApp>) {
    let desk = Desk::set_up(&app).await;
    let shift = desk.shift(&desk.clerk.client, "0").await.ok()["shift"]["id"].clone();
    let amounts = ["1", "2", "3"].map(|amount| json!({ "amount": amount }));
    let [a, b, c] = amounts;
    let (one, two, three, closed) = tokio::join!(
        desk.record(a),
        desk.record(b),
        desk.record(c),
        desk.close(&desk.clerk.client, &shift, "0", Some("急着走")),
    );
    closed.ok();
    let late = [one, two, three].iter().flat_map(|it| it.codes()).collect::<Vec<_>>();
    assert!(late.iter().all(|code| code == "NO_SHIFT"), "{late:?}");
    let taken = number(&app, "SELECT COUNT(*) FROM payment").await;
    assert_eq!(taken + late.len() as i64, 3);
    let sum = number(&app, "SELECT CAST(COALESCE(SUM(amount), 0) AS bigint) FROM desk_entry").await;
    assert_eq!(number(&app, "SELECT expected FROM desk_shift").await, sum, "what it closed with is what it has");
}

async fn of_a_charge_one_invoice_at_a_time(app: Arc<TestApp>) {
    let desk = Desk::set_up(&app).await;
    let charges = desk.charges(0).await;
    let ask = |title: &str| json!({ "chargeIds": charges, "title": title, "idempotencyKey": key() });
    let (one, two) = tokio::join!(desk.invoice(&desk.owner, ask("甲")), desk.invoice(&desk.clerk.client, ask("乙")),);
    assert_eq!([one.codes(), two.codes()].concat(), ["ALREADY_INVOICED"]);
    assert_eq!(number(&app, "SELECT CAST(SUM(amount) AS bigint) FROM invoiced_charge").await, 13_425);
}
