//! Deadlines computed by hand: holidays, service hours, pauses, appointments, and places that change their clocks.

use std::collections::BTreeMap;

use api::domains::tickets::model::{Bases, Calendar, Command, Hours, Policy, Rules, Work, apply};
use chrono::{DateTime, Duration, FixedOffset};
use chrono_tz::Tz;
use entities::values::ClockBasis::{self, AroundTheClock, ServiceHours};
use entities::values::{CallbackClass, PauseReason, TicketKind, Urgency};

use crate::tickets::machine::people::Person;

/// A place with its hours.
#[derive(Clone, Copy, Debug)]
enum Place {
    /// 07:00 to 21:00 every day; closed from 1 to 3 October 2026, open 09:00 to 12:00 on the 4th.
    Harbin,
    /// 09:00 to 17:00 from Monday to Friday; open on Saturday 10 October 2026, a working day in lieu.
    Office,
    /// Always open.
    Always,
    /// Berlin, 00:00 to 24:00: the day of the change has 23 or 25 hours.
    BerlinAlways,
    /// Berlin, 01:00 to 04:00 every night.
    BerlinNights,
    /// New York, 02:30 to 10:00 every day: on the day of the change 02:30 does not exist.
    NewYork,
    /// Lord Howe Island, which changes its clocks by half an hour, 08:00 to 20:00.
    LordHowe,
}

use Place::*;

impl Place {
    fn calendar(self) -> Calendar {
        let day = |text: &str| text.parse().unwrap();
        let hours = |opens: i32, closes: i32| Hours { opens: opens * 60, closes: closes * 60 };
        let every_day = |zone: Tz, hours| Calendar { zone, hours, weekdays: 127, days: BTreeMap::new() };
        match self {
            Harbin => Calendar {
                days: [
                    (day("2026-10-01"), None),
                    (day("2026-10-02"), None),
                    (day("2026-10-03"), None),
                    (day("2026-10-04"), Some(hours(9, 12))),
                ]
                .into(),
                ..every_day(chrono_tz::Asia::Shanghai, hours(7, 21))
            },
            Office => Calendar {
                weekdays: 0b001_1111,
                days: [(day("2026-10-10"), Some(hours(9, 17)))].into(),
                ..every_day(chrono_tz::Asia::Shanghai, hours(9, 17))
            },
            Always => every_day(chrono_tz::Asia::Shanghai, hours(0, 24)),
            BerlinAlways => every_day(chrono_tz::Europe::Berlin, hours(0, 24)),
            BerlinNights => every_day(chrono_tz::Europe::Berlin, hours(1, 4)),
            NewYork => every_day(chrono_tz::America::New_York, Hours { opens: 150, closes: 600 }),
            LordHowe => every_day(chrono_tz::Australia::Lord_Howe, hours(8, 20)),
        }
    }
}

/// Where, in which time, from when, how many minutes, until when.
type Case = (Place, ClockBasis, &'static str, i64, &'static str);

