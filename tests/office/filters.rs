//! Filters that people keep: they come back as they were given, and the list takes them as they come.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{Crew, execute, key, merged, number};

pub const SAVED: &str = "id list name shared own ownerName version unavailable filter {
    tickets { states kind urgency categoryId communityId unitId assigneeId dueBefore text }
    contacts { communityId kind channel state from to text firstContactId unitId }
    units { communityId buildingId text } staff { communityId role trade dutyState }
    onTimeReport { groupBy communityId categoryId fromMonth toMonth }
    contactCounts { groupBy communityId fromMonth toMonth } }";

/// Keeps a filter; the kept one.
pub async fn kept(client: &Client, input: Value) -> Value {
    let input = merged(json!({ "idempotencyKey": key() }), input);
    let selection = format!("savedFilter {{ {SAVED} }}");
    client.mutate("savedFilterSet", input, &selection).await.ok()["savedFilter"].clone()
}

/// The filters that somebody sees of a list.
pub async fn shelf(client: &Client, list: &str) -> Vec<Value> {
    let query = format!("{{ savedFilters(list: {list}, first: 50) {{ nodes {{ {SAVED} }} }} }}");
    client.query(&query, json!({})).await["savedFilters"]["nodes"].as_array().unwrap().clone()
}

/// A filter of a list without what is null.
fn dense(filter: &Value) -> Value {
    let fields = filter.as_object().unwrap().iter().filter(|(_, value)| !value.is_null());
    Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
}

both!(a_filter_comes_back_as_it_was_given);
async fn a_filter_comes_back_as_it_was_given(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let manager = crew.world.admin(&app).await;
    let (community, building) =
        (wire_id(crew.world.home.community).to_string(), wire_id(crew.world.home.building).to_string());
    let cases = [
        (
            "TICKETS",
            "tickets",
            json!({ "states": ["PAUSED", "ACCEPTED"], "kind": "HOME_REPAIR", "urgency": "EMERGENCY",
            "categoryId": crew.world.category("LEAK"), "communityId": community, "unitId": crew.world.unit(),
            "assigneeId": crew.plumber.wire, "dueBefore": "2026-03-03T01:02:03.000004Z", "text": "\"<漏>'\\" }),
        ),
        ("CALLBACKS_DUE", "tickets", json!({ "text": "水" })),
        (
            "CONTACTS",
            "contacts",
            json!({ "communityId": community, "kind": "COMPLAINT", "channel": "WECHAT", "state": "OPEN",
            "from": "2026-03-01T00:00:00Z", "to": "2026-04-01T00:00:00Z", "text": "吵", "firstContactId": crew.desk.wire }),
        ),
        ("UNITS", "units", json!({ "communityId": community, "buildingId": building, "text": "101" })),
        (
            "STAFF",
            "staff",
            json!({ "communityId": community, "role": "TECHNICIAN", "trade": "PLUMBING", "dutyState": "ON_DUTY" }),
        ),
        (
            "ON_TIME_REPORT",
            "onTimeReport",
            json!({ "groupBy": ["COMMUNITY", "MONTH"], "communityId": community,
            "fromMonth": "2026-01", "toMonth": "2026-03" }),
        ),
        ("CONTACT_COUNTS", "contactCounts", json!({ "groupBy": ["KIND"], "fromMonth": "2026-01" })),
    ];
    for (list, field, filter) in cases {
        let saved = kept(&manager, json!({ "list": list, "name": "我的", "filter": { field: filter } })).await;
        assert_eq!(dense(&saved["filter"][field]), filter, "{list}");
        assert_eq!(saved["filter"].as_object().unwrap().values().filter(|it| !it.is_null()).count(), 1);
        assert_eq!((&saved["version"], &saved["unavailable"], &saved["own"]), (&json!(1), &json!([]), &json!(true)));
        assert_eq!(shelf(&manager, list).await, [saved]);
    }
    let viewer = manager.query("{ viewer { savedFilters { list } } }", json!({})).await;
    assert_eq!(viewer["viewer"]["savedFilters"].as_array().unwrap().len(), 7);
}

both!(the_list_takes_the_filter_as_it_comes);
async fn the_list_takes_the_filter_as_it_comes(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for words in ["电梯", "水管"] {
        crew.submitted(json!({ "description": words })).await;
    }
    let input = json!({ "list": "TICKETS", "name": "电梯", "filter": { "tickets": { "text": "电梯" } } });
    let saved = kept(&crew.desk.client, input).await;
    let query = "query($filter: TicketFilterInput) { tickets(filter: $filter) { nodes { description } } }";
    let found = crew.desk.client.query(query, json!({ "filter": saved["filter"]["tickets"] })).await;
    assert_eq!(found["tickets"]["nodes"], json!([{ "description": "电梯" }]));
}

