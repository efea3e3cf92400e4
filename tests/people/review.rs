//! The front desk decides.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::world::register;
use support::{Client, TestApp, World, both};

use super::shared::{asked, counted, decide, homes};
use crate::tickets::shared::{key, merged, number};

both!(
    an_approval_binds_at_once,
    an_approval_takes_the_registers_entry,
    a_clerk_names_the_unit_that_is_meant,
    a_lease_lasts_as_long_as_it_says,
    a_refusal_says_why,
    the_list_is_what_the_clerk_may_decide_on,
    each_step_is_told,
);

async fn desk(app: &TestApp, world: &World) -> Client {
    world.worker(app, 1, Role::FrontDesk, &[]).await.client
}

async fn an_approval_binds_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (client, desk) = (app.resident("13911112222").await, desk(&app, &world).await);
    for (unit, role) in [("101", "OWNER"), ("102", "FAMILY"), ("103", "TENANT"), ("104", "PROXY")] {
        let request = asked(&client, json!({ "unitNumber": unit, "role": role, "idLastFour": "123x" })).await;
        assert_eq!(request["idLastFour"], "**3X", "nobody is shown more");
        let approved = decide(&desk, "residencyApprove", &request, json!({})).await.ok()["request"].clone();
        assert_eq!((&approved["state"], &approved["version"]), (&json!("APPROVED"), &json!(2)));
        assert_eq!(approved["decidedByName"], "员工1-1");
    }
    assert_eq!(homes(&client).await, ["101 OWNER", "102 FAMILY", "103 TENANT", "104 PROXY"]);
    // A second owner of the same unit asks for himself.
    let second = app.resident("13933334444").await;
    let request = asked(&second, json!({ "unitNumber": "101", "name": "李四" })).await;
    decide(&desk, "residencyApprove", &request, json!({})).await.ok();
    assert_eq!(homes(&second).await, ["101 OWNER"]);
    let viewer = second.query("{ viewer { name } }", json!({})).await;
    assert_eq!(viewer["viewer"]["name"], "李四");
}

async fn an_approval_takes_the_registers_entry(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = desk(&app, &world).await;
    let unit = world.home.units[1];
    // The person has another phone than the register; another one only another name.
    register(&app, world.org, unit, "赵敏", "13700000009", ResidencyRole::Owner).await;
    register(&app, world.org, unit, "旧名", "13933334444", ResidencyRole::Tenant).await;
    for (phone, more, hints) in [
        ("13911112222", json!({}), json!({ "phone": false, "name": true, "idLastFour": false })),
        (
            "13933334444",
            json!({ "role": "TENANT", "name": "新名", "idLastFour": "1111" }),
            json!({ "phone": true, "name": false, "idLastFour": false }),
        ),
    ] {
        let client = app.resident(phone).await;
        let request = asked(&client, more).await;
        let approved = decide(&desk, "residencyApprove", &request, json!({})).await.ok();
        assert_eq!(approved["request"]["registerMatch"], hints);
        assert_eq!(homes(&client).await.len(), 1);
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM residency").await, 2, "nobody was added");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM residency WHERE account_id IS NOT NULL").await, 2);
    // An entry that somebody else is bound to stays theirs.
    let namesake = app.resident("13955556666").await;
    let request = asked(&namesake, json!({})).await;
    decide(&desk, "residencyApprove", &request, json!({})).await.ok();
    assert_eq!(number(&app, "SELECT COUNT(*) FROM residency WHERE source = 'REQUEST'").await, 1);
}

async fn a_clerk_names_the_unit_that_is_meant(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (client, desk) = (app.resident("13911112222").await, desk(&app, &world).await);
    let lost = asked(&client, json!({ "buildingName": "东边那栋", "unitNumber": "二楼左手" })).await;
    let before = counted(&app).await;
    let outcome = decide(&desk, "residencyApprove", &lost, json!({})).await;
    assert_eq!((outcome.refused(), outcome.field()), ("REQUIRED".to_owned(), "input.unitId".to_owned()));
    let there = wire_id(world.elsewhere.units[0]).to_string();
    for wrong in [there, wire_id(app.clock.new_id::<entities::values::UnitId>()).to_string()] {
        let outcome = decide(&desk, "residencyApprove", &lost, json!({ "unitId": wrong })).await;
        assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".to_owned(), "input.unitId".to_owned()));
    }
    // Nor does somebody who may see both communities move a request from one to the other.
    let admin = world.admin(&app).await;
    let there = json!({ "unitId": wire_id(world.elsewhere.units[0]).to_string() });
    assert_eq!(decide(&admin, "residencyApprove", &lost, there).await.refused(), "NOT_FOUND");
    assert_eq!(counted(&app).await, before);
    let meant = json!({ "unitId": wire_id(world.home.units[2]).to_string() });
    decide(&desk, "residencyApprove", &lost, meant).await.ok();
    assert_eq!(homes(&client).await, ["103 OWNER"]);
}

async fn a_lease_lasts_as_long_as_it_says(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (client, desk) = (app.resident("13911112222").await, desk(&app, &world).await);
    let lease = json!({ "role": "TENANT", "startsOn": "2026-03-04", "endsOn": "2026-03-05" });
    let request = asked(&client, lease).await;
    decide(&desk, "residencyApprove", &request, json!({})).await.ok();
    // 09:00 of the 2nd in Shanghai: two days and fifteen hours before it begins, at local midnight.
    for (hours, there) in [(0, false), (38, false), (1, true), (47, true), (1, false)] {
        app.advance(chrono::Duration::hours(hours));
        assert_eq!(!homes(&client).await.is_empty(), there, "{}", app.clock.now());
    }
    // What is over when it is decided on binds nobody.
    let late = asked(&client, json!({ "role": "TENANT", "endsOn": "2026-03-06" })).await;
    app.advance(chrono::Duration::days(1));
    assert_eq!(decide(&desk, "residencyApprove", &late, json!({})).await.refused(), "RESIDENCY_ENDED");
}

