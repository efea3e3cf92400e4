//! One key, one effect: for every mutation of contacts.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Fault, STEPS, called, enquiry, id, lift, recorded, step, words_for};
use crate::tickets::shared::{Crew, gained, key, merged, rows};

both!(each_command_has_its_effect_once, a_contact_is_recorded_once, the_same_contact_at_once_is_recorded_once);

async fn each_command_has_its_effect_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let fault = Fault::repaired(&crew).await;
    let other = id(&recorded(desk, &crew, json!({})).await);
    for mutation in STEPS {
        let fresh = id(&recorded(desk, &crew, json!({})).await);
        let (contact, other) = match mutation {
            "contactCallbackRecord" => (&fault.contacts[1], &fault.contacts[2]),
            _ => (&fresh, &other),
        };
        let input = merged(words_for(&crew, mutation, &fault.ticket), json!({ "idempotencyKey": key() }));
        let before = rows(&app).await;
        let first = step(desk, mutation, contact, input.clone()).await.ok();
        let after = gained(&app, &before).await;
        assert!(after.contains(&("idempotency_key", 1)), "{mutation}: {after:?}");
        let second = step(desk, mutation, contact, input.clone()).await.ok();
        assert_eq!(first, second, "{mutation}");
        let changed: Value = match mutation {
            "contactToTicket" => json!({ "ticket": merged(lift(&crew), json!({ "urgency": "EMERGENCY" })) }),
            "contactJoin" => json!({ "ticketId": first["contact"]["ticket"]["id"], "expectedVersion": 7 }),
            "contactAnswer" => json!({ "words": "别的话" }),
            _ => called("NOT_SOLVED"),
        };
        for outcome in [
            step(desk, mutation, other, input.clone()).await,
            step(desk, mutation, contact, merged(input.clone(), changed)).await,
            step(desk, mutation, contact, merged(input.clone(), json!({ "expectedVersion": 9 }))).await,
        ] {
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, ("KEY_REUSED".to_owned(), "input.idempotencyKey".to_owned()), "{mutation}");
        }
        assert_eq!(gained(&app, &before).await, after, "{mutation}");
        for (bad, code) in [("", "REQUIRED"), ("钥匙", "INVALID_VALUE")] {
            let outcome = step(desk, mutation, contact, merged(input.clone(), json!({ "idempotencyKey": bad }))).await;
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, (code.to_owned(), "input.idempotencyKey".to_owned()), "{mutation}");
        }
        assert_eq!(gained(&app, &before).await, after, "{mutation}");
    }
}

async fn a_contact_is_recorded_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let ticket = Fault::reported(&crew).await.ticket;
    let selection = "contact { id state version ticket { id } }";
    for more in [json!({}), json!({ "answer": "好" }), json!({ "ticket": lift(&crew) }), json!({ "ticketId": ticket })]
    {
        let input = enquiry(&crew, more);
        let before = rows(&app).await;
        let first = desk.mutate("contactRecord", input.clone(), selection).await.ok();
        let after = gained(&app, &before).await;
        let second = desk.mutate("contactRecord", input.clone(), selection).await.ok();
        assert_eq!(first, second);
        for changed in [json!({ "words": "别的话" }), json!({ "callbackWanted": false }), json!({ "kind": "PRAISE" })]
        {
            let outcome = desk.mutate("contactRecord", merged(input.clone(), changed), selection).await;
            assert_eq!(outcome.refused(), "KEY_REUSED");
        }
        assert_eq!(gained(&app, &before).await, after);
        // A repeat shows the contact as it now is.
        if first["contact"]["state"] == "OPEN" {
            step(desk, "contactAnswer", &id(&first["contact"]), json!({ "words": "好" })).await.ok();
            let third = desk.mutate("contactRecord", input, selection).await.ok();
            assert_eq!(third["contact"]["state"], "ANSWERED");
        }
    }
}

async fn the_same_contact_at_once_is_recorded_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let input = enquiry(&crew, json!({ "ticket": lift(&crew) }));
    let before = rows(&app).await;
    let tries: Vec<_> = (0..10)
        .map(|_| {
            let (client, input) = (crew.desk.client.clone(), input.clone());
            tokio::spawn(
                async move { client.mutate("contactRecord", input, "contact { id ticket { id } }").await.ok() },
            )
        })
        .collect();
    let mut answers = Vec::new();
    for one in tries {
        answers.push(one.await.unwrap());
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    let mut expected = vec![("ticket", 1), ("history_event", 1), ("outbox", 2), ("idempotency_key", 1)];
    expected.extend([("contact", 1), ("versions", 1)]);
    assert_eq!(gained(&app, &before).await, expected);
}
