//! A refresh token is exchanged for fresh tokens, once.

use std::sync::Arc;

use api::db::Sql;
use api::infra::crypto::sha256;
use chrono::Duration;
use entities::refresh_token;
use entities::values::Role;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::PASSWORD;
use support::{Client, TestApp, World, both};

both!(
    a_token_is_exchanged_for_fresh_ones,
    a_used_token_ends_the_session,
    a_lost_reply_is_forgiven_for_a_minute,
    a_token_that_died_unused_ends_the_session,
    a_used_successor_forgives_nothing,
    an_unused_session_is_over_after_its_days,
    a_session_is_over_at_last_however_much_it_is_used,
    the_end_of_a_session_ends_its_token,
    what_is_no_token_is_refused,
    the_database_keeps_no_token,
    residents_refresh_as_well,
    used_tokens_are_forgotten_after_a_week,
);

/// What a sign-in or a refresh gives.
pub struct Got {
    /// The access token.
    pub access: String,
    /// The refresh token.
    pub refresh: String,
}

impl Got {
    /// From a payload.
    pub fn of(payload: &Value) -> Self {
        let text = |field: &str| payload[field].as_str().unwrap().to_owned();
        Self { access: text("accessToken"), refresh: text("refreshToken") }
    }
}

/// What tests select of fresh tokens.
pub const TOKENS: &str = "accessToken expiresAt refreshToken refreshExpiresAt";

/// Signs a member of staff in.
pub async fn sign_in(client: &Client, phone: &str) -> Got {
    let input = json!({ "phone": phone, "password": PASSWORD });
    Got::of(&client.mutate("signInStaff", input, TOKENS).await.ok())
}

/// Presents a refresh token.
pub async fn refresh(client: &Client, token: &str) -> Outcome {
    client.mutate("tokenRefresh", json!({ "refreshToken": token }), TOKENS).await
}

async fn exchanged(app: &TestApp, token: &str) -> Got {
    Got::of(&refresh(&app.anonymous(), token).await.ok())
}

async fn refused(app: &TestApp, token: &str) {
    let outcome = refresh(&app.anonymous(), token).await;
    assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("SESSION_OVER", "input.refreshToken"));
    for field in ["accessToken", "expiresAt", "refreshToken", "refreshExpiresAt"] {
        assert_eq!(outcome.payload[field], Value::Null);
    }
}

async fn lives(app: &TestApp, access: &str) -> bool {
    app.with_token(access).post("{ viewer { id } }", json!({})).await.status == 200
}

/// Why sessions ended, in their order.
async fn ends(app: &TestApp) -> Vec<String> {
    let rows = entities::session::Entity::find().all(app.app.db.read()).await.unwrap();
    rows.iter().filter_map(|row| row.end_reason.map(|reason| reason.to_string())).collect()
}

async fn worker(app: &TestApp) -> (World, String) {
    let world = World::build(app, 1).await;
    let desk = world.worker(app, 1, Role::FrontDesk, &[]).await;
    let phone = desk.phone.clone();
    (world, phone)
}

async fn a_token_is_exchanged_for_fresh_ones(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let first = sign_in(&app.anonymous(), &phone).await;
    assert_eq!(first.refresh.len(), 43, "256 bits");
    app.advance(Duration::minutes(9));
    let payload = refresh(&app.anonymous(), &first.refresh).await.ok();
    let second = Got::of(&payload);
    assert_ne!(first.refresh, second.refresh);
    assert_eq!(payload["refreshExpiresAt"], "2026-03-16T01:09:00Z", "two weeks from its use");
    assert!(lives(&app, &second.access).await && lives(&app, &first.access).await);
    for _ in 0..3 {
        app.advance(Duration::days(13));
    }
    refused(&app, &second.refresh).await;
    let mut token = sign_in(&app.anonymous(), &phone).await.refresh;
    for _ in 0..10 {
        app.advance(Duration::days(13));
        token = exchanged(&app, &token).await.refresh;
    }
}

async fn a_used_token_ends_the_session(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let other = sign_in(&app.anonymous(), &phone).await;
    let first = sign_in(&app.anonymous(), &phone).await;
    let second = exchanged(&app, &first.refresh).await;
    app.advance(Duration::seconds(61));
    refused(&app, &first.refresh).await;
    assert_eq!(ends(&app).await, ["REFRESH_REUSED"]);
    assert!(!lives(&app, &second.access).await && !lives(&app, &first.access).await);
    refused(&app, &second.refresh).await;
    assert!(lives(&app, &other.access).await, "another device of the same person stays");
    exchanged(&app, &other.refresh).await;
}

async fn a_lost_reply_is_forgiven_for_a_minute(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let first = sign_in(&app.anonymous(), &phone).await;
    let lost = exchanged(&app, &first.refresh).await;
    app.advance(Duration::seconds(30));
    let lost_too = exchanged(&app, &first.refresh).await;
    app.advance(Duration::seconds(30));
    let third = exchanged(&app, &first.refresh).await;
    assert!(third.refresh != lost.refresh && third.refresh != lost_too.refresh);
    let fourth = exchanged(&app, &third.refresh).await;
    assert!(lives(&app, &fourth.access).await);
    assert_eq!(ends(&app).await, Vec::<String>::new());
    app.advance(Duration::seconds(1));
    refused(&app, &first.refresh).await;
    assert_eq!(ends(&app).await, ["REFRESH_REUSED"]);
}

