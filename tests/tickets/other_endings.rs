//! What closes without a callback, and what is taken up again.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::json;
use support::{TestApp, both};

use crate::tickets::shared::{Crew, look, merged, rows};

both!(a_patrol_finding_is_reinspected_by_somebody_else);
async fn a_patrol_finding_is_reinspected_by_somebody_else(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let home = crew.world.home.community;
    let steward = crew.world.worker(&app, 11, Role::Steward, &[]).await;
    let roles = [(Role::Technician, home), (Role::TeamLeader, home)];
    let worker = crew.worker_with(&app, 12, &roles, &[Trade::Plumbing]).await;
    let finding = crew.submitted(json!({ "kind": "PATROL_FINDING" })).await;
    worker.client.step("ticketClaim", &finding, json!({})).await.ok();
    let done = async || {
        for mutation in ["ticketStart", "ticketComplete"] {
            worker.client.step(mutation, &finding, crew.words_for(mutation)).await.ok();
        }
    };
    done().await;
    let before = rows(&app).await;
    let callback = crew.words_for("ticketCallbackRecord");
    let refused = crew.desk.client.step("ticketCallbackRecord", &finding, callback).await;
    assert_eq!((refused.refused(), refused.field()), ("CLOSING_PATH".to_owned(), "input.ticketId".to_owned()));
    for passed in [true, false] {
        let input = json!({ "passed": passed, "words": "看过了" });
        let refused = worker.client.step("ticketReinspect", &finding, input).await;
        assert_eq!(
            (refused.refused(), refused.field()),
            ("CALLBACK_BY_WORKER".to_owned(), "input.ticketId".to_owned())
        );
    }
    assert_eq!(rows(&app).await, before);
    let failed = json!({ "passed": false, "words": "仍有异响" });
    let back = steward.client.step("ticketReinspect", &finding, failed).await.ok();
    assert_eq!((&back["ticket"]["state"], &back["ticket"]["reworkCount"]), (&json!("DISPATCHED"), &json!(1)));
    assert_eq!(back["ticket"]["assignee"]["id"], json!(worker.wire));
    worker.client.step("ticketAccept", &finding, json!({})).await.ok();
    done().await;
    steward.client.step("ticketReinspect", &finding, json!({ "passed": true, "words": "合格" })).await.ok();
    let told = look(&steward.client, &finding, "state events { kind words }").await;
    assert_eq!(told["state"], "CLOSED");
    let last = told["events"].as_array().unwrap().last().unwrap();
    assert_eq!(*last, json!({ "kind": "REINSPECTED", "words": "合格" }));
}

both!(a_handover_defect_is_reaccepted_by_the_owner);
async fn a_handover_defect_is_reaccepted_by_the_owner(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let unit = crew.world.home.units[0];
    let tenant = crew.world.resident(&app, 2, unit, ResidencyRole::Tenant).await;
    let proxy = crew.world.resident(&app, 3, unit, ResidencyRole::Proxy).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await;
    let defect = crew.brought(json!({ "kind": "HANDOVER_DEFECT" }), "COMPLETED").await;
    let before = rows(&app).await;
    let words = |accepted: bool| json!({ "accepted": accepted, "words": "门还是关不严" });
    assert_eq!(tenant.step("ticketReaccept", &defect, words(true)).await.refused(), "FORBIDDEN");
    assert_eq!(supervisor.client.step("ticketReaccept", &defect, words(true)).await.refused(), "FORBIDDEN");
    for mutation in ["ticketCallbackRecord", "ticketReinspect"] {
        let refused = supervisor.client.step(mutation, &defect, crew.words_for(mutation)).await;
        assert_eq!(refused.refused(), "CLOSING_PATH", "{mutation}");
    }
    let unsolved = crew.owner.step("ticketReportUnsolved", &defect, crew.words_for("ticketReportUnsolved")).await;
    assert_eq!(unsolved.refused(), "CLOSING_PATH");
    assert_eq!(rows(&app).await, before);
    let back = crew.owner.step("ticketReaccept", &defect, words(false)).await.ok();
    assert_eq!((&back["ticket"]["state"], &back["ticket"]["reworkCount"]), (&json!("DISPATCHED"), &json!(1)));
    crew.work_done(&defect).await;
    let closed = proxy.step("ticketReaccept", &defect, json!({ "accepted": true })).await.ok();
    assert_eq!(closed["ticket"]["state"], "CLOSED");
}

both!(a_closed_ticket_can_be_reopened_for_seven_days);
async fn a_closed_ticket_can_be_reopened_for_seven_days(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await;
    let words = || json!({ "reason": "又漏了" });
    let by_owner = crew.brought(json!({}), "CLOSED").await;
    let by_supervisor = crew.brought(json!({}), "CLOSED").await;
    let too_late = crew.brought(json!({}), "CLOSED").await;
    app.advance(Duration::days(7));
    let told = "state reworkCount version closedAt nextDueAt assignee { id }";
    for (client, ticket) in [(&crew.owner, &by_owner), (&supervisor.client, &by_supervisor)] {
        client.step("ticketReopen", ticket, words()).await.ok();
        let expected = json!({
            "state": "DISPATCHED", "reworkCount": 1, "version": 7, "closedAt": null,
            "nextDueAt": "2026-03-09T01:30:00Z", "assignee": { "id": crew.plumber.wire },
        });
        assert_eq!(look(&crew.owner, ticket, told).await, expected);
    }
    app.advance(Duration::microseconds(1));
    let before = rows(&app).await;
    for client in [&crew.owner, &supervisor.client] {
        assert!(!actions(client, &too_late).await.contains(&json!("REOPEN")));
        let refused = client.step("ticketReopen", &too_late, words()).await;
        assert_eq!((refused.refused(), refused.field()), ("REOPEN_TOO_LATE".to_owned(), "input.ticketId".to_owned()));
        assert_eq!(refused.payload["userErrors"][0]["message"], "It can be reopened within 7 days only");
    }
    assert_eq!(rows(&app).await, before);
    // Closed again, it can be reopened again, from that day on.
    crew.work_done(&by_owner).await;
    crew.called_back(&by_owner, "SOLVED").await;
    app.advance(Duration::days(6));
    crew.owner.step("ticketReopen", &by_owner, words()).await.ok();
}

async fn actions(client: &support::Client, ticket: &str) -> Vec<serde_json::Value> {
    look(client, ticket, "availableActions").await["availableActions"].as_array().unwrap().clone()
}

both!(a_round_of_work_ends_with_whoever_ended_it);
async fn a_round_of_work_ends_with_whoever_ended_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "PAUSED").await;
    let to = merged(crew.words_for("ticketTransfer"), json!({ "assigneeId": crew.second.wire }));
    crew.plumber.client.step("ticketTransfer", &ticket, to).await.ok();
    let told = look(&crew.desk.client, &ticket, "state pauseReason assignee { id }").await;
    assert_eq!(told, json!({ "state": "DISPATCHED", "pauseReason": null, "assignee": { "id": crew.second.wire } }));
    assert_eq!(crew.plumber.client.step("ticketAccept", &ticket, json!({})).await.refused(), "NOT_ASSIGNEE");
    for mutation in ["ticketAccept", "ticketStart", "ticketComplete"] {
        crew.second.client.step(mutation, &ticket, crew.words_for(mutation)).await.ok();
    }
    let back = crew.called_back(&ticket, "NOT_SOLVED").await;
    assert_eq!(back["ticket"]["assignee"]["id"], json!(crew.second.wire));
}
