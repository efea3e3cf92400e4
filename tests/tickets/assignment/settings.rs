//! What a community sets for its tickets, and who may.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::scene::set;
use crate::tickets::shared::{Crew, gained, rows};

both!(
    a_setting_stays_until_it_is_changed,
    who_may_set,
    bad_values_are_refused,
    changes_at_once_keep_each_other,
    work_is_estimated_by_category
);

const QUERY: &str =
    "query($id: ID!) { communityTicketSettings(communityId: $id) { autoDispatch slotsStrict urgeMinutes } }";

async fn seen(by: &Client, world: &World) -> Value {
    let id = wire_id(world.home.community).to_string();
    by.query(QUERY, json!({ "id": id })).await["communityTicketSettings"].clone()
}

async fn a_setting_stays_until_it_is_changed(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let defaults = json!({ "autoDispatch": false, "slotsStrict": false, "urgeMinutes": 30 });
    assert_eq!(seen(&crew.dispatcher.client, &crew.world).await, defaults);
    let before = rows(&app).await;
    for (change, expected) in [
        (json!({}), defaults),
        (json!({ "autoDispatch": true }), json!({ "autoDispatch": true, "slotsStrict": false, "urgeMinutes": 30 })),
        (json!({ "urgeMinutes": 10 }), json!({ "autoDispatch": true, "slotsStrict": false, "urgeMinutes": 10 })),
        (json!({ "urgeMinutes": 10 }), json!({ "autoDispatch": true, "slotsStrict": false, "urgeMinutes": 10 })),
        (
            json!({ "autoDispatch": false, "slotsStrict": true }),
            json!({ "autoDispatch": false, "slotsStrict": true, "urgeMinutes": 10 }),
        ),
    ] {
        assert_eq!(set(&supervisor, &crew.world, change).await.ok()["settings"], expected);
        assert_eq!(seen(&crew.dispatcher.client, &crew.world).await, expected);
    }
    assert_eq!(gained(&app, &before).await, [("community_ticket_setting", 1)]);
}

async fn who_may_set(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let on = || json!({ "autoDispatch": true });
    let tenant = world.resident(&app, 2, world.home.units[0], ResidencyRole::Tenant).await;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let before = rows(&app).await;
    for client in [&crew.owner, &tenant, &crew.desk.client, &crew.dispatcher.client, &crew.plumber.client] {
        assert_eq!(set(client, world, on()).await.refused(), "FORBIDDEN");
    }
    assert_eq!(set(&app.anonymous(), world, on()).await.refused(), "UNAUTHENTICATED");
    let away = Some(world.elsewhere.community);
    let elsewhere = world.worker_at(&app, 11, Role::Manager, away, &[]).await.client;
    for client in [&elsewhere, &foreign] {
        let outcome = set(client, world, on()).await;
        assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.communityId".into()));
        assert!(seen(client, world).await.is_null());
    }
    assert_eq!(rows(&app).await, before);
    let manager = world.worker(&app, 12, Role::Manager, &[]).await.client;
    for client in [&manager, &world.admin(&app).await] {
        set(client, world, on()).await.ok();
    }
    for client in [&crew.owner, &crew.desk.client, &crew.plumber.client] {
        let id = wire_id(world.home.community).to_string();
        assert_eq!(client.post(QUERY, json!({ "id": id })).await.code(), "FORBIDDEN");
    }
}

async fn bad_values_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    for minutes in [0, -1, 7 * 24 * 60 + 1, i32::MAX] {
        let outcome = set(&admin, &crew.world, json!({ "urgeMinutes": minutes })).await;
        assert_eq!((outcome.refused(), outcome.field()), ("INVALID_VALUE".into(), "input.urgeMinutes".into()));
    }
    let unit = json!({ "communityId": crew.world.unit(), "autoDispatch": true });
    let outcome = admin.mutate("communityTicketSettingsSet", unit, "settings { autoDispatch }").await;
    assert_eq!(outcome.refused(), "INVALID_ID");
}

async fn changes_at_once_keep_each_other(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    for round in 0..5 {
        let (one, two) = tokio::join!(
            set(&admin, &crew.world, json!({ "autoDispatch": round % 2 == 0 })),
            set(&admin, &crew.world, json!({ "urgeMinutes": 10 + round })),
        );
        one.ok();
        two.ok();
        let expected = json!({ "autoDispatch": round % 2 == 0, "slotsStrict": false, "urgeMinutes": 10 + round });
        assert_eq!(seen(&admin, &crew.world).await, expected);
    }
}

async fn work_is_estimated_by_category(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let send = async |by: &Client, category: &str, minutes: i32| {
        let input = json!({ "categoryId": category, "workMinutes": minutes });
        by.mutate("ticketCategoryWorkSet", input, "category { code workMinutes }").await
    };
    let plumbing = crew.world.category("PLUMBING");
    let ticket = crew.submitted(json!({})).await;
    let told = "category { workMinutes }";
    assert_eq!(crate::tickets::shared::look(&crew.owner, &ticket, told).await["category"]["workMinutes"], 60);
    for _ in 0..2 {
        let made = send(&admin, &plumbing, 90).await.ok();
        assert_eq!(made["category"], json!({ "code": "PLUMBING", "workMinutes": 90 }));
    }
    for minutes in [0, -5, 43_201] {
        assert_eq!(send(&admin, &plumbing, minutes).await.refused(), "INVALID_VALUE");
    }
    // It counts in the whole organization, so nobody of one community sets it.
    let manager = crew.world.worker(&app, 11, Role::Manager, &[]).await.client;
    for client in [&manager, &crew.dispatcher.client, &crew.owner] {
        assert_eq!(send(client, &plumbing, 10).await.refused(), "FORBIDDEN");
    }
    let foreign = World::build(&app, 2).await.admin(&app).await;
    assert_eq!(send(&foreign, &plumbing, 10).await.refused(), "NOT_FOUND");
    assert_eq!(crate::tickets::shared::look(&crew.owner, &ticket, told).await["category"]["workMinutes"], 90);
}
