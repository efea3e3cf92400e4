//! What a run bills: the items of the community whose periods it closes or opens.

use std::collections::HashMap;

use chrono::{Datelike as _, Days, Months, NaiveDate};
use entities::values::{BillingProblemCode, CommunityId, FeeItemId, FeeKind, FeeTiming, Money, UnitId};

use super::super::super::model::{ItemPeriod, Period, due_on, share_cost};
use super::super::super::repo::{self, FeeItemRow};
use crate::domains::identity::Scope;
use crate::error::Error;

/// An item of a run.
#[derive(Clone, Debug)]
pub struct PlannedItem {
    /// What is computed with.
    pub item: ItemPeriod,
    /// Its row.
    pub row: FeeItemRow,
    /// Each unit's part of a shared cost.
    pub parts: HashMap<UnitId, Money>,
}

/// What a run bills.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where.
    pub community: CommunityId,
    /// The items with their periods.
    pub items: Vec<PlannedItem>,
    /// What cannot be billed for any unit.
    pub problems: Vec<(FeeItemId, BillingProblemCode, Period)>,
}

/// The first day of a month.
pub fn month_of(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)
}

/// Whether a month may be billed: the next one at most.
pub fn may_bill(month: NaiveDate, today: NaiveDate) -> bool {
    let next = month_of(today).and_then(|first| first.checked_add_months(Months::new(1)));
    next.is_some_and(|next| month <= next)
}

/// The period that the run of a month bills for an item: one that begins with the month when it is paid in advance, one
/// that ended with the month before when in arrears. `None` when the month has nothing of the item.
pub fn period_of(row: &FeeItemRow, month: NaiveDate) -> Option<Period> {
    let months = u32::try_from(row.cycle_months).ok()?;
    match row.timing {
        FeeTiming::Advance => Period::of_cycle(months, month).filter(|period| period.start == month),
        FeeTiming::Arrears => {
            let last = month.checked_sub_days(Days::new(1))?;
            Period::of_cycle(months, last).filter(|period| period.end == month)
        }
    }
}

impl Plan {
    /// Reads what the run of a month bills. A period in arrears that has not ended today is left to a later run of the
    /// month: nobody knows yet what will have been used or spent in it.
    pub async fn read(
        connection: &impl repo::Connection,
        community: CommunityId,
        month: NaiveDate,
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let scope = Scope::System("whoever asks was let into the community");
        let rows = repo::items_of(connection, &scope, community, false).await?;
        let ids: Vec<FeeItemId> = rows.iter().map(|row| row.id).collect();
        let rates = repo::rates_of(connection, &ids).await?;
        let mut plan = Self { community, items: Vec::new(), problems: Vec::new() };
        for row in rows {
            if matches!(row.kind, FeeKind::OneOff | FeeKind::Deposit) {
                continue;
            }
            let Some(period) = period_of(&row, month) else { continue };
            if row.timing == FeeTiming::Arrears && period.end > today {
                continue;
            }
            let days = u32::try_from(row.due_days).unwrap_or(0);
            let due = due_on(&period, row.timing == FeeTiming::Advance, days);
            let due = due.ok_or_else(|| Error::internal("a due day does not fit"))?;
            let mut item = ItemPeriod {
                id: row.id,
                kind: row.kind,
                period,
                months: row.cycle_months,
                due_on: due,
                rounding: row.rounding,
                vacant_share: row.vacant_share,
                rates: rates
                    .iter()
                    .filter(|rate| rate.fee_item_id == row.id)
                    .map(|rate| (repo::usage_of(&rate.usage), rate.effective_on, rate.rate))
                    .collect(),
                basis: None,
            };
            let mut parts = HashMap::new();
            if row.kind == FeeKind::Shared {
                let Some(cost) = repo::shared_cost(connection, row.id, (period.start, period.end)).await? else {
                    plan.problems.push((row.id, BillingProblemCode::NoCost, period));
                    continue;
                };
                item.basis = Some(cost.basis);
                let units = repo::units_after(connection, community, None, u64::MAX).await?;
                let areas: Vec<_> = units.iter().map(|unit| unit.area).collect();
                match share_cost(cost.amount, cost.basis, &areas) {
                    Some(costs) => parts = units.iter().map(|unit| unit.id).zip(costs).collect(),
                    None => {
                        plan.problems.push((row.id, BillingProblemCode::NoArea, period));
                        continue;
                    }
                }
            }
            plan.items.push(PlannedItem { item, row, parts });
        }
        Ok(plan)
    }

    /// The items with meters.
    pub fn metered(&self) -> impl Iterator<Item = &ItemPeriod> {
        self.items.iter().map(|it| &it.item).filter(|item| item.kind == FeeKind::Metered)
    }

    /// An item's row.
    pub fn row(&self, id: FeeItemId) -> Option<&FeeItemRow> {
        self.items.iter().find(|it| it.item.id == id).map(|it| &it.row)
    }
}
