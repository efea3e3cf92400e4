//! Queries and mutations over a socket, with the same looks and limits as over HTTP.

use std::sync::Arc;

use serde_json::{Value, json};
use support::client::mutation;
use support::{Socket, TestApp, World, both};

both!(
    queries_and_mutations,
    an_operation_that_does_not_run,
    what_is_stopped_says_nothing_more,
    errors_are_told_in_the_language_of_the_user
);

async fn queries_and_mutations(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let mut socket = Socket::signed_in(&app.url("/graphql"), admin.token()).await;
    socket.subscribe("q", "query($n: Int) { units(first: $n) { nodes { number } } }", json!({ "n": 1 })).await;
    let data = json!({ "units": { "nodes": [{ "number": "101" }] } });
    assert_eq!(socket.message().await, json!({ "type": "next", "id": "q", "payload": { "data": data } }));
    assert_eq!(socket.message().await, json!({ "type": "complete", "id": "q" }));
    let submit = mutation("ticketSubmit", "ticket { state }");
    socket.subscribe("m", &submit, json!({ "input": world.repair("k") })).await;
    let next = socket.message().await;
    assert_eq!(next["payload"]["data"]["ticketSubmit"]["ticket"]["state"], "SUBMITTED", "{next}");
    assert_eq!(socket.message().await, json!({ "type": "complete", "id": "m" }));
    // A field that fails is part of an answer; the id may be used again.
    socket.subscribe("q", "{ units(first: -1) { totalCount } }", Value::Null).await;
    let next = socket.message().await;
    assert_eq!(
        (&next["type"], &next["payload"]["errors"][0]["extensions"]["code"]),
        (&json!("next"), &json!("MALFORMED"))
    );
    assert_eq!(socket.message().await["type"], "complete");
    // Several at once, each with its own answers.
    for id in ["a", "b", "c"] {
        socket.subscribe(id, "{ viewer { name } }", json!({})).await;
    }
    let mut heard = Vec::new();
    for _ in 0..6 {
        let message = socket.message().await;
        heard.push(format!("{} {}", message["id"].as_str().unwrap(), message["type"].as_str().unwrap()));
    }
    heard.sort_unstable();
    assert_eq!(heard, ["a complete", "a next", "b complete", "b next", "c complete", "c next"]);
}

async fn an_operation_that_does_not_run(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let mut socket = Socket::signed_in(&app.url("/graphql"), world.admin(&app).await.token()).await;
    let bomb = (0..30).map(|n| format!("fragment F{n} on Query {{ ...F{0} ...F{0} }} ", n + 1)).collect::<String>();
    for (query, code) in [
        ("{".to_owned(), "MALFORMED"),
        ("{ nothing }".to_owned(), "MALFORMED"),
        ("query A { __typename } query B { __typename }".to_owned(), "MALFORMED"),
        ("query($a: Int!) { units(first: $a) { totalCount } }".to_owned(), "MALFORMED"),
        (
            "subscription { a: ticketUpdated(id: \"a\") { id } b: ticketUpdated(id: \"b\") { id } }".to_owned(),
            "MALFORMED",
        ),
        ("subscription { __typename }".to_owned(), "MALFORMED"),
        (
            "subscription { ...F } fragment F on Subscription { ...G ...G } fragment G on Subscription { __typename }"
                .to_owned(),
            "MALFORMED",
        ),
        (format!("{{ node(id: {}", "[".repeat(20_000)), "TOO_COMPLEX"),
        (format!("{{ ...F0 }} {bomb} fragment F30 on Query {{ __typename }}"), "TOO_COMPLEX"),
        (format!("{{ {} }}", (0..100).map(|n| format!("a{n}: __typename ")).collect::<String>()), "TOO_COMPLEX"),
        ("x ".repeat(33_000), "TOO_COMPLEX"),
    ] {
        socket.subscribe("a", &query, json!({})).await;
        let message = socket.message().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!("a")), "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], code, "{message}");
        assert!(!message.to_string().contains("\"data\""));
    }
    let persisted = json!({ "persistedQuery": { "version": 1, "sha256Hash": "00".repeat(32) } });
    socket.say(json!({ "type": "subscribe", "id": "a", "payload": { "extensions": persisted } })).await;
    assert_eq!(socket.message().await["payload"][0]["extensions"]["code"], "PERSISTED_QUERY_NOT_FOUND");
    // Nothing of it is still running.
    socket.subscribe("a", "{ __typename }", json!({})).await;
    assert_eq!(socket.message().await["type"], "next");
}

async fn what_is_stopped_says_nothing_more(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let ticket = admin.submit(world.repair("k")).await;
    let mut socket = Socket::signed_in(&app.url("/graphql"), admin.token()).await;
    let watch = "subscription($id: ID!) { ticketUpdated(id: $id) { version } }";
    socket.subscribe("a", watch, json!({ "id": ticket })).await;
    assert_eq!(socket.message().await["type"], "next");
    assert_eq!(app.app.live.objects(), 1);
    socket.say(json!({ "type": "complete", "id": "a" })).await;
    socket.say(json!({ "type": "complete", "id": "a" })).await;
    socket.say(json!({ "type": "complete", "id": "never" })).await;
    assert!(socket.is_silent(100).await, "no word for what the client has stopped");
    assert_eq!(app.app.live.objects(), 0, "nobody waits any more");
    socket.subscribe("a", watch, json!({ "id": ticket })).await;
    assert_eq!(socket.message().await["type"], "next", "the id is free again");
    drop(socket);
    for _ in 0..100 {
        if app.app.live.objects() == 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("a socket that is gone still waits");
}

async fn errors_are_told_in_the_language_of_the_user(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for (language, message) in [("en", "The request is not valid"), ("zh-CN", "请求无效")] {
        let mut socket = Socket::open(&app.url("/graphql")).await;
        socket
            .say(json!({ "type": "connection_init", "payload": { "token": admin.token(), "language": language } }))
            .await;
        assert_eq!(socket.message().await["type"], "connection_ack");
        socket.subscribe("a", "{", json!({})).await;
        assert_eq!(socket.message().await["payload"][0]["message"], message);
    }
}
