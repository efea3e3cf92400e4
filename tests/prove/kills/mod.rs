//! The server's process is killed at random moments under load: nothing acknowledged is lost, nothing repeated is done twice.

mod check;
mod load;
pub mod process;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use entities::values::{ResidencyRole, Role, Trade};
use futures_util::future::join_all;
use serde_json::json;
use support::{Backend, Client, Dice, TestApp, TestDatabase, World, servers};
use tokio::sync::watch;

use load::{Crew, Ledger, Walker};
use process::Process;

/// Clients that walk tickets at the same time.
const WALKERS: usize = 8;
/// A life of the server under load, in milliseconds.
const LIFE: std::ops::Range<usize> = 20..800;
/// The longest that a start may take.
const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    nothing_is_lost_and_nothing_is_done_twice(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    nothing_is_lost_and_nothing_is_done_twice(Backend::Postgres).await;
}

fn kills() -> usize {
    if servers::full_scale() { 50 } else { 5 }
}

async fn nothing_is_lost_and_nothing_is_done_twice(backend: Backend) {
    let mut dice = Dice::new("kills");
    let (database, crew) = prepare(backend).await;
    let ledger = Ledger::default();
    let (address, addresses) = watch::channel(None);
    let (stop, stopped) = watch::channel(false);
    let crew = Arc::new(crew);
    let walkers: Vec<_> = (0..WALKERS)
        .map(|number| Walker {
            number,
            crew: Arc::clone(&crew),
            server: addresses.clone(),
            stopped: stopped.clone(),
            ledger: ledger.clone(),
            dice: dice.split(),
        })
        .map(|walker| tokio::spawn(walker.run()))
        .collect();

    let mut server = Process::start(database.url()).await;
    let mut restarts = Vec::new();
    for kill in 1..=kills() {
        address.send(Some(server.url.clone())).unwrap();
        let life = Duration::from_millis(dice.range(LIFE) as u64);
        if kill % 5 == 0 {
            // The check is at home in a running system: it must not take work that goes on for a broken chain.
            let (audited, ()) = tokio::join!(process::audit(database.url()), tokio::time::sleep(life));
            audited.unwrap();
        } else {
            tokio::time::sleep(life).await;
        }
        // The walkers are not told before: commands are under way.
        server.kill().await;
        address.send(None).unwrap();
        let began = Instant::now();
        server = Process::start(database.url()).await;
        first_request(&server, &crew).await;
        restarts.push(began.elapsed());
        check::after_a_kill(&database, &ledger, WALKERS).await;
    }
    address.send(Some(server.url.clone())).unwrap();
    stop.send(true).unwrap();
    for walked in join_all(walkers).await {
        walked.unwrap();
    }
    check::at_the_end(&database, &ledger).await;
    server.kill().await;
    process::audit(database.url()).await.unwrap();
    report(backend, &database, &ledger, &mut restarts).await;
    database.drop_database().await;
}

/// An organization with its people, and nobody's server running.
async fn prepare(backend: Backend) -> (TestDatabase, Crew) {
    let app = TestApp::start(backend).await;
    // The process that comes after it lives by the machine's clock.
    app.advance(Utc::now() - app.clock.now());
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let dispatcher = world.worker(&app, 900, Role::Dispatcher, &[]).await;
    let desk = world.worker(&app, 901, Role::FrontDesk, &[]).await;
    let mut technicians = Vec::new();
    for number in 0..WALKERS as u64 {
        technicians.push(world.worker(&app, number + 1, Role::Technician, &[Trade::Plumbing]).await);
    }
    let crew = Crew { world, owner, dispatcher: dispatcher.client, desk: desk.client, technicians };
    (app.into_database().await, crew)
}

async fn first_request(server: &Process, crew: &Crew) {
    let token = crew.technicians[0].client.token().map(str::to_owned);
    // A connection of its own: the very first one that this server sees.
    let client = Client::new(support::client::http(), server.url.clone(), token);
    let data = client.query("{ myDay { totalCount } }", json!({})).await;
    assert!(data["myDay"]["totalCount"].is_u64(), "{data}");
}

async fn report(backend: Backend, database: &TestDatabase, ledger: &Ledger, restarts: &mut [Duration]) {
    let done_before = check::repeated_in_vain(database, ledger).await;
    let kept = ledger.read();
    let acknowledged: usize = kept.tickets.values().map(Vec::len).sum();
    restarts.sort_unstable();
    let name = if backend == Backend::Sqlite { "SQLite" } else { "PostgreSQL" };
    println!(
        "kills on {name}: {} kills, {} tickets, {acknowledged} acknowledged commands, lost 0, doubled 0, \
         {} unanswered and repeated ({done_before} of them had been done), restart to first answer {:.0} ms median, {:.0} ms longest",
        restarts.len(),
        kept.tickets.len(),
        kept.repeated.len(),
        restarts[restarts.len() / 2].as_secs_f64() * 1e3,
        restarts[restarts.len() - 1].as_secs_f64() * 1e3,
    );
    assert!(kept.unanswered >= restarts.len(), "the kills missed the load: {} unanswered", kept.unanswered);
    assert!(acknowledged > restarts.len(), "there was hardly any load");
}
