//! Properties of prices, sums and ranges, on numbers of every size.

use api::domains::tickets::model::pricing::{
    LINES_MAX, LineFault, PRICE_MAX, Price, QUANTITY_MAX, Subject, first_over, price_line, sums,
};
use entities::values::{Money, PriceItemId, PriceKind, Quantity};
use proptest::prelude::*;
use uuid::Uuid;

fn price() -> impl Strategy<Value = Price> {
    let edge = prop_oneof![Just(0_i64), Just(PRICE_MAX.0), 0..=PRICE_MAX.0, 0..1_000_i64];
    let listed = (edge.clone(), edge)
        .prop_map(|(one, two)| Price::Listed { low: Money(one.min(two)), high: Money(one.max(two)) });
    prop_oneof![3 => listed, 1 => Just(Price::OnSite)]
}

fn quantity() -> impl Strategy<Value = i64> {
    prop_oneof![Just(QUANTITY_MAX.0), Just(QUANTITY_MAX.0 + 1), -5_i64..2_000, 1..=QUANTITY_MAX.0, any::<i64>()]
}

fn lines() -> impl Strategy<Value = Vec<(PriceKind, i64, i64)>> {
    let kind = prop_oneof![Just(PriceKind::Labour), Just(PriceKind::Material)];
    proptest::collection::vec((kind, 0..=PRICE_MAX.0, 1..=QUANTITY_MAX.0), 1..=LINES_MAX)
}

fn used() -> impl Strategy<Value = Vec<(Subject, Quantity)>> {
    let subject = prop_oneof![
        (0_u128..3).prop_map(|number| Subject::Item(PriceItemId(Uuid::from_u128(number)))),
        Just(Subject::Words("垫圈".to_owned())),
    ];
    proptest::collection::vec((subject, (1_i64..5).prop_map(Quantity)), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// A line is priced exactly when its quantity and price lie in their ranges, and comes to the nearest fen.
    #[test]
    fn a_line_is_priced_within_its_range(price in price(), given in proptest::option::of(-5..=PRICE_MAX.0 + 5), milli in quantity()) {
        let found = price_line(price, given.map(Money), Quantity(milli), 2);
        let fixed = match price { Price::Listed { low, high } if low == high => Some(low.0), _ => None };
        let (low, high) = match price { Price::Listed { low, high } => (low.0, high.0), Price::OnSite => (0, PRICE_MAX.0) };
        let counts = given.or(fixed);
        if !(1..=QUANTITY_MAX.0).contains(&milli) {
            prop_assert_eq!(found, Err(LineFault::Quantity));
        } else if let Some(counts) = counts.filter(|it| (low..=high).contains(it)) {
            let (unit_price, amount) = found.unwrap();
            prop_assert_eq!(unit_price, Money(counts));
            let exact = i128::from(counts) * i128::from(milli);
            let off = i128::from(amount.0) * 1_000 - exact;
            prop_assert!((-499..=500).contains(&off), "off by {off}");
        } else {
            let expected = matches!(
                (counts, price, found),
                (None, _, Err(LineFault::PriceMissing))
                    | (Some(_), Price::Listed { .. }, Err(LineFault::PriceOutOfRange { .. }))
                    | (Some(_), Price::OnSite, Err(LineFault::PriceInvalid))
            );
            prop_assert!(expected, "{found:?}");
        }
    }

    /// The sum is that of the lines, to the fen, however they are ordered; the largest quote fits.
    #[test]
    fn lines_add_up(mut lines in lines()) {
        let amounts = |lines: &[(PriceKind, i64, i64)]| -> Vec<(PriceKind, Money)> {
            lines.iter().map(|(kind, price, milli)| (*kind, Money(*price).times(Quantity(*milli)).unwrap())).collect()
        };
        let all = amounts(&lines);
        let found = sums(all.clone()).unwrap();
        let of = |kind| all.iter().filter(|(it, _)| *it == kind).map(|(_, amount)| amount.0).sum::<i64>();
        prop_assert_eq!(found.labour.0, of(PriceKind::Labour));
        prop_assert_eq!(found.material.0, of(PriceKind::Material));
        prop_assert_eq!(found.total.0, found.labour.0 + found.material.0);
        lines.reverse();
        prop_assert_eq!(sums(amounts(&lines)), Some(found));
    }

    /// Work keeps to its quote exactly when it used of nothing more than the quote has of it.
    #[test]
    fn work_keeps_to_its_quote(quoted in used(), used in used()) {
        let total = |lines: &[(Subject, Quantity)], subject: &Subject| {
            lines.iter().filter(|(it, _)| it == subject).map(|(_, quantity)| quantity.0).sum::<i64>()
        };
        let over = |lines: &[(Subject, Quantity)]| lines.iter().any(|(it, _)| total(lines, it) > total(&quoted, it));
        let found = first_over(&quoted, &used);
        prop_assert_eq!(found.is_some(), over(&used));
        if let Some(at) = found {
            prop_assert!(!over(&used[..at]) && over(&used[..=at]), "the first line that goes beyond is named");
        }
        prop_assert_eq!(first_over(&quoted, &quoted), None);
    }
}

#[test]
fn a_sum_that_does_not_fit_is_none() {
    let huge = (PriceKind::Labour, Money(i64::MAX));
    assert_eq!(sums([huge, (PriceKind::Material, Money(1))]), None);
}
