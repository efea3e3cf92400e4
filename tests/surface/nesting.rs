//! Documents nested so deep that the library's parser would overflow its stack never reach it.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

both!(deep_documents_are_refused, the_deepest_allowed_is_parsed, deep_variables_are_refused);

const LEVELS: [usize; 5] = [65, 1_000, 3_000, 6_900, 50_000];

async fn assert_refused(app: &TestApp, body: &Value, code: &str, what: &str) {
    let text = body.to_string();
    let fits = text.len() <= app.app.config.body_limit;
    let response = app.http().post(app.url("/graphql")).json(body).send().await.unwrap();
    assert_eq!(response.status(), if fits { 400 } else { 413 }, "{what}");
    let answer: Value = response.json().await.unwrap();
    let code = if fits { code } else { "TOO_COMPLEX" };
    assert_eq!(answer["errors"][0]["extensions"]["code"], code, "{what}");
    let next = app.anonymous().query("{ viewer { id } }", json!({})).await;
    assert_eq!(next, json!({ "viewer": null }), "the server answers after {what}");
}

async fn deep_documents_are_refused(app: Arc<TestApp>) {
    for levels in LEVELS {
        let (open, close) = ("[".repeat(levels), "]".repeat(levels));
        let objects = "{a:".repeat(levels) + "1" + &"}".repeat(levels);
        for (kind, query) in [
            ("lists", format!("{{ node(id: {open}1{close}) {{ id }} }}")),
            ("lists that do not close", format!("{{ node(id: {open}")),
            ("objects", format!("{{ node(id: {objects}) {{ id }} }}")),
            ("selections", "{a".repeat(levels) + &"}".repeat(levels)),
            ("selections that do not close", "{a".repeat(levels)),
            ("types", format!("query($a: {open}Int{close}) {{ viewer {{ id }} }}")),
            ("directives", format!("{{ viewer @a(b: {open}{close}) {{ id }} }}")),
            ("parentheses", "(".repeat(levels)),
            ("behind a comment", format!("# \" \n{{ node(id: {open}")),
            ("behind a string", format!("{{ a(b: \"\\\"\", c: \"\"\" \\\"\"\" \"\"\", d: {open}")),
        ] {
            let body = json!({ "query": query });
            assert_refused(&app, &body, "TOO_COMPLEX", &format!("{levels} {kind}")).await;
        }
    }
}

async fn the_deepest_allowed_is_parsed(app: Arc<TestApp>) {
    // One level is the selection's own, one the arguments'.
    let list = format!("{}1{}", "[".repeat(62), "]".repeat(62));
    let answer = app.anonymous().post(&format!("{{ node(id: {list}) {{ id }} }}"), json!({})).await;
    assert_eq!(answer.code(), "MALFORMED", "it was parsed, and a list is no id");
    let text = "[".repeat(5_000);
    let data = app.anonymous().query(&format!("# {text}\n{{ viewer {{ id }} }}"), json!({})).await;
    assert_eq!(data, json!({ "viewer": null }), "a comment has no brackets");
}

async fn deep_variables_are_refused(app: Arc<TestApp>) {
    let query = "query($id: ID!) { node(id: $id) { id } }";
    for levels in [200, 3_000, 20_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let value = format!("{}1{}", open.repeat(levels), close.repeat(levels));
            for field in ["variables", "extensions"] {
                let body = format!("{{\"query\":\"{query}\",\"{field}\":{{\"id\":{value}}}}}");
                let fits = body.len() <= app.app.config.body_limit;
                let request = app.http().post(app.url("/graphql")).header("content-type", "application/json");
                let response = request.body(body).send().await.unwrap();
                assert_eq!(response.status(), if fits { 400 } else { 413 }, "{levels} {open} in {field}");
                app.anonymous().query("{ viewer { id } }", json!({})).await;
            }
        }
    }
}
