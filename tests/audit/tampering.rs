//! Whatever somebody with full access to the database does to the histories is found, and the object is named.

use std::sync::Arc;

use api::db::Sql;
use api::infra::history::{chain, checkpoint, erase_payload, events};
use chrono::Duration;
use entities::history_checkpoint;
use entities::values::TicketId;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{found, found_with, id_of, put_back, save};
use crate::tickets::shared::Crew;

/// Two checkpoints over two tickets: one with five events, of which the second checkpoint saw the last two; one with one.
async fn two_checkpoints(app: &TestApp) -> (TicketId, TicketId, Vec<history_checkpoint::Model>) {
    let crew = Crew::assemble(app).await;
    let (long, short) = (crew.brought(json!({}), "ACCEPTED").await, crew.submitted(json!({})).await);
    let first = checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!((first.seq, first.object_count, first.event_count), (1, 2, 4));
    app.advance(Duration::days(1));
    for mutation in ["ticketStart", "ticketComplete"] {
        crew.plumber.client.step(mutation, &long, crew.words_for(mutation)).await.ok();
    }
    let second = checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!((second.seq, second.object_count, second.event_count), (2, 1, 2));
    assert_eq!(found(app).await, (Vec::new(), Vec::new()));
    (id_of(&long), id_of(&short), vec![first, second])
}

async fn all(app: &TestApp, statements: Vec<Sql>) {
    for sql in statements {
        assert!(app.change(&sql).await > 0, "nothing was changed: {sql:?}");
    }
}

fn of(text: &str, ticket: TicketId, rest: &str) -> Sql {
    let mut sql = Sql::new(text);
    sql.bind(ticket).push(rest);
    sql
}

both!(altered_and_deleted_events_break_their_chain);
async fn altered_and_deleted_events_break_their_chain(app: Arc<TestApp>) {
    let (long, short, _) = two_checkpoints(&app).await;
    save(&app).await;
    let events = "history_event WHERE object_id = ";
    let cases = [
        (of("UPDATE history_event SET kind = 'CANCELLED' WHERE object_id = ", long, " AND seq = 2"), long, "Altered"),
        (
            of("UPDATE history_event SET payload = '{}' WHERE object_id = ", long, " AND seq = 5"),
            long,
            "PayloadAltered",
        ),
        (of(&format!("DELETE FROM {events}"), long, " AND seq = 3"), long, "Gap { expected: 3 }"),
        (of(&format!("DELETE FROM {events}"), long, " AND seq = 5"), long, "Tail { found: 4, named: 5 }"),
        (of("DELETE FROM ticket WHERE id = ", short, ""), short, "Tail { found: 1, named: 0 }"),
    ];
    for (sql, ticket, what) in cases {
        all(&app, vec![sql]).await;
        let (chains, _) = found(&app).await;
        assert_eq!(chains.len(), 1, "{what}: {chains:?}");
        assert!(chains[0].contains(what) && chains[0].contains(&ticket.0.to_string()), "{what}: {chains:?}");
        put_back(&app).await;
    }
    assert_eq!(found(&app).await, (Vec::new(), Vec::new()));
}

both!(what_no_chain_can_show_a_checkpoint_does);
async fn what_no_chain_can_show_a_checkpoint_does(app: Arc<TestApp>) {
    let (long, short, _) = two_checkpoints(&app).await;
    save(&app).await;
    // The tail, and the row that names it.
    let mut back = Sql::new("UPDATE ticket SET version = 4, history_hash = (SELECT hash FROM history_event WHERE");
    back.with(" object_id = ", long).push(" AND seq = 4)").with(" WHERE id = ", long);
    all(&app, vec![of("DELETE FROM history_event WHERE object_id = ", long, " AND seq = 5"), back]).await;
    assert_eq!(found(&app).await, (Vec::new(), vec![broken("Lost", 2, long, 5)]));
    put_back(&app).await;

    // The whole object.
    let object = ["DELETE FROM history_event WHERE object_id = ", "DELETE FROM ticket WHERE id = "];
    all(&app, object.map(|text| of(text, short, "")).to_vec()).await;
    assert_eq!(found(&app).await, (Vec::new(), vec![broken("Lost", 1, short, 1)]));
    put_back(&app).await;

    // A history that was written anew from its second event on, with all its hashes.
    let mut chained = events(app.app.db.read(), &[long.0]).await.unwrap();
    chained[1].staff_id = None;
    let mut statements = Vec::new();
    for index in 1..chained.len() {
        chained[index].prev_hash = chained[index - 1].hash.clone();
        chained[index].hash = chain::hash(&chained[index]).to_vec();
        let row = &chained[index];
        let mut sql = Sql::new("UPDATE history_event SET");
        sql.with(" staff_id = ", row.staff_id).with(", prev_hash = ", row.prev_hash.clone());
        sql.with(", hash = ", row.hash.clone()).with(" WHERE id = ", row.id);
        statements.push(sql);
    }
    let mut head = Sql::new("UPDATE ticket SET history_hash = ");
    head.bind(chained[4].hash.clone()).with(" WHERE id = ", long);
    statements.push(head);
    all(&app, statements).await;
    let rewritten = vec![broken("Rewritten", 1, long, 3), broken("Rewritten", 2, long, 5)];
    assert_eq!(found(&app).await, (Vec::new(), rewritten));
    put_back(&app).await;
    assert_eq!(found(&app).await, (Vec::new(), Vec::new()));
}

