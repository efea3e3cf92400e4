//! The price list: what counts where, who sees it, and what a page of it takes.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::scene::{drain, home, pipe, send_item, set_item, tube};
use crate::tickets::shared::{Crew, gained, key, merged, rows};

both!(
    an_entry_is_added_changed_and_retired,
    the_nearest_entry_counts,
    a_list_is_filtered_and_paged_by_one_statement,
    one_key_has_one_effect,
    of_two_that_add_one_code_the_second_changes_it
);

const LIST: &str = "query($c: ID, $k: ID, $t: String, $f: Int, $a: String) {
    list: priceList(communityId: $c, categoryId: $k, text: $t, first: $f, after: $a) {
        totalCount nodes { id code low { amount } communityId } pageInfo { hasNextPage endCursor } } }";

/// The codes and lowest prices of a list; null when there is none.
async fn listed(by: &Client, variables: Value) -> Value {
    let list = by.query(LIST, variables).await["list"].clone();
    let Some(nodes) = list["nodes"].as_array() else { return Value::Null };
    nodes.iter().map(|node| format!("{} {}", node["code"].as_str().unwrap(), node["low"]["amount"])).collect()
}

fn of(world: &World) -> Value {
    json!({ "c": home(world)["communityId"] })
}

async fn an_entry_is_added_changed_and_retired(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let made = send_item(&admin, merged(drain(), json!({ "categoryId": crew.world.category("PLUMBING") }))).await.ok();
    let expected = json!({
        "id": made["priceItem"]["id"], "communityId": null, "code": "DRAIN", "nameZh": "疏通下水",
        "nameEn": "Unstop a drain", "kind": "LABOUR", "categoryId": crew.world.category("PLUMBING"), "unit": "次",
        "currency": "CNY", "low": { "amount": "50.00", "currency": "CNY" }, "high": { "amount": "120.00" },
        "pricedOnSite": false, "active": true, "version": 1,
    });
    assert_eq!(made["priceItem"], expected);
    let change = json!({ "low": "60.5", "high": null, "expectedVersion": 1 });
    let changed = send_item(&admin, merged(drain(), change)).await.ok()["priceItem"].clone();
    assert_eq!((&changed["id"], &changed["version"]), (&expected["id"], &json!(2)));
    assert_eq!((&changed["low"]["amount"], &changed["high"]["amount"]), (&json!("60.50"), &json!("60.50")));
    let on_site = send_item(&admin, pipe()).await.ok()["priceItem"].clone();
    assert_eq!((&on_site["low"], &on_site["pricedOnSite"]), (&Value::Null, &json!(true)));
    let retire = json!({ "priceItemId": changed["id"], "expectedVersion": 2, "idempotencyKey": key() });
    let retired = admin.mutate("priceItemRetire", retire.clone(), "priceItem { active version }").await.ok();
    assert_eq!(retired["priceItem"], json!({ "active": false, "version": 3 }));
    assert_eq!(admin.mutate("priceItemRetire", retire, "priceItem { active version }").await.ok(), retired, "a repeat");
    assert_eq!(listed(&admin, of(&crew.world)).await, json!(["PIPE null"]));
    let again = send_item(&admin, drain()).await.ok()["priceItem"].clone();
    assert_eq!((&again["id"], &again["active"], &again["version"]), (&expected["id"], &json!(true), &json!(4)));
}

async fn the_nearest_entry_counts(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let admin = world.admin(&app).await;
    let manager = world.worker(&app, 11, Role::Manager, &[]).await.client;
    for item in [drain(), tube()] {
        set_item(&admin, item).await;
    }
    let own = set_item(&manager, merged(merged(drain(), home(world)), json!({ "low": "80" }))).await;
    let tenant = world.resident(&app, 2, world.home.units[0], ResidencyRole::Tenant).await;
    let finance = world.worker(&app, 12, Role::Finance, &[]).await.client;
    let expected = json!(["TUBE \"10.00\"", "DRAIN \"80.00\""]);
    for client in [&crew.owner, &tenant, &crew.plumber.client, &crew.desk.client, &finance, &manager] {
        assert_eq!(listed(client, of(world)).await, expected);
    }
    let away = json!({ "c": api::graphql::id::wire_id(world.elsewhere.community).to_string() });
    assert_eq!(listed(&admin, away.clone()).await, json!(["DRAIN \"50.00\"", "TUBE \"10.00\""]));
    // The organization's own, for staff.
    assert_eq!(listed(&crew.plumber.client, json!({})).await, json!(["DRAIN \"50.00\"", "TUBE \"10.00\""]));
    assert_eq!(crew.owner.post(LIST, json!({})).await.code(), "FORBIDDEN");
    // Another community or organization is as good as missing.
    let foreign = World::build(&app, 2).await.admin(&app).await;
    assert_eq!(listed(&foreign, of(world)).await, Value::Null);
    assert_eq!(listed(&crew.owner, away.clone()).await, Value::Null);
    assert_eq!(listed(&crew.plumber.client, away).await, Value::Null);
    let contractor = world.worker_at(&app, 13, Role::Contractor, None, &[]).await.client;
    assert_eq!(contractor.post(LIST, of(world)).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().post(LIST, of(world)).await.code(), "UNAUTHENTICATED");
    // Without its own entry the organization's counts again.
    let retire = json!({ "priceItemId": own, "idempotencyKey": key() });
    manager.mutate("priceItemRetire", retire, "priceItem { active }").await.ok();
    assert_eq!(listed(&crew.owner, of(world)).await, json!(["DRAIN \"50.00\"", "TUBE \"10.00\""]));
}

