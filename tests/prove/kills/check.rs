//! Compares what the clients remember with what the database has.

use std::collections::{HashMap, HashSet};

use api::db::{Db, Sql};
use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use support::{TestDatabase, invariants};
use uuid::Uuid;

use super::load::Ledger;

#[derive(FromQueryResult)]
struct Event {
    object_id: Uuid,
    kind: String,
    recorded_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Row {
    id: Uuid,
    version: i32,
}

#[derive(FromQueryResult)]
struct Key {
    mutation: String,
    key: String,
}

/// What the database has, read while nobody writes.
struct Stored {
    events: HashMap<Uuid, Vec<Event>>,
    versions: HashMap<Uuid, usize>,
    keys: HashSet<(String, String)>,
}

impl Stored {
    async fn read(db: &Db) -> Self {
        let all = "SELECT object_id, kind, recorded_at FROM history_event WHERE object_kind = 'TICKET'
            ORDER BY object_id, seq";
        let mut events: HashMap<Uuid, Vec<Event>> = HashMap::new();
        for event in Sql::new(all).all::<Event>(db.read()).await.unwrap() {
            events.entry(event.object_id).or_default().push(event);
        }
        let rows: Vec<Row> = Sql::new("SELECT id, version FROM ticket").all(db.read()).await.unwrap();
        let keys: Vec<Key> = Sql::new("SELECT mutation, key FROM idempotency_key").all(db.read()).await.unwrap();
        Self {
            events,
            versions: rows.into_iter().map(|row| (row.id, usize::try_from(row.version).unwrap())).collect(),
            keys: keys.into_iter().map(|row| (row.mutation, row.key)).collect(),
        }
    }

    /// Everything that was acknowledged is there, in its order; how many events each ticket has beyond that.
    fn compare(&self, ledger: &Ledger) -> Vec<usize> {
        let kept = ledger.read();
        let surplus = kept.tickets.iter().map(|(ticket, commands)| {
            let version = *self.versions.get(ticket).unwrap_or_else(|| panic!("ticket {ticket} is lost"));
            let events = &self.events[ticket];
            assert!(version >= commands.len(), "ticket {ticket} fell back from {} to {version}", commands.len());
            assert_eq!(version, events.len(), "ticket {ticket}");
            for (command, event) in commands.iter().zip(events) {
                assert_eq!(command.event, event.kind, "ticket {ticket}: {commands:?}");
                let key = (command.mutation.to_owned(), command.key.clone());
                assert!(self.keys.contains(&key), "the key of {command:?} is lost");
            }
            events.len() - commands.len()
        });
        surplus.collect()
    }
}

/// After a restart, before the clients go on: each has at most one command under way, with one effect at most.
pub async fn after_a_kill(database: &TestDatabase, ledger: &Ledger, walkers: usize) {
    let db = database.connect().await;
    let stored = Stored::read(&db).await;
    let surplus = stored.compare(ledger);
    assert!(surplus.iter().all(|events| *events <= 1), "a command had its effect twice");
    let unknown = stored.versions.len() - surplus.len();
    let under_way = unknown + surplus.iter().sum::<usize>();
    assert!(under_way <= walkers, "{under_way} unacknowledged effects of {walkers} clients");
    invariants::check(&db).await;
}

/// After the clients have repeated what got no answer: the database has what they remember, and nothing else.
pub async fn at_the_end(database: &TestDatabase, ledger: &Ledger) {
    let db = database.connect().await;
    let stored = Stored::read(&db).await;
    let surplus = stored.compare(ledger);
    assert!(surplus.iter().all(|events| *events == 0), "a command had its effect twice");
    assert_eq!(stored.versions.len(), surplus.len(), "a submission had its effect twice");
    let commands: usize = stored.versions.values().sum();
    let keys = stored.keys.iter().filter(|(mutation, _)| mutation.starts_with("ticket")).count();
    assert_eq!(keys, commands, "one key for each command");
    invariants::check(&db).await;
}

/// How many of the repeated commands had been done before they were repeated.
pub async fn repeated_in_vain(database: &TestDatabase, ledger: &Ledger) -> usize {
    let db = database.connect().await;
    let stored = Stored::read(&db).await;
    let kept = ledger.read();
    kept.repeated.iter().filter(|it| stored.events[&it.ticket][it.seq - 1].recorded_at < it.at).count()
}
