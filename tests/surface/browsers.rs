//! What browsers are told.

use std::sync::Arc;

use reqwest::Method;
use support::{TestApp, both};

both!(every_answer_protects_itself, pages_of_other_origins, transport_security_is_a_setting);

async fn every_answer_protects_itself(app: Arc<TestApp>) {
    let demo = app.another_node(true, |_| ()).await;
    for (method, url, accept) in [
        (Method::GET, app.url("/graphql?query={__typename}"), "*/*"),
        (Method::POST, app.url("/graphql"), "*/*"),
        (Method::GET, app.url("/graphql"), "text/html"),
        (Method::GET, app.url("/healthz"), "*/*"),
        (Method::GET, app.url("/nowhere"), "*/*"),
        (Method::POST, app.url("/uploads"), "*/*"),
        (Method::GET, demo.url("/graphql"), "text/html"),
    ] {
        let response = app.http().request(method, &url).header("accept", accept).send().await.unwrap();
        let header = |name: &str| response.headers().get(name).map_or("", |value| value.to_str().unwrap()).to_owned();
        assert_eq!(header("x-content-type-options"), "nosniff", "{url}");
        assert_eq!(header("referrer-policy"), "no-referrer", "{url}");
        assert_eq!(header("x-frame-options"), "DENY", "{url}");
        assert!(header("content-security-policy").contains("frame-ancestors 'none'"), "{url}");
        for absent in
            ["set-cookie", "server", "x-powered-by", "access-control-allow-origin", "strict-transport-security"]
        {
            assert_eq!(header(absent), "", "{url} {absent}");
        }
    }
    demo.stop().await;
}

async fn pages_of_other_origins(app: Arc<TestApp>) {
    let listed = "https://desk.example";
    let node = app.another_node(false, |config| config.cors_origins = format!("{listed}, http://localhost:3000")).await;
    for (origin, allowed) in [
        (listed, true),
        ("http://localhost:3000", true),
        ("https://evil.example", false),
        ("null", false),
        ("https://desk.example.evil", false),
    ] {
        let question = app.http().request(Method::OPTIONS, node.url("/graphql")).header("origin", origin);
        let question = question
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization,content-type,linli-client");
        let response = question.send().await.unwrap();
        let allow =
            response.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(allow.as_deref(), allowed.then_some(origin), "{origin}");
        assert!(response.headers().get("access-control-allow-credentials").is_none());
        if allowed {
            let headers = response.headers()["access-control-allow-headers"].to_str().unwrap().to_ascii_lowercase();
            assert!(
                ["authorization", "content-type", "linli-client", "upload-offset"]
                    .iter()
                    .all(|it| headers.contains(it))
            );
        }
        let post =
            app.http().post(node.url("/graphql")).header("origin", origin).header("content-type", "application/json");
        let response = post.body("{\"query\":\"{ __typename }\"}").send().await.unwrap();
        assert_eq!(response.status(), 200, "browsers keep the answer from the page");
        assert_eq!(response.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
        assert!(
            !allowed || response.headers()["access-control-expose-headers"].to_str().unwrap().contains("x-request-id")
        );
    }
    // The upload protocol's own OPTIONS is no question of a browser.
    for url in [node.url("/uploads"), app.url("/uploads")] {
        let response = app.http().request(Method::OPTIONS, url).send().await.unwrap();
        assert_eq!((response.status().as_u16(), response.headers()["tus-version"].to_str().unwrap()), (204, "1.0.0"));
    }
    // Without a list no page of another origin is answered at all.
    let question = app.http().request(Method::OPTIONS, app.url("/graphql")).header("origin", listed);
    let response = question.header("access-control-request-method", "POST").send().await.unwrap();
    assert!(response.status() == 405 && !response.headers().contains_key("access-control-allow-origin"));
    node.stop().await;
}

async fn transport_security_is_a_setting(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.hsts_seconds = 31_536_000).await;
    let response = app.http().get(node.url("/healthz")).send().await.unwrap();
    assert_eq!(response.headers()["strict-transport-security"], "max-age=31536000; includeSubDomains");
    node.stop().await;
}