async fn a_refusal_says_why(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (client, desk) = (app.resident("13911112222").await, desk(&app, &world).await);
    let request = asked(&client, json!({})).await;
    for (reason, code) in [("", "REQUIRED"), (" ", "REQUIRED"), (&*"长".repeat(501), "TOO_LONG")] {
        assert_eq!(decide(&desk, "residencyRefuse", &request, json!({ "reason": reason })).await.refused(), code);
    }
    decide(&desk, "residencyRefuse", &request, json!({ "reason": "请补充房产证" })).await.ok();
    let query = "{ viewer { residencyRequests { nodes { state reason decidedByName } } } }";
    let told = client.query(query, json!({})).await["viewer"]["residencyRequests"]["nodes"][0].clone();
    let expected = json!({ "state": "REFUSED", "reason": "请补充房产证", "decidedByName": null });
    assert_eq!(told, expected, "which clerk it was is not told");
    assert_eq!(homes(&client).await, Vec::<String>::new());
    assert_eq!(asked(&client, json!({})).await["state"], "PENDING", "and asked again");
}

async fn reviews(client: &Client, filter: Value) -> Vec<String> {
    let query = "query($filter: ResidencyReviewFilterInput) { residencyReviews(filter: $filter) {
        totalCount nodes { unitNumber } } }";
    let list = client.query(query, json!({ "filter": filter })).await["residencyReviews"].clone();
    let nodes = list["nodes"].as_array().unwrap();
    assert_eq!(list["totalCount"], json!(nodes.len()));
    nodes.iter().map(|it| it["unitNumber"].as_str().unwrap().to_owned()).collect()
}

async fn the_list_is_what_the_clerk_may_decide_on(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let client = app.resident("13911112222").await;
    let (home, away) = (wire_id(world.home.community).to_string(), wire_id(world.elsewhere.community).to_string());
    let desk = desk(&app, &world).await;
    assert_eq!(reviews(&desk, json!({})).await, Vec::<String>::new());
    for (community, unit) in [(&home, "101"), (&away, "102"), (&home, "103")] {
        app.advance(chrono::Duration::seconds(1));
        asked(&client, json!({ "communityId": community, "unitNumber": unit })).await;
    }
    let admin = world.admin(&app).await;
    assert_eq!(reviews(&desk, json!({})).await, ["101", "103"], "the oldest first");
    assert_eq!(reviews(&admin, json!({})).await, ["101", "102", "103"]);
    assert_eq!(reviews(&admin, json!({ "communityId": away })).await, ["102"]);
    assert_eq!(reviews(&desk, json!({ "communityId": away })).await, Vec::<String>::new());
    assert_eq!(reviews(&admin, json!({ "state": "REFUSED" })).await, Vec::<String>::new());
    assert_eq!(reviews(&other.admin(&app).await, json!({})).await, Vec::<String>::new());
    // Page by page.
    let query = "query($after: String) { residencyReviews(first: 2, after: $after) {
        nodes { unitNumber } pageInfo { endCursor hasNextPage } } }";
    let page = admin.query(query, json!({})).await["residencyReviews"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], true);
    let next = admin.query(query, json!({ "after": page["pageInfo"]["endCursor"] })).await["residencyReviews"].clone();
    assert_eq!(next["nodes"], json!([{ "unitNumber": "103" }]));
}

async fn each_step_is_told(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (client, desk) = (app.resident("13911112222").await, desk(&app, &world).await);
    let request = asked(&client, json!({})).await;
    let again = json!({ "idempotencyKey": key() });
    let approved = decide(&desk, "residencyApprove", &request, again.clone()).await.ok();
    let before = counted(&app).await;
    assert_eq!(decide(&desk, "residencyApprove", &request, again.clone()).await.ok(), approved, "a repeat");
    let other = merged(again, json!({ "expectedVersion": 2 }));
    assert_eq!(decide(&desk, "residencyApprove", &request, other).await.refused(), "KEY_REUSED");
    assert_eq!(counted(&app).await, before);
    #[derive(sea_orm::FromQueryResult)]
    struct Told {
        kind: String,
        topic: String,
        by_staff: bool,
        payload: String,
    }
    let sql = Sql::new(
        "SELECT e.kind, o.topic, e.staff_id IS NOT NULL AS by_staff, o.payload FROM history_event e
            JOIN outbox o ON o.object_id = e.object_id AND o.object_version = e.seq ORDER BY e.id",
    );
    let told: Vec<Told> = sql.all(app.app.db.read()).await.unwrap();
    let seen: Vec<_> = told.iter().map(|it| (it.kind.as_str(), it.topic.as_str(), it.by_staff)).collect();
    let expected = [
        ("REQUESTED", "residency.requested", false),
        ("BOUND", "residency.bound", true),
        ("APPROVED", "residency.approved", true),
    ];
    assert_eq!(seen, expected);
    assert!(told.iter().all(|it| !it.payload.contains("赵敏") && !it.payload.contains("139")), "ids only");
}
