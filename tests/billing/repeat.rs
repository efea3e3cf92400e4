//! Every mutation of fees: the same key has its effect once, also of two at once; another body under it is refused; and
//! what has changed meanwhile is told.

use std::sync::Arc;

use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, both};

use super::shared::{RUN, Scene, books, changed, owed, unit};
use crate::tickets::shared::{key, merged};

both!(the_same_key_has_its_effect_once, what_changed_meanwhile_is_told, of_two_at_once_one_decides);

/// A mutation with a good input, what another body would say, and what is told.
type Command = (&'static str, Value, Value, &'static str);

fn id(of: &Value) -> String {
    of["id"].as_str().unwrap().to_owned()
}

/// A community with an item of each kind, a meter that was read, a charge, and a discount that waits.
async fn commands(app: &TestApp, scene: &Scene) -> Vec<Command> {
    let of =
        |code: &str, kind: &str| scene.area(json!({ "code": code, "kind": kind, "nameZh": code, "timing": "ARREARS" }));
    let area = scene.item_at(scene.area(json!({})), "0.3").await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    let (lift, card, old) = (
        scene.item(of("LIFT", "SHARED")).await,
        scene.item(of("CARD", "ONE_OFF")).await,
        scene.item(of("OLD", "FIXED")).await,
    );
    scene.named(0, "甲").await;
    let meter = scene.meter(0, &water, "W-1", "100").await;
    let read = scene.send_reading(&scene.finance.client, &meter, "2026-03-02", "110", "REGULAR").await.ok();
    scene.bill(app, "2026-03-01").await;
    let list = scene.finance.client.query("{ charges { nodes { id } } }", json!({})).await;
    let (flat, community) = (unit(&scene.world, 0), scene.community());
    let discount =
        json!({ "unitId": flat, "feeItemId": area, "share": "0.5", "startedOn": "2026-09-01", "reason": "x" });
    let asked = merged(discount.clone(), json!({ "idempotencyKey": key() }));
    let waits = scene.finance.client.mutate("feeDiscountSet", asked, "discount { id }").await.ok();
    let less = merged(discount, json!({ "share": "0.05" }));
    let new = merged(scene.area(json!({ "code": "NEW" })), json!({ "idempotencyKey": null }));
    let cost = json!({ "feeItemId": lift, "periodStart": "2026-02-01", "total": "10", "basis": "AREA" });
    let fresh = json!({ "unitId": flat, "feeItemId": water, "serial": "W-9", "installedOn": "2026-03-01", "initialValue": "0" });
    let (charge, reading) = (list["charges"]["nodes"][0]["id"].clone(), read["reading"]["id"].clone());
    vec![
        ("feeItemSet", new, json!({ "nameZh": "别的" }), "feeItem { id version }"),
        ("feeItemRetire", json!({ "feeItemId": old }), json!({ "feeItemId": area }), "feeItem { id active }"),
        (
            "feeRateSet",
            json!({ "feeItemId": water, "effectiveOn": "2026-05-01", "rate": "3" }),
            json!({ "rate": "4" }),
            "feeItem { rates { rate } }",
        ),
        ("sharedCostSet", cost, json!({ "total": "11" }), "sharedCost { id total }"),
        (
            "communityFeeSettingsSet",
            json!({ "communityId": community, "waiverLimit": "50" }),
            json!({ "waiverLimit": "60" }),
            "settings { version }",
        ),
        (
            "unitPayerSet",
            json!({ "unitId": flat, "name": "丁", "startedOn": "2026-06-01" }),
            json!({ "name": "戊" }),
            "unitPayer { id }",
        ),
        ("feeDiscountSet", less, json!({ "share": "0.06" }), "discount { id }"),
        (
            "unitVacancySet",
            json!({ "unitId": flat, "startedOn": "2026-07-01" }),
            json!({ "startedOn": "2026-07-02" }),
            "unit { vacancies { id } }",
        ),
        ("meterSet", fresh, json!({ "serial": "W-10" }), "meter { id }"),
        (
            "meterReadingVoid",
            json!({ "readingId": reading, "reason": "抄错" }),
            json!({ "reason": "又抄错" }),
            "reading { id voidedAt }",
        ),
        (
            "meterReadingRecord",
            json!({ "meterId": meter, "value": "150" }),
            json!({ "value": "151" }),
            "reading { id }",
        ),
        (
            "chargeCreate",
            json!({ "unitId": flat, "feeItemId": card, "amount": "5", "words": "补卡" }),
            json!({ "amount": "6" }),
            "charge { id billNumber }",
        ),
        (
            "chargeWaive",
            json!({ "chargeId": charge, "amount": "1", "reason": "x" }),
            json!({ "amount": "2" }),
            "waiver { id state }",
        ),
        (
            "feeApprovalDecide",
            json!({ "subjectId": id(&waits["discount"]), "approve": true }),
            json!({ "approve": false }),
            "approved",
        ),
        (
            "billingRunStart",
            json!({ "communityId": community, "month": "2026-04-01" }),
            json!({ "month": "2026-03-01" }),
            "billingRun { id number }",
        ),
    ]
}

