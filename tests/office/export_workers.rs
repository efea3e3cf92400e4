//! One file for each export, however many workers there are and whichever of them die; and none of it for ever.

use std::sync::Arc;

use api::db::Sql;
use api::domains::office::make_exports;
use api::worker::housekeeping;
use chrono::Duration;
use serde_json::json;
use support::{TestApp, both};
use tokio::sync::watch;

use super::shared::{asked, cells, looked_at, made, open, refused};
use crate::tickets::shared::{Crew, number};

both!(two_workers_make_each_file_once);
async fn two_workers_make_each_file_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..5 {
        crew.submitted(json!({})).await;
    }
    let mut exports = Vec::new();
    for client in [&crew.desk.client, &crew.dispatcher.client, &crew.second.client] {
        for _ in 0..3 {
            exports.push((client, asked(client, json!({ "list": "TICKETS" })).await["id"].clone()));
        }
    }
    let node = app.another_node(false, |_| ()).await;
    let (here, there) = tokio::join!(make_exports(&app.app), make_exports(&node.app));
    here.unwrap();
    there.unwrap();
    for (client, id) in &exports {
        let export = looked_at(client, id).await;
        assert_eq!((&export["state"], &export["rowCount"]), (&json!("DONE"), &json!(5)));
        assert_eq!(cells(&app, &export).await.len(), 6);
    }
    assert_eq!(app.objects().len(), 9);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM export WHERE attempt = 1").await, 9);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure WHERE kind = 'EXPORT'").await, 9);
    node.stop().await;
}

/// As a worker left it that took the export at this moment and died.
async fn left_by_a_dead_worker(app: &TestApp, attempt: i32) {
    let mut sql = Sql::new("UPDATE export SET state = 'RUNNING', rows_done = 1, attempt =");
    sql.with(" ", attempt).with(", lease_until = ", app.clock.now() + Duration::seconds(60));
    assert_eq!(app.change(&sql).await, 1);
}

both!(what_a_dead_worker_left_is_taken_up_again);
async fn what_a_dead_worker_left_is_taken_up_again(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let id = asked(&crew.desk.client, json!({ "list": "TICKETS" })).await["id"].clone();
    left_by_a_dead_worker(&app, 1).await;
    app.advance(Duration::seconds(59));
    assert_eq!(make_exports(&app.app).await.unwrap(), 0, "it may still be alive");
    assert_eq!(looked_at(&crew.desk.client, &id).await["state"], "RUNNING");
    app.advance(Duration::seconds(1));
    assert_eq!(make_exports(&app.app).await.unwrap(), 1);
    let export = looked_at(&crew.desk.client, &id).await;
    assert_eq!((&export["state"], &export["rowCount"]), (&json!("DONE"), &json!(1)));
    assert_eq!(cells(&app, &export).await.len(), 2);
    assert_eq!(number(&app, "SELECT CAST(attempt AS bigint) FROM export").await, 2);
    assert_eq!(make_exports(&app.app).await.unwrap(), 0);
}

both!(a_worker_that_is_cut_off_leaves_nothing_half_done);
async fn a_worker_that_is_cut_off_leaves_nothing_half_done(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let id = asked(&crew.desk.client, json!({ "list": "TICKETS" })).await["id"].clone();
    // Cut off wherever it happens to be.
    for microseconds in [0, 200, 1_000, 3_000, 10_000] {
        let node = app.app.clone();
        let worker = tokio::spawn(async move { make_exports(&node).await });
        tokio::time::sleep(std::time::Duration::from_micros(microseconds)).await;
        worker.abort();
        let _ = worker.await;
        app.advance(Duration::seconds(60));
    }
    make_exports(&app.app).await.unwrap();
    let export = looked_at(&crew.desk.client, &id).await;
    // Five attempts are all that it gets; whichever it was, it is at its end.
    let done = export["state"] == "DONE";
    assert!(done || export["error"] == "TRY_AGAIN", "{export:#}");
    let told = number(&app, "SELECT COUNT(*) FROM disclosure WHERE kind = 'EXPORT'").await;
    assert_eq!(told, i64::from(done));
    if done {
        assert_eq!(cells(&app, &export).await.len(), 2);
    }
    app.advance(Duration::hours(25));
    housekeeping(&app.app).await.unwrap();
    assert!(app.objects().is_empty(), "{:?}", app.objects());
}

both!(what_ends_five_workers_is_given_up);
async fn what_ends_five_workers_is_given_up(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let id = asked(&crew.desk.client, json!({ "list": "TICKETS" })).await["id"].clone();
    left_by_a_dead_worker(&app, 5).await;
    app.advance(Duration::seconds(60));
    assert_eq!(make_exports(&app.app).await.unwrap(), 1);
    let export = looked_at(&crew.desk.client, &id).await;
    assert_eq!((&export["state"], &export["error"]), (&json!("FAILED"), &json!("TRY_AGAIN")));
    assert!(app.objects().is_empty());
}

both!(a_file_is_gone_after_a_day);
async fn a_file_is_gone_after_a_day(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let export = made(&app, &crew.desk.client, json!({ "list": "TICKETS" })).await;
    let id = export["id"].clone();
    app.advance(Duration::hours(24) - Duration::seconds(1));
    housekeeping(&app.app).await.unwrap();
    let fresh = looked_at(&crew.desk.client, &id).await;
    assert_eq!(cells(&app, &fresh).await.len(), 2);
    app.advance(Duration::seconds(1));
    let url = fresh["link"]["url"].as_str().unwrap();
    assert_eq!(refused(open(&app, url).await).await, (410, "LINK_EXPIRED".to_owned()), "before the sweep");
    assert!(looked_at(&crew.desk.client, &id).await["link"].is_null());
    // Somebody who was cut off left more behind.
    let folder = app.objects()[0].rsplit_once('/').unwrap().0.to_owned();
    app.leave_object(&format!("{folder}/2-left.xlsx"), b"left");
    housekeeping(&app.app).await.unwrap();
    assert!(app.objects().is_empty(), "{:?}", app.objects());
    assert_eq!(looked_at(&crew.desk.client, &id).await["state"], "EXPIRED");
    assert_eq!(refused(open(&app, url).await).await, (410, "LINK_EXPIRED".to_owned()), "after it");
    app.leave_object(&format!("{folder}/1-late.xlsx"), b"late");
    app.advance(Duration::hours(1));
    housekeeping(&app.app).await.unwrap();
    assert!(app.objects().is_empty());
    assert!(looked_at(&crew.desk.client, &id).await.is_null());
    assert_eq!(
        crew.desk.client.query("{ viewer { exports { id } } }", json!({})).await["viewer"]["exports"],
        json!([])
    );
    // Who had it stays known.
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure").await, 2);
}

both!(the_worker_makes_files_by_itself);
async fn the_worker_makes_files_by_itself(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let id = asked(&crew.desk.client, json!({ "list": "TICKETS" })).await["id"].clone();
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(api::worker::run(app.app.clone(), stopped));
    let finished = async {
        while looked_at(&crew.desk.client, &id).await["state"] != "DONE" {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), finished).await.unwrap();
    stop.send(true).unwrap();
    worker.await.unwrap();
}
