//! Redis goes and comes: signed-in people work on, tokens are refreshed, limits hold, and all heals by itself.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::config::Rates;
use entities::values::Role;
use serde_json::json;
use support::world::{PASSWORD, phone};
use support::{Client, Node, TestApp, TestRedis, World, both};

use super::refresh::{Got, refresh, sign_in};

both!(
    a_stopped_redis_stops_nobody,
    a_frozen_redis_keeps_nobody_waiting,
    a_restarted_redis_is_used_again,
    a_node_starts_without_redis,
    an_end_is_known_while_redis_is_away,
    limits_hold_while_redis_is_away,
    two_nodes_count_together_in_redis,
);

async fn node(app: &TestApp, redis: &TestRedis) -> Node {
    let node = app.another_node(false, |config| config.redis_url = redis.url()).await;
    until(&node, true).await;
    node
}

/// Waits until a node has noticed that Redis is there, or away.
async fn until(node: &Node, up: bool) {
    let started = Instant::now();
    while node.app.identity.redis_is_up() != Some(up) {
        assert!(started.elapsed() < Duration::from_secs(10), "it never noticed that Redis is there: {up}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Works, refreshes, signs in and out; the longest that anything took.
async fn everything_works(node: &Node, token: &mut Got) -> Duration {
    let mut longest = Duration::ZERO;
    let mut slowest = |started: Instant| longest = longest.max(started.elapsed());
    for _ in 0..20 {
        let started = Instant::now();
        node.client(Some(&token.access)).query("{ viewer { name } }", json!({})).await;
        slowest(started);
    }
    let started = Instant::now();
    *token = Got::of(&refresh(&node.client(None), &token.refresh).await.ok());
    slowest(started);
    let started = Instant::now();
    let other = sign_in(&node.client(None), &phone(1, 0)).await;
    slowest(started);
    let client = node.client(Some(&other.access));
    let data = client.query("{ viewer { sessions { nodes { current lastSeenAt } } } }", json!({})).await;
    assert_eq!(data["viewer"]["sessions"]["nodes"][0]["current"], json!(true));
    client.query("mutation { signOut { signedOut } }", json!({})).await;
    assert_eq!(client.post("{ viewer { name } }", json!({})).await.status, 401);
    longest
}

async fn a_stopped_redis_stops_nobody(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let mut redis = TestRedis::start().await;
    let node = node(&app, &redis).await;
    let mut token = sign_in(&node.client(None), &phone(1, 0)).await;
    everything_works(&node, &mut token).await;
    redis.kill().await;
    everything_works(&node, &mut token).await;
    until(&node, false).await;
    everything_works(&node, &mut token).await;
    node.stop().await;
}

async fn a_frozen_redis_keeps_nobody_waiting(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let redis = TestRedis::start().await;
    let node = node(&app, &redis).await;
    let mut token = sign_in(&node.client(None), &phone(1, 0)).await;
    redis.freeze().await;
    let longest = everything_works(&node, &mut token).await;
    assert!(longest < Duration::from_secs(2), "{longest:?}");
    redis.thaw().await;
    until(&node, true).await;
    everything_works(&node, &mut token).await;
    node.stop().await;
}

async fn a_restarted_redis_is_used_again(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let mut redis = TestRedis::start().await;
    let (one, other) = (node(&app, &redis).await, node(&app, &redis).await);
    let mut token = sign_in(&one.client(None), &phone(1, 0)).await;
    let gone = sign_in(&one.client(None), &phone(1, 0)).await;
    one.client(Some(&gone.access)).query("mutation { signOut { signedOut } }", json!({})).await;
    redis.restart().await;
    for node in [&one, &other] {
        until(node, true).await;
        everything_works(node, &mut token).await;
        let answer = node.client(Some(&gone.access)).post("{ viewer { name } }", json!({})).await;
        assert_eq!(answer.status, 401, "what Redis forgot, the database knows");
    }
    one.stop().await;
    other.stop().await;
}

async fn a_node_starts_without_redis(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let mut redis = TestRedis::start().await;
    redis.kill().await;
    let node = app.another_node(false, |config| config.redis_url = redis.url()).await;
    let mut token = sign_in(&node.client(None), &phone(1, 0)).await;
    everything_works(&node, &mut token).await;
    redis.restart().await;
    until(&node, true).await;
    everything_works(&node, &mut token).await;
    node.stop().await;
}

async fn an_end_is_known_while_redis_is_away(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let mut redis = TestRedis::start().await;
    let (one, other) = (node(&app, &redis).await, node(&app, &redis).await);
    let is_in = |node: &Node, client: &Client| node.client(client.token());
    let (first, second) =
        (world.worker(&app, 1, Role::FrontDesk, &[]).await, world.worker(&app, 2, Role::FrontDesk, &[]).await);
    for worker in [&first, &second] {
        is_in(&other, &worker.client).query("{ viewer { id } }", json!({})).await;
    }
    redis.freeze().await;
    is_in(&one, &first.client).query("mutation { signOut { signedOut } }", json!({})).await;
    let answer = is_in(&other, &first.client).post("{ viewer { id } }", json!({})).await;
    assert_eq!(answer.status, 401, "at the other node too, at once");
    redis.thaw().await;
    redis.kill().await;
    is_in(&one, &second.client).query("mutation { signOut { signedOut } }", json!({})).await;
    assert_eq!(is_in(&other, &second.client).post("{ viewer { id } }", json!({})).await.status, 401);
    one.stop().await;
    other.stop().await;
}

/// Tries a wrong password; whether it was let through to be checked.
async fn guess(node: &Node) -> bool {
    let input = json!({ "phone": "13800019999", "password": "a long wrong password" });
    match node.client(None).mutate("signInStaff", input, "accessToken").await.refused().as_str() {
        "INVALID_CREDENTIALS" => true,
        "RATE_LIMITED" => false,
        other => panic!("{other}"),
    }
}

async fn limits_hold_while_redis_is_away(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    // What the first node counted in the database meanwhile has dripped out.
    app.advance(chrono::Duration::seconds(1));
    let mut redis = TestRedis::start().await;
    let url = redis.url();
    let start = || {
        app.another_node(false, |config| {
            config.redis_url.clone_from(&url);
            config.sign_in_password_tries = 1_000;
            config.limit_password_tries = Rates { address: 5, network: 5, overall: 5 };
            config.limit_refreshes = Rates { address: 3, network: 3, overall: 3 };
        })
    };
    let (one, other) = (start().await, start().await);
    until(&one, true).await;
    until(&other, true).await;
    let mut through = 0;
    for _ in 0..4 {
        for node in [&one, &other] {
            through += usize::from(guess(node).await);
        }
    }
    assert_eq!(through, 5, "in Redis");
    redis.kill().await;
    let mut through = 0;
    for _ in 0..4 {
        for node in [&one, &other] {
            through += usize::from(guess(node).await);
        }
    }
    assert_eq!(through, 5, "in the database, both nodes together");
    // A refresh is decided by a row of its own; here each node counts for itself.
    for node in [&one, &other] {
        for _ in 0..3 {
            assert_eq!(refresh(&node.client(None), "x").await.refused(), "SESSION_OVER");
        }
        assert_eq!(refresh(&node.client(None), "x").await.refused(), "RATE_LIMITED");
    }
    one.stop().await;
    other.stop().await;
}

async fn two_nodes_count_together_in_redis(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let redis = TestRedis::start().await;
    let url = redis.url();
    let start = || {
        app.another_node(false, |config| {
            config.redis_url.clone_from(&url);
            config.limit_password_tries = Rates { address: 3, network: 3, overall: 3 };
        })
    };
    let (one, other) = (start().await, start().await);
    until(&one, true).await;
    until(&other, true).await;
    assert!(guess(&one).await && guess(&other).await && guess(&one).await);
    assert!(!guess(&one).await && !guess(&other).await);
    let input = json!({ "phone": phone(1, 0), "password": PASSWORD });
    assert_eq!(other.client(None).mutate("signInStaff", input, "accessToken").await.refused(), "RATE_LIMITED");
    app.anonymous().query("{ viewer { id } }", json!({})).await;
    one.stop().await;
    other.stop().await;
}
