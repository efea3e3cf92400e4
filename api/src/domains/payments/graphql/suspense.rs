//! Money in suspense in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{SuspenseItemId, SuspenseState as State};

use super::refund_enums::{SuspenseReason, SuspenseState};
use crate::connection;
use crate::domains::payments::PaymentError;
use crate::domains::payments::service::{self, NewResolution, SuspenseCard, SuspenseFilter, SuspenseWay};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;
use crate::payloads;

/// Money that came in and that nobody could place (暂收款).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct SuspenseItem {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The payment that it belongs to, or that it came beside.
    pub payment_id: Option<ID>,
    /// The gateway's number of it.
    pub gateway_number: Option<String>,
    /// The order that the gateway named.
    pub order_number: Option<String>,
    /// Why nobody could place it.
    pub reason: SuspenseReason,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: SuspenseState,
    /// What became of it: `PLACED` or `SENT_BACK`.
    pub resolution: Option<String>,
    /// Why, in the words of whoever saw to it.
    pub words: Option<String>,
    /// When it was paid.
    pub arrived_at: DateTime,
    /// Who saw to it.
    pub resolved_by_id: Option<ID>,
    /// When.
    pub resolved_at: Option<DateTime>,
    /// The refund by which it goes back, or went: the latest, when one was refused or failed.
    pub refund_id: Option<ID>,
}

impl From<SuspenseCard> for SuspenseItem {
    fn from(card: SuspenseCard) -> Self {
        let row = card.item;
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            payment_id: row.payment_id.map(wire_id),
            gateway_number: row.gateway_number,
            order_number: row.order_number,
            reason: row.reason.into(),
            amount: Money::new(row.amount, &card.currency),
            state: row.state.into(),
            resolution: row.resolution,
            words: row.words,
            arrived_at: row.arrived_at.into(),
            resolved_by_id: row.resolved_by.map(wire_id),
            resolved_at: row.resolved_at.map(Into::into),
            refund_id: card.refund_id.map(wire_id),
        }
    }
}

#[ComplexObject]
impl SuspenseItem {
    /// For how many whole days it has been there, or was.
    async fn age_days(&self, context: &Context<'_>) -> i32 {
        let until = self.resolved_at.as_ref().map_or_else(|| request(context).app.clock.now(), |at| at.0);
        i32::try_from((until - self.arrived_at.0).num_days().max(0)).unwrap_or(i32::MAX)
    }
}

/// How to count items.
pub struct SuspenseCount(SuspenseFilter);

impl SuspenseCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_suspense(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Money in suspense.
    SuspenseItemConnection, SuspenseItemEdge, SuspenseItem, count: SuspenseCount
}

/// Which money in suspense to list.
#[derive(InputObject, Default)]
pub struct SuspenseFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only in this state.
    state: Option<SuspenseState>,
    /// Only for this reason.
    reason: Option<SuspenseReason>,
}

/// What the money pays.
#[derive(InputObject)]
pub struct SuspensePlaceInput {
    /// Charges, in this order, at most 100.
    #[graphql(default)]
    charge_ids: Vec<ID>,
    /// Whose prepaid balance takes what is left over; they must pay for the unit.
    payer_id: Option<ID>,
    /// For which unit; required with `payerId`.
    unit_id: Option<ID>,
    /// For one item alone.
    fee_item_id: Option<ID>,
}

/// How money in suspense is seen to: one of `place` and `sendBack`.
#[derive(InputObject)]
pub struct SuspenseResolveInput {
    /// The item.
    suspense_item_id: ID,
    /// It pays something.
    place: Option<SuspensePlaceInput>,
    /// It goes back as a refund, through its gateway.
    #[graphql(default)]
    send_back: bool,
    /// With `sendBack`: the desk pays it out instead.
    #[graphql(default)]
    at_desk: bool,
    /// Why, at most 200 characters.
    words: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    SuspenseResolvePayload {
        /// The item: resolved, or open while its refund waits for a second person.
        suspense_item: SuspenseItem
    }
}

fn resolution(input: SuspenseResolveInput) -> Result<NewResolution, Error> {
    let id = parse_id(&input.suspense_item_id, "suspenseItemId")?;
    let way = match (input.place, input.send_back) {
        (Some(place), false) => {
            let payer = parse_optional_id(place.payer_id.as_ref(), "payerId")?;
            let unit = parse_optional_id(place.unit_id.as_ref(), "unitId")?;
            let fee_item = parse_optional_id(place.fee_item_id.as_ref(), "feeItemId")?;
            let rest = match (payer, unit) {
                (Some(payer), Some(unit)) => Some((payer, unit, fee_item)),
                (None, None) => None,
                (Some(_), None) => return Err(PaymentError::Required("unitId").into()),
                (None, Some(_)) => return Err(PaymentError::Required("payerId").into()),
            };
            let charges = place.charge_ids.iter().map(|id| Ok(parse_id(id, "chargeIds")?));
            SuspenseWay::Place { charges: charges.collect::<Result<_, Error>>()?, rest }
        }
        (None, true) => SuspenseWay::SendBack { at_desk: input.at_desk },
        (None, false) => return Err(PaymentError::Required("place").into()),
        (Some(_), true) => return Err(PaymentError::Invalid("sendBack").into()),
    };
    Ok(NewResolution { id, way, words: input.words })
}

/// An item by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_suspense_item(context: &Context<'_>, id: SuspenseItemId) -> Result<SuspenseItem, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_suspense(app, viewer, id).await?.into())
}

/// Queries of suspense.
#[derive(Default)]
pub struct SuspenseQuery;

#[Object]
impl SuspenseQuery {
    /// Money that nobody could place: what is open first, of that the oldest first; for whoever reconciles.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn suspense_items(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<SuspenseFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<SuspenseItemConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default();
        let filter = SuspenseFilter {
            community_id: parse_optional_id(filter.community_id.as_ref(), "communityId")?,
            state: filter.state.map(Into::into),
            reason: filter.reason.map(Into::into),
        };
        let window: Window<(bool, SuspenseItemId)> = Window::new(first, after.as_deref())?;
        let rows = service::suspense_items(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &SuspenseCard| (card.item.state == State::Open, card.item.id))?;
        Ok(SuspenseItemConnection::new(page, SuspenseCount(filter)))
    }
}

/// Mutations of suspense.
#[derive(Default)]
pub struct SuspenseMutation;

#[Object]
impl SuspenseMutation {
    /// Sees to money in suspense, once: it pays charges or a prepaid balance, or goes back as a refund, which needs a second
    /// person as every refund does.
    async fn suspense_resolve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and what is to become of it.")] input: SuspenseResolveInput,
    ) -> Result<SuspenseResolvePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let key = input.idempotency_key.clone();
        let outcome: Result<_, Error> =
            async { service::resolve_suspense(app, viewer, resolution(input)?, &key).await }.await;
        Ok(SuspenseResolvePayload::from_outcome(context, outcome)?)
    }
}
