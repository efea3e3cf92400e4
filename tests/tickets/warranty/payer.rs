//! Setting who pays by hand.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::tickets::shared::{Crew, gained, look, rows};

both!(the_desk_sets_who_pays, payer_and_liable_party_must_go_together, a_supervisor_sets_it_after_the_end);

async fn the_desk_sets_who_pays(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    let before = rows(&app).await;
    let desk = &crew.desk.client;
    desk.step("ticketPayerSet", &ticket, json!({ "payer": "PAID", "reason": "人为损坏" })).await.ok();
    let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, once);
    let told = "payer liableParty state events { kind summary changes { field label before after } }";
    let seen = look(desk, &ticket, told).await;
    assert_eq!((&seen["payer"], &seen["liableParty"]), (&json!("PAID"), &json!("OWNER")));
    let event = seen["events"].as_array().unwrap().last().unwrap().clone();
    let change = |field: &str, label: &str, before: Value, after: &str| json!({ "field": field, "label": label, "before": before, "after": after });
    assert_eq!(
        event,
        json!({
            "kind": "PAYER_SET", "summary": "员工1-1 set who pays: 人为损坏",
            "changes": [
                change("payer", "Who pays", json!("Free"), "Paid by the resident"),
                change("liableParty", "Liable party", Value::Null, "Owner"),
                change("reason", "Reason", Value::Null, "人为损坏"),
            ],
        })
    );
    let seen = look(&crew.owner.speaking("zh-CN"), &ticket, "events { summary }").await;
    assert_eq!(seen["events"].as_array().unwrap().last().unwrap()["summary"], "员工1-1变更了付费方：人为损坏");
    // Paid work waits for its quote; once nobody pays for it, it goes on as before.
    let outcome = crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await;
    assert_eq!(outcome.refused(), "QUOTE_REQUIRED");
    desk.step("ticketPayerSet", &ticket, json!({ "payer": "FREE", "reason": "自然老化" })).await.ok();
    crew.plumber.client.step("ticketComplete", &ticket, crew.words_for("ticketComplete")).await.ok();
}

async fn payer_and_liable_party_must_go_together(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let before = rows(&app).await;
    for (payer, liable, code, field) in [
        ("WARRANTY", Value::Null, "REQUIRED", "liableParty"),
        ("WARRANTY", json!("OWNER"), "INVALID_VALUE", "liableParty"),
        ("FREE", json!("OWNER"), "INVALID_VALUE", "liableParty"),
        ("PAID", json!("DEVELOPER"), "INVALID_VALUE", "liableParty"),
    ] {
        let more = json!({ "payer": payer, "liableParty": liable, "reason": "有原因" });
        let outcome = crew.desk.client.step("ticketPayerSet", &ticket, more).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")), "{payer}");
    }
    for (reason, code) in [("", "REQUIRED"), (&*"长".repeat(1_001), "TOO_LONG")] {
        let more = json!({ "payer": "FREE", "reason": reason });
        assert_eq!(crew.desk.client.step("ticketPayerSet", &ticket, more).await.refused(), code);
    }
    assert_eq!(rows(&app).await, before);
}

async fn a_supervisor_sets_it_after_the_end(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let words = crew.words_for("ticketPayerSet");
    for state in ["COMPLETED", "CLOSED"] {
        let ticket = crew.brought(json!({}), state).await;
        for client in [&crew.desk.client, &crew.dispatcher.client] {
            assert_eq!(client.step("ticketPayerSet", &ticket, words.clone()).await.refused(), "INVALID_TRANSITION");
        }
        let payload = supervisor.step("ticketPayerSet", &ticket, words.clone()).await.ok();
        assert_eq!(payload["ticket"]["state"], state);
    }
    let cancelled = crew.brought(json!({}), "CANCELLED").await;
    assert_eq!(supervisor.step("ticketPayerSet", &cancelled, words).await.refused(), "INVALID_TRANSITION");
}
