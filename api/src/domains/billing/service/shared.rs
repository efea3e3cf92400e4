//! Costs of a community that its units share (公摊).

use chrono::NaiveDate;
use entities::shared_cost;
use entities::values::{FeeItemId, FeeKind, Money, SharedCostId, SharingBasis, TypedId as _};
use rust_decimal::Decimal;
use serde::Serialize;

use super::super::error::BillingError;
use super::super::model::scaled::scaled;
use super::super::model::{Period, share_cost};
use super::super::repo;
use super::{Clerk, Once, item_in_use, lock, note, once, reader};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// A cost.
pub type SharedCostRow = shared_cost::Model;

/// Most that is shared: a hundred million of the major unit.
const COST_MAX: i64 = 10_000_000_000;
/// Costs of an item that are shown.
const SHOWN: u64 = 100;

/// A cost as it is to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewSharedCost {
    /// Of which item.
    pub fee_item_id: FeeItemId,
    /// The first day of the period, which is one of the item's cycle.
    pub period_start: NaiveDate,
    /// How much.
    pub amount: Decimal,
    /// By what it is shared.
    pub basis: SharingBasis,
}

/// Enters the cost of an item and period, or changes it; the next run of that month posts the difference.
pub async fn set_shared_cost(
    app: &App,
    viewer: &Viewer,
    new: NewSharedCost,
    key: &str,
) -> Result<SharedCostRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let amount = scaled(new.amount, 2).filter(|amount| (1..=COST_MAX).contains(amount));
    let amount = Money(amount.ok_or(BillingError::CannotCompute("total"))?);
    let id: SharedCostId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "sharedCostSet", key, input: &new, result: id.uuid() };
    let (app_, clerk_, given) = (app.clone(), clerk.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, given) = (app_.clone(), clerk_.clone(), given.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let item = item_in_use(tx, &clerk.scope, given.fee_item_id).await?;
            if item.kind != FeeKind::Shared {
                return Err(BillingError::CannotCompute("feeItemId").into());
            }
            let months = u32::try_from(item.cycle_months).unwrap_or(0);
            let period = Period::of_cycle(months, given.period_start).filter(|it| it.start == given.period_start);
            let period = period.ok_or(BillingError::CannotCompute("periodStart"))?;
            // Nobody to share it with, or nobody whose area is known: it would come to nothing.
            let areas = repo::areas_of(tx, item.community_id).await?;
            if share_cost(amount, given.basis, &areas).is_none() {
                return Err(BillingError::CannotCompute("basis").into());
            }
            let before = repo::shared_cost_from(tx, item.id, period.start).await?;
            let row = shared_cost::Model {
                id: before.as_ref().map_or(id, |before| before.id),
                org_id: item.org_id,
                community_id: item.community_id,
                fee_item_id: item.id,
                period_start: period.start,
                period_end: period.end,
                amount,
                basis: given.basis,
                staff_id: clerk.staff,
                created_at: app.clock.now(),
            };
            match before {
                Some(_) => repo::update_shared_cost(tx, &row).await?,
                None => repo::insert(tx, row.clone()).await?,
            }
            let object = (ObjectKind::FeeItem, item.id.uuid());
            note(tx, &app, &clerk, object, ("COST_SET", serde_json::to_value(&given)?)).await?;
            Ok(row.id.uuid())
        })
    })
    .await?;
    let row = repo::find_shared_cost(reader(app), &clerk.scope, SharedCostId(made)).await?;
    Ok(row.ok_or(BillingError::NotFound("feeItemId"))?)
}

/// The newest costs of an item that the viewer was shown.
pub async fn shared_costs(app: &App, item: FeeItemId) -> Result<Vec<SharedCostRow>, Error> {
    Ok(repo::shared_costs(reader(app), item, SHOWN).await?)
}
