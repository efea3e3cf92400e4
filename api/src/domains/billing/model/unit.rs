//! What a unit is charged for an item and a period: the pure heart of a billing run.

use chrono::NaiveDate;
use entities::values::{
    Area, BillingProblemCode, FeeItemId, FeeKind, FeeRounding, Money, PayerId, Rate, SharingBasis, UnitUsage,
};

use super::amount::{Exact, rounded_parts};
use super::meter::{Meter, Reading};
use super::period::Period;
use super::segments::{Dated, Gap, Terms, Unbillable, WHOLE};
use super::share::split;

/// An item and the period of it that is billed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ItemPeriod {
    /// The item.
    pub id: FeeItemId,
    /// How it comes to its amount.
    pub kind: FeeKind,
    /// The period.
    pub period: Period,
    /// Months of a whole cycle.
    pub months: i32,
    /// When it is due.
    pub due_on: NaiveDate,
    /// To what it is rounded.
    pub rounding: FeeRounding,
    /// What is charged while a unit is vacant, in 1/10,000.
    pub vacant_share: i64,
    /// Rates by usage, or for every usage, from a day on.
    pub rates: Vec<(Option<UnitUsage>, NaiveDate, Rate)>,
    /// By what its cost is shared, where one was entered.
    pub basis: Option<SharingBasis>,
}

impl ItemPeriod {
    /// The rates that count for a usage: its own from their first day on, until then those for every usage.
    pub fn rates_for(&self, usage: UnitUsage) -> Vec<(NaiveDate, Rate)> {
        let of = |wanted: Option<UnitUsage>| self.rates.iter().filter(move |(usage, ..)| *usage == wanted);
        let own_from = of(Some(usage)).map(|(_, from, _)| *from).min();
        let general = of(None).filter(|(_, from, _)| own_from.is_none_or(|own| *from < own));
        of(Some(usage)).chain(general).map(|(_, from, rate)| (*from, *rate)).collect()
    }
}

/// A meter of a unit, with its readings in order of their days.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MeterFacts {
    /// Of which item.
    pub item: FeeItemId,
    /// How it counts.
    pub meter: Meter,
    /// The last reading on or before the period's first day, and those of the period.
    pub readings: Vec<Reading>,
}

/// What is known of a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct UnitFacts {
    /// What it is used for.
    pub usage: UnitUsage,
    /// Its area.
    pub area: Option<Area>,
    /// Who pays, for one item or for all.
    pub payers: Vec<(Option<FeeItemId>, Dated<PayerId>)>,
    /// Discounts that count, in 1/10,000.
    pub discounts: Vec<(FeeItemId, Dated<i64>)>,
    /// When it stands vacant.
    pub vacancies: Vec<Dated<()>>,
    /// Its meters.
    pub meters: Vec<MeterFacts>,
}

/// What a payer is to be charged for a segment.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Who pays.
    pub payer: PayerId,
    /// For which days.
    pub segment: Period,
    /// How much was charged for, in 1/1,000: m², t, kWh; missing where it is no matter of quantity.
    pub quantity: Option<i64>,
    /// At which rate; missing for shared costs.
    pub rate: Option<Rate>,
    /// What of the amount is charged, in 1/10,000.
    pub share: i64,
    /// Whether the quantity was split by days, for lack of a reading.
    pub estimated: bool,
    /// How much.
    pub amount: Money,
}

/// Days that cannot be billed, and why.
pub type Problem = (BillingProblemCode, Period);

/// Charges and problems of a unit and an item.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Billed {
    /// What is to be charged, each payer and first day once.
    pub targets: Vec<Target>,
    /// What cannot be.
    pub problems: Vec<Problem>,
}

/// A part of the period before it is rounded.
struct Part {
    target: Target,
    exact: Exact,
}

fn problem(gap: Unbillable) -> Problem {
    let code = match gap.1 {
        Gap::NoPayer => BillingProblemCode::NoPayer,
        Gap::NoRate => BillingProblemCode::NoRate,
    };
    (code, gap.0)
}

