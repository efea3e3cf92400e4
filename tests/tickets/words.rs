//! Words that are missing or too long, marks and ids that are none: the exact code and field, and nothing changed.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{Crew, merged, rows};

/// What is wrong with the words of a command: the field, and whether it may be missing.
async fn check(app: &TestApp, crew: &Crew, by: &Client, mutation: &str, ticket: &str, base: Value, needed: bool) {
    let field = if base.get("words").is_some() { "words" } else { "reason" };
    let before = rows(app).await;
    let too_long = format!(" {} ", "话".repeat(1001));
    let mut bad = vec![(too_long.as_str(), "TOO_LONG")];
    if needed {
        bad.extend([("", "REQUIRED"), (" \n\u{3000}", "REQUIRED"), ("\u{0}\u{8}", "REQUIRED")]);
    }
    for (text, code) in bad {
        let outcome = by.step(mutation, ticket, merged(base.clone(), json!({ field: text }))).await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, (code.to_owned(), format!("input.{field}")), "{mutation} {base}");
    }
    assert_eq!(rows(app).await, before, "{mutation}");
    let longest = merged(merged(crew.words_for(mutation), base), json!({ field: format!(" {} ", "话".repeat(1000)) }));
    by.step(mutation, ticket, longest).await.ok();
}

both!(words_that_are_missing_or_too_long_are_refused);
async fn words_that_are_missing_or_too_long_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let steward = crew.world.worker(&app, 11, entities::values::Role::Steward, &[]).await;
    let (desk, plumber, owner) = (&crew.desk.client, &crew.plumber.client, &crew.owner);
    let words = |mutation: &str, more: Value| merged(crew.words_for(mutation), more);
    let (patrol, defect) = (json!({ "kind": "PATROL_FINDING" }), json!({ "kind": "HANDOVER_DEFECT" }));
    let same = || json!({});
    let unrepairable = json!({ "outcome": "NOT_REPAIRABLE" });
    let cases: Vec<(&Client, &str, &str, Value, Value, bool)> = vec![
        (plumber, "ticketDecline", "DISPATCHED", same(), same(), true),
        (plumber, "ticketTransfer", "DISPATCHED", same(), same(), true),
        (plumber, "ticketPause", "IN_PROGRESS", same(), same(), false),
        (plumber, "ticketComplete", "IN_PROGRESS", same(), same(), false),
        (plumber, "ticketComplete", "IN_PROGRESS", same(), unrepairable, true),
        (desk, "ticketCallbackRecord", "COMPLETED", same(), same(), true),
        (owner, "ticketReportUnsolved", "COMPLETED", same(), same(), true),
        (owner, "ticketReopen", "CLOSED", same(), same(), true),
        (desk, "ticketCancel", "SUBMITTED", same(), same(), true),
        (owner, "ticketCancel", "SUBMITTED", same(), same(), false),
        (owner, "ticketRate", "COMPLETED", same(), same(), false),
        (owner, "ticketCommentAdd", "SUBMITTED", same(), same(), true),
        (&steward.client, "ticketReinspect", "COMPLETED", patrol, same(), true),
        (owner, "ticketReaccept", "COMPLETED", defect.clone(), same(), false),
        (owner, "ticketReaccept", "COMPLETED", defect, json!({ "accepted": false }), true),
    ];
    for (by, mutation, state, kind, more, needed) in cases {
        let ticket = crew.brought(kind, state).await;
        check(&app, &crew, by, mutation, &ticket, words(mutation, more), needed).await;
    }
}

both!(reasons_that_are_left_out);
async fn reasons_that_are_left_out(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let working = crew.brought(json!({}), "IN_PROGRESS").await;
    let defect = crew.brought(json!({ "kind": "HANDOVER_DEFECT" }), "COMPLETED").await;
    let before = rows(&app).await;
    let cases = [
        (&crew.plumber.client, "ticketComplete", &working, json!({ "outcome": "NOT_REPAIRABLE" }), "input.words"),
        (&crew.desk.client, "ticketCancel", &working, json!({}), "input.reason"),
        (&crew.owner, "ticketReaccept", &defect, json!({ "accepted": false }), "input.words"),
    ];
    for (by, mutation, ticket, input, field) in cases {
        let outcome = by.step(mutation, ticket, input).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("REQUIRED", field), "{mutation}");
    }
    assert_eq!(rows(&app).await, before);
    // A resident need not say why.
    let ticket = crew.submitted(json!({})).await;
    crew.owner.step("ticketCancel", &ticket, json!({})).await.ok();
}

both!(an_assignee_must_be_a_member_of_staff);
async fn an_assignee_must_be_a_member_of_staff(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fresh = crew.submitted(json!({})).await;
    let working = crew.brought(json!({}), "IN_PROGRESS").await;
    let before = rows(&app).await;
    for (mutation, ticket) in [("ticketDispatch", &fresh), ("ticketTransfer", &working)] {
        for (id, code) in
            [("staff_x", "INVALID_ID"), (&crew.world.unit(), "INVALID_ID"), (&crew.desk.wire, "ASSIGNEE_UNSUITABLE")]
        {
            let input = merged(crew.words_for(mutation), json!({ "assigneeId": id }));
            let outcome = crew.dispatcher.client.step(mutation, ticket, input).await;
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, (code.to_owned(), "input.assigneeId".to_owned()), "{mutation} {id}");
        }
    }
    assert_eq!(rows(&app).await, before);
}
