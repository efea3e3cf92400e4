//! Lists of communities, buildings and units: pages, search, statements.

use std::sync::Arc;

use api::db::Sql;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

both!(
    pages_follow_each_other,
    communities_are_found_by_text,
    units_are_found_by_text,
    a_longer_list_needs_no_more_statements,
    a_community_has_its_buildings,
);

async fn pages_follow_each_other(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let query = "query($first: Int, $after: String) { units(first: $first, after: $after) {
        totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
    let whole = admin.query(query, json!({ "first": 1_000 })).await;
    let whole: Vec<Value> = whole["units"]["nodes"].as_array().unwrap().clone();
    assert_eq!(whole.len(), 8, "more than 100 is 100");
    let (mut after, mut seen) = (Value::Null, Vec::new());
    for page in 0..3 {
        let data = admin.query(query, json!({ "first": 3, "after": after })).await;
        let units = &data["units"];
        assert_eq!(units["totalCount"], 8);
        assert_eq!(units["pageInfo"]["hasNextPage"], json!(page < 2));
        assert_eq!(units["pageInfo"]["hasPreviousPage"], json!(page > 0));
        for (edge, node) in units["edges"].as_array().unwrap().iter().zip(units["nodes"].as_array().unwrap()) {
            assert_eq!(edge["node"], *node);
        }
        seen.extend(units["nodes"].as_array().unwrap().iter().cloned());
        after = units["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, whole);
    let communities = "query($after: String) { communities(first: 1, after: $after) {
        totalCount nodes { name } pageInfo { hasNextPage endCursor } } }";
    let first = admin.query(communities, json!({})).await;
    assert_eq!(first["communities"]["nodes"], json!([{ "name": "邻里花园" }]));
    let cursor = first["communities"]["pageInfo"]["endCursor"].clone();
    let second = admin.query(communities, json!({ "after": cursor })).await;
    assert_eq!(second["communities"]["nodes"], json!([{ "name": "松江新村" }]));
    assert_eq!(second["communities"]["pageInfo"]["hasNextPage"], json!(false));
    // A cursor of another list is a cursor all the same; what is none is refused.
    let answer = admin.post(communities, json!({ "after": "★" })).await;
    assert_eq!(answer.code(), "MALFORMED");
}

async fn rename(app: &TestApp, world: &World, home: &str, elsewhere: &str) {
    for (id, name) in [(world.home.community, home), (world.elsewhere.community, elsewhere)] {
        let mut sql = Sql::new("UPDATE community SET");
        app.change(sql.with(" name = ", name).with(" WHERE id = ", id)).await;
    }
}

async fn found(client: &Client, text: &str) -> Vec<String> {
    let query = "query($text: String) { communities(text: $text) { totalCount nodes { name } } }";
    let data = client.query(query, json!({ "text": text })).await;
    let nodes = data["communities"]["nodes"].as_array().unwrap();
    assert_eq!(data["communities"]["totalCount"], json!(nodes.len()), "{text}");
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

async fn communities_are_found_by_text(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let (percent, line) = ("绿地100%A区", "世茂_b\\区");
    rename(&app, &world, percent, line).await;
    for (text, expected) in [
        ("", vec![percent, line]),
        ("%", vec![percent]),
        ("_", vec![line]),
        ("\\", vec![line]),
        ("100%a", vec![percent]),
        ("_B", vec![line]),
        ("0_", vec![]),
        ("%%", vec![]),
        ("南岗", vec![percent, line]),
        ("'", vec![]),
        ("绿 地", vec![]),
    ] {
        assert_eq!(found(&admin, text).await, expected, "{text:?}");
    }
    // Letters beyond ASCII are found as they are written, whatever the database makes of their case.
    rename(&app, &world, "翠湖Ｂ区", "ÉTOILE").await;
    assert_eq!(found(&admin, "Ｂ").await, ["翠湖Ｂ区"]);
    assert_eq!(found(&admin, "ÉTO").await, ["ÉTOILE"]);
}

async fn units_are_found_by_text(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    for (unit, number) in world.home.units.iter().zip(["A-101", "a_102", "50%", "Ｂ-3"]) {
        let mut sql = Sql::new("UPDATE unit SET");
        app.change(sql.with(" number = ", number).with(" WHERE id = ", *unit)).await;
    }
    let query = "query($text: String) { units(filter: { text: $text }) { totalCount nodes { number } } }";
    for (text, expected) in [
        ("", vec!["A-101", "a_102", "50%", "Ｂ-3"]),
        ("1栋", vec!["A-101", "a_102", "50%", "Ｂ-3"]),
        ("1栋 A", vec!["A-101", "a_102"]),
        ("a-1", vec!["A-101"]),
        ("_", vec!["a_102"]),
        ("%", vec!["50%"]),
        ("Ｂ", vec!["Ｂ-3"]),
        ("104", vec![]),
    ] {
        let data = desk.query(query, json!({ "text": text })).await;
        let nodes = data["units"]["nodes"].as_array().unwrap();
        let numbers: Vec<_> = nodes.iter().map(|node| node["number"].as_str().unwrap()).collect();
        assert_eq!(numbers, expected, "{text:?}");
        assert_eq!(data["units"]["totalCount"], json!(expected.len()), "{text:?}");
    }
}

async fn a_longer_list_needs_no_more_statements(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (admin, desk) = (world.admin(&app).await, world.worker(&app, 1, Role::FrontDesk, &[]).await.client);
    let communities = "{ communities { totalCount nodes { name buildingCount unitCount } } }";
    // The viewer, the rows, their count, the counts of buildings and units.
    for (client, rows) in [(&desk, 1), (&admin, 2)] {
        let (statements, data) = app.statements(client.query(communities, json!({}))).await;
        assert_eq!((statements, data["communities"]["nodes"].as_array().unwrap().len()), (4, rows));
    }
    let units = "query($first: Int) { units(first: $first) { totalCount nodes { number buildingName area community { name } } } }";
    // The viewer, the rows, their count, the communities.
    for first in [1, 8] {
        let (statements, data) = app.statements(admin.query(units, json!({ "first": first }))).await;
        assert_eq!((statements, data["units"]["nodes"].as_array().unwrap().len()), (4, first));
    }
    let (statements, _) = app.statements(admin.query("{ units { nodes { number } } }", json!({}))).await;
    assert_eq!(statements, 2, "what is not asked for is not counted");
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let (statements, _) =
        app.statements(owner.query("{ viewer { name units { role unit { number } } } }", json!({}))).await;
    assert_eq!(statements, 2, "the viewer and the units");
}

async fn a_community_has_its_buildings(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let query = "{ communities { nodes { name timeZone currency feeRateLow feeRateHigh statedBuildingCount statedHouseholdCount
        buildingCount unitCount buildings(first: 5) { totalCount nodes { name completedOn } pageInfo { hasNextPage } } } } }";
    let data = desk.query(query, json!({})).await;
    let expected = json!({
        "name": "邻里花园", "timeZone": "Asia/Shanghai", "currency": "CNY", "feeRateLow": "1.1", "feeRateHigh": "1.4",
        "statedBuildingCount": 1, "statedHouseholdCount": 4, "buildingCount": 1, "unitCount": 4,
        "buildings": {
            "totalCount": 1,
            "nodes": [{ "name": "1栋", "completedOn": null }],
            "pageInfo": { "hasNextPage": false },
        },
    });
    assert_eq!(data["communities"]["nodes"], json!([expected]));
}
