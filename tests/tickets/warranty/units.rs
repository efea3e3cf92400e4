//! The warranty of a unit, and the days that it is counted from.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{complete, deliver, set};
use crate::tickets::shared::{Crew, key, number};

both!(
    a_unit_shows_what_is_covered,
    many_units_take_as_many_statements_as_one,
    days_of_handover_are_checked_and_kept,
    who_sets_days_of_handover,
);

async fn warranty(by: &Client, unit: &str) -> Value {
    let query = "query($id: ID!) { unit(id: $id) { warranty { category { code } covered until liableParty } } }";
    by.query(query, json!({ "id": unit })).await["unit"]["warranty"].clone()
}

fn of(found: &Value, code: &str) -> Value {
    let found = found.as_array().unwrap().iter().find(|it| it["category"]["code"] == code).unwrap();
    json!([found["covered"], found["until"], found["liableParty"]])
}

async fn a_unit_shows_what_is_covered(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (admin, unit) = (crew.world.admin(&app).await, crew.world.unit());
    let unknown = warranty(&crew.owner, &unit).await;
    assert_eq!(unknown.as_array().unwrap().len(), 9, "as many as have a term");
    assert_eq!(of(&unknown, "LEAK"), json!([null, null, null]));
    deliver(&admin, &crew.world, json!("2023-06-01")).await.ok();
    set(&admin, &crew.world, json!({ "years": 0 })).await.ok();
    for client in [&crew.owner, &crew.desk.client, &crew.plumber.client] {
        let found = warranty(client, &unit).await;
        assert_eq!(of(&found, "LEAK"), json!([true, "2028-06-01", "DEVELOPER"]));
        assert_eq!(of(&found, "ELECTRICAL"), json!([false, "2025-06-01", "COMPANY"]));
        assert_eq!(of(&found, "PLUMBING"), json!([false, null, "OWNER"]));
    }
    let query = "query($id: ID!) { unit(id: $id) { household { warranty { covered } } } }";
    let file = crew.desk.client.query(query, json!({ "id": unit })).await;
    assert_eq!(file["unit"]["household"]["warranty"].as_array().unwrap().len(), 9);
}

async fn many_units_take_as_many_statements_as_one(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    for first in [1, 8] {
        let query = format!("{{ units(first: {first}) {{ nodes {{ warranty {{ covered category {{ code }} }} }} }} }}");
        let (statements, data) = app.statements(admin.query(&query, json!({}))).await;
        assert_eq!(data["units"]["nodes"].as_array().unwrap().len(), first);
        assert_eq!(statements, 5, "viewer, page, places, categories, terms");
    }
}

async fn days_of_handover_are_checked_and_kept(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (admin, world) = (crew.world.admin(&app).await, &crew.world);
    let events = "SELECT COUNT(*) FROM history_event WHERE kind = 'UPDATED'";
    assert_eq!(complete(&admin, world, json!("2024-05-01")).await.ok()["building"]["completedOn"], "2024-05-01");
    // It is the 2nd of March in Shanghai.
    for (outcome, code) in [
        (deliver(&admin, world, json!("2026-03-03")).await, "TIME_IN_FUTURE"),
        (deliver(&admin, world, json!("2024-04-30")).await, "BEFORE_COMPLETION"),
    ] {
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), "input.deliveredOn".to_owned()));
    }
    deliver(&admin, world, json!("2024-05-01")).await.ok();
    deliver(&admin, world, json!("2024-05-01")).await.ok();
    assert_eq!(number(&app, events).await, 2, "the same day again is no change");
    deliver(&admin, world, json!("2026-03-02")).await.ok();
    for (day, code) in [("2026-03-03", "TIME_IN_FUTURE"), ("2026-03-02", "")] {
        let outcome = complete(&admin, world, json!(day)).await;
        assert_eq!(outcome.codes().concat(), code, "{day}");
    }
    deliver(&admin, world, json!("2026-03-02")).await.ok();
    let later = complete(&admin, world, json!("2026-02-01")).await.ok();
    assert_eq!(later["building"]["completedOn"], "2026-02-01");
    deliver(&admin, world, json!("2026-02-01")).await.ok();
    let outcome = complete(&admin, world, json!("2026-02-02")).await;
    assert_eq!((outcome.refused(), outcome.field()), ("BEFORE_COMPLETION".to_owned(), "input.completedOn".to_owned()));
    // A day can be taken back, and each change says what was before.
    assert_eq!(deliver(&admin, world, Value::Null).await.ok()["unit"]["deliveredOn"], Value::Null);
    let told = "SELECT COUNT(*) FROM history_event WHERE object_kind = 'UNIT' AND seq = 4 AND account_id IS NOT NULL
        AND payload LIKE '%\"before\":{\"deliveredOn\":\"2026-02-01\"}%' AND payload LIKE '%\"deliveredOn\":null%'";
    assert_eq!(number(&app, told).await, 1);
    // One key, one effect.
    let input = |day: &str| json!({ "unitId": world.unit(), "deliveredOn": day, "idempotencyKey": "same" });
    let count = number(&app, events).await;
    for _ in 0..2 {
        admin.mutate("unitUpdate", input("2026-02-20"), "unit { deliveredOn }").await.ok();
    }
    assert_eq!(number(&app, events).await, count + 1);
    let reused = admin.mutate("unitUpdate", input("2026-02-21"), "unit { deliveredOn }").await;
    assert_eq!(reused.refused(), "KEY_REUSED");
}

async fn who_sets_days_of_handover(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let before = number(&app, "SELECT COUNT(*) FROM history_event").await;
    let supervisor = world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    for client in [&crew.owner, &crew.desk.client, &crew.dispatcher.client, &crew.plumber.client, &supervisor] {
        assert_eq!(deliver(client, world, json!("2024-05-01")).await.refused(), "FORBIDDEN");
        assert_eq!(complete(client, world, json!("2024-05-01")).await.refused(), "FORBIDDEN");
    }
    let manager = world.worker_at(&app, 12, Role::Manager, Some(world.elsewhere.community), &[]).await.client;
    let foreign = support::World::build(&app, 2).await.admin(&app).await;
    for client in [&manager, &foreign] {
        for outcome in
            [deliver(client, world, json!("2024-05-01")).await, complete(client, world, json!("2024-05-01")).await]
        {
            assert_eq!(outcome.refused(), "NOT_FOUND");
        }
    }
    assert_eq!(deliver(&app.anonymous(), world, json!("2024-05-01")).await.refused(), "UNAUTHENTICATED");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM history_event").await, before);
    let away = wire_id(world.elsewhere.units[0]).to_string();
    let input = json!({ "unitId": away, "deliveredOn": "2024-05-01", "idempotencyKey": key() });
    manager.mutate("unitUpdate", input, "unit { deliveredOn }").await.ok();
}
