//! Errors in the reader's language, and never with their cause.

use std::sync::Arc;

use api::db::Sql;
use serde_json::{Value, json};
use support::{TestApp, World, both};

both!(
    top_level_messages_have_two_languages,
    refusals_have_two_languages,
    an_internal_error_tells_nothing,
    a_fault_before_the_document_tells_nothing,
    every_answer_has_an_id
);

async fn top_level_messages_have_two_languages(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = app.resident("13977778888").await;
    let too_deep = format!("{{ a(b: {}", "[".repeat(70));
    for (client, query, english, chinese) in [
        (app.anonymous(), "{ staff { totalCount } }", "Sign in first", "请先登录"),
        (app.with_token("a.b.c"), "{ viewer { id } }", "Sign in first", "请先登录"),
        (owner, "{ staff { totalCount } }", "Not allowed", "没有权限"),
        (world.admin(&app).await, "{ staff(first: -1) { totalCount } }", "The request is not valid", "请求无效"),
        (app.anonymous(), &too_deep, "The request is too complex", "请求过于复杂"),
    ] {
        for (language, message) in [
            ("en", english),
            ("en-US,en;q=0.9,zh;q=0.8", english),
            ("fr, en;q=0.5", english),
            ("zh-CN", chinese),
            ("zh-Hans-CN,zh;q=0.9,en;q=0.8", chinese),
            ("zh", chinese),
            ("fr", chinese),
            ("", chinese),
        ] {
            let answer = client.speaking(language).post(query, json!({})).await;
            assert_eq!(answer.body["errors"][0]["message"], message, "{language}");
        }
    }
}

async fn refusals_have_two_languages(app: Arc<TestApp>) {
    for (language, message) in [("en", "The phone number is not valid"), ("zh-CN", "手机号无效")] {
        let client = app.anonymous().speaking(language);
        let outcome = client.mutate("signInCodeRequest", json!({ "phone": "x" }), "sent").await;
        let expected = json!([{
            "code": "INVALID_PHONE", "field": ["input", "phone"], "message": message, "retryable": false,
        }]);
        assert_eq!(outcome.payload["userErrors"], expected);
    }
}

/// Words that only the inside of the service knows.
const INSIDE: [&str; 13] = [
    "table",
    "sql",
    "relation",
    "no such",
    "select",
    "postgres",
    "community_",
    "database",
    "column",
    ".rs",
    "panic",
    "error returned",
    "hidden",
];

pub(super) fn assert_silent(body: &Value) {
    let mut body = body.clone();
    // A socket tells errors as its payload.
    for place in ["errors", "payload"] {
        for error in body.get_mut(place).and_then(Value::as_array_mut).into_iter().flatten() {
            // Line and column of the client's own document.
            error["locations"].take();
        }
    }
    let text = body.to_string().to_lowercase();
    for word in INSIDE {
        assert!(!text.contains(word), "{word:?} in {text}");
    }
}

async fn an_internal_error_tells_nothing(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    app.change(&Sql::new("ALTER TABLE building RENAME TO hidden")).await;
    for (language, message) in [("en", "Internal error"), ("zh", "系统内部错误")] {
        for query in [
            "{ estateTotals { unitCount } }",
            "{ communities { nodes { name buildingCount } } }",
            "{ units { nodes { number } } }",
        ] {
            let answer = admin.speaking(language).post(query, json!({})).await;
            assert_eq!(answer.status, 200, "{query}");
            let error = &answer.body["errors"][0];
            assert_eq!((&error["message"], &error["extensions"]["code"]), (&json!(message), &json!("INTERNAL")));
            assert!(error["extensions"]["requestId"].as_str().is_some_and(|id| id.len() == 32), "{query}");
            assert_silent(&answer.body);
        }
    }
    let id = api::graphql::id::wire_id(world.home.building).to_string();
    let answer = admin.post("query($id: ID!) { node(id: $id) { id } }", json!({ "id": id })).await;
    assert_eq!(answer.code(), "INTERNAL");
    assert_silent(&answer.body);
    let outcome = admin.mutate("ticketSubmit", world.repair("k"), "ticket { id }").await;
    assert_eq!(outcome.refused(), "INTERNAL");
    assert_silent(&outcome.answer.body);
    app.change(&Sql::new("ALTER TABLE hidden RENAME TO building")).await;
    admin.query("{ estateTotals { unitCount } }", json!({})).await;
}

async fn a_fault_before_the_document_tells_nothing(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    app.change(&Sql::new("ALTER TABLE session RENAME TO hidden")).await;
    let answer = admin.post("{ viewer { id } }", json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (500, "INTERNAL"));
    assert!(answer.body["errors"][0]["extensions"]["requestId"].is_string());
    assert_silent(&answer.body);
    app.change(&Sql::new("ALTER TABLE hidden RENAME TO session")).await;
    admin.query("{ viewer { id } }", json!({})).await;
}

async fn every_answer_has_an_id(app: Arc<TestApp>) {
    let mut seen = Vec::new();
    for path in ["/healthz", "/readyz", "/graphql", "/nowhere"] {
        for _ in 0..2 {
            let response = app.http().get(app.url(path)).header("x-request-id", "mine").send().await.unwrap();
            seen.push(response.headers()["x-request-id"].to_str().unwrap().to_owned());
        }
    }
    assert!(seen.iter().all(|id| id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())), "{seen:?}");
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 8, "each its own");
    // The id of an internal error is the one of the header.
    app.change(&Sql::new("ALTER TABLE session RENAME TO hidden")).await;
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": "13911112222" }), "sent").await.ok();
    let body = json!({
        "query": "mutation($input: SignInResidentInput!) { signInResident(input: $input) { accessToken } }",
        "variables": { "input": { "phone": "13911112222", "code": app.sms.last_code("13911112222") } },
    });
    let response = app.http().post(app.url("/graphql")).json(&body).send().await.unwrap();
    let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let answer: Value = response.json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["requestId"], json!(id), "{answer:#}");
    app.change(&Sql::new("ALTER TABLE hidden RENAME TO session")).await;
}
