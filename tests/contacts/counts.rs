//! Monthly figures: hand-made contacts and a hand-written table.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::{id, lift, recorded};
use crate::tickets::shared::Crew;

both!(counts_are_those_that_a_hand_makes, counts_lie_in_the_scope, months_are_months);

const COUNTS: &str = "query($input: ContactCountsInput) { contactCounts(input: $input) {
    month kind channel communityName contactCount answeredCount ticketCount joinedCount } }";

/// Each row as its group and its figures: all, answered, became tickets, joined tickets.
async fn counts(client: &Client, input: Value) -> Vec<Value> {
    let data = client.query(COUNTS, json!({ "input": input })).await;
    let row = |row: &Value| {
        let group: Vec<&str> =
            ["month", "kind", "channel", "communityName"].iter().filter_map(|key| row[*key].as_str()).collect();
        let figures = ["contactCount", "answeredCount", "ticketCount", "joinedCount"];
        json!([group.join(" "), figures.map(|key| row[key].clone())])
    };
    data["contactCounts"].as_array().unwrap().iter().map(row).collect()
}

/// Eight contacts of two communities and two months; the last ones when it is April in Shanghai and March in UTC.
async fn eight_contacts(app: &TestApp, crew: &Crew) -> Client {
    let desk = &crew.desk.client;
    recorded(desk, crew, json!({})).await;
    recorded(desk, crew, json!({ "answer": "好" })).await;
    recorded(desk, crew, json!({ "channel": "VISIT", "kind": "PRAISE" })).await;
    let broken = json!({ "kind": "PUBLIC_REPAIR", "ticket": lift(crew) });
    let ticket = id(&recorded(desk, crew, broken).await["ticket"]);
    recorded(desk, crew, json!({ "kind": "PUBLIC_REPAIR", "ticketId": ticket })).await;
    app.advance("2026-03-31T16:30:00Z".parse::<chrono::DateTime<chrono::Utc>>().unwrap() - app.clock.now());
    recorded(&crew.owner, crew, json!({})).await;
    recorded(desk, crew, json!({ "kind": "PUBLIC_REPAIR", "channel": "WECHAT", "ticketId": ticket })).await;
    let admin = crew.world.admin(app).await;
    recorded(&admin, crew, json!({ "unitId": wire_id(crew.world.elsewhere.units[0]).to_string() })).await;
    admin
}

async fn counts_are_those_that_a_hand_makes(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = eight_contacts(&app, &crew).await;
    let total = json!(["", [8, 1, 1, 2]]);
    assert_eq!(counts(&admin, Value::Null).await, [total.clone()]);
    assert_eq!(counts(&admin, json!({ "groupBy": [] })).await, [total]);
    let by_month = [json!(["2026-03", [5, 1, 1, 1]]), json!(["2026-04", [3, 0, 0, 1]])];
    assert_eq!(counts(&admin, json!({ "groupBy": ["MONTH"] })).await, by_month);
    let by_kind =
        [json!(["ENQUIRY", [4, 1, 0, 0]]), json!(["PRAISE", [1, 0, 0, 0]]), json!(["PUBLIC_REPAIR", [3, 0, 1, 2]])];
    assert_eq!(counts(&admin, json!({ "groupBy": ["KIND"] })).await, by_kind);
    let by_channel = [
        json!(["APP", [1, 0, 0, 0]]),
        json!(["PHONE", [5, 1, 1, 1]]),
        json!(["VISIT", [1, 0, 0, 0]]),
        json!(["WECHAT", [1, 0, 0, 1]]),
    ];
    assert_eq!(counts(&admin, json!({ "groupBy": ["CHANNEL"] })).await, by_channel);
    let by_community = [json!(["邻里花园", [7, 1, 1, 2]]), json!(["松江新村", [1, 0, 0, 0]])];
    assert_eq!(counts(&admin, json!({ "groupBy": ["COMMUNITY"] })).await, by_community);
    let by_both = [
        json!(["2026-03 ENQUIRY", [2, 1, 0, 0]]),
        json!(["2026-03 PRAISE", [1, 0, 0, 0]]),
        json!(["2026-03 PUBLIC_REPAIR", [2, 0, 1, 1]]),
        json!(["2026-04 ENQUIRY", [2, 0, 0, 0]]),
        json!(["2026-04 PUBLIC_REPAIR", [1, 0, 0, 1]]),
    ];
    assert_eq!(counts(&admin, json!({ "groupBy": ["KIND", "MONTH", "KIND"] })).await, by_both);
    let april = json!({ "fromMonth": "2026-04", "toMonth": "2026-04", "groupBy": ["CHANNEL"] });
    let expected = [json!(["APP", [1, 0, 0, 0]]), json!(["PHONE", [1, 0, 0, 0]]), json!(["WECHAT", [1, 0, 0, 1]])];
    assert_eq!(counts(&admin, april).await, expected);
    let home = json!({ "communityId": wire_id(crew.world.home.community).to_string(), "toMonth": "2026-03" });
    assert_eq!(counts(&admin, home).await, [json!(["", [5, 1, 1, 1]])]);
    let none = json!({ "fromMonth": "2027-01", "groupBy": ["MONTH"] });
    assert_eq!(counts(&admin, none).await, Vec::<Value>::new());
    let (statements, _) = app.statements(counts(&admin, json!({ "groupBy": ["MONTH", "COMMUNITY"] }))).await;
    assert_eq!(statements, 2, "the session and the figures");
}

async fn counts_lie_in_the_scope(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    eight_contacts(&app, &crew).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    assert_eq!(counts(&supervisor, Value::Null).await, [json!(["", [7, 1, 1, 2]])]);
    let elsewhere = json!({ "communityId": wire_id(crew.world.elsewhere.community).to_string() });
    assert_eq!(counts(&supervisor, elsewhere).await, [json!(["", [0, 0, 0, 0]])]);
    let foreign = World::build(&app, 2).await.admin(&app).await;
    assert_eq!(counts(&foreign, Value::Null).await, [json!(["", [0, 0, 0, 0]])]);
    for (client, code) in [
        (&crew.desk.client, "FORBIDDEN"),
        (&crew.owner, "FORBIDDEN"),
        (&crew.plumber.client, "FORBIDDEN"),
        (&app.anonymous(), "UNAUTHENTICATED"),
    ] {
        assert_eq!(client.post(COUNTS, json!({})).await.code(), code);
    }
}

async fn months_are_months(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    for month in ["2026-13", "2026-1", "202601", "2026-00", "一月"] {
        for field in ["fromMonth", "toMonth"] {
            let answer = admin.post(COUNTS, json!({ "input": { field: month } })).await;
            assert_eq!(answer.code(), "MALFORMED", "{field} {month}");
        }
    }
}
