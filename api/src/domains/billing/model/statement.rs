//! A year of a debt and of a prepaid balance, from the sums of its entries.

/// A year of what is owed for an item: `closing` is `opening` with all that happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct DebtYear {
    /// What was owed when it began.
    pub opening: i64,
    /// What was charged.
    pub charged: i64,
    /// What corrections took off what was owed.
    pub credited: i64,
    /// What was given up.
    pub waived: i64,
    /// What was paid, also by drawing on a prepaid balance.
    pub paid: i64,
    /// What went back and is owed again.
    pub refunded: i64,
    /// What is owed when it ends.
    pub closing: i64,
}

/// A year of a prepaid balance.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PrepaidYear {
    /// What was there when it began.
    pub opening: i64,
    /// What came in with payments.
    pub added: i64,
    /// What corrections moved here of what had been paid.
    pub credited: i64,
    /// What paid charges.
    pub drawn: i64,
    /// What went back.
    pub refunded: i64,
    /// What is there when it ends.
    pub closing: i64,
}

impl DebtYear {
    /// Adds the entries of a kind of journal; a debit, which raises the debt, is positive.
    pub fn add(&mut self, kind: &str, amount: i64) {
        match kind {
            "BEFORE" => self.opening += amount,
            "CREDITED" => self.credited -= amount,
            "WAIVED" => self.waived -= amount,
            "RECEIVED" | "DRAWN" | "PLACED" => self.paid -= amount,
            "REFUNDED" => self.refunded += amount,
            _ => self.charged += amount,
        }
        self.closing += amount;
    }
}

impl PrepaidYear {
    /// Adds the entries of a kind of journal; a debit, which lowers the balance, is positive.
    pub fn add(&mut self, kind: &str, amount: i64) {
        match kind {
            "BEFORE" => self.opening -= amount,
            "CREDITED" => self.credited -= amount,
            "DRAWN" => self.drawn += amount,
            "REFUNDED" => self.refunded += amount,
            _ => self.added -= amount,
        }
        self.closing -= amount;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const KINDS: [&str; 10] = [
        "BEFORE",
        "BILLED",
        "CHARGED",
        "CREDITED",
        "WAIVED",
        "RECEIVED",
        "DRAWN",
        "REFUNDED",
        "PLACED",
        "DEPOSIT_KEPT",
    ];

    proptest! {
        #[test]
        fn a_year_ends_where_the_next_begins(
            first in proptest::collection::vec((0_usize..10, -999_i64..999), 0..12),
            second in proptest::collection::vec((1_usize..10, -999_i64..999), 0..12),
        ) {
            let (mut debt, mut next) = (DebtYear::default(), DebtYear::default());
            let (mut prepaid, mut later) = (PrepaidYear::default(), PrepaidYear::default());
            for (kind, amount) in &first {
                debt.add(KINDS[*kind], *amount);
                next.add("BEFORE", *amount);
                prepaid.add(KINDS[*kind], *amount);
                later.add("BEFORE", *amount);
            }
            prop_assert_eq!(debt.closing, next.opening);
            prop_assert_eq!(prepaid.closing, later.opening);
            for (kind, amount) in &second {
                next.add(KINDS[*kind], *amount);
                later.add(KINDS[*kind], *amount);
            }
            prop_assert_eq!(
                next.closing,
                next.opening + next.charged - next.credited - next.waived - next.paid + next.refunded
            );
            prop_assert_eq!(
                later.closing,
                later.opening + later.added + later.credited - later.drawn - later.refunded
            );
        }
    }
}
