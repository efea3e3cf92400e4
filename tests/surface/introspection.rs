//! Strangers are not shown the schema; the demo shows it.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, World, both};

both!(the_schema_is_not_shown, the_demo_shows_it, a_typing_error_is_no_oracle);

const QUERIES: [&str; 4] = [
    "{ __schema { types { name fields { name } } queryType { name } } }",
    "{ __type(name: \"Viewer\") { name fields { name } } }",
    "{ viewer { id } __schema { mutationType { name fields { name } } } }",
    "{ ...F } fragment F on Query { s: __schema { directives { name } } }",
];

async fn the_schema_is_not_shown(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    for client in [app.anonymous(), world.admin(&app).await] {
        for query in QUERIES {
            let answer = client.post(query, json!({})).await;
            let data = answer.body["data"].as_object().cloned().unwrap_or_default();
            for field in ["__schema", "__type", "s"] {
                assert!(data.get(field).is_none_or(Value::is_null), "{query}: {:#}", answer.body);
            }
            let text = answer.body.to_string();
            for word in ["ticketSubmit", "Mutation", "UserErrorCode", "INPUT_OBJECT"] {
                assert!(!text.contains(word), "{query}: {text}");
            }
        }
        // What a client's cache needs of every object is no schema.
        assert_eq!(client.query("{ __typename }", json!({})).await["__typename"], "Query");
    }
}

async fn the_demo_shows_it(app: Arc<TestApp>) {
    let node = app.another_node(true, |_| ()).await;
    let data = node.client(None).query(QUERIES[0], json!({})).await;
    let types = data["__schema"]["types"].as_array().unwrap();
    assert!(types.iter().any(|it| it["name"] == "Ticket"));
    let data = node.client(None).query(QUERIES[1], json!({})).await;
    assert_eq!(data["__type"]["name"], "Viewer");
    let page = app.http().get(node.url("/graphql")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("GraphiQL"));
    node.stop().await;
}

async fn a_typing_error_is_no_oracle(app: Arc<TestApp>) {
    for (query, hidden) in [
        ("{ view { id } }", "viewer"),
        ("{ viewer { phon } }", "phone"),
        ("mutation { signOu { signedOut } }", "signOut"),
        ("{ tickets(firs: 1) { totalCount } }", "first"),
        ("{ tickets(filter: { kin: HOME_REPAIR }) { totalCount } }", "kind"),
        ("{ tickets(filter: { kind: HOME_REPAI }) { totalCount } }", "HOME_REPAIR"),
        ("query($filter: TicketFilterInpu) { tickets(filter: $filter) { totalCount } }", "TicketFilterInput"),
        ("{ viewer { ...F } } fragment F on Viewe { id }", "Viewer"),
    ] {
        let answer = app.anonymous().post(query, json!({})).await;
        let errors = answer.body["errors"].as_array().unwrap();
        assert!(errors.iter().all(|error| error["extensions"]["code"] == "MALFORMED"), "{query}: {errors:?}");
        for error in errors {
            let message = error["message"].as_str().unwrap();
            let words: Vec<&str> = message.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
            assert!(!message.contains("Did you mean") && !words.contains(&hidden), "{query}: {message}");
        }
    }
}
