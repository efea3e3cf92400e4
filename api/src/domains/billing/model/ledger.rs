//! Double entry: every journal is made here, and sums to zero.

use entities::values::{LedgerAccount, Money};

/// One line of a journal; a debit is positive, a credit negative.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Posting {
    /// The account.
    pub account: LedgerAccount,
    /// How much.
    pub amount: Money,
}

/// The lines of one journal, which sum to zero.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Postings(Vec<Posting>);

impl Postings {
    /// The lines.
    pub fn lines(&self) -> &[Posting] {
        &self.0
    }

    /// The sum of one account's lines.
    pub fn of(&self, account: LedgerAccount) -> i64 {
        self.0.iter().filter(|line| line.account == account).map(|line| line.amount.0).sum()
    }
}

/// Something that is entered in the ledger. Amounts are positive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Transaction {
    /// A charge is made: the payer owes, the company has earned.
    Charged(Money),
    /// A deposit is asked for: the payer owes, the company will hold.
    DepositCharged(Money),
    /// A charge is corrected downwards (红冲); what of it had been paid goes to the prepaid balance.
    Credited {
        /// By how much.
        amount: Money,
        /// What of that had been paid.
        paid: Money,
    },
    /// What is owed is given up, in whole or in part, at the company's cost.
    Waived(Money),
    /// The same of a deposit, which costs the company nothing: so much less will be held.
    DepositWaived(Money),
    /// Money came in for charges; what is left over goes to the prepaid balance, or, when nobody can place it, to suspense.
    Received {
        /// For charges.
        allocated: Money,
        /// To the prepaid balance.
        prepaid: Money,
        /// To suspense.
        suspense: Money,
    },
    /// The prepaid balance pays charges.
    Drawn(Money),
    /// Money goes back from the prepaid balance.
    RefundedFromPrepaid(Money),
    /// Money goes back that had paid charges: they are owed again.
    RefundedFromCharges(Money),
    /// A deposit goes back.
    DepositReturned(Money),
    /// A deposit is kept for damage: it is earned.
    DepositKept(Money),
    /// Finance has placed money that lay in suspense.
    Placed {
        /// For charges.
        allocated: Money,
        /// To the prepaid balance.
        prepaid: Money,
    },
    /// Finance has sent money back that lay in suspense.
    RefundedFromSuspense(Money),
    /// A charge of the time before the books began: whatever was earned by it stands in the books before.
    TakenOver(Money),
    /// What of such a charge had been paid by then: the money came into the books before.
    PaidBefore(Money),
}

/// Why a transaction is not entered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LedgerFault {
    /// An amount is negative, or all are zero.
    Amount,
    /// More had been paid than is taken back.
    PaidMoreThanCredited,
    /// A sum does not fit.
    TooMuch,
}

