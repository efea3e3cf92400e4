//! A resident pays: what is to be paid is written down first, then the gateway is asked for what the phone needs.

use std::collections::BTreeSet;

use entities::values::{
    AccountId, ChargeId, CommunityId, FeeItemId, Money, PayerId, PaymentChannel, PaymentClosedReason, PaymentId,
    PaymentMethod, PaymentState, TypedId as _, UnitId,
};
use entities::{merchant, payment, payment_line};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::error::PaymentError;
use super::super::model::{CHECK_FIRST, EXPIRES_AFTER, through_gateway};
use super::super::repo::{self, PaymentCard};
use super::note::{Entry, note};
use super::notices::notify_url;
use super::{day_in, reader, sweep};
use crate::db::Tx;
use crate::domains::billing::{self, Choice, ChooseFault, Owed, PayableCharge, Wanted, entered};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::gateways::{Channel, GatewayError, NewOrder, OrderNo, PayWith};
use crate::infra::history::Actor;
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Most charges of one payment.
pub const CHARGES_MAX: usize = 500;

/// A prepaid balance that is to grow.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Prepay {
    /// For which unit.
    pub unit_id: UnitId,
    /// For one item alone; for all when missing.
    pub fee_item_id: Option<FeeItemId>,
}

/// What somebody wants to pay.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum For {
    /// Charges.
    Charges(Wanted),
    /// A prepaid balance.
    Prepaid(Prepay),
}

/// A payment as it is asked for.
#[derive(Clone, Debug)]
pub struct NewPayment {
    /// What for.
    pub what: For,
    /// How much; all that is owed when missing.
    pub amount: Option<Decimal>,
    /// Through which gateway.
    pub method: PaymentMethod,
    /// How the payer reaches it.
    pub channel: PaymentChannel,
    /// The payer at WeChat Pay, where `channel` is JSAPI.
    pub openid: Option<String>,
}

/// A payment that was begun.
#[derive(Debug)]
pub struct Started {
    /// The payment.
    pub card: PaymentCard,
    /// What the phone needs; nothing when it can no longer be paid.
    pub pay_with: Option<PayWith>,
}

/// Begins a payment. Repeated with the same key it goes on with the same payment, whatever became of the first answer.
pub async fn create_payment(app: &App, viewer: &Viewer, new: NewPayment, key: &str) -> Result<Started, Error> {
    viewer.require_resident()?;
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    if !through_gateway(new.method) {
        return Err(PaymentError::Invalid("method").into());
    }
    let channel = channel_of(&new)?;
    let amount = new.amount.map(entered).transpose()?;
    let id: PaymentId = app.clock.new_id();
    let input = (format!("{:?}", new.what), amount, new.method, new.channel, new.openid.clone());
    let command = Once { account: viewer.account_id, mutation: "paymentCreate", key, input: &input, result: id.uuid() };
    let plan = Plan { id, account: viewer.account_id, scope: scope.clone(), new, amount };
    let app_ = app.clone();
    let made = once(app, command, move |tx| {
        let (app, plan) = (app_.clone(), plan.clone());
        Box::pin(async move { plan.write(tx, &app).await.map(|()| id.uuid()) })
    })
    .await?;
    go_on(app, &scope, PaymentId(made), channel).await
}

fn channel_of(new: &NewPayment) -> Result<Channel, PaymentError> {
    Ok(match (new.channel, &new.openid) {
        (PaymentChannel::Jsapi, Some(openid)) => {
            let plain = openid.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
            if openid.is_empty() || openid.len() > 128 || !plain {
                return Err(PaymentError::Invalid("openid"));
            }
            Channel::Jsapi { openid: openid.clone() }
        }
        (PaymentChannel::Jsapi, None) => return Err(PaymentError::Required("openid")),
        (_, Some(_)) => return Err(PaymentError::Invalid("openid")),
        (PaymentChannel::App, None) => Channel::App,
        (PaymentChannel::Code, None) => Channel::Code,
        (PaymentChannel::Page, None) => Channel::Page,
    })
}

#[derive(Clone)]
struct Plan {
    id: PaymentId,
    account: AccountId,
    scope: Scope,
    new: NewPayment,
    amount: Option<Money>,
}

/// What is paid, and whose balance takes what is left over.
struct Paying {
    amount: Money,
    lines: Vec<(ChargeId, Money)>,
    community: CommunityId,
    payer: Option<PayerId>,
    unit: Option<UnitId>,
    item: Option<FeeItemId>,
}

