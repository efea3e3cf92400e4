//! The server's process is killed at random moments while residents pay.

use std::time::Duration;

use api::clock::Clock;
use api::db::Sql;
use api::graphql::id::try_parse_id;
use api::infra::gateways::Secret;
use api::infra::gateways::sandbox::{SandboxServer, Settings, Switches};
use chrono::Utc;
use entities::values::PaymentId;
use futures_util::future::join_all;
use sea_orm::FromQueryResult;
use serde_json::json;
use support::{Backend, Dice, TestApp, TestDatabase, invariants, servers};
use tokio::sync::watch;

use super::payer::{Memory, Payer};
use crate::billing::shared::{Scene, unit};
use crate::payments::shared::SECRET;
use crate::prove::kills::process::{self, Process};
use crate::tickets::shared::key;

/// Residents that pay at the same time.
const PAYERS: usize = 4;
/// A life of the server under load, in milliseconds.
const LIFE: std::ops::Range<usize> = 20..800;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    none_is_lost_and_none_doubled(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    none_is_lost_and_none_doubled(Backend::Postgres).await;
}

fn kills() -> usize {
    if servers::full_scale() { 200 } else { 5 }
}

/// A resident with what they pay for.
struct Prepared {
    client: support::Client,
    unit: String,
}

async fn prepare(backend: Backend, sandbox: &SandboxServer) -> (TestDatabase, Vec<Prepared>, support::Client, String) {
    let app = TestApp::start(backend).await;
    // The process that comes after it lives by the machine's clock.
    app.advance(Utc::now() - app.clock.now());
    let scene = Scene::build(&app).await;
    let once = json!({ "code": "CARD", "kind": "ONE_OFF", "nameZh": "门禁卡", "nameEn": "Card", "timing": "ARREARS" });
    let item = scene.item(scene.area(once)).await;
    let mut people = Vec::new();
    for (index, number) in (0..PAYERS).zip(1_u64..) {
        let client = scene.owner(&app, number, index, "2025-01-01").await;
        people.push(Prepared { client, unit: unit(&scene.world, index) });
    }
    let credentials = json!({ "sandbox": { "merchant": "m1", "secret": SECRET, "url": sandbox.url() } });
    let input = json!({ "communityId": scene.community(), "credentials": credentials, "idempotencyKey": key() });
    scene.manager.client.mutate("merchantSet", input, "merchant { id }").await.ok();
    let finance = scene.finance.client.clone();
    (app.into_database().await, people, finance, item)
}

async fn none_is_lost_and_none_doubled(backend: Backend) {
    let mut dice = Dice::new("payments");
    let switches = Switches { duplicate: 1, reorder: true, ..Switches::default() };
    let settings =
        Settings { listen: "127.0.0.1:0".to_owned(), public_url: String::new(), secret: Secret::new(SECRET), switches };
    let sandbox = SandboxServer::start(settings, Clock::system()).await.unwrap();
    let (database, people, finance, item) = prepare(backend, &sandbox).await;
    let memory = Memory::default();
    let (address, server) = watch::channel(None);
    let (stop, stopped) = watch::channel(false);
    let payers: Vec<_> = people
        .into_iter()
        .map(|person| Payer {
            client: person.client,
            finance: finance.clone(),
            unit: person.unit,
            item: item.clone(),
            server: server.clone(),
            stopped: stopped.clone(),
            memory: memory.clone(),
            dice: dice.split(),
        })
        .map(|payer| tokio::spawn(payer.run()))
        .collect();
    // Always at the same address, which is the one that orders name for their notifications.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let mut process = Process::start_on(database.url(), &listen).await;
    for kill in 1..=kills() {
        address.send(Some(process.url.clone())).unwrap();
        tokio::time::sleep(Duration::from_millis(dice.range(LIFE) as u64)).await;
        process.kill().await;
        address.send(None).unwrap();
        if kill % 20 == 0 {
            let db = database.connect().await;
            invariants::check(&db).await;
        }
        process = Process::start_on(database.url(), &listen).await;
    }
    address.send(Some(process.url.clone())).unwrap();
    stop.send(true).unwrap();
    for payer in join_all(payers).await {
        payer.unwrap();
    }
    process.kill().await;
    process::audit(database.url()).await.unwrap();
    check(backend, &database, &memory).await;
    sandbox.stop().await;
    database.drop_database().await;
}

#[derive(FromQueryResult)]
struct Row {
    id: PaymentId,
    received: i64,
    entered: i64,
    times: i64,
}

/// What the gateway has, we have: every payment once, with its amount.
async fn check(backend: Backend, database: &TestDatabase, memory: &Memory) {
    let db = database.connect().await;
    invariants::check(&db).await;
    let rows: Vec<Row> = Sql::new(
        "SELECT p.id, p.received, CAST(COALESCE(SUM(e.amount), 0) AS bigint) AS entered, COUNT(DISTINCT j.id) AS times
        FROM payment p LEFT JOIN journal j ON j.object_id = p.id
        LEFT JOIN ledger_entry e ON e.journal_id = j.id AND e.account = 'CASH' GROUP BY p.id, p.received",
    )
    .all(db.read())
    .await
    .unwrap();
    let kept = memory.read();
    let mut total = 0;
    for paid in &kept.paid {
        let id: PaymentId = try_parse_id(&paid.id.clone().into()).unwrap();
        let row = rows.iter().find(|row| row.id == id).unwrap_or_else(|| panic!("{} is lost", paid.id));
        assert_eq!((row.received, row.entered, row.times), (paid.amount, paid.amount, 1), "{}", paid.id);
        total += paid.amount;
    }
    assert_eq!(kept.settled, kept.paid.len());
    assert_eq!(rows.iter().map(|row| row.entered).sum::<i64>(), total, "money came from nowhere");
    println!(
        "payments on {backend:?}: {} kills, {} payments acknowledged, lost 0, doubled 0, {} requests unanswered and repeated",
        kills(),
        kept.paid.len(),
        kept.unanswered,
    );
    assert!(kept.paid.len() > kills() / 2, "there was hardly any load");
}
