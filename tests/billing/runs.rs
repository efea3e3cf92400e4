//! Billing runs: preview, post, again, interrupted.

use std::sync::Arc;

use api::db::Sql;
use api::domains::billing;
use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{RUN, Scene, charges, owed, unit};
use crate::tickets::shared::key;

both!(
    a_preview_says_what_a_run_posts_and_writes_nothing,
    started_twice_is_one_run,
    what_changed_is_posted_as_a_difference,
    a_worker_that_dies_leaves_whole_chunks,
    shared_costs_add_up,
    without_a_cutover_reading_it_is_an_estimate,
    what_is_paid_in_arrears_waits_for_its_period_to_end,
    what_was_given_up_is_not_charged_anew,
    a_cost_of_another_cycle_is_not_shared,
    prepaid_balance_pays_the_next_bill
);

const PREVIEW: &str = "query($c: ID!, $m: Date!) { billingPreview(communityId: $c, month: $m) { unitCount problemCount
    items { feeItem { code } unitCount chargeCount charged { amount } estimatedCount creditCount }
    problems { unitId code fromDay toDay } } }";

async fn number(app: &TestApp, table: &str) -> i64 {
    Sql::new(format!("SELECT COUNT(*) FROM {table}")).number(app.app.db.read()).await.unwrap()
}

async fn a_preview_says_what_a_run_posts_and_writes_nothing(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let item = scene.item(scene.area(json!({}))).await;
    scene.send_rate(&item, "2026-03-11", "0.3").await.ok();
    for index in 0..3 {
        scene.named(index, &format!("甲{index}")).await;
    }
    let asked = json!({ "c": scene.community(), "m": "2026-03-20" });
    let seen = scene.finance.client.query(PREVIEW, asked.clone()).await["billingPreview"].clone();
    assert_eq!((&seen["unitCount"], &seen["problemCount"]), (&json!(4), &json!(4)));
    // 21 of 31 days: 18.1887 yuan each.
    let total = json!([{ "feeItem": { "code": "MANAGEMENT" }, "unitCount": 3, "chargeCount": 3, "charged": { "amount": "54.57" },
        "estimatedCount": 0, "creditCount": 0 }]);
    assert_eq!(seen["items"], total);
    let gap =
        json!({ "unitId": unit(&scene.world, 0), "code": "NO_RATE", "fromDay": "2026-03-01", "toDay": "2026-03-11" });
    assert_eq!(seen["problems"][0], gap);
    assert_eq!([number(&app, "charge").await, number(&app, "billing_run").await], [0, 0]);
    let run = scene.bill(&app, "2026-03-01").await;
    assert_eq!((&run["charged"]["amount"], &run["problemCount"]), (&json!("54.57"), &json!(4)));
    assert_eq!(
        run["problems"]["nodes"][3],
        json!({ "unitNumber": "104", "code": "NO_PAYER", "fromDay": "2026-03-01", "toDay": "2026-04-01" })
    );
    // What is posted is no news any more.
    let seen = scene.finance.client.query(PREVIEW, asked).await["billingPreview"].clone();
    assert_eq!(seen["items"][0]["chargeCount"], 0);
    let bills = "{ bills { totalCount nodes { number due { amount } open { amount } } } }";
    let bills = scene.finance.client.query(bills, json!({})).await["bills"].clone();
    assert_eq!(
        bills["nodes"][0],
        json!({ "number": "202603-00000003", "due": { "amount": "18.19" }, "open": { "amount": "18.19" } })
    );
}

