//! Apps that are too old are told so, wherever they come.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

both!(an_old_app_is_told_to_update);

async fn an_old_app_is_told_to_update(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.client_minimum = "ios/3.2, android/10".to_owned()).await;
    for (client, status, code) in [
        (None, 200, ""),
        (Some("ios/3.2.0"), 200, ""),
        (Some("web/0.1"), 200, ""),
        (Some("ios/3.1.99"), 400, "CLIENT_TOO_OLD"),
        (Some("Android/9.0"), 400, "CLIENT_TOO_OLD"),
        (Some("ios"), 400, "MALFORMED"),
        (Some("ios/three"), 400, "MALFORMED"),
    ] {
        let send = |request: reqwest::RequestBuilder| {
            let request = client.into_iter().fold(request, |request, client| request.header("linli-client", client));
            async move {
                let response = request.header("accept-language", "en").send().await.unwrap();
                (response.status().as_u16(), response.json::<Value>().await.unwrap())
            }
        };
        let body = json!({ "query": "{ __typename }" });
        let (posted, answer) = send(app.http().post(node.url("/graphql")).json(&body)).await;
        let got = send(app.http().get(node.url("/graphql")).query(&[("query", "{ __typename }")])).await.0;
        assert_eq!((posted, got), (status, status), "{client:?} {answer}");
        let error = &answer["errors"][0];
        assert_eq!(error["extensions"]["code"].as_str().unwrap_or_default(), code, "{client:?}");
        if code == "CLIENT_TOO_OLD" {
            assert_eq!(error["message"], "This version of the app is too old; update it");
        }
        let (_, answer) = send(app.http().post(node.url("/uploads"))).await;
        let expected = if code.is_empty() { "UNAUTHENTICATED" } else { code };
        assert_eq!(answer["error"]["code"], expected, "{client:?}");
        let health = app.http().get(node.url("/healthz")).header("linli-client", "ios/1").send().await.unwrap();
        assert_eq!(health.status(), 200);
    }
    node.stop().await;
}
