//! Random histories of two phones without a signal and a dispatcher: each command has one result, and nothing is lost.
//!
//! Replies are lost, queues are sent twice, at once, in pieces and out of order, hours late and against tickets that were
//! given to somebody else meanwhile. At the end every command of a phone was done or refused, once; what it was told is
//! what the server holds; and what was refused stands before the dispatcher.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use api::db::Sql;
use chrono::{DateTime, Duration, Utc};
use entities::values::{ResidencyRole, Role, Trade};
use futures_util::StreamExt as _;
use futures_util::stream;
use serde_json::{Value, json};
use support::world::Worker;
use support::{Client, Dice, TestApp, World, both, servers};

both!(two_phones_and_a_dispatcher);

/// Histories, and how many of them go on at the same time.
fn size() -> (usize, usize) {
    if servers::full_scale() { (10_000, 16) } else { (60, 8) }
}

/// Who takes part in every history.
struct Crew {
    world: World,
    owner: Client,
    dispatcher: Worker,
    technicians: [Worker; 2],
}

/// A phone's queue for one ticket.
#[derive(Default)]
struct Phone {
    /// What was given and has no result yet, in order.
    queue: Vec<Value>,
    /// The key of the last command.
    last: Option<String>,
    /// How far its clock is off.
    off: Duration,
    /// What each command came to, as the phone was told, and how often.
    results: HashMap<String, String>,
    given: Vec<String>,
}

/// What can be given after what, as far as a phone knows without a signal.
fn next_command(ticket: &str, phone: &mut Phone, dice: &mut Dice, at: DateTime<Utc>) {
    let kinds = ["accept", "start", "pause", "resume", "complete", "commentAdd", "decline"];
    // Mostly the usual way, now and then anything.
    let usual = ["accept", "start", "complete"];
    let kind = if dice.below(4) == 0 { dice.pick(&kinds) } else { usual[phone.given.len().min(2)] };
    let key = uuid::Uuid::new_v4().to_string();
    let mut input = json!({ "ticketId": ticket, "idempotencyKey": key, "occurredAt": at + phone.off });
    if dice.below(5) > 0 {
        input["afterCommand"] = json!(phone.last);
    }
    let more = match kind {
        "pause" => json!({ "reason": "PARTS" }),
        "complete" => json!({ "outcome": "DONE", "words": "好了" }),
        "commentAdd" => json!({ "words": "看过了", "visibility": "PUBLIC" }),
        "decline" => json!({ "reason": "不会" }),
        _ => json!({}),
    };
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    phone.queue.push(json!({ kind: input }));
    phone.given.push(key.clone());
    phone.last = Some(key);
}

fn key_of(command: &Value) -> &str {
    command.as_object().unwrap().values().next().unwrap()["idempotencyKey"].as_str().unwrap()
}

/// Sends commands and takes the results in, unless the reply is lost.
async fn send(app: &TestApp, client: &Client, phone: &mut Phone, commands: &[Value], lost: bool) {
    const RESULTS: &str = "results { idempotencyKey status error { code retryable } }";
    let input = json!({ "commands": commands, "sentAt": app.clock.now() + phone.off });
    let payload = client.mutate("ticketCommandsReplay", input, RESULTS).await.ok();
    if lost {
        return;
    }
    for result in payload["results"].as_array().unwrap() {
        if result["error"]["retryable"] == true {
            continue;
        }
        let key = result["idempotencyKey"].as_str().unwrap().to_owned();
        // What was done is told as a repeat from the second time on.
        let status = result["status"].as_str().unwrap().replace("REPEATED", "APPLIED");
        let told = format!("{status} {}", result["error"]["code"].as_str().unwrap_or(""));
        let before = phone.results.entry(key.clone()).or_insert_with(|| told.clone());
        assert_eq!(*before, told, "a command had two results");
        phone.queue.retain(|command| key_of(command) != key);
    }
}

/// Sends a queue as a bad network does.
async fn send_badly(app: &TestApp, client: &Client, phone: &mut Phone, dice: &mut Dice) {
    let mut commands = phone.queue.clone();
    if commands.is_empty() {
        return;
    }
    match dice.below(6) {
        0 => dice.shuffle(&mut commands),
        1 => commands.truncate(1 + dice.below(commands.len())),
        2 => drop(commands.drain(..dice.below(commands.len()))),
        // What was done long ago is sent again.
        3 => commands.extend(commands.clone()),
        _ => {}
    }
    send(app, client, phone, &commands, dice.below(3) == 0).await;
}

