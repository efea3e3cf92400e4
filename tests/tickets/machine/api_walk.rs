//! The same random games through the API: the server agrees with the pure state machine, turn by turn.

use std::collections::HashMap;
use std::sync::Arc;

use api::domains::identity::{self, NewAssignment, NewStaff};
use api::domains::tickets::model::deadlines::deadlines;
use api::domains::tickets::model::{Bases, Calendar, Command, Denial, Hours, Policy, QuoteStep, Work, apply, defaults};
use api::graphql::id::wire_id;
use chrono::{DateTime, Duration, Utc};
use entities::values::{CallbackClass, QuoteState, ResidencyRole, StaffId, TicketKind, Trade};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use support::dice::Dice;
use support::world::{PASSWORD, phone};
use support::{Client, TestApp, World, both, servers};

use super::game::{Game, choose, commands, game, without_contacts};
use super::people::Person;
use super::shadow::Shadow;
use super::table::Moment;

/// The people of a game with their clients and, for staff, their real ids.
struct Cast {
    clients: HashMap<String, Client>,
    wires: HashMap<StaffId, String>,
}

impl Cast {
    async fn assemble(app: &TestApp, world: &World) -> Self {
        let mut cast = Self { clients: HashMap::new(), wires: HashMap::new() };
        for (person, number) in Person::ALL.into_iter().zip(1..) {
            let client = match person {
                Person::Owner => world.resident(app, number, world.home.units[0], ResidencyRole::Owner).await,
                Person::Family => world.resident(app, number, world.home.units[0], ResidencyRole::Family).await,
                Person::Tenant => world.resident(app, number, world.home.units[0], ResidencyRole::Tenant).await,
                Person::Carl => continue,
                Person::Neighbour => world.resident(app, number, world.home.units[1], ResidencyRole::Owner).await,
                staff => cast.hire(app, world, staff, number).await,
            };
            cast.clients.insert(format!("{person:?}"), client);
        }
        cast
    }

    async fn hire(&mut self, app: &TestApp, world: &World, person: Person, number: u64) -> Client {
        let community_id = Some(world.home.community);
        let phone = phone(1, number);
        let new = NewStaff {
            name: format!("{person:?}"),
            phone: phone.clone(),
            assignments: person.roles().iter().map(|role| NewAssignment { role: *role, community_id }).collect(),
            trades: vec![Trade::Plumbing, Trade::Masonry, Trade::Elevator],
        };
        let made = identity::create_admin(&app.app, &world.org_name, new, Some(PASSWORD.to_owned())).await.unwrap();
        self.wires.insert(person.staff().unwrap(), wire_id(made.staff_id).to_string());
        app.staff(&phone, PASSWORD).await
    }

    fn client(&self, person: Person) -> &Client {
        &self.clients[&format!("{person:?}")]
    }
}

/// The mutation of a command with what it needs beside ticket and key.
fn request(cast: &Cast, command: &Command, quotes: &[(String, String)]) -> (&'static str, Value) {
    let reason = || json!({ "reason": "原因" });
    match command {
        Command::Quote(step) => quote_request(*step, quotes),
        Command::Dispatch { assignee } => ("ticketDispatch", json!({ "assigneeId": cast.wires[assignee] })),
        Command::Transfer { assignee } => {
            ("ticketTransfer", json!({ "assigneeId": cast.wires[assignee], "reason": "原因" }))
        }
        Command::Claim => ("ticketClaim", json!({})),
        Command::Accept => ("ticketAccept", json!({})),
        Command::Decline => ("ticketDecline", reason()),
        Command::Start => ("ticketStart", json!({})),
        Command::Pause { reason } => ("ticketPause", json!({ "reason": reason.as_str() })),
        Command::Resume => ("ticketResume", json!({})),
        Command::Complete { outcome, words, water_test_ended_at, .. } => (
            "ticketComplete",
            json!({ "outcome": outcome.as_str(), "words": words, "waterTestEndedAt": water_test_ended_at }),
        ),
        Command::Callback { result, .. } => {
            ("ticketCallbackRecord", json!({ "method": "PHONE", "result": result.as_str(), "words": "原因" }))
        }
        Command::Reinspect { passed } => ("ticketReinspect", json!({ "passed": passed, "words": "原因" })),
        Command::Reaccept { accepted } => ("ticketReaccept", json!({ "accepted": accepted, "words": "原因" })),
        Command::ReportUnsolved => ("ticketReportUnsolved", reason()),
        Command::Reopen => ("ticketReopen", reason()),
        Command::Cancel => ("ticketCancel", reason()),
        Command::Reschedule { slot: (start, end) } => {
            ("ticketReschedule", json!({ "slotStart": start, "slotEnd": end, "reason": "原因" }))
        }
        Command::Urge => ("ticketUrge", json!({})),
        Command::AddHelper { helper } => ("ticketHelperAdd", json!({ "staffId": cast.wires[helper] })),
        Command::RemoveHelper { helper } => ("ticketHelperRemove", json!({ "staffId": cast.wires[helper] })),
        Command::SetPayer { payer, liable } => {
            ("ticketPayerSet", json!({ "payer": payer, "liableParty": liable, "reason": "原因" }))
        }
        Command::Attach => unreachable!("it needs an upload, and is not played"),
        Command::JoinContact => unreachable!("no contact takes part in these games"),
        Command::Rate => ("ticketRate", json!({ "overall": 5, "speed": 4, "quality": 3, "attitude": 2 })),
    }
}

