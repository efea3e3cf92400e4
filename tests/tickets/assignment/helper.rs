//! Helpers (协助人): who can be one, what one sees and may, and that no helper confirms the work.

use std::sync::Arc;

use entities::values::{Role, Trade};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::scene::{company, outsider};
use crate::tickets::shared::{Crew, gained, listed, look, rows};

both!(
    a_helper_sees_the_ticket_and_may_comment,
    who_can_help,
    who_asks_for_help,
    a_helper_never_confirms,
    a_helper_who_gets_it_is_its_assignee,
    lists_with_helpers_cost_one_statement_more
);

async fn help(by: &Client, mutation: &str, ticket: &str, staff: &str) -> String {
    let outcome = by.step(mutation, ticket, json!({ "staffId": staff })).await;
    if outcome.answer.body.get("errors").is_none() && outcome.codes().is_empty() {
        return "OK".to_owned();
    }
    outcome.refused()
}

async fn helpers(by: &Client, ticket: &str) -> Value {
    look(by, ticket, "helpers { name phone }").await["helpers"].clone()
}

async fn a_helper_sees_the_ticket_and_may_comment(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let other = crew.brought(json!({}), "ACCEPTED").await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    assert!(listed(&crew.second.client, "myDay").await.is_empty());
    let before = rows(&app).await;
    assert_eq!(help(&crew.plumber.client, "ticketHelperAdd", &ticket, &crew.second.wire).await, "OK");
    let gains = gained(&app, &before).await;
    assert!(gains.contains(&("ticket_helper", 1)) && gains.contains(&("history_event", 1)), "{gains:?}");
    assert_eq!(listed(&crew.second.client, "myDay").await, [ticket.clone()]);
    assert_eq!(listed(&crew.plumber.client, "myDay").await.len(), 2);
    let badges = crew.second.client.query("{ viewer { badges { myDay } } myDay { totalCount } }", json!({})).await;
    assert_eq!((&badges["viewer"]["badges"]["myDay"], &badges["myDay"]["totalCount"]), (&json!(1), &json!(1)));
    // To see and to comment: nothing else.
    assert_eq!(look(&crew.second.client, &ticket, "availableActions").await["availableActions"], json!(["COMMENT"]));
    for mutation in
        ["ticketAccept", "ticketStart", "ticketPause", "ticketComplete", "ticketTransfer", "ticketHelperAdd"]
    {
        let outcome = crew.second.client.step(mutation, &ticket, crew.words_for(mutation)).await;
        assert_eq!(outcome.refused(), "NOT_ASSIGNEE", "{mutation}");
    }
    crew.second.client.step("ticketCommentAdd", &ticket, crew.words_for("ticketCommentAdd")).await.ok();
    assert_eq!(helpers(&crew.dispatcher.client, &ticket).await, json!([{ "name": "员工1-4", "phone": "13800010004" }]));
    assert_eq!(helpers(&crew.owner, &ticket).await, json!([{ "name": "员工1-4", "phone": "138****0004" }]));
    assert_eq!(helpers(&crew.owner, &other).await, json!([]));
    // Off again, and gone from the day; twice is told.
    assert_eq!(help(&crew.dispatcher.client, "ticketHelperRemove", &ticket, &crew.second.wire).await, "OK");
    assert!(listed(&crew.second.client, "myDay").await.is_empty());
    assert_eq!(helpers(&crew.owner, &ticket).await, json!([]));
    let again = help(&crew.dispatcher.client, "ticketHelperRemove", &ticket, &crew.second.wire).await;
    assert_eq!(again, "INVALID_TRANSITION", "nobody helps");
    let kinds = look(&crew.owner, &ticket, "events { kind }").await;
    let last = &kinds["events"].as_array().unwrap()[3..];
    assert_eq!(last, [json!({ "kind": "HELPER_ADDED" }), json!({ "kind": "HELPER_REMOVED" })]);
}

async fn who_can_help(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let electrician = crew.world.worker(&app, 11, Role::Technician, &[Trade::Electrical]).await;
    let away = Some(crew.world.elsewhere.community);
    let elsewhere = crew.world.worker_at(&app, 12, Role::Technician, away, &[Trade::Plumbing]).await;
    let gone = crew.world.worker(&app, 13, Role::Technician, &[Trade::Plumbing]).await;
    admin.mutate("staffLeave", json!({ "staffId": gone.wire }), "staff { id }").await.ok();
    let outside = outsider(&app, &admin, &company(&admin, &crew.world, "水暖公司").await, 1).await;
    let foreign = World::build(&app, 2).await.worker(&app, 1, Role::Technician, &[Trade::Plumbing]).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    let before = rows(&app).await;
    for wrong in [&elsewhere, &gone, &outside, &foreign, &crew.desk, &crew.plumber] {
        let outcome = crew.dispatcher.client.step("ticketHelperAdd", &ticket, json!({ "staffId": wrong.wire })).await;
        assert_eq!((outcome.refused(), outcome.field()), ("ASSIGNEE_UNSUITABLE".into(), "input.staffId".into()));
    }
    assert_eq!(rows(&app).await, before);
    // A helper needs no trade.
    assert_eq!(help(&crew.dispatcher.client, "ticketHelperAdd", &ticket, &electrician.wire).await, "OK");
    assert_eq!(help(&crew.dispatcher.client, "ticketHelperAdd", &ticket, &electrician.wire).await, "ALREADY_EXISTS");
    assert_eq!(help(&crew.dispatcher.client, "ticketHelperRemove", &ticket, &crew.second.wire).await, "NOT_FOUND");
    assert_eq!(help(&crew.dispatcher.client, "ticketHelperAdd", &ticket, "staff_1").await, "INVALID_ID");
}

