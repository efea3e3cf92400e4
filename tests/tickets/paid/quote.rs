//! The life of a quote: offered, replaced, taken back, agreed to, refused; and what of it people read.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{TestApp, both};

use super::scene::{drain, due, last_quote, line, of_item, paid, quoted, send_quote, set_item, set_visit_fee, tube};
use crate::tickets::shared::{Crew, gained, key, look, merged, rows};

both!(
    a_quote_is_added_up_by_the_server,
    work_waits_for_the_residents_word,
    a_quote_before_the_work,
    a_new_quote_replaces_the_old_one,
    a_quote_is_taken_back,
    a_refusal_costs_the_visit,
    a_quote_goes_with_its_ticket,
    a_quote_of_nothing_needs_nobody,
    one_key_has_one_effect,
    the_history_tells_of_it
);

async fn a_quote_is_added_up_by_the_server(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let (drain, tube) = (set_item(&admin, drain()).await, set_item(&admin, tube()).await);
    let ticket = paid(&crew, "IN_PROGRESS").await;
    assert_eq!(due(&crew.owner, &ticket).await, (Value::Null, "IN_PROGRESS".into()));
    let lines = json!([of_item(&drain, "1", Some("80")), of_item(&tube, "3", None), line("0.333", "10.05")]);
    let outcome = crew.plumber.client.step("ticketQuoteSubmit", &ticket, json!({ "lines": lines, "words": "含税" }));
    assert_eq!(outcome.await.ok()["ticket"]["state"], "PAUSED");
    let mut quote = last_quote(&crew.owner, &ticket).await;
    let expected = json!({
        "id": quote["id"].take(), "number": 1, "state": "OPEN", "byList": false, "labour": { "amount": "83.35" },
        "material": { "amount": "30.00" }, "total": { "amount": "113.35", "currency": "CNY" },
        "visitFee": { "amount": "0.00" }, "words": "含税", "decidedWords": null, "decidedByName": null, "dueAt": null,
        "lines": [
            { "nameZh": "疏通下水", "nameEn": "Unstop a drain", "kind": "LABOUR", "unit": "次", "quantity": "1",
              "unitPrice": { "amount": "80.00" }, "amount": { "amount": "80.00" } },
            { "nameZh": "灯管", "nameEn": "Tube", "kind": "MATERIAL", "unit": "根", "quantity": "3",
              "unitPrice": { "amount": "10.00" }, "amount": { "amount": "30.00" } },
            { "nameZh": "换角阀", "nameEn": "换角阀", "kind": "LABOUR", "unit": "个", "quantity": "0.333",
              "unitPrice": { "amount": "10.05" }, "amount": { "amount": "3.35" } },
        ],
    });
    quote["id"] = expected["id"].clone();
    assert_eq!(quote, expected);
    assert_eq!(due(&crew.owner, &ticket).await.0, "0.00", "nothing is agreed yet");
}

async fn work_waits_for_the_residents_word(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let told = "state pauseReason deadlines { kind dueAt pausedAt }";
    let complete = |seen: &Value| {
        let all = seen["deadlines"].as_array().unwrap();
        all.iter().find(|it| it["kind"] == "COMPLETE").cloned().unwrap()
    };
    let before = complete(&look(&crew.owner, &ticket, told).await);
    app.advance(chrono::Duration::hours(1));
    let quote = quoted(&crew, &ticket).await;
    let seen = look(&crew.owner, &ticket, told).await;
    assert_eq!((&seen["state"], &seen["pauseReason"]), (&json!("PAUSED"), &json!("QUOTE_APPROVAL")));
    assert_eq!(complete(&seen)["pausedAt"], json!(app.clock.now()), "the clock stands still");
    let resumed = crew.plumber.client.step("ticketResume", &ticket, json!({})).await;
    assert_eq!((resumed.refused(), resumed.field()), ("QUOTE_OPEN".into(), "input.ticketId".into()));
    app.advance(chrono::Duration::hours(5));
    let approve = json!({ "quoteId": quote });
    assert_eq!(crew.owner.step("ticketQuoteApprove", &ticket, approve).await.ok()["ticket"]["state"], "IN_PROGRESS");
    let moved = |it: &Value| it["dueAt"].as_str().unwrap().parse::<chrono::DateTime<chrono::Utc>>().unwrap();
    let after = complete(&look(&crew.owner, &ticket, told).await);
    assert_eq!(moved(&after) - moved(&before), chrono::Duration::hours(5), "by as long as it waited");
    assert_eq!(due(&crew.owner, &ticket).await, (json!("150.00"), "IN_PROGRESS".into()));
}

