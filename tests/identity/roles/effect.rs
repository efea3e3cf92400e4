//! A change counts at once: for queries, mutations, whom work is given to, other nodes and open sockets.

use std::sync::Arc;

use api::infra::outbox;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::world::{PASSWORD, phone};
use support::{Client, Socket, TestApp, World, both};

use super::change;

both!(
    a_query_is_refused_and_allowed_at_once,
    a_command_is_refused_and_allowed_at_once,
    work_goes_to_whoever_may_do_it,
    another_node_knows_at_once,
    an_open_socket_falls_silent_with_the_next_event,
    a_contractors_person_loses_what_is_withdrawn,
);

async fn forbidden(client: &Client, query: &str) -> bool {
    let answer = client.post(query, json!({})).await;
    answer.body.get("errors").is_some() && answer.code() == "FORBIDDEN"
}

async fn a_query_is_refused_and_allowed_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let steward = world.worker(&app, 1, Role::Steward, &[]).await;
    let collector = world.worker(&app, 2, Role::Collector, &[]).await;
    let (staff, tickets) = ("{ staff { totalCount } }", "{ tickets { totalCount } }");
    assert!(!forbidden(&steward.client, staff).await && forbidden(&collector.client, tickets).await);
    change(&admin, "STEWARD", &[], &["STAFF_READ"]).await;
    change(&admin, "COLLECTOR", &["TICKET_READ"], &[]).await;
    assert!(forbidden(&steward.client, staff).await && !forbidden(&collector.client, tickets).await);
    change(&admin, "STEWARD", &["STAFF_READ"], &[]).await;
    change(&admin, "COLLECTOR", &[], &["TICKET_READ"]).await;
    assert!(!forbidden(&steward.client, staff).await && forbidden(&collector.client, tickets).await);
    // Whoever is signed in already and whoever signs in now are the same.
    let again = app.staff(&phone(1, 2), PASSWORD).await;
    assert!(forbidden(&again, tickets).await);
}

async fn a_command_is_refused_and_allowed_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let technician = world.worker(&app, 2, Role::Technician, &[Trade::Plumbing]).await;
    let ticket = desk.submit(world.repair("a")).await;
    let to = json!({ "assigneeId": technician.wire });
    assert_eq!(desk.step("ticketDispatch", &ticket, to.clone()).await.refused(), "FORBIDDEN");
    change(&admin, "FRONT_DESK", &["TICKET_DISPATCH"], &["TICKET_CANCEL"]).await;
    let seen = desk.step("ticketDispatch", &ticket, to).await.ok();
    let actions = seen["ticket"]["availableActions"].as_array().unwrap().clone();
    assert!(actions.contains(&json!("TRANSFER")) && !actions.contains(&json!("CANCEL")), "{actions:?}");
    let why = json!({ "reason": "不修了" });
    assert_eq!(desk.step("ticketCancel", &ticket, why.clone()).await.refused(), "FORBIDDEN");
    change(&admin, "FRONT_DESK", &["TICKET_CANCEL"], &[]).await;
    desk.step("ticketCancel", &ticket, why).await.ok();
}

async fn suggested(client: &Client, ticket: &str) -> Vec<Value> {
    let query = "query($id: ID!) { ticketDispatchSuggest(ticketId: $id) { staffId } }";
    let data = client.query(query, json!({ "id": ticket })).await;
    data["ticketDispatchSuggest"].as_array().unwrap().iter().map(|it| it["staffId"].clone()).collect()
}

