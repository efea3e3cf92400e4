//! GET is for queries.

use std::sync::Arc;

use reqwest::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use serde_json::{Value, json};
use support::{TestApp, World, both};

both!(a_query_in_the_address, a_mutation_is_not_run, malformed_addresses, a_browser_is_given_a_page_in_the_demo_alone,);

const GRAPHQL: &str = "application/graphql-response+json";

/// Status, `Allow`, content type and body of a GET with these parameters.
async fn get(
    url: &str,
    parameters: &[(&str, &str)],
    accept: Option<&str>,
    token: Option<&str>,
) -> (u16, String, String) {
    let mut request = reqwest::Client::new().get(url).query(parameters);
    if let Some(accept) = accept {
        request = request.header(ACCEPT, accept);
    }
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let response = request.send().await.unwrap();
    let allow = response.headers().get(ALLOW).map_or("", |value| value.to_str().unwrap()).to_owned();
    let status = response.status().as_u16();
    (status, allow, response.text().await.unwrap())
}

async fn a_query_in_the_address(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let url = app.url("/graphql");
    for (parameters, token, data) in [
        (vec![("query", "{ viewer { id } }")], None, json!({ "viewer": null })),
        (
            vec![("query", "query A { viewer { id } } query B { __typename }"), ("operationName", "B")],
            None,
            json!({ "__typename": "Query" }),
        ),
        (
            vec![("query", "query($n: Int) { units(first: $n) { nodes { number } } }"), ("variables", "{\"n\":1}")],
            admin.token(),
            json!({ "units": { "nodes": [{ "number": "101" }] } }),
        ),
        (
            vec![("query", "{ __typename }"), ("variables", ""), ("extensions", "null"), ("operationName", "")],
            None,
            json!({ "__typename": "Query" }),
        ),
    ] {
        for accept in [None, Some(GRAPHQL), Some("*/*")] {
            let (status, _, text) = get(&url, &parameters, accept, token).await;
            let body: Value = serde_json::from_str(&text).unwrap();
            assert_eq!((status, &body["data"]), (200, &data), "{parameters:?} {text}");
        }
    }
    let response = app.http().get(&url).query(&[("query", "{ __typename }")]).send().await.unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(response.headers()["cache-control"], "no-store");
    let head = app.http().head(&url).query(&[("query", "{ __typename }")]).send().await.unwrap();
    assert_eq!(head.status(), 200);
}

async fn a_mutation_is_not_run(app: Arc<TestApp>) {
    let phone = "13911112222";
    let document = format!("mutation {{ signInCodeRequest(input: {{ phone: \"{phone}\" }}) {{ sent }} }}");
    for accept in [None, Some(GRAPHQL)] {
        let both = "query A { viewer { id } } mutation B { signOut { signedOut } }";
        for parameters in [
            vec![("query", document.as_str())],
            vec![("query", both), ("operationName", "B")],
            vec![("query", "subscription { ticketUpdated(id: \"x\") { id } }")],
        ] {
            let (status, allow, text) = get(&app.url("/graphql"), &parameters, accept, None).await;
            assert_eq!((status, allow.as_str()), (405, "POST"), "{text}");
            assert!(text.contains("MALFORMED") && !text.contains("data"), "{text}");
        }
        let (status, ..) = get(&app.url("/graphql"), &[("query", both), ("operationName", "A")], accept, None).await;
        assert_eq!(status, 200, "its query may be run");
    }
    assert_eq!(app.sms.last_code(phone), None, "nothing was sent");
}

async fn malformed_addresses(app: Arc<TestApp>) {
    for query in [
        "",
        "query=",
        "query=%7B",
        "query=%ff",
        "query=%7Ba%7D&query=%7Ba%7D",
        "query=%7B__typename%7D&variables=7",
        "query=%7B__typename%7D&variables=%5B%5D",
        "query=%7B__typename%7D&extensions=x",
        "variables=%7B%7D",
    ] {
        let url = app.url(&format!("/graphql?{query}"));
        let response = app.http().get(&url).header(ACCEPT, GRAPHQL).send().await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["errors"][0]["extensions"]["code"], "MALFORMED", "{query}");
        assert!(body.get("data").is_none(), "{body}");
    }
    let (status, ..) = get(&app.url("/graphql"), &[("query", "{ __typename }")], Some("text/html"), None).await;
    assert_eq!(status, 406);
}

async fn a_browser_is_given_a_page_in_the_demo_alone(app: Arc<TestApp>) {
    let node = app.another_node(true, |_| ()).await;
    let page = "text/html,application/xhtml+xml,*/*;q=0.8";
    let (status, _, text) = get(&node.url("/graphql"), &[], Some(page), None).await;
    assert!(status == 200 && text.contains("GraphiQL"));
    let (status, _, text) = get(&node.url("/graphql"), &[("query", "{ __typename }")], Some(page), None).await;
    assert!(status == 200 && text.contains("\"Query\""), "a query is answered, not shown");
    let (status, _, text) = get(&app.url("/graphql"), &[], Some(page), None).await;
    assert!(status == 400 && !text.contains("GraphiQL"), "{text}");
    node.stop().await;
}