/// The latest quote that stands so, or none of the ticket's.
fn named(state: Option<QuoteState>, quotes: &[(String, String)]) -> Option<&str> {
    let state = state?.as_str();
    quotes.iter().rev().find(|(_, of)| *of == state).map(|(id, _)| id.as_str())
}

fn quote_request(step: QuoteStep, quotes: &[(String, String)]) -> (&'static str, Value) {
    let nobodys = wire_id(entities::values::QuoteId(uuid::Uuid::from_u128(1))).to_string();
    let meant = |state| named(state, quotes).unwrap_or(&nobodys).to_owned();
    match step {
        QuoteStep::Submit { charges } => {
            let price = if charges { "120.50" } else { "0" };
            let line = json!({ "words": "换角阀", "kind": "LABOUR", "quantity": "1.5", "unitPrice": price });
            ("ticketQuoteSubmit", json!({ "lines": [line], "words": "含材料" }))
        }
        QuoteStep::Withdraw { named } => ("ticketQuoteWithdraw", json!({ "quoteId": meant(named) })),
        QuoteStep::Approve { named } => ("ticketQuoteApprove", json!({ "quoteId": meant(named), "words": "业主同意" })),
        QuoteStep::Refuse { named } => ("ticketQuoteRefuse", json!({ "quoteId": meant(named), "reason": "太贵" })),
    }
}

/// Whether a command can be given through the API as the model has it: the quote that it means is there.
fn can_be_given(command: &Command, quotes: &[(String, String)]) -> bool {
    match command {
        Command::Complete { by_list, .. } => !by_list,
        Command::Quote(
            QuoteStep::Withdraw { named: state }
            | QuoteStep::Approve { named: state }
            | QuoteStep::Refuse { named: state },
        ) => state.is_none() || named(*state, quotes).is_some(),
        _ => true,
    }
}