fn terms(item: &ItemPeriod, unit: &UnitFacts, rates: Vec<(NaiveDate, Rate)>) -> Terms<PayerId> {
    let payers = |wanted: Option<FeeItemId>| {
        unit.payers.iter().filter(move |(of, _)| *of == wanted).map(|(_, dated)| *dated).collect()
    };
    Terms {
        payers: payers(None),
        payers_of_item: payers(Some(item.id)),
        rates,
        discounts: unit.discounts.iter().filter(|(of, _)| *of == item.id).map(|(_, dated)| *dated).collect(),
        vacancies: unit.vacancies.clone(),
        vacant_share: item.vacant_share,
    }
}

/// What a unit is to be charged for an item's period. `cost` is the unit's part of a shared cost.
pub fn bill_unit(item: &ItemPeriod, unit: &UnitFacts, cost: Option<Money>) -> Billed {
    match item.kind {
        FeeKind::Area | FeeKind::Fixed | FeeKind::PassThrough => by_month(item, unit),
        FeeKind::Metered => metered(item, unit),
        FeeKind::Shared => cost.map_or_else(Billed::default, |cost| shared(item, unit, cost)),
        // Nothing recurs.
        FeeKind::OneOff | FeeKind::Deposit => Billed::default(),
    }
}

fn by_month(item: &ItemPeriod, unit: &UnitFacts) -> Billed {
    let rates = item.rates_for(unit.usage);
    // Units of a usage without any rate have nothing to do with the item.
    if rates.is_empty() {
        return Billed::default();
    }
    let (segments, gaps) = terms(item, unit, rates).segments(item.period);
    let mut problems: Vec<Problem> = gaps.into_iter().map(problem).collect();
    let quantity = match (item.kind, unit.area) {
        (FeeKind::Area, Some(area)) => area.0.saturating_mul(10),
        (FeeKind::Area, None) => {
            problems.push((BillingProblemCode::NoArea, item.period));
            return Billed { targets: Vec::new(), problems };
        }
        _ => 1_000,
    };
    let parts = segments.into_iter().map(|it| {
        let exact = Exact::monthly(it.rate, quantity, &it.period, it.share)?;
        let quantity = (item.kind == FeeKind::Area).then_some(quantity);
        let (segment, rate, share) = (it.period, Some(it.rate), it.share);
        let target = Target { payer: it.payer, segment, quantity, rate, share, estimated: false, amount: Money::ZERO };
        Some(Part { target, exact })
    });
    let parts: Option<Vec<Part>> = parts.collect();
    finish(item, parts, problems)
}

fn metered(item: &ItemPeriod, unit: &UnitFacts) -> Billed {
    let rates = item.rates_for(unit.usage);
    let mut meters = unit.meters.iter().filter(|it| it.item == item.id).peekable();
    if rates.is_empty() || meters.peek().is_none() {
        return Billed::default();
    }
    let terms = terms(item, unit, rates);
    let (mut parts, mut problems) = (Some(Vec::new()), Vec::new());
    for it in meters {
        // What was used counts to the period in which it was read.
        let read = |on: NaiveDate| item.period.start < on && on <= item.period.end;
        if !it.readings.iter().any(|reading| read(reading.on)) {
            problems.push((BillingProblemCode::NoReading, item.period));
        }
        for pair in it.readings.windows(2).filter(|pair| read(pair[1].on)) {
            let Some(days) = Period::new(pair[0].on, pair[1].on) else { continue };
            let Ok(usage) = it.meter.between(&pair[0], &pair[1]) else {
                problems.push((BillingProblemCode::BadReading, days));
                continue;
            };
            let (segments, gaps) = terms.segments(days);
            let cut = segments.len() + gaps.len() > 1;
            let lengths: Vec<i64> =
                segments.iter().map(|it| it.period.days()).chain(gaps.iter().map(|it| it.0.days())).collect();
            problems.extend(gaps.into_iter().map(problem));
            let quantities = split(usage.quantity, &lengths);
            for (index, segment) in segments.into_iter().enumerate() {
                let part = quantities.as_ref().and_then(|all| all.get(index)).and_then(|quantity| {
                    let exact = Exact::once(segment.rate, *quantity, segment.share)?;
                    let target = Target {
                        payer: segment.payer,
                        segment: segment.period,
                        quantity: Some(*quantity),
                        rate: Some(segment.rate),
                        share: segment.share,
                        estimated: cut,
                        amount: Money::ZERO,
                    };
                    Some(Part { target, exact })
                });
                match (&mut parts, part) {
                    (Some(parts), Some(part)) => parts.push(part),
                    _ => parts = None,
                }
            }
        }
    }
    finish(item, parts, problems)
}

