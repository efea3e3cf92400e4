//! Technicians by the hundred claim the same tickets at once: each is won once, and every loser is told so.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::db::Sql;
use entities::values::{ResidencyRole, Role, StaffId, TicketId, TicketState, Trade};
use entities::{history_event, ticket};
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;
use support::client::Outcome;
use support::world::Worker;
use support::{Backend, Dice, TestApp, World, both, servers};
use tokio::sync::Barrier;

both!(everybody_claims_everything, everybody_claims_the_same_at_once);

/// Staff that are made and signed in at a time; passwords are hashed meanwhile.
const HIRED_AT_ONCE: usize = 8;

/// Technicians and tickets.
fn size() -> (usize, usize) {
    if servers::full_scale() { (200, 50) } else { (40, 10) }
}

struct Contest {
    technicians: Vec<Worker>,
    tickets: Vec<String>,
}

impl Contest {
    async fn prepare(app: &TestApp) -> Self {
        let (technicians, tickets) = size();
        let world = World::build(app, 1).await;
        let owner = world.resident(app, 1, world.home.units[0], ResidencyRole::Owner).await;
        let hired = stream::iter(1..=technicians as u64)
            .map(|number| world.worker(app, number, Role::Technician, &[Trade::Plumbing]))
            .buffered(HIRED_AT_ONCE)
            .collect()
            .await;
        let mut submitted = Vec::new();
        for number in 0..tickets {
            submitted.push(owner.submit(world.repair(&format!("repair-{number}"))).await);
        }
        Self { technicians: hired, tickets: submitted }
    }
}

/// One claim's outcome: which technician on which ticket, and the answer.
struct Claim {
    technician: usize,
    ticket: usize,
    outcome: Outcome,
}

async fn claim(contest: &Contest, technician: usize, ticket: usize) -> Claim {
    let client = &contest.technicians[technician].client;
    let outcome = client.step("ticketClaim", &contest.tickets[ticket], json!({})).await;
    Claim { technician, ticket, outcome }
}

/// Each technician goes through all tickets in an order of its own, all technicians at the same time.
async fn everybody_claims_everything(app: Arc<TestApp>) {
    let mut dice = Dice::new("claims");
    let contest = Arc::new(Contest::prepare(&app).await);
    let together = Arc::new(Barrier::new(contest.technicians.len() + 1));
    let runs = (0..contest.technicians.len()).map(|technician| {
        let mut order: Vec<usize> = (0..contest.tickets.len()).collect();
        dice.shuffle(&mut order);
        let (contest, together) = (Arc::clone(&contest), Arc::clone(&together));
        tokio::spawn(async move {
            together.wait().await;
            let mut claims = Vec::new();
            for ticket in order {
                claims.push(claim(&contest, technician, ticket).await);
            }
            claims
        })
    });
    let runs: Vec<_> = runs.collect();
    together.wait().await;
    let started = Instant::now();
    let claims: Vec<Claim> = join_all(runs).await.into_iter().flat_map(Result::unwrap).collect();
    judge(&app, &contest, &claims, started.elapsed()).await;
}

/// All technicians go for one ticket at the same moment, then for the next.
async fn everybody_claims_the_same_at_once(app: Arc<TestApp>) {
    let contest = Arc::new(Contest::prepare(&app).await);
    let (mut claims, mut took) = (Vec::new(), Duration::ZERO);
    for ticket in 0..contest.tickets.len() {
        let started = Instant::now();
        let all = (0..contest.technicians.len()).map(|technician| {
            let contest = Arc::clone(&contest);
            tokio::spawn(async move { claim(&contest, technician, ticket).await })
        });
        claims.extend(join_all(all.collect::<Vec<_>>()).await.into_iter().map(Result::unwrap));
        took += started.elapsed();
    }
    judge(&app, &contest, &claims, took).await;
}

/// Each ticket has one winner, everybody else was told `CLAIM_LOST` and nothing else, and the database agrees.
async fn judge(app: &TestApp, contest: &Contest, claims: &[Claim], took: Duration) {
    let all = contest.technicians.len() * contest.tickets.len();
    assert_eq!(claims.len(), all);
    let mut winners: Vec<Vec<usize>> = vec![Vec::new(); contest.tickets.len()];
    let mut lost = 0;
    for Claim { technician, ticket, outcome } in claims {
        assert_eq!(outcome.answer.status, 200, "{:#}", outcome.answer.body);
        assert!(outcome.answer.body.get("errors").is_none(), "{:#}", outcome.answer.body);
        if outcome.codes().is_empty() {
            assert_eq!(outcome.payload["ticket"]["state"], "ACCEPTED");
            assert_eq!(outcome.payload["ticket"]["version"], 2);
            assert_eq!(outcome.payload["ticket"]["assignee"]["id"], json!(contest.technicians[*technician].wire));
            winners[*ticket].push(*technician);
        } else {
            assert_eq!(outcome.codes(), ["CLAIM_LOST"]);
            assert_eq!(outcome.payload["userErrors"][0]["retryable"], false);
            assert_eq!(outcome.payload["ticket"], json!(null), "a loser is shown no ticket");
            lost += 1;
        }
    }
    let rows = ticket::Entity::find().order_by_asc(ticket::Column::Id).all(app.app.db.read()).await.unwrap();
    assert_eq!(rows.len(), contest.tickets.len());
    for (row, winners) in rows.iter().zip(&winners) {
        // Ids are made in the order of submission, so the rows stand in the order of the tickets.
        let [winner] = winners.as_slice() else { panic!("{} has {} winners", row.number, winners.len()) };
        won(app, row, contest.technicians[*winner].id).await;
    }
    let keys = Sql::new("SELECT COUNT(*) FROM idempotency_key WHERE mutation = 'ticketClaim'");
    assert_eq!(keys.number(app.app.db.read()).await.unwrap(), contest.tickets.len() as i64, "a refusal kept its key");
    let database = if app.backend == Backend::Sqlite { "SQLite" } else { "PostgreSQL" };
    println!(
        "claims on {database}: {} technicians, {} tickets, {all} claims, {} winners, {lost} conflicts, {:.2} s, {:.0} claims/s",
        contest.technicians.len(),
        contest.tickets.len(),
        winners.len(),
        took.as_secs_f64(),
        all as f64 / took.as_secs_f64(),
    );
    assert_eq!(lost, all - contest.tickets.len());
}

/// The ticket is this technician's, by one event.
async fn won(app: &TestApp, row: &ticket::Model, winner: StaffId) {
    assert_eq!((row.state, row.version, row.assignee_id), (TicketState::Accepted, 2, Some(winner)));
    let TicketId(id) = row.id;
    let events = history_event::Entity::find()
        .filter(history_event::Column::ObjectId.eq(id))
        .order_by_asc(history_event::Column::Seq)
        .all(app.app.db.read())
        .await
        .unwrap();
    let told: Vec<_> = events.iter().map(|event| (event.kind.as_str(), event.staff_id)).collect();
    assert_eq!(told, [("SUBMITTED", None), ("CLAIMED", Some(winner))]);
}
