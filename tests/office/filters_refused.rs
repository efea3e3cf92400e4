//! Filters that are not kept.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::filters::{kept, shelf};
use crate::tickets::shared::{Crew, key, merged, number};

async fn denied(client: &Client, input: Value) -> (String, String) {
    let input = merged(json!({ "list": "TICKETS", "name": "一", "idempotencyKey": key() }), input);
    let outcome = client.mutate("savedFilterSet", input, "savedFilter { id }").await;
    (outcome.refused(), outcome.field())
}

both!(a_filter_of_a_list_that_one_may_not_read_is_not_kept);
async fn a_filter_of_a_list_that_one_may_not_read_is_not_kept(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let contractor = crew.world.worker_at(&app, 20, Role::Contractor, None, &[]).await.client;
    for (client, list, code) in [
        (&crew.owner, "TICKETS", "FORBIDDEN"),
        (&contractor, "TICKETS", "FORBIDDEN"),
        (&crew.plumber.client, "CONTACTS", "FORBIDDEN"),
        (&crew.desk.client, "CONTACT_COUNTS", "FORBIDDEN"),
        (&app.anonymous(), "TICKETS", "UNAUTHENTICATED"),
    ] {
        assert_eq!(denied(client, json!({ "list": list })).await.0, code, "{list}");
    }
    for client in [&crew.owner, &contractor] {
        assert_eq!(client.post("{ savedFilters { totalCount } }", json!({})).await.code(), "FORBIDDEN");
        let delete = json!({ "savedFilterId": wire_id(app.clock.new_id::<entities::values::SavedFilterId>()).to_string(),
            "idempotencyKey": key() });
        assert_eq!(client.mutate("savedFilterDelete", delete, "deletedId").await.refused(), "FORBIDDEN");
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM saved_filter").await, 0);
}

both!(names_and_filters_are_checked);
async fn names_and_filters_are_checked(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let foreign = World::build(&app, 2).await;
    kept(desk, json!({ "list": "TICKETS", "name": "在用" })).await;
    let theirs = wire_id(foreign.home.units[0]).to_string();
    for (input, code, field) in [
        (json!({ "name": " \u{7} " }), "REQUIRED", "input.name"),
        (json!({ "name": "长".repeat(61) }), "TOO_LONG", "input.name"),
        (json!({ "name": " 在用 " }), "ALREADY_EXISTS", "input.name"),
        (json!({ "filter": { "units": {} } }), "INVALID_VALUE", "input.filter"),
        (json!({ "filter": { "tickets": {}, "staff": {} } }), "INVALID_VALUE", "input.filter"),
        (json!({ "filter": { "tickets": { "unitId": theirs } } }), "NOT_FOUND", "input.filter.tickets.unitId"),
        (json!({ "filter": { "tickets": { "unitId": "x" } } }), "INVALID_ID", "input.filter.tickets.unitId"),
        (json!({ "savedFilterId": "x" }), "INVALID_ID", "input.savedFilterId"),
        (json!({ "idempotencyKey": "" }), "REQUIRED", "input.idempotencyKey"),
    ] {
        assert_eq!(denied(desk, input.clone()).await, (code.to_owned(), field.to_owned()), "{input}");
    }
    // The name is taken for this person and list alone.
    kept(desk, json!({ "list": "CALLBACKS_DUE", "name": "在用" })).await;
    kept(&crew.dispatcher.client, json!({ "list": "TICKETS", "name": "在用" })).await;
    let second = kept(desk, json!({ "list": "TICKETS", "name": "第二" })).await;
    let renamed = json!({ "savedFilterId": second["id"], "name": "在用" });
    assert_eq!(denied(desk, renamed).await, ("ALREADY_EXISTS".to_owned(), "input.name".to_owned()));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM saved_filter").await, 4);
}

both!(fifty_are_kept_at_most_and_a_repeat_is_no_other);
async fn fifty_are_kept_at_most_and_a_repeat_is_no_other(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let last = json!({ "list": "TICKETS", "name": "最后", "idempotencyKey": "last" });
    for turn in 0..49 {
        kept(desk, json!({ "list": "TICKETS", "name": format!("筛选{turn}") })).await;
    }
    let id = kept(desk, last.clone()).await["id"].clone();
    assert_eq!(kept(desk, last.clone()).await["id"], id);
    assert_eq!(denied(desk, json!({ "list": "CONTACTS" })).await.0, "TOO_MANY");
    assert_eq!(denied(desk, merged(last, json!({ "name": "别的" }))).await.0, "KEY_REUSED");
    assert_eq!(shelf(desk, "TICKETS").await.len(), 50);
    let delete = json!({ "savedFilterId": id, "idempotencyKey": "delete" });
    for _ in 0..2 {
        desk.mutate("savedFilterDelete", delete.clone(), "deletedId").await.ok();
    }
    kept(desk, json!({ "list": "CONTACTS", "name": "有位置了" })).await;
}

both!(of_many_at_once_one_gets_the_name);
async fn of_many_at_once_one_gets_the_name(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let many = (0..6).map(|_| {
        let client = crew.desk.client.clone();
        let input = json!({ "list": "TICKETS", "name": "同名", "idempotencyKey": key() });
        tokio::spawn(async move { client.mutate("savedFilterSet", input, "savedFilter { id }").await.codes() })
    });
    let mut refused = 0;
    for one in many.collect::<Vec<_>>() {
        refused += one.await.unwrap().iter().filter(|code| *code == "ALREADY_EXISTS").count();
    }
    assert_eq!((refused, number(&app, "SELECT COUNT(*) FROM saved_filter").await), (5, 1));
}
