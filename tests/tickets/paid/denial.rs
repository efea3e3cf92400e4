//! Who may not quote, and who may not decide on a quote; and nothing changed.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::scene::{line, paid, quoted};
use crate::tickets::shared::{Crew, rows};

both!(whoever_is_not_entitled_changes_nothing, whoever_does_the_work_decides_on_no_quote);

fn input(mutation: &str, quote: &str) -> Value {
    match mutation {
        "ticketQuoteSubmit" => json!({ "lines": [line("1", "10")] }),
        "ticketQuoteRefuse" => json!({ "quoteId": quote, "reason": "太贵" }),
        _ => json!({ "quoteId": quote, "words": "业主同意" }),
    }
}

/// Who is entitled, as far as roles go.
fn entitled(mutation: &str) -> &'static [&'static str] {
    match mutation {
        "ticketQuoteSubmit" | "ticketQuoteWithdraw" => &["assignee", "dispatcher", "supervisor", "manager", "admin"],
        _ => &["owner", "tenant", "desk", "supervisor", "manager", "admin"],
    }
}

async fn whoever_is_not_entitled_changes_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let people = [
        ("owner", crew.owner.clone()),
        ("tenant", world.resident(&app, 2, world.home.units[0], ResidencyRole::Tenant).await),
        ("neighbour", world.resident(&app, 3, world.home.units[1], ResidencyRole::Owner).await),
        ("desk", crew.desk.client.clone()),
        ("dispatcher", crew.dispatcher.client.clone()),
        ("assignee", crew.plumber.client.clone()),
        ("technician", crew.second.client.clone()),
        ("contractor", world.worker_at(&app, 20, Role::Contractor, None, &[]).await.client),
        ("steward", worker(11, Role::Steward).await),
        ("leader", worker(12, Role::TeamLeader).await),
        ("collector", worker(13, Role::Collector).await),
        ("finance", worker(14, Role::Finance).await),
        ("supervisor", worker(15, Role::Supervisor).await),
        ("manager", worker(16, Role::Manager).await),
        ("admin", world.admin(&app).await),
        ("elsewhere", world.worker_at(&app, 18, Role::Manager, Some(world.elsewhere.community), &[]).await.client),
        ("foreign", World::build(&app, 2).await.admin(&app).await),
        ("nobody", app.anonymous()),
    ];
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let quote = quoted(&crew, &ticket).await;
    let before = rows(&app).await;
    let mutations = ["ticketQuoteSubmit", "ticketQuoteWithdraw", "ticketQuoteApprove", "ticketQuoteRefuse"];
    for mutation in mutations {
        for (person, client) in &people {
            if entitled(mutation).contains(person) {
                continue;
            }
            let outcome = client.step(mutation, &ticket, input(mutation, &quote)).await;
            let offers = ["ticketQuoteSubmit", "ticketQuoteWithdraw"].contains(&mutation);
            let expected = match *person {
                "nobody" => "UNAUTHENTICATED",
                "neighbour" | "elsewhere" | "foreign" | "contractor" => "NOT_FOUND",
                "technician" if offers => "NOT_ASSIGNEE",
                _ => "FORBIDDEN",
            };
            assert_eq!(outcome.refused(), expected, "{mutation} by {person}");
        }
    }
    assert_eq!(rows(&app).await, before);
    // Who is entitled, does it.
    for mutation in mutations {
        for (_, client) in people.iter().filter(|(person, _)| entitled(mutation).contains(person)) {
            let ticket = paid(&crew, "IN_PROGRESS").await;
            let quote = quoted(&crew, &ticket).await;
            client.step(mutation, &ticket, input(mutation, &quote)).await.ok();
        }
    }
}

async fn whoever_does_the_work_decides_on_no_quote(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let home = crew.world.home.community;
    let roles = [(Role::Technician, home), (Role::FrontDesk, home)];
    let handy = crew.worker_with(&app, 21, &roles, &[Trade::Plumbing]).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let quote = quoted(&crew, &ticket).await;
    crew.dispatcher.client.step("ticketHelperAdd", &ticket, json!({ "staffId": handy.wire })).await.ok();
    let before = rows(&app).await;
    for mutation in ["ticketQuoteApprove", "ticketQuoteRefuse"] {
        let outcome = handy.client.step(mutation, &ticket, input(mutation, &quote)).await;
        assert_eq!((outcome.refused(), outcome.field()), ("QUOTE_BY_WORKER".into(), "input.ticketId".into()));
    }
    assert_eq!(rows(&app).await, before);
}
