//! What gateways tell: checked, taken once, and in the same transaction entered.

use entities::values::{MerchantId, PaymentId, PaymentMethod, RefundId, SuspenseReason, TypedId as _};
use entities::{gateway_notice, merchant};
use reqwest::header::HeaderMap;
use uuid::Uuid;

use super::super::repo;
use super::refunds::{Heard, follow_refund};
use super::settle::{Arrival, Suspended, settle, suspend};
use super::{method_of, reader};
use crate::db::Tx;
use crate::error::Error;
use crate::infra::crypto;
use crate::infra::gateways::{Delivery, Event, Notice, Reply};
use crate::infra::history::Actor;
use crate::state::App;

/// A notification as it came.
#[derive(Clone, Copy, Debug)]
pub struct Told<'t> {
    /// The gateway's name in the address.
    pub gateway: &'t str,
    /// The merchant's id in the address.
    pub merchant: &'t str,
    /// All headers.
    pub headers: &'t HeaderMap,
    /// The bytes that were signed.
    pub body: &'t [u8],
}

/// The name of a gateway in addresses.
pub fn name_in_address(gateway: PaymentMethod) -> String {
    gateway.as_str().to_ascii_lowercase().replace('_', "-")
}

/// Where a merchant's gateway is to send its notifications.
pub fn notify_url(app: &App, row: &merchant::Model) -> String {
    format!("{}/gateways/{}/notify/{}", app.base_url(), name_in_address(row.gateway), row.id.uuid().simple())
}

/// Takes a notification and says what to answer: that it was taken only when what it tells is committed. Nothing when there
/// is no such merchant.
pub async fn take_notice(app: &App, told: Told<'_>) -> Option<Reply> {
    let id = MerchantId(Uuid::try_parse(told.merchant).ok()?);
    let found = match repo::get_merchant(reader(app), id).await {
        Ok(found) => found?,
        Err(fault) => {
            tracing::error!(cause = ?fault, "payments.notice_failed");
            return Some(Reply { status: 503, content_type: "text/plain", body: "" });
        }
    };
    if name_in_address(found.gateway) != told.gateway {
        return None;
    }
    let gateway = match app.merchants.gateway(&app.clock, &found) {
        Ok(gateway) => gateway,
        Err(error) => {
            tracing::error!(cause = ?error, merchant = %found.id.uuid(), "payments.merchant_unusable");
            return Some(Reply { status: 503, content_type: "text/plain", body: "" });
        }
    };
    let notice = match gateway.read_notice(Delivery { headers: told.headers, body: told.body }).await {
        Ok(notice) => notice,
        Err(error) => {
            tracing::warn!(cause = ?error, merchant = %found.id.uuid(), "payments.notice_refused");
            return Some(gateway.reply(false));
        }
    };
    let taken = enter(app, &found, notice, told.body).await;
    if let Err(error) = &taken {
        tracing::error!(cause = ?error, merchant = %found.id.uuid(), "payments.notice_failed");
    }
    Some(gateway.reply(taken.is_ok()))
}

/// The kind of an event, as the inbox keeps it.
fn kind(event: &Event) -> &'static str {
    match event {
        Event::Paid { .. } => "PAID",
        Event::Moved { .. } => "MOVED",
        Event::Refund { .. } => "REFUND",
    }
}

/// Enters what a genuine notification tells, once.
async fn enter(app: &App, merchant: &merchant::Model, notice: Notice, body: &[u8]) -> Result<(), Error> {
    debug_assert_eq!(method_of(notice.gateway), merchant.gateway);
    // Most repeats end here, without a transaction.
    if repo::notice_taken(reader(app), merchant.id, &notice.id).await? {
        return Ok(());
    }
    let row = gateway_notice::Model {
        id: app.clock.new_id(),
        org_id: merchant.org_id,
        merchant_id: merchant.id,
        number: notice.id.clone(),
        order_number: notice.order.as_str().to_owned(),
        event: kind(&notice.event).to_owned(),
        payment_id: None,
        body_digest: crypto::sha256(body).to_vec(),
        received_at: app.clock.now(),
    };
    let (app_, merchant) = (app.clone(), merchant.clone());
    app.db
        .write(move |tx| {
            let (app, merchant, notice, row) = (app_.clone(), merchant.clone(), notice.clone(), row.clone());
            Box::pin(async move {
                // Of the same notification told many times at once, one goes on; the others wait here and see it done.
                if repo::take_notice(tx, row).await? { act(tx, &app, &merchant, &notice).await } else { Ok(()) }
            })
        })
        .await
}

async fn act(tx: &Tx, app: &App, merchant: &merchant::Model, notice: &Notice) -> Result<(), Error> {
    let named = notice.order.uuid().map(PaymentId);
    let payment = match named {
        Some(id) => repo::payment_of_order(tx, merchant.id, id).await?,
        None => None,
    };
    if let Some(payment) = &payment {
        repo::notice_was_about(tx, (merchant.id, &notice.id), payment.id).await?;
    }
    match (&notice.event, payment) {
        (Event::Paid { gateway_id, amount, paid_at }, Some(payment)) => {
            let arrival = Arrival { gateway_number: Some(gateway_id.clone()), amount: *amount, paid_at: *paid_at };
            settle(tx, app, payment.id, &arrival, Actor::default()).await.map(|_| ())
        }
        (Event::Paid { gateway_id, amount, paid_at }, None) => {
            let new = Suspended {
                org: merchant.org_id,
                community: merchant.community_id,
                merchant: Some(merchant.id),
                payment: None,
                gateway_number: Some(gateway_id.clone()),
                order_number: Some(notice.order.as_str().to_owned()),
                reason: SuspenseReason::UnknownOrder,
                amount: *amount,
                paid_at: *paid_at,
            };
            suspend(tx, app, new).await.map(|_| ())
        }
        // What an order is otherwise, its gateway is asked.
        (Event::Refund { refund, gateway_id, state, amount, settled_at, .. }, _) => {
            let heard = Heard { state: *state, number: gateway_id.clone(), amount: *amount, settled_at: *settled_at };
            let Some(id) = refund.uuid().map(RefundId) else { return Ok(()) };
            // A refund that nobody here asked for shows when the day is reconciled.
            match repo::get_refund(tx, id).await?.filter(|row| row.merchant_id == Some(merchant.id)) {
                Some(row) => follow_refund(tx, app, row.id, &heard, "FAILED").await.map(|_| ()),
                None => Ok(()),
            }
        }
        (Event::Moved { .. }, Some(payment)) => {
            let at = payment.check_at.map(|_| app.clock.now());
            Ok(repo::ask_next(tx, (payment.id, payment.version), at).await?)
        }
        (Event::Moved { .. }, None) => Ok(()),
    }
}