async fn started_twice_is_one_run(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    scene.named(0, "甲").await;
    let input = json!({ "communityId": scene.community(), "month": "2026-03-01", "idempotencyKey": key() });
    let start = async |input: Value| scene.finance.client.mutate("billingRunStart", input, RUN).await;
    let first = start(input.clone()).await.ok();
    assert_eq!(start(input.clone()).await.ok(), first);
    let mut other = input.clone();
    other["month"] = json!("2026-04-01");
    assert_eq!(start(other.clone()).await.refused(), "KEY_REUSED");
    // By somebody else, at the same time: the same run; another month waits.
    let second = json!({ "communityId": scene.community(), "month": "2026-03-31", "idempotencyKey": key() });
    assert_eq!(scene.manager.client.mutate("billingRunStart", second, RUN).await.ok(), first);
    other["idempotencyKey"] = json!(key());
    assert_eq!(start(other.clone()).await.refused(), "RUN_OPEN");
    let workers = (0..3).map(|_| {
        let app = app.app.clone();
        tokio::spawn(async move { billing::post_runs(&app).await.unwrap() })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    assert_eq!(number(&app, "charge").await, 1);
    assert_eq!(start(input).await.ok()["billingRun"]["state"], "POSTED", "a repeat tells of the run as it is");
    start(other).await.ok();
    let far = json!({ "communityId": scene.community(), "month": "2026-05-01", "idempotencyKey": key() });
    assert_eq!(start(far).await.refused(), "PERIOD_TOO_FAR");
    billing::post_runs(&app.app).await.unwrap();
}

async fn what_changed_is_posted_as_a_difference(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let item = scene.item_at(scene.area(json!({})), "0.3").await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    scene.bill(&app, "2026-03-01").await;
    // A higher rate, then a lower one; then half of it was given up already.
    scene.send_rate(&item, "2020-01-01", "0.4").await.ok();
    let more = scene.bill(&app, "2026-03-01").await;
    assert_eq!(
        (&more["number"], &more["charged"]["amount"], &more["creditCount"]),
        (&json!(2), &json!("8.95"), &json!(0))
    );
    scene.send_rate(&item, "2020-01-01", "0.2").await.ok();
    let less = scene.bill(&app, "2026-03-01").await;
    assert_eq!(
        (&less["chargeCount"], &less["credited"]["amount"], &less["creditCount"]),
        (&json!(0), &json!("17.90"), &json!(2))
    );
    assert_eq!(owed(&owner).await, ["101 17.90"]);
    assert_eq!(
        charges(&owner, json!({})).await,
        ["MANAGEMENT 住户1-1 2026-03-01 26.85-8.95", "MANAGEMENT 住户1-1 2026-03-01 8.95-8.95"]
    );
    // What cannot be billed is not taken back: a mistake in the settings makes no credit notes.
    let gone = json!({ "feeItemId": item, "effectiveOn": "2020-01-01", "rate": null, "idempotencyKey": key() });
    scene.finance.client.mutate("feeRateSet", gone, "feeItem { id }").await.ok();
    scene.send_rate(&item, "2026-03-15", "0.1").await.ok();
    let stuck = scene.bill(&app, "2026-03-01").await;
    assert_eq!(stuck["creditCount"], 0);
    assert_eq!(stuck["problems"]["nodes"][0]["code"], "NO_RATE");
}

async fn a_worker_that_dies_leaves_whole_chunks(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    crate::prove::billing::more_units(&app.app.db, scene.world.org, &scene.world.home, 2_400).await;
    let started = scene.send_run("2026-03-01").await.ok();
    let id = started["billingRun"]["id"].as_str().unwrap();
    for _ in 0..6 {
        // A worker that is cut off somewhere: between chunks or inside one.
        let worker = tokio::spawn({
            let app = app.app.clone();
            async move { billing::post_runs(&app).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(60)).await;
        worker.abort();
        let _ = worker.await;
        // Its lease ends.
        app.advance(Duration::minutes(2));
    }
    // A job that was handed to the database's writer may still end.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    app.advance(Duration::minutes(2));
    billing::post_runs(&app.app).await.unwrap();
    let run = scene.run(id).await;
    assert_eq!(
        (&run["state"], &run["doneCount"], &run["chargeCount"]),
        (&json!("POSTED"), &json!(2_404), &json!(2_400))
    );
    assert_eq!((number(&app, "charge").await, number(&app, "bill").await), (2_400, 2_400));
    assert_eq!(run["problemCount"], 4);
}

async fn shared_costs_add_up(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let lift = json!({ "code": "LIFT", "nameZh": "电梯公摊", "nameEn": "Lift", "kind": "SHARED", "timing": "ARREARS" });
    let item = scene.item(scene.area(lift)).await;
    for index in 0..4 {
        scene.named(index, &format!("甲{index}")).await;
    }
    let missing = scene.bill(&app, "2026-03-01").await;
    assert_eq!(
        missing["problems"]["nodes"],
        json!([{ "unitNumber": null, "code": "NO_COST", "fromDay": "2026-02-01", "toDay": "2026-03-01" }])
    );
    let cost = |total: &str| json!({ "feeItemId": item, "periodStart": "2026-02-01", "total": total, "basis": "AREA", "idempotencyKey": key() });
    let set = async |input: Value| scene.finance.client.mutate("sharedCostSet", input, "sharedCost { total }").await;
    set(cost("100.03")).await.ok();
    let run = scene.bill(&app, "2026-03-01").await;
    assert_eq!(
        (&run["chargeCount"], &run["charged"]["amount"]),
        (&json!(4), &json!("100.03")),
        "split, and not a fen astray"
    );
    set(cost("80")).await.ok();
    let less = scene.bill(&app, "2026-03-01").await;
    assert_eq!(less["credited"]["amount"], "20.03");
    let mut wrong = cost("80");
    wrong["periodStart"] = json!("2026-02-02");
    let refused = set(wrong).await;
    assert_eq!((refused.refused(), refused.field()), ("CANNOT_COMPUTE".into(), "input.periodStart".into()));
    assert_eq!(set(cost("0")).await.field(), "input.total");
}

async fn without_a_cutover_reading_it_is_an_estimate(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.send_rate(&water, "2026-03-11", "2.8").await.ok();
    scene.named(0, "甲").await;
    let meter = scene.meter(0, &water, "W-1", "0").await;
    app.advance(Duration::days(31));
    let unread = scene.bill(&app, "2026-04-01").await;
    assert_eq!(unread["problems"]["nodes"][0]["code"], "NO_READING");
    // 31 t in 31 days: 10 at 2.0, 21 at 2.8.
    scene.send_reading(&scene.finance.client, &meter, "2026-04-01", "31", "REGULAR").await.ok();
    let run = scene.bill(&app, "2026-04-01").await;
    assert_eq!(run["charged"]["amount"], "78.80");
    let filter = json!({ "unitId": unit(&scene.world, 0) });
    let expected = ["WATER 甲 2026-03-01 20.00 estimated", "WATER 甲 2026-03-11 58.80 estimated"];
    assert_eq!(charges(&scene.finance.client, filter).await, expected);
}

async fn what_is_paid_in_arrears_waits_for_its_period_to_end(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.named(0, "甲").await;
    let meter = scene.meter(0, &water, "W-1", "0").await;
    scene.send_reading(&scene.finance.client, &meter, "2026-03-02", "1", "REGULAR").await.ok();
    // On the 2nd of March the run of April bills what is paid in advance alone.
    let asked = json!({ "c": scene.community(), "m": "2026-04-01" });
    let seen = scene.finance.client.query(PREVIEW, asked).await["billingPreview"].clone();
    assert_eq!(seen["items"].as_array().map(Vec::len), Some(1), "{seen}");
    assert_eq!(scene.bill(&app, "2026-04-01").await["charged"]["amount"], "26.85");
    // March is over: all of its 31 t are billed.
    app.advance(Duration::days(30));
    scene.send_reading(&scene.finance.client, &meter, "2026-04-01", "31", "REGULAR").await.ok();
    assert_eq!(scene.bill(&app, "2026-04-01").await["charged"]["amount"], "62.00");
}

async fn what_was_given_up_is_not_charged_anew(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let item = scene.item_at(scene.area(json!({ "vacantShare": "0.7" })), "0.3").await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    scene.bill(&app, "2026-03-01").await;
    let list = scene.finance.client.query("{ charges { nodes { id } } }", json!({})).await;
    let charge = list["charges"]["nodes"][0]["id"].clone();
    let waive = json!({ "chargeId": charge, "amount": "26.85", "reason": "漏水补偿", "idempotencyKey": key() });
    scene.finance.client.mutate("chargeWaive", waive, "waiver { state }").await.ok();
    // Told late: the unit stands vacant from the 11th on. The month is cut, and still given up.
    let vacant = json!({ "unitId": unit(&scene.world, 0), "startedOn": "2026-03-11", "idempotencyKey": key() });
    scene.finance.client.mutate("unitVacancySet", vacant, "unit { vacancies { id } }").await.ok();
    let run = scene.bill(&app, "2026-03-01").await;
    assert_eq!((&run["chargeCount"], &run["creditCount"]), (&json!(0), &json!(0)));
    assert_eq!(owed(&owner).await, Vec::<String>::new());
    // At 0.6 the first ten days are 17.32 and the others 25.47: 9.53 less than what was given up, and as much less of them.
    scene.send_rate(&item, "2020-01-01", "0.6").await.ok();
    let run = scene.bill(&app, "2026-03-01").await;
    assert_eq!((&run["chargeCount"], &run["charged"]["amount"]), (&json!(1), &json!("15.94")), "42.79 less 26.85");
    assert_eq!(owed(&owner).await, ["101 15.94"]);
    assert_eq!(scene.bill(&app, "2026-03-01").await["chargeCount"], 0);
}

async fn a_cost_of_another_cycle_is_not_shared(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let lift = |months: i32| {
        let more = json!({ "code": "LIFT", "kind": "SHARED", "timing": "ARREARS", "cycleMonths": months });
        scene.area(more)
    };
    let item = scene.item(lift(1)).await;
    for index in 0..4 {
        scene.named(index, &format!("甲{index}")).await;
    }
    let cost = async |total: &str| {
        let input = json!({ "feeItemId": item, "periodStart": "2026-01-01", "total": total, "basis": "AREA", "idempotencyKey": key() });
        scene.finance.client.mutate("sharedCostSet", input, "sharedCost { total }").await.ok();
    };
    // January's cost; then the item is shared by the quarter.
    cost("100").await;
    scene.item(lift(3)).await;
    app.advance(Duration::days(30));
    let run = scene.bill(&app, "2026-04-01").await;
    assert_eq!((&run["chargeCount"], &run["problems"]["nodes"][0]["code"]), (&json!(0), &json!("NO_COST")));
    cost("310").await;
    assert_eq!(scene.bill(&app, "2026-04-01").await["charged"]["amount"], "310.00");
}

async fn prepaid_balance_pays_the_next_bill(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let item = scene.item_at(scene.area(json!({})), "0.3").await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    scene.bill(&app, "2026-03-01").await;
    // The charge is paid; a credit note then takes a third of it back, which lies in the prepaid balance.
    crate::prove::billing::pay_everything(&app.app.db).await;
    scene.send_rate(&item, "2020-01-01", "0.2").await.ok();
    scene.bill(&app, "2026-03-01").await;
    let query = "{ prepaidBalances { amount { amount } feeItemId } payable { total { amount } } }";
    let seen = owner.query(query, json!({})).await;
    assert_eq!(
        seen,
        json!({ "prepaidBalances": [{ "amount": { "amount": "8.95" }, "feeItemId": null }], "payable": [] })
    );
    // The next month draws on it: 17.90 less 8.95.
    scene.bill(&app, "2026-04-01").await;
    let seen = owner.query(query, json!({})).await;
    assert_eq!(seen, json!({ "prepaidBalances": [], "payable": [{ "total": { "amount": "8.95" } }] }));
}