const CASES: &[Case] = &[
    // Around the clock nothing else counts.
    (Harbin, AroundTheClock, "2026-03-02T09:00:00+08:00", 30, "2026-03-02T09:30:00+08:00"),
    (Harbin, AroundTheClock, "2026-03-02T23:50:00+08:00", 30, "2026-03-03T00:20:00+08:00"),
    (Harbin, AroundTheClock, "2026-09-30T20:00:00+08:00", 1440, "2026-10-01T20:00:00+08:00"),
    (BerlinNights, AroundTheClock, "2026-03-29T00:30:00+01:00", 120, "2026-03-29T03:30:00+02:00"),
    // Within one day's service hours.
    (Harbin, ServiceHours, "2026-03-02T09:00:00+08:00", 30, "2026-03-02T09:30:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T07:00:00+08:00", 840, "2026-03-02T21:00:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T20:30:00+08:00", 30, "2026-03-02T21:00:00+08:00"),
    // Over the night.
    (Harbin, ServiceHours, "2026-03-02T20:45:00+08:00", 30, "2026-03-03T07:15:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T21:00:00+08:00", 30, "2026-03-03T07:30:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T23:59:00+08:00", 30, "2026-03-03T07:30:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T05:00:00+08:00", 30, "2026-03-02T07:30:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T06:59:59+08:00", 1, "2026-03-02T07:01:00+08:00"),
    // Over several days: 72 hours of service are five days and two hours.
    (Harbin, ServiceHours, "2026-03-02T09:00:00+08:00", 4320, "2026-03-07T11:00:00+08:00"),
    (Harbin, ServiceHours, "2026-03-02T07:00:00+08:00", 8400, "2026-03-11T21:00:00+08:00"),
    // Over the holidays: 2026-10-01 to -03 are closed, the 4th opens from nine to noon.
    (Harbin, ServiceHours, "2026-09-30T20:30:00+08:00", 60, "2026-10-04T09:30:00+08:00"),
    (Harbin, ServiceHours, "2026-10-01T10:00:00+08:00", 30, "2026-10-04T09:30:00+08:00"),
    (Harbin, ServiceHours, "2026-10-03T20:59:00+08:00", 180, "2026-10-04T12:00:00+08:00"),
    (Harbin, ServiceHours, "2026-10-03T20:59:00+08:00", 181, "2026-10-05T07:01:00+08:00"),
    (Harbin, ServiceHours, "2026-10-04T12:00:00+08:00", 60, "2026-10-05T08:00:00+08:00"),
    (Harbin, ServiceHours, "2026-09-30T07:00:00+08:00", 840 + 180 + 840, "2026-10-05T21:00:00+08:00"),
    (Harbin, ServiceHours, "2026-10-04T08:00:00+08:00", 60, "2026-10-04T10:00:00+08:00"),
    // Over the weekend, and on a Saturday that is worked.
    (Office, ServiceHours, "2026-03-06T16:30:00+08:00", 60, "2026-03-09T09:30:00+08:00"),
    (Office, ServiceHours, "2026-03-07T12:00:00+08:00", 1, "2026-03-09T09:01:00+08:00"),
    (Office, ServiceHours, "2026-03-06T17:00:00+08:00", 480, "2026-03-09T17:00:00+08:00"),
    (Office, ServiceHours, "2026-10-09T16:00:00+08:00", 120, "2026-10-10T10:00:00+08:00"),
    (Office, ServiceHours, "2026-10-10T16:00:00+08:00", 120, "2026-10-12T10:00:00+08:00"),
    (Office, ServiceHours, "2026-03-02T09:00:00+08:00", 2400, "2026-03-06T17:00:00+08:00"),
    (Office, ServiceHours, "2026-03-02T09:00:00+08:00", 2401, "2026-03-09T09:01:00+08:00"),
    // Always open is around the clock.
    (Always, ServiceHours, "2026-02-28T23:30:00+08:00", 60, "2026-03-01T00:30:00+08:00"),
    (Always, ServiceHours, "2026-12-31T12:00:00+08:00", 1440, "2027-01-01T12:00:00+08:00"),
    // Spring forward in Berlin, 2026-03-29: 02:00 becomes 03:00, the day has 23 hours.
    (BerlinAlways, ServiceHours, "2026-03-29T00:00:00+01:00", 23 * 60, "2026-03-30T00:00:00+02:00"),
    (BerlinNights, ServiceHours, "2026-03-29T00:00:00+01:00", 120, "2026-03-29T04:00:00+02:00"),
    (BerlinNights, ServiceHours, "2026-03-29T00:00:00+01:00", 121, "2026-03-30T01:01:00+02:00"),
    (BerlinNights, ServiceHours, "2026-03-29T01:30:00+01:00", 60, "2026-03-29T03:30:00+02:00"),
    // Back in Berlin, 2026-10-25: 03:00 becomes 02:00, the day has 25 hours.
    (BerlinAlways, ServiceHours, "2026-10-25T00:00:00+02:00", 25 * 60, "2026-10-26T00:00:00+01:00"),
    (BerlinNights, ServiceHours, "2026-10-25T00:00:00+02:00", 240, "2026-10-25T04:00:00+01:00"),
    (BerlinNights, ServiceHours, "2026-10-25T02:30:00+02:00", 60, "2026-10-25T02:30:00+01:00"),
    // 2026-03-08 in New York: 02:30 does not exist, service begins when the clocks go on at 03:00.
    (NewYork, ServiceHours, "2026-03-08T00:00:00-05:00", 60, "2026-03-08T04:00:00-04:00"),
    (NewYork, ServiceHours, "2026-03-08T00:00:00-05:00", 420, "2026-03-08T10:00:00-04:00"),
    (NewYork, ServiceHours, "2026-03-07T09:30:00-05:00", 60, "2026-03-08T03:30:00-04:00"),
    // Lord Howe goes half an hour back on 2026-04-05.
    (LordHowe, ServiceHours, "2026-04-04T19:30:00+11:00", 60, "2026-04-05T08:30:00+10:30"),
    (LordHowe, ServiceHours, "2026-04-04T08:00:00+11:00", 1440, "2026-04-05T20:00:00+10:30"),
];

