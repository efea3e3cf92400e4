//! Trusted documents: where a list of them is given, nothing else is run.

use std::sync::Arc;

use api::infra::crypto::sha256;
use serde_json::{Value, json};
use support::{Program, TestApp, both};

both!(only_trusted_documents_run);

const VIEWER: &str = "query Viewer { viewer { id } }";
const NAME: &str = "query Name { __typename }";

fn hash(query: &str) -> String {
    sha256(query.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn only_trusted_documents_run(app: Arc<TestApp>) {
    let folder = tempfile::tempdir().unwrap();
    let (flat, apollo) = (folder.path().join("flat.json"), folder.path().join("apollo.json"));
    std::fs::write(&flat, json!({ "viewer-1": VIEWER, hash(NAME): NAME }).to_string()).unwrap();
    let operations = json!([
        { "id": "viewer-1", "name": "Viewer", "type": "query", "body": VIEWER },
        { "id": hash(NAME), "name": "Name", "type": "query", "body": NAME },
    ]);
    let manifest = json!({ "format": "apollo-persisted-query-manifest", "version": 1, "operations": operations });
    std::fs::write(&apollo, manifest.to_string()).unwrap();
    for file in [flat, apollo] {
        let node = app.another_node(false, |config| config.graphql_trusted = file.display().to_string()).await;
        let persisted = |hash: &str| json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
        for (body, code) in [
            (json!({ "documentId": "viewer-1" }), ""),
            (json!({ "documentId": hash(VIEWER) }), ""),
            (json!({ "documentId": format!("sha256:{}", hash(NAME)) }), ""),
            (json!({ "extensions": persisted(&hash(NAME)) }), ""),
            (json!({ "query": VIEWER }), ""),
            (json!({ "query": VIEWER, "extensions": persisted(&hash(VIEWER)) }), ""),
            (json!({ "query": "{ viewer { id } }" }), "DOCUMENT_NOT_TRUSTED"),
            (json!({ "query": format!("{VIEWER} ") }), "DOCUMENT_NOT_TRUSTED"),
            (json!({ "query": "{ __schema { queryType { name } } }" }), "DOCUMENT_NOT_TRUSTED"),
            (
                json!({ "query": "mutation { signOut { signedOut } }", "documentId": "viewer-1" }),
                "DOCUMENT_NOT_TRUSTED",
            ),
            (json!({ "documentId": "viewer-2" }), "DOCUMENT_NOT_TRUSTED"),
            (json!({ "query": NAME, "extensions": persisted(&hash(VIEWER)) }), "DOCUMENT_NOT_TRUSTED"),
            (json!({ "extensions": persisted(&hash("{ a }")) }), "DOCUMENT_NOT_TRUSTED"),
            (json!({}), "MALFORMED"),
        ] {
            let response = app.http().post(node.url("/graphql")).json(&body).send().await.unwrap();
            let answer: Value = response.json().await.unwrap();
            let found = answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default();
            assert_eq!(found, code, "{body}: {answer}");
            assert_eq!(answer.get("data").is_some(), code.is_empty(), "{body}");
        }
        node.stop().await;
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_used_keeps_the_server_from_starting() {
    let program = Program::new();
    for (name, text) in [
        ("missing.json", None),
        ("broken.json", Some("{".to_owned())),
        ("list.json", Some("[\"{ a }\"]".to_owned())),
        ("numbers.json", Some("{\"a\": 7}".to_owned())),
        ("document.json", Some(json!({ "a": "query {" }).to_string())),
        ("deep.json", Some(json!({ "a": "{a".repeat(50_000) }).to_string())),
    ] {
        if let Some(text) = text {
            std::fs::write(program.path(name), text).unwrap();
        }
        let program = Program::new().with("LINLI_GRAPHQL_TRUSTED", &program.path(name).display().to_string());
        let said = program.run(&["serve"]).await.failed();
        assert!(said.contains("`graphql_trusted`") && said.contains(name), "{name}: {said}");
    }
}
