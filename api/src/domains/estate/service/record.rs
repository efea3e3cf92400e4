//! What happens to residencies and requests is told twice: as an event of their histories, and to whoever notifies people.

use entities::values::{OrganizationId, ResidencyId, ResidencyRequestId};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::db::Tx;
use crate::domains::identity::Viewer;
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::outbox::{self, Message};
use crate::state::App;

/// One step of a residency or a request.
pub(super) struct Step {
    object_kind: ObjectKind,
    object_id: Uuid,
    /// The event's name.
    pub kind: &'static str,
    /// What is told of it.
    pub topic: &'static str,
    /// The states before and after, of what has states.
    pub states: (Option<&'static str>, Option<&'static str>),
    /// Names, reasons, days.
    pub payload: Value,
}

impl Step {
    /// A step of a residency; its row is locked by the change that is told.
    pub fn residency(id: ResidencyId, kind: &'static str, topic: &'static str, payload: Value) -> Self {
        Self { object_kind: ObjectKind::Residency, object_id: id.0, kind, topic, states: (None, None), payload }
    }

    /// A step of a request; its row is new, or locked.
    pub fn request(
        id: ResidencyRequestId,
        kind: &'static str,
        topic: &'static str,
        states: (Option<&'static str>, Option<&'static str>),
        payload: Value,
    ) -> Self {
        Self { object_kind: ObjectKind::ResidencyRequest, object_id: id.0, kind, topic, states, payload }
    }
}

/// Writes the event and the message of a step, in the transaction of the change.
pub(super) async fn record(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    org_id: OrganizationId,
    step: Step,
) -> Result<(), Error> {
    let staff_id = viewer.staff().map(|staff| staff.staff_id);
    let event = NewEvent {
        org_id,
        object_kind: step.object_kind,
        object_id: step.object_id,
        kind: step.kind,
        from_state: step.states.0,
        to_state: step.states.1,
        actor: Actor { account_id: Some(viewer.account_id), staff_id },
        payload: step.payload,
        occurred_at: app.clock.now(),
    };
    let object_version = history::append_numbered(tx, &app.clock, event).await?;
    let message = Message {
        org_id,
        topic: step.topic,
        object_kind: step.object_kind,
        object_id: step.object_id,
        object_version,
        staff_id: None,
        staff_before_id: None,
        payload: json!({ "byAccountId": viewer.account_id, "byStaffId": staff_id }),
    };
    Ok(outbox::write(tx, &app.clock, message).await?)
}