impl Plan {
    async fn write(&self, tx: &Tx, app: &App) -> Result<(), Error> {
        let paying = match &self.new.what {
            For::Charges(wanted) => self.charges(tx, wanted).await?,
            For::Prepaid(prepay) => self.prepaid(tx, app, *prepay).await?,
        };
        let merchant = repo::merchant_of(tx, paying.community, self.new.method).await?;
        let merchant = merchant.ok_or(PaymentError::NoMerchant)?;
        let now = app.clock.now();
        let row = payment::Model {
            id: self.id,
            org_id: merchant.org_id,
            community_id: paying.community,
            method: self.new.method,
            merchant_id: Some(merchant.id),
            channel: Some(self.new.channel),
            state: PaymentState::Created,
            closed_reason: None,
            payer_id: paying.payer,
            unit_id: paying.unit,
            fee_item_id: paying.item,
            account_id: Some(self.account),
            staff_id: None,
            payer_name: None,
            voucher: None,
            amount: paying.amount,
            received: Money::ZERO,
            allocated: Money::ZERO,
            prepaid: Money::ZERO,
            suspense: Money::ZERO,
            refunded: Money::ZERO,
            gateway_number: None,
            journal_id: None,
            expires_at: Some(now + EXPIRES_AFTER),
            check_at: Some(now + CHECK_FIRST),
            checks: 0,
            paid_at: None,
            settled_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        write_payment(tx, app, row, &paying.lines, Actor { account_id: Some(self.account), staff_id: None }).await
    }

    async fn charges(&self, tx: &Tx, wanted: &Wanted) -> Result<Paying, Error> {
        let charges = billing::payable_charges(tx, &self.scope, wanted, CHARGES_MAX as u64 + 1).await?;
        let named = match wanted {
            Wanted::Charges(ids) => Some(("chargeIds", ids.iter().collect::<BTreeSet<_>>().len())),
            Wanted::Bills(_) | Wanted::Unit(_) | Wanted::All => None,
        };
        if let Some((field, named)) = named
            && named != charges.len()
        {
            return Err(PaymentError::NotFound(field).into());
        }
        pay_for(&charges, self.amount)
    }

    async fn prepaid(&self, tx: &Tx, app: &App, prepay: Prepay) -> Result<Paying, Error> {
        let place = repo::unit_place(tx, &self.scope, prepay.unit_id).await?;
        let place = place.ok_or(PaymentError::NotFound("prepaidUnitId"))?;
        if let Some(item) = prepay.fee_item_id
            && !repo::item_in_use(tx, place.community_id, item).await?
        {
            return Err(PaymentError::NotFound("prepaidFeeItemId").into());
        }
        let today = day_in(&place.time_zone, app.clock.now());
        let payer = billing::payer_on(tx, prepay.unit_id, prepay.fee_item_id, today).await?;
        let payer = payer.ok_or(PaymentError::NoPayer)?;
        if !billing::is_own_payer(tx, self.account, payer).await? {
            return Err(PaymentError::NoPayer.into());
        }
        Ok(Paying {
            amount: self.amount.ok_or(PaymentError::Required("amount"))?,
            lines: Vec::new(),
            community: place.community_id,
            payer: Some(payer),
            unit: Some(prepay.unit_id),
            item: prepay.fee_item_id,
        })
    }
}

/// What a payment of these charges comes to, and where what is left over goes: to whoever owes the first of them.
fn pay_for(charges: &[PayableCharge], amount: Option<Money>) -> Result<Paying, Error> {
    if charges.len() > CHARGES_MAX {
        return Err(PaymentError::TooMany("chargeIds", CHARGES_MAX).into());
    }
    let first = charges.first().ok_or(PaymentError::Paid)?;
    if charges.iter().any(|it| it.community_id != first.community_id) {
        return Err(PaymentError::Mixed.into());
    }
    let owed: Vec<Owed<_>> = charges
        .iter()
        .map(|it| Owed { charge: it.id, due_on: it.due_on, amount: it.open(), in_parts: it.in_parts })
        .collect();
    let choice = amount.map_or(Choice::All, Choice::Amount);
    let chosen = billing::choose(&owed, choice).map_err(|fault| match fault {
        ChooseFault::Paid => PaymentError::Paid,
        ChooseFault::Differs { open } => PaymentError::AmountDiffers(open.plain(2)),
        ChooseFault::TooMuch => PaymentError::Invalid("amount"),
    })?;
    let home = charges.iter().find(|it| it.unit_id.is_some());
    Ok(Paying {
        amount: chosen.amount,
        lines: chosen.parts,
        community: first.community_id,
        payer: Some(home.unwrap_or(first).payer_id),
        unit: home.and_then(|it| it.unit_id),
        item: None,
    })
}

/// Writes a new payment with what it is meant to pay.
pub async fn write_payment(
    tx: &Tx,
    app: &App,
    row: payment::Model,
    lines: &[(ChargeId, Money)],
    actor: Actor,
) -> Result<(), Error> {
    let rows = lines.iter().zip(0..).map(|((charge_id, amount), position)| payment_line::Model {
        payment_id: row.id,
        charge_id: *charge_id,
        org_id: row.org_id,
        position,
        amount: *amount,
    });
    let rows = rows.collect();
    repo::insert(tx, row.clone()).await?;
    repo::insert_lines(tx, rows).await?;
    let payload = json!({ "amount": row.amount, "method": row.method, "charges": lines.len() });
    note(tx, app, Entry { before: None, payment: &row, kind: "CREATED", actor, payload }).await
}

/// Asks the gateway for what the phone needs, as often as that takes: it opens an order once.
async fn go_on(app: &App, scope: &Scope, id: PaymentId, channel: Channel) -> Result<Started, Error> {
    let card = find(app, scope, id).await?;
    let row = &card.payment;
    let can_be_paid = matches!(row.state, PaymentState::Created | PaymentState::Pending);
    let (Some(expires_at), Some(merchant), true) = (row.expires_at, row.merchant_id, can_be_paid) else {
        return Ok(Started { card, pay_with: None });
    };
    if expires_at <= app.clock.now() {
        return Ok(Started { card, pay_with: None });
    }
    let merchant: merchant::Model = repo::get_merchant(reader(app), merchant)
        .await?
        .ok_or_else(|| Error::internal("a payment's merchant is gone"))?;
    let order = NewOrder {
        order: OrderNo::from_uuid(row.id.uuid()),
        amount: row.amount,
        currency: card.currency.clone(),
        description: card.community_name.clone(),
        channel,
        expires_at,
        notify_url: notify_url(app, &merchant),
    };
    let gateway = app.merchants.gateway(&app.clock, &merchant)?;
    match gateway.create(&order).await {
        Ok(pay_with) => {
            opened(app, row).await?;
            let card = find(app, scope, id).await?;
            if matches!(card.payment.state, PaymentState::Created | PaymentState::Pending) {
                return Ok(Started { card, pay_with: Some(pay_with) });
            }
            // Another phone has paid the same meanwhile: this order must not be paid, and is closed at the gateway too.
            sweep::ask_soon(app, &card.payment).await?;
            Ok(Started { card, pay_with: None })
        }
        Err(GatewayError::Unavailable { .. }) => Err(PaymentError::GatewayAway.into()),
        Err(GatewayError::Unsupported(what)) => {
            sweep::closed(app, row, PaymentClosedReason::Failed, None).await?;
            Err(PaymentError::Unsupported(if matches!(what, "currency" | "amount") { "method" } else { "channel" })
                .into())
        }
        Err(GatewayError::Refused { code, message }) => {
            tracing::warn!(code, message, payment = %row.id.uuid(), "payments.order_refused");
            // It may have been paid by an earlier answer that was lost: then it is not closed but settled.
            sweep::ask(app, row).await?;
            let card = find(app, scope, id).await?;
            if card.payment.state == PaymentState::Settled {
                return Ok(Started { card, pay_with: None });
            }
            Err(PaymentError::GatewayRefused(code).into())
        }
        Err(error) => {
            tracing::error!(cause = ?error, payment = %row.id.uuid(), "payments.order_failed");
            Err(PaymentError::GatewayAway.into())
        }
    }
}

async fn find(app: &App, scope: &Scope, id: PaymentId) -> Result<PaymentCard, Error> {
    let card = repo::find_payment(reader(app), scope, id).await?;
    card.ok_or_else(|| Error::internal("a payment of one's own is gone"))
}

/// The gateway has the order: the payer can pay.
async fn opened(app: &App, row: &payment::Model) -> Result<(), Error> {
    if row.state != PaymentState::Created {
        return Ok(());
    }
    let (app_, seen) = (app.clone(), row.clone());
    app.db
        .write(move |tx| {
            let (app, seen) = (app_.clone(), seen.clone());
            Box::pin(async move {
                let now = app.clock.now();
                // Whoever was faster has settled or closed it.
                if !repo::move_payment(tx, &seen, (PaymentState::Pending, None), seen.check_at, now).await? {
                    return Ok(());
                }
                let after = repo::get_payment(tx, seen.id).await?;
                let after = after.ok_or_else(|| Error::internal("a payment is gone"))?;
                let actor = Actor { account_id: seen.account_id, staff_id: None };
                let entry =
                    Entry { before: Some(seen.state), payment: &after, kind: "OPENED", actor, payload: json!({}) };
                note(tx, &app, entry).await
            })
        })
        .await
}