async fn a_quote_before_the_work(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let ticket = paid(&crew, "ACCEPTED").await;
    let lines = json!({ "lines": [line("1", "60")] });
    // A dispatcher may as well.
    let state = crew.dispatcher.client.step("ticketQuoteSubmit", &ticket, lines).await.ok();
    assert_eq!(state["ticket"]["state"], "ACCEPTED");
    assert_eq!(crew.plumber.client.step("ticketStart", &ticket, json!({})).await.refused(), "QUOTE_OPEN");
    let offered = look(&family, &ticket, "availableActions").await["availableActions"].to_string();
    assert!(offered.contains("APPROVE_QUOTE") && offered.contains("REFUSE_QUOTE"), "{offered}");
    let offered = look(&crew.plumber.client, &ticket, "availableActions").await["availableActions"].to_string();
    assert!(offered.contains("WITHDRAW_QUOTE") && !offered.contains("START"), "{offered}");
    let quote = last_quote(&family, &ticket).await["id"].clone();
    family.step("ticketQuoteApprove", &ticket, json!({ "quoteId": quote })).await.ok();
    crew.plumber.client.step("ticketStart", &ticket, json!({})).await.ok();
    // What was agreed stands.
    let again = send_quote(&crew, &ticket, json!([line("1", "90")])).await;
    assert_eq!((again.refused(), again.field()), ("QUOTE_DECIDED".into(), "input.ticketId".into()));
}

async fn a_new_quote_replaces_the_old_one(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let first = quoted(&crew, &ticket).await;
    assert_eq!(send_quote(&crew, &ticket, json!([line("1", "90")])).await.ok()["ticket"]["state"], "PAUSED");
    let seen = look(&crew.owner, &ticket, "quotes { number state total { amount } }").await;
    let expected = json!([
        { "number": 1, "state": "REPLACED", "total": { "amount": "150.00" } },
        { "number": 2, "state": "OPEN", "total": { "amount": "90.00" } },
    ]);
    assert_eq!(seen["quotes"], expected);
    let before = rows(&app).await;
    for mutation in ["ticketQuoteApprove", "ticketQuoteRefuse", "ticketQuoteWithdraw"] {
        let by = if mutation == "ticketQuoteWithdraw" { &crew.plumber.client } else { &crew.owner };
        let input = match mutation {
            "ticketQuoteRefuse" => json!({ "quoteId": first, "reason": "太贵" }),
            _ => json!({ "quoteId": first }),
        };
        let outcome = by.step(mutation, &ticket, input).await;
        assert_eq!((outcome.refused(), outcome.field()), ("QUOTE_REPLACED".into(), "input.quoteId".into()));
    }
    let stale = json!({ "quoteId": last_quote(&crew.owner, &ticket).await["id"], "expectedVersion": 5 });
    assert_eq!(crew.owner.step("ticketQuoteApprove", &ticket, stale).await.refused(), "STALE_VERSION");
    assert_eq!(rows(&app).await, before);
}

async fn a_quote_is_taken_back(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let quote = quoted(&crew, &ticket).await;
    let input = json!({ "quoteId": quote, "words": "算错了" });
    let taken = crew.plumber.client.step("ticketQuoteWithdraw", &ticket, input).await.ok();
    assert_eq!(taken["ticket"]["state"], "PAUSED", "its assignee goes on");
    let withdrawn = last_quote(&crew.owner, &ticket).await;
    assert_eq!((&withdrawn["state"], &withdrawn["decidedWords"]), (&json!("WITHDRAWN"), &json!("算错了")));
    for mutation in ["ticketQuoteApprove", "ticketQuoteRefuse"] {
        let outcome = crew.owner.step(mutation, &ticket, merged(json!({ "quoteId": quote }), reason(mutation))).await;
        assert_eq!(outcome.refused(), "QUOTE_DECIDED");
    }
    crew.plumber.client.step("ticketResume", &ticket, json!({})).await.ok();
    quoted(&crew, &ticket).await;
}

