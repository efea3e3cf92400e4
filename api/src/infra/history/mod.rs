//! The append-only history of every object: who, when, from what to what and why, hash-chained per object.
//!
//! The object's row keeps the number and hash of its last event, so a lost tail shows as well as an altered link.

pub mod chain;
pub mod checkpoint;
mod import_run;
mod repo;

pub use import_run::{ImportRun, import_id, record_import};
pub use repo::{Chains, erase_payload, erase_payload_of, events, insert, verify_all};

use chrono::{DateTime, Utc};
use entities::history_event;
use entities::values::{AccountId, OrganizationId, StaffId};
use serde_json::Value;
use uuid::Uuid;

use super::crypto;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// The version that event payloads are written in.
pub const PAYLOAD_VERSION: i32 = 1;

/// Which kind of object has a history.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ObjectKind {
    /// A ticket.
    Ticket,
    /// A contact; it has no history of its own.
    Contact,
    /// A run of an importer: one event with a digest of what it read.
    ImportRun,
    /// A unit's facts that decide over money.
    Unit,
    /// The same of a building.
    Building,
    /// A recurring service.
    ServicePlan,
    /// A person's tie to a unit.
    Residency,
    /// Somebody asks to be bound to a unit.
    ResidencyRequest,
    /// What an organization changed of a role's rights.
    Role,
    /// What is charged: a fee item with its rates, discounts and shared costs.
    FeeItem,
    /// A run that posts charges: one event with a digest of what it posted.
    BillingRun,
    /// A charge, as far as somebody decided about it.
    Charge,
    /// Money that somebody pays.
    Payment,
    /// What a community was given by a payment gateway.
    Merchant,
    /// Money that nobody has placed yet.
    SuspenseItem,
    /// A clerk's time at the desk.
    Shift,
    /// What receipts are numbered by.
    ReceiptSeries,
    /// A book of receipts in somebody's custody.
    ReceiptBook,
    /// A receipt.
    Receipt,
    /// An invoice that was asked for.
    InvoiceRequest,
    /// Money that goes back.
    Refund,
    /// A difference between a gateway's bill and Linli.
    Difference,
    /// Above which amounts a community's waivers and discounts need a second person; by the community's id.
    CommunityFeeSettings,
    /// The same of its refunds; in the same chain, for it is the same community.
    CommunityRefundSettings,
}

impl ObjectKind {
    /// Those whose chains no row names the head of: their tails are a matter of checkpoints.
    pub const WITHOUT_HEAD: [Self; 22] = [
        Self::ImportRun,
        Self::Unit,
        Self::Building,
        Self::ServicePlan,
        Self::Residency,
        Self::ResidencyRequest,
        Self::Role,
        Self::FeeItem,
        Self::BillingRun,
        Self::Charge,
        Self::Payment,
        Self::Merchant,
        Self::SuspenseItem,
        Self::Shift,
        Self::ReceiptSeries,
        Self::ReceiptBook,
        Self::Receipt,
        Self::InvoiceRequest,
        Self::Refund,
        Self::Difference,
        Self::CommunityFeeSettings,
        Self::CommunityRefundSettings,
    ];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ticket => "TICKET",
            Self::Contact => "CONTACT",
            Self::ImportRun => "IMPORT_RUN",
            Self::Unit => "UNIT",
            Self::Building => "BUILDING",
            Self::ServicePlan => "SERVICE_PLAN",
            Self::Residency => "RESIDENCY",
            Self::ResidencyRequest => "RESIDENCY_REQUEST",
            Self::Role => "ROLE",
            Self::FeeItem => "FEE_ITEM",
            Self::BillingRun => "BILLING_RUN",
            Self::Charge => "CHARGE",
            Self::Payment => "PAYMENT",
            Self::Merchant => "MERCHANT",
            Self::SuspenseItem => "SUSPENSE_ITEM",
            Self::Shift => "SHIFT",
            Self::ReceiptSeries => "RECEIPT_SERIES",
            Self::ReceiptBook => "RECEIPT_BOOK",
            Self::Receipt => "RECEIPT",
            Self::InvoiceRequest => "INVOICE_REQUEST",
            Self::Refund => "REFUND",
            Self::Difference => "DIFFERENCE",
            Self::CommunityFeeSettings => "COMMUNITY_FEE_SETTINGS",
            Self::CommunityRefundSettings => "COMMUNITY_REFUND_SETTINGS",
        }
    }
}

/// The end of an object's chain.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Number of the last event; 0 when there is none.
    pub seq: i32,
    /// Hash of the last event; [`chain::GENESIS`] when there is none.
    pub hash: Vec<u8>,
}

impl Head {
    /// The head of an object without events.
    pub fn genesis() -> Self {
        Self { seq: 0, hash: chain::GENESIS.to_vec() }
    }
}

/// Who did something; neither account nor staff means the system itself.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The account that was signed in.
    pub account_id: Option<AccountId>,
    /// The staff member it acted as.
    pub staff_id: Option<StaffId>,
}

/// An event to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Whose tenant.
    pub org_id: OrganizationId,
    /// What kind of object.
    pub object_kind: ObjectKind,
    /// Which object.
    pub object_id: Uuid,
    /// What happened, as the command's name.
    pub kind: &'static str,
    /// State before, when the object has states.
    pub from_state: Option<&'static str>,
    /// State after.
    pub to_state: Option<&'static str>,
    /// Who did it.
    pub actor: Actor,
    /// Everything else: words, reasons, names of people; can be erased without breaking the chain.
    pub payload: Value,
    /// When it happened; for a command that was queued offline, earlier than it was recorded.
    pub occurred_at: DateTime<Utc>,
}

/// Appends an event to the history of an object that has no head of its own; whoever calls holds a lock by which one
/// transaction at a time does so.
pub async fn append(tx: &Tx, clock: &Clock, event: NewEvent) -> Result<(), Error> {
    append_numbered(tx, clock, event).await.map(|_| ())
}

/// The same; the event's number.
pub async fn append_numbered(tx: &Tx, clock: &Clock, event: NewEvent) -> Result<i32, Error> {
    let head = repo::last_head(tx, event.object_id).await?;
    let (event, head) = link(clock, &head, event)?;
    repo::insert(tx, event).await?;
    Ok(head.seq)
}

/// Makes the row of an event that follows `head`, and the new head.
pub fn link(clock: &Clock, head: &Head, event: NewEvent) -> Result<(history_event::Model, Head), Error> {
    let payload = event.payload.to_string();
    let salt: [u8; 16] = crypto::random()?;
    let mut row = history_event::Model {
        id: clock.new_id(),
        org_id: event.org_id,
        object_kind: event.object_kind.as_str().to_owned(),
        object_id: event.object_id,
        seq: head.seq + 1,
        kind: event.kind.to_owned(),
        from_state: event.from_state.map(str::to_owned),
        to_state: event.to_state.map(str::to_owned),
        account_id: event.actor.account_id,
        staff_id: event.actor.staff_id,
        payload_version: PAYLOAD_VERSION,
        payload_digest: chain::payload_digest(&salt, &payload).to_vec(),
        payload: Some(payload),
        payload_salt: Some(salt.to_vec()),
        prev_hash: head.hash.clone(),
        hash: Vec::new(),
        occurred_at: event.occurred_at,
        recorded_at: clock.now(),
    };
    row.hash = chain::hash(&row).to_vec();
    let head = Head { seq: row.seq, hash: row.hash.clone() };
    Ok((row, head))
}
