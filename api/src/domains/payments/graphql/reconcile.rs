//! Reconciliation in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{CommunityId, DifferenceId, MerchantId, ReconciliationId};

use super::refund_enums::{BillRowKind, DifferenceKind, DifferenceState, ReconciliationState};
use crate::connection;
use crate::domains::payments::service::{self, DifferenceFilter, DifferenceRow, ReconciliationCard};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, Decimal};
use crate::payloads;

/// The comparison of a gateway's bill of a day with what Linli knows of it (对账).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Reconciliation {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The merchant.
    pub merchant_id: ID,
    /// The day, in Beijing's time, as gateways count.
    pub day: Date,
    /// Where it stands.
    pub state: ReconciliationState,
    /// Whether the gateway had no bill of the day: then it was compared with nothing.
    pub no_bill: bool,
    /// Payments of the bill.
    pub payment_count: i32,
    /// What they come to.
    pub payment_sum: Money,
    /// Refunds of the bill.
    pub refund_count: i32,
    /// What they come to.
    pub refund_sum: Money,
    /// What the gateway keeps of the day, in the major unit, to 0.00001.
    pub fee_sum: Decimal,
    /// Payments that Linli has as paid on the day.
    pub own_payment_count: i32,
    /// What they come to.
    pub own_payment_sum: Money,
    /// Refunds that payers had on the day, as Linli has it.
    pub own_refund_count: i32,
    /// What they come to.
    pub own_refund_sum: Money,
    /// Rows of the bill that agree with Linli.
    pub matched_count: i32,
    /// Differences that were found.
    pub difference_count: i32,
    /// What of them nobody has explained.
    pub open_count: i32,
    /// When it was compared last.
    pub finished_at: Option<DateTime>,
    #[graphql(skip)]
    key: ReconciliationId,
}

impl From<ReconciliationCard> for Reconciliation {
    fn from(card: ReconciliationCard) -> Self {
        let row = card.reconciliation;
        let money = |amount| Money::new(amount, &card.currency);
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            merchant_id: wire_id(row.merchant_id),
            day: Date(row.day),
            state: row.state.into(),
            no_bill: row.no_bill,
            payment_count: row.payment_count,
            payment_sum: money(row.payment_sum),
            refund_count: row.refund_count,
            refund_sum: money(row.refund_sum),
            fee_sum: Decimal::scaled(row.fee_sum, 5),
            own_payment_count: row.own_payment_count,
            own_payment_sum: money(row.own_payment_sum),
            own_refund_count: row.own_refund_count,
            own_refund_sum: money(row.own_refund_sum),
            matched_count: row.matched_count,
            difference_count: row.difference_count,
            open_count: i32::try_from(card.open_count).unwrap_or(i32::MAX),
            finished_at: row.finished_at.map(Into::into),
            key: row.id,
        }
    }
}

/// Something in which a gateway's bill and Linli differ (差异).
#[derive(SimpleObject)]
pub struct ReconciliationDifference {
    /// Opaque id.
    pub id: ID,
    /// Whether it is about money that came or went.
    pub row_kind: BillRowKind,
    /// In what they differ.
    pub kind: DifferenceKind,
    /// Whether somebody has seen to it.
    pub state: DifferenceState,
    /// The gateway's number of the payment, or our number of the refund.
    pub number: String,
    /// The order, as the gateway names it.
    pub order_number: Option<String>,
    /// The payment.
    pub payment_id: Option<ID>,
    /// The refund.
    pub refund_id: Option<ID>,
    /// Where the money waits.
    pub suspense_item_id: Option<ID>,
    /// What the gateway says.
    pub there: Option<Money>,
    /// What Linli says.
    pub here: Option<Money>,
    /// When it happened.
    pub happened_at: DateTime,
    /// Why, in the words of whoever explained it; null when it explained itself.
    pub words: Option<String>,
    /// Who explained it.
    pub resolved_by_id: Option<ID>,
    /// When.
    pub resolved_at: Option<DateTime>,
}

impl From<DifferenceRow> for ReconciliationDifference {
    fn from(row: DifferenceRow) -> Self {
        let (row, currency) = (row.difference, row.currency);
        Self {
            id: wire_id(row.id),
            row_kind: row.row_kind.into(),
            kind: row.kind.into(),
            state: row.state.into(),
            number: row.number,
            order_number: row.order_number,
            payment_id: row.payment_id.map(wire_id),
            refund_id: row.refund_id.map(wire_id),
            suspense_item_id: row.suspense_item_id.map(wire_id),
            there: row.there.map(|amount| Money::new(amount, &currency)),
            here: row.here.map(|amount| Money::new(amount, &currency)),
            happened_at: row.happened_at.into(),
            words: row.words,
            resolved_by_id: row.resolved_by.map(wire_id),
            resolved_at: row.resolved_at.map(Into::into),
        }
    }
}

