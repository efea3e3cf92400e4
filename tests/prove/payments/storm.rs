//! One genuine notification, 1,000 times at once.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::db::Sql;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use futures_util::future::join_all;
use serde_json::json;
use support::{Backend, TestApp};

use crate::gateways::shared::{Asked, Shared, serve};
use crate::payments::shared::{Till, decide, money};

/// How often it is told.
const TIMES: usize = 1_000;
/// How long an answer may take, for a gateway that waits no longer.
const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    one_effect(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    one_effect(Backend::Postgres).await;
}

/// A notification as its gateway sent it: where to, and what was signed.
struct Letter {
    path: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

async fn one_effect(backend: Backend) {
    // Notifications come here first, and are kept.
    let kept = Shared::<Vec<Letter>>::default();
    let own = Arc::clone(&kept);
    let url = serve(move |_| {
        Arc::new(move |asked: &Asked| {
            let (path, headers, body) = (asked.target.clone(), asked.headers.clone(), asked.body.clone());
            own.lock().unwrap().push(Letter { path, headers, body });
            StatusCode::NO_CONTENT.into_response()
        })
    })
    .await;
    let app = TestApp::start_with(backend, |config| config.public_url = url).await;
    let till = Till::open(&app).await;
    let (id, page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    let letter = loop {
        if let Some(letter) = kept.lock().unwrap().pop() {
            break letter;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert_eq!(till.payment(&id).await["state"], "PENDING");
    let tell = || async {
        let mut headers = letter.headers.clone();
        headers.remove("host");
        headers.remove("content-length");
        let began = Instant::now();
        let answer = app.http().post(app.url(&letter.path)).headers(headers).body(letter.body.clone()).send().await;
        (answer.unwrap().status(), began.elapsed())
    };
    let answers = join_all((0..TIMES).map(|_| tell())).await;
    let mut times: Vec<Duration> = answers.iter().map(|(_, time)| *time).collect();
    times.sort_unstable();
    assert!(answers.iter().all(|(status, _)| status.is_success()), "every copy is taken");
    assert!(times[TIMES - 1] <= PATIENCE, "the last was answered after {:?}", times[TIMES - 1]);
    let paid = till.payment(&id).await;
    assert_eq!(money(&paid), ["134.25", "134.25", "0.00", "0.00"]);
    for (table, count) in [
        ("gateway_notice", 1),
        ("journal WHERE object_kind = 'PAYMENT'", 1),
        ("allocation WHERE kind = 'PAYMENT'", 2),
        ("history_event WHERE object_kind = 'PAYMENT' AND kind = 'SETTLED'", 1),
    ] {
        let found = Sql::new(format!("SELECT COUNT(*) FROM {table}")).number(app.app.db.read()).await.unwrap();
        assert_eq!(found, count, "{table}");
    }
    let milliseconds = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "one notification {TIMES} times at once on {backend:?}: 1 effect, answered after {:.0} ms median, {:.0} ms longest",
        milliseconds(times[TIMES / 2]),
        milliseconds(times[TIMES - 1]),
    );
    app.finish().await;
}
