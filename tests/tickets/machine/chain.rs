//! The history of a random game is a chain that shows every change made to it.

use api::clock::Clock;
use api::infra::history::chain::{GENESIS, payload_digest, verify};
use api::infra::history::{Actor, Head, NewEvent, ObjectKind, link};
use chrono::Duration;
use entities::history_event::Model;
use entities::values::{AccountId, EventId, OrganizationId, StaffId, TypedId};
use proptest::prelude::*;
use serde_json::json;
use support::{servers, start_of_time};
use uuid::Uuid;

use super::game::game;
use super::people::Person;
use super::properties::{Move, play};

/// The events of a ticket's submission and moves, with the head that its row would name.
fn chain(moves: &[Move]) -> (Vec<Model>, Head) {
    let clock = Clock::manual(start_of_time());
    let object_id = Uuid::from_u128(0x71C);
    let event = |kind, from_state, to_state, staff_id: Option<StaffId>, occurred_at| NewEvent {
        org_id: OrganizationId(Uuid::from_u128(2)),
        object_kind: ObjectKind::Ticket,
        object_id,
        kind,
        from_state,
        to_state,
        actor: Actor { account_id: staff_id.map(|id| AccountId(id.uuid())), staff_id },
        payload: json!({ "words": format!("厨房漏水 {kind}") }),
        occurred_at,
    };
    let (first, mut head) =
        link(&clock, &Head::genesis(), event("SUBMITTED", None, Some("SUBMITTED"), None, start_of_time())).unwrap();
    let mut events = vec![first];
    for Move { at, person, command, from, to } in moves {
        clock.advance(*at - clock.now());
        let new = event(command.event(), Some(from.as_str()), Some(to.as_str()), person.staff(), *at);
        let (row, next) = link(&clock, &head, new).unwrap();
        events.push(row);
        head = next;
    }
    (events, head)
}

fn holds(events: &[Model], head: &Head) -> bool {
    verify(events, head.seq, &head.hash).is_ok()
}

