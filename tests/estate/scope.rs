//! Who sees which communities and units.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

both!(each_sees_what_is_theirs, a_filter_does_not_widen_the_scope, totals_are_of_what_one_sees);

const ALL: &str = "{ communities { totalCount nodes { id } } units(first: 100) { totalCount nodes { id } } }";

async fn seen(client: &Client) -> (Vec<String>, Vec<String>) {
    let data = client.query(ALL, json!({})).await;
    let ids = |list: &str| {
        let nodes = data[list]["nodes"].as_array().unwrap();
        assert_eq!(data[list]["totalCount"], json!(nodes.len()), "{list}");
        nodes.iter().map(|node| node["id"].as_str().unwrap().to_owned()).collect()
    };
    (ids("communities"), ids("units"))
}

async fn each_sees_what_is_theirs(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let home = wire_id(world.home.community).to_string();
    let away = wire_id(world.elsewhere.community).to_string();
    let units = |ids: &[entities::values::UnitId]| ids.iter().map(|id| wire_id(*id).to_string()).collect::<Vec<_>>();
    let (home_units, away_units) = (units(&world.home.units), units(&world.elsewhere.units));

    let owner = world.resident(&app, 1, world.home.units[1], ResidencyRole::Owner).await;
    assert_eq!(seen(&owner).await, (vec![home.clone()], vec![home_units[1].clone()]));
    let stranger = app.resident("13977778888").await;
    assert_eq!(seen(&stranger).await, (vec![], vec![]));
    for (number, role) in (1..).zip([Role::FrontDesk, Role::Technician, Role::Collector, Role::Finance]) {
        let worker = world.worker(&app, number, role, &[]).await;
        assert_eq!(seen(&worker.client).await, (vec![home.clone()], home_units.clone()), "{role:?}");
    }
    let away_desk = world.worker_at(&app, 9, Role::FrontDesk, Some(world.elsewhere.community), &[]).await;
    assert_eq!(seen(&away_desk.client).await, (vec![away.clone()], away_units.clone()));
    let everything = (vec![home, away], [home_units, away_units].concat());
    assert_eq!(seen(&world.admin(&app).await).await, everything);
    let foreign = seen(&other.admin(&app).await).await;
    assert!(foreign.0.len() == 2 && foreign.0.iter().all(|id| !everything.0.contains(id)));
    assert!(foreign.1.len() == 8 && foreign.1.iter().all(|id| !everything.1.contains(id)));
}

async fn a_filter_does_not_widen_the_scope(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let foreign = other.admin(&app).await;
    let query = "query($filter: UnitFilterInput) { units(filter: $filter) { totalCount nodes { id } } }";
    let community = |id| json!({ "communityId": wire_id(id).to_string() });
    let building = |id| json!({ "buildingId": wire_id(id).to_string() });
    for (client, filter, count) in [
        (&desk, community(world.home.community), 4),
        (&desk, community(world.elsewhere.community), 0),
        (&desk, building(world.home.building), 4),
        (&desk, building(world.elsewhere.building), 0),
        (&owner, community(world.home.community), 1),
        (&owner, community(world.elsewhere.community), 0),
        (&owner, json!({ "text": "1" }), 1),
        (&foreign, community(world.home.community), 0),
        (&foreign, building(world.home.building), 0),
    ] {
        let data = client.query(query, json!({ "filter": filter })).await;
        assert_eq!(data["units"]["totalCount"], json!(count), "{filter}");
        assert_eq!(data["units"]["nodes"].as_array().unwrap().len(), count, "{filter}");
    }
    let wrong = desk.post(query, json!({ "filter": { "communityId": world.unit() } })).await;
    assert_eq!(wrong.code(), "MALFORMED");
    assert_eq!(wrong.body["errors"][0]["extensions"]["reason"], "INVALID_ID");
}

async fn totals_are_of_what_one_sees(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let query = "{ estateTotals { communityCount statedHouseholdCount statedBuildingCount buildingCount unitCount } }";
    let totals = |communities: i32| -> Value {
        json!({
            "communityCount": communities,
            "statedHouseholdCount": 4 * communities,
            "statedBuildingCount": communities,
            "buildingCount": communities,
            "unitCount": 4 * communities,
        })
    };
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let stranger = app.resident("13977778888").await;
    for (client, communities) in
        [(&world.admin(&app).await, 2), (&desk, 1), (&owner, 1), (&stranger, 0), (&other.admin(&app).await, 2)]
    {
        let (statements, data) = app.statements(client.query(query, json!({}))).await;
        assert_eq!(data["estateTotals"], totals(communities));
        assert_eq!(statements, 2, "the viewer and the sums");
    }
    assert_eq!(app.anonymous().post(query, json!({})).await.code(), "UNAUTHENTICATED");
}
