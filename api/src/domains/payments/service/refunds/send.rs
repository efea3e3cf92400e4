//! Gateways pay refunds out: asked with the same number until they answer, so that nothing is paid out twice.

use chrono::{DateTime, Duration, Utc};
use entities::refund;
use entities::values::{Money, RefundId, RefundState, TypedId as _};
use serde_json::json;

use super::super::super::model::next_check;
use super::super::super::repo;
use super::super::notices::notify_url;
use super::super::reader;
use super::approve::undo;
use super::note;
use crate::db::Tx;
use crate::error::Error;
use crate::infra::gateways::{self, Gateway, GatewayError, OrderNo, RefundNo, RefundState as State, RefundStatus};
use crate::infra::history::Actor;
use crate::state::App;

/// Refunds that one node sends at a time.
const BATCH: u64 = 20;
/// For how long nobody else sends them.
const LEASE: Duration = Duration::minutes(2);

/// Asks gateways to pay out what was approved, and how that stands; how many were asked about.
pub async fn send_refunds(app: &App) -> Result<u64, Error> {
    let mut asked = 0;
    loop {
        let now = app.clock.now();
        let due: Vec<refund::Model> = app
            .db
            .write_background(move |tx| {
                Box::pin(async move { Ok(repo::take_due_refunds(tx, now, now + LEASE, BATCH).await?) })
            })
            .await?;
        let count = due.len() as u64;
        for row in due {
            if let Err(error) = send(app, row.clone()).await {
                tracing::warn!(cause = ?error, refund = %row.id.uuid(), "payments.refund_not_sent");
            }
        }
        asked += count;
        if count < BATCH {
            return Ok(asked);
        }
    }
}

async fn send(app: &App, row: refund::Model) -> Result<(), Error> {
    let Some(row) = sent(app, row).await? else { return Ok(()) };
    let merchant = row.merchant_id.ok_or_else(|| Error::internal("a refund that is sent to nobody"))?;
    let merchant = repo::get_merchant(reader(app), merchant).await?;
    let merchant = merchant.ok_or_else(|| Error::internal("a refund's merchant is gone"))?;
    let order = row.order_number.as_deref().and_then(OrderNo::parse);
    let order = order.ok_or_else(|| Error::internal("a refund of no order"))?;
    let number = RefundNo::from_uuid(row.id.uuid());
    let place = repo::community_of(reader(app), row.community_id).await?;
    let asked = gateways::NewRefund {
        order: order.clone(),
        refund: number.clone(),
        amount: row.amount,
        total: total(app, &row).await?,
        currency: place.ok_or_else(|| Error::internal("a community is gone"))?.currency,
        reason: row.reason.clone(),
        notify_url: notify_url(app, &merchant),
    };
    let gateway = app.merchants.gateway(&app.clock, &merchant)?;
    let heard = match gateway.refund(&asked).await {
        Ok(status) if status.state == State::Pending => {
            let heard = looked_up(gateway.as_ref(), &order, &number).await;
            Some((heard.unwrap_or_else(|| Heard::from(&status)), "FAILED".to_owned()))
        }
        Ok(status) => Some((Heard::from(&status), "FAILED".to_owned())),
        Err(GatewayError::Refused { code, message }) => {
            tracing::warn!(code, message, refund = %row.id.uuid(), "payments.refund_refused");
            refused(gateway.as_ref(), &order, &number).await.map(|heard| (heard, code))
        }
        Err(error) => {
            tracing::warn!(cause = ?error, refund = %row.id.uuid(), "payments.gateway_silent");
            None
        }
    };
    let Some((heard, code)) = heard else { return later(app, &row).await };
    let (app_, id) = (app.clone(), row.id);
    let over = app
        .db
        .write(move |tx| {
            let (app, heard, code) = (app_.clone(), heard.clone(), code.clone());
            Box::pin(async move { follow_refund(tx, &app, id, &heard, &code).await })
        })
        .await?;
    if over { Ok(()) } else { later(app, &row).await }
}

/// A gateway that does not say how far it is may have said so on an earlier question whose answer was lost.
async fn looked_up(gateway: &dyn Gateway, order: &OrderNo, refund: &RefundNo) -> Option<Heard> {
    let status = gateway.query_refund(order, refund).await.ok()?;
    (status.state != State::Unknown).then(|| Heard::from(&status))
}

