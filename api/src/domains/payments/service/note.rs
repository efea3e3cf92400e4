//! What happened to a payment, in its history and for whoever waits to be told.

use entities::payment;
use entities::values::{PaymentState, TypedId as _};
use serde_json::Value;

use super::super::model::topic;
use crate::db::Tx;
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::outbox::{self, Message};
use crate::state::App;

/// Something that happened to a payment.
pub struct Entry<'e> {
    /// Where it stood before; nowhere when it was made.
    pub before: Option<PaymentState>,
    /// The payment as it is now; whoever changed it holds its row until the commit.
    pub payment: &'e payment::Model,
    /// What happened.
    pub kind: &'static str,
    /// Who did it.
    pub actor: Actor,
    /// Everything else.
    pub payload: Value,
}

/// Writes it down, as the event of the payment's version.
pub async fn note(tx: &Tx, app: &App, entry: Entry<'_>) -> Result<(), Error> {
    let row = entry.payment;
    let event = NewEvent {
        org_id: row.org_id,
        object_kind: ObjectKind::Payment,
        object_id: row.id.uuid(),
        kind: entry.kind,
        from_state: entry.before.map(PaymentState::as_str),
        to_state: Some(row.state.as_str()),
        actor: entry.actor,
        payload: entry.payload,
        occurred_at: app.clock.now(),
    };
    if history::append_numbered(tx, &app.clock, event).await? != row.version {
        return Err(Error::internal("a payment's version is not the number of its last event"));
    }
    let message = Message {
        org_id: row.org_id,
        topic: topic(row.state),
        object_kind: ObjectKind::Payment,
        object_id: row.id.uuid(),
        object_version: row.version,
        staff_id: None,
        staff_before_id: None,
        payload: serde_json::json!({ "paymentId": row.id }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}
