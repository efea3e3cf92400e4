//! What is masked is shown in full for a reason, and it is known who saw it.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role, ServicePlanId, TicketId};
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, World, both};

use super::shared::{counted, resident, residents};
use crate::tickets::shared::{Crew, key, merged, number};

both!(
    a_reveal_is_shown_and_known,
    whoever_may_not_is_shown_nothing,
    what_is_wrong_is_named,
    so_many_in_an_hour,
    one_key_is_one_reveal
);

async fn reveal(client: &Client, node: &Value, more: Value) -> Outcome {
    let input = json!({ "nodeId": node, "field": "PHONE", "reason": "联系不上业主", "idempotencyKey": key() });
    client.mutate("personalDataReveal", merged(input, more), "value").await
}

const TOLD: &str = "query($filter: DisclosureFilterInput) { disclosures(filter: $filter) { totalCount nodes {
    kind staffName subjectId field reason phones ticketId occurredAt } } }";

async fn a_reveal_is_shown_and_known(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let leader = crew.world.worker(&app, 11, Role::TeamLeader, &[]).await;
    let closed = json!(crew.brought(json!({}), "CLOSED").await);
    let person = resident(&residents(&crew.desk.client, crew.world.home.units[0]).await, "住户1-1");
    for (client, name, node, field, value, ticket) in [
        (&crew.plumber.client, "员工1-3", &closed, "PHONE", "13900010001", &closed),
        (&leader.client, "员工1-11", &closed, "NAME", "住户1-1", &closed),
        (&crew.desk.client, "员工1-1", &person, "PHONE", "13900010001", &Value::Null),
    ] {
        assert_eq!(reveal(client, node, json!({ "field": field })).await.ok()["value"], value);
        let told =
            admin.query(TOLD, json!({ "filter": { "kind": "REVEAL" } })).await["disclosures"]["nodes"][0].clone();
        let expected = json!({
            "kind": "REVEAL", "staffName": name, "subjectId": node, "field": field, "reason": "联系不上业主",
            "phones": field == "PHONE", "ticketId": ticket, "occurredAt": "2026-03-02T01:00:00Z",
        });
        assert_eq!(told, expected);
        app.advance(chrono::Duration::zero());
    }
    let said = json!({ "unitId": crew.world.unit(), "kind": "ENQUIRY", "words": "物业费怎么交", "callerName": "王先生",
        "callerPhone": "13700000001", "idempotencyKey": "c" });
    let contact = crew.desk.client.mutate("contactRecord", said, "contact { id }").await.ok();
    assert_eq!(reveal(&admin, &contact["contact"]["id"], json!({})).await.ok()["value"], "13700000001");
    let by = json!({ "filter": { "staffId": leader.wire } });
    assert_eq!(admin.query(TOLD, by).await["disclosures"]["totalCount"], 1);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure_reveal").await, 4);
    assert_eq!(crew.desk.client.post(TOLD, json!({})).await.code(), "FORBIDDEN", "the list is for administrators");
}

async fn whoever_may_not_is_shown_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let ticket = json!(crew.brought(json!({}), "CLOSED").await);
    let person = resident(&residents(&crew.desk.client, world.home.units[0]).await, "住户1-1");
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let away = world.worker_at(&app, 20, Role::Manager, Some(world.elsewhere.community), &[]).await.client;
    let contractor = world.worker_at(&app, 21, Role::Contractor, None, &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let tenant = world.resident(&app, 3, world.home.units[0], ResidencyRole::Tenant).await;
    let [finance, collector, leader] =
        [worker(12, Role::Finance).await, worker(13, Role::Collector).await, worker(14, Role::TeamLeader).await];
    let before = counted(&app).await;
    for (client, node, code) in [
        (&crew.owner, &ticket, "FORBIDDEN"),
        (&tenant, &ticket, "FORBIDDEN"),
        (&tenant, &person, "FORBIDDEN"),
        (&contractor, &ticket, "FORBIDDEN"),
        (&finance, &ticket, "FORBIDDEN"),
        (&collector, &ticket, "FORBIDDEN"),
        (&crew.plumber.client, &person, "FORBIDDEN"),
        (&leader, &person, "FORBIDDEN"),
        (&app.anonymous(), &ticket, "UNAUTHENTICATED"),
        (&away, &ticket, "NOT_FOUND"),
        (&away, &person, "NOT_FOUND"),
        (&foreign, &ticket, "NOT_FOUND"),
        (&foreign, &person, "NOT_FOUND"),
    ] {
        let outcome = reveal(client, node, json!({})).await;
        assert_eq!(outcome.refused(), code, "{node}");
        assert!(!outcome.answer.body.to_string().contains("13900010001"));
    }
    assert_eq!(counted(&app).await, before);
}

async fn what_is_wrong_is_named(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = json!(crew.submitted(json!({ "contactPhone": null })).await);
    let patrol = json!(crew.submitted(json!({ "kind": "PATROL_FINDING", "place": "东门" })).await);
    let missing = |id: String| json!(id);
    let before = counted(&app).await;
    for (node, more, code, field) in [
        (&ticket, json!({ "reason": " " }), "REQUIRED", "input.reason"),
        (&ticket, json!({ "reason": "长".repeat(301) }), "TOO_LONG", "input.reason"),
        (&ticket, json!({ "idempotencyKey": "" }), "REQUIRED", "input.idempotencyKey"),
        (&missing(crew.world.unit()), json!({}), "INVALID_ID", "input.nodeId"),
        (&missing("x".to_owned()), json!({}), "INVALID_ID", "input.nodeId"),
        (&missing(wire_id(app.clock.new_id::<TicketId>()).to_string()), json!({}), "NOT_FOUND", "input.nodeId"),
        (&missing(wire_id(app.clock.new_id::<ServicePlanId>()).to_string()), json!({}), "NOT_FOUND", "input.nodeId"),
        (&patrol, json!({ "field": "NAME" }), "NOT_FOUND", "input.field"),
    ] {
        let outcome = reveal(&crew.desk.client, node, more.clone()).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, field), "{node} {more}");
    }
    assert_eq!(counted(&app).await, before);
}

async fn so_many_in_an_hour(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = json!(crew.submitted(json!({})).await);
    for _ in 0..27 {
        reveal(&crew.second.client, &ticket, json!({})).await.ok();
    }
    let at_once = (0..6).map(|_| reveal(&crew.second.client, &ticket, json!({})));
    let outcomes = futures_util::future::join_all(at_once).await;
    assert_eq!(outcomes.iter().filter(|it| it.codes() == ["TOO_MANY_REQUESTS"]).count(), 3);
    reveal(&crew.plumber.client, &ticket, json!({})).await.ok();
    app.advance(chrono::Duration::hours(1));
    reveal(&crew.second.client, &ticket, json!({})).await.ok();
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure_reveal").await, 32);
}

async fn one_key_is_one_reveal(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = json!(crew.submitted(json!({})).await);
    let again = json!({ "idempotencyKey": key() });
    let first = reveal(&crew.second.client, &ticket, again.clone()).await.ok();
    let before = counted(&app).await;
    assert_eq!(reveal(&crew.second.client, &ticket, again.clone()).await.ok(), first);
    let other = merged(again, json!({ "reason": "另一件事" }));
    assert_eq!(reveal(&crew.second.client, &ticket, other).await.refused(), "KEY_REUSED");
    assert_eq!(counted(&app).await, before);
}
