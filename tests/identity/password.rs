//! Staff sign in with phone and password.

use std::sync::Arc;

use api::db::Sql;
use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::PASSWORD;
use support::{TestApp, World, both};

both!(
    a_password_signs_in,
    wrong_unknown_and_residents_are_refused_alike,
    ten_tries_in_a_quarter_of_an_hour,
    who_left_signs_in_no_more,
    a_disabled_account_signs_in_no_more,
);

async fn sign_in(app: &TestApp, phone: &str, password: &str) -> Outcome {
    let input = json!({ "phone": phone, "password": password });
    app.anonymous().mutate("signInStaff", input, "accessToken viewer { kind name staff { name } }").await
}

async fn a_password_signs_in(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let payload = sign_in(&app, &format!("+86 {}", desk.phone), PASSWORD).await.ok();
    let viewer = json!({ "kind": "STAFF", "name": "员工1-1", "staff": { "name": "员工1-1" } });
    assert_eq!(payload["viewer"], viewer);
    let client = app.with_token(payload["accessToken"].as_str().unwrap());
    let data = client
        .query("{ viewer { phone units { role } staff { id assignments { role community { name } } } } }", json!({}))
        .await;
    let own = json!({
        "phone": desk.phone,
        "units": [],
        "staff": { "id": desk.wire, "assignments": [{ "role": "FRONT_DESK", "community": { "name": "邻里花园" } }] },
    });
    assert_eq!(data["viewer"], own);
}

async fn wrong_unknown_and_residents_are_refused_alike(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let mut bodies = Vec::new();
    for (phone, password) in [
        (desk.phone.as_str(), "a long wrong password"),
        (&desk.phone, ""),
        (&desk.phone, &PASSWORD.to_uppercase()),
        ("13900019999", PASSWORD),
        ("13900010001", PASSWORD),
    ] {
        let outcome = sign_in(&app, phone, password).await;
        assert_eq!(outcome.refused(), "INVALID_CREDENTIALS", "{phone}");
        assert_eq!(outcome.payload["accessToken"], Value::Null);
        bodies.push(outcome.answer.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
    assert_eq!(sign_in(&app, "no phone", PASSWORD).await.refused(), "INVALID_PHONE");
}

async fn ten_tries_in_a_quarter_of_an_hour(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (desk, other) =
        (world.worker(&app, 1, Role::FrontDesk, &[]).await, world.worker(&app, 2, Role::FrontDesk, &[]).await);
    app.advance(Duration::minutes(15));
    for _ in 0..10 {
        assert_eq!(sign_in(&app, &desk.phone, "a long wrong password").await.refused(), "INVALID_CREDENTIALS");
    }
    let refused = sign_in(&app, &desk.phone, PASSWORD).await;
    assert_eq!((refused.refused().as_str(), refused.field().as_str()), ("TOO_MANY_REQUESTS", "input.phone"));
    sign_in(&app, &other.phone, PASSWORD).await.ok();
    app.advance(Duration::minutes(15) - Duration::seconds(1));
    assert_eq!(sign_in(&app, &desk.phone, PASSWORD).await.refused(), "TOO_MANY_REQUESTS");
    app.advance(Duration::seconds(1));
    sign_in(&app, &desk.phone, PASSWORD).await.ok();
}

async fn who_left_signs_in_no_more(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let mut left = Sql::new("UPDATE staff_member SET");
    left.with(" left_at = ", app.clock.now()).with(" WHERE id = ", desk.id);
    assert_eq!(app.change(&left).await, 1);
    assert_eq!(sign_in(&app, &desk.phone, PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let answer = desk.client.post("{ viewer { id } }", json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"));
    let kept = app.resident(&desk.phone).await;
    let data = kept.query("{ viewer { kind staff { id } } }", json!({})).await;
    assert_eq!(data["viewer"], json!({ "kind": "RESIDENT", "staff": null }), "the person may still live here");
}

async fn a_disabled_account_signs_in_no_more(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let mut disabled = Sql::new("UPDATE account SET");
    disabled.with(" disabled_at = ", app.clock.now()).with(" WHERE phone = ", desk.phone.as_str());
    assert_eq!(app.change(&disabled).await, 1);
    assert_eq!(sign_in(&app, &desk.phone, PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    assert_eq!(desk.client.post("{ viewer { id } }", json!({})).await.code(), "UNAUTHENTICATED");
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": desk.phone }), "sent").await.ok();
    let input = json!({ "phone": desk.phone, "code": app.sms.last_code(&desk.phone) });
    assert_eq!(app.anonymous().mutate("signInResident", input, "accessToken").await.refused(), "INVALID_CODE");
}
