//! When checkpoints are made, and what they cover.

use std::sync::Arc;
use std::time::Duration as Patience;

use api::db::Sql;
use api::infra::history::checkpoint;
use api::worker;
use chrono::Duration;
use serde_json::json;
use support::{TestApp, both};
use tokio::sync::watch;

use super::shared::{found, id_of, put_back, save};
use crate::tickets::shared::{Crew, number};

both!(two_workers_make_one_a_day);
async fn two_workers_make_one_a_day(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let node = app.another_node(false, |_| ()).await;
    for day in 1..=4 {
        crew.submitted(json!({})).await;
        for _ in 0..2 {
            let (here, there) = tokio::join!(worker::checkpoint(&app.app), worker::checkpoint(&node.app));
            here.unwrap();
            there.unwrap();
            assert_eq!(number(&app, "SELECT COUNT(*) FROM history_checkpoint").await, day);
        }
        // The next one hangs on this one: the day's has its head.
        assert_eq!(number(&app, "SELECT COUNT(*) FROM history_checkpoint_head").await, day);
        app.advance(Duration::days(1));
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM history_checkpoint WHERE day IS NOT NULL").await, 4);
    assert_eq!(found(&app).await, (Vec::new(), Vec::new()));
    node.stop().await;
}

both!(a_day_without_events_has_its_checkpoint_too);
async fn a_day_without_events_has_its_checkpoint_too(app: Arc<TestApp>) {
    for day in 1..=3 {
        assert_eq!(worker::checkpoint(&app.app).await.unwrap(), 1, "day {day}");
        assert_eq!(worker::checkpoint(&app.app).await.unwrap(), 0, "day {day}");
        app.advance(Duration::days(1));
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM history_checkpoint WHERE object_count = 0").await, 3);
    assert_eq!(found(&app).await, (Vec::new(), Vec::new()));
    // One that is asked for stands beside the day's.
    assert_eq!(worker::checkpoint(&app.app).await.unwrap(), 1);
    let made = checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!((made.seq, made.day, made.object_count), (5, None, 0));
    assert_eq!(found(&app).await, (Vec::new(), Vec::new()));
}

both!(the_worker_makes_it);
async fn the_worker_makes_it(app: Arc<TestApp>) {
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(worker::run(app.app.clone(), stopped));
    let made = async {
        while number(&app, "SELECT COUNT(*) FROM history_checkpoint").await == 0 {
            tokio::time::sleep(Patience::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Patience::from_secs(30), made).await.unwrap();
    stop.send(true).unwrap();
    working.await.unwrap();
}

both!(what_was_committed_late_is_in_the_next_one);
async fn what_was_committed_late_is_in_the_next_one(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = id_of(&crew.brought(json!({}), "DISPATCHED").await);
    save(&app).await;
    // As if the dispatch were still waiting for its commit.
    let mut back = Sql::new("DELETE FROM history_event WHERE");
    assert_eq!(app.change(back.with(" object_id = ", ticket).push(" AND seq = 2")).await, 1);
    app.advance(Duration::minutes(5));
    let first = checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!((first.object_count, first.event_count), (1, 1));
    let late = "INSERT INTO history_event SELECT * FROM saved_history_event WHERE seq = 2";
    assert_eq!(app.change(&Sql::new(late)).await, 1);
    let second = checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!((second.object_count, second.event_count), (1, 1));
    let third = checkpoint::checkpoint(&app.app).await.unwrap();
    assert_eq!((third.object_count, third.event_count), (0, 0));
    assert_eq!(found(&app).await, (Vec::new(), Vec::new()));
    put_back(&app).await;
}

both!(a_checkpoint_takes_the_same_statements_whatever_it_covers);
async fn a_checkpoint_takes_the_same_statements_whatever_it_covers(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for tickets in [0, 1, 20] {
        for _ in 0..tickets {
            crew.submitted(json!({})).await;
        }
        let (statements, made) = app.statements(checkpoint::checkpoint(&app.app)).await;
        assert_eq!(made.unwrap().object_count, tickets);
        // The one before, how far, its number, its heads, a page and the empty one after it, its seal, its name.
        assert_eq!(statements, if tickets == 0 { 7 } else { 8 }, "{tickets} tickets");
    }
}
