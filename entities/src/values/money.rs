//! Money and quantities: integers, computed with checks, never floats.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// An amount in the minor unit of its currency: fen of the yuan. The currency stands beside it.
#[derive(
    Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Serialize, Deserialize, DeriveValueType,
)]
pub struct Money(pub i64);

/// How many or how much, in 1/1,000 of the unit of measure.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, DeriveValueType)]
pub struct Quantity(pub i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// The sum; `None` when it does not fit.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The sum of several; `None` when it does not fit.
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::plus)
    }

    /// This price for a quantity, rounded half away from zero to the minor unit; `None` when it does not fit.
    pub fn times(self, quantity: Quantity) -> Option<Self> {
        let exact = i128::from(self.0) * i128::from(quantity.0);
        let half = if exact < 0 { -500 } else { 500 };
        i64::try_from((exact + half) / 1_000).ok().map(Self)
    }

    /// The amount in the major unit, with all decimals of the currency: `120.00`.
    pub fn plain(self, decimals: u32) -> String {
        let (sign, digits) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        let Some(unit) = 10_u64.checked_pow(decimals).filter(|unit| *unit > 1) else {
            return format!("{sign}{digits}");
        };
        format!("{sign}{}.{:0width$}", digits / unit, digits % unit, width = decimals as usize)
    }
}

impl Quantity {
    /// The quantity without trailing zeros: `1.5`.
    pub fn plain(self) -> String {
        let text = Money(self.0).plain(3);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

/// How many decimals amounts of a currency have (ISO 4217): two for nearly all.
pub fn decimals(currency: &str) -> u32 {
    match currency {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX" | "VND" | "VUV"
        | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_for_a_quantity_is_rounded_half_up() {
        for (fen, milli, expected) in [(1, 499, 0), (1, 500, 1), (333, 3_000, 999), (333, 1_500, 500), (-1, 500, -1)] {
            assert_eq!(Money(fen).times(Quantity(milli)), Some(Money(expected)), "{fen} × {milli}");
        }
        assert_eq!(Money(i64::MAX).times(Quantity(1_001)), None);
        assert_eq!(Money(i64::MAX).plus(Money(1)), None);
        assert_eq!(Money::sum([Money(i64::MAX), Money(1), Money(-1)]), None);
    }

    #[test]
    fn amounts_are_written_with_the_decimals_of_their_currency() {
        assert_eq!(Money(12_005).plain(decimals("CNY")), "120.05");
        assert_eq!(Money(-5).plain(decimals("CNY")), "-0.05");
        assert_eq!(Money(12_005).plain(decimals("JPY")), "12005");
        assert_eq!(Money(12_005).plain(decimals("KWD")), "12.005");
        assert_eq!(Quantity(1_500).plain(), "1.5");
        assert_eq!(Quantity(10_000).plain(), "10");
    }
}
