//! Refunds in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::RefundId;

use super::desk_enums::DeskMethod;
use super::loaders::RefundPartsOf;
use super::refund_enums::RefundState;
use crate::connection;
use crate::domains::payments::service::{self, RefundCard, RefundFilter, RefundSettings};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// Money that goes back (退款): from what a payment paid, a prepaid balance, suspense, or a deposit.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Refund {
    /// Opaque id; the gateway knows the refund by it.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The payment of which it gives back; null when the desk gives back what no single payment brought.
    pub payment_id: Option<ID>,
    /// The money in suspense that goes back.
    pub suspense_item_id: Option<ID>,
    /// The deposit that goes back.
    pub deposit_charge_id: Option<ID>,
    /// Where it stands.
    pub state: RefundState,
    /// How much the payer gets.
    pub amount: Money,
    /// What is kept of a deposit.
    pub kept: Money,
    /// What is owed again.
    pub from_charges: Money,
    /// What a prepaid balance gives back.
    pub from_prepaid: Money,
    /// What leaves suspense.
    pub from_suspense: Money,
    /// What a deposit gives back.
    pub from_deposit: Money,
    /// Why.
    pub reason: String,
    /// What a deduction from a deposit rests on.
    pub evidence: Option<String>,
    /// Whether it needs, or needed, a second person.
    pub second_person: bool,
    /// Whether it goes back through the gateway by which it came; else the desk pays it out.
    pub through_gateway: bool,
    /// Who asked for it.
    pub asked_by_id: ID,
    /// The second person.
    pub decided_by_id: Option<ID>,
    /// When the second person decided.
    pub decided_at: Option<DateTime>,
    /// How the desk paid it out.
    pub desk_method: Option<DeskMethod>,
    /// The desk's voucher.
    pub voucher: Option<String>,
    /// The gateway's number.
    pub gateway_number: Option<String>,
    /// Why the gateway failed it, by its code.
    pub failed_code: Option<String>,
    /// When the payer had it.
    pub settled_at: Option<DateTime>,
    /// When it was asked for.
    pub created_at: DateTime,
    /// Rises with each change.
    pub version: i32,
    #[graphql(skip)]
    key: RefundId,
    #[graphql(skip)]
    currency: String,
}

/// What of a refund is owed again.
#[derive(SimpleObject)]
pub struct RefundPart {
    /// The charge.
    pub charge_id: ID,
    /// How much.
    pub amount: Money,
}

#[ComplexObject]
impl Refund {
    /// What is owed again, by charge.
    async fn parts(&self, context: &Context<'_>) -> Result<Vec<RefundPart>> {
        let found = request(context).loader().load_one(RefundPartsOf(self.key)).await?;
        let part = |row: entities::refund_part::Model| RefundPart {
            charge_id: wire_id(row.charge_id),
            amount: Money::new(row.amount, &self.currency),
        };
        Ok(found.unwrap_or_default().into_iter().map(part).collect())
    }
}

impl From<RefundCard> for Refund {
    fn from(card: RefundCard) -> Self {
        let row = card.refund;
        let money = |amount| Money::new(amount, &card.currency);
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            payment_id: row.payment_id.map(wire_id),
            suspense_item_id: row.suspense_item_id.map(wire_id),
            deposit_charge_id: row.charge_id.map(wire_id),
            state: row.state.into(),
            amount: money(row.amount),
            kept: money(row.kept),
            from_charges: money(row.from_charges),
            from_prepaid: money(row.from_prepaid),
            from_suspense: money(row.from_suspense),
            from_deposit: money(row.from_deposit),
            reason: row.reason,
            evidence: row.evidence,
            second_person: row.second_person,
            through_gateway: row.merchant_id.is_some(),
            asked_by_id: wire_id(row.staff_id),
            decided_by_id: row.decided_by.map(wire_id),
            decided_at: row.decided_at.map(Into::into),
            desk_method: row.desk_method.map(Into::into),
            voucher: row.voucher,
            gateway_number: row.gateway_number,
            failed_code: row.failed_code,
            settled_at: row.settled_at.map(Into::into),
            created_at: row.created_at.into(),
            version: row.version,
            key: row.id,
            currency: card.currency,
        }
    }
}

/// How to count refunds.
pub struct RefundCount(RefundFilter);

impl RefundCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_refunds(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Refunds.
    RefundConnection, RefundEdge, Refund, count: RefundCount
}

/// Above what a refund of a community needs a second person.
#[derive(SimpleObject)]
pub struct CommunityRefundSettings {
    /// The community.
    pub community_id: ID,
    /// Above this a refund waits for a second person; nothing unless set, so that every refund does.
    pub refund_limit: Money,
    /// Rises with each change; 0 while nobody has set anything.
    pub version: i32,
}

impl From<RefundSettings> for CommunityRefundSettings {
    fn from(row: RefundSettings) -> Self {
        Self {
            community_id: wire_id(row.community_id),
            refund_limit: Money::new(row.refund_limit, &row.currency),
            version: row.version,
        }
    }
}

/// Which refunds to list.
#[derive(InputObject, Default)]
pub struct RefundFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this payment.
    payment_id: Option<ID>,
    /// Only in this state.
    state: Option<RefundState>,
}

/// A refund by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_refund(context: &Context<'_>, id: RefundId) -> Result<Refund, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_refund(app, viewer, id).await?.into())
}

/// Queries of refunds.
#[derive(Default)]
pub struct RefundQuery;

#[Object]
impl RefundQuery {
    /// Refunds, the newest first: a resident's own payments', and for staff who see fees everybody's.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn refunds(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<RefundFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<RefundConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default();
        let filter = RefundFilter {
            community_id: parse_optional_id(filter.community_id.as_ref(), "communityId")?,
            payment_id: parse_optional_id(filter.payment_id.as_ref(), "paymentId")?,
            state: filter.state.map(Into::into),
        };
        let window: Window<RefundId> = Window::new(first, after.as_deref())?;
        let rows = service::refunds(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &RefundCard| card.refund.id)?;
        Ok(RefundConnection::new(page, RefundCount(filter)))
    }

    /// Above what refunds of a community need a second person; for staff who see fees.
    async fn community_refund_settings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
    ) -> Result<CommunityRefundSettings> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::refund_settings(app, viewer, parse_id(&community_id, "communityId")?).await?.into())
    }
}
