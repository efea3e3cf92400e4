//! Depth and cost of a document are limited before it runs.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, World, both};

both!(depth_is_limited, cost_is_limited, the_limits_are_configuration);

async fn depth_is_limited(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let fine = "{ viewer { staff { assignments { community { buildings { edges { node { name } } } } } } } }";
    admin.query(fine, json!({})).await;
    let node = app.another_node(false, |config| config.graphql_depth = 7).await;
    let limited = node.client(admin.token());
    let answer = limited.post(fine, json!({})).await;
    assert_eq!(answer.code(), "TOO_COMPLEX");
    assert!(answer.body["data"].is_null());
    // Fragments do not hide depth.
    let split = "{ viewer { staff { ...F } } } fragment F on Staff { assignments { community { ...G } } }
        fragment G on Community { buildings { edges { node { name } } } }";
    assert_eq!(limited.post(split, json!({})).await.code(), "TOO_COMPLEX");
    limited.query("{ viewer { staff { assignments { community { buildings { totalCount } } } } } }", json!({})).await;
    // Fragments that contain each other have no depth at all.
    let cycle = "{ viewer { staff { ...F } } } fragment F on Staff { ...G } fragment G on Staff { ...F }";
    assert_eq!(limited.post(cycle, json!({})).await.code(), "MALFORMED");
    node.stop().await;
}

async fn cost_is_limited(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let query =
        |first: &str| format!("{{ communities{first} {{ nodes {{ buildings{first} {{ nodes {{ name }} }} }} }} }}");
    admin.query(&query(""), json!({})).await;
    admin.query(&query("(first: 20)"), json!({})).await;
    for first in ["(first: 100)", "(first: 2147483647)"] {
        let (statements, answer) = app.statements(admin.post(&query(first), json!({}))).await;
        assert_eq!(answer.code(), "TOO_COMPLEX", "{first}");
        assert!(answer.body["data"].is_null());
        assert!(statements <= 1, "nothing but the viewer was read");
    }
    let variable = "query($n: Int) { communities(first: $n) { nodes { buildings(first: $n) { nodes { name } } } } }";
    assert_eq!(admin.post(variable, json!({ "n": 100 })).await.code(), "TOO_COMPLEX", "a variable counts as its value");
    let aliases: String = (0..200).map(|n| format!("a{n}: communities {{ nodes {{ name address }} }} ")).collect();
    assert_eq!(admin.post(&format!("{{ {aliases} }}"), json!({})).await.code(), "TOO_COMPLEX", "aliases cost each");
}

async fn the_limits_are_configuration(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.graphql_complexity = 2).await;
    node.client(None).query("{ viewer { id } }", json!({})).await;
    assert_eq!(node.client(None).post("{ viewer { id name } }", json!({})).await.code(), "TOO_COMPLEX");
    node.stop().await;
}
