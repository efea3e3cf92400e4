//! Who may not: every command by everybody who is not entitled to it, with the exact code, and nothing changed.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::json;
use support::world::Worker;
use support::{Client, TestApp, World, both};

use crate::tickets::shared::{COMMANDS, Crew, look, rows};

/// Everybody, by a short name.
struct People(Vec<(&'static str, Client)>);

impl People {
    async fn gather(app: &TestApp, crew: &Crew) -> Self {
        let world = &crew.world;
        let worker = async |number, role| -> Client { world.worker(app, number, role, &[]).await.client };
        let manager_elsewhere: Worker =
            world.worker_at(app, 18, Role::Manager, Some(world.elsewhere.community), &[]).await;
        // Dispatches in another community, works in this one.
        let roles = [(Role::Supervisor, world.elsewhere.community), (Role::Technician, world.home.community)];
        let split = crew.worker_with(app, 19, &roles, &[]).await;
        // Works for an outside company, and was given nothing.
        let contractor = world.worker_at(app, 20, Role::Contractor, None, &[]).await;
        Self(vec![
            ("owner", crew.owner.clone()),
            ("tenant", world.resident(app, 2, world.home.units[0], ResidencyRole::Tenant).await),
            ("neighbour", world.resident(app, 3, world.home.units[1], ResidencyRole::Owner).await),
            ("desk", crew.desk.client.clone()),
            ("dispatcher", crew.dispatcher.client.clone()),
            ("assignee", crew.plumber.client.clone()),
            ("technician", crew.second.client.clone()),
            ("split", split.client),
            ("contractor", contractor.client),
            ("steward", worker(11, Role::Steward).await),
            ("leader", worker(12, Role::TeamLeader).await),
            ("collector", worker(13, Role::Collector).await),
            ("finance", worker(14, Role::Finance).await),
            ("supervisor", worker(15, Role::Supervisor).await),
            ("manager", worker(16, Role::Manager).await),
            ("admin", world.admin(app).await),
            ("elsewhere", manager_elsewhere.client),
            ("foreign", World::build(app, 2).await.admin(app).await),
            ("nobody", app.anonymous()),
        ])
    }
}

/// Who is entitled to a command, as far as roles go.
fn entitled(mutation: &str) -> &'static [&'static str] {
    match mutation {
        "ticketDispatch" => &["dispatcher", "supervisor", "manager", "admin"],
        "ticketClaim" => &["assignee", "technician", "split"],
        "ticketReschedule" => &["owner", "tenant", "desk", "dispatcher", "assignee", "supervisor", "manager", "admin"],
        "ticketUrge" => &["owner", "tenant", "desk", "supervisor", "manager", "admin"],
        "ticketTransfer" | "ticketHelperAdd" | "ticketHelperRemove" => {
            &["assignee", "dispatcher", "supervisor", "manager", "admin"]
        }
        "ticketCallbackRecord" => &["desk", "supervisor", "manager", "admin"],
        "ticketPayerSet" => &["desk", "dispatcher", "supervisor", "manager", "admin"],
        "ticketReinspect" => &["steward", "leader", "supervisor", "manager", "admin"],
        "ticketReaccept" => &["owner"],
        "ticketReportUnsolved" | "ticketRate" => &["owner", "tenant"],
        "ticketReopen" => &["owner", "tenant", "supervisor", "manager", "admin"],
        "ticketCancel" => &["owner", "tenant", "desk", "dispatcher", "supervisor", "manager", "admin"],
        "ticketCommentAdd" => &[
            "owner",
            "tenant",
            "desk",
            "dispatcher",
            "assignee",
            "technician",
            "split",
            "steward",
            "leader",
            "supervisor",
            "manager",
            "admin",
        ],
        // The steps of the work.
        _ => &["assignee"],
    }
}

/// What somebody who is not entitled hears.
fn denial(mutation: &str, person: &str) -> &'static str {
    let shared = ["ticketTransfer", "ticketHelperAdd", "ticketHelperRemove", "ticketReschedule"];
    let of_the_assignee = entitled(mutation) == ["assignee"] || shared.contains(&mutation);
    match person {
        "nobody" => "UNAUTHENTICATED",
        "neighbour" | "elsewhere" | "foreign" | "contractor" => "NOT_FOUND",
        "technician" | "split" if of_the_assignee => "NOT_ASSIGNEE",
        _ => "FORBIDDEN",
    }
}

