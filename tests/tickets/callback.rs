//! Callbacks (回访): every finished repair is called back, never by whoever did it.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{Role, Trade};
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::tickets::shared::{Crew, look, merged, number, rows};

fn result(crew: &Crew, result: &str) -> Value {
    merged(crew.words_for("ticketCallbackRecord"), json!({ "result": result }))
}

both!(solved_closes_the_ticket);
async fn solved_closes_the_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    app.advance(Duration::hours(1));
    let note = json!({ "method": "VISIT", "result": "SOLVED", "words": " 满意 " });
    crew.desk.client.step("ticketCallbackRecord", &ticket, note).await.ok();
    let told = "state closedAt nextDueAt callbacks { round method result words staffName triedAt localDay }";
    let expected = json!({
        "state": "CLOSED", "closedAt": "2026-03-02T02:00:00Z", "nextDueAt": null,
        "callbacks": [{
            "round": 0, "method": "VISIT", "result": "SOLVED", "words": "满意", "staffName": "员工1-1",
            "triedAt": "2026-03-02T02:00:00Z", "localDay": "2026-03-02",
        }],
    });
    assert_eq!(look(&crew.owner, &ticket, told).await, expected);
}

both!(not_solved_goes_back_to_whoever_did_it);
async fn not_solved_goes_back_to_whoever_did_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let told = "state reworkCount callbackTries assignee { id } completedAt outcome outcomeWords respondedAt arrivedAt
        nextDueAt deadlines { kind dueAt metAt breached }";
    let fresh = |rework: i32, respond: &str, complete: &str| {
        json!({
            "state": "DISPATCHED", "reworkCount": rework, "callbackTries": 0, "assignee": { "id": crew.plumber.wire },
            "completedAt": null, "outcome": null, "outcomeWords": null, "respondedAt": null, "arrivedAt": null,
            "nextDueAt": respond,
            "deadlines": [
                { "kind": "RESPOND", "dueAt": respond, "metAt": null, "breached": false },
                { "kind": "COMPLETE", "dueAt": complete, "metAt": null, "breached": false },
            ],
        })
    };
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    app.advance(Duration::hours(5));
    let payload = crew.called_back(&ticket, "NOT_SOLVED").await;
    assert_eq!((&payload["ticket"]["state"], &payload["ticket"]["reworkCount"]), (&json!("DISPATCHED"), &json!(1)));
    let expected = fresh(1, "2026-03-02T06:30:00Z", "2026-03-05T06:00:00Z");
    assert_eq!(look(&crew.desk.client, &ticket, told).await, expected);

    // The resident may say the same, and it counts again.
    crew.work_done(&ticket).await;
    app.advance(Duration::hours(1));
    crew.owner.step("ticketReportUnsolved", &ticket, json!({ "reason": "还在漏" })).await.ok();
    let expected = fresh(2, "2026-03-02T07:30:00Z", "2026-03-05T07:00:00Z");
    assert_eq!(look(&crew.desk.client, &ticket, told).await, expected);

    crew.work_done(&ticket).await;
    crew.called_back(&ticket, "SOLVED").await;
    let rounds = look(&crew.owner, &ticket, "state callbacks { round result }").await;
    let callbacks = json!([{ "round": 0, "result": "NOT_SOLVED" }, { "round": 2, "result": "SOLVED" }]);
    assert_eq!(rounds, json!({ "state": "CLOSED", "callbacks": callbacks }));
}

both!(three_days_without_an_answer_close_the_ticket);
async fn three_days_without_an_answer_close_the_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    let tries = async || look(&crew.desk.client, &ticket, "state callbackTries nextDueAt").await;
    let expected = |state: &str, tries: i32| json!({ "state": state, "callbackTries": tries, "nextDueAt": null });
    // 23:50 in Shanghai; in UTC the whole test until the second midnight is one day.
    app.advance(Duration::minutes(14 * 60 + 50));
    crew.called_back(&ticket, "UNREACHABLE").await;
    assert_eq!(tries().await, expected("COMPLETED", 1));

    app.advance(Duration::minutes(9));
    let before = rows(&app).await;
    let outcome = crew.desk.client.step("ticketCallbackRecord", &ticket, result(&crew, "UNREACHABLE")).await;
    let found = (outcome.refused(), outcome.field());
    assert_eq!(found, ("CALLBACK_SAME_DAY".to_owned(), "input.result".to_owned()), "still the same day in Shanghai");
    assert_eq!(rows(&app).await, before);

    // Two minutes past midnight there, still the same day in UTC.
    app.advance(Duration::minutes(3));
    crew.called_back(&ticket, "UNREACHABLE").await;
    assert_eq!(tries().await, expected("COMPLETED", 2));
    // 23:52 there: another day in UTC, the same in Shanghai.
    app.advance(Duration::minutes(23 * 60 + 50));
    let outcome = crew.desk.client.step("ticketCallbackRecord", &ticket, result(&crew, "UNREACHABLE")).await;
    assert_eq!(outcome.refused(), "CALLBACK_SAME_DAY");
    app.advance(Duration::minutes(10));
    crew.called_back(&ticket, "UNREACHABLE").await;
    assert_eq!(tries().await, expected("CLOSED", 3));
    let days = look(&crew.desk.client, &ticket, "callbacks { localDay }").await;
    let expected = json!([{ "localDay": "2026-03-02" }, { "localDay": "2026-03-03" }, { "localDay": "2026-03-04" }]);
    assert_eq!(days["callbacks"], expected);
}