fn shared(item: &ItemPeriod, unit: &UnitFacts, cost: Money) -> Billed {
    let always = vec![(NaiveDate::MIN, Rate(0))];
    let (segments, gaps) = terms(item, unit, always).segments(item.period);
    let lengths: Vec<i64> =
        segments.iter().map(|it| it.period.days()).chain(gaps.iter().map(|it| it.0.days())).collect();
    let problems: Vec<Problem> = gaps.into_iter().map(problem).collect();
    let Some(costs) = split(cost.0, &lengths) else {
        return Billed { targets: Vec::new(), problems: vec![(BillingProblemCode::TooMuch, item.period)] };
    };
    let targets = segments.into_iter().zip(costs).map(|(it, fen)| Target {
        payer: it.payer,
        segment: it.period,
        quantity: None,
        rate: None,
        share: it.share,
        estimated: false,
        // Rounded half up; what a discount leaves is the company's to bear.
        amount: Money((fen * it.share + WHOLE / 2) / WHOLE),
    });
    Billed { targets: targets.filter(|it| it.amount.0 > 0).collect(), problems }
}

/// Rounds the parts together, so that they add up to the whole, and joins what one payer is charged from one day on.
fn finish(item: &ItemPeriod, parts: Option<Vec<Part>>, mut problems: Vec<Problem>) -> Billed {
    let amounts = parts.as_ref().and_then(|parts| {
        let exact: Vec<Exact> = parts.iter().map(|part| part.exact).collect();
        rounded_parts(&exact, item.rounding)
    });
    let (Some(parts), Some(amounts)) = (parts, amounts) else {
        problems.push((BillingProblemCode::TooMuch, item.period));
        return Billed { targets: Vec::new(), problems };
    };
    let mut targets: Vec<Target> = Vec::with_capacity(parts.len());
    for (part, amount) in parts.into_iter().zip(amounts) {
        let new = Target { amount, ..part.target };
        let same = |it: &&mut Target| it.payer == new.payer && it.segment.start == new.segment.start;
        match targets.iter_mut().find(same) {
            // Two meters that were read from the same day on.
            Some(known) => {
                known.amount = Money(known.amount.0.saturating_add(new.amount.0));
                known.quantity = known.quantity.zip(new.quantity).and_then(|(one, other)| one.checked_add(other));
                known.segment.end = known.segment.end.max(new.segment.end);
                known.estimated |= new.estimated;
            }
            None => targets.push(new),
        }
    }
    targets.retain(|target| target.amount.0 > 0);
    Billed { targets, problems }
}

/// Splits a cost among the units of a community, by their areas or evenly, to the fen; units without an area have no
/// part in what is shared by area. `None` when nobody has a part.
pub fn share_cost(cost: Money, basis: SharingBasis, areas: &[Option<Area>]) -> Option<Vec<Money>> {
    let weights: Vec<i64> = areas
        .iter()
        .map(|area| match basis {
            SharingBasis::Area => area.map_or(0, |area| area.0),
            SharingBasis::Household => 1,
        })
        .collect();
    Some(split(cost.0, &weights)?.into_iter().map(Money).collect())
}
