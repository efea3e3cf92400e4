//! `node(id:)` finds each type, and tells nothing of what lies outside the viewer's scope.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{
    BuildingId, CommunityId, ContactId, PriceItemId, QuoteId, ResidencyRole, Role, ServicePlanId, StaffId, TicketId,
    Trade, TypedId, UnitId,
};
use serde_json::{Value, json};
use support::client::Answer;
use support::{Client, TestApp, World, both};

use crate::tickets::paid::scene::{drain, home, last_quote, line, set_item};
use crate::tickets::services::shared::made;
use crate::tickets::shared::merged;

both!(each_type_is_found, foreign_is_exactly_like_missing, a_malformed_id_is_nothing, without_a_role_nothing_is_found);

async fn ask(client: &Client, id: &str) -> Answer {
    client.post("query($id: ID!) { node(id: $id) { __typename id } }", json!({ "id": id })).await
}

async fn found(client: &Client, id: &str) -> Value {
    let answer = ask(client, id).await;
    assert!(answer.body.get("errors").is_none(), "{id}: {:#}", answer.body);
    answer.body["data"]["node"].clone()
}

/// An id that nothing has.
fn missing<T: TypedId>(app: &TestApp) -> String {
    wire_id(app.clock.new_id::<T>()).to_string()
}

/// One of each type in the world, with its name in the schema and an id of that type that nothing has.
async fn one_of_each(app: &TestApp, world: &World) -> Vec<(&'static str, String, String)> {
    let worker = world.worker(app, 50, Role::Technician, &[Trade::Plumbing]).await;
    let owner = world.resident(app, 50, world.home.units[0], ResidencyRole::Owner).await;
    let ticket = owner.submit(world.repair("ticket")).await;
    let said =
        json!({ "unitId": world.unit(), "kind": "ENQUIRY", "words": "物业费怎么交", "idempotencyKey": "contact" });
    let contact = owner.mutate("contactRecord", said, "contact { id }").await.ok();
    let contact = contact["contact"]["id"].as_str().unwrap().to_owned();
    let admin = world.admin(app).await;
    let plan = made(&admin, world, json!({})).await;
    let price = set_item(&admin, merged(drain(), home(world))).await;
    let paid = admin.submit(merged(world.repair("paid"), json!({ "payer": "PAID" }))).await;
    admin.step("ticketDispatch", &paid, json!({ "assigneeId": worker.wire })).await.ok();
    for step in ["ticketAccept", "ticketStart"] {
        worker.client.step(step, &paid, json!({})).await.ok();
    }
    worker.client.step("ticketQuoteSubmit", &paid, json!({ "lines": [line("1", "80")] })).await.ok();
    let quote = last_quote(&admin, &paid).await["id"].as_str().unwrap().to_owned();
    vec![
        ("Community", wire_id(world.home.community).to_string(), missing::<CommunityId>(app)),
        ("Building", wire_id(world.home.building).to_string(), missing::<BuildingId>(app)),
        ("Unit", world.unit(), missing::<UnitId>(app)),
        ("Staff", worker.wire, missing::<StaffId>(app)),
        ("Ticket", ticket, missing::<TicketId>(app)),
        ("Contact", contact, missing::<ContactId>(app)),
        ("ServicePlan", plan, missing::<ServicePlanId>(app)),
        ("TicketQuote", quote, missing::<QuoteId>(app)),
        ("PriceItem", price, missing::<PriceItemId>(app)),
    ]
}

async fn each_type_is_found(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    for (kind, id, _) in one_of_each(&app, &world).await {
        for client in [&admin, &desk] {
            assert_eq!(found(client, &id).await, json!({ "__typename": kind, "id": id }));
        }
    }
}

async fn foreign_is_exactly_like_missing(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let elsewhere = Some(world.elsewhere.community);
    let viewers = [
        ("another organization's administrator", other.admin(&app).await),
        ("the front desk of another community", world.worker_at(&app, 1, Role::FrontDesk, elsewhere, &[]).await.client),
        (
            "a resident of another community",
            world.resident(&app, 2, world.elsewhere.units[0], ResidencyRole::Owner).await,
        ),
        ("a resident of nowhere", app.resident("13977778888").await),
    ];
    for (kind, id, missing) in one_of_each(&app, &world).await {
        for (who, client) in &viewers {
            let (foreign, nothing) = (ask(client, &id).await, ask(client, &missing).await);
            assert_eq!(foreign.body, json!({ "data": { "node": null } }), "{kind} for {who}");
            assert_eq!((foreign.status, foreign.body), (nothing.status, nothing.body), "{kind} for {who}");
        }
    }
    // A neighbour sees the house, not the flat.
    let neighbour = world.resident(&app, 3, world.home.units[1], ResidencyRole::Owner).await;
    assert_eq!(found(&neighbour, &world.unit()).await, json!(null));
    assert_eq!(found(&neighbour, &wire_id(world.home.building).to_string()).await["__typename"], "Building");
}

async fn a_malformed_id_is_nothing(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let unit = world.unit();
    let suffix = unit.split('_').nth(1).unwrap();
    for id in [
        String::new(),
        "_".to_owned(),
        "unit_".to_owned(),
        "unit".to_owned(),
        suffix.to_owned(),
        format!("flat_{suffix}"),
        format!("building_{suffix}"),
        format!("{unit}0"),
        unit.to_uppercase(),
        format!("unit_8{}", &suffix[1..]),
        format!(" {unit}"),
        "unit_' OR 1=1".to_owned(),
        "0192e4a0-0000-7000-8000-000000000000".to_owned(),
        "x".repeat(10_000),
    ] {
        assert_eq!(found(&admin, &id).await, json!(null), "{id:?}");
    }
    assert_eq!(found(&admin, &unit).await["id"], json!(unit));
}

async fn without_a_role_nothing_is_found(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let input = json!({ "name": "无角色", "phone": "13800010777", "assignments": [], "idempotencyKey": "k" });
    let payload = world.admin(&app).await.mutate("staffCreate", input, "temporaryPassword").await.ok();
    let client = app.new_staff("13800010777", payload["temporaryPassword"].as_str().unwrap()).await;
    for (kind, id, missing) in one_of_each(&app, &world).await {
        assert_eq!(ask(&client, &id).await.body, json!({ "data": { "node": null } }), "{kind}");
        assert_eq!(ask(&client, &missing).await.body, json!({ "data": { "node": null } }), "{kind}");
    }
}
