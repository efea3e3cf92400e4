//! Residencies end: by leaving, and by the company.

use std::sync::Arc;

use api::db::Sql;
use api::infra::outbox;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, Socket, TestApp, World, both};

use super::shared::{about, admit, counted, has_access, homes, resident, residents};
use crate::tickets::shared::key;

both!(
    whoever_leaves_has_gone,
    the_company_ends_a_residency,
    with_the_last_owner_go_proxies_and_family,
    a_socket_that_is_open_shows_nothing_more,
    nobody_ends_the_own_residency_for_the_company,
);

async fn own_id(client: &Client) -> Value {
    client.query("{ viewer { units { residencyId } } }", json!({})).await["viewer"]["units"][0]["residencyId"].clone()
}

async fn whoever_leaves_has_gone(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let ticket = owner.submit(world.repair("a")).await;
    for (number, role) in [(2, ResidencyRole::Family), (3, ResidencyRole::Tenant), (4, ResidencyRole::Proxy)] {
        let client = world.resident(&app, number, unit, role).await;
        let (id, again) = (own_id(&client).await, json!({ "idempotencyKey": key() }));
        let left = about(&client, "residencyLeave", &id, again.clone()).await.ok();
        assert!(!has_access(&client, &world, &ticket).await);
        let before = counted(&app).await;
        assert_eq!(about(&client, "residencyLeave", &id, again).await.ok(), left, "a repeat");
        assert_eq!(about(&client, "residencyLeave", &id, json!({})).await.refused(), "RESIDENCY_ENDED");
        assert_eq!(counted(&app).await, before);
    }
    let id = own_id(&owner).await;
    assert_eq!(about(&owner, "residencyLeave", &id, json!({})).await.refused(), "OWNER_BY_COMPANY");
    assert!(has_access(&owner, &world, &ticket).await);
}

async fn the_company_ends_a_residency(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let tenant = world.resident(&app, 2, unit, ResidencyRole::Tenant).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let id = resident(&residents(&desk, unit).await, "住户1-2");
    for (more, code, field) in [
        (json!({ "reason": "OTHER" }), "REQUIRED", "input.words"),
        (json!({ "reason": "OTHER", "words": "长".repeat(501) }), "TOO_LONG", "input.words"),
    ] {
        let outcome = about(&desk, "residencyEnd", &id, more).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, field));
    }
    let why = json!({ "reason": "OTHER", "words": "租约提前解除", "idempotencyKey": key() });
    let ended = about(&desk, "residencyEnd", &id, why.clone()).await.ok();
    assert_eq!(ended["resident"]["until"], "2026-03-02T01:00:00Z");
    assert_eq!((homes(&tenant).await.len(), homes(&owner).await.len()), (0, 1));
    let before = counted(&app).await;
    assert_eq!(about(&desk, "residencyEnd", &id, why).await.ok(), ended, "a repeat");
    assert_eq!(about(&desk, "residencyEnd", &id, json!({ "reason": "SOLD" })).await.refused(), "RESIDENCY_ENDED");
    assert_eq!(counted(&app).await, before);
    let told = "SELECT COUNT(*) FROM history_event WHERE kind = 'ENDED' AND staff_id IS NOT NULL
        AND payload LIKE '%OTHER%' AND payload LIKE '%租约提前解除%'";
    assert_eq!(Sql::new(told).number(app.app.db.read()).await.unwrap(), 1, "who, when and why");
}

async fn with_the_last_owner_go_proxies_and_family(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let one = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    world.resident(&app, 2, unit, ResidencyRole::Owner).await;
    let tenant = world.resident(&app, 3, unit, ResidencyRole::Tenant).await;
    admit(&one, &world, json!({})).await.ok();
    admit(&one, &world, json!({ "role": "PROXY", "phone": "13700000002", "name": "受托人" })).await.ok();
    let desk = world.worker(&app, 1, Role::Manager, &[]).await.client;
    let names = async || -> Vec<String> {
        let all = residents(&desk, unit).await;
        all.as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap().to_owned()).collect()
    };
    let all = residents(&desk, unit).await;
    about(&desk, "residencyEnd", &resident(&all, "住户1-1"), json!({ "reason": "SOLD" })).await.ok();
    assert_eq!(names().await, ["住户1-2", "受托人", "小李", "住户1-3"], "a co-owner is there");
    about(&desk, "residencyEnd", &resident(&all, "住户1-2"), json!({ "reason": "SOLD" })).await.ok();
    assert_eq!(names().await, ["住户1-3"], "a lease outlasts a sale");
    assert_eq!(homes(&tenant).await, ["101 TENANT"]);
    for phone in ["13700000001", "13700000002"] {
        assert_eq!(homes(&app.resident(phone).await).await, Vec::<String>::new());
    }
}

async fn a_socket_that_is_open_shows_nothing_more(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::Supervisor, &[]).await.client;
    admit(&owner, &world, json!({})).await.ok();
    let family = app.resident("13700000001").await;
    let ticket = owner.submit(world.repair("a")).await;
    let mut socket = Socket::signed_in(&app.url("/graphql"), family.token()).await;
    let watch = "subscription($id: ID!) { ticketUpdated(id: $id) { id state } }";
    socket.subscribe("w", watch, json!({ "id": ticket })).await;
    assert_eq!(socket.message().await["type"], "next");
    let id = resident(&residents(&owner, unit).await, "小李");
    about(&owner, "residentRemove", &id, json!({})).await.ok();
    desk.step("ticketCancel", &ticket, json!({ "reason": "改期" })).await.ok();
    outbox::relay(&app.app).await.unwrap();
    let last = socket.message().await;
    let code = &last["payload"][0]["extensions"]["code"];
    assert_eq!((&last["type"], code), (&json!("error"), &json!("NOT_FOUND")), "{last}");
    assert!(socket.is_silent(100).await);
}

async fn nobody_ends_the_own_residency_for_the_company(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    admit(&owner, &world, json!({ "phone": desk.phone, "name": "员工" })).await.ok();
    let id = resident(&residents(&owner, unit).await, "员工");
    let before = counted(&app).await;
    let outcome = about(&desk.client, "residencyEnd", &id, json!({ "reason": "MISTAKE" })).await;
    assert_eq!(outcome.refused(), "OWN_REQUEST");
    assert_eq!(counted(&app).await, before);
}
