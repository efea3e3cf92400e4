//! Every way in which finished work comes back opens all its callbacks again.

use std::sync::Arc;

use entities::values::Role;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{Fault, due, id, recorded, see};
use crate::tickets::shared::{Crew, number};

both!(a_reopened_ticket_asks_everybody_again, who_joins_late_is_asked_too, a_cancelled_ticket_asks_nobody);

async fn a_reopened_ticket_asks_everybody_again(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let fault = Fault::repaired(&crew).await;
    for number in 0..4 {
        fault.call(&crew, number, "SOLVED").await;
    }
    supervisor.step("ticketReopen", &fault.ticket, json!({ "reason": "又坏了" })).await.ok();
    crew.work_done(&fault.ticket).await;
    assert_eq!(due(&crew).await, (1, 3));
    for (number, state) in [(0, "COMPLETED"), (1, "COMPLETED"), (2, "COMPLETED"), (3, "CLOSED")] {
        assert_eq!(fault.call(&crew, number, "SOLVED").await, state);
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM contact_callback").await, 6);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM callback_attempt").await, 2);
}

async fn who_joins_late_is_asked_too(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::repaired(&crew).await;
    crew.called_back(&fault.ticket, "SOLVED").await;
    for number in [1, 2] {
        fault.call(&crew, number, "SOLVED").await;
    }
    // The last one is about to be called when another resident rings.
    let more = json!({ "kind": "PUBLIC_REPAIR", "ticketId": fault.ticket });
    let late = id(&recorded(&crew.desk.client, &crew, more).await);
    assert_eq!(fault.call(&crew, 3, "SOLVED").await, "COMPLETED");
    assert_eq!(due(&crew).await, (0, 1));
    let told = see(&crew.desk.client, &late, "callbackDue callbackDueAt").await;
    assert_eq!(told, json!({ "callbackDue": true, "callbackDueAt": "2026-03-04T01:00:00Z" }));
    let last = Fault { contacts: vec![late], ticket: fault.ticket };
    assert_eq!(last.call(&crew, 0, "SOLVED").await, "CLOSED");
}

async fn a_cancelled_ticket_asks_nobody(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::reported(&crew).await;
    crew.desk.client.step("ticketCancel", &fault.ticket, json!({ "reason": "已恢复" })).await.ok();
    assert_eq!(due(&crew).await, (0, 0));
    for contact in &fault.contacts {
        let told = see(&crew.desk.client, contact, "state ticketState callbackDue").await;
        assert_eq!(told, json!({ "state": "TICKETED", "ticketState": "CANCELLED", "callbackDue": false }));
    }
}