/// How to count differences.
pub struct DifferenceCount(DifferenceFilter);

impl DifferenceCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        Ok(service::count_differences(&request(context).app, &self.0).await?)
    }
}

connection! {
    /// Differences.
    ReconciliationDifferenceConnection, ReconciliationDifferenceEdge, ReconciliationDifference, count: DifferenceCount
}

#[ComplexObject]
impl Reconciliation {
    /// In what both differ, in the order in which it was found.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn differences(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only of this kind.")] kind: Option<DifferenceKind>,
        #[graphql(desc = "Only in this state.")] state: Option<DifferenceState>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ReconciliationDifferenceConnection> {
        let filter =
            DifferenceFilter { reconciliation_id: self.key, kind: kind.map(Into::into), state: state.map(Into::into) };
        let window: Window<DifferenceId> = Window::new(first, after.as_deref())?;
        let rows = service::differences(&request(context).app, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &DifferenceRow| row.difference.id)?;
        Ok(ReconciliationDifferenceConnection::new(page, DifferenceCount(filter)))
    }
}

/// How to count comparisons.
pub struct ReconciliationCount(Option<CommunityId>, Option<MerchantId>);

impl ReconciliationCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_reconciliations(app, viewer, (self.0, self.1)).await?)
    }
}

connection! {
    /// Comparisons.
    ReconciliationConnection, ReconciliationEdge, Reconciliation, count: ReconciliationCount
}

/// Which day is to be compared.
#[derive(InputObject)]
pub struct ReconciliationStartInput {
    /// The merchant, also one that is no longer in use.
    merchant_id: ID,
    /// The day in Beijing's time; it must be over.
    day: Date,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Why a difference is none, or what was done about it.
#[derive(InputObject)]
pub struct ReconciliationDifferenceResolveInput {
    /// The difference.
    difference_id: ID,
    /// In words, at most 200 characters.
    words: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ReconciliationStartPayload {
        /// The comparison, which a worker makes.
        reconciliation: Reconciliation
    }
    /// What became of it.
    ReconciliationDifferenceResolvePayload {
        /// The difference as it now is.
        difference: ReconciliationDifference
    }
}

/// A comparison by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_reconciliation(context: &Context<'_>, id: ReconciliationId) -> Result<Reconciliation, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_reconciliation(app, viewer, id).await?.into())
}

/// Queries of reconciliation.
#[derive(Default)]
pub struct ReconciliationQuery;

#[Object]
impl ReconciliationQuery {
    /// Comparisons of gateways' bills, the latest begun first; for whoever reconciles.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn reconciliations(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only of this community.")] community_id: Option<ID>,
        #[graphql(desc = "Only of this merchant.")] merchant_id: Option<ID>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ReconciliationConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let community = parse_optional_id(community_id.as_ref(), "communityId")?;
        let merchant = parse_optional_id(merchant_id.as_ref(), "merchantId")?;
        let window: Window<ReconciliationId> = Window::new(first, after.as_deref())?;
        let rows = service::reconciliations(app, viewer, (community, merchant), window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &ReconciliationCard| card.reconciliation.id)?;
        Ok(ReconciliationConnection::new(page, ReconciliationCount(community, merchant)))
    }
}

/// Mutations of reconciliation.
#[derive(Default)]
pub struct ReconciliationMutation;

#[Object]
impl ReconciliationMutation {
    /// Has the bill of a day downloaded and compared, or compared once more; a worker does it (发起对账). Each day is compared
    /// by itself on the next morning.
    async fn reconciliation_start(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which day of which merchant.")] input: ReconciliationStartInput,
    ) -> Result<ReconciliationStartPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let of = (parse_id(&input.merchant_id, "merchantId")?, input.day.0);
            service::start_reconciliation(app, viewer, of, &input.idempotency_key).await
        }
        .await;
        Ok(ReconciliationStartPayload::from_outcome(context, outcome)?)
    }

    /// Explains a difference, once (处理差异).
    async fn reconciliation_difference_resolve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReconciliationDifferenceResolveInput,
    ) -> Result<ReconciliationDifferenceResolvePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let explained = (parse_id(&input.difference_id, "differenceId")?, input.words);
            service::resolve_difference(app, viewer, explained, &input.idempotency_key).await
        }
        .await;
        Ok(ReconciliationDifferenceResolvePayload::from_outcome(context, outcome)?)
    }
}
