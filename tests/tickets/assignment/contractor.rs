//! Outside contractors (外包单位): adding and changing them, their people, and what they can be given.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, World, both};

use super::scene::{company, outsider};
use crate::tickets::shared::{Crew, gained, merged, rows};

both!(
    a_contractor_is_added_once,
    a_contractor_is_changed,
    who_manages_contractors,
    a_manager_stays_within_the_own_communities,
    bad_values_are_refused,
    contractors_are_listed,
    people_of_a_contractor_have_that_role_alone,
    trades_and_communities_decide_what_they_are_given
);

fn new(world: &World, more: Value) -> Value {
    let base = json!({
        "name": "水暖公司", "phone": "0451-82310000", "trades": ["PLUMBING"],
        "communityIds": [wire_id(world.home.community).to_string()], "idempotencyKey": "k",
    });
    merged(base, more)
}

const TOLD: &str = "contractor { id name phone active version trades communities { name } }";

async fn create(by: &Client, input: Value) -> Outcome {
    by.mutate("contractorCreate", input, TOLD).await
}

async fn update(by: &Client, id: &str, more: Value) -> Outcome {
    by.mutate("contractorUpdate", merged(json!({ "contractorId": id }), more), TOLD).await
}

async fn a_contractor_is_added_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let before = rows(&app).await;
    let made = create(&admin, new(&crew.world, json!({ "trades": ["PLUMBING", "HEATING", "PLUMBING"] }))).await.ok();
    let mut expected = json!({
        "name": "水暖公司", "phone": "0451-82310000", "active": true, "version": 1, "trades": ["HEATING", "PLUMBING"],
        "communities": [{ "name": "邻里花园" }],
    });
    expected["id"] = made["contractor"]["id"].clone();
    assert_eq!(made["contractor"], expected);
    let again = create(&admin, new(&crew.world, json!({ "trades": ["PLUMBING", "HEATING", "PLUMBING"] }))).await.ok();
    assert_eq!(again["contractor"], expected);
    assert_eq!(gained(&app, &before).await, [("idempotency_key", 1), ("contractor", 1)]);
    let other = create(&admin, new(&crew.world, json!({ "name": "别的公司" }))).await;
    assert_eq!(other.refused(), "KEY_REUSED");
    let taken = create(&admin, new(&crew.world, json!({ "idempotencyKey": "l" }))).await;
    assert_eq!((taken.refused(), taken.field()), ("ALREADY_EXISTS".into(), "input.name".into()));
    // Another organization may have one of the same name.
    let foreign = World::build(&app, 2).await;
    create(&foreign.admin(&app).await, new(&foreign, json!({}))).await.ok();
    assert_eq!(gained(&app, &before).await.last(), Some(&("contractor", 2)));
}

async fn a_contractor_is_changed(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let id = company(&admin, &crew.world, "水暖公司").await;
    company(&admin, &crew.world, "电梯公司").await;
    let there = wire_id(crew.world.elsewhere.community).to_string();
    let change = json!({
        "name": "新水暖公司", "phone": "13812345678", "trades": [], "communityIds": [there], "active": false,
        "expectedVersion": 1,
    });
    let changed = update(&admin, &id, change.clone()).await.ok();
    let mut expected = json!({
        "name": "新水暖公司", "phone": "13812345678", "active": false, "version": 2, "trades": [],
        "communities": [{ "name": "松江新村" }],
    });
    expected["id"] = json!(id);
    assert_eq!(changed["contractor"], expected);
    let stale = update(&admin, &id, change).await;
    assert_eq!((stale.refused(), stale.field()), ("STALE_VERSION".into(), "input.expectedVersion".into()));
    // What is missing stays.
    let changed = update(&admin, &id, json!({ "active": true })).await.ok();
    assert_eq!((&changed["contractor"]["name"], &changed["contractor"]["version"]), (&json!("新水暖公司"), &json!(3)));
    assert_eq!(update(&admin, &id, json!({ "name": "电梯公司" })).await.refused(), "ALREADY_EXISTS");
    let (one, two) = tokio::join!(
        update(&admin, &id, json!({ "phone": "0451-1111111", "expectedVersion": 3 })),
        update(&admin, &id, json!({ "phone": "0451-2222222", "expectedVersion": 3 })),
    );
    let mut codes = [one.codes().concat(), two.codes().concat()];
    codes.sort();
    assert_eq!(codes, ["".to_owned(), "STALE_VERSION".to_owned()]);
}