fn moment(text: &str) -> DateTime<chrono::Utc> {
    text.parse::<DateTime<FixedOffset>>().unwrap().to_utc()
}

#[test]
fn deadlines_fall_where_they_were_computed_by_hand() {
    assert!(CASES.len() >= 40);
    for (place, basis, start, minutes, due) in CASES {
        let found = place.calendar().add(*basis, moment(start), Duration::minutes(*minutes));
        assert_eq!(found, moment(due), "{place:?}, {basis}, {minutes} minutes from {start}");
    }
}

#[test]
fn the_time_between_start_and_deadline_is_what_was_given() {
    for (place, basis, start, minutes, due) in CASES {
        let passed = place.calendar().between(*basis, moment(start), moment(due));
        assert_eq!(passed, Duration::minutes(*minutes), "{place:?}, {basis}, from {start} to {due}");
    }
}

#[test]
fn a_calendar_that_never_opens_counts_around_the_clock() {
    let never = Calendar { weekdays: 0, ..Harbin.calendar() };
    let start = moment("2027-03-02T09:00:00+08:00");
    assert_eq!(never.add(ServiceHours, start, Duration::minutes(30)), start + Duration::minutes(30));
    assert_eq!(never.between(ServiceHours, start, start + Duration::days(5)), Duration::zero());
    assert_eq!(never.between(AroundTheClock, start, start - Duration::days(5)), Duration::zero());
}

/// Where, in which time the work counts, when it is paused and resumed, its end before and after.
type PauseCase = (Place, ClockBasis, &'static str, &'static str, &'static str, &'static str);

/// Work of 24 hours (1,440 minutes) that was submitted on 2026-09-29 at 09:00.
const PAUSES: &[PauseCase] = &[
    (
        Harbin,
        AroundTheClock,
        "2026-09-29T10:00:00+08:00",
        "2026-09-29T12:00:00+08:00",
        "2026-09-30T09:00:00+08:00",
        "2026-09-30T11:00:00+08:00",
    ),
    (
        Harbin,
        AroundTheClock,
        "2026-09-29T20:00:00+08:00",
        "2026-09-30T08:00:00+08:00",
        "2026-09-30T09:00:00+08:00",
        "2026-09-30T21:00:00+08:00",
    ),
    // 12 hours on the first day and 12 on the next: due at 19:00.
    (
        Harbin,
        ServiceHours,
        "2026-09-29T10:00:00+08:00",
        "2026-09-29T12:00:00+08:00",
        "2026-09-30T19:00:00+08:00",
        "2026-09-30T21:00:00+08:00",
    ),
    // The night does not count: a pause from 20:00 to 08:00 is two hours.
    (
        Harbin,
        ServiceHours,
        "2026-09-29T20:00:00+08:00",
        "2026-09-30T08:00:00+08:00",
        "2026-09-30T19:00:00+08:00",
        "2026-09-30T21:00:00+08:00",
    ),
    // An hour more falls behind the holidays.
    (
        Harbin,
        ServiceHours,
        "2026-09-29T20:00:00+08:00",
        "2026-09-30T09:00:00+08:00",
        "2026-09-30T19:00:00+08:00",
        "2026-10-04T10:00:00+08:00",
    ),
    // A pause over closed days only moves nothing.
    (
        Harbin,
        ServiceHours,
        "2026-09-29T21:30:00+08:00",
        "2026-09-30T06:00:00+08:00",
        "2026-09-30T19:00:00+08:00",
        "2026-09-30T19:00:00+08:00",
    ),
    (
        Office,
        ServiceHours,
        "2026-09-30T16:00:00+08:00",
        "2026-10-01T10:00:00+08:00",
        "2026-10-01T17:00:00+08:00",
        "2026-10-02T11:00:00+08:00",
    ),
];

fn rules(place: Place, complete: ClockBasis) -> Rules {
    let bases = Bases { complete, ..Bases::AROUND_THE_CLOCK };
    let policy = Policy { respond: Some(30), arrive: None, complete: Some(1440), callback: 2880, bases };
    Rules { callback_tries: 3, reopen_days: 7, policy, calendar: place.calendar(), urge_minutes: 30 }
}

fn step(work: &Work, command: Command, rules: &Rules, at: &str) -> Work {
    let alice = Person::Alice.actor(Person::Alice.staff());
    apply(work, &command, &alice, rules, moment(at)).unwrap()
}

fn submitted(rules: &Rules, slot: Option<(&str, &str)>, at: &str) -> Work {
    let slot = slot.map(|(start, end)| (moment(start), moment(end)));
    let (kind, urgency, class) = (TicketKind::HomeRepair, Urgency::Ordinary, CallbackClass::Ordinary);
    Work::submitted(kind, urgency, class, slot, &rules.policy, &rules.calendar, moment(at))
}

