//! Billing runs in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{BillingProblemId, BillingRunId, CommunityId};

use super::enums::{BillingProblemCode, BillingRunState};
use super::items::FeeItem;
use crate::connection;
use crate::domains::billing::service::{self, PreviewProblem, ProblemRow, RunCard};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};
use crate::payloads;

/// A run that posts a community's charges of one month (出账).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct BillingRun {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The community's name.
    pub community_name: String,
    /// The first day of the month.
    pub month: Date,
    /// Its number among the runs of this month: from the second on a run posts what has changed.
    pub number: i32,
    /// Where it stands.
    pub state: BillingRunState,
    /// Units that are to be looked at.
    pub unit_count: i32,
    /// Units that were looked at: its progress.
    pub done_count: i32,
    /// Bills that were made.
    pub bill_count: i32,
    /// Charges that were made.
    pub charge_count: i32,
    /// What they come to.
    pub charged: Money,
    /// Credit notes that were written.
    pub credit_count: i32,
    /// What they come to.
    pub credited: Money,
    /// What could not be billed.
    pub problem_count: i32,
    /// When it was started.
    pub started_at: DateTime,
    /// When everything was posted.
    pub finished_at: Option<DateTime>,
    #[graphql(skip)]
    /// The id inside.
    pub key: BillingRunId,
}

impl From<RunCard> for BillingRun {
    fn from(card: RunCard) -> Self {
        let row = card.run;
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            community_name: card.community_name,
            month: Date(row.billed_on),
            number: row.number,
            state: row.state.into(),
            unit_count: row.unit_count,
            done_count: row.done_count,
            bill_count: row.bill_count,
            charge_count: row.charge_count,
            charged: Money::new(row.charged, &card.currency),
            credit_count: row.credit_count,
            credited: Money::new(row.credited, &card.currency),
            problem_count: row.problem_count,
            started_at: row.started_at.into(),
            finished_at: row.finished_at.map(Into::into),
            key: row.id,
        }
    }
}

/// Something that cannot be billed, and why.
#[derive(SimpleObject)]
pub struct BillingProblem {
    /// The unit; null when it is a matter of the whole item.
    pub unit_id: Option<ID>,
    /// The building's name, in a posted run.
    pub building_name: Option<String>,
    /// The unit's number, in a posted run.
    pub unit_number: Option<String>,
    /// The item.
    pub fee_item_id: ID,
    /// Why.
    pub code: BillingProblemCode,
    /// The first day that cannot be billed.
    pub from_day: Date,
    /// The day after the last.
    pub to_day: Date,
}

impl From<ProblemRow> for BillingProblem {
    fn from(row: ProblemRow) -> Self {
        Self {
            unit_id: row.unit_id.map(wire_id),
            building_name: row.building_name,
            unit_number: row.unit_number,
            fee_item_id: wire_id(row.fee_item_id),
            code: row.code.into(),
            from_day: Date(row.from_day),
            to_day: Date(row.to_day),
        }
    }
}

impl From<PreviewProblem> for BillingProblem {
    fn from(it: PreviewProblem) -> Self {
        Self {
            unit_id: it.unit.map(wire_id),
            building_name: None,
            unit_number: None,
            fee_item_id: wire_id(it.item),
            code: it.code.into(),
            from_day: Date(it.period.start),
            to_day: Date(it.period.end),
        }
    }
}

/// How to count a run's problems.
pub struct ProblemCount(i32);

impl ProblemCount {
    async fn count(&self, _: &Context<'_>) -> Result<i64> {
        Ok(i64::from(self.0))
    }
}

connection! {
    /// What a run could not bill.
    BillingProblemConnection, BillingProblemEdge, BillingProblem, count: ProblemCount
}

#[ComplexObject]
impl BillingRun {
    /// What it could not bill, and why.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn problems(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<BillingProblemConnection> {
        let window: Window<BillingProblemId> = Window::new(first, after.as_deref())?;
        let rows = service::problems(&request(context).app, self.key, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &ProblemRow| row.id)?;
        Ok(BillingProblemConnection::new(page, ProblemCount(self.problem_count)))
    }
}

