//! Payments in the schema.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entities::values::{AccountId, PaymentId};

use super::enums::{PaymentChannel, PaymentClosedReason, PaymentMethod, PaymentState};
use super::loaders::PartsOf;
use crate::connection;
use crate::domains::payments::service::{self, MerchantRow, PaymentCard, PaymentFilter, PaymentPartRow};
use crate::error::Error;
use crate::graphql::id::wire_id;
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// Money that somebody pays (缴费): `received` is what arrived, and `allocated`, `prepaid`, `suspense` and `refunded` say
/// where it is now.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Payment {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The community's name.
    pub community_name: String,
    /// The unit whose prepaid balance takes what is left over.
    pub unit_id: Option<ID>,
    /// Who owed the first of what it pays.
    pub payer_id: Option<ID>,
    /// How it is paid.
    pub method: PaymentMethod,
    /// How the payer reaches the gateway; null at the desk.
    pub channel: Option<PaymentChannel>,
    /// Where it stands.
    pub state: PaymentState,
    /// Why it was closed.
    pub closed_reason: Option<PaymentClosedReason>,
    /// How much was asked for.
    pub amount: Money,
    /// How much arrived.
    pub received: Money,
    /// What of that pays charges.
    pub allocated: Money,
    /// What of that went to the prepaid balance (预存).
    pub prepaid: Money,
    /// What of that nobody could place yet; the company's finance staff does.
    pub suspense: Money,
    /// What of that went back.
    pub refunded: Money,
    /// The gateway's number of it.
    pub gateway_number: Option<String>,
    /// Until when it can be paid.
    pub expires_at: Option<DateTime>,
    /// When it was paid, as the gateway says.
    pub paid_at: Option<DateTime>,
    /// When it was entered.
    pub settled_at: Option<DateTime>,
    /// When it was begun.
    pub created_at: DateTime,
    /// Rises with each change.
    pub version: i32,
    #[graphql(skip)]
    key: PaymentId,
    #[graphql(skip)]
    begun_by: Option<AccountId>,
    #[graphql(skip)]
    currency: String,
}

impl From<PaymentCard> for Payment {
    fn from(card: PaymentCard) -> Self {
        let row = card.payment;
        let money = |amount| Money::new(amount, &card.currency);
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            community_name: card.community_name,
            unit_id: row.unit_id.map(wire_id),
            payer_id: row.payer_id.map(wire_id),
            method: row.method.into(),
            channel: row.channel.map(Into::into),
            state: row.state.into(),
            closed_reason: row.closed_reason.map(Into::into),
            amount: money(row.amount),
            received: money(row.received),
            allocated: money(row.allocated),
            prepaid: money(row.prepaid),
            suspense: money(row.suspense),
            refunded: money(row.refunded),
            gateway_number: row.gateway_number,
            expires_at: row.expires_at.map(Into::into),
            paid_at: row.paid_at.map(Into::into),
            settled_at: row.settled_at.map(Into::into),
            created_at: row.created_at.into(),
            version: row.version,
            key: row.id,
            begun_by: row.account_id,
            currency: card.currency,
        }
    }
}

#[ComplexObject]
impl Payment {
    /// Whether the viewer began it.
    async fn own(&self, context: &Context<'_>) -> Result<bool> {
        Ok(self.begun_by == Some(request(context).viewer()?.account_id))
    }

    /// What it is meant to pay, and did pay, in the order in which the money is spent; at most 500.
    async fn parts(&self, context: &Context<'_>) -> Result<Vec<PaymentPart>> {
        let found = request(context).loader().load_one(PartsOf(self.key)).await?;
        Ok(found.unwrap_or_default().into_iter().map(|row| PaymentPart::new(row, &self.currency)).collect())
    }
}

/// What a payment pays of one charge.
#[derive(SimpleObject)]
pub struct PaymentPart {
    /// The charge.
    pub charge_id: ID,
    /// The item's Chinese name.
    pub item_name_zh: String,
    /// The item's English name.
    pub item_name_en: String,
    /// How much it was meant to pay.
    pub wanted: Money,
    /// How much it did pay, less what went back.
    pub paid: Money,
}

impl PaymentPart {
    fn new(row: PaymentPartRow, currency: &str) -> Self {
        Self {
            charge_id: wire_id(row.charge_id),
            item_name_zh: row.item_name_zh,
            item_name_en: row.item_name_en,
            wanted: Money::new(row.wanted, currency),
            paid: Money::new(row.paid, currency),
        }
    }
}

/// How to count payments.
pub struct PaymentCount(pub PaymentFilter);

impl PaymentCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_payments(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Payments.
    PaymentConnection, PaymentEdge, Payment, count: PaymentCount
}

/// What a community was given by a payment gateway (商户); its credentials are never shown.
#[derive(SimpleObject)]
pub struct Merchant {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The gateway.
    pub method: PaymentMethod,
    /// The merchant's number there.
    pub number: String,
    /// Rises with each change.
    pub version: i32,
}

impl From<MerchantRow> for Merchant {
    fn from(row: MerchantRow) -> Self {
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            method: row.gateway.into(),
            number: row.number,
            version: row.version,
        }
    }
}

/// A payment by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_payment(context: &Context<'_>, id: PaymentId) -> Result<Payment, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_payment(app, viewer, id).await?.into())
}
