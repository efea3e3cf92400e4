//! Deadlines that an organization sets: by community, by category, by both.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use crate::tickets::shared::{Crew, look, merged, number, rows};

const POLICY: &str =
    "policy { communityId categoryId urgency respondMinutes arriveMinutes completeMinutes callbackMinutes }";

fn minutes(respond: i32) -> Value {
    json!({ "urgency": "ORDINARY", "respondMinutes": respond, "completeMinutes": respond * 10, "callbackMinutes": 60 })
}

async fn set(by: &Client, input: Value) -> Value {
    by.mutate("servicePolicySet", input, POLICY).await.ok()["policy"].clone()
}

/// Minutes until somebody must respond to a new ticket of the category.
async fn respond(crew: &Crew, admin: &Client, unit: &str, category: &str) -> i64 {
    let input = crew.repair(json!({ "unitId": unit, "categoryId": crew.world.category(category) }));
    let ticket = admin.submit(input).await;
    let told = look(admin, &ticket, "submittedAt deadlines { dueAt }").await;
    let time = |value: &Value| value.as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    (time(&told["deadlines"][0]["dueAt"]) - time(&told["submittedAt"])).num_minutes()
}

both!(the_closest_policy_counts);
async fn the_closest_policy_counts(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let (home, away) = (crew.world.unit(), wire_id(crew.world.elsewhere.units[0]).to_string());
    let community = json!({ "communityId": wire_id(crew.world.home.community).to_string() });
    let category = json!({ "categoryId": crew.world.category("PLUMBING") });
    let both_of = merged(community.clone(), category.clone());
    // Home plumbing, home other, elsewhere plumbing, elsewhere other.
    let found = async || {
        [
            respond(&crew, &admin, &home, "PLUMBING").await,
            respond(&crew, &admin, &home, "OTHER").await,
            respond(&crew, &admin, &away, "PLUMBING").await,
            respond(&crew, &admin, &away, "OTHER").await,
        ]
    };
    assert_eq!(found().await, [30, 30, 30, 30]);
    for (what, respond, expected) in [
        (json!({}), 40, [40, 40, 40, 40]),
        (category, 50, [50, 40, 50, 40]),
        (community, 60, [60, 60, 50, 40]),
        (both_of, 70, [70, 60, 50, 40]),
        // Setting one again replaces it.
        (json!({}), 45, [70, 60, 50, 45]),
    ] {
        let policy = set(&admin, merged(minutes(respond), what.clone())).await;
        let expected_policy = json!({
            "communityId": what.get("communityId"), "categoryId": what.get("categoryId"), "urgency": "ORDINARY",
            "respondMinutes": respond, "arriveMinutes": null, "completeMinutes": respond * 10, "callbackMinutes": 60,
        });
        assert_eq!(policy, expected_policy);
        assert_eq!(found().await, expected, "{what}");
    }
    // Other urgencies have their own.
    let emergency = admin.submit(crew.repair(json!({ "urgency": "EMERGENCY" }))).await;
    let told = look(&admin, &emergency, "deadlines { kind dueAt }").await;
    assert_eq!(told["deadlines"][1], json!({ "kind": "ARRIVE", "dueAt": "2026-03-02T01:30:00Z" }));
}

both!(tickets_keep_the_deadlines_that_they_have);
async fn tickets_keep_the_deadlines_that_they_have(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    let told = async || look(&crew.desk.client, &ticket, "deadlines { kind dueAt }").await["deadlines"].clone();
    let before = told().await;
    set(&admin, merged(minutes(5), json!({ "arriveMinutes": 10 }))).await;
    assert_eq!(told().await, before);
    // What starts later starts by the new ones: the callback, and the next round.
    crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
    let expected = json!([before[0], before[1], { "kind": "CALLBACK", "dueAt": "2026-03-02T02:00:00Z" }]);
    assert_eq!(told().await, expected);
    crew.called_back(&ticket, "NOT_SOLVED").await;
    let expected = json!([
        { "kind": "RESPOND", "dueAt": "2026-03-02T01:05:00Z" },
        { "kind": "ARRIVE", "dueAt": "2026-03-02T01:10:00Z" },
        { "kind": "COMPLETE", "dueAt": "2026-03-02T01:50:00Z" },
    ]);
    assert_eq!(told().await, expected);
}

