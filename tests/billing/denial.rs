//! Who may not: each role and the other organization, with the exact code, and nothing changed.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::{Scene, books, changed, unit};
use crate::tickets::shared::key;

both!(
    who_has_no_right_is_told_so,
    another_organization_is_as_good_as_missing,
    a_payer_of_another_community_is_as_good_as_missing
);

/// Every mutation of fees with an input that would do.
async fn commands(scene: &Scene, rows: &Rows) -> Vec<(&'static str, Value, &'static str)> {
    let Rows { meter, item, charge, reading, pending } = rows;
    let flat = unit(&scene.world, 0);
    let cost = json!({ "feeItemId": item, "periodStart": "2026-02-01", "total": "1", "basis": "AREA" });
    let payer = json!({ "unitId": flat, "name": "丁", "startedOn": "2026-05-01" });
    let discount =
        json!({ "unitId": flat, "feeItemId": item, "share": "0.05", "startedOn": "2026-05-01", "reason": "x" });
    let fresh =
        json!({ "unitId": flat, "feeItemId": item, "serial": "W-9", "installedOn": "2026-03-01", "initialValue": "0" });
    let one_off = json!({ "unitId": flat, "feeItemId": item, "amount": "1", "words": "x" });
    let mut area = scene.area(json!({ "code": "OTHER" }));
    area.as_object_mut().unwrap().remove("idempotencyKey");
    vec![
        ("feeItemSet", area, "feeItem { id }"),
        ("feeItemRetire", json!({ "feeItemId": item }), "feeItem { id }"),
        ("feeRateSet", json!({ "feeItemId": item, "effectiveOn": "2026-05-01", "rate": "9" }), "feeItem { id }"),
        ("sharedCostSet", cost, "sharedCost { id }"),
        ("communityFeeSettingsSet", json!({ "communityId": scene.community() }), "settings { version }"),
        ("unitPayerSet", payer, "unitPayer { id }"),
        ("feeDiscountSet", discount, "discount { id }"),
        ("unitVacancySet", json!({ "unitId": flat, "startedOn": "2026-05-01" }), "unit { vacancies { id } }"),
        ("meterSet", fresh, "meter { id }"),
        ("meterReadingRecord", json!({ "meterId": meter, "value": "500" }), "reading { id }"),
        ("meterReadingVoid", json!({ "readingId": reading, "reason": "x" }), "reading { id }"),
        ("feeApprovalDecide", json!({ "subjectId": pending, "approve": true }), "approved"),
        ("chargeCreate", one_off, "charge { id }"),
        ("chargeWaive", json!({ "chargeId": charge, "amount": "1", "reason": "x" }), "waiver { id }"),
        ("billingRunStart", json!({ "communityId": scene.community(), "month": "2026-04-01" }), "billingRun { id }"),
    ]
}

/// Rows that commands are about.
struct Rows {
    meter: String,
    item: String,
    charge: Value,
    reading: Value,
    pending: Value,
}