async fn work_goes_to_whoever_may_do_it(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let technician = world.worker(&app, 1, Role::Technician, &[Trade::Plumbing]).await;
    let steward = world.worker(&app, 2, Role::Steward, &[Trade::Plumbing]).await;
    let (first, second) = (admin.submit(world.repair("a")).await, admin.submit(world.repair("b")).await);
    let to = |worker: &str| json!({ "assigneeId": worker });
    assert_eq!(suggested(&admin, &first).await, [json!(technician.wire)]);
    assert_eq!(admin.step("ticketDispatch", &first, to(&steward.wire)).await.refused(), "ASSIGNEE_UNSUITABLE");
    change(&admin, "STEWARD", &["TICKET_OWN"], &[]).await;
    assert_eq!(suggested(&admin, &first).await, [json!(technician.wire), json!(steward.wire)]);
    admin.step("ticketDispatch", &first, to(&steward.wire)).await.ok();
    admin.step("ticketHelperAdd", &first, json!({ "staffId": technician.wire })).await.ok();
    steward.client.step("ticketAccept", &first, json!({})).await.ok();
    admin.step("ticketDispatch", &second, to(&technician.wire)).await.ok();
    change(&admin, "TECHNICIAN", &[], &["TICKET_OWN"]).await;
    // What one was given already is done no more either; the dispatcher gives it to somebody else.
    assert_eq!(technician.client.step("ticketAccept", &second, json!({})).await.refused(), "NOT_ASSIGNEE");
    assert_eq!(suggested(&admin, &second).await, [json!(steward.wire)]);
    let why = json!({ "assigneeId": technician.wire, "reason": "x" });
    assert_eq!(admin.step("ticketTransfer", &first, why).await.refused(), "ASSIGNEE_UNSUITABLE");
    assert!(forbidden(&technician.client, "{ myDay { totalCount } }").await);
    change(&admin, "STEWARD", &[], &["TICKET_OWN"]).await;
    assert_eq!(steward.client.step("ticketStart", &first, json!({})).await.refused(), "FORBIDDEN");
}

async fn another_node_knows_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let node = app.another_node(false, |_| ()).await;
    let admin = world.admin(&app).await;
    let finance = world.worker(&app, 1, Role::Finance, &[]).await.client;
    let (here, there) = (finance.clone(), finance.at(node.url("/graphql")));
    let query = "{ contractors { totalCount } priceList { totalCount } roles { role } }";
    assert!(forbidden(&here, "{ roles { role } }").await && forbidden(&there, "{ roles { role } }").await);
    change(&admin, "FINANCE", &["STAFF_READ", "TICKET_READ"], &[]).await;
    assert!(!forbidden(&there, "{ roles { role } }").await);
    // Changed at the other node, it counts here.
    change(&admin.at(node.url("/graphql")), "FINANCE", &[], &["STAFF_READ"]).await;
    assert!(forbidden(&here, "{ roles { role } }").await && forbidden(&there, "{ roles { role } }").await);
    assert!(here.post(query, json!({})).await.body.get("errors").is_some());
    node.stop().await;
}

async fn an_open_socket_falls_silent_with_the_next_event(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let ticket = owner.submit(world.repair("a")).await;
    outbox::relay(&app.app).await.unwrap();
    let mut socket = Socket::signed_in(&app.url("/graphql"), desk.token()).await;
    let watch = "subscription($id: ID!) { ticketUpdated(id: $id) { urgeCount availableActions } }";
    socket.subscribe("w", watch, json!({ "id": ticket })).await;
    let now = |message: &Value| message["payload"]["data"]["ticketUpdated"].clone();
    let first = now(&socket.message().await);
    assert!(first["availableActions"].as_array().unwrap().contains(&json!("CANCEL")));
    change(&admin, "FRONT_DESK", &[], &["TICKET_CANCEL"]).await;
    owner.step("ticketUrge", &ticket, json!({})).await.ok();
    outbox::relay(&app.app).await.unwrap();
    let next = now(&socket.message().await);
    assert_eq!(next["urgeCount"], 1);
    assert!(!next["availableActions"].as_array().unwrap().contains(&json!("CANCEL")), "{next:#}");
    change(&admin, "FRONT_DESK", &[], &["TICKET_READ"]).await;
    owner.step("ticketCommentAdd", &ticket, json!({ "words": "机密" })).await;
    owner.step("ticketCancel", &ticket, json!({ "reason": "不用了" })).await.ok();
    outbox::relay(&app.app).await.unwrap();
    let last = socket.message().await;
    assert!(last["payload"]["data"]["ticketUpdated"].is_null(), "{last:#}");
    assert!(last.to_string().contains("NOT_FOUND") || last.to_string().contains("FORBIDDEN"), "{last:#}");
}

async fn a_contractors_person_loses_what_is_withdrawn(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let worker = world.worker(&app, 1, Role::Contractor, &[]).await.client;
    let query = "{ tickets { totalCount } }";
    assert!(!forbidden(&worker, query).await);
    change(&admin, "CONTRACTOR", &[], &["TICKET_READ"]).await;
    assert!(forbidden(&worker, query).await);
}