both!(colleagues_see_what_is_shared_and_cannot_change_it);
async fn colleagues_see_what_is_shared_and_cannot_change_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (desk, other) = (&crew.desk.client, &crew.dispatcher.client);
    let community = wire_id(crew.world.home.community).to_string();
    let filter = json!({ "tickets": { "communityId": community } });
    let shared = kept(desk, json!({ "list": "TICKETS", "name": "共用", "shared": true, "filter": filter })).await;
    kept(desk, json!({ "list": "TICKETS", "name": "自己的" })).await;
    let seen = shelf(other, "TICKETS").await;
    assert_eq!(seen.len(), 1);
    assert_eq!(
        (&seen[0]["name"], &seen[0]["own"], &seen[0]["ownerName"]),
        (&json!("共用"), &json!(false), &json!("员工1-1"))
    );
    let viewer = other.query("{ viewer { savedFilters { id } } }", json!({})).await;
    assert_eq!(viewer["viewer"]["savedFilters"], json!([]));
    let change = json!({ "savedFilterId": shared["id"], "list": "TICKETS", "name": "x", "idempotencyKey": key() });
    let outcome = other.mutate("savedFilterSet", change, "savedFilter { id }").await;
    assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".to_owned(), "input.savedFilterId".to_owned()));
    let delete = json!({ "savedFilterId": shared["id"], "idempotencyKey": key() });
    assert_eq!(other.mutate("savedFilterDelete", delete.clone(), "deletedId").await.refused(), "NOT_FOUND");
    // Whoever works elsewhere may use it, and is told what of it is not there.
    let away =
        crew.world.worker_at(&app, 30, entities::values::Role::FrontDesk, Some(crew.world.elsewhere.community), &[]);
    let seen = shelf(&away.await.client, "TICKETS").await;
    assert_eq!(seen[0]["unavailable"], json!(["communityId"]));
    assert_eq!(seen[0]["filter"]["tickets"]["communityId"], community);
    // Another organization sees nothing; the administrator clears up.
    let foreign = support::World::build(&app, 2).await.admin(&app).await;
    assert!(shelf(&foreign, "TICKETS").await.is_empty());
    assert_eq!(foreign.mutate("savedFilterDelete", delete.clone(), "deletedId").await.refused(), "NOT_FOUND");
    let admin = crew.world.admin(&app).await;
    let payload = admin.mutate("savedFilterDelete", delete.clone(), "deletedId").await.ok();
    assert_eq!(payload["deletedId"], shared["id"]);
    admin.mutate("savedFilterDelete", delete, "deletedId").await.ok();
    assert_eq!(shelf(desk, "TICKETS").await.len(), 1);
}

both!(a_filter_is_changed_in_its_turn);
async fn a_filter_is_changed_in_its_turn(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let saved = kept(desk, json!({ "list": "TICKETS", "name": "一" })).await;
    let change = json!({ "savedFilterId": saved["id"], "expectedVersion": 1, "list": "TICKETS", "name": "二",
        "shared": true, "filter": { "tickets": { "text": "水" } }, "idempotencyKey": "change" });
    let changed = kept(desk, change.clone()).await;
    assert_eq!((&changed["name"], &changed["version"], &changed["shared"]), (&json!("二"), &json!(2), &json!(true)));
    assert_eq!(kept(desk, change.clone()).await["version"], 2, "a repeat");
    let late = merged(change, json!({ "idempotencyKey": key() }));
    let outcome = desk.mutate("savedFilterSet", late, "savedFilter { id }").await;
    assert_eq!((outcome.refused(), outcome.field()), ("STALE_VERSION".to_owned(), "input.expectedVersion".to_owned()));
    let moved = json!({ "savedFilterId": saved["id"], "list": "MY_DAY", "name": "二", "idempotencyKey": key() });
    assert_eq!(
        crew.world.admin(&app).await.mutate("savedFilterSet", moved.clone(), "savedFilter { id }").await.refused(),
        "FORBIDDEN"
    );
    let moved = merged(moved, json!({ "list": "CALLBACKS_DUE" }));
    assert_eq!(desk.mutate("savedFilterSet", moved, "savedFilter { id }").await.refused(), "INVALID_VALUE");
}

both!(a_later_programs_filter_is_shown_as_such);
async fn a_later_programs_filter_is_shown_as_such(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    kept(&crew.desk.client, json!({ "list": "TICKETS", "name": "一" })).await;
    let mut sql = Sql::new("UPDATE saved_filter SET filter =");
    execute(&app, sql.with(" ", r#"{"v":2,"filter":{"TICKETS":{"mood":"bad"}}}"#)).await;
    let seen = shelf(&crew.desk.client, "TICKETS").await;
    assert_eq!(
        (&seen[0]["name"], &seen[0]["filter"], &seen[0]["unavailable"]),
        (&json!("一"), &Value::Null, &json!([]))
    );
    assert_eq!(number(&app, "SELECT COUNT(*) FROM saved_filter").await, 1);
}
