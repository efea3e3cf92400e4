//! 100,000 random operations on money, with crashes, against a simple model: every fen is where the model has it.

mod model;
mod scene;
mod walker;

use std::sync::Arc;
use std::time::{Duration, Instant};

use support::{Backend, Dice, invariants, servers};
use tokio::sync::{Mutex, RwLock, watch};

use self::scene::Prepared;
use self::walker::{Counts, Walker};
use crate::prove::kills::process::{self, Process};

/// A life of the server between two crashes, in milliseconds.
const LIFE: std::ops::Range<usize> = 2_000..9_000;
/// How often, in lives, the rate changes and the month is billed again.
const CORRECTED: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    every_fen_is_where_the_model_has_it(Backend::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    every_fen_is_where_the_model_has_it(Backend::Postgres).await;
}

fn operations() -> usize {
    if servers::full_scale() { 100_000 } else { 400 }
}

async fn every_fen_is_where_the_model_has_it(backend: Backend) {
    let mut dice = Dice::new("ledger");
    let began = Instant::now();
    let Prepared { database, sandbox, finance, manager, people, place } = scene::prepare(backend).await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let listen = format!("127.0.0.1:{port}");
    let mut server = Process::start_on(database.url(), &listen).await;
    let (address, addresses) = watch::channel(Some(server.url.clone()));
    // Whoever corrects works alone.
    let alone = Arc::new(RwLock::new(()));
    let counts = Counts::default();
    let share = operations().div_ceil(people.len());
    let mut walkers = Vec::new();
    let mut models = Vec::new();
    for person in people {
        let model = Arc::new(Mutex::new(person.model));
        models.push((person.unit.clone(), Arc::clone(&model)));
        let walker = Walker {
            owner: person.owner,
            finance: finance.clone(),
            manager: manager.clone(),
            place: place.clone(),
            unit: person.unit,
            model,
            server: addresses.clone(),
            alone: Arc::clone(&alone),
            counts: counts.clone(),
            dice: dice.split(),
            last: None,
            payments: Vec::new(),
        };
        walkers.push(tokio::spawn(walker.walk(share)));
    }
    let (mut crashes, mut corrections) = (0, 0);
    loop {
        let life = Duration::from_millis(dice.range(if servers::full_scale() { LIFE } else { 300..900 }) as u64);
        tokio::time::sleep(life).await;
        if walkers.iter().all(tokio::task::JoinHandle::is_finished) {
            break;
        }
        // Nobody is told before: operations are under way.
        address.send(None).unwrap();
        server.kill().await;
        crashes += 1;
        server = Process::start_on(database.url(), &listen).await;
        address.send(Some(server.url.clone())).unwrap();
        if crashes % CORRECTED == 1 {
            let _alone = alone.write().await;
            let rate = 1_000 + dice.below(60_000) as i64;
            scene::correct(&finance.at(server.url.clone()), &place, rate, &models).await;
            corrections += 1;
        }
    }
    for walker in walkers {
        walker.await.unwrap();
    }
    scene::compare(&database, &models).await;
    server.kill().await;
    process::audit(database.url()).await.unwrap();
    let db = database.connect().await;
    invariants::check(&db).await;
    println!(
        "ledger on {backend:?}: {} operations ({}), {crashes} crashes, {corrections} corrections of a month, 0 fen astray, {:.0} s",
        counts.all(),
        counts.told(),
        began.elapsed().as_secs_f64(),
    );
    assert!(counts.all() >= operations() && crashes > 0 && corrections > 0);
    drop(db);
    sandbox.stop().await;
    database.drop_database().await;
}
