//! One key, one ticket, however often and however many at a time.

use std::sync::Arc;

use chrono::Duration;
use entities::values::ResidencyRole;
use serde_json::json;
use support::{TestApp, both};

use crate::tickets::shared::{Crew, gained, merged, number, rows};

both!(a_key_makes_one_ticket);
async fn a_key_makes_one_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let input = crew.repair(json!({}));
    let first = crew.owner.submit(input.clone()).await;
    let before = rows(&app).await;
    crew.bring(&first, "DISPATCHED").await;
    app.advance(Duration::days(1));
    let repeat = crew.owner.mutate("ticketSubmit", input.clone(), "ticket { id state }").await.ok();
    assert_eq!(
        repeat["ticket"],
        json!({ "id": first, "state": "DISPATCHED" }),
        "a repeat shows the ticket as it now is"
    );

    for change in [
        json!({ "description": "另一处" }),
        json!({ "urgency": "EMERGENCY" }),
        json!({ "categoryId": crew.world.category("OTHER") }),
        json!({ "contactName": "王五" }),
    ] {
        let other = merged(input.clone(), change.clone());
        let outcome = crew.owner.mutate("ticketSubmit", other, "ticket { id }").await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, ("KEY_REUSED".to_owned(), "input.idempotencyKey".to_owned()), "{change}");
    }
    let one_dispatch = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, one_dispatch);
}

both!(a_key_belongs_to_its_account);
async fn a_key_belongs_to_its_account(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let input = crew.repair(json!({}));
    assert_ne!(crew.owner.submit(input.clone()).await, family.submit(input).await);
}

both!(a_refusal_does_not_use_up_its_key);
async fn a_refusal_does_not_use_up_its_key(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let input = crew.repair(json!({}));
    let missing = merged(input.clone(), json!({ "unitId": api::graphql::id::wire_id(crew.world.elsewhere.units[0]) }));
    let outcome = crew.owner.mutate("ticketSubmit", missing, "ticket { id }").await;
    assert_eq!(outcome.refused(), "NOT_FOUND");
    crew.owner.submit(input).await;
}

both!(a_repeat_after_the_slot_has_passed_is_still_a_repeat);
async fn a_repeat_after_the_slot_has_passed_is_still_a_repeat(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let slot = json!({ "slotStart": "2026-03-02T02:00:00Z", "slotEnd": "2026-03-02T03:00:00Z" });
    let input = crew.repair(slot);
    let first = crew.owner.submit(input.clone()).await;
    // The phone lost the reply and tries again when it has a signal.
    app.advance(Duration::hours(5));
    assert_eq!(crew.owner.submit(input).await, first);
}

both!(twenty_at_a_time_with_one_key_make_one_ticket);
async fn twenty_at_a_time_with_one_key_make_one_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let before = rows(&app).await;
    let input = crew.repair(json!({}));
    let tries: Vec<_> = (0..20)
        .map(|_| {
            let (owner, input) = (crew.owner.clone(), input.clone());
            tokio::spawn(async move { owner.submit(input).await })
        })
        .collect();
    let mut ids = Vec::new();
    for one in tries {
        ids.push(one.await.unwrap());
    }
    ids.dedup();
    assert_eq!(ids.len(), 1);
    let one_of_each = [("ticket", 1), ("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, one_of_each);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM ticket").await, 1);
}
