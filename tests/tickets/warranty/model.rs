//! Until when a warranty runs, and who pays for what: tables and properties.

use api::domains::tickets::model::warranty::{
    Coverage, MonthDay, Season, Settled, Term, agree, coverage, default_term, settle,
};
use chrono::{Datelike as _, NaiveDate};
use entities::values::{LiableParty, Payer, TicketKind, WarrantyLength, WarrantyPart};
use proptest::prelude::*;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn years(length: i32) -> Term {
    let unit = WarrantyLength::Years;
    Term { length, unit, within: LiableParty::Developer, after: LiableParty::Owner }
}

fn seasons(length: i32) -> Term {
    Term { unit: WarrantyLength::HeatingSeasons, ..years(length) }
}

fn season(from: (u32, u32), to: (u32, u32)) -> Season {
    Season { from: MonthDay::new(from.0, from.1).unwrap(), to: MonthDay::new(to.0, to.1).unwrap() }
}

const HARBIN: [(u32, u32); 2] = [(10, 20), (4, 20)];

#[test]
fn years_end_on_the_day_of_the_same_date() {
    for (start, length, last) in [
        ("2024-06-01", 2, "2026-06-01"),
        ("2024-06-01", 5, "2029-06-01"),
        ("2024-12-31", 1, "2025-12-31"),
        // The 29th of February: the month's last day where it is missing.
        ("2024-02-29", 1, "2025-02-28"),
        ("2024-02-29", 2, "2026-02-28"),
        ("2024-02-29", 4, "2028-02-29"),
        ("2023-02-28", 1, "2024-02-28"),
        // Never later than can be stored.
        ("9990-01-01", 20, "9999-12-31"),
    ] {
        assert_eq!(years(length).last_day(day(start), Season::DEFAULT), Some(day(last)), "{start} {length}");
    }
    assert_eq!(years(0).last_day(day("2024-06-01"), Season::DEFAULT), None);
}

#[test]
fn whole_seasons_are_counted_from_the_first_that_begins() {
    let harbin = season(HARBIN[0], HARBIN[1]);
    let cooling = season((6, 1), (9, 30));
    let leap = season((11, 15), (2, 29));
    for (of, start, length, last) in [
        (Season::DEFAULT, "2024-06-01", 2, "2026-03-15"),
        // On its first day a season counts; a day later it is under way, and covered beside the whole ones.
        (Season::DEFAULT, "2024-11-15", 2, "2026-03-15"),
        (Season::DEFAULT, "2024-11-16", 2, "2027-03-15"),
        (Season::DEFAULT, "2025-01-10", 2, "2027-03-15"),
        (Season::DEFAULT, "2025-03-15", 1, "2026-03-15"),
        (Season::DEFAULT, "2025-03-16", 1, "2026-03-15"),
        (harbin, "2024-10-20", 1, "2025-04-20"),
        (harbin, "2024-10-21", 1, "2026-04-20"),
        (harbin, "2024-10-01", 2, "2026-04-20"),
        // Within one year.
        (cooling, "2024-05-31", 1, "2024-09-30"),
        (cooling, "2024-06-01", 2, "2025-09-30"),
        (cooling, "2024-06-02", 1, "2025-09-30"),
        (cooling, "2024-12-31", 1, "2025-09-30"),
        // A last day that not every year has.
        (leap, "2023-06-01", 1, "2024-02-29"),
        (leap, "2024-06-01", 1, "2025-02-28"),
    ] {
        assert_eq!(seasons(length).last_day(day(start), of), Some(day(last)), "{start} {length}");
    }
}

#[test]
fn the_last_day_is_covered_and_the_next_is_not() {
    let (start, term) = (Some(day("2024-06-01")), years(2));
    let on = |today: &str| coverage(start, Some(&term), Season::DEFAULT, day(today));
    let until = day("2026-06-01");
    assert_eq!(on("2026-06-01"), Coverage::Within { until, liable: LiableParty::Developer });
    assert_eq!(on("2026-06-02"), Coverage::After { until: Some(until), liable: LiableParty::Owner });
    assert!(on("2024-06-01").covered() && on("2024-05-31").covered());
    assert_eq!(coverage(None, Some(&term), Season::DEFAULT, until), Coverage::Unknown);
    assert_eq!(coverage(start, None, Season::DEFAULT, until), Coverage::Unknown);
    let never = coverage(start, Some(&years(0)), Season::DEFAULT, day("2024-06-01"));
    assert_eq!(never, Coverage::After { until: None, liable: LiableParty::Owner });
}

#[test]
fn who_pays() {
    use LiableParty::{Company, Developer, MaintenanceFund, Owner};
    use TicketKind::{HandoverDefect, HomeRepair, PaidService, PatrolFinding, PublicRepair};
    let until = day("2026-06-01");
    let within = Coverage::Within { until, liable: Developer };
    let after = |liable| Coverage::After { until: Some(until), liable };
    for (kind, said, coverage, payer, liable) in [
        (HomeRepair, None, Coverage::Unknown, Payer::Free, None),
        (PublicRepair, None, Coverage::Unknown, Payer::Free, None),
        (HomeRepair, None, within, Payer::Warranty, Some(Developer)),
        (HomeRepair, None, after(Owner), Payer::Paid, Some(Owner)),
        (HomeRepair, None, after(Company), Payer::Free, Some(Company)),
        (PublicRepair, None, within, Payer::Warranty, Some(Developer)),
        (PublicRepair, None, after(MaintenanceFund), Payer::Free, Some(MaintenanceFund)),
        (PatrolFinding, None, after(Company), Payer::Free, Some(Company)),
        (HandoverDefect, None, Coverage::Unknown, Payer::Warranty, Some(Developer)),
        (HandoverDefect, None, within, Payer::Warranty, Some(Developer)),
        (PaidService, None, Coverage::Unknown, Payer::Paid, None),
        (PaidService, None, within, Payer::Paid, None),
        // What staff say wins, and the warranty says who is liable as far as that goes together.
        (HomeRepair, Some(Payer::Paid), within, Payer::Paid, Some(Owner)),
        (HomeRepair, Some(Payer::Paid), Coverage::Unknown, Payer::Paid, None),
        (HomeRepair, Some(Payer::Free), within, Payer::Free, Some(Developer)),
        (HomeRepair, Some(Payer::Free), after(Owner), Payer::Free, None),
        (HomeRepair, Some(Payer::Warranty), Coverage::Unknown, Payer::Warranty, None),
        (HomeRepair, Some(Payer::Warranty), within, Payer::Warranty, Some(Developer)),
    ] {
        let settled = settle(kind, said, coverage);
        assert_eq!((settled.payer, settled.liable), (payer, liable), "{kind} {said:?} {coverage:?}");
        let kept = coverage.until().filter(|_| kind != PaidService);
        assert_eq!(settled, Settled { payer, liable, until: kept });
    }
}

