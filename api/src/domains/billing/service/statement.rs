//! A payer's statement of a year (年度对账单), from the ledger itself.

use chrono::NaiveDate;
use entities::values::{LedgerAccount, PayerId, UnitId};

use super::super::error::BillingError;
use super::super::model::{DebtYear, PrepaidYear};
use super::super::repo::{self, YearRow};
use super::reader;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// The years of which there are statements.
const YEARS: std::ops::RangeInclusive<i32> = 2000..=2200;

/// A year by unit and item; each line beside the row that names it.
#[derive(Debug, Default)]
pub struct YearStatement {
    /// What is owed.
    pub debts: Vec<(YearRow, DebtYear)>,
    /// What is prepaid.
    pub prepaid: Vec<(YearRow, PrepaidYear)>,
}

/// The statement of a year: residents see their own as payers, staff that of a payer whom they name.
pub async fn year_statement(
    app: &App,
    viewer: &Viewer,
    year: i32,
    (payer, unit): (Option<PayerId>, Option<UnitId>),
) -> Result<YearStatement, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    let first = |year| NaiveDate::from_ymd_opt(year, 1, 1).ok_or(BillingError::Invalid("year"));
    if !YEARS.contains(&year) {
        return Err(BillingError::Invalid("year").into());
    }
    match (&scope, payer) {
        (Scope::Units(..), _) => {}
        (_, Some(payer)) if !repo::payer_in_scope(reader(app), &scope, payer).await? => {
            return Err(BillingError::NotFound("payerId").into());
        }
        (_, Some(_)) => {}
        (_, None) => return Err(BillingError::Required("payerId").into()),
    }
    let rows = repo::year_rows(reader(app), &scope, (first(year)?, first(year + 1)?), (payer, unit)).await?;
    let mut made = YearStatement::default();
    // The rows of a line follow each other.
    let same = |a: &YearRow, b: &YearRow| (a.unit_id, a.fee_item_id) == (b.unit_id, b.fee_item_id);
    for row in rows {
        let (kind, amount) = (row.kind.clone(), row.amount);
        if row.account == LedgerAccount::Prepaid {
            match made.prepaid.iter_mut().find(|(line, _)| same(line, &row)) {
                Some((_, sums)) => sums.add(&kind, amount),
                None => {
                    let mut sums = PrepaidYear::default();
                    sums.add(&kind, amount);
                    made.prepaid.push((row, sums));
                }
            }
        } else {
            match made.debts.iter_mut().find(|(line, _)| same(line, &row)) {
                Some((_, sums)) => sums.add(&kind, amount),
                None => {
                    let mut sums = DebtYear::default();
                    sums.add(&kind, amount);
                    made.debts.push((row, sums));
                }
            }
        }
    }
    made.debts.retain(|(_, sums)| *sums != DebtYear::default());
    made.prepaid.retain(|(_, sums)| *sums != PrepaidYear::default());
    Ok(made)
}