both!(who_is_reached_on_the_same_day_counts);
async fn who_is_reached_on_the_same_day_counts(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for (reached, state) in [("SOLVED", "CLOSED"), ("NOT_SOLVED", "DISPATCHED")] {
        let ticket = crew.brought(json!({}), "COMPLETED").await;
        crew.called_back(&ticket, "UNREACHABLE").await;
        assert_eq!(crew.called_back(&ticket, reached).await["ticket"]["state"], state);
    }
    // A new round counts from none, also on the day of the last round's try.
    let ticket = crew.brought(json!({}), "COMPLETED").await;
    crew.called_back(&ticket, "UNREACHABLE").await;
    crew.owner.step("ticketReportUnsolved", &ticket, json!({ "reason": "还在漏" })).await.ok();
    crew.work_done(&ticket).await;
    crew.called_back(&ticket, "UNREACHABLE").await;
    assert_eq!(look(&crew.owner, &ticket, "callbackTries").await["callbackTries"], 1);
}

both!(whoever_did_the_work_cannot_call_back);
async fn whoever_did_the_work_cannot_call_back(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let home = crew.world.home.community;
    let both = [(Role::Technician, home), (Role::FrontDesk, home)];
    let worker = crew.worker_with(&app, 11, &both, &[Trade::Plumbing]).await;
    let ticket = crew.submitted(json!({})).await;
    worker.client.step("ticketClaim", &ticket, json!({})).await.ok();
    for mutation in ["ticketStart", "ticketComplete"] {
        worker.client.step(mutation, &ticket, crew.words_for(mutation)).await.ok();
    }
    let before = rows(&app).await;
    for found in ["SOLVED", "NOT_SOLVED", "UNREACHABLE"] {
        let outcome = worker.client.step("ticketCallbackRecord", &ticket, result(&crew, found)).await;
        assert_eq!(
            (outcome.refused(), outcome.field()),
            ("CALLBACK_BY_WORKER".to_owned(), "input.ticketId".to_owned())
        );
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM callback_attempt").await, 0);
    // Of somebody else's work the same person may ask.
    let others = crew.brought(json!({}), "COMPLETED").await;
    worker.client.step("ticketCallbackRecord", &others, result(&crew, "SOLVED")).await.ok();
    crew.called_back(&ticket, "SOLVED").await;
}

both!(a_callback_is_due_by_the_category);
async fn a_callback_is_due_by_the_category(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    // Completed at 09:00; the leak's water test ended an hour before.
    for (category, water_test, due) in [
        ("PLUMBING", None, "2026-03-04T01:00:00Z"),
        ("ELEVATOR", None, "2026-03-04T01:00:00Z"),
        ("LEAK", Some("2026-03-02T00:00:00Z"), "2026-03-05T00:00:00Z"),
    ] {
        let ticket = crew.brought(json!({ "categoryId": crew.world.category(category) }), "IN_PROGRESS").await;
        let done = merged(crew.words_for("ticketComplete"), json!({ "waterTestEndedAt": water_test }));
        crew.plumber.client.step("ticketComplete", &ticket, done).await.ok();
        let told = look(&crew.desk.client, &ticket, "nextDueAt deadlines { kind dueAt }").await;
        assert_eq!(told["nextDueAt"], due, "{category}");
        assert_eq!(told["deadlines"][2], json!({ "kind": "CALLBACK", "dueAt": due }), "{category}");
    }
}

both!(a_leak_needs_its_water_test);
async fn a_leak_needs_its_water_test(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({ "categoryId": crew.world.category("LEAK") }), "IN_PROGRESS").await;
    let before = rows(&app).await;
    for (ended, code) in [(Value::Null, "WATER_TEST_REQUIRED"), (json!("2026-03-02T01:00:01Z"), "TIME_IN_FUTURE")] {
        let done = merged(crew.words_for("ticketComplete"), json!({ "waterTestEndedAt": ended }));
        let outcome = crew.plumber.client.step("ticketComplete", &ticket, done).await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, (code.to_owned(), "input.waterTestEndedAt".to_owned()));
    }
    assert_eq!(rows(&app).await, before);
    // What cannot be repaired was not tested.
    let given_up = json!({ "outcome": "NOT_REPAIRABLE", "words": "须开发商处理" });
    crew.plumber.client.step("ticketComplete", &ticket, given_up).await.ok();
    let told = look(&crew.owner, &ticket, "state outcome outcomeWords nextDueAt").await;
    let expected = json!({
        "state": "COMPLETED", "outcome": "NOT_REPAIRABLE", "outcomeWords": "须开发商处理",
        "nextDueAt": "2026-03-05T01:00:00Z",
    });
    assert_eq!(told, expected);
}
