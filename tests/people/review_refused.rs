//! Who may not decide, and what happens when two do.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::json;
use support::{TestApp, World, both};

use super::shared::{asked, counted, decide, homes};

both!(whoever_may_not_decide_changes_nothing, nobody_decides_on_the_own_request, of_two_clerks_one_wins, a_full_unit);

const DECISIONS: [&str; 2] = ["residencyApprove", "residencyRefuse"];

async fn whoever_may_not_decide_changes_nothing(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let community = api::graphql::id::wire_id(world.home.community).to_string();
    let asker = app.resident("13911112222").await;
    let request = asked(&asker, json!({ "communityId": community })).await;
    let unit = world.home.units[1];
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let away = world.worker_at(&app, 20, Role::FrontDesk, Some(world.elsewhere.community), &[]).await.client;
    let viewers = [
        (asker.clone(), "FORBIDDEN"),
        (world.resident(&app, 1, unit, ResidencyRole::Owner).await, "FORBIDDEN"),
        (world.resident(&app, 2, unit, ResidencyRole::Tenant).await, "FORBIDDEN"),
        (world.resident(&app, 3, unit, ResidencyRole::Family).await, "FORBIDDEN"),
        (world.resident(&app, 4, world.home.units[2], ResidencyRole::Owner).await, "FORBIDDEN"),
        (worker(11, Role::Dispatcher).await, "FORBIDDEN"),
        (worker(12, Role::Technician).await, "FORBIDDEN"),
        (worker(13, Role::Steward).await, "FORBIDDEN"),
        (worker(14, Role::TeamLeader).await, "FORBIDDEN"),
        (worker(15, Role::Collector).await, "FORBIDDEN"),
        (worker(16, Role::Finance).await, "FORBIDDEN"),
        (world.worker_at(&app, 17, Role::Contractor, None, &[]).await.client, "FORBIDDEN"),
        (app.anonymous(), "UNAUTHENTICATED"),
        (away, "NOT_FOUND"),
        (other.admin(&app).await, "NOT_FOUND"),
    ];
    let before = counted(&app).await;
    for (client, code) in &viewers {
        for decision in DECISIONS {
            let more = if decision == "residencyRefuse" { json!({ "reason": "不是业主" }) } else { json!({}) };
            let outcome = decide(client, decision, &request, more).await;
            assert_eq!(outcome.refused(), *code, "{decision}");
            if *code == "NOT_FOUND" {
                assert_eq!(outcome.field(), "input.requestId");
            }
        }
        let list = client.post("{ residencyReviews { nodes { id } } }", json!({})).await;
        match *code {
            "NOT_FOUND" => assert_eq!(list.body["data"]["residencyReviews"]["nodes"], json!([])),
            code => assert_eq!(list.code(), code),
        }
    }
    assert_eq!(counted(&app).await, before);
    for (number, role) in [(21, Role::FrontDesk), (22, Role::Supervisor), (23, Role::Manager)] {
        let client = worker(number, role).await;
        let list = client.query("{ residencyReviews { totalCount } }", json!({})).await;
        assert_eq!(list["residencyReviews"]["totalCount"], 1, "{role}");
    }
}

async fn nobody_decides_on_the_own_request(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let myself = app.resident(&desk.phone).await;
    let request = asked(&myself, json!({})).await;
    let before = counted(&app).await;
    assert_eq!(decide(&desk.client, "residencyApprove", &request, json!({})).await.refused(), "OWN_REQUEST");
    let why = json!({ "reason": "改主意了" });
    assert_eq!(decide(&desk.client, "residencyRefuse", &request, why).await.refused(), "OWN_REQUEST");
    assert_eq!(counted(&app).await, before);
    let colleague = world.worker(&app, 2, Role::FrontDesk, &[]).await.client;
    decide(&colleague, "residencyApprove", &request, json!({})).await.ok();
    assert_eq!(homes(&myself).await, ["102 OWNER"]);
}

async fn of_two_clerks_one_wins(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let client = app.resident("13911112222").await;
    let one = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let two = world.worker(&app, 2, Role::Manager, &[]).await.client;
    for (unit, first, second) in [
        ("101", "residencyApprove", "residencyApprove"),
        ("102", "residencyApprove", "residencyRefuse"),
        ("103", "residencyRefuse", "residencyRefuse"),
    ] {
        let request = asked(&client, json!({ "unitNumber": unit })).await;
        let more = |decision: &str| match decision {
            "residencyRefuse" => json!({ "reason": "不是业主" }),
            _ => json!({}),
        };
        let outcomes =
            tokio::join!(decide(&one, first, &request, more(first)), decide(&two, second, &request, more(second)));
        let mut codes = [outcomes.0.codes(), outcomes.1.codes()].concat();
        assert_eq!(codes.pop().as_deref(), Some("REVIEW_DECIDED"), "{first} {second}");
        assert!(codes.is_empty(), "one of them happened: {codes:?}");
        let stale = decide(&one, first, &request, more(first)).await;
        assert_eq!(stale.refused(), "REVIEW_DECIDED");
    }
    let request = asked(&client, json!({ "unitNumber": "104" })).await;
    for version in [0, 2] {
        let outcome = decide(&one, "residencyApprove", &request, json!({ "expectedVersion": version })).await;
        assert_eq!(
            (outcome.refused(), outcome.field()),
            ("STALE_VERSION".to_owned(), "input.expectedVersion".to_owned())
        );
    }
}

async fn a_full_unit(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    for number in 0..30 {
        let (name, phone) = (format!("住户{number}"), format!("136000000{number:02}"));
        let role = ResidencyRole::Family;
        support::world::register(&app, world.org, world.home.units[1], &name, &phone, role).await;
    }
    let client = app.resident("13911112222").await;
    let request = asked(&client, json!({ "role": "TENANT" })).await;
    let before = counted(&app).await;
    let outcome = decide(&desk, "residencyApprove", &request, json!({})).await;
    assert_eq!((outcome.refused(), outcome.field()), ("TOO_MANY".to_owned(), "input.unitId".to_owned()));
    assert_eq!(counted(&app).await, before);
}
