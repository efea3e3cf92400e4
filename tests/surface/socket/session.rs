//! A socket lives as long as its session, and not a token longer or shorter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::db::Sql;
use serde_json::json;
use support::{Socket, TestApp, World, both};

both!(the_end_of_the_session_closes_it, a_token_that_expires_does_not, the_server_says_goodbye);

async fn the_end_of_the_session_closes_it(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (admin, other) = (world.admin(&app).await, world.admin(&app).await);
    let mut socket = Socket::signed_in(&app.url("/graphql"), admin.token()).await;
    let mut stays = Socket::signed_in(&app.url("/graphql"), other.token()).await;
    let ended = Instant::now();
    admin.query("mutation { signOut { signedOut } }", json!({})).await;
    assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
    assert!(ended.elapsed() <= Duration::from_secs(5), "{:?}", ended.elapsed());
    stays.say(json!({ "type": "ping" })).await;
    assert_eq!(stays.message().await["type"], "pong");
    // An operation finds out at once.
    app.change(&Sql::new("UPDATE account SET disabled_at = created_at")).await;
    stays.subscribe("a", "{ viewer { id } }", json!({})).await;
    assert_eq!(stays.closed().await.0, 4401);
    let mut socket = Socket::open(&app.url("/graphql")).await;
    socket.say(json!({ "type": "connection_init", "payload": { "token": other.token() } })).await;
    assert_eq!(socket.closed().await.0, 4403, "and nobody comes in any more");
}

async fn a_token_that_expires_does_not(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.access_token_minutes = 10).await;
    let world = World::build(&app, 1).await;
    let input = json!({ "phone": support::world::phone(1, 0), "password": support::world::PASSWORD });
    let payload = node.client(None).mutate("signInStaff", input, "accessToken").await.ok();
    let token = payload["accessToken"].as_str();
    let ticket = world.admin(&app).await.submit(world.repair("k")).await;
    let mut socket = Socket::signed_in(&node.url("/graphql"), token).await;
    app.advance(chrono::Duration::minutes(11));
    assert_eq!(node.client(token).post("{ viewer { id } }", json!({})).await.code(), "UNAUTHENTICATED");
    let watch = "subscription($id: ID!) { ticketUpdated(id: $id) { version } }";
    socket.subscribe("a", watch, json!({ "id": ticket })).await;
    assert_eq!(socket.message().await["payload"]["data"]["ticketUpdated"]["version"], 1);
    // The session itself expires as well.
    app.advance(chrono::Duration::days(365 * 11));
    assert_eq!(socket.closed().await.0, 4401);
    node.stop().await;
}

async fn the_server_says_goodbye(app: Arc<TestApp>) {
    let node = app.another_node(false, |_| ()).await;
    let world = World::build(&app, 1).await;
    let mut socket = Socket::signed_in(&node.url("/graphql"), world.admin(&app).await.token()).await;
    let (_, closed) = tokio::join!(node.stop(), socket.closed());
    assert_eq!(closed, (1001, "Going away".to_owned()));
}
