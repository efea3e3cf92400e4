//! Who stands at the desk, and how what was done there is written down.

use entities::values::{AccountId, Money, OrganizationId, StaffId};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::error::{PaymentError, at};
use crate::db::Tx;
use crate::domains::billing;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::outbox::{self, Message};
use crate::state::App;

/// A member of staff who takes or manages money.
#[derive(Clone, Debug)]
pub(super) struct Clerk {
    /// The account.
    pub account: AccountId,
    /// The member of staff.
    pub staff: StaffId,
    /// Of which organization.
    pub org: OrganizationId,
    /// Where the right holds.
    pub scope: Scope,
}

impl Clerk {
    /// The viewer, where this right holds.
    pub(super) fn of(viewer: &Viewer, right: Right) -> Result<Self, Error> {
        let staff = viewer.require_staff()?;
        let scope = staff.scope(right)?;
        Ok(Self { account: viewer.account_id, staff: staff.staff_id, org: staff.org_id, scope })
    }

    /// As histories name the clerk.
    pub(super) fn actor(&self) -> Actor {
        Actor { account_id: Some(self.account), staff_id: Some(self.staff) }
    }
}

/// Something that was done to an object of the desk; whoever did it holds the object's row until the commit.
pub(super) struct Deed {
    /// Whose.
    pub org: OrganizationId,
    /// What kind of object.
    pub object: ObjectKind,
    /// Which object.
    pub id: Uuid,
    /// Its version now, which is the event's number.
    pub version: i32,
    /// What happened.
    pub kind: &'static str,
    /// The states before and after.
    pub states: (Option<&'static str>, Option<&'static str>),
    /// The topic under which others are told.
    pub topic: &'static str,
    /// Who did it.
    pub actor: Actor,
    /// Everything else; no names of residents.
    pub payload: Value,
}

impl Deed {
    /// Writes it into the object's history and the outbox.
    pub(super) async fn note(self, tx: &Tx, app: &App) -> Result<(), Error> {
        let event = NewEvent {
            org_id: self.org,
            object_kind: self.object,
            object_id: self.id,
            kind: self.kind,
            from_state: self.states.0,
            to_state: self.states.1,
            actor: self.actor,
            payload: self.payload,
            occurred_at: app.clock.now(),
        };
        if history::append_numbered(tx, &app.clock, event).await? != self.version {
            return Err(Error::internal("the version of an object of the desk is not the number of its last event"));
        }
        let message = Message {
            org_id: self.org,
            topic: self.topic,
            object_kind: self.object,
            object_id: self.id,
            object_version: self.version,
            staff_id: None,
            staff_before_id: None,
            payload: json!({}),
        };
        Ok(outbox::write(tx, &app.clock, message).await?)
    }
}

/// An amount that somebody entered and that may be nothing.
pub(super) fn amount_or_nothing(amount: Decimal, field: &'static str) -> Result<Money, PaymentError> {
    if amount.is_zero() {
        return Ok(Money::ZERO);
    }
    billing::entered(amount).map_err(|_| PaymentError::Invalid(field))
}

/// A text that may be missing, or is there.
pub(super) fn optional(text: Option<&str>, max: usize, field: &'static str) -> Result<Option<String>, PaymentError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    text.map(|text| billing::required_text(text, max).map_err(at(field))).transpose()
}
