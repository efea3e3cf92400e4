//! Administrators add staff.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::{PASSWORD, phone};
use support::{Client, TestApp, World, both};

both!(
    a_technician_is_added_and_signs_in,
    a_repeat_adds_nobody_and_shows_no_password,
    what_is_wrong_is_named,
    a_phone_is_one_persons,
    a_resident_may_become_staff,
    others_may_not,
);

const SELECTION: &str =
    "staff { id name phone dutyState trades assignments { role community { name } } } temporaryPassword";

fn technician(world: &World, key: &str) -> Value {
    json!({
        "name": "新来的",
        "phone": phone(1, 500),
        "assignments": [
            { "role": "TECHNICIAN", "communityId": wire_id(world.home.community).to_string() },
            { "role": "FRONT_DESK" },
        ],
        "trades": ["PLUMBING", "ELECTRICAL", "PLUMBING"],
        "idempotencyKey": key,
    })
}

async fn create(client: &Client, input: Value) -> Outcome {
    client.mutate("staffCreate", input, SELECTION).await
}

async fn members(app: &TestApp) -> i64 {
    Sql::new("SELECT COUNT(*) FROM staff_member").number(app.app.db.read()).await.unwrap()
}

async fn a_technician_is_added_and_signs_in(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let payload = create(&admin, technician(&world, "k")).await.ok();
    let staff = &payload["staff"];
    assert_eq!((&staff["name"], &staff["dutyState"]), (&json!("新来的"), &json!("OFF_DUTY")));
    assert_eq!(staff["phone"], json!(phone(1, 500)));
    let mut trades: Vec<&str> = staff["trades"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    trades.sort_unstable();
    assert_eq!(trades, ["ELECTRICAL", "PLUMBING"]);
    let assignments = staff["assignments"].as_array().unwrap();
    assert_eq!(assignments.len(), 2);
    assert!(assignments.contains(&json!({ "role": "TECHNICIAN", "community": { "name": "邻里花园" } })));
    assert!(assignments.contains(&json!({ "role": "FRONT_DESK", "community": null })));
    let password = payload["temporaryPassword"].as_str().unwrap();
    assert!(password.len() >= 10, "{password}");
    let client = app.staff(&phone(1, 500), password).await;
    let own = client.query("{ viewer { staff { id } } }", json!({})).await;
    assert_eq!(own["viewer"]["staff"]["id"], staff["id"]);
}

async fn a_repeat_adds_nobody_and_shows_no_password(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let first = create(&admin, technician(&world, "k")).await.ok();
    let before = members(&app).await;
    let again = create(&admin, technician(&world, "k")).await.ok();
    assert_eq!(again["staff"], first["staff"]);
    assert_eq!(again["temporaryPassword"], Value::Null);
    let mut other = technician(&world, "k");
    other["name"] = json!("另一个");
    assert_eq!(create(&admin, other).await.refused(), "KEY_REUSED");
    assert_eq!(members(&app).await, before);
    app.staff(&phone(1, 500), first["temporaryPassword"].as_str().unwrap()).await;
}

async fn what_is_wrong_is_named(app: Arc<TestApp>) {
    let (world, foreign) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let admin = world.admin(&app).await;
    let before = members(&app).await;
    let missing = wire_id(app.clock.new_id::<entities::values::CommunityId>()).to_string();
    let foreign = wire_id(foreign.home.community).to_string();
    let unit = world.unit();
    let cases = [
        ("name", json!(""), "INVALID_VALUE", "input.name"),
        ("name", json!("长".repeat(101)), "INVALID_VALUE", "input.name"),
        ("phone", json!("12345"), "INVALID_PHONE", "input.phone"),
        ("idempotencyKey", json!(""), "REQUIRED", "input.idempotencyKey"),
        ("idempotencyKey", json!("k".repeat(101)), "TOO_LONG", "input.idempotencyKey"),
        ("assignments", json!([{ "role": "MANAGER", "communityId": foreign }]), "NOT_FOUND", "input.assignments"),
        ("assignments", json!([{ "role": "MANAGER", "communityId": missing }]), "NOT_FOUND", "input.assignments"),
        ("assignments", json!([{ "role": "MANAGER", "communityId": unit }]), "INVALID_ID", "input.assignments"),
    ];
    for (field, value, code, at) in cases {
        let mut input = technician(&world, "k");
        input[field] = value;
        let outcome = create(&admin, input).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, at), "{field}");
        assert_eq!(outcome.payload["staff"], Value::Null, "{field}");
    }
    assert_eq!(members(&app).await, before);
    // Refusals are not stored: the same key is still free.
    create(&admin, technician(&world, "k")).await.ok();
}

async fn a_phone_is_one_persons(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let before = members(&app).await;
    for (admin, key) in [(world.admin(&app).await, "a"), (other.admin(&app).await, "b")] {
        let mut input = technician(&world, key);
        input["phone"] = json!(desk.phone);
        input["assignments"] = json!([{ "role": "FRONT_DESK" }]);
        let outcome = create(&admin, input).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("ALREADY_EXISTS", "input.phone"));
    }
    assert_eq!(members(&app).await, before);
    app.staff(&desk.phone, PASSWORD).await;
}

async fn a_resident_may_become_staff(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let mut input = technician(&world, "k");
    input["phone"] = json!("13900010001");
    let payload = create(&world.admin(&app).await, input).await.ok();
    app.staff("13900010001", payload["temporaryPassword"].as_str().unwrap()).await;
    let still = resident.query("{ viewer { kind units { role } } }", json!({})).await;
    assert_eq!(still["viewer"], json!({ "kind": "RESIDENT", "units": [{ "role": "OWNER" }] }));
}

async fn others_may_not(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let mut clients = vec![("a resident", resident)];
    let roles = Role::ALL.iter().filter(|role| **role != Role::OrganizationAdmin);
    for (number, role) in (1..).zip(roles) {
        clients.push((role.as_str(), world.worker_at(&app, number, *role, None, &[]).await.client));
    }
    // An administrator of one community must not give roles in all.
    let partial = world.worker(&app, 99, Role::OrganizationAdmin, &[]).await.client;
    clients.push(("an administrator of one community", partial));
    let before = members(&app).await;
    for (who, client) in clients {
        assert_eq!(create(&client, technician(&world, "k")).await.refused(), "FORBIDDEN", "{who}");
    }
    assert_eq!(create(&app.anonymous(), technician(&world, "k")).await.refused(), "UNAUTHENTICATED");
    assert_eq!(members(&app).await, before);
}