async fn who_asks_for_help(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let away = Some(crew.world.elsewhere.community);
    let elsewhere = crew.world.worker_at(&app, 11, Role::Dispatcher, away, &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let ticket = crew.brought(json!({}), "PAUSED").await;
    for mutation in ["ticketHelperAdd", "ticketHelperRemove"] {
        for (client, code) in [
            (&crew.owner, "FORBIDDEN"),
            (&crew.desk.client, "FORBIDDEN"),
            (&crew.second.client, "NOT_ASSIGNEE"),
            (&elsewhere, "NOT_FOUND"),
            (&foreign, "NOT_FOUND"),
            (&app.anonymous(), "UNAUTHENTICATED"),
            (&crew.dispatcher.client, "OK"),
        ] {
            assert_eq!(help(client, mutation, &ticket, &crew.second.wire).await, code, "{mutation}");
        }
    }
    let over = crew.brought(json!({}), "COMPLETED").await;
    assert_eq!(help(&crew.dispatcher.client, "ticketHelperAdd", &over, &crew.second.wire).await, "INVALID_TRANSITION");
}

async fn a_helper_never_confirms(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let home = crew.world.home.community;
    // Also works at the desk, and so could call back.
    let both = crew.worker_with(&app, 11, &[(Role::Technician, home), (Role::Supervisor, home)], &[]).await;
    for leaves in [false, true] {
        let ticket = crew.brought(json!({}), "ACCEPTED").await;
        assert_eq!(help(&crew.plumber.client, "ticketHelperAdd", &ticket, &both.wire).await, "OK");
        crew.plumber.client.step("ticketStart", &ticket, json!({})).await.ok();
        if leaves {
            assert_eq!(help(&crew.plumber.client, "ticketHelperRemove", &ticket, &both.wire).await, "OK");
        }
        crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
        let offered = look(&both.client, &ticket, "availableActions").await;
        assert!(!offered["availableActions"].as_array().unwrap().contains(&json!("RECORD_CALLBACK")), "{offered}");
        let note = crew.words_for("ticketCallbackRecord");
        assert_eq!(both.client.step("ticketCallbackRecord", &ticket, note).await.refused(), "CALLBACK_BY_WORKER");
        crew.called_back(&ticket, "SOLVED").await;
    }
    let finding = crew.brought(json!({ "kind": "PATROL_FINDING" }), "ACCEPTED").await;
    assert_eq!(help(&crew.plumber.client, "ticketHelperAdd", &finding, &both.wire).await, "OK");
    for mutation in ["ticketStart", "ticketComplete"] {
        crew.plumber.client.step(mutation, &finding, crew.words_for(mutation)).await.ok();
    }
    let passed = both.client.step("ticketReinspect", &finding, crew.words_for("ticketReinspect")).await;
    assert_eq!(passed.refused(), "CALLBACK_BY_WORKER");
}

async fn a_helper_who_gets_it_is_its_assignee(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    assert_eq!(help(&crew.plumber.client, "ticketHelperAdd", &ticket, &crew.second.wire).await, "OK");
    crew.plumber.client.step("ticketTransfer", &ticket, crew.words_for("ticketTransfer")).await.ok();
    assert_eq!(helpers(&crew.owner, &ticket).await, json!([]));
    assert_eq!(listed(&crew.second.client, "myDay").await, [ticket.clone()], "once");
    assert_eq!(help(&crew.second.client, "ticketHelperAdd", &ticket, &crew.plumber.wire).await, "OK");
    // Nobody has a declined ticket, and nobody helps with it.
    crew.second.client.step("ticketDecline", &ticket, json!({ "reason": "请假" })).await.ok();
    assert_eq!(helpers(&crew.owner, &ticket).await, json!([]));
    assert!(listed(&crew.plumber.client, "myDay").await.is_empty());
}

async fn lists_with_helpers_cost_one_statement_more(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let query = "{ tickets { nodes { id helpers { name } availableActions } } }";
    crew.brought(json!({}), "ACCEPTED").await;
    assert_eq!(app.statements(crew.desk.client.query(query, json!({}))).await.0, 2, "nobody ever helped");
    for _ in 0..6 {
        let ticket = crew.brought(json!({}), "ACCEPTED").await;
        assert_eq!(help(&crew.plumber.client, "ticketHelperAdd", &ticket, &crew.second.wire).await, "OK");
        assert_eq!(app.statements(crew.desk.client.query(query, json!({}))).await.0, 3);
    }
    let day = "{ myDay { nodes { id number unit { number } } } }";
    assert_eq!(app.statements(crew.second.client.query(day, json!({}))).await.0, 2);
}