async fn the_same_key_has_its_effect_once(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    for (name, input, other, selection) in commands(&app, &scene).await {
        // A second person decides.
        let by = if name == "feeApprovalDecide" { &scene.manager.client } else { &scene.finance.client };
        let input = merged(input, json!({ "idempotencyKey": key() }));
        let send = async |input: Value| by.mutate(name, input, selection).await;
        let before = books(&app).await;
        let (one, two) = tokio::join!(send(input.clone()), send(input.clone()));
        let done = one.ok();
        assert_eq!(two.ok(), done, "{name}: two at once");
        let gains = changed(&app, &before).await;
        assert!(gains.contains(&("idempotency_key", 1)) && gains.len() > 1, "{name}: {gains:?}");
        // Readings name who took them; a run's event comes with its end.
        let noted = !matches!(name, "meterReadingRecord" | "billingRunStart");
        assert_eq!(gains.contains(&("history_event", 1)), noted, "{name}: {gains:?}");
        let after = books(&app).await;
        assert_eq!(send(input.clone()).await.ok(), done, "{name}: later");
        assert_eq!(send(merged(input.clone(), other)).await.refused(), "KEY_REUSED", "{name}");
        let missing = send(merged(input, json!({ "idempotencyKey": "" }))).await;
        assert_eq!(missing.field(), "input.idempotencyKey", "{name}");
        assert_eq!(changed(&app, &after).await, [], "{name}");
    }
    api::domains::billing::post_runs(&app.app).await.unwrap();
}

async fn what_changed_meanwhile_is_told(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let commands = commands(&app, &scene).await;
    let input = |name: &str| commands.iter().find(|command| command.0 == name).unwrap().1.clone();
    for (name, ..) in &commands {
        let by = if *name == "feeApprovalDecide" { &scene.manager.client } else { &scene.finance.client };
        by.mutate(name, merged(input(name), json!({ "idempotencyKey": key() })), "userErrors { code }").await.ok();
    }
    let before = books(&app).await;
    let meter = input("meterReadingRecord")["meterId"].clone();
    for (name, more, code, field) in [
        ("feeItemSet", json!({ "expectedVersion": 7 }), "STALE_VERSION", "expectedVersion"),
        ("feeItemRetire", json!({}), "FEE_ITEM_RETIRED", "feeItemId"),
        (
            "feeItemRetire",
            json!({ "feeItemId": input("feeRateSet")["feeItemId"], "expectedVersion": 9 }),
            "STALE_VERSION",
            "expectedVersion",
        ),
        ("communityFeeSettingsSet", json!({ "expectedVersion": 0 }), "STALE_VERSION", "expectedVersion"),
        ("meterSet", json!({}), "ALREADY_EXISTS", "serial"),
        ("meterReadingVoid", json!({}), "READING_ORDER", "readOn"),
        ("meterReadingRecord", json!({ "meterId": meter }), "READING_ORDER", "readOn"),
        ("chargeWaive", json!({ "amount": "1000" }), "OVER_OPEN", "amount"),
        ("feeApprovalDecide", json!({}), "ALREADY_DECIDED", ""),
        ("billingRunStart", json!({ "month": "2026-03-01" }), "RUN_OPEN", ""),
    ] {
        let by = if name == "feeApprovalDecide" { &scene.manager.client } else { &scene.finance.client };
        let sent = merged(merged(input(name), json!({ "idempotencyKey": key() })), more);
        let outcome = by.mutate(name, sent, "userErrors { code }").await;
        assert_eq!(outcome.refused(), code, "{name}");
        if !field.is_empty() {
            assert_eq!(outcome.field(), format!("input.{field}"), "{name}");
        }
    }
    assert_eq!(changed(&app, &before).await, []);
    api::domains::billing::post_runs(&app.app).await.unwrap();
}

