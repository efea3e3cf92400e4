//! Signing keys take turns, and nobody is signed out by it.

use std::sync::Arc;

use api::domains::identity::{KeyState, retire_key, rotate_keys, signing_keys};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::Duration;
use futures_util::future::join_all;
use serde_json::json;
use support::world::phone;
use support::{Node, TestApp, World, both};
use uuid::Uuid;

use super::refresh::sign_in;

both!(
    a_new_key_signs_after_its_grace_and_the_old_one_verifies_to_the_end,
    a_key_that_others_know_is_ended_at_once,
    the_only_key_is_not_retired,
    unknown_keys_cost_no_query_each,
    a_verified_token_is_checked_for_its_time_and_key_each_time,
);

fn kid(token: &str) -> Uuid {
    let header = jsonwebtoken::decode_header(token).unwrap();
    header.kid.unwrap().parse().unwrap()
}

async fn node(app: &TestApp) -> Node {
    app.another_node(false, |config| config.access_token_minutes = 10).await
}

async fn status(node: &Node, token: &str) -> u16 {
    node.client(Some(token)).post("{ viewer { id } }", json!({})).await.status
}

async fn states(node: &Node) -> Vec<KeyState> {
    signing_keys(&node.app).await.unwrap().iter().map(|key| key.state).collect()
}

async fn a_new_key_signs_after_its_grace_and_the_old_one_verifies_to_the_end(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let (one, other) = (node(&app).await, node(&app).await);
    let before = sign_in(&one.client(None), &phone(1, 0)).await.access;
    let new = rotate_keys(&one.app, false).await.unwrap();
    assert_eq!(states(&one).await, [KeyState::Next, KeyState::Signs]);
    let still_old = sign_in(&one.client(None), &phone(1, 0)).await.access;
    assert_eq!(kid(&still_old), kid(&before));
    app.advance(Duration::minutes(2));
    assert_eq!(states(&one).await, [KeyState::Signs, KeyState::Verifies]);
    let fresh = sign_in(&one.client(None), &phone(1, 0)).await.access;
    assert_eq!(kid(&fresh), new);
    // The other node meets the key in a token before it has loaded it by itself.
    assert_eq!(status(&other, &fresh).await, 200);
    let elsewhere = sign_in(&other.client(None), &phone(1, 0)).await.access;
    assert_eq!(kid(&elsewhere), new);
    for node in [&one, &other] {
        assert_eq!(status(node, &still_old).await, 200, "nobody is signed out");
    }
    app.advance(Duration::minutes(8));
    assert_eq!(status(&one, &still_old).await, 401, "it has expired");
    app.advance(Duration::minutes(4));
    assert_eq!(states(&one).await, [KeyState::Signs, KeyState::Retired]);
    one.stop().await;
    other.stop().await;
}

async fn a_key_that_others_know_is_ended_at_once(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = node(&app).await;
    let before = sign_in(&node.client(None), &phone(1, 0)).await;
    assert_eq!(status(&node, &before.access).await, 200);
    app.advance(Duration::seconds(1));
    let new = rotate_keys(&node.app, true).await.unwrap();
    retire_key(&node.app, kid(&before.access)).await.unwrap();
    assert_eq!(states(&node).await, [KeyState::Signs, KeyState::Retired]);
    assert_eq!(status(&node, &before.access).await, 401, "verified a moment ago, and refused now");
    let next = super::refresh::refresh(&node.client(None), &before.refresh).await.ok();
    assert_eq!(kid(next["accessToken"].as_str().unwrap()), new, "its bearer goes on with the refresh token");
    assert_eq!(status(&node, next["accessToken"].as_str().unwrap()).await, 200);
    retire_key(&node.app, kid(&before.access)).await.unwrap();
    node.stop().await;
}

async fn the_only_key_is_not_retired(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = node(&app).await;
    let only = signing_keys(&node.app).await.unwrap()[0].id;
    assert!(retire_key(&node.app, only).await.is_err());
    assert!(retire_key(&node.app, Uuid::now_v7()).await.is_err());
    rotate_keys(&node.app, false).await.unwrap();
    assert!(retire_key(&node.app, only).await.is_err(), "the next one does not sign yet");
    assert_eq!(states(&node).await, [KeyState::Next, KeyState::Signs]);
    sign_in(&node.client(None), &phone(1, 0)).await;
    node.stop().await;
}

async fn unknown_keys_cost_no_query_each(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let token = sign_in(&app.anonymous(), &phone(1, 0)).await.access;
    let parts: Vec<&str> = token.split('.').collect();
    let forged: Vec<String> = (0..300)
        .map(|_| {
            let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": Uuid::now_v7() }).to_string();
            format!("{}.{}.{}", URL_SAFE_NO_PAD.encode(header), parts[1], parts[2])
        })
        .collect();
    let started = std::time::Instant::now();
    let (statements, answers) = app
        .statements(join_all(
            forged
                .iter()
                .map(|token| async { app.with_token(token).post("{ viewer { id } }", json!({})).await.status }),
        ))
        .await;
    assert!(answers.iter().all(|status| *status == 401));
    let most = 2 + started.elapsed().as_secs();
    assert!(statements <= most, "{statements} statements in {:?}", started.elapsed());
}

async fn a_verified_token_is_checked_for_its_time_and_key_each_time(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = node(&app).await;
    let token = sign_in(&node.client(None), &phone(1, 0)).await.access;
    assert_eq!(status(&node, &token).await, 200);
    app.advance(Duration::minutes(10) - Duration::seconds(1));
    assert_eq!(status(&node, &token).await, 200);
    let mut altered = token.clone();
    let last = altered.pop().unwrap();
    altered.push(if last == 'A' { 'Q' } else { 'A' });
    assert_eq!(status(&node, &altered).await, 401);
    app.advance(Duration::seconds(1));
    assert_eq!(status(&node, &token).await, 401);
    node.stop().await;
}
