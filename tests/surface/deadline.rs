//! A request has so much time, down to its SQL; a change happens as a whole or not at all.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::db::Sql;
use serde_json::{Value, json};
use support::{Backend, Client, Node, TestApp, World, both};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

both!(a_slow_read_is_given_up_with_its_statement, a_slow_change_happens_once, a_slow_sender_is_not_waited_for,);

/// A deadline of a second is kept within this, however much else the machine does; what is waited for takes far longer.
const PATIENCE: Duration = Duration::from_secs(8);

/// Takes far longer than any test.
pub(super) const FOREVER: &str =
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000000000)
    SELECT COUNT(*) FROM n)";

/// From now on whoever reads buildings waits.
pub(super) async fn make_reading_slow(app: &TestApp) {
    app.change(&Sql::new("ALTER TABLE building RENAME TO hidden")).await;
    let slow = match app.backend {
        Backend::Sqlite => format!("CREATE VIEW building AS SELECT hidden.* FROM hidden WHERE {FOREVER} > 0"),
        Backend::Postgres => "CREATE VIEW building AS SELECT hidden.* FROM hidden, (SELECT pg_sleep(60)) s".to_owned(),
    };
    app.change(&Sql::new(slow)).await;
}

pub(super) async fn make_reading_quick(app: &TestApp) {
    app.change(&Sql::new("DROP VIEW building")).await;
    app.change(&Sql::new("ALTER TABLE hidden RENAME TO building")).await;
}

pub(super) const SLOW: &str = "{ estateTotals { unitCount } }";

async fn hurried(app: &TestApp) -> Node {
    app.another_node(false, |config| config.request_seconds = 1).await
}

async fn a_slow_read_is_given_up_with_its_statement(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let node = hurried(&app).await;
    make_reading_slow(&app).await;
    for (media, status) in [("application/json", 200), ("application/graphql-response+json", 503)] {
        let begun = Instant::now();
        let request = app.http().post(node.url("/graphql")).header("accept", media).bearer_auth(admin.token().unwrap());
        let response = request.json(&json!({ "query": SLOW })).send().await.unwrap();
        let took = begun.elapsed();
        let (found, retry) = (response.status().as_u16(), response.headers().get("retry-after").cloned());
        let answer: Value = response.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT", "{found} after {took:?}: {answer}");
        assert!(took >= Duration::from_secs(1) && took < PATIENCE, "{took:?}");
        assert_eq!((found, retry.unwrap().to_str().unwrap()), (status, "1"));
        assert!(answer.get("data").is_none(), "{answer}");
    }
    // More of them than there are connections: what is given up gives its connection back.
    let client = node.client(admin.token());
    let many = (0..24).map(|_| {
        let client = client.clone();
        tokio::spawn(async move { client.post(SLOW, json!({})).await })
    });
    for task in many.collect::<Vec<_>>() {
        assert_eq!(task.await.unwrap().code(), "TIMEOUT");
    }
    let begun = Instant::now();
    client.query("{ viewer { name } }", json!({})).await;
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    if app.backend == Backend::Postgres {
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        let active = "SELECT COUNT(*) FROM pg_stat_activity WHERE state = 'active' AND wait_event = 'PgSleep'
            AND datname = current_database()";
        assert_eq!(Sql::new(active).number(app.app.db.read()).await.unwrap(), 0, "nothing goes on behind");
    }
    make_reading_quick(&app).await;
    client.query(SLOW, json!({})).await;
    node.stop().await;
}

/// From now on a ticket takes some seconds to insert.
async fn make_inserting_slow(app: &TestApp) {
    match app.backend {
        Backend::Sqlite => {
            let some = "(SELECT 1 FROM sqlite_master LIMIT 100)";
            let slow = format!(
                "CREATE TRIGGER slow BEFORE INSERT ON ticket BEGIN
                    SELECT COUNT(*) FROM {some} a, {some} b, {some} c, {some} d, (SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3) e; END"
            );
            app.change(&Sql::new(slow)).await;
        }
        Backend::Postgres => {
            app.change(&Sql::new(
                "CREATE FUNCTION slow() RETURNS trigger AS 'BEGIN PERFORM pg_sleep(4); RETURN NEW; END' LANGUAGE plpgsql",
            ))
            .await;
            app.change(&Sql::new("CREATE TRIGGER slow BEFORE INSERT ON ticket FOR EACH ROW EXECUTE FUNCTION slow()"))
                .await;
        }
    }
}

async fn make_inserting_quick(app: &TestApp) {
    match app.backend {
        Backend::Sqlite => app.change(&Sql::new("DROP TRIGGER slow")).await,
        Backend::Postgres => app.change(&Sql::new("DROP TRIGGER slow ON ticket")).await,
    };
}

async fn tickets(app: &TestApp) -> i64 {
    Sql::new("SELECT COUNT(*) FROM ticket").number(app.app.db.read()).await.unwrap()
}

async fn submit(client: &Client, world: &World, key: &str) -> String {
    client.mutate("ticketSubmit", world.repair(key), "ticket { id }").await.answer.code()
}

async fn a_slow_change_happens_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let node = hurried(&app).await;
    let client = node.client(admin.token());
    make_inserting_slow(&app).await;
    let begun = Instant::now();
    assert_eq!(submit(&client, &world, "once").await, "TIMEOUT");
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    // It happened or it did not; the same key finds out, and makes it happen if it did not.
    make_inserting_quick(&app).await;
    let first = tickets(&app).await;
    assert!(first <= 1);
    let again = admin.submit(world.repair("once")).await;
    assert_eq!(tickets(&app).await, 1);
    assert_eq!(admin.submit(world.repair("once")).await, again);
    let events = Sql::new("SELECT COUNT(*) FROM history_event").number(app.app.db.read()).await.unwrap();
    assert_eq!(events, 1, "its event came with it, once");
    node.stop().await;
}

/// SQLite's writer takes one job after another: one whose caller has given up before it began is left out.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_nobody_waits_for_any_more_does_not_begin() {
    let app = TestApp::start(Backend::Sqlite).await;
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let node = hurried(&app).await;
    let (begun, has_begun) = tokio::sync::oneshot::channel();
    let begun = std::sync::Mutex::new(Some(begun));
    let (end, ended) = tokio::sync::watch::channel(false);
    let db = node.app.db.clone();
    let busy = tokio::spawn(async move {
        db.write(move |_| {
            let (begun, mut ended) = (begun.lock().unwrap().take(), ended.clone());
            Box::pin(async move {
                begun.unwrap().send(()).unwrap();
                ended.wait_for(|ended| *ended).await.unwrap();
                Ok(())
            })
        })
        .await
        .unwrap();
    });
    has_begun.await.unwrap();
    assert_eq!(submit(&node.client(admin.token()), &world, "given-up-key").await, "TIMEOUT");
    end.send(true).unwrap();
    busy.await.unwrap();
    // Its turn comes, and goes: what is sent now is behind it.
    admin.submit(world.repair("another-key")).await;
    node.client(admin.token()).submit(world.repair("a-third-key")).await;
    assert_eq!(tickets(&app).await, 2, "the one that was given up left nothing behind");
    node.stop().await;
    app.finish().await;
}

async fn a_slow_sender_is_not_waited_for(app: Arc<TestApp>) {
    let node = hurried(&app).await;
    let address = node.url("").trim_start_matches("http://").to_owned();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    let begun = Instant::now();
    let mut answer = vec![0; 4096];
    let length = stream.read(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]).into_owned();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("TIMEOUT"), "{answer}");
    assert!(begun.elapsed() < PATIENCE);
    node.stop().await;
}
