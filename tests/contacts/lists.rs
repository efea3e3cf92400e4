//! Lists of contacts: order, filters, pages.

use std::sync::Arc;

use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::{Fault, contacts, id, lift, recorded};
use crate::tickets::shared::Crew;

both!(filters_choose, pages_follow_each_other, callbacks_come_by_their_date, foreign_cursors_are_refused);

async fn filtered(client: &Client, filter: Value) -> Vec<String> {
    let query = "query($filter: ContactFilterInput) { contacts(filter: $filter) { totalCount nodes { id } } }";
    let data = client.query(query, json!({ "filter": filter })).await;
    let nodes = data["contacts"]["nodes"].as_array().unwrap();
    assert_eq!(data["contacts"]["totalCount"], json!(nodes.len()), "{filter}");
    nodes.iter().map(id).collect()
}

async fn filters_choose(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let everywhere = crew.world.worker_at(&app, 11, Role::FrontDesk, None, &[]).await;
    let desk = &crew.desk.client;
    let away = wire_id(crew.world.elsewhere.units[0]).to_string();
    let second_unit = wire_id(crew.world.home.units[1]).to_string();
    let plain = id(&recorded(desk, &crew, json!({})).await);
    app.advance(Duration::hours(1));
    let praise = json!({ "kind": "PRAISE", "channel": "WECHAT", "unitId": second_unit, "words": "李师傅真好 100%", "callerName": "赵敏" });
    let praise = id(&recorded(desk, &crew, praise).await);
    app.advance(Duration::hours(1));
    let answered = id(&recorded(&everywhere.client, &crew, json!({ "answer": "好", "callerName": null })).await);
    let ticketed = id(&recorded(&everywhere.client, &crew, json!({ "ticket": lift(&crew) })).await);
    let away = id(&recorded(&everywhere.client, &crew, json!({ "unitId": away })).await);
    let all = [&away, &ticketed, &answered, &praise, &plain];
    let wire = |community| wire_id(community).to_string();
    let other = World::build(&app, 2).await;
    for (filter, expected) in [
        (json!({}), &all[..]),
        (json!({ "communityId": wire(crew.world.home.community) }), &all[1..]),
        (json!({ "communityId": wire(crew.world.elsewhere.community) }), &all[..1]),
        (json!({ "communityId": wire(other.home.community) }), &[]),
        (json!({ "unitId": second_unit }), &[&praise]),
        (json!({ "kind": "PRAISE" }), &[&praise]),
        (json!({ "channel": "WECHAT" }), &[&praise]),
        (json!({ "state": "OPEN" }), &[&away, &praise, &plain]),
        (json!({ "state": "ANSWERED" }), &[&answered]),
        (json!({ "state": "TICKETED" }), &[&ticketed]),
        (json!({ "firstContactId": everywhere.wire }), &all[..3]),
        (json!({ "firstContactId": crew.desk.wire }), &all[3..]),
        (json!({ "from": "2026-03-02T02:00:00Z" }), &all[..4]),
        (json!({ "to": "2026-03-02T02:00:00Z" }), &all[4..]),
        (json!({ "from": "2026-03-02T01:00:01Z", "to": "2026-03-02T02:00:01Z" }), &[&praise]),
        (json!({ "text": "0%" }), &[&praise]),
        (json!({ "text": "赵敏" }), &[&praise]),
        (json!({ "text": "" }), &all[..]),
        (json!({ "text": "没有这话" }), &[]),
        (json!({ "kind": "ENQUIRY", "state": "OPEN", "channel": "PHONE" }), &[&away, &plain]),
    ] {
        let expected: Vec<String> = expected.iter().map(|id| (*id).clone()).collect();
        assert_eq!(filtered(&everywhere.client, filter.clone()).await, expected, "{filter}");
    }
    // A filter does not widen the scope.
    let elsewhere = json!({ "communityId": wire(crew.world.elsewhere.community) });
    assert_eq!(filtered(desk, elsewhere).await, Vec::<String>::new());
    assert_eq!(filtered(desk, json!({})).await.len(), 4);
}

