//! Billing runs: a community's charges of one month, previewed, then posted by a worker.

mod compute;
mod plan;
mod post;
mod work;

pub use post::bill_number;
pub use work::post_one;

use chrono::NaiveDate;
use entities::billing_run;
use entities::values::{
    BillingProblemCode, BillingProblemId, BillingRunId, BillingRunState, CommunityId, FeeItemId, Money, TypedId as _,
    UnitId,
};
use serde::Serialize;

use self::plan::{Plan, may_bill, month_of};
use super::super::error::BillingError;
use super::super::model::Period;
use super::super::repo::{self, FeeItemRow, ProblemRow, RunCard};
use super::{Clerk, Once, community, day_in, lock, once, reader};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// Problems of a preview that are told one by one.
const TOLD: usize = 100;

/// What a run would come to for an item.
#[derive(Clone, Debug)]
pub struct ItemTotal {
    /// The item.
    pub item: FeeItemRow,
    /// The period that is billed.
    pub period: Period,
    /// How many units are charged.
    pub units: i64,
    /// How many charges are made.
    pub charges: i64,
    /// What they come to.
    pub charged: Money,
    /// How many of them rest on an estimate.
    pub estimated: i64,
    /// How many credit notes are written.
    pub credits: i64,
    /// What they come to.
    pub credited: Money,
}

/// Something that a run could not bill.
#[derive(Clone, Debug)]
pub struct PreviewProblem {
    /// The unit; none when it is a matter of the whole item.
    pub unit: Option<UnitId>,
    /// The item.
    pub item: FeeItemId,
    /// Why.
    pub code: BillingProblemCode,
    /// For which days.
    pub period: Period,
}

/// What a run would come to.
#[derive(Clone, Debug)]
pub struct Preview {
    /// The community's currency.
    pub currency: String,
    /// Units that were looked at.
    pub units: i64,
    /// By item.
    pub items: Vec<ItemTotal>,
    /// The first problems.
    pub problems: Vec<PreviewProblem>,
    /// How many there are.
    pub problem_count: i64,
}

fn check_month(month: NaiveDate, today: NaiveDate) -> Result<NaiveDate, BillingError> {
    let first = month_of(month).ok_or(BillingError::Invalid("month"))?;
    if may_bill(first, today) { Ok(first) } else { Err(BillingError::TooFar) }
}

/// What the run of a month would post, and what it could not bill; writes nothing.
pub async fn preview(app: &App, viewer: &Viewer, id: CommunityId, month: NaiveDate) -> Result<Preview, Error> {
    let clerk = Clerk::of(viewer, Right::BillingRun)?;
    let place = community(reader(app), &clerk.scope, id).await?;
    let today = day_in(&place.time_zone, app.clock.now());
    let plan = Plan::read(reader(app), id, check_month(month, today)?, today).await?;
    let mut items: Vec<ItemTotal> = plan
        .items
        .iter()
        .map(|it| ItemTotal {
            item: it.row.clone(),
            period: it.item.period,
            units: 0,
            charges: 0,
            charged: Money::ZERO,
            estimated: 0,
            credits: 0,
            credited: Money::ZERO,
        })
        .collect();
    let (mut units, mut problems, mut problem_count) = (0, Vec::new(), 0_i64);
    work::preview(reader(app), &plan, |computed| {
        units += i64::try_from(computed.units).unwrap_or(i64::MAX);
        let mut last = vec![None; items.len()];
        for it in &computed.charges {
            let total = &mut items[it.item];
            total.units += i64::from(last[it.item] != Some(it.unit));
            last[it.item] = Some(it.unit);
            total.charges += 1;
            total.charged.0 = total.charged.0.saturating_add(it.new.target.amount.0);
            total.estimated += i64::from(it.new.target.estimated);
        }
        for it in &computed.credits {
            if let Some(total) = items.iter_mut().find(|total| total.item.id == it.item) {
                total.credits += 1;
                total.credited.0 = total.credited.0.saturating_add(it.credit.amount.0);
            }
        }
        problem_count += i64::try_from(computed.problems.len()).unwrap_or(i64::MAX);
        let room = TOLD.saturating_sub(problems.len());
        problems.extend(computed.problems.into_iter().take(room).map(|it| PreviewProblem {
            unit: it.unit,
            item: it.item,
            code: it.code,
            period: it.period,
        }));
    })
    .await?;
    Ok(Preview { currency: place.currency, units, items, problems, problem_count })
}

/// Which month is to be billed.
#[derive(Clone, Debug, Serialize)]
struct NewRun {
    community_id: CommunityId,
    month: NaiveDate,
}

/// Starts the run of a month; a worker posts it. While one of this month goes on, that one is meant; after it, a new one
/// posts what has changed.
pub async fn start(
    app: &App,
    viewer: &Viewer,
    (community_id, month): (CommunityId, NaiveDate),
    key: &str,
) -> Result<RunCard, Error> {
    let clerk = Clerk::of(viewer, Right::BillingRun)?;
    let new = NewRun { community_id, month };
    let id: BillingRunId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "billingRunStart", key, input: &new, result: id.uuid() };
    let (app_, clerk_) = (app.clone(), clerk.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk_.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let place = community(tx, &clerk.scope, community_id).await?;
            let now = app.clock.now();
            let billed_on = check_month(month, day_in(&place.time_zone, now))?;
            if let Some(open) = repo::open_run(tx, community_id).await? {
                return if open.billed_on == billed_on {
                    Ok(open.id.uuid())
                } else {
                    Err(BillingError::RunOpen.into())
                };
            }
            let number = repo::last_run_number(tx, community_id, billed_on).await? + 1;
            let row = billing_run::Model {
                id,
                org_id: place.org_id,
                community_id,
                billed_on,
                number: i32::try_from(number).unwrap_or(i32::MAX),
                state: BillingRunState::Posting,
                last_unit_id: None,
                unit_count: i32::try_from(repo::unit_count(tx, community_id).await?).unwrap_or(i32::MAX),
                done_count: 0,
                charge_count: 0,
                credit_count: 0,
                bill_count: 0,
                problem_count: 0,
                charged: Money::ZERO,
                credited: Money::ZERO,
                digest: Vec::new(),
                leased_until: None,
                attempt: 0,
                account_id: clerk.account,
                staff_id: clerk.staff,
                started_at: now,
                finished_at: None,
            };
            repo::insert(tx, row).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    find_run(app, viewer, BillingRunId(made)).await
}

/// A run, for staff who see fees.
pub async fn find_run(app: &App, viewer: &Viewer, id: BillingRunId) -> Result<RunCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    Ok(repo::find_run(reader(app), &clerk.scope, id).await?.ok_or(BillingError::NotFound("billingRunId"))?)
}

/// Runs, the newest first.
pub async fn runs(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
    after: Option<BillingRunId>,
    limit: u64,
) -> Result<Vec<RunCard>, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    Ok(repo::list_runs(reader(app), &clerk.scope, community, after, limit).await?)
}

/// How many runs that list has.
pub async fn count_runs(app: &App, viewer: &Viewer, community: Option<CommunityId>) -> Result<i64, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    Ok(repo::count_runs(reader(app), &clerk.scope, community).await?)
}

/// What a run that the viewer was shown could not bill.
pub async fn problems(
    app: &App,
    run: BillingRunId,
    after: Option<BillingProblemId>,
    limit: u64,
) -> Result<Vec<ProblemRow>, Error> {
    Ok(repo::list_problems(reader(app), run, after, limit).await?)
}