both!(whoever_is_not_entitled_changes_nothing);
async fn whoever_is_not_entitled_changes_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let people = People::gather(&app, &crew).await;
    let mut tried = 0;
    for state in ["DISPATCHED", "COMPLETED"] {
        let ticket = crew.brought(json!({}), state).await;
        let before = rows(&app).await;
        for (mutation, _) in COMMANDS {
            for (person, client) in &people.0 {
                if entitled(mutation).contains(person) {
                    continue;
                }
                let outcome = client.step(mutation, &ticket, crew.words_for(mutation)).await;
                let code = denial(mutation, person);
                assert_eq!(outcome.refused(), code, "{mutation} by {person} when {state}");
                let top_level = ["FORBIDDEN", "UNAUTHENTICATED"].contains(&code);
                assert_eq!(outcome.answer.body.get("errors").is_some(), top_level, "{mutation} by {person}");
                if !top_level {
                    assert_eq!(outcome.field(), "input.ticketId", "{mutation} by {person}");
                }
                tried += 1;
            }
        }
        assert_eq!(rows(&app).await, before, "{state}");
    }
    assert_eq!(tried, 2 * (22 * 19 - 85), "no cell of the table was left out");
}

both!(a_denial_comes_before_a_conflict);
async fn a_denial_comes_before_a_conflict(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    // Who may not act learns neither that the ticket has moved on nor who could take it.
    let stale = json!({ "expectedVersion": 1 });
    assert_eq!(crew.desk.client.step("ticketStart", &ticket, stale.clone()).await.refused(), "FORBIDDEN");
    assert_eq!(crew.second.client.step("ticketStart", &ticket, stale).await.refused(), "NOT_ASSIGNEE");
    let nonsense = json!({ "assigneeId": crew.desk.wire, "expectedVersion": 1 });
    assert_eq!(crew.desk.client.step("ticketDispatch", &ticket, nonsense).await.refused(), "FORBIDDEN");
}

both!(a_resident_writes_no_internal_comments);
async fn a_resident_writes_no_internal_comments(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let before = rows(&app).await;
    let internal = json!({ "words": "内部", "visibility": "INTERNAL" });
    assert_eq!(crew.owner.step("ticketCommentAdd", &ticket, internal).await.refused(), "FORBIDDEN");
    assert_eq!(rows(&app).await, before);
}

both!(a_missing_ticket_a_foreign_one_and_a_malformed_id);
async fn a_missing_ticket_a_foreign_one_and_a_malformed_id(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let foreign = World::build(&app, 2).await;
    let theirs = foreign.resident(&app, 1, foreign.home.units[0], ResidencyRole::Owner).await;
    let theirs = theirs.submit(foreign.repair("theirs")).await;
    let nobodys = api::graphql::id::wire_id(app.clock.new_id::<entities::values::TicketId>()).to_string();
    let before = rows(&app).await;
    for (mutation, _) in COMMANDS {
        // The administrator may nearly everything, here.
        let admin = crew.world.admin(&app).await;
        let mut answers = Vec::new();
        for ticket in [&theirs, &nobodys] {
            let outcome = admin.step(mutation, ticket, crew.words_for(mutation)).await;
            assert_eq!(outcome.refused(), "NOT_FOUND", "{mutation}");
            answers.push(outcome.answer.body);
        }
        assert_eq!(answers[0], answers[1], "{mutation}");
        for malformed in ["", "ticket_", "ticket_01h455vb4pex5vsknk084sn02z0", &crew.world.unit(), "1"] {
            let outcome = admin.step(mutation, malformed, crew.words_for(mutation)).await;
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, ("INVALID_ID".to_owned(), "input.ticketId".to_owned()), "{mutation} {malformed}");
        }
    }
    assert_eq!(rows(&app).await, before);
    assert!(look(&crew.desk.client, &theirs, "id").await.is_null());
}