/// One history; how many commands were given, done and refused.
async fn history(app: &TestApp, crew: &Crew, number: usize, mut dice: Dice) -> [usize; 3] {
    let ticket = crew.owner.submit(crew.world.repair(&format!("history-{number}"))).await;
    let first = dice.below(2);
    let to = |index: usize| json!({ "assigneeId": crew.technicians[index].wire, "reason": "调整" });
    let assign = json!({ "assigneeId": crew.technicians[first].wire });
    crew.dispatcher.client.step("ticketDispatch", &ticket, assign).await.ok();
    let mut phones = [Phone::default(), Phone::default()];
    for phone in &mut phones {
        phone.off = dice.pick(&[Duration::zero(), Duration::zero(), Duration::hours(5), Duration::days(-30)]);
    }
    let mut moved = 0;
    for _ in 0..dice.range(4..14) {
        let index = if dice.below(3) == 0 { 1 - first } else { first };
        match dice.below(10) {
            0..5 => next_command(&ticket, &mut phones[index], &mut dice, app.clock.now()),
            5..8 => send_badly(app, &crew.technicians[index].client, &mut phones[index], &mut dice).await,
            8 => {
                // Somebody else has it from now on, as far as the ticket's state allows.
                let outcome = crew.dispatcher.client.step("ticketTransfer", &ticket, to(dice.below(2))).await;
                moved += usize::from(outcome.codes().is_empty());
            }
            _ => app.advance(Duration::seconds(dice.range(1..600) as i64)),
        }
    }
    // The signal is back: each phone sends what it has left, in order, until everything has its result.
    for (phone, technician) in phones.iter_mut().zip(&crew.technicians) {
        while !phone.queue.is_empty() {
            let commands = phone.queue.clone();
            send(app, &technician.client, phone, &commands, false).await;
        }
        // Once more everything, as if no reply had ever come: `send` compares.
    }
    check(app, &ticket, &phones, moved).await
}

/// What the phones were told is what the server holds.
async fn check(app: &TestApp, ticket: &str, phones: &[Phone; 2], moved: usize) -> [usize; 3] {
    let count = async |table: &str, condition: &str, keys: &[&String]| {
        let mut sql = Sql::new(format!("SELECT COUNT(*) FROM {table} WHERE {condition} AND key IN "));
        sql.list(keys.iter().map(|key| (*key).clone())).number(app.app.db.read()).await.unwrap() as usize
    };
    let (mut given, mut done, mut refused, mut steps) = (0, 0, 0, 0);
    for phone in phones {
        assert_eq!(phone.results.len(), phone.given.len(), "a command has no result");
        let keys = |done: bool| {
            phone.results.iter().filter(|(_, told)| told.starts_with("APPLIED") == done).map(|(key, _)| key).collect()
        };
        let (done_keys, refused_keys): (Vec<_>, Vec<_>) = (keys(true), keys(false));
        assert_eq!(count("idempotency_key", "result NOT LIKE 'refused:%'", &done_keys).await, done_keys.len());
        assert_eq!(count("idempotency_key", "result LIKE 'refused:%'", &refused_keys).await, refused_keys.len());
        assert_eq!(count("late_command", "resolved_at IS NULL", &refused_keys).await, refused_keys.len());
        // A comment is no step of the ticket.
        steps += done_keys.len() - count("idempotency_key", "mutation = 'ticketCommentAdd'", &done_keys).await;
        given += phone.given.len();
        done += done_keys.len();
        refused += refused_keys.len();
    }
    let id = api::graphql::id::try_parse_id::<entities::values::TicketId>(&ticket.into()).unwrap();
    let mut events = Sql::new("SELECT COUNT(*) FROM history_event WHERE");
    let events = events.with(" object_id = ", id).number(app.app.db.read()).await.unwrap() as usize;
    assert_eq!(events, 2 + moved + steps, "submitted, dispatched, transferred, and each command that was done, once");
    [given, done, refused]
}

async fn two_phones_and_a_dispatcher(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let trades = &[Trade::Plumbing];
    let technicians =
        [world.worker(&app, 1, Role::Technician, trades).await, world.worker(&app, 2, Role::Technician, trades).await];
    let dispatcher = world.worker(&app, 3, Role::Dispatcher, &[]).await;
    let owner = world.resident(&app, 4, world.home.units[0], ResidencyRole::Owner).await;
    let crew = Crew { world, owner, dispatcher, technicians };
    let mut dice = Dice::new("offline");
    let (histories, at_once) = size();
    let started = Instant::now();
    let runs: Vec<_> = (0..histories).map(|number| (number, dice.split())).collect();
    let sums: Vec<[usize; 3]> = stream::iter(runs)
        .map(|(number, dice)| history(&app, &crew, number, dice))
        .buffer_unordered(at_once)
        .collect()
        .await;
    let sum = |index: usize| sums.iter().map(|figures| figures[index]).sum::<usize>();
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "offline on {:?}: {histories} histories, {} commands, {} done, {} refused, {seconds:.1} s",
        app.backend,
        sum(0),
        sum(1),
        sum(2)
    );
    assert!(sum(1) > histories && sum(2) > histories / 4, "the histories are too tame");
}