#[test]
fn defaults_are_the_laws() {
    let of = |code| default_term(code, WarrantyPart::Unit).map(|term| (term.length, term.unit));
    let (years, seasons) = (WarrantyLength::Years, WarrantyLength::HeatingSeasons);
    assert_eq!(of("LEAK"), Some((5, years)));
    assert_eq!(of("HEATING"), Some((2, seasons)));
    for code in ["PLUMBING", "ELECTRICAL", "WALLS", "DOORS_WINDOWS", "ELEVATOR", "FIRE_SAFETY", "ACCESS_CONTROL"] {
        assert_eq!(of(code), Some((2, years)), "{code}");
    }
    for code in ["APPLIANCE", "CLEANING", "GREENING", "OTHER", "", "leak"] {
        assert_eq!(of(code), None, "{code}");
    }
    let public = default_term("LEAK", WarrantyPart::Public).unwrap();
    assert_eq!((public.within, public.after), (LiableParty::Developer, LiableParty::MaintenanceFund));
}

#[test]
fn payer_and_liable_party_go_together() {
    for payer in Payer::ALL {
        for liable in LiableParty::ALL {
            let owner = *liable == LiableParty::Owner;
            assert_eq!(agree(*payer, Some(*liable)).is_ok(), owner == (*payer == Payer::Paid), "{payer} {liable}");
        }
    }
    assert_eq!(agree(Payer::Free, None), Ok(None));
    assert_eq!(agree(Payer::Paid, None), Ok(Some(LiableParty::Owner)));
    assert!(agree(Payer::Warranty, None).is_err());
}

fn any_day() -> impl Strategy<Value = NaiveDate> {
    (0..40_000_i64).prop_map(|days| day("1990-01-01") + chrono::Duration::days(days))
}

fn any_season() -> impl Strategy<Value = Season> {
    // A season that begins on the 29th of February has its case in the table.
    let first = any_day().prop_filter("leap day", |day| (day.month(), day.day()) != (2, 29));
    (first, any_day()).prop_map(|(from, to)| season((from.month(), from.day()), (to.month(), to.day())))
}

fn any_term() -> impl Strategy<Value = Term> {
    (1..10, any::<bool>()).prop_map(|(length, by_years)| if by_years { years(length) } else { seasons(length) })
}

proptest! {
    /// A warranty covers its first day, is a stretch without holes, and a longer one or a later start ends no earlier.
    #[test]
    fn a_warranty_is_one_stretch(start in any_day(), term in any_term(), season in any_season(), later in 0..400_i64) {
        let last = term.last_day(start, season).unwrap();
        prop_assert!(last >= start);
        let on = |today| coverage(Some(start), Some(&term), season, today);
        prop_assert!(on(start).covered() && on(last).covered() && !on(last.succ_opt().unwrap()).covered());
        let longer = Term { length: term.length + 1, ..term };
        prop_assert!(longer.last_day(start, season).unwrap() > last);
        prop_assert!(term.last_day(start + chrono::Duration::days(later), season).unwrap() >= last);
    }

    /// So many seasons, counted one by one: their first days from the start on, and the last one's end.
    #[test]
    fn seasons_count_as_they_begin(start in any_day(), length in 1..6_i32, season in any_season()) {
        let (mut at, mut begun) = (start, 0);
        let is = |at: NaiveDate, of: MonthDay| {
            let number = i32::try_from(at.month() * 100 + at.day()).unwrap();
            number == of.number() || (of.number() == 229 && number == 228 && !at.leap_year())
        };
        loop {
            begun += i32::from(is(at, season.from));
            if begun == length { break; }
            at = at.succ_opt().unwrap();
        }
        // Its last day is the first such day on or after the beginning; the day itself, for a season of one day.
        while !is(at, season.to) { at = at.succ_opt().unwrap(); }
        prop_assert_eq!(seasons(length).last_day(start, season), Some(at));
    }

    /// Whatever was settled goes together, and says no other payer than staff did.
    #[test]
    fn what_is_settled_goes_together(kind in proptest::sample::select(TicketKind::ALL), start in proptest::option::of(any_day()),
        term in any_term(), today in any_day(), said in proptest::option::of(proptest::sample::select(Payer::ALL))) {
        let settled = settle(kind, said, coverage(start, Some(&term), Season::DEFAULT, today));
        prop_assert!(said.is_none_or(|said| said == settled.payer));
        prop_assert!(settled.liable.is_none() || agree(settled.payer, settled.liable) == Ok(settled.liable));
        prop_assert!(!(kind == TicketKind::PublicRepair && said.is_none() && settled.payer == Payer::Paid));
    }
}