fn broken(what: &str, checkpoint: i32, ticket: TicketId, event: i32) -> String {
    let id = ticket.0;
    format!("{what} {{ checkpoint: {checkpoint}, object_kind: \"TICKET\", object_id: {id}, event: {event} }}")
}

both!(checkpoints_cannot_be_altered_or_removed);
async fn checkpoints_cannot_be_altered_or_removed(app: Arc<TestApp>) {
    let (long, _, made) = two_checkpoints(&app).await;
    save(&app).await;
    let remove = |seq: i32| {
        ["history_checkpoint_head WHERE checkpoint_seq", "history_checkpoint WHERE seq"]
            .map(|from| Sql::new(format!("DELETE FROM {from} = {seq}")))
            .to_vec()
    };
    let one = |text: &str| vec![Sql::new(text)];
    let unnamed = [remove(2), one("DELETE FROM setting WHERE name = 'history_checkpoint'")].concat();
    let forged = one("UPDATE setting SET value = '1' WHERE name = 'history_checkpoint'");
    let head = "UPDATE history_checkpoint_head SET seq = 3 WHERE checkpoint_seq = 2";
    let cases = [
        ("the first", remove(1), vec!["Gap { expected: 1 }"]),
        ("the newest", remove(2), vec!["NotThere { checkpoint: 2 }"]),
        ("the newest and its name", unnamed, vec!["NewestUnnamed"]),
        ("a forged name", forged, vec!["NewestUnnamed"]),
        ("all", [remove(2), remove(1)].concat(), vec!["NotThere { checkpoint: 2 }"]),
        (
            "a figure",
            one("UPDATE history_checkpoint SET object_count = 1 WHERE seq = 1"),
            vec!["Altered { checkpoint: 1 }", "Heads { checkpoint: 1 }"],
        ),
        ("the day", one("UPDATE history_checkpoint SET day = '2026-03-02' WHERE seq = 1"), vec!["Altered { checkpoint: 1 }"]),
        (
            "the signature",
            one("UPDATE history_checkpoint SET signature = (SELECT signature FROM saved_history_checkpoint WHERE seq = 1)
                WHERE seq = 2"),
            vec!["Unsigned { checkpoint: 2 }"],
        ),
        ("a head", remove(2)[..1].to_vec(), vec!["Heads { checkpoint: 2 }"]),
        ("a head altered", one(head), vec!["Rewritten", "Heads { checkpoint: 2 }"]),
    ];
    for (what, statements, expected) in cases {
        all(&app, statements).await;
        let (chains, checkpoints) = found(&app).await;
        assert!(chains.is_empty(), "{what}: {chains:?}");
        assert_eq!(checkpoints.len(), expected.len(), "{what}: {checkpoints:?}");
        for (found, expected) in checkpoints.iter().zip(expected) {
            assert!(found.starts_with(expected), "{what}: {checkpoints:?}");
        }
        put_back(&app).await;
    }
    // Whoever hashes an altered checkpoint anew cannot sign it.
    let mut forged = Sql::new("UPDATE history_checkpoint SET hash = ");
    forged.bind(vec![7_u8; 32]).push(" WHERE seq = 2");
    all(&app, vec![forged]).await;
    let expected = ["Altered { checkpoint: 2 }", "Unsigned { checkpoint: 2 }", "NotThere { checkpoint: 2 }"];
    assert_eq!(found(&app).await.1, expected);
    put_back(&app).await;
    // An old copy of everything is whole in itself: only a note from outside shows it.
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let note = |seq: usize| format!("{}:{}", made[seq - 1].seq, hex(&made[seq - 1].hash));
    assert_eq!(found_with(&app, Some(&note(1))).await, (Vec::new(), Vec::new()));
    assert_eq!(found_with(&app, Some(&note(2))).await, (Vec::new(), Vec::new()));
    let wrong = note(1).replace("1:", "2:");
    assert_eq!(found_with(&app, Some(&wrong)).await.1, ["NotThere { checkpoint: 2 }"]);

    // Erasing what is personal keeps all of it valid.
    let erased = app.app.db.write(move |tx| Box::pin(async move { Ok(erase_payload(tx, long.0).await?) }));
    assert_eq!(erased.await.unwrap(), 5);
    assert_eq!(found_with(&app, Some(&note(2))).await, (Vec::new(), Vec::new()));
    checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!(found_with(&app, Some(&note(2))).await, (Vec::new(), Vec::new()));
}
