//! Mutations of payments.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, Result, SimpleObject};

use super::enums::{PaymentChannel, PaymentMethod};
use super::pay_with::PayWith;
use super::types::Payment;
use crate::domains::billing::Wanted;
use crate::domains::payments::PaymentError;
use crate::domains::payments::service::{self, For, NewPayment, Prepay, Started};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id};
use crate::graphql::payload::split;
use crate::graphql::scalars::Decimal;
use crate::graphql::{UserError, request};
use crate::payloads;

/// Most bills or charges that one payment names.
const NAMED_MAX: usize = 200;

/// What a payment is for.
#[derive(OneofObject)]
pub enum PaymentFor {
    /// These charges.
    ChargeIds(Vec<ID>),
    /// What is owed on these bills.
    BillIds(Vec<ID>),
    /// What one owes for this unit.
    UnitId(ID),
    /// All that one owes; `false` is refused.
    Everything(bool),
    /// A prepaid balance that is to grow (预存); takes an `amount`.
    Prepaid(PrepaidFor),
}

/// A prepaid balance.
#[derive(InputObject)]
pub struct PrepaidFor {
    /// The unit whose later bills draw on it.
    unit_id: ID,
    /// The item that alone may draw on it; every item when missing.
    fee_item_id: Option<ID>,
}

/// A payment to begin.
#[derive(InputObject)]
pub struct PaymentCreateInput {
    /// What for.
    pay_for: PaymentFor,
    /// How much, in the major unit: all that is owed when missing. Less pays what was due first, where items allow parts.
    amount: Option<Decimal>,
    /// Through which gateway.
    method: PaymentMethod,
    /// How the phone reaches it.
    channel: PaymentChannel,
    /// The payer as WeChat's mini-program knows them; with `JSAPI` alone.
    openid: Option<String>,
    /// Made by the client. Repeated with the same key after a lost answer it goes on with the same payment.
    idempotency_key: String,
}

/// What became of it.
#[derive(SimpleObject)]
pub struct PaymentCreatePayload {
    /// The payment.
    pub payment: Option<Payment>,
    /// What the phone needs; null when the payment can no longer be paid.
    pub pay_with: Option<PayWith>,
    /// Why it was refused; empty when it was begun.
    pub user_errors: Vec<UserError>,
}

/// A payment that is given up.
#[derive(InputObject)]
pub struct PaymentCloseInput {
    /// The payment.
    payment_id: ID,
}

/// A payment that is asked about.
#[derive(InputObject)]
pub struct PaymentRefreshInput {
    /// The payment.
    payment_id: ID,
}

payloads! {
    /// What became of it.
    PaymentClosePayload {
        /// The payment as it stands now.
        payment: Payment
    }
    /// What was found out.
    PaymentRefreshPayload {
        /// The payment as it stands now.
        payment: Payment
    }
}

fn ids<T: entities::values::TypedId>(ids: &[ID], field: &'static str) -> Result<Vec<T>, Error> {
    if ids.is_empty() {
        return Err(PaymentError::Required(field).into());
    }
    if ids.len() > NAMED_MAX {
        return Err(PaymentError::TooMany(field, NAMED_MAX).into());
    }
    Ok(ids.iter().map(|id| parse_id(id, field)).collect::<Result<_, _>>()?)
}

fn what(input: &PaymentFor) -> Result<For, Error> {
    Ok(match input {
        PaymentFor::ChargeIds(given) => For::Charges(Wanted::Charges(ids(given, "chargeIds")?)),
        PaymentFor::BillIds(given) => For::Charges(Wanted::Bills(ids(given, "billIds")?)),
        PaymentFor::UnitId(id) => For::Charges(Wanted::Unit(parse_id(id, "unitId")?)),
        PaymentFor::Everything(true) => For::Charges(Wanted::All),
        PaymentFor::Everything(false) => return Err(PaymentError::Invalid("payFor").into()),
        PaymentFor::Prepaid(prepaid) => For::Prepaid(Prepay {
            unit_id: parse_id(&prepaid.unit_id, "prepaidUnitId")?,
            fee_item_id: parse_optional_id(prepaid.fee_item_id.as_ref(), "prepaidFeeItemId")?,
        }),
    })
}

/// Mutations of payments.
#[derive(Default)]
pub struct PaymentMutation;

#[Object]
impl PaymentMutation {
    /// Begins a payment and says what the phone needs to pay it; for residents. Two payments of the same charges may be
    /// under way: the first that is paid closes the other, and money that arrives for it all the same becomes prepaid.
    async fn payment_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is paid, and how.")] input: PaymentCreateInput,
    ) -> Result<PaymentCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewPayment {
                what: what(&input.pay_for)?,
                amount: input.amount.map(|amount| amount.0),
                method: input.method.into(),
                channel: input.channel.into(),
                openid: input.openid,
            };
            service::create_payment(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        let (started, user_errors) = split(context, outcome)?;
        let Some(Started { card, pay_with }) = started else {
            return Ok(PaymentCreatePayload { payment: None, pay_with: None, user_errors });
        };
        let (payment, pay_with) = (Some(card.into()), pay_with.map(Into::into));
        Ok(PaymentCreatePayload { payment, pay_with, user_errors })
    }

    /// Gives up a payment that one began. One that was paid meanwhile is settled instead.
    async fn payment_close(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: PaymentCloseInput,
    ) -> Result<PaymentClosePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome = async {
            let id = parse_id(&input.payment_id, "paymentId")?;
            service::close_payment(app, viewer, id).await
        }
        .await;
        Ok(PaymentClosePayload::from_outcome(context, outcome)?)
    }

    /// Asks the gateway now whether a payment has arrived, for whoever comes back from it.
    async fn payment_refresh(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: PaymentRefreshInput,
    ) -> Result<PaymentRefreshPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome = async {
            let id = parse_id(&input.payment_id, "paymentId")?;
            service::refresh_payment(app, viewer, id).await
        }
        .await;
        Ok(PaymentRefreshPayload::from_outcome(context, outcome)?)
    }
}