async fn a_token_that_died_unused_ends_the_session(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let first = sign_in(&app.anonymous(), &phone).await;
    let died = exchanged(&app, &first.refresh).await;
    let second = exchanged(&app, &first.refresh).await;
    refused(&app, &died.refresh).await;
    assert_eq!(ends(&app).await, ["REFRESH_REUSED"]);
    refused(&app, &second.refresh).await;
}

async fn a_used_successor_forgives_nothing(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let first = sign_in(&app.anonymous(), &phone).await;
    let second = exchanged(&app, &first.refresh).await;
    let third = exchanged(&app, &second.refresh).await;
    refused(&app, &first.refresh).await;
    assert!(!lives(&app, &third.access).await, "at once, though the minute is not over");
    assert_eq!(ends(&app).await, ["REFRESH_REUSED"]);
}

async fn an_unused_session_is_over_after_its_days(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let (one, other) = (sign_in(&app.anonymous(), &phone).await, sign_in(&app.anonymous(), &phone).await);
    app.advance(Duration::days(14) - Duration::microseconds(1));
    exchanged(&app, &one.refresh).await;
    app.advance(Duration::microseconds(1));
    refused(&app, &other.refresh).await;
    assert_eq!(ends(&app).await, ["EXPIRED"]);
}

async fn a_session_is_over_at_last_however_much_it_is_used(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let node = app.another_node(false, |config| config.session_days = 30).await;
    let mut token = sign_in(&node.client(None), &phone).await.refresh;
    for _ in 0..3 {
        app.advance(Duration::days(10) - Duration::seconds(1));
        let payload = refresh(&node.client(None), &token).await.ok();
        let until: chrono::DateTime<chrono::Utc> = payload["refreshExpiresAt"].as_str().unwrap().parse().unwrap();
        assert!(until <= support::start_of_time() + Duration::days(30));
        token = Got::of(&payload).refresh;
    }
    app.advance(Duration::seconds(3));
    assert_eq!(refresh(&node.client(None), &token).await.refused(), "SESSION_OVER");
    node.stop().await;
}

async fn the_end_of_a_session_ends_its_token(app: Arc<TestApp>) {
    let (world, phone) = worker(&app).await;
    let signed_out = sign_in(&app.anonymous(), &phone).await;
    app.with_token(&signed_out.access).query("mutation { signOut { signedOut } }", json!({})).await;
    refused(&app, &signed_out.refresh).await;
    let leaver = world.worker(&app, 2, Role::FrontDesk, &[]).await;
    let token = sign_in(&app.anonymous(), &leaver.phone).await.refresh;
    world.admin(&app).await.mutate("staffLeave", json!({ "staffId": leaver.wire }), "staff { id }").await.ok();
    refused(&app, &token).await;
    let disabled = sign_in(&app.anonymous(), &phone).await;
    let mut sql = Sql::new("UPDATE account SET");
    sql.with(" disabled_at = ", app.clock.now()).with(" WHERE phone = ", phone.as_str());
    app.change(&sql).await;
    refused(&app, &disabled.refresh).await;
}

async fn what_is_no_token_is_refused(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let got = sign_in(&app.anonymous(), &phone).await;
    let mut altered = got.refresh.clone().into_bytes();
    altered[7] = if altered[7] == b'A' { b'B' } else { b'A' };
    let altered = String::from_utf8(altered).unwrap();
    let digest = String::from_utf8_lossy(&sha256(got.refresh.as_bytes())).into_owned();
    for token in ["", " ", "x", &altered, &got.access, &digest, "' OR 1=1 --", "\0", &"x".repeat(50_000)] {
        refused(&app, token).await;
    }
    assert!(lives(&app, &got.access).await, "nobody is thrown out by guesses");
    // With whatever token the refresh comes: it decides nothing.
    exchanged(&app, &got.refresh).await;
}

async fn the_database_keeps_no_token(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let got = sign_in(&app.anonymous(), &phone).await;
    let next = exchanged(&app, &got.refresh).await;
    let rows = refresh_token::Entity::find().all(app.app.db.read()).await.unwrap();
    for token in [&got.refresh, &next.refresh] {
        assert!(rows.iter().any(|row| row.token_digest == sha256(token.as_bytes())));
    }
}

async fn residents_refresh_as_well(app: Arc<TestApp>) {
    let phone = "13912345678";
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": phone }), "sent").await.ok();
    let input = json!({ "phone": phone, "code": app.sms.last_code(phone) });
    let got = Got::of(&app.anonymous().mutate("signInResident", input, TOKENS).await.ok());
    let next = exchanged(&app, &got.refresh).await;
    let data = app.with_token(&next.access).query("{ viewer { kind phone } }", json!({})).await;
    assert_eq!(data["viewer"], json!({ "kind": "RESIDENT", "phone": phone }));
}

async fn used_tokens_are_forgotten_after_a_week(app: Arc<TestApp>) {
    let (_, phone) = worker(&app).await;
    let got = sign_in(&app.anonymous(), &phone).await;
    let next = exchanged(&app, &got.refresh).await;
    app.advance(Duration::days(8));
    api::domains::identity::delete_expired(&app.app).await.unwrap();
    refused(&app, &got.refresh).await;
    assert_eq!(ends(&app).await, Vec::<String>::new(), "it is unknown now, so it says nothing of a theft");
    exchanged(&app, &next.refresh).await;
    app.advance(Duration::days(3650 + 31));
    api::domains::identity::delete_expired(&app.app).await.unwrap();
    for table in ["session", "refresh_token"] {
        let left = Sql::new(format!("SELECT COUNT(*) FROM {table}")).number(app.app.db.read()).await.unwrap();
        assert_eq!(left, 0, "{table}");
    }
}
