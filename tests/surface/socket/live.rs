//! A ticket that somebody looks at.

use std::sync::Arc;
use std::time::Duration;

use api::infra::outbox;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::socket::Heard;
use support::{Client, Socket, TestApp, World, both};

both!(
    each_change_is_told_to_whoever_looks,
    changes_in_quick_succession_are_one,
    a_ticket_outside_the_scope_is_not_found,
    who_loses_sight_of_it_is_told_nothing_more,
    a_slow_client_holds_nobody_up,
);

const WATCH: &str = "subscription($id: ID!) { ticketUpdated(id: $id) { id state version availableActions } }";

async fn watch(app: &TestApp, client: &Client, ticket: &str) -> Socket {
    let mut socket = Socket::signed_in(&app.url("/graphql"), client.token()).await;
    socket.subscribe("w", WATCH, json!({ "id": ticket })).await;
    socket
}

fn state(message: &Value) -> (&str, &str, i64) {
    let ticket = &message["payload"]["data"]["ticketUpdated"];
    let (kind, state) = (message["type"].as_str().unwrap(), ticket["state"].as_str().unwrap_or_default());
    (kind, state, ticket["version"].as_i64().unwrap_or_default())
}

async fn relay(app: &TestApp) {
    outbox::relay(&app.app).await.unwrap();
}

async fn each_change_is_told_to_whoever_looks(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::Dispatcher, &[]).await;
    let technician = world.worker(&app, 2, Role::Technician, &[Trade::Plumbing]).await;
    let (ticket, other) = (owner.submit(world.repair("a")).await, owner.submit(world.repair("b")).await);
    relay(&app).await;
    let mut sockets = [watch(&app, &owner, &ticket).await, watch(&app, &desk.client, &ticket).await];
    for socket in &mut sockets {
        assert_eq!(state(&socket.message().await), ("next", "SUBMITTED", 1), "at once as it is");
    }
    let steps = [
        (&desk.client, "ticketDispatch", json!({ "assigneeId": technician.wire }), "DISPATCHED"),
        (&technician.client, "ticketAccept", json!({}), "ACCEPTED"),
        (&technician.client, "ticketStart", json!({}), "IN_PROGRESS"),
    ];
    for (number, (client, mutation, more, expected)) in steps.into_iter().enumerate() {
        client.step(mutation, &ticket, more).await.ok();
        for socket in &mut sockets {
            assert!(socket.is_silent(30).await, "before it has its place nobody is told");
        }
        relay(&app).await;
        for socket in &mut sockets {
            assert_eq!(state(&socket.message().await), ("next", expected, number as i64 + 2));
        }
    }
    desk.client.step("ticketDispatch", &other, json!({ "assigneeId": technician.wire })).await.ok();
    relay(&app).await;
    for socket in &mut sockets {
        assert!(socket.is_silent(100).await, "another ticket is no matter of theirs");
    }
}

async fn changes_in_quick_succession_are_one(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::Dispatcher, &[]).await;
    let technician = world.worker(&app, 2, Role::Technician, &[Trade::Plumbing]).await;
    let ticket = owner.submit(world.repair("a")).await;
    let mut socket = watch(&app, &owner, &ticket).await;
    assert_eq!(state(&socket.message().await).2, 1);
    desk.client.step("ticketDispatch", &ticket, json!({ "assigneeId": technician.wire })).await.ok();
    technician.client.step("ticketAccept", &ticket, json!({})).await.ok();
    technician.client.step("ticketStart", &ticket, json!({})).await.ok();
    relay(&app).await;
    assert_eq!(state(&socket.message().await), ("next", "IN_PROGRESS", 4), "the last state, once");
    assert!(socket.is_silent(200).await);
}

async fn a_ticket_outside_the_scope_is_not_found(app: Arc<TestApp>) {
    let (world, foreign) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let neighbour = world.resident(&app, 2, world.home.units[1], ResidencyRole::Owner).await;
    let elsewhere = world.worker_at(&app, 1, Role::Dispatcher, Some(world.elsewhere.community), &[]).await;
    let ticket = owner.submit(world.repair("a")).await;
    let mut answers = Vec::new();
    for client in [&neighbour, &elsewhere.client, &foreign.admin(&app).await] {
        let mut socket = watch(&app, client, &ticket).await;
        answers.push(socket.message().await);
    }
    let missing = api::graphql::id::wire_id(app.clock.new_id::<entities::values::TicketId>()).to_string();
    for id in [missing.as_str(), "ticket_x", "", "unit_01h455vb4pex5vsknk084sn02q"] {
        answers.push(watch(&app, &owner, id).await.message().await);
    }
    for answer in answers {
        assert_eq!((answer["type"].as_str(), answer["id"].as_str()), (Some("error"), Some("w")), "{answer}");
        let error = &answer["payload"][0];
        assert_eq!((&error["extensions"]["code"], &error["message"]), (&json!("NOT_FOUND"), &json!("Not found")));
    }
    assert_eq!(app.app.live.objects(), 0, "nobody waits for what is not shown");
}

async fn who_loses_sight_of_it_is_told_nothing_more(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::Dispatcher, &[]).await;
    let ticket = owner.submit(world.repair("a")).await;
    let mut socket = watch(&app, &owner, &ticket).await;
    assert_eq!(state(&socket.message().await).0, "next");
    let moved_out = "UPDATE residency SET ended_at = started_at";
    app.change(&api::db::Sql::new(moved_out)).await;
    desk.client.step("ticketCancel", &ticket, json!({ "reason": "搬走了" })).await.ok();
    relay(&app).await;
    let last = socket.message().await;
    assert_eq!(
        (&last["type"], &last["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("NOT_FOUND")),
        "{last}"
    );
    assert!(!last.to_string().contains("CANCELLED"));
    assert!(socket.is_silent(100).await, "and no word after the error");
}

async fn a_slow_client_holds_nobody_up(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let ticket = owner.submit(world.repair("a")).await;
    let mut slow = watch(&app, &owner, &ticket).await;
    let mut quick = watch(&app, &owner, &ticket).await;
    assert_eq!(state(&quick.message().await).2, 1);
    // The slow one reads nothing while much happens.
    let changes = 20;
    for number in 0..changes {
        let slot = json!({ "reason": "改期", "slotStart": "2026-03-03T01:00:00Z", "slotEnd": format!("2026-03-03T02:{number:02}:00Z") });
        desk.client.step("ticketReschedule", &ticket, slot).await.ok();
        relay(&app).await;
        assert_eq!(state(&quick.message().await).2, number + 2);
    }
    tokio::time::sleep(Duration::from_millis(100)).await;
    let mut last = 0;
    while let Ok(Heard::Message(message)) = tokio::time::timeout(Duration::from_millis(300), slow.hear()).await {
        let (_, _, version) = state(&message);
        // Whoever reads late after one change may see the next one already, and is told of that one, too.
        assert!(version >= last, "{version} after {last}");
        last = version;
    }
    assert_eq!(last, changes + 1, "it arrives at the present state");
}
