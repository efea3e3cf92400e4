//! Several operations in one request, each answered on its own.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

both!(each_is_answered_on_its_own, ten_at_most, together_they_cost_as_one, one_viewer_for_all);

async fn send(app: &TestApp, client: &Client, items: &[Value]) -> (u16, Value) {
    let request = app.http().post(app.url("/graphql")).json(&items);
    let request = client.token().into_iter().fold(request, |request, token| request.bearer_auth(token));
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

fn item(query: &str) -> Value {
    json!({ "query": query })
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

async fn each_is_answered_on_its_own(app: Arc<TestApp>) {
    let items = [
        item("{ viewer { id } }"),
        item("{ nothing }"),
        item("{"),
        item("{ staff { totalCount } }"),
        json!({ "query": "query($a: Boolean!) { __typename viewer @include(if: $a) { id } }", "variables": { "a": true } }),
        item(&"{ a".repeat(65)),
        json!({}),
        item("mutation { signInCodeRequest(input: { phone: \"x\" }) { userErrors { code } } }"),
        item("subscription { ticketUpdated(id: \"x\") { id } }"),
    ];
    let (status, answers) = send(&app, &app.anonymous(), &items).await;
    let answers = answers.as_array().unwrap();
    assert_eq!((status, answers.len()), (200, items.len()));
    assert_eq!(answers[0], json!({ "data": { "viewer": null } }));
    let codes: Vec<_> = answers.iter().map(code).collect();
    let expected = ["", "MALFORMED", "MALFORMED", "UNAUTHENTICATED", "", "TOO_COMPLEX", "MALFORMED", "", "MALFORMED"];
    assert_eq!(codes, expected);
    assert_eq!(answers[4], json!({ "data": { "__typename": "Query", "viewer": null } }));
    assert_eq!(answers[7]["data"]["signInCodeRequest"]["userErrors"][0]["code"], "INVALID_PHONE");
    for (answer, ran) in answers.iter().zip([true, false, false, true, true, false, false, true, false]) {
        assert_eq!(answer.get("data").is_some(), ran, "{answer}");
    }
}

async fn ten_at_most(app: Arc<TestApp>) {
    let ten = vec![item("{ __typename }"); 10];
    assert_eq!(send(&app, &app.anonymous(), &ten).await.0, 200);
    let (status, answer) = send(&app, &app.anonymous(), &[ten, vec![item("{ __typename }")]].concat()).await;
    assert_eq!((status, code(&answer)), (400, "TOO_COMPLEX"));
    assert_eq!(answer["errors"][0]["extensions"]["limit"], "batch");
    let (status, answer) = send(&app, &app.anonymous(), &[]).await;
    assert_eq!((status, code(&answer)), (400, "MALFORMED"));
}

async fn together_they_cost_as_one(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    // 2 + 100 * (1 + 12) = 1302 each.
    let fields = "id number floor area usage deliveredOn a: number b: number c: number d: number e: number f: number";
    let items = vec![item(&format!("{{ units(first: 100) {{ nodes {{ {fields} }} }} }}")); 5];
    let (status, answers) = send(&app, &admin, &items).await;
    let codes: Vec<_> = answers.as_array().unwrap().iter().map(code).collect();
    assert_eq!((status, codes), (200, vec!["", "", "", "TOO_COMPLEX", "TOO_COMPLEX"]), "{answers}");
    assert_eq!(answers[4]["errors"][0]["extensions"]["limit"], "cost");
}

async fn one_viewer_for_all(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let items = vec![item("{ viewer { id } }"); 10];
    let (statements, (status, answers)) = app.statements(send(&app, &admin, &items)).await;
    assert_eq!((status, statements), (200, 1), "the viewer is read once");
    assert!(answers.as_array().unwrap().iter().all(|answer| answer["data"]["viewer"]["id"].is_string()));
    let (status, answer) = send(&app, &app.with_token("a.b.c"), &items).await;
    assert_eq!((status, code(&answer)), (401, "UNAUTHENTICATED"));
}
