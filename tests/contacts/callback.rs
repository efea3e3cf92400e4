//! Four residents report one broken lift: the ticket closes with the last of them.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{Role, Trade};
use serde_json::json;
use support::{TestApp, both};

use super::shared::{Fault, called, contacts, due, id, recorded, see, step};
use crate::tickets::shared::{Crew, gained, listed, look, rows};

both!(
    a_lift_four_residents_and_one_who_is_not_content,
    whoever_is_called_last_closes_it,
    each_contact_has_three_tries_on_different_days,
    who_does_not_want_a_callback_is_not_waited_for,
    whoever_did_the_work_cannot_call_a_contact_back,
    what_has_no_callback_is_refused,
);

async fn state(crew: &Crew, fault: &Fault) -> String {
    look(&crew.desk.client, &fault.ticket, "state").await["state"].as_str().unwrap().to_owned()
}

async fn a_lift_four_residents_and_one_who_is_not_content(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::reported(&crew).await;
    assert_eq!(due(&crew).await, (0, 0), "nobody is called back before the work has ended");
    crew.bring(&fault.ticket, "COMPLETED").await;
    assert_eq!(due(&crew).await, (1, 3), "the ticket's own and one for each that joined");
    assert_eq!(contacts(&crew.desk.client, "contactCallbacksDue").await, fault.contacts[1..]);

    // The ticket's own contact person is content, and so is another one: two are still to be asked.
    crew.called_back(&fault.ticket, "SOLVED").await;
    assert_eq!((state(&crew, &fault).await.as_str(), due(&crew).await), ("COMPLETED", (0, 3)));
    assert_eq!(fault.call(&crew, 1, "SOLVED").await, "COMPLETED");
    assert_eq!(due(&crew).await, (0, 2));
    // One is not: it goes back to work.
    assert_eq!(fault.call(&crew, 2, "NOT_SOLVED").await, "DISPATCHED");
    let told = look(&crew.desk.client, &fault.ticket, "reworkCount assignee { id } callbackTries").await;
    assert_eq!(told, json!({ "reworkCount": 1, "assignee": { "id": crew.plumber.wire }, "callbackTries": 0 }));
    assert_eq!(due(&crew).await, (0, 0));

    // In the new round everybody is asked again.
    crew.work_done(&fault.ticket).await;
    assert_eq!(due(&crew).await, (1, 3));
    for number in [3, 1, 0] {
        assert_eq!(fault.call(&crew, number, "SOLVED").await, "COMPLETED", "{number}");
    }
    assert_eq!(due(&crew).await, (0, 1));
    assert_eq!(fault.call(&crew, 2, "SOLVED").await, "CLOSED");
    assert_eq!(due(&crew).await, (0, 0));
    let rounds = async |number: usize| {
        let told = see(&crew.desk.client, &fault.contacts[number], "callbacks { round result }").await;
        let calls = told["callbacks"].as_array().unwrap().iter();
        calls.map(|it| format!("{} {}", it["round"], it["result"].as_str().unwrap())).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(rounds(0).await, "0 SOLVED, 1 SOLVED");
    assert_eq!(rounds(1).await, "0 SOLVED, 1 SOLVED");
    assert_eq!(rounds(2).await, "0 NOT_SOLVED, 1 SOLVED");
    assert_eq!(rounds(3).await, "1 SOLVED");
}

async fn whoever_is_called_last_closes_it(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    // The ticket's own contact person last.
    let fault = Fault::repaired(&crew).await;
    for number in [3, 2, 1] {
        assert_eq!(fault.call(&crew, number, "SOLVED").await, "COMPLETED");
    }
    assert_eq!(listed(&crew.desk.client, "callbacksDue").await, [fault.ticket.clone()]);
    assert_eq!(crew.called_back(&fault.ticket, "SOLVED").await["ticket"]["state"], "CLOSED");
    // Reached under the contact that became the ticket, it is the same call.
    let fault = Fault::repaired(&crew).await;
    for number in [1, 2, 3] {
        assert_eq!(fault.call(&crew, number, "SOLVED").await, "COMPLETED");
    }
    let before = rows(&app).await;
    assert_eq!(fault.call(&crew, 0, "SOLVED").await, "CLOSED");
    let expected =
        [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("callback_attempt", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, expected);
    let told = look(&crew.desk.client, &fault.ticket, "callbacks { result } events { kind toState }").await;
    assert_eq!(told["callbacks"], json!([{ "result": "SOLVED" }]));
    let last = told["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last, json!({ "kind": "CALLED_BACK", "toState": "CLOSED" }));
}

async fn each_contact_has_three_tries_on_different_days(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::repaired(&crew).await;
    for number in [0, 1, 3] {
        fault.call(&crew, number, "SOLVED").await;
    }
    assert_eq!(fault.call(&crew, 2, "UNREACHABLE").await, "COMPLETED");
    let before = rows(&app).await;
    let again = step(&crew.desk.client, "contactCallbackRecord", &fault.contacts[2], called("UNREACHABLE")).await;
    assert_eq!((again.refused().as_str(), again.field().as_str()), ("CALLBACK_SAME_DAY", "input.result"));
    assert_eq!(rows(&app).await, before);
    app.advance(Duration::days(1));
    assert_eq!(fault.call(&crew, 2, "UNREACHABLE").await, "COMPLETED");
    assert_eq!(due(&crew).await, (0, 1));
    app.advance(Duration::days(1));
    assert_eq!(fault.call(&crew, 2, "UNREACHABLE").await, "CLOSED");

    // The others' tries are their own: one who cannot be reached does not use up another's.
    let fault = Fault::repaired(&crew).await;
    for _ in 0..3 {
        for number in [0, 1] {
            assert_eq!(fault.call(&crew, number, "UNREACHABLE").await, "COMPLETED");
        }
        app.advance(Duration::days(1));
    }
    assert_eq!(due(&crew).await, (0, 2));
    assert_eq!(look(&crew.desk.client, &fault.ticket, "callbackTries").await["callbackTries"], 3);
    assert_eq!(fault.call(&crew, 2, "SOLVED").await, "COMPLETED");
    assert_eq!(fault.call(&crew, 3, "SOLVED").await, "CLOSED");
}

async fn who_does_not_want_a_callback_is_not_waited_for(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let fault = Fault::reported(&crew).await;
    let more = json!({ "kind": "PUBLIC_REPAIR", "callbackWanted": false, "ticketId": fault.ticket });
    let quiet = id(&recorded(&crew.desk.client, &crew, more).await);
    crew.bring(&fault.ticket, "COMPLETED").await;
    assert_eq!(due(&crew).await, (1, 3));
    assert_eq!(see(&crew.desk.client, &quiet, "callbackDue").await["callbackDue"], false);
    for number in [0, 1, 2] {
        assert_eq!(fault.call(&crew, number, "SOLVED").await, "COMPLETED");
    }
    assert_eq!(fault.call(&crew, 3, "SOLVED").await, "CLOSED");
}

async fn whoever_did_the_work_cannot_call_a_contact_back(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let home = crew.world.home.community;
    let roles = [(Role::Technician, home), (Role::FrontDesk, home)];
    let worker = crew.worker_with(&app, 11, &roles, &[Trade::Elevator]).await;
    let fault = Fault::reported(&crew).await;
    worker.client.step("ticketClaim", &fault.ticket, json!({})).await.ok();
    for mutation in ["ticketStart", "ticketComplete"] {
        worker.client.step(mutation, &fault.ticket, crew.words_for(mutation)).await.ok();
    }
    let before = rows(&app).await;
    for contact in &fault.contacts {
        for result in ["SOLVED", "NOT_SOLVED", "UNREACHABLE"] {
            let outcome = step(&worker.client, "contactCallbackRecord", contact, called(result)).await;
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, ("CALLBACK_BY_WORKER".to_owned(), "input.contactId".to_owned()));
        }
    }
    assert_eq!(rows(&app).await, before);
}

async fn what_has_no_callback_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let open = id(&recorded(desk, &crew, json!({})).await);
    let fault = Fault::reported(&crew).await;
    let before = rows(&app).await;
    let refused = async |contact: &str, more| {
        let outcome = step(desk, "contactCallbackRecord", contact, more).await;
        (outcome.refused(), outcome.field())
    };
    let expected = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    assert_eq!(refused(&open, called("SOLVED")).await, expected("CONTACT_WITHOUT_TICKET", "input.contactId"));
    // Not before the work has ended.
    for contact in &fault.contacts {
        assert_eq!(refused(contact, called("SOLVED")).await, expected("INVALID_TRANSITION", "input.contactId"));
    }
    let wordless = json!({ "method": "PHONE", "result": "SOLVED", "words": " " });
    assert_eq!(refused(&fault.contacts[1], wordless).await, expected("REQUIRED", "input.words"));
    assert_eq!(rows(&app).await, before);
    crew.bring(&fault.ticket, "COMPLETED").await;
    let stale = json!({ "method": "PHONE", "result": "SOLVED", "words": "好", "expectedVersion": 1 });
    assert_eq!(refused(&fault.contacts[1], stale).await, expected("STALE_VERSION", "input.expectedVersion"));
    // Who has confirmed it is not asked twice, but may still change their mind.
    fault.call(&crew, 1, "SOLVED").await;
    crew.called_back(&fault.ticket, "SOLVED").await;
    let before = rows(&app).await;
    for number in [0, 1] {
        for result in ["SOLVED", "UNREACHABLE"] {
            let found = refused(&fault.contacts[number], called(result)).await;
            assert_eq!(found, expected("ALREADY_CALLED_BACK", "input.result"), "{number}");
        }
    }
    assert_eq!(rows(&app).await, before);
    assert_eq!(fault.call(&crew, 1, "NOT_SOLVED").await, "DISPATCHED");
}