fn reason(mutation: &str) -> Value {
    if mutation == "ticketQuoteRefuse" { json!({ "reason": "太贵" }) } else { json!({}) }
}

async fn a_refusal_costs_the_visit(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    set_visit_fee(&admin, &crew.world, "20").await.ok();
    for (state, fee) in [("IN_PROGRESS", "20.00"), ("ACCEPTED", "0.00")] {
        let ticket = paid(&crew, state).await;
        let refuse = json!({ "quoteId": quoted(&crew, &ticket).await, "reason": "太贵" });
        crew.owner.step("ticketQuoteRefuse", &ticket, refuse.clone()).await.ok();
        assert_eq!(due(&crew.owner, &ticket).await, (json!(fee), "CANCELLED".into()), "nobody had come when {state}");
        let quote = last_quote(&crew.owner, &ticket).await;
        assert_eq!((&quote["state"], &quote["visitFee"]["amount"]), (&json!("REFUSED"), &json!(fee)));
        assert_eq!(quote["dueAt"].is_null(), fee == "0.00");
        // Neither again nor the other way round.
        for mutation in ["ticketQuoteApprove", "ticketQuoteRefuse"] {
            let outcome = crew.owner.step(mutation, &ticket, merged(refuse.clone(), reason_only(mutation))).await;
            assert_eq!(outcome.refused(), "QUOTE_DECIDED", "{mutation}");
        }
    }
    // A later fee changes nothing.
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let refuse = json!({ "quoteId": quoted(&crew, &ticket).await, "reason": "太贵" });
    crew.desk.client.step("ticketQuoteRefuse", &ticket, refuse).await.ok();
    set_visit_fee(&admin, &crew.world, "99").await.ok();
    assert_eq!(due(&crew.owner, &ticket).await.0, "20.00");
}

/// An approval has no reason.
fn reason_only(mutation: &str) -> Value {
    if mutation == "ticketQuoteApprove" { json!({ "reason": null }) } else { json!({}) }
}

async fn a_quote_goes_with_its_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let quote = quoted(&crew, &ticket).await;
    // Somebody else has it now: the quote stays the company's.
    crew.dispatcher.client.step("ticketTransfer", &ticket, crew.words_for("ticketTransfer")).await.ok();
    assert_eq!(last_quote(&crew.owner, &ticket).await["state"], "OPEN");
    crew.second.client.step("ticketAccept", &ticket, json!({})).await.ok();
    assert_eq!(crew.second.client.step("ticketStart", &ticket, json!({})).await.refused(), "QUOTE_OPEN");
    crew.desk.client.step("ticketCancel", &ticket, json!({ "reason": "业主自己修了" })).await.ok();
    assert_eq!(last_quote(&crew.owner, &ticket).await["state"], "WITHDRAWN");
    assert_eq!(due(&crew.owner, &ticket).await, (json!("0.00"), "CANCELLED".into()));
    let late = crew.owner.step("ticketQuoteApprove", &ticket, json!({ "quoteId": quote })).await;
    assert_eq!(late.refused(), "QUOTE_DECIDED");
}

async fn a_quote_of_nothing_needs_nobody(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let sent = send_quote(&crew, &ticket, json!([line("1", "0")])).await.ok();
    assert_eq!(sent["ticket"]["state"], "IN_PROGRESS");
    assert_eq!(last_quote(&crew.owner, &ticket).await["state"], "APPROVED");
    crew.plumber.client.step("ticketComplete", &ticket, json!({ "outcome": "DONE" })).await.ok();
    assert_eq!(due(&crew.owner, &ticket).await, (json!("0.00"), "COMPLETED".into()));
}