type Alteration = (&'static str, fn(&mut Model));

/// Each field, altered in every way that differs.
const ALTERATIONS: &[Alteration] = &[
    ("id", |it| it.id = EventId(Uuid::from_u128(it.id.uuid().as_u128() ^ 1))),
    ("org_id", |it| it.org_id = OrganizationId(Uuid::from_u128(3))),
    ("object_kind", |it| it.object_kind = "IMPORT_RUN".to_owned()),
    ("object_id", |it| it.object_id = Uuid::from_u128(0x71D)),
    ("seq up", |it| it.seq += 1),
    ("seq down", |it| it.seq -= 1),
    ("kind", |it| it.kind.push('X')),
    ("kind and from_state", |it| {
        // The same letters on another side of the border between two fields.
        let last = it.kind.pop().unwrap();
        it.from_state = Some(format!("{last}{}", it.from_state.as_deref().unwrap_or_default()));
    }),
    ("from_state", |it| it.from_state = Some("PAUSED!".to_owned())),
    ("from_state missing or empty", |it| it.from_state = it.from_state.is_none().then(String::new)),
    ("to_state", |it| it.to_state = Some("CLOSED!".to_owned())),
    ("to_state missing", |it| it.to_state = None),
    ("account_id", |it| it.account_id = Some(AccountId(Uuid::from_u128(0xBAD)))),
    ("account_id missing or nil", |it| it.account_id = it.account_id.is_none().then_some(AccountId(Uuid::nil()))),
    ("staff_id", |it| it.staff_id = Some(StaffId(Uuid::from_u128(0xBAD)))),
    ("staff_id missing or nil", |it| it.staff_id = it.staff_id.is_none().then_some(StaffId(Uuid::nil()))),
    ("payload_version", |it| it.payload_version += 1),
    ("payload", |it| it.payload = Some(r#"{"words":"没有漏水"}"#.to_owned())),
    ("payload without its salt", |it| {
        it.payload = Some(r#"{"words":"没有漏水"}"#.to_owned());
        it.payload_salt = None;
    }),
    ("payload_salt", |it| it.payload_salt = Some(vec![7; 16])),
    ("payload_salt missing", |it| it.payload_salt = None),
    ("payload missing", |it| it.payload = None),
    ("payload with a salt and digest of its own", |it| {
        let payload = r#"{"words":"没有漏水"}"#.to_owned();
        it.payload_salt = Some(vec![7; 16]);
        it.payload_digest = payload_digest(&[7; 16], &payload).to_vec();
        it.payload = Some(payload);
    }),
    ("payload_digest", |it| it.payload_digest[31] ^= 1),
    ("prev_hash", |it| it.prev_hash[0] ^= 1),
    ("hash", |it| it.hash[0] ^= 1),
    ("occurred_at", |it| it.occurred_at += Duration::microseconds(1)),
    ("recorded_at", |it| it.recorded_at -= Duration::microseconds(1)),
    ("kind, hashed anew", |it| {
        it.kind.push('X');
        it.hash = api::infra::history::chain::hash(it).to_vec();
    }),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if servers::full_scale() { 500 } else { 60 }))]

    /// Whatever is altered, in whichever event: it shows.
    #[test]
    fn an_altered_field_shows(game in game(&Person::ALL, 25)) {
        let (events, head) = chain(&play(&game));
        prop_assert!(holds(&events, &head));
        for at in 0..events.len() {
            for (what, alter) in ALTERATIONS {
                let mut altered = events.clone();
                alter(&mut altered[at]);
                prop_assert_ne!(&altered[at], &events[at], "{} alters nothing", what);
                prop_assert!(!holds(&altered, &head), "{} of event {} of {}", what, at + 1, events.len());
            }
        }
    }

    /// A dropped, swapped, doubled, inserted or cut-off event shows, also when the rest is numbered anew.
    #[test]
    fn a_missing_or_additional_event_shows(game in game(&Person::ALL, 25)) {
        let (events, head) = chain(&play(&game));
        for at in 0..events.len() {
            let mut dropped = events.clone();
            dropped.remove(at);
            prop_assert!(!holds(&dropped, &head), "dropped {at}");
            for (event, seq) in dropped.iter_mut().zip(1..) {
                event.seq = seq;
            }
            prop_assert!(!holds(&dropped, &head), "dropped {at}, numbered anew");
            prop_assert!(!holds(&events[..at], &head), "cut off after {at}");
            let mut doubled = events.clone();
            doubled.insert(at, events[at].clone());
            prop_assert!(!holds(&doubled, &head), "doubled {at}");
            for other in at + 1..events.len() {
                let mut swapped = events.clone();
                swapped.swap(at, other);
                prop_assert!(!holds(&swapped, &head), "swapped {at} and {other}");
                let (one, two) = (swapped[at].seq, swapped[other].seq);
                (swapped[at].seq, swapped[other].seq) = (two, one);
                prop_assert!(!holds(&swapped, &head), "swapped {at} and {other} with their numbers");
            }
        }
        // A forged event at the end, rightly chained: the row names another head.
        let mut longer = events.clone();
        let mut forged = events[events.len() - 1].clone();
        forged.seq += 1;
        forged.prev_hash.clone_from(&head.hash);
        forged.hash = api::infra::history::chain::hash(&forged).to_vec();
        longer.push(forged);
        prop_assert!(!holds(&longer, &head));
        let other_head = Head { seq: head.seq, hash: GENESIS.to_vec() };
        prop_assert!(!holds(&events, &other_head));
    }

    /// Payloads can be erased, all or some, and the chain stays whole.
    #[test]
    fn an_erased_payload_breaks_nothing(game in game(&Person::ALL, 25), chosen in any::<u64>()) {
        let (mut events, head) = chain(&play(&game));
        for (at, event) in events.iter_mut().enumerate() {
            if at == 0 || chosen >> (at % 64) & 1 == 1 {
                event.payload = None;
                event.payload_salt = None;
            }
        }
        prop_assert!(holds(&events, &head));
    }
}