async fn who_manages_contractors(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let admin = world.admin(&app).await;
    let id = company(&admin, world, "水暖公司").await;
    let supervisor = world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let tenant = world.resident(&app, 2, world.home.units[0], ResidencyRole::Tenant).await;
    let outside = outsider(&app, &admin, &id, 1).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let before = rows(&app).await;
    let nobody = app.anonymous();
    let others =
        [&supervisor, &tenant, &outside, &crew.owner, &crew.desk.client, &crew.dispatcher.client, &crew.plumber.client];
    for client in others {
        assert_eq!(create(client, new(world, json!({ "name": "新公司" }))).await.refused(), "FORBIDDEN");
        assert_eq!(update(client, &id, json!({ "active": false })).await.refused(), "FORBIDDEN");
    }
    assert_eq!(create(&nobody, new(world, json!({}))).await.refused(), "UNAUTHENTICATED");
    assert_eq!(update(&nobody, &id, json!({})).await.refused(), "UNAUTHENTICATED");
    let outcome = update(&foreign, &id, json!({ "active": false })).await;
    assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.contractorId".into()));
    let theirs = create(&foreign, new(world, json!({ "name": "新公司" }))).await;
    assert_eq!((theirs.refused(), theirs.field()), ("NOT_FOUND".into(), "input.communityIds".into()));
    assert_eq!(rows(&app).await, before);
    let manager = world.worker(&app, 12, Role::Manager, &[]).await.client;
    create(&manager, new(world, json!({ "name": "新公司" }))).await.ok();
    update(&manager, &id, json!({ "active": false })).await.ok();
}

async fn a_manager_stays_within_the_own_communities(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let admin = world.admin(&app).await;
    let manager = world.worker(&app, 11, Role::Manager, &[]).await.client;
    let (home, away) = (wire_id(world.home.community).to_string(), wire_id(world.elsewhere.community).to_string());
    let here = company(&admin, world, "甲公司").await;
    let wide =
        create(&admin, new(world, json!({ "communityIds": [home, away] }))).await.ok()["contractor"]["id"].clone();
    let there = new(world, json!({ "name": "乙公司", "communityIds": [away], "idempotencyKey": "t" }));
    let there = create(&admin, there).await.ok()["contractor"]["id"].clone();
    let name = |name: &str| json!({ "name": name });
    update(&manager, &here, name("甲二公司")).await.ok();
    assert_eq!(update(&manager, wide.as_str().unwrap(), name("丙公司")).await.refused(), "FORBIDDEN");
    assert_eq!(update(&manager, there.as_str().unwrap(), name("丙公司")).await.refused(), "NOT_FOUND");
    let grown = update(&manager, &here, json!({ "communityIds": [home, away], "name": "不变" })).await;
    assert_eq!((grown.refused(), grown.field()), ("NOT_FOUND".into(), "input.communityIds".into()));
    let seen = manager.query("{ contractors { totalCount nodes { name communities { name } } } }", json!({})).await;
    assert_eq!(
        seen["contractors"],
        json!({ "totalCount": 2, "nodes": [
            { "name": "甲二公司", "communities": [{ "name": "邻里花园" }] },
            { "name": "水暖公司", "communities": [{ "name": "邻里花园" }] },
        ] }),
        "and of the second, the own community alone"
    );
}

