//! Automatic persisted queries: a hash instead of the text, once the server knows it.

use std::sync::Arc;

use api::infra::crypto::sha256;
use serde_json::{Value, json};
use support::{TestApp, both};

both!(a_hash_is_learnt_and_used, what_is_not_sound_is_not_learnt, the_memory_is_bounded);

const GRAPHQL: &str = "application/graphql-response+json";

fn hash(query: &str) -> String {
    sha256(query.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn persisted(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

async fn send(app: &TestApp, accept: &str, body: &Value) -> (u16, Value) {
    let request = app.http().post(app.url("/graphql")).header("accept", accept).json(body);
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn code(answer: &Value) -> (&str, &str) {
    let error = &answer["errors"][0];
    (error["extensions"]["code"].as_str().unwrap_or_default(), error["message"].as_str().unwrap_or_default())
}

async fn a_hash_is_learnt_and_used(app: Arc<TestApp>) {
    let query = "query($a: Boolean! = true) { __typename viewer @include(if: $a) { id } }";
    let hash = hash(query);
    let by_hash = json!({ "extensions": persisted(&hash), "variables": { "a": false } });
    for (accept, status) in [("application/json", 200), (GRAPHQL, 400)] {
        let (found, answer) = send(&app, accept, &by_hash).await;
        assert_eq!(found, status);
        // Clients look for the code or for this text, in whatever language the user reads.
        assert_eq!(code(&answer), ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound"));
    }
    let with_text = json!({ "query": query, "extensions": persisted(&hash) });
    let (status, answer) = send(&app, GRAPHQL, &with_text).await;
    assert_eq!((status, answer), (200, json!({ "data": { "__typename": "Query", "viewer": null } })));
    let (status, answer) = send(&app, GRAPHQL, &by_hash).await;
    assert_eq!((status, answer), (200, json!({ "data": { "__typename": "Query" } })));
    let (status, answer) = send(&app, GRAPHQL, &json!({ "documentId": format!("sha256:{hash}") })).await;
    assert_eq!((status, answer["data"]["__typename"].as_str()), (200, Some("Query")));
    let parameters = [("extensions", persisted(&hash).to_string()), ("variables", json!({ "a": false }).to_string())];
    let response = app.http().get(app.url("/graphql")).query(&parameters).send().await.unwrap();
    assert_eq!(response.json::<Value>().await.unwrap(), json!({ "data": { "__typename": "Query" } }));
}

async fn what_is_not_sound_is_not_learnt(app: Arc<TestApp>) {
    let sound = "{ __typename }";
    for (query, extensions, refused) in [
        (sound, persisted(&hash("{ other }")), "MALFORMED"),
        (sound, persisted("no hash"), "MALFORMED"),
        (sound, json!({ "persistedQuery": { "version": 2, "sha256Hash": hash(sound) } }), "MALFORMED"),
        (sound, json!({ "persistedQuery": { "sha256Hash": hash(sound) } }), "MALFORMED"),
        (sound, json!({ "persistedQuery": 7 }), "MALFORMED"),
        ("{", persisted(&hash("{")), "MALFORMED"),
        (&"{a".repeat(70), persisted(&hash(&"{a".repeat(70))), "TOO_COMPLEX"),
    ] {
        let (status, answer) = send(&app, GRAPHQL, &json!({ "query": query, "extensions": extensions })).await;
        assert_eq!((status, code(&answer).0), (400, refused), "{query}");
        let (_, answer) = send(&app, GRAPHQL, &json!({ "extensions": persisted(&hash(query)) })).await;
        assert_eq!(code(&answer).0, "PERSISTED_QUERY_NOT_FOUND", "{query}");
    }
    // Neither a text nor a hash.
    let (status, answer) = send(&app, GRAPHQL, &json!({ "extensions": { "persistedQuery": null } })).await;
    assert_eq!((status, code(&answer).0), (400, "MALFORMED"));
}

async fn the_memory_is_bounded(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.graphql_persisted_bytes = 64 * 1024).await;
    let query = |number: usize| format!("{{ __typename }} # {number} {}", "x".repeat(1_000));
    let post = |body: Value| {
        let request = app.http().post(node.url("/graphql")).json(&body);
        async move { request.send().await.unwrap().json::<Value>().await.unwrap() }
    };
    for number in 0..400 {
        let query = query(number);
        let answer = post(json!({ "query": query, "extensions": persisted(&hash(&query)) })).await;
        assert_eq!(answer["data"]["__typename"], "Query");
    }
    let mut known = 0;
    for number in 0..400 {
        let answer = post(json!({ "extensions": persisted(&hash(&query(number))) })).await;
        known += usize::from(answer.get("errors").is_none());
    }
    assert!((1..=64).contains(&known), "{known} of 400 documents of 1 KiB are kept in 64 KiB");
    node.stop().await;
}
