//! An earlier contact becomes a ticket, or is answered.

use std::sync::Arc;

use entities::values::Role;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{id, lift, recorded, see, step};
use crate::tickets::shared::{Crew, gained, look, rows};

both!(
    the_first_contact_answers_for_the_ticket,
    what_is_over_stays_over,
    an_old_version_is_refused,
    an_answer_ends_a_contact,
);

async fn the_first_contact_answers_for_the_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 11, Role::Supervisor, &[]).await.client;
    let contact = id(&recorded(&crew.desk.client, &crew, json!({ "kind": "HOME_REPAIR", "words": "水管漏水" })).await);
    let before = rows(&app).await;
    let ticket = json!({ "kind": "HOME_REPAIR", "categoryId": crew.world.category("PLUMBING") });
    let payload = step(&supervisor, "contactToTicket", &contact, json!({ "ticket": ticket })).await.ok();
    let made = &payload["contact"];
    assert_eq!((&made["state"], &made["version"], &made["joined"]), (&json!("TICKETED"), &json!(2), &json!(false)));
    let mut expected = vec![("ticket", 1), ("history_event", 1), ("outbox", 2), ("idempotency_key", 1)];
    expected.push(("versions", 1));
    assert_eq!(gained(&app, &before).await, expected);
    let told = look(&supervisor, &id(&made["ticket"]), "firstContactName description events { staffName kind }").await;
    let expected = json!({
        "firstContactName": "员工1-1", "description": "水管漏水",
        "events": [{ "staffName": "员工1-11", "kind": "SUBMITTED" }],
    });
    assert_eq!(told, expected);
    // The callback of the ticket is that of the contact which became it.
    crew.bring(&id(&made["ticket"]), "CLOSED").await;
    let told = see(&crew.desk.client, &contact, "ticketState callbacks { round result words staffName }").await;
    let calls = json!([{ "round": 0, "result": "SOLVED", "words": "业主满意", "staffName": "员工1-1" }]);
    assert_eq!(told, json!({ "ticketState": "CLOSED", "callbacks": calls }));
}

async fn what_is_over_stays_over(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let answered = id(&recorded(desk, &crew, json!({ "answer": "好" })).await);
    let ticketed = recorded(desk, &crew, json!({ "ticket": lift(&crew) })).await;
    let join = json!({ "ticketId": ticketed["ticket"]["id"] });
    let before = rows(&app).await;
    for (contact, code) in [(answered, "CONTACT_ANSWERED"), (id(&ticketed), "CONTACT_TICKETED")] {
        for (mutation, more) in [
            ("contactToTicket", json!({ "ticket": lift(&crew) })),
            ("contactAnswer", json!({ "words": "好" })),
            ("contactJoin", join.clone()),
        ] {
            let outcome = step(desk, mutation, &contact, more).await;
            assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, "input.contactId"), "{mutation}");
        }
    }
    assert_eq!(rows(&app).await, before);
}

async fn an_old_version_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let ticketed = recorded(desk, &crew, json!({ "ticket": lift(&crew) })).await;
    let contact = id(&recorded(desk, &crew, json!({})).await);
    let before = rows(&app).await;
    for (mutation, more) in [
        ("contactToTicket", json!({ "ticket": lift(&crew), "expectedVersion": 2 })),
        ("contactAnswer", json!({ "words": "好", "expectedVersion": 2 })),
        ("contactJoin", json!({ "ticketId": ticketed["ticket"]["id"], "expectedVersion": 0 })),
    ] {
        let outcome = step(desk, mutation, &contact, more).await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, ("STALE_VERSION".to_owned(), "input.expectedVersion".to_owned()), "{mutation}");
    }
    assert_eq!(rows(&app).await, before);
    step(desk, "contactAnswer", &contact, json!({ "words": "好", "expectedVersion": 1 })).await.ok();
}

async fn an_answer_ends_a_contact(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let contact = id(&recorded(&crew.desk.client, &crew, json!({})).await);
    let before = rows(&app).await;
    for (words, code) in [(" ".to_owned(), "REQUIRED"), ("话".repeat(1001), "TOO_LONG")] {
        let outcome = step(&crew.desk.client, "contactAnswer", &contact, json!({ "words": words })).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, "input.words"));
    }
    assert_eq!(rows(&app).await, before);
    step(&crew.desk.client, "contactAnswer", &contact, json!({ "words": " 好 " })).await.ok();
    assert_eq!(gained(&app, &before).await, [("outbox", 1), ("idempotency_key", 1)]);
    let told = see(&crew.desk.client, &contact, "state version answer answeredAt answeredByName").await;
    let expected = json!({
        "state": "ANSWERED", "version": 2, "answer": "好", "answeredAt": "2026-03-02T01:00:00Z",
        "answeredByName": "员工1-1",
    });
    assert_eq!(told, expected);
}