async fn bad_values_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let id = company(&admin, &crew.world, "甲公司").await;
    let nowhere = wire_id(app.clock.new_id::<entities::values::CommunityId>()).to_string();
    let before = rows(&app).await;
    for (field, value, code) in [
        ("name", json!("  "), "REQUIRED"),
        ("name", json!("长".repeat(101)), "TOO_LONG"),
        ("phone", json!(""), "REQUIRED"),
        ("phone", json!("1".repeat(31)), "TOO_LONG"),
        ("phone", json!("电话"), "INVALID_VALUE"),
        ("phone", json!("12-34"), "INVALID_VALUE"),
        ("communityIds", json!([]), "REQUIRED"),
        ("communityIds", json!([nowhere]), "NOT_FOUND"),
        ("communityIds", json!(["community_1"]), "INVALID_ID"),
    ] {
        let made = create(&admin, new(&crew.world, json!({ field: value }))).await;
        assert_eq!((made.refused(), made.field()), (code.to_owned(), format!("input.{field}")));
        let changed = update(&admin, &id, json!({ field: value })).await;
        assert_eq!((changed.refused(), changed.field()), (code.to_owned(), format!("input.{field}")));
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(update(&admin, &crew.world.unit(), json!({})).await.refused(), "INVALID_ID");
}

async fn contractors_are_listed(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let empty = crew.desk.client.query("{ contractors { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(empty["contractors"], json!({ "totalCount": 0, "nodes": [] }));
    let mut made = Vec::new();
    for number in 0..5 {
        made.push(company(&admin, &crew.world, &format!("公司{number}")).await);
    }
    let query = "query($first: Int, $after: String) { contractors(first: $first, after: $after) {
        totalCount nodes { id phone trades communities { name } } pageInfo { endCursor hasNextPage } } }";
    let (few, first) = app.statements(crew.desk.client.query(query, json!({ "first": 1 }))).await;
    let after = &first["contractors"]["pageInfo"]["endCursor"];
    let (many, rest) = app.statements(crew.desk.client.query(query, json!({ "after": after }))).await;
    // The viewer, the rows, their count, trades, communities, and the communities' names.
    assert_eq!((few, many), (6, 6));
    let ids: Vec<_> = rest["contractors"]["nodes"].as_array().unwrap().iter().map(|row| row["id"].clone()).collect();
    assert_eq!(ids, made[1..]);
    assert_eq!(rest["contractors"]["totalCount"], 5);
    assert_eq!(first["contractors"]["nodes"][0]["phone"], "0451-8231 0000");
    let leader = crew.world.worker(&app, 11, Role::TeamLeader, &[]).await.client;
    let masked = leader.query(query, json!({ "first": 1 })).await;
    assert_eq!(masked["contractors"]["nodes"][0]["phone"], "045*******0000");
    for client in [&crew.owner, &crew.plumber.client] {
        assert_eq!(client.post("{ contractors { totalCount } }", json!({})).await.code(), "FORBIDDEN");
    }
    let away = Some(crew.world.elsewhere.community);
    let elsewhere = crew.world.worker_at(&app, 12, Role::FrontDesk, away, &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let node = "query($id: ID!) { node(id: $id) { ... on Contractor { name } } }";
    for (client, found) in [
        (&crew.desk.client, true),
        (&elsewhere, false),
        (&foreign, false),
        (&crew.owner, false),
        (&crew.plumber.client, false),
    ] {
        let data = client.query(node, json!({ "id": made[0] })).await;
        assert_eq!(!data["node"].is_null(), found);
    }
    assert_eq!(elsewhere.query(query, json!({})).await["contractors"]["totalCount"], 0);
}