both!(setting_the_same_again_is_harmless);
async fn setting_the_same_again_is_harmless(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let community = json!({ "communityId": wire_id(crew.world.home.community).to_string() });
    for what in [json!({}), community] {
        let input = merged(minutes(15), what);
        let first = set(&admin, input.clone()).await;
        let count = number(&app, "SELECT COUNT(*) FROM service_policy").await;
        assert_eq!(set(&admin, input.clone()).await, first);
        let at_once = (0..5).map(|_| {
            let (admin, input) = (admin.clone(), input.clone());
            tokio::spawn(async move { set(&admin, input).await })
        });
        for one in at_once.collect::<Vec<_>>() {
            assert_eq!(one.await.unwrap(), first);
        }
        assert_eq!(number(&app, "SELECT COUNT(*) FROM service_policy").await, count);
    }
    let listed = admin.query("{ servicePolicies { respondMinutes } }", json!({})).await;
    let fifteen = listed["servicePolicies"].as_array().unwrap().iter().filter(|row| row["respondMinutes"] == 15);
    assert_eq!(fifteen.count(), 2);
}

both!(a_policy_is_refused);
async fn a_policy_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let foreign = World::build(&app, 2).await;
    let admin = crew.world.admin(&app).await;
    let manager = crew.world.worker(&app, 11, Role::Manager, &[]).await;
    let community = |id| json!({ "communityId": wire_id::<entities::values::CommunityId>(id).to_string() });
    let (home, away) = (community(crew.world.home.community), community(crew.world.elsewhere.community));
    let before = rows(&app).await;
    for (by, change, code, field) in [
        (&admin, json!({ "respondMinutes": 0 }), "INVALID_VALUE", "respondMinutes"),
        (&admin, json!({ "arriveMinutes": -1 }), "INVALID_VALUE", "arriveMinutes"),
        (&admin, json!({ "completeMinutes": 366 * 24 * 60 + 1 }), "INVALID_VALUE", "completeMinutes"),
        (&admin, json!({ "callbackMinutes": i32::MAX }), "INVALID_VALUE", "callbackMinutes"),
        (&admin, json!({ "communityId": crew.world.unit() }), "INVALID_ID", "communityId"),
        (&admin, json!({ "categoryId": "x" }), "INVALID_ID", "categoryId"),
        (&admin, json!({ "categoryId": foreign.category("LEAK") }), "NOT_FOUND", "categoryId"),
        (&admin, community(foreign.home.community), "NOT_FOUND", "communityId"),
        (&admin, community(app.clock.new_id()), "NOT_FOUND", "communityId"),
        (&manager.client, away, "NOT_FOUND", "communityId"),
    ] {
        let outcome = by.mutate("servicePolicySet", merged(minutes(5), change.clone()), POLICY).await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, (code.to_owned(), format!("input.{field}")), "{change}");
    }
    let supervisor = crew.world.worker(&app, 12, Role::Supervisor, &[]).await;
    for (by, what, code) in [
        (&manager.client, json!({}), "FORBIDDEN"),
        (&supervisor.client, home.clone(), "FORBIDDEN"),
        (&crew.desk.client, home.clone(), "FORBIDDEN"),
        (&crew.dispatcher.client, home.clone(), "FORBIDDEN"),
        (&crew.plumber.client, home.clone(), "FORBIDDEN"),
        (&crew.owner, home.clone(), "FORBIDDEN"),
        (&app.anonymous(), home.clone(), "UNAUTHENTICATED"),
    ] {
        let outcome = by.mutate("servicePolicySet", merged(minutes(5), what), POLICY).await;
        assert_eq!(outcome.answer.code(), code);
    }
    assert_eq!(rows(&app).await, before);
    set(&manager.client, merged(minutes(5), home)).await;
    assert_eq!(app.anonymous().post("{ servicePolicies { id } }", json!({})).await.code(), "UNAUTHENTICATED");
    assert_eq!(crew.owner.post("{ servicePolicies { id } }", json!({})).await.code(), "FORBIDDEN");
}