async fn one_key_has_one_effect(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let submit = json!({ "lines": [line("1", "10"), line("2", "5")], "idempotencyKey": key() });
    let before = rows(&app).await;
    let step = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1)];
    let mut expected = [step.as_slice(), &[("quote", 1), ("quote_line", 2), ("versions", 1)]].concat();
    for _ in 0..2 {
        crew.plumber.client.step("ticketQuoteSubmit", &ticket, submit.clone()).await.ok();
        assert_eq!(gained(&app, &before).await, expected);
    }
    let other = merged(submit.clone(), json!({ "lines": [line("1", "11")] }));
    let reused = crew.plumber.client.step("ticketQuoteSubmit", &ticket, other).await;
    assert_eq!((reused.refused(), reused.field()), ("KEY_REUSED".into(), "input.idempotencyKey".into()));
    let quote = last_quote(&crew.owner, &ticket).await["id"].clone();
    let approve = json!({ "quoteId": quote, "idempotencyKey": key() });
    for count in &mut expected {
        count.1 += i64::from(!count.0.starts_with("quote"));
    }
    for _ in 0..2 {
        let approved = crew.owner.step("ticketQuoteApprove", &ticket, approve.clone()).await.ok();
        assert_eq!(approved["ticket"]["state"], "IN_PROGRESS");
        assert_eq!(gained(&app, &before).await, expected);
    }
    let reused = crew.owner.step("ticketQuoteApprove", &ticket, merged(approve, json!({ "words": "好" }))).await;
    assert_eq!(reused.refused(), "KEY_REUSED");
    // With a key of its own it is another approval, which comes too late.
    let again = crew.owner.step("ticketQuoteApprove", &ticket, json!({ "quoteId": quote })).await;
    assert_eq!((again.refused(), again.field()), ("QUOTE_DECIDED".into(), "input.ticketId".into()));
    assert_eq!(gained(&app, &before).await, expected);
}

async fn the_history_tells_of_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let ticket = paid(&crew, "IN_PROGRESS").await;
    let first = quoted(&crew, &ticket).await;
    crew.plumber.client.step("ticketQuoteWithdraw", &ticket, json!({ "quoteId": first })).await.ok();
    let second = quoted(&crew, &ticket).await;
    let approve = json!({ "quoteId": second, "words": "电话中同意" });
    supervisor.step("ticketQuoteApprove", &ticket, approve).await.ok();
    let used = json!([{ "words": "换角阀", "quantity": "1" }]);
    crew.plumber.client.step("ticketComplete", &ticket, json!({ "outcome": "DONE", "materials": used })).await.ok();
    let other = paid(&crew, "ACCEPTED").await;
    let refuse = json!({ "quoteId": quoted(&crew, &other).await, "reason": "太贵" });
    crew.owner.step("ticketQuoteRefuse", &other, refuse).await.ok();

    let told = "events { kind summary changes { field label before after } }";
    let seen = look(&crew.desk.client, &ticket, told).await;
    let events = seen["events"].as_array().unwrap();
    let summaries: Vec<&str> = events[4..].iter().map(|event| event["summary"].as_str().unwrap()).collect();
    let expected = [
        "员工1-3 quoted the work: 150.00 CNY",
        "员工1-3 took the quote back: 150.00 CNY",
        "员工1-3 quoted the work: 150.00 CNY",
        "员工1-11 recorded that the resident approves the quote: 150.00 CNY, 电话中同意",
        "员工1-3 completed the work",
    ];
    assert_eq!(summaries, expected);
    let change = |event: &Value, field: &str| {
        let all = event["changes"].as_array().unwrap();
        all.iter().find(|it| it["field"] == field).map(|it| it["after"].clone()).unwrap_or_default()
    };
    assert_eq!(change(&events[4], "lines"), "换角阀 1.5 个 150.00 CNY");
    assert_eq!(change(&events[8], "materials"), "换角阀 1 个");
    let chinese = look(&crew.owner.speaking("zh-CN"), &other, told).await;
    let last = chinese["events"].as_array().unwrap().last().unwrap();
    assert_eq!(last["summary"], "您拒绝了报价：150.00 CNY，太贵");
    assert_eq!(change(last, "visitFee"), "0.00 CNY");
    assert_eq!(change(last, "state"), "已取消");
}