/// The codes by which the API may say a denial.
fn codes(command: &Command, denial: &Denial) -> &'static [&'static str] {
    match denial {
        // Who sees nothing of the ticket learns nothing of it.
        Denial::Forbidden => &["FORBIDDEN", "NOT_FOUND"],
        Denial::State if *command == Command::Claim => &["CLAIM_LOST"],
        Denial::State => &["INVALID_TRANSITION"],
        Denial::NotAssignee => &["NOT_ASSIGNEE"],
        Denial::ClosingPath => &["CLOSING_PATH"],
        Denial::ByWorker => &["CALLBACK_BY_WORKER"],
        Denial::SameDay => &["CALLBACK_SAME_DAY"],
        Denial::ReopenTooLate { .. } => &["REOPEN_TOO_LATE"],
        Denial::WaterTestRequired => &["WATER_TEST_REQUIRED"],
        Denial::WaterTestInFuture => &["TIME_IN_FUTURE"],
        Denial::TooEarlyToRate => &["RATING_TOO_EARLY"],
        Denial::AlreadyRated => &["ALREADY_RATED"],
        Denial::SlotInPast => &["SLOT_IN_PAST"],
        Denial::UrgedRecently { .. } => &["URGED_RECENTLY"],
        Denial::HelpsAlready => &["ALREADY_EXISTS"],
        Denial::HelperIsAssignee => &["ASSIGNEE_UNSUITABLE"],
        Denial::NotHelper => &["NOT_FOUND"],
        Denial::AlreadyCalledBack => &["ALREADY_CALLED_BACK"],
        Denial::NotPublic => &["NOT_PUBLIC_FAULT"],
        Denial::QuoteOpen => &["QUOTE_OPEN"],
        Denial::QuoteDecided => &["QUOTE_DECIDED"],
        Denial::QuoteReplaced => &["QUOTE_REPLACED"],
        Denial::NoSuchQuote => &["NOT_FOUND"],
        Denial::QuoteRequired => &["QUOTE_REQUIRED"],
        Denial::NotPaidWork => &["NOT_PAID_WORK"],
        Denial::QuoteByWorker => &["QUOTE_BY_WORKER"],
    }
}

/// Submits a game's ticket for the front desk; its id.
async fn submit(app: &TestApp, world: &World, cast: &Cast, game: &Game, slot: Option<[DateTime<Utc>; 2]>) -> String {
    let category = match game.class {
        CallbackClass::Leak => "LEAK",
        CallbackClass::Safety => "ELEVATOR",
        CallbackClass::Ordinary => "PLUMBING",
    };
    let mut input = world.repair(&uuid::Uuid::new_v4().to_string());
    input["kind"] = json!(game.kind.as_str());
    input["urgency"] = json!(game.urgency.as_str());
    input["categoryId"] = json!(world.category(category));
    if let Some([start, end]) = slot {
        input["slotStart"] = json!(start);
        input["slotEnd"] = json!(end);
    }
    assert!(app.clock.now() <= slot.map_or(DateTime::<Utc>::MAX_UTC, |[start, _]| start));
    cast.client(Person::Desk).submit(input).await
}

/// What the API shows of the ticket is what the model has; the ticket's quotes with their states.
async fn compare(app: &TestApp, cast: &Cast, ticket: &str, work: &Work, version: i32) -> Vec<(String, String)> {
    const QUERY: &str = "query($id: ID!) { node(id: $id) { ... on Ticket {
        state version reworkCount callbackTries pauseReason outcome assignee { id } payer liableParty
        deadlines { kind breached } events { seq } ratings { round } quotes { id state } } } }";
    let data = cast.client(Person::Supervisor).query(QUERY, json!({ "id": ticket })).await;
    let seen = &data["node"];
    let expected: Vec<Value> = deadlines(work, app.clock.now())
        .iter()
        .map(|it| json!({ "kind": format!("{:?}", it.kind).to_uppercase(), "breached": it.breached }))
        .collect();
    assert_eq!(seen["state"], work.state.as_str());
    assert_eq!(seen["version"], version);
    assert_eq!(seen["reworkCount"], work.rework_count);
    assert_eq!((&seen["payer"], &seen["liableParty"]), (&json!(work.payer), &json!(work.liable)));
    assert_eq!(seen["callbackTries"], work.callback_tries);
    assert_eq!(seen["pauseReason"], json!(work.pause_reason.map(|it| it.as_str())));
    assert_eq!(seen["outcome"], json!(work.outcome.map(|it| it.as_str())));
    assert_eq!(seen["assignee"]["id"], json!(work.assignee.map(|staff| cast.wires[&staff].clone())));
    assert_eq!(seen["deadlines"], json!(expected));
    let events: Vec<Value> = (1..=version).map(|seq| json!({ "seq": seq })).collect();
    assert_eq!(seen["events"], json!(events), "an event was lost");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let quotes: Vec<_> =
        seen["quotes"].as_array().unwrap().iter().map(|it| (text(&it["id"]), text(&it["state"]))).collect();
    assert_eq!(quotes.last().map(|(_, state)| state.as_str()), work.quote.map(|it| it.as_str()), "quote");
    quotes
}

