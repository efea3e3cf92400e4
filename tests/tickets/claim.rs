//! Claims (抢单): exactly one wins, and only who can do the work.

use std::sync::Arc;

use entities::values::{Role, Trade};
use serde_json::json;
use support::{TestApp, both};

use crate::tickets::shared::{Crew, gained, listed, look, rows};

both!(a_claim_is_won_once);
async fn a_claim_is_won_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..10 {
        let ticket = crew.submitted(json!({})).await;
        let before = rows(&app).await;
        let (first, second) = tokio::join!(
            crew.plumber.client.step("ticketClaim", &ticket, json!({})),
            crew.second.client.step("ticketClaim", &ticket, json!({})),
        );
        let (won, lost, winner) =
            if first.codes().is_empty() { (first, second, &crew.plumber) } else { (second, first, &crew.second) };
        assert_eq!((lost.refused(), lost.field()), ("CLAIM_LOST".to_owned(), "input.ticketId".to_owned()));
        let won = won.ok();
        assert_eq!(won["ticket"]["state"], "ACCEPTED");
        assert_eq!(won["ticket"]["assignee"]["id"], json!(winner.wire));
        let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
        assert_eq!(gained(&app, &before).await, once, "the loser leaves no trace");
    }
}

both!(a_claim_loses_against_a_dispatch);
async fn a_claim_loses_against_a_dispatch(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let before = rows(&app).await;
    for more in [json!({}), json!({ "expectedVersion": 1 }), json!({ "expectedVersion": 2 })] {
        assert_eq!(crew.second.client.step("ticketClaim", &ticket, more).await.refused(), "CLAIM_LOST");
    }
    assert_eq!(rows(&app).await, before);
}

both!(a_winner_who_claims_again_has_it_already);
async fn a_winner_who_claims_again_has_it_already(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let key = json!({ "idempotencyKey": "once" });
    let first = crew.second.client.step("ticketClaim", &ticket, key.clone()).await.ok();
    assert_eq!(crew.second.client.step("ticketClaim", &ticket, key).await.ok(), first);
    let responded = look(&crew.second.client, &ticket, "respondedAt version events { kind }").await;
    let expected = json!({
        "respondedAt": "2026-03-02T01:00:00Z", "version": 2, "events": [{ "kind": "SUBMITTED" }, { "kind": "CLAIMED" }],
    });
    assert_eq!(responded, expected);
}

both!(a_trade_that_is_lacking_is_refused_everywhere);
async fn a_trade_that_is_lacking_is_refused_everywhere(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let electrical = crew.submitted(json!({ "categoryId": crew.world.category("ELECTRICAL") })).await;
    let elsewhere = Some(crew.world.elsewhere.community);
    let away = crew.world.worker_at(&app, 11, Role::Technician, elsewhere, &[Trade::Electrical]).await;
    let here = crew.world.worker(&app, 12, Role::Technician, &[Trade::Electrical]).await;
    let everywhere = crew.world.worker_at(&app, 13, Role::Technician, None, &[Trade::Electrical]).await;
    let before = rows(&app).await;
    let claim = crew.plumber.client.step("ticketClaim", &electrical, json!({})).await;
    assert_eq!((claim.refused(), claim.field()), ("ASSIGNEE_UNSUITABLE".to_owned(), "input.assigneeId".to_owned()));
    for wrong in [&crew.plumber, &away, &crew.desk] {
        let to = json!({ "assigneeId": wrong.wire });
        let outcome = crew.dispatcher.client.step("ticketDispatch", &electrical, to).await;
        assert_eq!(outcome.refused(), "ASSIGNEE_UNSUITABLE");
    }
    assert_eq!(rows(&app).await, before);
    crew.dispatcher.client.step("ticketDispatch", &electrical, json!({ "assigneeId": here.wire })).await.ok();
    let to = json!({ "assigneeId": everywhere.wire, "reason": "换人" });
    crew.dispatcher.client.step("ticketTransfer", &electrical, to).await.ok();
    let back = json!({ "assigneeId": crew.plumber.wire, "reason": "换人" });
    let outcome = everywhere.client.step("ticketTransfer", &electrical, back).await;
    assert_eq!(outcome.refused(), "ASSIGNEE_UNSUITABLE");
}

both!(a_pool_shows_the_own_trades_and_general_work);
async fn a_pool_shows_the_own_trades_and_general_work(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let category = |code: &str| json!({ "categoryId": crew.world.category(code) });
    let plumbing = crew.submitted(json!({})).await;
    let electrical = crew.submitted(category("ELECTRICAL")).await;
    let lift = crew.submitted(category("ELEVATOR")).await;
    let other = crew.submitted(category("OTHER")).await;
    let none = crew.world.worker(&app, 11, Role::Technician, &[]).await;
    let electrician = crew.world.worker(&app, 12, Role::Technician, &[Trade::Electrical]).await;
    let away = crew.world.worker_at(&app, 13, Role::Technician, Some(crew.world.elsewhere.community), &[]).await;
    for (worker, expected) in [
        (&crew.plumber, vec![&plumbing, &lift, &other]),
        (&crew.second, vec![&plumbing, &other]),
        (&electrician, vec![&electrical, &other]),
        (&none, vec![&other]),
        (&away, vec![]),
    ] {
        let seen = listed(&worker.client, "ticketPool").await;
        assert_eq!(seen.iter().collect::<Vec<_>>(), expected);
        let data = worker.client.query("{ ticketPool { totalCount } }", json!({})).await;
        assert_eq!(data["ticketPool"]["totalCount"], expected.len());
    }
    // Whoever sees general work may take it.
    none.client.step("ticketClaim", &other, json!({})).await.ok();
    assert!(listed(&none.client, "ticketPool").await.is_empty());
    for client in [&crew.owner, &crew.desk.client, &crew.dispatcher.client] {
        let answer = client.post("{ ticketPool { nodes { id } } }", json!({})).await;
        assert_eq!(answer.code(), "FORBIDDEN");
    }
}
