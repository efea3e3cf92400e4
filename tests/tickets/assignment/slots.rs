//! Which appointments are offered (预约时段): by a hand-written table, and through the API.

use std::sync::Arc;

use api::domains::tickets::model::slots::{Span, Technician, free, of_day};
use api::graphql::id::wire_id;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::America::New_York;
use chrono_tz::Asia::Shanghai;
use entities::values::{Role, StaffId, Trade};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};
use uuid::Uuid;

use crate::tickets::shared::Crew;

fn at(text: &str) -> DateTime<Utc> {
    format!("2026-03-02T{text}:00Z").parse().unwrap()
}

fn span(start: &str, end: &str) -> Span {
    (at(start), at(end))
}

#[test]
fn a_day_has_the_whole_slots_of_its_hours() {
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    for (hours, expected) in [((420, 1260), 7), ((540, 1020), 4), ((540, 1010), 3), ((0, 1440), 12), ((600, 700), 0)] {
        let slots = of_day(&Shanghai, day("2026-03-02"), hours);
        assert_eq!(slots.len(), expected, "{hours:?}");
        assert!(slots.iter().all(|(start, end)| *end - *start == Duration::hours(2)));
        assert!(slots.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }
    assert_eq!(of_day(&Shanghai, day("2026-03-02"), (420, 1260))[0], (at("00:00") - Duration::hours(1), at("01:00")));
    // The clocks go forward at 02:00 on 2026-03-08 and back on 2026-11-01: a slot is never empty nor backwards.
    for text in ["2026-03-08", "2026-11-01"] {
        let slots = of_day(&New_York, day(text), (0, 1440));
        assert!(slots.len() >= 10 && slots.iter().all(|(start, end)| start < end), "{slots:?}");
        assert!(slots.is_sorted());
    }
}

/// A technician with these appointments and so many minutes of work without one.
fn technician(number: u128, appointments: &[Span], loose_minutes: i64) -> Technician {
    Technician { staff: StaffId(Uuid::from_u128(number)), appointments: appointments.to_vec(), loose_minutes }
}

/// What, the technicians, the appointments that nobody has yet, the minutes of the work, and who is free in each slot.
type Case = (&'static str, Vec<Technician>, Vec<Span>, i32, [i32; 3]);

#[test]
fn the_free_are_counted_as_the_table_says() {
    // Three slots; it is half past six, so that the first has 90 minutes left.
    let slots = [span("06:00", "08:00"), span("08:00", "10:00"), span("10:00", "12:00")];
    let now = at("06:30");
    let taken = span("08:00", "10:00");
    let table: [Case; 14] = [
        ("nobody", vec![], vec![], 60, [0, 0, 0]),
        ("one without work", vec![technician(1, &[], 0)], vec![], 60, [1, 1, 1]),
        ("two", vec![technician(1, &[], 0), technician(2, &[], 0)], vec![], 60, [2, 2, 2]),
        ("an appointment", vec![technician(1, &[taken], 0)], vec![], 60, [1, 0, 1]),
        ("one that touches two", vec![technician(1, &[span("09:59", "10:01")], 0)], vec![], 60, [1, 0, 0]),
        ("one that only borders", vec![technician(1, &[span("10:00", "12:00")], 0)], vec![], 60, [1, 1, 0]),
        ("work that leaves enough", vec![technician(1, &[], 30)], vec![], 60, [1, 1, 1]),
        ("work that leaves too little", vec![technician(1, &[], 31)], vec![], 60, [0, 1, 1]),
        ("work that fills more", vec![technician(1, &[], 90 + 61)], vec![], 60, [0, 0, 1]),
        ("work around an appointment", vec![technician(1, &[taken], 90 + 61)], vec![], 60, [0, 0, 0]),
        ("work longer than a slot needs a whole one", vec![technician(1, &[], 0)], vec![], 500, [0, 1, 1]),
        ("a ticket that nobody has yet", vec![technician(1, &[], 0)], vec![taken], 60, [1, 0, 1]),
        ("two of those for one", vec![technician(1, &[], 0)], vec![taken, taken], 60, [1, 0, 1]),
        ("one of those for two", vec![technician(1, &[], 0), technician(2, &[], 0)], vec![taken], 60, [2, 1, 2]),
    ];
    for (what, technicians, waiting, work, expected) in table {
        let found = free(&slots, &technicians, &waiting, work, now);
        assert_eq!(found.iter().map(|slot| slot.free).collect::<Vec<_>>(), expected, "{what}");
        assert_eq!(found.iter().map(|slot| (slot.start, slot.end)).collect::<Vec<_>>(), slots, "{what}");
    }
}

both!(
    slots_are_offered_from_what_is_known,
    nothing_is_offered_to_whoever_has_no_business,
    bad_questions_are_refused,
    the_statements_do_not_grow
);

const QUERY: &str = "query($category: ID!, $unit: ID, $community: ID, $from: Date!, $days: Int!) {
    appointmentSlots(categoryId: $category, unitId: $unit, communityId: $community, from: $from, days: $days) {
        start end freeTechnicians } }";

async fn offered(by: &Client, world: &World, category: &str, from: &str, days: i32) -> Value {
    let category = world.category(category);
    let variables = json!({ "category": category, "unit": world.unit(), "from": from, "days": days });
    by.query(QUERY, variables).await["appointmentSlots"].clone()
}

fn counts(slots: &Value) -> Vec<i64> {
    slots.as_array().unwrap().iter().map(|slot| slot["freeTechnicians"].as_i64().unwrap()).collect()
}

async fn slots_are_offered_from_what_is_known(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    // It is 09:00 on Monday in Shanghai; service goes from 07:00 to 21:00.
    let today = offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-02", 1).await;
    assert_eq!(
        today[0],
        json!({ "start": "2026-03-02T01:00:00Z", "end": "2026-03-02T03:00:00Z", "freeTechnicians": 2 })
    );
    assert_eq!(counts(&today), [2; 6], "07:00 to 09:00 is past");
    assert_eq!(offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-01", 1).await, json!([]));
    assert_eq!(counts(&offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-02", 14).await).len(), 6 + 13 * 7);
    // The trade counts, and the community; a contractor's people do not.
    assert_eq!(counts(&offered(&crew.owner, &crew.world, "ELEVATOR", "2026-03-03", 1).await), [1; 7]);
    assert_eq!(counts(&offered(&crew.owner, &crew.world, "HEATING", "2026-03-03", 1).await), [0; 7]);
    assert_eq!(counts(&offered(&crew.owner, &crew.world, "OTHER", "2026-03-03", 1).await), [2; 7]);
    let away = Some(crew.world.elsewhere.community);
    crew.world.worker_at(&app, 11, Role::Technician, away, &[Trade::Plumbing]).await;
    let everywhere = crew.world.worker_at(&app, 12, Role::Technician, None, &[Trade::Plumbing]).await;
    assert_eq!(counts(&offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-03", 1).await), [3; 7]);
    let admin = crew.world.admin(&app).await;
    admin.mutate("staffLeave", json!({ "staffId": everywhere.wire }), "staff { id }").await.ok();
    // An appointment that nobody has yet takes one; given to somebody it takes that one; done, it takes none.
    let at = json!({ "slotStart": "2026-03-03T01:00:00Z", "slotEnd": "2026-03-03T03:00:00Z" });
    let ticket = crew.submitted(at).await;
    let tuesday = async || counts(&offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-03", 1).await);
    assert_eq!(tuesday().await, [2, 1, 2, 2, 2, 2, 2]);
    crew.bring(&ticket, "ACCEPTED").await;
    assert_eq!(tuesday().await, [2, 1, 2, 2, 2, 2, 2]);
    for mutation in ["ticketStart", "ticketComplete"] {
        crew.plumber.client.step(mutation, &ticket, crew.words_for(mutation)).await.ok();
    }
    assert_eq!(tuesday().await, [2; 7]);
    // Open work without an appointment fills the plumber's next hours: 15 of 60 minutes each, today's 12 hours and 3 more.
    for _ in 0..15 {
        crew.brought(json!({}), "DISPATCHED").await;
    }
    assert_eq!(counts(&offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-02", 1).await), [1; 6]);
    assert_eq!(tuesday().await, [1, 2, 2, 2, 2, 2, 2], "120 minutes and 60, which leave room");
}

async fn nothing_is_offered_to_whoever_has_no_business(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let foreign = World::build(&app, 2).await;
    let collector = crew.world.worker(&app, 11, Role::Collector, &[]).await.client;
    let ask = |world: &World| json!({ "category": world.category("PLUMBING"), "from": "2026-03-02", "days": 1 });
    let of = |world: &World, field: &str, id: String| {
        let mut variables = ask(world);
        variables[field] = json!(id);
        variables
    };
    let home = wire_id(crew.world.home.community).to_string();
    let neighbour = wire_id(crew.world.home.units[1]).to_string();
    for (client, variables, found) in [
        (&crew.owner, of(&crew.world, "unit", crew.world.unit()), true),
        (&crew.owner, of(&crew.world, "community", home.clone()), true),
        (&crew.owner, of(&crew.world, "unit", neighbour.clone()), false),
        (&crew.owner, of(&foreign, "community", home.clone()), false),
        (&crew.owner, of(&foreign, "unit", foreign.unit()), false),
        (&crew.desk.client, of(&crew.world, "unit", neighbour), true),
        (&crew.desk.client, of(&crew.world, "community", wire_id(crew.world.elsewhere.community).to_string()), false),
        (&foreign.admin(&app).await, of(&crew.world, "community", home.clone()), false),
    ] {
        let data = client.query(QUERY, variables.clone()).await;
        assert_eq!(!data["appointmentSlots"].is_null(), found, "{variables}");
    }
    let variables = of(&crew.world, "community", home);
    assert_eq!(collector.post(QUERY, variables.clone()).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().post(QUERY, variables).await.code(), "UNAUTHENTICATED");
}

async fn bad_questions_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let good = json!({
        "category": crew.world.category("PLUMBING"), "unit": crew.world.unit(), "from": "2026-03-02", "days": 1,
    });
    for (field, value, reason) in [
        ("days", json!(0), "INVALID_VALUE"),
        ("days", json!(15), "INVALID_VALUE"),
        ("from", json!("2026-05-02"), "INVALID_VALUE"),
        ("from", json!("9999-12-31"), "INVALID_VALUE"),
        ("unit", json!(null), "PLACE_REQUIRED"),
        ("unit", json!("unit_1"), "INVALID_ID"),
        ("category", json!(crew.world.unit()), "INVALID_ID"),
    ] {
        let mut variables = good.clone();
        variables[field] = value;
        let answer = crew.owner.post(QUERY, variables).await;
        assert_eq!(answer.code(), "MALFORMED", "{field}");
        assert_eq!(answer.body["errors"][0]["extensions"]["reason"], reason, "{field}");
    }
    let last = json!({ "category": good["category"], "unit": good["unit"], "from": "2026-05-01", "days": 14 });
    assert_eq!(counts(&crew.owner.query(QUERY, last).await["appointmentSlots"]).len(), 14 * 7, "60 days ahead");
}

async fn the_statements_do_not_grow(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..4 {
        let asked = offered(&crew.owner, &crew.world, "PLUMBING", "2026-03-02", 14);
        assert_eq!(app.statements(asked).await.0, 3, "the viewer, the place, what takes time");
        crew.brought(json!({}), "DISPATCHED").await;
        crew.submitted(json!({ "slotStart": "2026-03-04T01:00:00Z", "slotEnd": "2026-03-04T03:00:00Z" })).await;
    }
}
