//! Who sees which staff, and how much of them.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

both!(
    filters_narrow_the_list,
    pages_follow_each_other,
    a_longer_list_needs_no_more_statements,
    phones_are_masked,
    a_role_in_one_community_sees_its_colleagues
);

async fn names(client: &Client, filter: Value) -> Vec<String> {
    let query = "query($filter: StaffFilterInput) { staff(filter: $filter) { totalCount nodes { name } } }";
    let data = client.query(query, json!({ "filter": filter })).await;
    let nodes = data["staff"]["nodes"].as_array().unwrap();
    assert_eq!(data["staff"]["totalCount"], json!(nodes.len()));
    nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

async fn filters_narrow_the_list(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    World::build(&app, 2).await;
    let admin = world.admin(&app).await;
    let plumber = world.worker(&app, 1, Role::Technician, &[Trade::Plumbing]).await;
    let away = Some(world.elsewhere.community);
    world.worker_at(&app, 2, Role::Technician, away, &[Trade::Electrical]).await;
    world.worker_at(&app, 3, Role::Dispatcher, None, &[]).await;
    let gone = world.worker(&app, 4, Role::FrontDesk, &[]).await;
    let mut left = Sql::new("UPDATE staff_member SET");
    left.with(" left_at = ", app.clock.now()).with(" WHERE id = ", gone.id);
    app.change(&left).await;
    plumber.client.query("mutation { dutyStart { staff { id } } }", json!({})).await;
    let (home, away) = (wire_id(world.home.community).to_string(), wire_id(world.elsewhere.community).to_string());
    for (filter, expected) in [
        (json!(null), vec!["管理员1", "员工1-1", "员工1-2", "员工1-3"]),
        (json!({ "role": "TECHNICIAN" }), vec!["员工1-1", "员工1-2"]),
        (json!({ "trade": "ELECTRICAL" }), vec!["员工1-2"]),
        (json!({ "dutyState": "ON_DUTY" }), vec!["员工1-1"]),
        (json!({ "dutyState": "OFF_DUTY", "role": "TECHNICIAN" }), vec!["员工1-2"]),
        (json!({ "communityId": home }), vec!["管理员1", "员工1-1", "员工1-3"]),
        (json!({ "communityId": away, "role": "DISPATCHER" }), vec!["员工1-3"]),
        (json!({ "communityId": home, "role": "TECHNICIAN", "trade": "ELECTRICAL" }), vec![]),
        (json!({ "role": "FRONT_DESK" }), vec![]),
    ] {
        assert_eq!(names(&admin, filter.clone()).await, expected, "{filter}");
    }
    let query = "query($id: ID) { staff(filter: { communityId: $id }) { totalCount } }";
    let answer = admin.post(query, json!({ "id": world.unit() })).await;
    assert_eq!(answer.code(), "MALFORMED");
    assert_eq!(answer.body["errors"][0]["extensions"]["reason"], "INVALID_ID");
}

const PAGE: &str = "query($first: Int, $after: String) { staff(first: $first, after: $after) {
    totalCount nodes { name } edges { cursor } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn pages_follow_each_other(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for number in 1..=4 {
        world.worker(&app, number, Role::FrontDesk, &[]).await;
    }
    let (mut after, mut seen) = (Value::Null, Vec::new());
    for page in 0..3 {
        let data = admin.query(PAGE, json!({ "first": 2, "after": after })).await;
        let staff = &data["staff"];
        let nodes = staff["nodes"].as_array().unwrap();
        assert_eq!(staff["totalCount"], 5, "of the whole list, on every page");
        assert_eq!(staff["pageInfo"]["hasNextPage"], json!(page < 2));
        assert_eq!(staff["pageInfo"]["hasPreviousPage"], json!(page > 0));
        assert_eq!(staff["pageInfo"]["endCursor"], staff["edges"][nodes.len() - 1]["cursor"]);
        assert_eq!(staff["pageInfo"]["startCursor"], staff["edges"][0]["cursor"]);
        seen.extend(nodes.iter().map(|node| node["name"].as_str().unwrap().to_owned()));
        after = staff["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, ["管理员1", "员工1-1", "员工1-2", "员工1-3", "员工1-4"]);
    let past = admin.query(PAGE, json!({ "first": 2, "after": after })).await;
    assert_eq!(past["staff"]["nodes"], json!([]));
    let none = admin.query(PAGE, json!({ "first": 0 })).await;
    assert_eq!(none["staff"]["nodes"], json!([]));
    assert_eq!(none["staff"]["pageInfo"]["hasNextPage"], json!(true));
    for variables in [json!({ "first": -1 }), json!({ "after": "not a cursor" }), json!({ "after": "" })] {
        let answer = admin.post(PAGE, variables.clone()).await;
        assert_eq!(answer.code(), "MALFORMED", "{variables}");
        assert_eq!(answer.body["errors"][0]["extensions"]["reason"], "INVALID_VALUE", "{variables}");
    }
}

async fn a_longer_list_needs_no_more_statements(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let query =
        "{ staff(first: 100) { totalCount nodes { name phone trades assignments { role community { name } } } } }";
    let (few, _) = app.statements(admin.query(query, json!({}))).await;
    for number in 1..=6 {
        let site = if number % 2 == 0 { world.home.community } else { world.elsewhere.community };
        world.worker_at(&app, number, Role::Technician, Some(site), &[Trade::Plumbing]).await;
    }
    let (many, data) = app.statements(admin.query(query, json!({}))).await;
    assert_eq!(data["staff"]["nodes"].as_array().unwrap().len(), 7);
    // The viewer, the rows, their count, roles, trades; and for roles in one community, the communities.
    assert_eq!((few, many), (5, 6));
}

async fn phones_are_masked(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let leader = world.worker(&app, 1, Role::TeamLeader, &[]).await;
    let desk = world.worker(&app, 2, Role::FrontDesk, &[]).await;
    let query = "{ staff { nodes { id phone } } }";
    let seen = |data: &Value, id: &str| {
        let nodes = data["staff"]["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["id"] == id).map(|node| node["phone"].as_str().unwrap().to_owned()).unwrap()
    };
    let by_desk = desk.client.query(query, json!({})).await;
    assert_eq!(seen(&by_desk, &leader.wire), leader.phone, "the front desk calls colleagues");
    let by_leader = leader.client.query(query, json!({})).await;
    assert_eq!(seen(&by_leader, &desk.wire), "138****0002");
    assert_eq!(seen(&by_leader, &leader.wire), leader.phone, "one's own");
    let node = leader
        .client
        .query("query($id: ID!) { node(id: $id) { ... on Staff { phone } } }", json!({ "id": desk.wire }))
        .await;
    assert_eq!(node["node"]["phone"], "138****0002");
}

async fn a_role_in_one_community_sees_its_colleagues(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let away = world.worker_at(&app, 2, Role::FrontDesk, Some(world.elsewhere.community), &[]).await;
    let technician = world.worker(&app, 3, Role::Technician, &[]).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    assert_eq!(names(&desk.client, json!(null)).await, ["管理员1", "员工1-1", "员工1-3"]);
    let elsewhere = json!({ "communityId": wire_id(world.elsewhere.community).to_string() });
    assert_eq!(names(&desk.client, elsewhere).await, ["管理员1"], "a filter does not widen the scope");
    assert_eq!(names(&other.admin(&app).await, json!(null)).await, ["管理员2"]);
    for client in [&technician.client, &owner] {
        assert_eq!(client.post("{ staff { totalCount } }", json!({})).await.code(), "FORBIDDEN");
    }
    let query = "query($id: ID!) { node(id: $id) { id } }";
    for (client, id, found) in [
        (&desk.client, &technician.wire, true),
        (&desk.client, &away.wire, false),
        (&technician.client, &technician.wire, true),
        (&technician.client, &desk.wire, false),
        (&owner, &desk.wire, false),
    ] {
        let data = client.query(query, json!({ "id": id })).await;
        assert_eq!(data["node"].is_null(), !found);
    }
}