/// What a run would post for an item.
#[derive(SimpleObject)]
pub struct BillingPreviewItem {
    /// The item.
    pub fee_item: FeeItem,
    /// The first day of the period that is billed.
    pub period_start: Date,
    /// The day after the last.
    pub period_end: Date,
    /// Units that are charged.
    pub unit_count: i32,
    /// Charges that are made.
    pub charge_count: i32,
    /// What they come to.
    pub charged: Money,
    /// How many of them rest on an estimate, for lack of a reading on the day of a change.
    pub estimated_count: i32,
    /// Credit notes that are written.
    pub credit_count: i32,
    /// What they come to.
    pub credited: Money,
}

/// What a run would post; nothing is written.
#[derive(SimpleObject)]
pub struct BillingPreview {
    /// Units that were looked at.
    pub unit_count: i32,
    /// By item.
    pub items: Vec<BillingPreviewItem>,
    /// What cannot be billed and why, the first 100.
    pub problems: Vec<BillingProblem>,
    /// How much cannot be billed in all.
    pub problem_count: i32,
}

/// How to count runs.
pub struct RunCount(Option<CommunityId>);

impl RunCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_runs(app, viewer, self.0).await?)
    }
}

connection! {
    /// Billing runs.
    BillingRunConnection, BillingRunEdge, BillingRun, count: RunCount
}

/// A billing run by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_billing_run(context: &Context<'_>, id: BillingRunId) -> Result<BillingRun, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_run(app, viewer, id).await?.into())
}

/// Which month of a community is to be billed.
#[derive(InputObject)]
pub struct BillingRunStartInput {
    /// The community.
    community_id: ID,
    /// Any day of the month; the next month at most.
    month: Date,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    BillingRunStartPayload {
        /// The run: the one that goes on for this month, or a new one.
        billing_run: BillingRun
    }
}

fn count(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Queries of billing runs.
#[derive(Default)]
pub struct RunQuery;

#[Object]
impl RunQuery {
    /// What the run of a month would post, by item, and what it could not bill; writes nothing (出账试算). For whoever
    /// starts runs.
    #[graphql(complexity = "200 + child_complexity")]
    async fn billing_preview(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
        #[graphql(desc = "Any day of the month; the next month at most.")] month: Date,
    ) -> Result<BillingPreview> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let found = service::preview(app, viewer, parse_id(&community_id, "communityId")?, month.0).await?;
        let rows = found.items.iter().map(|it| it.item.clone()).collect();
        let fee_items = FeeItem::all(context, rows).await?;
        let items = found.items.into_iter().zip(fee_items).map(|(it, fee_item)| BillingPreviewItem {
            fee_item,
            period_start: Date(it.period.start),
            period_end: Date(it.period.end),
            unit_count: count(it.units),
            charge_count: count(it.charges),
            charged: Money::new(it.charged, &found.currency),
            estimated_count: count(it.estimated),
            credit_count: count(it.credits),
            credited: Money::new(it.credited, &found.currency),
        });
        Ok(BillingPreview {
            unit_count: count(found.units),
            items: items.collect(),
            problems: found.problems.into_iter().map(Into::into).collect(),
            problem_count: count(found.problem_count),
        })
    }

    /// A billing run with its progress; for staff who see fees.
    async fn billing_run(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<BillingRun>> {
        match find_billing_run(context, parse_id(&id, "id")?).await {
            Ok(run) => Ok(Some(run)),
            Err(Error::Refused(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Billing runs, the newest first; for staff who see fees.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn billing_runs(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only of this community.")] community_id: Option<ID>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<BillingRunConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let community = parse_optional_id(community_id.as_ref(), "communityId")?;
        let window: Window<BillingRunId> = Window::new(first, after.as_deref())?;
        let rows = service::runs(app, viewer, community, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &RunCard| card.run.id)?;
        Ok(BillingRunConnection::new(page, RunCount(community)))
    }
}

/// Mutations of billing runs.
#[derive(Default)]
pub struct RunMutation;

#[Object]
impl RunMutation {
    /// Starts the run of a month, which a worker posts; `billingRun` shows its progress. While one of this month goes on,
    /// that one is told of; after it, a new one posts the difference: more as a further charge, less as a credit note.
    /// Before a month has begun, a run bills what is paid in advance for it; what is paid in arrears is billed by a run
    /// after its period has ended.
    async fn billing_run_start(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which month of which community.")] input: BillingRunStartInput,
    ) -> Result<BillingRunStartPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let community = parse_id(&input.community_id, "communityId")?;
            service::start(app, viewer, (community, input.month.0), &input.idempotency_key).await
        }
        .await;
        Ok(BillingRunStartPayload::from_outcome(context, outcome)?)
    }
}
