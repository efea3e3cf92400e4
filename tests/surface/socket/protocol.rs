//! `graphql-transport-ws` on a real socket; the tables beside the machine have every combination.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use support::socket::{Heard, PROTOCOL};
use support::{Socket, TestApp, World, both};
use tokio_tungstenite::tungstenite::Message;

both!(
    the_handshake,
    wrong_messages_close_it,
    who_it_is,
    it_must_say_so_in_time,
    pings_are_answered,
    frames_that_are_no_text
);

async fn the_handshake(app: Arc<TestApp>) {
    let url = app.url("/graphql");
    let upgrade = || {
        let request = app.http().get(&url).header("upgrade", "websocket").header("connection", "upgrade");
        request.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==")
    };
    for (offer, chosen) in [
        ("graphql-ws", None),
        ("soap, wamp", None),
        (PROTOCOL, Some(PROTOCOL)),
        ("graphql-ws, graphql-transport-ws", Some(PROTOCOL)),
    ] {
        let response = upgrade().header("sec-websocket-protocol", offer).send().await.unwrap();
        let header = response.headers().get("sec-websocket-protocol").map(|value| value.to_str().unwrap());
        assert_eq!((response.status().as_u16(), header), (101, chosen), "{offer}");
    }
    let mut socket = Socket::try_open(&url, &[]).await.unwrap();
    assert_eq!(socket.closed().await, (4406, "Subprotocol not acceptable".to_owned()));
    let mut socket = Socket::open(&url).await;
    assert!(socket.is_silent(50).await);
    // An upgrade that is none.
    let request = app.http().get(&url).header("upgrade", "websocket").header("connection", "upgrade");
    assert_eq!(request.send().await.unwrap().status(), 400);
    let request = app.http().post(&url).header("upgrade", "websocket").header("content-type", "application/json");
    assert_eq!(request.body("{\"query\":\"{__typename}\"}").send().await.unwrap().status(), 200, "POST stays HTTP");
}

async fn wrong_messages_close_it(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let url = app.url("/graphql");
    let run = json!({ "type": "subscribe", "id": "a", "payload": { "query": "{ __typename }" } });
    let waiting = json!({ "type": "subscribe", "id": "w",
        "payload": { "query": "subscription($id: ID!) { ticketUpdated(id: $id) { id } }",
            "variables": { "id": admin.submit(world.repair("k")).await } } });
    for (messages, code) in [
        (vec![run.clone()], 4401),
        (vec![json!({ "type": "connection_ack" })], 4400),
        (vec![json!("connection_init")], 4400),
        (vec![json!({ "type": "connection_init", "payload": 7 })], 4400),
    ] {
        let mut socket = Socket::open(&url).await;
        for message in messages {
            socket.say(message).await;
        }
        assert_eq!(socket.closed().await.0, code);
        assert_eq!(socket.hear().await, Heard::Cut);
    }
    for (messages, code) in [
        (vec![json!({ "type": "connection_init" })], 4429),
        (vec![waiting.clone(), waiting], 4409),
        (vec![json!({ "type": "subscribe", "id": "a", "payload": { "query": 7 } })], 4400),
        (vec![json!({ "type": "start", "id": "a" })], 4400),
    ] {
        let mut socket = Socket::signed_in(&url, admin.token()).await;
        for message in messages {
            socket.say(message).await;
        }
        let code_heard = loop {
            match socket.hear().await {
                Heard::Message(_) => {}
                Heard::Closed(code, _) => break code,
                Heard::Cut => panic!("cut off without a word"),
            }
        };
        assert_eq!(code_heard, code);
    }
}

async fn who_it_is(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let (url, token) = (app.url("/graphql"), admin.token().unwrap());
    let bearer = format!("Bearer {token}");
    let init = |payload: serde_json::Value| json!({ "type": "connection_init", "payload": payload });
    for payload in [json!({ "token": token }), json!({ "Authorization": bearer }), json!({ "authorization": bearer })] {
        let mut socket = Socket::open(&url).await;
        socket.say(init(payload)).await;
        assert_eq!(socket.message().await["type"], "connection_ack");
    }
    let headers = [("sec-websocket-protocol", PROTOCOL), ("authorization", bearer.as_str())];
    let mut socket = Socket::try_open(&url, &headers).await.unwrap();
    socket.say(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.message().await["type"], "connection_ack");
    for payload in [
        json!({}),
        json!({ "token": "" }),
        json!({ "token": "a.b.c" }),
        json!({ "token": 7 }),
        json!({ "Authorization": token }),
    ] {
        let mut socket = Socket::open(&url).await;
        socket.say(init(payload.clone())).await;
        assert_eq!(socket.closed().await, (4403, "Forbidden".to_owned()), "{payload}");
    }
    // A page of another origin opens none; one of ours, and what is no browser, does.
    for (origin, outcome) in [("https://evil.example", Some(403)), (app.url("").as_str(), None)] {
        let headers = [("sec-websocket-protocol", PROTOCOL), ("origin", origin)];
        assert_eq!(Socket::try_open(&url, &headers).await.err(), outcome, "{origin}");
    }
    let node = app.another_node(false, |config| config.client_minimum = "web/2".to_owned()).await;
    let mut socket = Socket::open(&node.url("/graphql")).await;
    socket.say(init(json!({ "token": token, "client": "web/1.9" }))).await;
    assert_eq!(socket.closed().await, (4426, "Client too old".to_owned()));
    node.stop().await;
}

async fn it_must_say_so_in_time(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.socket_init_seconds = 1).await;
    let mut socket = Socket::open(&node.url("/graphql")).await;
    let begun = Instant::now();
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.message().await, json!({ "type": "pong" }), "a ping is no initialisation");
    assert_eq!(socket.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    assert!(begun.elapsed() >= Duration::from_millis(900) && begun.elapsed() < Duration::from_secs(3));
    node.stop().await;
}

async fn pings_are_answered(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let mut socket = Socket::signed_in(&app.url("/graphql"), world.admin(&app).await.token()).await;
    socket.say(json!({ "type": "ping", "payload": { "x": 1 } })).await;
    assert_eq!(socket.message().await, json!({ "type": "pong" }));
    socket.say(json!({ "type": "pong" })).await;
    socket.send(Message::Ping(vec![1].into())).await;
    assert!(socket.is_silent(100).await);
}

async fn frames_that_are_no_text(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let url = app.url("/graphql");
    let mut socket = Socket::signed_in(&url, admin.token()).await;
    socket.send(Message::binary(b"{\"type\":\"ping\"}".to_vec())).await;
    assert_eq!(socket.closed().await.0, 4400);
    let mut socket = Socket::signed_in(&url, admin.token()).await;
    socket.send(Message::text("x".repeat(app.app.config.socket_message_bytes + 1))).await;
    assert_eq!(socket.closed().await.0, 1009);
    let mut socket = Socket::signed_in(&url, admin.token()).await;
    socket.send(Message::text(" ".repeat(app.app.config.socket_message_bytes - 15) + "{\"type\":\"ping\"}")).await;
    assert_eq!(socket.message().await["type"], "pong", "as long as it may be");
}
