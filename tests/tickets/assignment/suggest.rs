//! What a dispatcher is told of who could take a ticket.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{Role, Trade};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::scene::{company, duty, outsider};
use crate::tickets::shared::Crew;

both!(everybody_is_listed_with_why_not, only_dispatchers_are_told, the_statements_do_not_grow);

const QUERY: &str = "query($id: ID!) { ticketDispatchSuggest(ticketId: $id) {
    staffId name contractorName openMinutes idleSince exclusions } }";

async fn suggested(by: &Client, ticket: &str) -> Value {
    by.query(QUERY, json!({ "id": ticket })).await["ticketDispatchSuggest"].clone()
}

async fn everybody_is_listed_with_why_not(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let electrician = crew.world.worker(&app, 11, Role::Technician, &[Trade::Electrical]).await;
    let idle = crew.world.worker(&app, 12, Role::Technician, &[Trade::Plumbing]).await;
    let away = Some(crew.world.elsewhere.community);
    crew.world.worker_at(&app, 13, Role::Technician, away, &[Trade::Plumbing]).await;
    let outside = outsider(&app, &admin, &company(&admin, &crew.world, "水暖公司").await, 1).await;
    duty(&crew.plumber.client, "dutyStart").await;
    app.advance(Duration::minutes(10));
    for worker in [&idle, &outside] {
        duty(&worker.client, "dutyStart").await;
    }
    // The plumber is at another appointment then, and the second declined.
    let at = json!({ "slotStart": "2026-03-03T02:00:00Z", "slotEnd": "2026-03-03T04:00:00Z" });
    let other = crew.submitted(at.clone()).await;
    crew.dispatcher.client.step("ticketDispatch", &other, json!({ "assigneeId": crew.plumber.wire })).await.ok();
    let ticket = crew.submitted(at).await;
    crew.dispatcher.client.step("ticketDispatch", &ticket, json!({ "assigneeId": crew.second.wire })).await.ok();
    let has_it = suggested(&crew.dispatcher.client, &ticket).await;
    let of = |list: &Value, wire: &str| {
        let row = list.as_array().unwrap().iter().find(|row| row["staffId"] == wire).unwrap();
        row["exclusions"].clone()
    };
    assert_eq!(of(&has_it, &crew.second.wire), json!(["OFF_DUTY", "HAS_IT"]));
    crew.second.client.step("ticketDecline", &ticket, json!({ "reason": "请假" })).await.ok();

    let found = suggested(&crew.dispatcher.client, &ticket).await;
    let names: Vec<_> = found.as_array().unwrap().iter().map(|row| row["staffId"].as_str().unwrap()).collect();
    let mut rest = vec![crew.plumber.wire.as_str(), &crew.second.wire, &electrician.wire];
    assert_eq!(names[..2], [idle.wire.as_str(), &outside.wire], "own people first, then the contractor's");
    let mut excluded = names[2..].to_vec();
    excluded.sort_unstable();
    rest.sort_unstable();
    assert_eq!(excluded, rest, "then whoever cannot; nobody of another community");
    assert_eq!(of(&found, &idle.wire), json!([]));
    assert_eq!(of(&found, &outside.wire), json!([]));
    assert_eq!(of(&found, &crew.plumber.wire), json!(["SLOT_TAKEN"]));
    assert_eq!(of(&found, &crew.second.wire), json!(["OFF_DUTY", "DECLINED"]));
    assert_eq!(of(&found, &electrician.wire), json!(["OFF_DUTY", "TRADE"]));
    let plumber = found.as_array().unwrap().iter().find(|row| row["staffId"] == crew.plumber.wire.as_str()).unwrap();
    assert_eq!((&plumber["openMinutes"], &plumber["contractorName"]), (&json!(60), &Value::Null));
    assert_eq!(found[0]["idleSince"], "2026-03-02T01:10:00Z");
    assert_eq!(found[1]["contractorName"], "水暖公司");
    // Whoever is suggested can be given it; whoever lacks the trade cannot.
    let to = |wire: &str| json!({ "assigneeId": wire });
    let refused = crew.dispatcher.client.step("ticketDispatch", &ticket, to(&electrician.wire)).await;
    assert_eq!(refused.refused(), "ASSIGNEE_UNSUITABLE");
    crew.dispatcher.client.step("ticketDispatch", &ticket, to(&outside.wire)).await.ok();
}

async fn only_dispatchers_are_told(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    for client in [&crew.owner, &crew.desk.client, &crew.plumber.client] {
        assert_eq!(client.post(QUERY, json!({ "id": ticket })).await.code(), "FORBIDDEN");
    }
    assert_eq!(app.anonymous().post(QUERY, json!({ "id": ticket })).await.code(), "UNAUTHENTICATED");
    let away = Some(crew.world.elsewhere.community);
    let elsewhere = crew.world.worker_at(&app, 11, Role::Dispatcher, away, &[]).await;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let nobodys = api::graphql::id::wire_id(app.clock.new_id::<entities::values::TicketId>()).to_string();
    assert!(suggested(&crew.dispatcher.client, &nobodys).await.is_null());
    assert!(suggested(&elsewhere.client, &ticket).await.is_null(), "as a missing one");
    assert!(suggested(&foreign, &ticket).await.is_null());
    assert!(!suggested(&crew.dispatcher.client, &ticket).await.is_null());
}

async fn the_statements_do_not_grow(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    for number in 0..6 {
        let (statements, found) = app.statements(suggested(&crew.dispatcher.client, &ticket)).await;
        assert_eq!(found.as_array().unwrap().len(), 2 + number);
        assert_eq!(statements, 3, "the viewer, the ticket, everybody");
        crew.world.worker(&app, 20 + number as u64, Role::Technician, &[Trade::Plumbing]).await;
        crew.brought(json!({}), "ACCEPTED").await;
    }
}