async fn a_list_is_filtered_and_paged_by_one_statement(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    assert_eq!(listed(&admin, of(&crew.world)).await, json!([]));
    for count in [1, 24] {
        for number in 0..count {
            let category = if number % 2 == 0 { json!(crew.world.category("PLUMBING")) } else { Value::Null };
            let more = json!({ "code": format!("N{count}-{number}"), "categoryId": category });
            set_item(&admin, merged(drain(), more)).await;
        }
        let page = "query($c: ID) { list: priceList(communityId: $c) { nodes { code low { amount } } } }";
        let (statements, _) = app.statements(crew.owner.query(page, of(&crew.world))).await;
        assert_eq!(statements, 3, "viewer, community, page");
    }
    let (mut seen, mut after) = (Vec::new(), Value::Null);
    loop {
        let list =
            crew.owner.query(LIST, merged(of(&crew.world), json!({ "f": 10, "a": after }))).await["list"].clone();
        assert_eq!(list["totalCount"], 25);
        seen.extend(list["nodes"].as_array().unwrap().iter().map(|node| node["code"].as_str().unwrap().to_owned()));
        after = list["pageInfo"]["endCursor"].clone();
        if list["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(seen.len(), 25);
    assert_eq!(seen[..3], ["N1-0", "N24-0", "N24-1"]);
    let count = async |more: Value| {
        crew.owner.query(LIST, merged(of(&crew.world), more)).await["list"]["totalCount"].as_i64().unwrap()
    };
    assert_eq!(count(json!({ "k": crew.world.category("PLUMBING") })).await, 13);
    assert_eq!(count(json!({ "t": "n24-2" })).await, 5);
    assert_eq!(count(json!({ "t": "下水" })).await, 25);
    assert_eq!(count(json!({ "t": "%" })).await, 0);
    assert_eq!(count(json!({ "f": 0 })).await, 25);
    assert_eq!(crew.owner.post(LIST, merged(of(&crew.world), json!({ "f": -1 }))).await.code(), "MALFORMED");
    assert_eq!(crew.owner.post(LIST, merged(of(&crew.world), json!({ "a": "x" }))).await.code(), "MALFORMED");
}

async fn one_key_has_one_effect(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    set_item(&admin, drain()).await;
    let before = rows(&app).await;
    for item in [tube(), merged(drain(), json!({ "low": "55" }))] {
        let first = send_item(&admin, item.clone()).await.ok();
        assert_eq!(send_item(&admin, item.clone()).await.ok(), first);
        let other = send_item(&admin, merged(item, json!({ "nameZh": "别的" }))).await;
        assert_eq!((other.refused(), other.field()), ("KEY_REUSED".into(), "input.idempotencyKey".into()));
    }
    assert_eq!(gained(&app, &before).await, [("idempotency_key", 2), ("price_item", 1)]);
}

async fn of_two_that_add_one_code_the_second_changes_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let before = rows(&app).await;
    let at_once = (0..6).map(|number| {
        let (admin, low) = (admin.clone(), (50 + number).to_string());
        tokio::spawn(async move { send_item(&admin, merged(drain(), json!({ "low": low }))).await.ok() })
    });
    let mut versions = Vec::new();
    for one in at_once.collect::<Vec<_>>() {
        versions.push(one.await.unwrap()["priceItem"]["code"].clone());
    }
    assert_eq!(versions, vec![json!("DRAIN"); 6]);
    assert_eq!(gained(&app, &before).await, [("idempotency_key", 6), ("price_item", 1)]);
    // Whoever saw none, or another version, changes nothing.
    let outcomes = [json!({ "expectedVersion": 0 }), json!({ "expectedVersion": 5 })];
    for seen in outcomes {
        let outcome = send_item(&admin, merged(drain(), seen)).await;
        assert_eq!((outcome.refused(), outcome.field()), ("STALE_VERSION".into(), "input.expectedVersion".into()));
    }
    send_item(&admin, merged(drain(), json!({ "expectedVersion": 6 }))).await.ok();
    send_item(&admin, merged(tube(), json!({ "expectedVersion": 0 }))).await.ok();
}