#[test]
fn a_pause_moves_the_end_by_what_it_lasted_in_the_time_that_counts() {
    for (place, basis, paused, resumed, before, after) in PAUSES {
        let rules = rules(*place, *basis);
        let work = submitted(&rules, None, "2026-09-29T09:00:00+08:00");
        let work = step(&work, Command::Claim, &rules, "2026-09-29T09:10:00+08:00");
        let work = step(&work, Command::Start, &rules, "2026-09-29T09:30:00+08:00");
        assert_eq!(work.complete_due_at, Some(moment(before)), "{place:?}, {basis}");
        let work = step(&work, Command::Pause { reason: PauseReason::Parts }, &rules, paused);
        assert_eq!(work.complete_due_at, Some(moment(before)), "the end moves when the pause is over");
        let work = step(&work, Command::Resume, &rules, resumed);
        assert_eq!(work.complete_due_at, Some(moment(after)), "{place:?}, {basis}, {paused} to {resumed}");
    }
}

#[test]
fn two_pauses_add_up_and_half_time_moves_with_the_end() {
    let rules = rules(Harbin, ServiceHours);
    let mut work = submitted(&rules, None, "2026-09-28T09:00:00+08:00");
    // 24 hours: 12 on the 28th, 12 on the 29th; half of them have passed at the end of the first day.
    assert_eq!(work.complete_due_at, Some(moment("2026-09-29T19:00:00+08:00")));
    assert_eq!(work.complete_half_at, Some(moment("2026-09-28T21:00:00+08:00")));
    work = step(&work, Command::Claim, &rules, "2026-09-28T09:10:00+08:00");
    work = step(&work, Command::Start, &rules, "2026-09-28T09:30:00+08:00");
    for (paused, resumed) in [
        ("2026-09-28T10:00:00+08:00", "2026-09-28T10:30:00+08:00"),
        ("2026-09-28T20:30:00+08:00", "2026-09-29T07:30:00+08:00"),
    ] {
        work = step(&work, Command::Pause { reason: PauseReason::Resident }, &rules, paused);
        work = step(&work, Command::Resume, &rules, resumed);
    }
    assert_eq!(work.complete_due_at, Some(moment("2026-09-29T20:30:00+08:00")));
    assert_eq!(work.complete_half_at, Some(moment("2026-09-29T08:30:00+08:00")));
}

#[test]
fn an_appointment_is_due_at_its_end_and_the_work_counts_from_its_start() {
    let rules = rules(Harbin, ServiceHours);
    let slot = Some(("2026-10-04T09:00:00+08:00", "2026-10-04T11:00:00+08:00"));
    let work = submitted(&rules, slot, "2026-09-29T09:00:00+08:00");
    assert_eq!(work.arrive_due_at, Some(moment("2026-10-04T11:00:00+08:00")));
    assert_eq!(work.arrive_half_at, Some(moment("2026-10-04T10:00:00+08:00")), "the middle of the slot");
    // 3 hours on the 4th, 14 on the 5th, 7 on the 6th.
    assert_eq!(work.complete_due_at, Some(moment("2026-10-06T14:00:00+08:00")));
}

#[test]
fn a_community_that_moves_to_another_zone_keeps_what_is_due_and_counts_anew_in_the_next_round() {
    let harbin = rules(Harbin, ServiceHours);
    let work = submitted(&harbin, None, "2026-03-02T09:00:00+08:00");
    assert_eq!(work.complete_due_at, Some(moment("2026-03-03T19:00:00+08:00")));
    // The same hours, but in Almaty, three hours behind Shanghai.
    let calendar = Calendar { zone: chrono_tz::Asia::Almaty, ..Harbin.calendar() };
    let almaty = Rules { calendar, ..harbin };
    let work = step(&work, Command::Claim, &almaty, "2026-03-02T09:10:00+08:00");
    let work = step(&work, Command::Start, &almaty, "2026-03-02T09:30:00+08:00");
    assert_eq!(work.complete_due_at, Some(moment("2026-03-03T19:00:00+08:00")));
    // 20:00 to 08:00 in Shanghai is 17:00 to 05:00 in Almaty: four hours of service.
    let work = step(&work, Command::Pause { reason: PauseReason::Parts }, &almaty, "2026-03-02T20:00:00+08:00");
    let work = step(&work, Command::Resume, &almaty, "2026-03-03T08:00:00+08:00");
    assert_eq!(work.complete_due_at, Some(moment("2026-03-03T23:00:00+08:00")));
}