/// Plays one game through the API beside the model; how many commands were accepted.
async fn play(app: &TestApp, world: &World, cast: &Cast, mut game: Game) -> i32 {
    let submitted = app.clock.now();
    let slot = game.slot.filter(|(from, _)| *from >= 0).map(|(from, length)| {
        let start = submitted + Duration::minutes(from);
        [start, start + Duration::minutes(length)]
    });
    game.rules.callback_tries = 3;
    game.rules.reopen_days = 7;
    game.rules.urge_minutes = 30;
    game.rules.policy = defaults::policy(game.urgency, game.class);
    // What a community has until it is set otherwise.
    game.rules.calendar = Calendar {
        zone: chrono_tz::Asia::Shanghai,
        hours: Hours { opens: 420, closes: 1260 },
        weekdays: 127,
        days: std::collections::BTreeMap::new(),
    };
    let (kind, urgency, class, rules) = (game.kind, game.urgency, game.class, game.rules.clone());
    let appointment = slot.map(|[start, end]| (start, end));
    let ticket = submit(app, world, cast, &game, slot).await;
    let work = Work::submitted(kind, urgency, class, appointment, &rules.policy, &rules.calendar, submitted);
    let mut work = work;
    let mut quotes = Vec::new();
    // The shadow keeps count of tries and ratings here; its deadlines have tests of their own.
    let around_the_clock = Policy { bases: Bases::AROUND_THE_CLOCK, ..rules.policy };
    let mut shadow = Shadow::new(around_the_clock, class, appointment, submitted);
    let mut version = 1;
    let technicians: Vec<StaffId> =
        Person::TECHNICIANS.into_iter().filter(|person| *person != Person::Carl).filter_map(Person::staff).collect();
    for turn in &game.turns {
        app.advance(Duration::minutes(turn.minutes));
        let at = app.clock.now();
        let tries = i32::try_from(shadow.unreached.len()).unwrap();
        let moment =
            Moment { at, tries, tries_needed: 3, reopen_days: 7, rated: shadow.rated, urge_again: shadow.urge_again };
        let mut commands = commands(&technicians, at, shadow.unreached.last().copied());
        commands.retain(|command| *command != Command::Attach);
        commands.retain(without_contacts);
        commands.retain(|command| can_be_given(command, &quotes));
        let (person, command) = choose(&turn.pick, &commands, &work, &moment);
        if person == Person::Carl {
            // Contractors' people have tests of their own.
            continue;
        }
        let (mutation, more) = request(cast, &command, &quotes);
        let answer = cast.client(person).step(mutation, &ticket, more).await;
        let context = format!("{command:?} by {person:?} from {}", work.state);
        match apply(&work, &command, &person.actor(person.staff()), &rules, at) {
            Ok(after) => {
                assert_eq!(answer.codes(), Vec::<String>::new(), "{context}");
                shadow.note(&command, person, 30, at);
                work = after;
                version += 1;
                assert_eq!(answer.payload["ticket"]["version"], version, "{context}");
            }
            Err(denial) => {
                let code = answer.refused();
                assert!(codes(&command, &denial).contains(&code.as_str()), "{context}: {denial:?} said as {code}");
            }
        }
        quotes = compare(app, cast, &ticket, &work, version).await;
    }
    version - 1
}

both!(the_api_agrees_with_the_model);

/// Random commands by everybody on tickets of every kind: the API accepts, refuses and shows what the model says.
async fn the_api_agrees_with_the_model(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let cast = Cast::assemble(&app, &world).await;
    let seed = Dice::new("api walk").range(0..usize::MAX);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    // Sessions of tests last ten years, and a game of 60 turns a quarter.
    let (games, turns) = if servers::full_scale() { (36, 60) } else { (12, 40) };
    let mut accepted = 0;
    for number in 0..games {
        let mut game = game(&Person::ALL, turns).new_tree(&mut runner).unwrap().current();
        game.kind = TicketKind::ALL[number % TicketKind::ALL.len()];
        accepted += play(&app, &world, &cast, game).await;
    }
    assert!(accepted >= games as i32 * 3, "only {accepted} commands were accepted in {games} games");
}
