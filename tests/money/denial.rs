//! Who may not: each role, the other community and the other organization, with the exact code, and nothing changed.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use crate::payments::shared::Till;
use crate::tickets::shared::{gained, key, rows};

both!(who_has_no_right_is_told_so, another_organization_is_as_good_as_missing);

type Command = (&'static str, Value, &'static str);

/// Every mutation with an input that would do.
async fn commands(app: &TestApp, till: &Till) -> (Vec<Command>, Value) {
    let payment = till.paid(json!({})).await;
    till.strange_money(app, "STRANGE01", 15_000).await;
    let item = till.suspense(1).await[0]["id"].clone();
    let lift = till.charge("LIFT").await;
    let refund = till.ask_charge(&payment, &lift, "1").await;
    let merchant = wire_id(till.merchant().await).to_string();
    till.refund_past_linli(app, &payment, "OUTSIDE01", 100, 13_425).await;
    app.advance(chrono::Duration::hours(26));
    api::domains::payments::reconcile(&app.app).await.unwrap();
    let list = "{ reconciliations { nodes { id differences { nodes { id kind } } } } }";
    let seen = till.scene.finance.client.query(list, json!({})).await["reconciliations"]["nodes"][0].clone();
    let difference = seen["differences"]["nodes"][0]["id"].clone();
    let ids = json!([refund["id"], item, seen["id"]]);
    let charges = json!([{ "chargeId": lift, "amount": "1" }]);
    let made = vec![
        (
            "refundCreate",
            json!({ "paymentId": payment, "amount": "1", "charges": charges, "reason": "x" }),
            "refund { id }",
        ),
        ("refundDecide", json!({ "refundId": refund["id"], "approve": true }), "refund { id }"),
        ("refundSettle", json!({ "refundId": refund["id"], "method": "CASH", "voucher": "x" }), "refund { id }"),
        ("depositReturn", json!({ "chargeId": lift, "reason": "x" }), "refund { id }"),
        (
            "communityRefundSettingsSet",
            json!({ "communityId": till.scene.community(), "refundLimit": "1" }),
            "settings { version }",
        ),
        ("suspenseResolve", json!({ "suspenseItemId": item, "sendBack": true, "words": "x" }), "suspenseItem { id }"),
        ("reconciliationStart", json!({ "merchantId": merchant, "day": "2026-03-02" }), "reconciliation { id }"),
        ("reconciliationDifferenceResolve", json!({ "differenceId": difference, "words": "x" }), "difference { id }"),
    ];
    (made, ids)
}

async fn send(by: &Client, (name, input, selection): &Command) -> support::client::Outcome {
    let mut input = input.clone();
    input["idempotencyKey"] = json!(key());
    by.mutate(name, input, selection).await
}

const LISTS: [&str; 3] = ["refunds", "suspenseItems", "reconciliations"];
const TABLES: [&str; 7] = [
    "refund",
    "refund_part",
    "suspense_item",
    "reconciliation",
    "reconciliation_difference",
    "journal",
    "community_refund_setting",
];

/// How many rows each table of money has, and the states of refunds and suspense.
async fn standing(app: &TestApp) -> Vec<i64> {
    let mut found = Vec::new();
    let states = ["refund WHERE state = 'PENDING'", "suspense_item WHERE state = 'OPEN'"];
    for table in TABLES.into_iter().chain(states) {
        let sql = api::db::Sql::new(format!("SELECT COUNT(*) FROM {table}"));
        found.push(sql.number(app.app.db.read()).await.unwrap());
    }
    found
}

async fn who_has_no_right_is_told_so(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (commands, ids) = commands(&app, &till).await;
    let world = &till.scene.world;
    let stranger = till.scene.owner(&app, 2, 1, "2026-03-02").await;
    let mut people = vec![("owner", till.owner.clone()), ("stranger", stranger), ("nobody", app.anonymous())];
    let roles = [Role::FrontDesk, Role::Technician, Role::Contractor, Role::Supervisor, Role::Collector];
    for (number, role) in roles.into_iter().enumerate() {
        people.push((role.as_str(), world.worker(&app, 40 + number as u64, role, &[]).await.client));
    }
    let (before, standing_before) = (rows(&app).await, standing(&app).await);
    for (who, client) in &people {
        let expected = if *who == "nobody" { "UNAUTHENTICATED" } else { "FORBIDDEN" };
        for command in &commands {
            assert_eq!(send(client, command).await.refused(), expected, "{who} {}", command.0);
        }
        for list in &LISTS[1..] {
            let answer = client.post(&format!("{{ {list} {{ nodes {{ id }} }} }}"), json!({})).await;
            assert_eq!(answer.code(), expected, "{who} {list}");
        }
        if *who == "nobody" {
            continue;
        }
        // Who sees fees sees refunds of what they see; the rest is for whoever reconciles.
        for (index, id) in ids.as_array().unwrap().iter().enumerate() {
            let sees = index == 0 && ["owner", "COLLECTOR"].contains(who);
            let node = client.query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node["node"].is_null(), !sees, "{who} {id}");
        }
    }
    assert_eq!((gained(&app, &before).await, standing(&app).await), (vec![], standing_before));
}

async fn another_organization_is_as_good_as_missing(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (commands, ids) = commands(&app, &till).await;
    let stranger = World::build(&app, 2).await.admin(&app).await;
    let world = &till.scene.world;
    let elsewhere = world.worker_at(&app, 50, Role::Finance, Some(world.elsewhere.community), &[]).await.client;
    let (before, standing_before) = (rows(&app).await, standing(&app).await);
    for client in [&stranger, &elsewhere] {
        for command in &commands {
            assert_eq!(send(client, command).await.refused(), "NOT_FOUND", "{}", command.0);
        }
        for list in LISTS {
            let seen = client.query(&format!("{{ {list} {{ totalCount nodes {{ id }} }} }}"), json!({})).await;
            assert_eq!(seen[list], json!({ "totalCount": 0, "nodes": [] }), "{list}");
        }
        for id in ids.as_array().unwrap() {
            let node = client.query("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
            assert_eq!(node["node"], Value::Null, "{id}");
        }
    }
    assert_eq!((gained(&app, &before).await, standing(&app).await), (vec![], standing_before));
}
