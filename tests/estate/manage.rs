//! Adding communities, buildings and units one at a time.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::json;
use support::{TestApp, World, both};

both!(an_administrator_adds_a_community_with_building_and_unit, a_manager_adds_only_in_the_own_community);
async fn an_administrator_adds_a_community_with_building_and_unit(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let input = json!({ "name": " 新城 ", "address": "哈尔滨", "idempotencyKey": "c1" });
    let fields = "community { id name timeZone currency unitCount }";
    let made = admin.mutate("communityCreate", input.clone(), fields).await.ok();
    assert_eq!(made["community"]["name"], "新城");
    assert_eq!(made["community"]["timeZone"], "Asia/Shanghai");
    let again = admin.mutate("communityCreate", input, fields).await.ok();
    assert_eq!(again["community"]["id"], made["community"]["id"], "a repeat has its effect once");
    let community = made["community"]["id"].clone();

    let other_key = json!({ "name": "新城", "address": "哈尔滨", "idempotencyKey": "c2" });
    assert_eq!(admin.mutate("communityCreate", other_key, fields).await.refused(), "ALREADY_EXISTS");
    let reused = json!({ "name": "别的", "address": "哈尔滨", "idempotencyKey": "c1" });
    assert_eq!(admin.mutate("communityCreate", reused, fields).await.refused(), "KEY_REUSED");
    for (field, value) in [("timeZone", "Mars/Base"), ("currency", "yuan"), ("name", "  "), ("address", "")] {
        let mut bad = json!({ "name": "坏", "address": "哈尔滨", "idempotencyKey": "bad" });
        bad[field] = json!(value);
        let outcome = admin.mutate("communityCreate", bad, fields).await;
        assert_eq!((outcome.refused(), outcome.field()), ("INVALID_VALUE".to_owned(), format!("input.{field}")));
    }

    let building =
        json!({ "communityId": community, "name": "1栋", "completedOn": "2024-05-01", "idempotencyKey": "b" });
    let building = admin.mutate("buildingCreate", building, "building { id completedOn }").await.ok();
    assert_eq!(building["building"]["completedOn"], "2024-05-01");
    let building = building["building"]["id"].clone();
    let same_name = json!({ "communityId": community, "name": "1栋", "idempotencyKey": "b2" });
    assert_eq!(admin.mutate("buildingCreate", same_name, "building { id }").await.refused(), "ALREADY_EXISTS");

    let unit = |key: &str, area: &str| json!({ "buildingId": building, "number": key, "floor": 3, "area": area, "idempotencyKey": key });
    let made = admin.mutate("unitCreate", unit("301", "89.50"), "unit { id area usage communityName }").await.ok();
    assert_eq!(made["unit"]["area"], "89.5");
    assert_eq!((made["unit"]["usage"].as_str(), made["unit"]["communityName"].as_str()), (Some("FLAT"), Some("新城")));
    for area in ["0", "-1", "89.505", "79228162514264337593543950335"] {
        assert_eq!(
            admin.mutate("unitCreate", unit("302", area), "unit { id }").await.refused(),
            "INVALID_VALUE",
            "{area}"
        );
    }
    let taken = json!({ "buildingId": building, "number": "301", "idempotencyKey": "u2" });
    assert_eq!(admin.mutate("unitCreate", taken, "unit { id }").await.refused(), "ALREADY_EXISTS");
    let counts = admin
        .query(
            "query($id: ID!) { node(id: $id) { ... on Community { buildingCount unitCount } } }",
            json!({ "id": community }),
        )
        .await;
    assert_eq!(counts["node"], json!({ "buildingCount": 1, "unitCount": 1 }));
}

async fn a_manager_adds_only_in_the_own_community(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let other = World::build(&app, 2).await;
    let manager = world.worker(&app, 1, Role::Manager, &[]).await.client;
    let desk = world.worker(&app, 2, Role::FrontDesk, &[]).await.client;
    let building = |community, key: &str| json!({ "communityId": wire_id(community), "name": format!("{key}栋"), "idempotencyKey": key });
    manager.mutate("buildingCreate", building(world.home.community, "8"), "building { id }").await.ok();
    for community in [world.elsewhere.community, other.home.community] {
        let outcome = manager.mutate("buildingCreate", building(community, "9"), "building { id }").await;
        assert_eq!(outcome.refused(), "NOT_FOUND");
    }
    let unit = json!({ "buildingId": wire_id(other.home.building), "number": "901", "idempotencyKey": "u" });
    assert_eq!(manager.mutate("unitCreate", unit, "unit { id }").await.refused(), "NOT_FOUND");
    let community = json!({ "name": "新城", "address": "哈尔滨", "idempotencyKey": "c" });
    assert_eq!(manager.mutate("communityCreate", community.clone(), "community { id }").await.refused(), "FORBIDDEN");
    assert_eq!(desk.mutate("communityCreate", community.clone(), "community { id }").await.refused(), "FORBIDDEN");
    let refused = desk.mutate("buildingCreate", building(world.home.community, "7"), "building { id }").await;
    assert_eq!(refused.refused(), "FORBIDDEN");
    let nobody = app.anonymous().mutate("communityCreate", community, "community { id }").await;
    assert_eq!(nobody.refused(), "UNAUTHENTICATED");
}
