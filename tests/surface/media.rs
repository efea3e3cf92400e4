//! GraphQL over HTTP: methods, media types and status codes, by the specification.

use std::sync::Arc;

use reqwest::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use serde_json::{Value, json};
use support::{TestApp, both};

both!(
    content_types,
    accept_is_negotiated,
    status_codes_of_both_media_types,
    a_body_that_is_no_request,
    a_body_over_the_limit,
    other_methods,
);

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

struct Reply {
    status: u16,
    content_type: String,
    text: String,
}

impl Reply {
    fn code(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap();
        assert!(body["data"].is_null(), "{}", self.text);
        body["errors"][0]["extensions"]["code"].as_str().unwrap().to_owned()
    }
}

async fn post(app: &TestApp, headers: &[(&str, &str)], body: impl Into<reqwest::Body>) -> Reply {
    let request = app.http().post(app.url("/graphql")).body(body);
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let response = request.send().await.unwrap();
    assert!(response.headers().contains_key("x-request-id"));
    let content_type = response.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
    Reply {
        status: response.status().as_u16(),
        content_type: content_type.unwrap_or_default(),
        text: response.text().await.unwrap(),
    }
}

fn document(query: &str) -> String {
    json!({ "query": query }).to_string()
}

async fn content_types(app: Arc<TestApp>) {
    for content_type in [JSON, "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"] {
        let reply = post(&app, &[(CONTENT_TYPE.as_str(), content_type)], document("{ viewer { id } }")).await;
        assert_eq!((reply.status, reply.text.trim()), (200, r#"{"data":{"viewer":null}}"#), "{content_type}");
        assert_eq!(reply.content_type, "application/json; charset=utf-8");
    }
    // What a browser sends across sites without asking first.
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "json",
        "application/graphql",
    ] {
        let reply = post(&app, &[(CONTENT_TYPE.as_str(), content_type)], document("{ viewer { id } }")).await;
        assert_eq!((reply.status, reply.code().as_str()), (415, "MALFORMED"), "{content_type}");
    }
    assert_eq!(post(&app, &[], document("{ viewer { id } }")).await.status, 415, "no content type");
}

async fn accept_is_negotiated(app: Arc<TestApp>) {
    for (accept, expected) in [
        (GRAPHQL, GRAPHQL),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("text/html, application/json", JSON),
        ("APPLICATION/GRAPHQL-RESPONSE+JSON; charset=utf-8", GRAPHQL),
    ] {
        let headers = [(CONTENT_TYPE.as_str(), JSON), (ACCEPT.as_str(), accept)];
        let reply = post(&app, &headers, document("{ viewer { id } }")).await;
        assert_eq!((reply.status, reply.content_type), (200, format!("{expected}; charset=utf-8")), "{accept}");
    }
    for accept in ["text/html", "image/*", "application/xml"] {
        let headers = [(CONTENT_TYPE.as_str(), JSON), (ACCEPT.as_str(), accept)];
        assert_eq!(post(&app, &headers, document("{ viewer { id } }")).await.status, 406, "{accept}");
    }
}

async fn status_codes_of_both_media_types(app: Arc<TestApp>) {
    for (query, graphql, code) in [
        ("{", 400, "MALFORMED"),
        ("", 400, "MALFORMED"),
        ("{ nothing }", 400, "MALFORMED"),
        ("{ viewer }", 400, "MALFORMED"),
        ("{ viewer { id } } fragment unused on Viewer { id }", 400, "MALFORMED"),
        ("query($id: ID!) { node(id: $id) { id } }", 400, "MALFORMED"),
        ("query a { viewer { id } } query b { viewer { id } }", 400, "MALFORMED"),
        ("subscription { viewer { id } }", 400, "MALFORMED"),
        // It ran, and a field failed: a partial answer.
        ("{ node(id: \"x\") { id } }", 200, "UNAUTHENTICATED"),
    ] {
        for (media, status) in [(GRAPHQL, graphql), (JSON, 200)] {
            let headers = [(CONTENT_TYPE.as_str(), JSON), (ACCEPT.as_str(), media)];
            let reply = post(&app, &headers, document(query)).await;
            assert_eq!(reply.status, status, "{media} {query}: {}", reply.text);
            assert_eq!(reply.content_type, format!("{media}; charset=utf-8"));
            let body: Value = serde_json::from_str(&reply.text).unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], code, "{query}");
        }
    }
}

async fn a_body_that_is_no_request(app: Arc<TestApp>) {
    for media in [GRAPHQL, JSON] {
        for body in [
            "",
            "{",
            "null",
            "7",
            "\"{ viewer { id } }\"",
            "[]",
            "[7]",
            "[[]]",
            "{\"query\":7}",
            "{\"query\":\"{a}\",\"variables\":[]}",
        ] {
            let headers = [(CONTENT_TYPE.as_str(), JSON), (ACCEPT.as_str(), media)];
            let reply = post(&app, &headers, body.to_owned()).await;
            assert_eq!((reply.status, reply.code().as_str()), (400, "MALFORMED"), "{media} {body}");
        }
        let headers = [(CONTENT_TYPE.as_str(), JSON), (ACCEPT.as_str(), media)];
        assert_eq!(post(&app, &headers, b"\xff\xfe{}".to_vec()).await.status, 400);
    }
}

async fn a_body_over_the_limit(app: Arc<TestApp>) {
    let limit = app.app.config.body_limit;
    let padded = |length: usize| {
        let body = document("{ viewer { id } }");
        let blanks = " ".repeat(length - body.len());
        body + &blanks
    };
    let headers = [(CONTENT_TYPE.as_str(), JSON)];
    assert_eq!(post(&app, &headers, padded(limit)).await.status, 200);
    for length in [limit + 1, 10 * limit] {
        let reply = post(&app, &headers, padded(length)).await;
        assert_eq!((reply.status, reply.code().as_str()), (413, "TOO_COMPLEX"), "{length}");
    }
}

async fn other_methods(app: Arc<TestApp>) {
    let url = app.url("/graphql?query={viewer{id}}");
    for method in [reqwest::Method::PUT, reqwest::Method::DELETE, reqwest::Method::PATCH] {
        let response = app.http().request(method.clone(), &url).send().await.unwrap();
        assert_eq!(response.status(), 405, "{method}");
        let allow = response.headers().get(ALLOW).unwrap().to_str().unwrap().to_owned();
        assert!(allow.contains("POST") && allow.contains("GET"), "{method}: {allow}");
        assert!(!response.text().await.unwrap().contains("viewer"), "{method}");
    }
    for path in ["/", "/graphiql", "/playground", "/graphql/"] {
        assert_eq!(app.http().get(app.url(path)).send().await.unwrap().status(), 404, "{path}");
    }
}
