//! Who may not have a file, which file cannot be had, and what becomes of it when rights change.

use std::sync::Arc;

use api::db::Sql;
use api::domains::office::make_exports;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::{asked, looked_at, made, open, refused};
use crate::tickets::shared::{Crew, execute, key, merged, number};

async fn denied(client: &Client, input: Value) -> (String, String) {
    let input = merged(json!({ "idempotencyKey": key() }), input);
    let outcome = client.mutate("exportCreate", input, "export { id }").await;
    (outcome.refused(), outcome.field())
}

fn said(code: &str, field: &str) -> (String, String) {
    (code.to_owned(), field.to_owned())
}

both!(whoever_has_no_such_list_has_no_such_file);
async fn whoever_has_no_such_list_has_no_such_file(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let worker = async |number, role| crew.world.worker(&app, number, role, &[]).await.client;
    let collector = worker(20, Role::Collector).await;
    let contractor = crew.world.worker_at(&app, 21, Role::Contractor, None, &[]).await.client;
    for (client, list, code) in [
        (&crew.owner, "TICKETS", "FORBIDDEN"),
        (&contractor, "TICKETS", "FORBIDDEN"),
        (&contractor, "MY_DAY", "FORBIDDEN"),
        (&app.anonymous(), "TICKETS", "UNAUTHENTICATED"),
        (&collector, "TICKETS", "FORBIDDEN"),
        (&crew.plumber.client, "CONTACTS", "FORBIDDEN"),
        (&crew.plumber.client, "STAFF", "FORBIDDEN"),
        (&crew.desk.client, "ON_TIME_REPORT", "FORBIDDEN"),
        (&crew.desk.client, "TICKETS_TO_DISPATCH", "FORBIDDEN"),
    ] {
        assert_eq!(denied(client, json!({ "list": list })).await.0, code, "{list}");
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM export").await, 0);
    for client in [&crew.owner, &contractor] {
        let query = "{ viewer { exports { id } savedFilters { id } } }";
        assert_eq!(client.query(query, json!({})).await["viewer"], json!({ "exports": [], "savedFilters": [] }));
        assert_eq!(client.post("{ exportColumns(list: TICKETS) { key } }", json!({})).await.code(), "FORBIDDEN");
    }
}

both!(a_wrong_filter_or_column_is_named);
async fn a_wrong_filter_or_column_is_named(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let foreign = World::build(&app, 2).await;
    let theirs = wire_id(foreign.home.community).to_string();
    let elsewhere = wire_id(crew.world.elsewhere.community).to_string();
    for (input, expected) in [
        (json!({ "columns": ["number", "secret"] }), said("INVALID_VALUE", "input.columns")),
        (json!({ "columns": ["number", "number"] }), said("INVALID_VALUE", "input.columns")),
        (json!({ "filter": { "contacts": {} } }), said("INVALID_VALUE", "input.filter")),
        (json!({ "filter": { "tickets": {}, "units": {} } }), said("INVALID_VALUE", "input.filter")),
        (
            json!({ "filter": { "tickets": { "communityId": theirs } } }),
            said("NOT_FOUND", "input.filter.tickets.communityId"),
        ),
        (
            json!({ "filter": { "tickets": { "communityId": elsewhere } } }),
            said("NOT_FOUND", "input.filter.tickets.communityId"),
        ),
        (
            json!({ "filter": { "tickets": { "categoryId": foreign.category("PLUMBING") } } }),
            said("NOT_FOUND", "input.filter.tickets.categoryId"),
        ),
        (
            json!({ "filter": { "tickets": { "communityId": "nonsense" } } }),
            said("INVALID_ID", "input.filter.tickets.communityId"),
        ),
    ] {
        assert_eq!(denied(desk, merged(json!({ "list": "TICKETS" }), input.clone())).await, expected, "{input}");
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM export").await, 0);
}

both!(a_repeat_asks_for_no_other_and_three_wait_at_most);
async fn a_repeat_asks_for_no_other_and_three_wait_at_most(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let first = json!({ "list": "TICKETS", "idempotencyKey": "first" });
    let id = asked(desk, first.clone()).await["id"].clone();
    assert_eq!(asked(desk, first.clone()).await["id"], id);
    let other = merged(first.clone(), json!({ "columns": ["number"] }));
    assert_eq!(denied(desk, other).await, said("KEY_REUSED", "input.idempotencyKey"));
    for _ in 0..2 {
        asked(desk, json!({ "list": "CONTACTS" })).await;
    }
    assert_eq!(denied(desk, json!({ "list": "CONTACTS" })).await.0, "EXPORT_LIMIT");
    assert_eq!(asked(desk, first).await["id"], id, "a repeat is no further one");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM export").await, 3);
    // Somebody else's are counted apart, and what is finished makes room.
    asked(&crew.dispatcher.client, json!({ "list": "TICKETS" })).await;
    make_exports(&app.app).await.unwrap();
    asked(desk, json!({ "list": "CONTACTS" })).await;
}

both!(many_at_once_are_limited_as_well);
async fn many_at_once_are_limited_as_well(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let many = (0..8).map(|_| {
        let (client, input) = (crew.desk.client.clone(), json!({ "list": "TICKETS", "idempotencyKey": key() }));
        tokio::spawn(async move { client.mutate("exportCreate", input, "export { id }").await.codes() })
    });
    let mut refusals = 0;
    for one in many.collect::<Vec<_>>() {
        let codes = one.await.unwrap();
        refusals += codes.iter().filter(|code| *code == "EXPORT_LIMIT").count();
    }
    assert_eq!((refusals, number(&app, "SELECT COUNT(*) FROM export").await), (5, 3));
}

both!(a_list_that_is_too_long_is_no_file);
async fn a_list_that_is_too_long_is_no_file(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..3 {
        crew.submitted(json!({})).await;
    }
    let node = app.another_node(false, |config| config.export_rows = 2).await;
    let id = asked(&crew.desk.client, json!({ "list": "TICKETS" })).await["id"].clone();
    make_exports(&node.app).await.unwrap();
    let export = looked_at(&crew.desk.client.at(node.url("/graphql")), &id).await;
    let told = (&export["state"], &export["error"], &export["errorMessage"]);
    assert_eq!(told, (&json!("FAILED"), &json!("TOO_MANY_ROWS"), &json!("More than 2 rows; narrow the filter")));
    assert!(export["link"].is_null() && app.objects().is_empty());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure").await, 0);
    node.stop().await;
}

both!(rights_count_when_the_file_is_made);
async fn rights_count_when_the_file_is_made(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let id = asked(&crew.desk.client, json!({ "list": "TICKETS" })).await["id"].clone();
    let mut sql = Sql::new("UPDATE staff_assignment SET role = 'COLLECTOR' WHERE");
    execute(&app, sql.with(" staff_id = ", crew.desk.id)).await;
    make_exports(&app.app).await.unwrap();
    let export = looked_at(&crew.desk.client, &id).await;
    assert_eq!((&export["state"], &export["error"]), (&json!("FAILED"), &json!("NOT_ALLOWED")));
    assert!(app.objects().is_empty());
}

both!(rights_count_when_the_file_is_downloaded);
async fn rights_count_when_the_file_is_downloaded(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let link = async |client: &Client| {
        made(&app, client, json!({ "list": "TICKETS" })).await["link"]["url"].as_str().unwrap().to_owned()
    };
    let (desk, dispatcher) = (link(&crew.desk.client).await, link(&crew.dispatcher.client).await);
    // A technician sees the tickets, but no phones.
    let mut sql = Sql::new("UPDATE staff_assignment SET role = 'TECHNICIAN' WHERE");
    execute(&app, sql.with(" staff_id = ", crew.desk.id)).await;
    assert_eq!(refused(open(&app, &desk).await).await, (403, "EXPORT_OUTDATED".to_owned()));
    let mut sql = Sql::new("UPDATE staff_member SET left_at =");
    execute(&app, sql.with(" ", app.clock.now()).with(" WHERE id = ", crew.dispatcher.id)).await;
    assert_eq!(refused(open(&app, &dispatcher).await).await, (403, "FORBIDDEN".to_owned()));
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure WHERE kind = 'EXPORT_DOWNLOAD'").await, 0);
}

both!(a_link_opens_one_file_for_a_while);
async fn a_link_opens_one_file_for_a_while(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let mine = made(&app, &crew.desk.client, json!({ "list": "TICKETS" })).await;
    let other = made(&app, &crew.dispatcher.client, json!({ "list": "TICKETS" })).await;
    let (url, theirs) = (mine["link"]["url"].as_str().unwrap(), other["link"]["url"].as_str().unwrap());
    let part =
        |url: &str, name: &str| url.split(&format!("{name}=")).nth(1).unwrap().split('&').next().unwrap().to_owned();
    let (path, _) = url.split_once('?').unwrap();
    for forged in [
        path.to_owned(),
        url.replace(&part(url, "signature"), &part(theirs, "signature")),
        url.replace(&part(url, "by"), &part(theirs, "by")),
        url.replace(path, theirs.split_once('?').unwrap().0),
        url.replace(&part(url, "expires"), "9999999999"),
        url.replace("/exports/", "/print/tickets/"),
        "/exports/nonsense?by=1&expires=2&signature=3".to_owned(),
    ] {
        assert_eq!(refused(open(&app, &forged).await).await, (403, "LINK_INVALID".to_owned()), "{forged}");
    }
    assert!(looked_at(&crew.dispatcher.client, &mine["id"]).await.is_null(), "another's export is none");
    app.advance(Duration::minutes(15));
    assert_eq!(refused(open(&app, url).await).await, (410, "LINK_EXPIRED".to_owned()));
    let fresh = looked_at(&crew.desk.client, &mine["id"]).await;
    assert_eq!(open(&app, fresh["link"]["url"].as_str().unwrap()).await.status(), 200);
}