impl Transaction {
    /// The journal's lines, without those of nothing.
    pub fn postings(self) -> Result<Postings, LedgerFault> {
        use LedgerAccount::{Allowance, Cash, DepositHeld, Opening, Prepaid, Receivable, Revenue, Suspense};
        let sum = |parts: &[Money]| Money::sum(parts.iter().copied()).ok_or(LedgerFault::TooMuch);
        let lines: Vec<(LedgerAccount, Money, bool)> = match self {
            Self::Charged(amount) => vec![(Receivable, amount, true), (Revenue, amount, false)],
            Self::DepositCharged(amount) => vec![(Receivable, amount, true), (DepositHeld, amount, false)],
            Self::Credited { amount, paid } => {
                if paid > amount {
                    return Err(LedgerFault::PaidMoreThanCredited);
                }
                let owed = Money(amount.0.checked_sub(paid.0).ok_or(LedgerFault::TooMuch)?);
                vec![(Revenue, amount, true), (Receivable, owed, false), (Prepaid, paid, false)]
            }
            Self::Waived(amount) => vec![(Allowance, amount, true), (Receivable, amount, false)],
            Self::DepositWaived(amount) => vec![(DepositHeld, amount, true), (Receivable, amount, false)],
            Self::Received { allocated, prepaid, suspense } => vec![
                (Cash, sum(&[allocated, prepaid, suspense])?, true),
                (Receivable, allocated, false),
                (Prepaid, prepaid, false),
                (Suspense, suspense, false),
            ],
            Self::Drawn(amount) => vec![(Prepaid, amount, true), (Receivable, amount, false)],
            Self::RefundedFromPrepaid(amount) => vec![(Prepaid, amount, true), (Cash, amount, false)],
            Self::RefundedFromCharges(amount) => vec![(Receivable, amount, true), (Cash, amount, false)],
            Self::DepositReturned(amount) => vec![(DepositHeld, amount, true), (Cash, amount, false)],
            Self::DepositKept(amount) => vec![(DepositHeld, amount, true), (Revenue, amount, false)],
            Self::Placed { allocated, prepaid } => vec![
                (Suspense, sum(&[allocated, prepaid])?, true),
                (Receivable, allocated, false),
                (Prepaid, prepaid, false),
            ],
            Self::RefundedFromSuspense(amount) => vec![(Suspense, amount, true), (Cash, amount, false)],
            Self::TakenOver(amount) => vec![(Receivable, amount, true), (Opening, amount, false)],
            Self::PaidBefore(amount) => vec![(Opening, amount, true), (Receivable, amount, false)],
        };
        if lines.iter().any(|(_, amount, _)| amount.0 < 0) {
            return Err(LedgerFault::Amount);
        }
        let lines: Vec<Posting> = lines
            .into_iter()
            .filter(|(_, amount, _)| amount.0 != 0)
            .map(|(account, amount, debit)| Posting { account, amount: if debit { amount } else { Money(-amount.0) } })
            .collect();
        if lines.is_empty() { Err(LedgerFault::Amount) } else { Ok(Postings(lines)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_money() -> impl Strategy<Value = Money> {
        prop_oneof![Just(0), Just(1), -5_i64..1_000_000, Just(i64::MAX)].prop_map(Money)
    }

    fn any_transaction() -> impl Strategy<Value = Transaction> {
        use Transaction::*;
        prop_oneof![
            any_money().prop_map(Charged),
            any_money().prop_map(DepositCharged),
            (any_money(), any_money()).prop_map(|(amount, paid)| Credited { amount, paid }),
            any_money().prop_map(Waived),
            any_money().prop_map(DepositWaived),
            (any_money(), any_money(), any_money()).prop_map(|(allocated, prepaid, suspense)| Received {
                allocated,
                prepaid,
                suspense
            }),
            any_money().prop_map(Drawn),
            any_money().prop_map(RefundedFromPrepaid),
            any_money().prop_map(RefundedFromCharges),
            any_money().prop_map(DepositReturned),
            any_money().prop_map(DepositKept),
            (any_money(), any_money()).prop_map(|(allocated, prepaid)| Placed { allocated, prepaid }),
            any_money().prop_map(RefundedFromSuspense),
            any_money().prop_map(TakenOver),
            any_money().prop_map(PaidBefore),
        ]
    }

    #[test]
    fn a_correction_after_payment_goes_to_the_prepaid_balance() {
        let postings = Transaction::Credited { amount: Money(500), paid: Money(200) }.postings().expect("entered");
        assert_eq!(postings.of(LedgerAccount::Revenue), 500);
        assert_eq!(postings.of(LedgerAccount::Receivable), -300);
        assert_eq!(postings.of(LedgerAccount::Prepaid), -200);
        let wrong = Transaction::Credited { amount: Money(1), paid: Money(2) }.postings();
        assert_eq!(wrong, Err(LedgerFault::PaidMoreThanCredited));
    }

    #[test]
    fn a_deposit_that_is_given_up_is_not_held() {
        let charged = Transaction::DepositCharged(Money(2_000)).postings().expect("entered");
        let waived = Transaction::DepositWaived(Money(500)).postings().expect("entered");
        let both = |account| charged.of(account) + waived.of(account);
        assert_eq!([both(LedgerAccount::DepositHeld), both(LedgerAccount::Receivable)], [-1_500, 1_500]);
        assert_eq!(both(LedgerAccount::Allowance), 0, "nothing was ever to be earned");
    }

    #[test]
    fn nothing_is_no_transaction() {
        assert_eq!(Transaction::Charged(Money(0)).postings(), Err(LedgerFault::Amount));
        assert_eq!(Transaction::Waived(Money(-1)).postings(), Err(LedgerFault::Amount));
        let much = Transaction::Placed { allocated: Money(i64::MAX), prepaid: Money(1) };
        assert_eq!(much.postings(), Err(LedgerFault::TooMuch));
    }

    proptest! {
        #[test]
        fn every_journal_sums_to_zero(transaction in any_transaction()) {
            if let Ok(postings) = transaction.postings() {
                let sum: i128 = postings.lines().iter().map(|line| i128::from(line.amount.0)).sum();
                prop_assert_eq!(sum, 0);
                prop_assert!(postings.lines().iter().all(|line| line.amount.0 != 0));
                prop_assert!(postings.lines().len() >= 2);
            }
        }
    }
}