async fn set_up(app: &TestApp) -> (Scene, Rows) {
    let scene = Scene::build(app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    scene.named(0, "甲").await;
    let meter = scene.meter(0, &water, "W-1", "100").await;
    scene.bill(app, "2026-03-01").await;
    let list = scene.finance.client.query("{ charges { nodes { id } } }", json!({})).await;
    let charge = list["charges"]["nodes"][0]["id"].clone();
    let read = scene.send_reading(&scene.finance.client, &meter, "2026-03-02", "110", "REGULAR").await.ok();
    let discount = json!({ "unitId": unit(&scene.world, 0), "feeItemId": water, "share": "0.5", "startedOn": "2026-05-01",
        "reason": "x", "idempotencyKey": key() });
    let waits = scene.finance.client.mutate("feeDiscountSet", discount, "discount { id state }").await.ok();
    let (reading, pending) = (read["reading"]["id"].clone(), waits["discount"]["id"].clone());
    (scene, Rows { meter, item: water, charge, reading, pending })
}

async fn send(by: &Client, (name, input, selection): &(&'static str, Value, &'static str)) -> support::client::Outcome {
    let mut input = input.clone();
    input["idempotencyKey"] = json!(key());
    by.mutate(name, input, selection).await
}

const QUERIES: [&str; 5] = [
    "{ charges { nodes { id } } }",
    "{ bills { nodes { id } } }",
    "{ billingRuns { nodes { id } } }",
    "{ collectionReport { billedUnitMonths } }",
    "{ arrears { nodes { payerId } } }",
];

async fn who_has_no_right_is_told_so(app: Arc<TestApp>) {
    let (scene, about) = set_up(&app).await;
    let commands = commands(&scene, &about).await;
    let world = &scene.world;
    let resident = scene.owner(&app, 1, 1, "2026-03-02").await;
    let mut strangers = vec![("resident", resident, true), ("nobody", app.anonymous(), false)];
    let roles =
        [Role::FrontDesk, Role::Dispatcher, Role::Technician, Role::Contractor, Role::TeamLeader, Role::Supervisor];
    for (number, role) in roles.into_iter().enumerate() {
        strangers.push((role.as_str(), world.worker(&app, 40 + number as u64, role, &[]).await.client, false));
    }
    let collector = world.worker(&app, 60, Role::Collector, &[]).await.client;
    let before = books(&app).await;
    for (who, client, reads) in &strangers {
        let expected = if *who == "nobody" { "UNAUTHENTICATED" } else { "FORBIDDEN" };
        for command in &commands {
            // A resident reads meters, of the own units.
            let expected = if *reads && command.0 == "meterReadingRecord" { "NOT_FOUND" } else { expected };
            assert_eq!(send(client, command).await.refused(), expected, "{who} {}", command.0);
        }
        for query in QUERIES {
            let answer = client.post(query, json!({})).await;
            if *reads && (query.starts_with("{ charges") || query.starts_with("{ bills")) {
                assert_eq!(
                    answer.body["data"].as_object().unwrap().values().next().unwrap()["nodes"],
                    json!([]),
                    "{query}"
                );
            } else {
                assert_eq!(answer.code(), expected, "{who} {query}");
            }
        }
    }
    // A collector sees and reads meters, and sets nothing.
    for query in QUERIES {
        collector.query(query, json!({})).await;
    }
    for command in commands.iter().filter(|command| command.0 != "meterReadingRecord") {
        assert_eq!(send(&collector, command).await.refused(), "FORBIDDEN", "{}", command.0);
    }
    assert_eq!(collector.post("{ feeApprovals { reason } }", json!({})).await.code(), "FORBIDDEN");
    assert_eq!(scene.finance.client.post("{ payable { unitId } }", json!({})).await.code(), "FORBIDDEN");
    assert_eq!(changed(&app, &before).await, []);
}

async fn a_payer_of_another_community_is_as_good_as_missing(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let card = json!({ "code": "CARD", "kind": "ONE_OFF", "nameZh": "工本费", "nameEn": "Card", "timing": "ARREARS" });
    let card = scene.item(scene.area(card)).await;
    let both = scene.world.worker_at(&app, 51, Role::Finance, None, &[]).await.client;
    let there = api::graphql::id::wire_id(scene.world.elsewhere.units[0]).to_string();
    let payer = async |by: &Client, unit: &str, who: Value| {
        let input = json!({ "unitId": unit, "startedOn": "2026-01-01", "idempotencyKey": key() });
        let fields = "unitPayer { payerId payerName payerPhone }";
        by.mutate("unitPayerSet", crate::tickets::shared::merged(input, who), fields).await
    };
    let made = payer(&both, &there, json!({ "name": "丁", "phone": "13900009999" })).await.ok();
    let known = json!({ "payerId": made["unitPayer"]["payerId"] });
    let charge = json!({ "unitId": unit(&scene.world, 0), "feeItemId": card, "amount": "5", "words": "补卡", "payerId": known["payerId"] });
    let before = books(&app).await;
    let finance = &scene.finance.client;
    for outcome in [
        payer(finance, &unit(&scene.world, 0), known.clone()).await,
        send(finance, &("chargeCreate", charge.clone(), "charge { id }")).await,
    ] {
        assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.payerId".into()));
    }
    assert_eq!(changed(&app, &before).await, []);
    // Whoever is let into both communities may; then the payer is known in both.
    send(&both, &("chargeCreate", charge.clone(), "charge { id }")).await.ok();
    send(finance, &("chargeCreate", charge, "charge { id }")).await.ok();
    payer(finance, &unit(&scene.world, 0), known).await.ok();
}

async fn another_organization_is_as_good_as_missing(app: Arc<TestApp>) {
    let (scene, about) = set_up(&app).await;
    let commands = commands(&scene, &about).await;
    let stranger = World::build(&app, 2).await.admin(&app).await;
    let elsewhere = scene.world.worker_at(&app, 50, Role::Finance, Some(scene.world.elsewhere.community), &[]).await;
    let before = books(&app).await;
    for client in [&stranger, &elsewhere.client] {
        for command in &commands {
            assert_eq!(send(client, command).await.refused(), "NOT_FOUND", "{}", command.0);
        }
        for query in &QUERIES[..3] {
            let data = client.query(query, json!({})).await;
            assert_eq!(data.as_object().unwrap().values().next().unwrap()["nodes"], json!([]), "{query}");
        }
        let preview = "query($c: ID!) { billingPreview(communityId: $c, month: \"2026-03-01\") { unitCount } }";
        let refused = client.post(preview, json!({ "c": scene.community() })).await;
        assert_eq!(refused.code(), "MALFORMED");
    }
    assert_eq!(changed(&app, &before).await, []);
}