/// How many of two happened, and what the other was refused with.
fn one_of(outcomes: [Outcome; 2]) -> (usize, Vec<String>) {
    let codes: Vec<String> = outcomes.iter().flat_map(Outcome::codes).collect();
    (outcomes.iter().filter(|it| it.codes().is_empty()).count(), codes)
}

async fn of_two_at_once_one_decides(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    scene.item_at(scene.area(json!({})), "3").await;
    scene.bill(&app, "2026-03-01").await;
    let list = scene.finance.client.query("{ charges { nodes { id } } }", json!({})).await;
    let charge = list["charges"]["nodes"][0]["id"].clone();
    let waive = async |by: &Client, amount: &str| {
        let input = json!({ "chargeId": charge, "amount": amount, "reason": "x", "idempotencyKey": key() });
        by.mutate("chargeWaive", input, "waiver { id }").await
    };
    // 268.50 are open: two of 80 fit, and of the next two one.
    let (one, two) = tokio::join!(waive(&scene.finance.client, "80"), waive(&scene.manager.client, "80"));
    one.ok();
    two.ok();
    let (one, two) = tokio::join!(waive(&scene.finance.client, "80"), waive(&scene.manager.client, "80"));
    assert_eq!(one_of([one, two]), (1, vec!["OVER_OPEN".to_owned()]));
    assert_eq!(owed(&owner).await, ["101 28.50"]);
    // Two decide on one thing, one way and the other.
    let more = scene.item_at(scene.area(json!({ "code": "MORE" })), "9").await;
    let second = scene.world.worker(&app, 33, entities::values::Role::Manager, &[]).await.client;
    for round in 0..3 {
        let input = json!({ "unitId": unit(&scene.world, 0), "feeItemId": more, "share": "0.5",
            "startedOn": format!("2026-0{}-01", 5 + round), "reason": "x", "idempotencyKey": key() });
        let waits = scene.finance.client.mutate("feeDiscountSet", input, "discount { id }").await.ok();
        let decide = async |by: &Client, approve: bool| {
            let input = json!({ "subjectId": waits["discount"]["id"], "approve": approve, "idempotencyKey": key() });
            by.mutate("feeApprovalDecide", input, "approved").await
        };
        let (one, two) = tokio::join!(decide(&scene.manager.client, true), decide(&second, false));
        assert_eq!(one_of([one, two]), (1, vec!["ALREADY_DECIDED".to_owned()]));
    }
    // Two start a run under keys of their own: it is one.
    let start = async |by: &Client| {
        let input = json!({ "communityId": scene.community(), "month": "2026-04-01", "idempotencyKey": key() });
        by.mutate("billingRunStart", input, RUN).await.ok()["billingRun"]["id"].clone()
    };
    let (one, two) = tokio::join!(start(&scene.finance.client), start(&scene.manager.client));
    assert_eq!(one, two);
    assert_eq!(
        crate::tickets::shared::number(&app, "SELECT COUNT(*) FROM billing_run WHERE finished_at IS NULL").await,
        1
    );
    api::domains::billing::post_runs(&app.app).await.unwrap();
    // A run takes back while the same charges are given up: both happen, and every sum is right.
    for index in 1..4 {
        scene.named(index, &format!("甲{index}")).await;
    }
    let area = scene.item(scene.area(json!({ "code": "RACE" }))).await;
    scene.send_rate(&area, "2020-01-01", "3").await.ok();
    scene.bill(&app, "2026-03-01").await;
    let mine = json!({ "f": { "feeItemId": area } });
    let query = "query($f: ChargeFilterInput) { charges(filter: $f) { nodes { id } } }";
    let list = scene.finance.client.query(query, mine).await["charges"]["nodes"].clone();
    for (rate, net) in [("2", 71_600), ("1.5", 53_700), ("1", 35_800)] {
        scene.send_rate(&area, "2020-01-01", rate).await.ok();
        scene.send_run("2026-03-01").await.ok();
        let poster = {
            let app = app.app.clone();
            tokio::spawn(async move { api::domains::billing::post_runs(&app).await })
        };
        for node in list.as_array().unwrap() {
            let input = json!({ "chargeId": node["id"], "amount": "10", "reason": "x", "idempotencyKey": key() });
            scene.finance.client.mutate("chargeWaive", input, "waiver { state }").await.ok();
        }
        poster.await.unwrap().unwrap();
        let sum =
            "SELECT CAST(SUM(c.amount - c.credited) AS bigint) FROM charge c JOIN fee_item i ON i.id = c.fee_item_id
            WHERE i.code = 'RACE'";
        assert_eq!(crate::tickets::shared::number(&app, sum).await, net, "at {rate}");
    }
}