async fn people_of_a_contractor_have_that_role_alone(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let id = company(&admin, &crew.world, "水暖公司").await;
    let foreign = World::build(&app, 2).await;
    let theirs = company(&foreign.admin(&app).await, &foreign, "水暖公司").await;
    let person = |more: Value| {
        merged(json!({ "name": "老周", "phone": "13700000099", "assignments": [], "idempotencyKey": "p" }), more)
    };
    let hire = async |more: Value| admin.mutate("staffCreate", person(more), "staff { id contractorId }").await;
    for (more, code, field) in [
        (json!({ "contractorId": id, "assignments": [{ "role": "TECHNICIAN" }] }), "INVALID_VALUE", "assignments"),
        (json!({ "contractorId": id, "trades": ["PLUMBING"] }), "INVALID_VALUE", "trades"),
        (json!({ "assignments": [{ "role": "CONTRACTOR" }] }), "INVALID_VALUE", "assignments"),
        (json!({ "contractorId": theirs }), "NOT_FOUND", "contractorId"),
        (json!({ "contractorId": crew.world.unit() }), "INVALID_ID", "contractorId"),
    ] {
        let outcome = hire(more).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")));
    }
    let made = hire(json!({ "contractorId": id })).await.ok();
    assert_eq!(made["staff"]["contractorId"], json!(id));
    assert_eq!(hire(json!({ "contractorId": id })).await.ok()["staff"], made["staff"], "a repeat");
    assert_eq!(hire(json!({})).await.refused(), "KEY_REUSED");
    let staff = made["staff"]["id"].clone();
    for (who, role) in [(staff, "DISPATCHER"), (json!(crew.desk.wire), "CONTRACTOR")] {
        let outcome = admin.mutate("staffAssign", json!({ "staffId": who, "role": role }), "staff { id }").await;
        assert_eq!((outcome.refused(), outcome.field()), ("INVALID_VALUE".into(), "input.role".into()));
    }
    update(&admin, &id, json!({ "active": false })).await.ok();
    let late = hire(json!({ "contractorId": id, "phone": "13700000098", "idempotencyKey": "q" })).await;
    assert_eq!((late.refused(), late.field()), ("INVALID_VALUE".into(), "input.contractorId".into()));
}

async fn trades_and_communities_decide_what_they_are_given(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let id = company(&admin, &crew.world, "水暖公司").await;
    let outside = outsider(&app, &admin, &id, 1).await;
    let to = json!({ "assigneeId": outside.wire });
    let moved = json!({ "assigneeId": outside.wire, "reason": "外包" });
    let give = async |category: &str, fit: bool| {
        let kind = json!({ "categoryId": crew.world.category(category) });
        let fresh = crew.submitted(kind.clone()).await;
        let outcome = crew.dispatcher.client.step("ticketDispatch", &fresh, to.clone()).await;
        let held = crew.submitted(json!({})).await;
        crew.bring(&held, "ACCEPTED").await;
        let transfer = crew.plumber.client.step("ticketTransfer", &held, moved.clone()).await;
        if fit {
            outcome.ok();
        } else {
            assert_eq!((outcome.refused(), outcome.field()), ("ASSIGNEE_UNSUITABLE".into(), "input.assigneeId".into()));
        }
        transfer
    };
    give("PLUMBING", true).await.ok();
    give("ELEVATOR", true).await.ok();
    give("OTHER", true).await.ok();
    give("ELECTRICAL", false).await.ok();
    update(&admin, &id, json!({ "trades": ["ELECTRICAL"] })).await.ok();
    assert_eq!(give("PLUMBING", false).await.refused(), "ASSIGNEE_UNSUITABLE");
    assert_eq!(give("ELECTRICAL", true).await.refused(), "ASSIGNEE_UNSUITABLE");
    let away = wire_id(crew.world.elsewhere.community).to_string();
    update(&admin, &id, json!({ "trades": ["PLUMBING"], "communityIds": [away] })).await.ok();
    assert_eq!(give("PLUMBING", false).await.refused(), "ASSIGNEE_UNSUITABLE");
    let home = wire_id(crew.world.home.community).to_string();
    update(&admin, &id, json!({ "communityIds": [home, away], "active": false })).await.ok();
    assert_eq!(give("OTHER", false).await.refused(), "ASSIGNEE_UNSUITABLE");
    update(&admin, &id, json!({ "active": true })).await.ok();
    give("PLUMBING", true).await.ok();
}