async fn pages_follow_each_other(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let mut expected = Vec::new();
    for _ in 0..7 {
        expected.insert(0, id(&recorded(desk, &crew, json!({})).await));
    }
    let query = "query($first: Int, $after: String) { contacts(first: $first, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
    let (mut after, mut seen) = (Value::Null, Vec::new());
    for page in 0..3 {
        let data = desk.query(query, json!({ "first": 3, "after": after })).await;
        let list = &data["contacts"];
        assert_eq!(list["totalCount"], 7);
        let info = &list["pageInfo"];
        assert_eq!((&info["hasNextPage"], &info["hasPreviousPage"]), (&json!(page < 2), &json!(page > 0)));
        seen.extend(list["nodes"].as_array().unwrap().iter().map(id));
        after = info["endCursor"].clone();
    }
    assert_eq!(seen, expected);
    assert_eq!(desk.query(query, json!({ "first": 0 })).await["contacts"]["nodes"], json!([]));
    let answer = desk.post(query, json!({ "first": -1 })).await;
    assert_eq!(answer.code(), "MALFORMED");
}

async fn callbacks_come_by_their_date(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let late = Fault::reported(&crew).await;
    let early = Fault::repaired(&crew).await;
    app.advance(Duration::hours(3));
    crew.bring(&late.ticket, "COMPLETED").await;
    let expected = [&early.contacts[1..], &late.contacts[1..]].concat();
    assert_eq!(contacts(&crew.desk.client, "contactCallbacksDue").await, expected);
    let query = "query($after: String, $filter: ContactFilterInput) {
        contactCallbacksDue(first: 4, after: $after, filter: $filter) {
            totalCount nodes { id callbackDue callbackDueAt } pageInfo { endCursor hasNextPage } } }";
    let first = crew.desk.client.query(query, json!({})).await;
    let second = json!({ "after": first["contactCallbacksDue"]["pageInfo"]["endCursor"] });
    let second = crew.desk.client.query(query, second).await;
    let mut seen = Vec::new();
    for page in [&first, &second] {
        assert_eq!(page["contactCallbacksDue"]["totalCount"], 6);
        for node in page["contactCallbacksDue"]["nodes"].as_array().unwrap() {
            assert_eq!(node["callbackDue"], true);
            seen.push(id(node));
        }
    }
    assert_eq!(seen, expected);
    let third_unit = wire_id(crew.world.home.units[2]).to_string();
    let data = crew.desk.client.query(query, json!({ "filter": { "unitId": third_unit } })).await;
    let found: Vec<String> = data["contactCallbacksDue"]["nodes"].as_array().unwrap().iter().map(id).collect();
    assert_eq!(found, [early.contacts[2].clone(), late.contacts[2].clone()]);
}

async fn foreign_cursors_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::repaired(&crew).await;
    let cursor = async |list: &str| {
        let data =
            crew.desk.client.query(&format!("{{ list: {list} {{ pageInfo {{ endCursor }} }} }}"), json!({})).await;
        data["list"]["pageInfo"]["endCursor"].as_str().unwrap().to_owned()
    };
    let (all, due) = (cursor("contacts").await, cursor("contactCallbacksDue").await);
    let ask = async |list: &str, after: &str| {
        let query = format!("query($after: String) {{ {list}(after: $after) {{ nodes {{ id }} }} }}");
        crew.desk.client.post(&query, json!({ "after": after })).await
    };
    for (list, after) in [("contacts", due.as_str()), ("contactCallbacksDue", all.as_str()), ("contacts", "★")] {
        assert_eq!(ask(list, after).await.code(), "MALFORMED", "{list}");
    }
    assert_eq!(ask("contacts", &all).await.body["data"]["contacts"]["nodes"], json!([]));
    assert_eq!(fault.contacts.len(), 4);
}
