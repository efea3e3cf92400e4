//! The transaction helper keeps its promises on both databases.

use std::sync::{Arc, Mutex};

use api::db::{Db, Sql, Tx};
use api::error::Error;
use chrono::Utc;
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, join_all};
use sea_orm::FromQueryResult;
use support::{Backend, TestDatabase, both_databases};
use tokio::sync::Notify;

both_databases!(
    a_commit_is_seen,
    an_error_leaves_nothing,
    a_panic_leaves_nothing_and_harms_nobody,
    concurrent_writers_lose_no_update,
    background_work_waits_and_is_done,
);

#[derive(FromQueryResult)]
struct Setting {
    value: String,
}

async fn insert(tx: &Tx, name: &str, value: &str) -> Result<(), Error> {
    let mut sql = Sql::new("INSERT INTO setting (name, value, created_at) VALUES (");
    sql.bind(name).with(", ", value).with(", ", Utc::now()).push(")");
    sql.run(tx).await?;
    Ok(())
}

async fn value(db: &Db, name: &str) -> Option<String> {
    let mut sql = Sql::new("SELECT value FROM setting WHERE name = ");
    sql.bind(name);
    sql.one::<Setting>(db.read()).await.unwrap().map(|setting| setting.value)
}

async fn a_commit_is_seen(database: TestDatabase) {
    let db = database.connect().await;
    let answer = db
        .write(|tx| {
            Box::pin(async move {
                insert(tx, "colour", "green").await?;
                Ok(7)
            })
        })
        .await;
    assert_eq!(answer.unwrap(), 7);
    assert_eq!(value(&db, "colour").await.as_deref(), Some("green"));
    let another = database.connect().await;
    assert_eq!(value(&another, "colour").await.as_deref(), Some("green"));
}

async fn an_error_leaves_nothing(database: TestDatabase) {
    let db = database.connect().await;
    let refused = db
        .write::<(), _>(|tx| {
            Box::pin(async move {
                insert(tx, "colour", "green").await?;
                Err(Error::Forbidden)
            })
        })
        .await;
    assert!(matches!(refused, Err(Error::Forbidden)));
    assert_eq!(value(&db, "colour").await, None);
}

/// On SQLite the panic is caught by the writer, which everybody shares; on PostgreSQL it unwinds through the caller.
async fn a_panic_leaves_nothing_and_harms_nobody(database: TestDatabase) {
    let db = database.connect().await;
    let panicking = tokio::spawn({
        let db = db.clone();
        async move {
            db.write::<(), _>(|tx| {
                Box::pin(async move {
                    insert(tx, "colour", "green").await?;
                    panic!("on purpose");
                })
            })
            .await
        }
    });
    match (database.backend(), panicking.await) {
        (Backend::Sqlite, Ok(Err(Error::Internal(_)))) | (Backend::Postgres, Err(_)) => {}
        (_, outcome) => panic!("unexpected: {outcome:?}"),
    }
    assert_eq!(value(&db, "colour").await, None);
    db.write(|tx| Box::pin(insert(tx, "colour", "blue"))).await.unwrap();
    assert_eq!(value(&db, "colour").await.as_deref(), Some("blue"));
}

/// Adds one by a conditional update; `false` when somebody else was faster.
async fn increment(tx: &Tx) -> Result<bool, Error> {
    let old = Sql::new("SELECT value FROM setting WHERE name = 'counter'").one::<Setting>(tx).await?;
    let old = old.ok_or_else(|| Error::internal("no counter"))?.value;
    let new = old.parse::<i64>().map_err(|_| Error::internal("no number"))? + 1;
    let mut sql = Sql::new("UPDATE setting SET value = ");
    sql.bind(new.to_string()).with(" WHERE name = 'counter' AND value = ", old);
    Ok(sql.run(tx).await? == 1)
}

async fn concurrent_writers_lose_no_update(database: TestDatabase) {
    const WRITERS: usize = 200;
    let db = database.connect().await;
    db.write(|tx| Box::pin(insert(tx, "counter", "0"))).await.unwrap();
    let writers = (0..WRITERS).map(|_| {
        let db = db.clone();
        tokio::spawn(async move { while !db.write(|tx| Box::pin(increment(tx))).await.unwrap() {} })
    });
    for writer in join_all(writers).await {
        writer.unwrap();
    }
    assert_eq!(value(&db, "counter").await, Some(WRITERS.to_string()));
}

/// Writes a row and, inside the transaction, its own name into `order`.
fn note(
    name: &'static str,
    order: Arc<Mutex<Vec<&'static str>>>,
) -> impl for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<(), Error>> + Send + Sync + 'static {
    move |tx| {
        let order = Arc::clone(&order);
        Box::pin(async move {
            insert(tx, name, "done").await?;
            order.lock().unwrap().push(name);
            Ok(())
        })
    }
}

async fn background_work_waits_and_is_done(database: TestDatabase) {
    let db = database.connect().await;
    let (started, gate) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let order = Arc::new(Mutex::new(Vec::new()));

    // Somebody holds the writer, so that all the others have to queue.
    let holder = tokio::spawn({
        let (db, started, gate) = (db.clone(), Arc::clone(&started), Arc::clone(&gate));
        async move {
            db.write(move |_| {
                let (started, gate) = (Arc::clone(&started), Arc::clone(&gate));
                Box::pin(async move {
                    started.notify_one();
                    gate.notified().await;
                    Ok(())
                })
            })
            .await
        }
    });
    started.notified().await;

    let note = |name: &'static str| note(name, Arc::clone(&order));
    let mut background = Box::pin(db.write_background(note("background")));
    let mut foreground: Vec<_> = ["a", "b", "c"].into_iter().map(|name| Box::pin(db.write(note(name)))).collect();
    // Polled once, each is in its queue: the background one first.
    assert!((&mut background).now_or_never().is_none());
    for write in &mut foreground {
        assert!(write.now_or_never().is_none());
    }
    gate.notify_one();

    background.await.unwrap();
    for outcome in join_all(foreground).await {
        outcome.unwrap();
    }
    holder.await.unwrap().unwrap();
    for name in ["a", "b", "c", "background"] {
        assert_eq!(value(&db, name).await.as_deref(), Some("done"));
    }
    if database.backend() == Backend::Sqlite {
        assert_eq!(*order.lock().unwrap(), ["a", "b", "c", "background"]);
    }
}
