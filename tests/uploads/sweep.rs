//! What no ticket claims is gone after a day, and so is what a crash left behind.

use std::sync::Arc;

use api::worker::housekeeping;
use chrono::Duration;
use reqwest::StatusCode;
use serde_json::json;
use support::{TestApp, both};
use uuid::Uuid;

use super::attach::{photo, seen};
use super::media;
use super::phone::{Phone, refusal, refused};
use crate::tickets::shared::{Crew, number};

async fn count(app: &TestApp) -> (i64, i64) {
    let uploads = number(app, "SELECT COUNT(*) FROM upload").await;
    (uploads, number(app, "SELECT COUNT(*) FROM upload_part").await)
}

both!(what_nobody_claims_is_gone_after_a_day);
async fn what_nobody_claims_is_gone_after_a_day(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let stored = phone.send(&media::jpeg(64, 64, 1), "image/jpeg").await;
    let (open, bytes) = (Uuid::now_v7(), media::jpeg_of(64, 64));
    assert_eq!(phone.create(open, bytes.len(), "image/jpeg").await.status(), StatusCode::CREATED);
    assert_eq!(phone.patch(open, 0, &bytes[..100]).await.status(), StatusCode::NO_CONTENT);
    assert_eq!((count(&app).await, app.objects().len()), ((2, 1), 3));

    app.advance(Duration::hours(24) - Duration::seconds(1));
    housekeeping(&app.app).await.unwrap();
    assert_eq!((count(&app).await, app.objects().len()), ((2, 1), 3), "a second early");
    assert_eq!(phone.own(stored).await.status(), StatusCode::OK);

    app.advance(Duration::seconds(1));
    // Over before the worker comes round.
    for _ in 0..2 {
        for id in [stored, open] {
            assert_eq!(phone.head(id).await.status(), StatusCode::GONE);
            assert_eq!(refused(phone.own(id).await).await, refusal(410, "UPLOAD_EXPIRED"));
        }
        assert_eq!(refused(phone.patch(open, 100, &bytes[100..]).await).await, refusal(410, "UPLOAD_EXPIRED"));
        housekeeping(&app.app).await.unwrap();
        assert!(app.objects().is_empty(), "{:?}", app.objects());
    }
    assert_eq!(count(&app).await, (2, 0), "the rows wait for whoever may still be writing");

    // Somebody did, and died.
    app.leave_object(&place(open, "part-late"), b"late");
    app.advance(Duration::hours(1));
    housekeeping(&app.app).await.unwrap();
    assert_eq!((count(&app).await, app.objects()), ((0, 0), Vec::new()));
    assert_eq!(phone.head(stored).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(housekeeping(&app.app).await.unwrap(), 0);
}

/// The name of an object of an upload.
fn place(id: Uuid, name: &str) -> String {
    format!("{:02x}/{id}/{name}", id.as_bytes()[15])
}

both!(what_a_crash_left_goes_and_what_is_claimed_stays);
async fn what_a_crash_left_goes_and_what_is_claimed_stays(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (claimed, waiting) = (photo(&app, &crew.owner).await, photo(&app, &crew.owner).await);
    let kept = app.objects();
    let of_claimed: Vec<String> = kept.iter().filter(|name| name.contains(&claimed.to_string())).cloned().collect();
    assert_eq!((kept.len(), of_claimed.len()), (4, 2));
    // Written by nodes that died before a row named it.
    for id in [claimed, waiting] {
        for name in ["part-0000000000000000", "file-0000000000000000", "thumb-0000000000000000"] {
            app.leave_object(&place(id, name), b"left");
        }
    }
    let ticket = crew.submitted(json!({ "uploads": [{ "uploadId": claimed, "role": "REQUEST" }] })).await;
    housekeeping(&app.app).await.unwrap();
    assert_eq!(app.objects().len(), 10, "nothing is looked after before its time");
    app.advance(Duration::hours(24));
    housekeeping(&app.app).await.unwrap();
    assert_eq!(app.objects(), of_claimed);
    app.advance(Duration::days(400));
    housekeeping(&app.app).await.unwrap();
    assert_eq!((app.objects(), count(&app).await), (of_claimed, (1, 0)));
    let url = seen(&crew.owner, &ticket).await[0]["url"].as_str().unwrap().to_owned();
    assert_eq!(Phone::at(app.url(""), None).open(&url).await.status(), 200);
}

both!(two_workers_sweep_at_once);
async fn two_workers_sweep_at_once(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    for _ in 0..5 {
        phone.send(&media::png_of(8, 8), "image/png").await;
    }
    let node = app.another_node(false, |_| ()).await;
    for hours in [24, 1] {
        app.advance(Duration::hours(hours));
        let (here, there) = tokio::join!(housekeeping(&app.app), housekeeping(&node.app));
        here.unwrap();
        there.unwrap();
    }
    assert_eq!((count(&app).await, app.objects()), ((0, 0), Vec::new()));
    node.stop().await;
}
