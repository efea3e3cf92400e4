//! How many sockets, and how many operations of one.

use std::sync::Arc;

use serde_json::json;
use support::socket::PROTOCOL;
use support::{Socket, TestApp, World, both};

both!(operations_of_one_socket, sockets_of_one_account, sockets_of_a_node, silent_sockets_are_dropped);

async fn operations_of_one_socket(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let ticket = admin.submit(world.repair("k")).await;
    let node = app.another_node(false, |config| config.socket_operations = 3).await;
    let mut socket = Socket::signed_in(&node.url("/graphql"), admin.token()).await;
    let watch = "subscription($id: ID!) { ticketUpdated(id: $id) { version } }";
    for id in ["a", "b", "c"] {
        socket.subscribe(id, watch, json!({ "id": ticket })).await;
        assert_eq!(socket.message().await["type"], "next");
    }
    socket.subscribe("d", watch, json!({ "id": ticket })).await;
    let refused = socket.message().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("d")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "RATE_LIMITED");
    socket.say(json!({ "type": "complete", "id": "b" })).await;
    socket.subscribe("d", watch, json!({ "id": ticket })).await;
    assert_eq!(socket.message().await["type"], "next", "there is room again");
    assert_eq!(node.app.live.objects(), 1, "three wait for one object");
    node.stop().await;
}

async fn sockets_of_one_account(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (admin, other) = (world.admin(&app).await, app.resident("13911112222").await);
    let node = app.another_node(false, |config| config.sockets_per_account = 2).await;
    let url = node.url("/graphql");
    let first = Socket::signed_in(&url, admin.token()).await;
    let _second = Socket::signed_in(&url, world.admin(&app).await.token()).await;
    let mut third = Socket::open(&url).await;
    third.say(json!({ "type": "connection_init", "payload": { "token": admin.token() } })).await;
    assert_eq!(third.closed().await, (4429, "Too many sockets".to_owned()));
    let _ = Socket::signed_in(&url, other.token()).await;
    drop(first);
    for _ in 0..100 {
        let mut again = Socket::open(&url).await;
        again.say(json!({ "type": "connection_init", "payload": { "token": admin.token() } })).await;
        if let support::socket::Heard::Message(_) = again.hear().await {
            node.stop().await;
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the place of a socket that is gone is not free");
}

async fn sockets_of_a_node(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.sockets_at_once = 2).await;
    let url = node.url("/graphql");
    let headers = [("sec-websocket-protocol", PROTOCOL)];
    let _first = Socket::open(&url).await;
    let _second = Socket::open(&url).await;
    assert_eq!(Socket::try_open(&url, &headers).await.err(), Some(503));
    assert_eq!(node.client(None).query("{ __typename }", json!({})).await["__typename"], "Query", "HTTP goes on");
    node.stop().await;
}

async fn silent_sockets_are_dropped(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let node = app
        .another_node(false, |config| {
            config.socket_ping_seconds = 1;
            config.sockets_at_once = 1;
        })
        .await;
    let url = node.url("/graphql");
    // Reads nothing, so it answers no ping.
    let silent = Socket::signed_in(&url, admin.token()).await;
    let begun = std::time::Instant::now();
    while Socket::try_open(&url, &[("sec-websocket-protocol", PROTOCOL)]).await.is_err() {
        assert!(begun.elapsed().as_secs() < 10, "a dead socket keeps its place");
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert!(begun.elapsed().as_secs() >= 1);
    drop(silent);
    node.stop().await;
}
