//! More than a node can work on at once is asked to come back, at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::{Socket, TestApp, World, both};

use super::deadline::{SLOW, make_reading_quick, make_reading_slow};

both!(the_one_place_is_taken);

async fn the_one_place_is_taken(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let node = app
        .another_node(false, |config| {
            config.requests_at_once = 1;
            config.request_seconds = 5;
        })
        .await;
    let client = node.client(admin.token());
    let mut socket = Socket::signed_in(&node.url("/graphql"), admin.token()).await;
    make_reading_slow(&app).await;
    let slow = {
        let client = client.clone();
        tokio::spawn(async move { client.post(SLOW, json!({})).await })
    };
    tokio::time::sleep(Duration::from_millis(500)).await;
    let begun = Instant::now();
    let body = json!({ "query": "{ __typename }" });
    for media in ["application/json", "application/graphql-response+json"] {
        let posted = app.http().post(node.url("/graphql")).header("accept", media).json(&body);
        let got = app.http().get(node.url("/graphql")).header("accept", media).query(&[("query", "{ __typename }")]);
        for request in [posted, got] {
            let response = request.send().await.unwrap();
            assert_eq!((response.status().as_u16(), response.headers()["retry-after"].to_str().unwrap()), (503, "1"));
            let answer: Value = response.json().await.unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "OVERLOADED");
        }
    }
    socket.subscribe("a", "{ __typename }", json!({})).await;
    let refused = socket.message().await;
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("OVERLOADED"))
    );
    for path in ["/healthz", "/readyz"] {
        assert_eq!(app.http().get(node.url(path)).send().await.unwrap().status(), 200, "{path}");
    }
    assert!(!slow.is_finished(), "nobody waited for it: {:?}", begun.elapsed());
    assert_eq!(slow.await.unwrap().code(), "TIMEOUT");
    make_reading_quick(&app).await;
    client.query(SLOW, json!({})).await;
    socket.subscribe("b", "{ __typename }", json!({})).await;
    assert_eq!(socket.message().await["payload"]["data"]["__typename"], "Query");
    node.stop().await;
}
