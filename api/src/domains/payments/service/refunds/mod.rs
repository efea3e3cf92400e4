//! Refunds: asked for, decided by a second person where it needs one, paid out by the gateway or the desk.

mod approve;
mod ask;
mod browse;
mod deposit;
mod send;
mod settings;

pub use approve::{approve, decide_refund, hold, settle_refund, shift};
pub use ask::{NewRefund, PrepaidBack, WAITING, blank, create_refund, with_taking, write_refund};
pub use browse::{count_refunds, find_refund, parts_of_refunds, refunds};
pub use deposit::{NewDepositReturn, return_deposit};
pub use send::{Heard, follow_refund, send_refunds};
pub use settings::{RefundSettings, limit_of, refund_settings, set_refund_settings};

use entities::refund;
use entities::values::{RefundState, TypedId as _};
use serde_json::{Value, json};

use crate::db::Tx;
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::outbox::{self, Message};
use crate::state::App;

/// The topic under which others are told of a refund in a state.
const fn topic(state: RefundState) -> &'static str {
    match state {
        RefundState::Pending => "refund.pending",
        RefundState::Refused => "refund.refused",
        RefundState::Approved => "refund.approved",
        RefundState::Sent => "refund.sent",
        RefundState::Settled => "refund.settled",
        RefundState::Failed => "refund.failed",
    }
}

/// Writes down what happened to a refund, as the event of its version; whoever calls holds its row until the commit.
async fn note(
    tx: &Tx,
    app: &App,
    row: &refund::Model,
    before: Option<RefundState>,
    actor: Actor,
    payload: Value,
) -> Result<(), Error> {
    let event = NewEvent {
        org_id: row.org_id,
        object_kind: ObjectKind::Refund,
        object_id: row.id.uuid(),
        kind: row.state.as_str(),
        from_state: before.map(RefundState::as_str),
        to_state: Some(row.state.as_str()),
        actor,
        payload,
        occurred_at: app.clock.now(),
    };
    if history::append_numbered(tx, &app.clock, event).await? != row.version {
        return Err(Error::internal("a refund's version is not the number of its last event"));
    }
    let message = Message {
        org_id: row.org_id,
        topic: topic(row.state),
        object_kind: ObjectKind::Refund,
        object_id: row.id.uuid(),
        object_version: row.version,
        staff_id: None,
        staff_before_id: None,
        payload: json!({ "refundId": row.id, "paymentId": row.payment_id }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}