/// A gateway that refuses may have paid out on an earlier question whose answer was lost.
async fn refused(gateway: &dyn Gateway, order: &OrderNo, refund: &RefundNo) -> Option<Heard> {
    let status = gateway.query_refund(order, refund).await.ok()?;
    let heard = Heard::from(&status);
    Some(if heard.state == State::Unknown { Heard { state: State::Failed, ..heard } } else { heard })
}

/// What was paid at the gateway, of which this is a part.
async fn total(app: &App, row: &refund::Model) -> Result<Money, Error> {
    match row.payment_id {
        Some(id) => {
            let payment = repo::get_payment(reader(app), id).await?;
            Ok(payment.ok_or_else(|| Error::internal("a payment is gone"))?.received)
        }
        None => Ok(row.amount),
    }
}

/// Marks a refund as sent before it is; nothing when somebody else has moved it.
async fn sent(app: &App, row: refund::Model) -> Result<Option<refund::Model>, Error> {
    if row.state == RefundState::Sent {
        return Ok(Some(row));
    }
    let app_ = app.clone();
    app.db
        .write_background(move |tx| {
            let (app, row) = (app_.clone(), row.clone());
            Box::pin(async move {
                let now = app.clock.now();
                let after = refund::Model {
                    state: RefundState::Sent,
                    sent_at: Some(now),
                    version: row.version + 1,
                    updated_at: now,
                    ..row.clone()
                };
                if !repo::change_refund(tx, &after, row.version).await? {
                    return Ok(None);
                }
                note(tx, &app, &after, Some(row.state), Actor::default(), json!({})).await?;
                Ok(Some(after))
            })
        })
        .await
}

/// Asks again after a pause that grows.
async fn later(app: &App, row: &refund::Model) -> Result<(), Error> {
    let (key, at) = ((row.id, row.version), app.clock.now() + next_check(row.checks));
    app.db.write_background(move |tx| Box::pin(async move { Ok(repo::ask_refund_next(tx, key, at).await?) })).await
}

/// What a gateway says of a refund.
#[derive(Clone, Debug)]
pub struct Heard {
    /// How far it is.
    pub state: State,
    /// The gateway's number.
    pub number: Option<String>,
    /// How much, where it tells.
    pub amount: Option<Money>,
    /// When the payer had it.
    pub settled_at: Option<DateTime<Utc>>,
}

impl From<&RefundStatus> for Heard {
    fn from(status: &RefundStatus) -> Self {
        Self {
            state: status.state,
            number: status.gateway_id.clone(),
            amount: status.amount,
            settled_at: status.settled_at,
        }
    }
}

/// Does what follows from what a gateway says of a refund, once; whether that ends it.
pub async fn follow_refund(tx: &Tx, app: &App, id: RefundId, heard: &Heard, code: &str) -> Result<bool, Error> {
    let row = repo::get_refund(tx, id).await?.ok_or_else(|| Error::internal("a refund is gone"))?;
    if !matches!(row.state, RefundState::Approved | RefundState::Sent) {
        return Ok(true);
    }
    if heard.amount.is_some_and(|amount| amount != row.amount) {
        tracing::error!(refund = %row.id.uuid(), "payments.refund_of_another_amount");
        return Ok(false);
    }
    match heard.state {
        State::Unknown | State::Pending => Ok(false),
        State::Failed => {
            undo(tx, app, &row, code).await?;
            Ok(true)
        }
        State::Settled => {
            let now = app.clock.now();
            let after = refund::Model {
                state: RefundState::Settled,
                gateway_number: heard.number.clone(),
                settled_at: Some(heard.settled_at.unwrap_or(now)),
                check_at: None,
                version: row.version + 1,
                updated_at: now,
                ..row.clone()
            };
            // Told twice at once: whoever was faster has settled it.
            if !repo::change_refund(tx, &after, row.version).await? {
                return Ok(false);
            }
            let payload = json!({ "gatewayNumber": heard.number });
            note(tx, app, &after, Some(row.state), Actor::default(), payload).await?;
            Ok(true)
        }
    }
}
