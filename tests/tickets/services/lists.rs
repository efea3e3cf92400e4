//! Lists of recurring services, and what they cost.

use std::sync::Arc;

use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::ResidencyRole;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{change, made, round};
use crate::tickets::shared::{Crew, ids};

both!(lists_show_what_the_viewer_may_see, pages_follow_each_other, a_page_takes_as_many_statements_as_a_row);

async fn listed(by: &Client, filter: Value) -> (Vec<String>, i64) {
    let query = "query($filter: ServicePlanFilterInput) { servicePlans(filter: $filter) { totalCount nodes { id } } }";
    let data = by.query(query, json!({ "filter": filter })).await;
    (ids(&data["servicePlans"]["nodes"]), data["servicePlans"]["totalCount"].as_i64().unwrap())
}

async fn lists_show_what_the_viewer_may_see(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (world, admin) = (&crew.world, crew.world.admin(&app).await);
    assert_eq!(listed(&crew.owner, json!({})).await, (vec![], 0));
    let neighbours = wire_id(world.home.units[1]).to_string();
    let away = wire_id(world.elsewhere.units[0]).to_string();
    let first = made(&crew.desk.client, world, json!({})).await;
    let second = made(&crew.owner, world, json!({})).await;
    let third = made(&crew.desk.client, world, json!({ "unitId": neighbours })).await;
    let fourth = made(&admin, world, json!({ "unitId": away })).await;
    change(&crew.owner, "servicePlanSuspend", &second, json!({})).await.ok();
    let all = |plans: &[&String]| (plans.iter().map(|it| (*it).clone()).collect::<Vec<_>>(), plans.len() as i64);
    assert_eq!(listed(&admin, json!({})).await, all(&[&fourth, &third, &second, &first]));
    assert_eq!(listed(&crew.desk.client, json!({})).await, all(&[&third, &second, &first]));
    assert_eq!(listed(&crew.owner, json!({})).await, all(&[&second, &first]));
    assert_eq!(listed(&admin, json!({ "unitId": neighbours })).await, all(&[&third]));
    let community = wire_id(world.elsewhere.community).to_string();
    assert_eq!(listed(&admin, json!({ "communityId": community })).await, all(&[&fourth]));
    assert_eq!(listed(&crew.desk.client, json!({ "communityId": community })).await, all(&[]));
    assert_eq!(listed(&admin, json!({ "states": ["SUSPENDED", "ENDED"] })).await, all(&[&second]));
    // Who moves in later does not see what was agreed before.
    app.advance(Duration::days(40));
    let later = world.resident(&app, 2, world.home.units[0], ResidencyRole::Tenant).await;
    assert_eq!(listed(&later, json!({})).await, all(&[]));
    for nobody in [&crew.plumber.client, &app.anonymous()] {
        let answer = nobody.post("{ servicePlans { totalCount } }", json!({})).await;
        assert!(["FORBIDDEN", "UNAUTHENTICATED"].contains(&answer.code().as_str()));
    }
}

async fn pages_follow_each_other(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let mut plans = Vec::new();
    for _ in 0..5 {
        plans.insert(0, made(&crew.desk.client, &crew.world, json!({})).await);
    }
    let query = "query($after: String) { servicePlans(first: 2, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } }";
    let (mut after, mut seen) = (Value::Null, Vec::new());
    for page in 0..3 {
        let data = crew.desk.client.query(query, json!({ "after": after })).await;
        assert_eq!(data["servicePlans"]["pageInfo"]["hasNextPage"], json!(page < 2));
        seen.extend(ids(&data["servicePlans"]["nodes"]));
        after = data["servicePlans"]["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(seen, plans);
    // Dates have pages, too.
    app.advance(Duration::days(31));
    round(&app).await;
    let query = "query($id: ID!, $before: Date) { node(id: $id) { ... on ServicePlan {
        occurrences(first: 2, before: $before) { date } } } }";
    let (mut before, mut dates) = (Value::Null, Vec::new());
    for _ in 0..4 {
        let data = crew.desk.client.query(query, json!({ "id": plans[0], "before": before })).await;
        let page: Vec<Value> = data["node"]["occurrences"].as_array().unwrap().clone();
        dates.extend(page.iter().map(|it| it["date"].as_str().unwrap().to_owned()));
        before = page.last().map_or(before, |it| it["date"].clone());
    }
    assert_eq!(dates, ["2026-04-03", "2026-03-27", "2026-03-20", "2026-03-13", "2026-03-06"]);
}

async fn a_page_takes_as_many_statements_as_a_row(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let cost = async |query: &str| app.statements(crew.desk.client.query(query, json!({}))).await.0 - 1;
    for rows in [1, 6] {
        for _ in 0..rows {
            made(&crew.desk.client, &crew.world, json!({})).await;
        }
        app.advance(Duration::days(2));
        round(&app).await;
        for (selection, expected) in [
            ("nodes { id words category { code } unit { number communityName } contactPhone }", 1),
            ("totalCount nodes { id }", 2),
            ("nodes { nextDates }", 2),
            ("nodes { occurrences { date state } }", 2),
            ("nodes { occurrences { ticket { id state } } }", 3),
        ] {
            let query = format!("{{ servicePlans {{ {selection} }} }}");
            assert_eq!(cost(&query).await, expected, "{selection} of {rows}");
        }
        assert_eq!(cost("{ tickets { nodes { id servicePlan { id words } } } }").await, 2);
    }
    let (statements, _) = app.statements(round(&app)).await;
    assert_eq!(statements, 1, "a round with nothing to do asks once");
}
