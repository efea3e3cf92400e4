//! How orders and refunds stand at a gateway.

use chrono::{DateTime, Utc};
use entities::values::Money;

use super::{OrderNo, RefundNo};

/// How far an order is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrderState {
    /// The gateway has never seen it: it was not opened, or at Alipay not yet scanned.
    Unknown,
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// It was paid, and all or part was given back.
    Refunded,
    /// It can no longer be paid, and was not.
    Closed,
    /// The payer's bank refused.
    Failed,
}

/// How an order stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderStatus {
    /// Our number.
    pub order: OrderNo,
    /// How far it is.
    pub state: OrderState,
    /// The gateway's number, once it has one.
    pub gateway_id: Option<String>,
    /// What the order is about, as the gateway has it.
    pub amount: Option<Money>,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
}

/// What became of closing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Closing {
    /// Nobody can pay it any more. WeChat Pay says so of orders that it never saw, too.
    Closed,
    /// It was paid before.
    Paid,
    /// The payer is at it: ask again.
    Paying,
    /// The gateway has never seen it.
    Unknown,
}

/// How far a refund is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RefundState {
    /// The gateway has never seen it.
    Unknown,
    /// Accepted, on its way.
    Pending,
    /// The payer has the money.
    Settled,
    /// It will not happen: closed, or the payer's account takes nothing.
    Failed,
}

/// How a refund stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RefundStatus {
    /// Our number.
    pub refund: RefundNo,
    /// How far it is.
    pub state: RefundState,
    /// The gateway's number, where it has one.
    pub gateway_id: Option<String>,
    /// How much, as the gateway has it.
    pub amount: Option<Money>,
    /// When the payer had it.
    pub settled_at: Option<DateTime<Utc>>,
}

impl OrderStatus {
    /// An order that the gateway does not know.
    pub(super) fn unknown(order: &OrderNo) -> Self {
        Self { order: order.clone(), state: OrderState::Unknown, gateway_id: None, amount: None, paid_at: None }
    }
}

impl RefundStatus {
    /// A refund that the gateway does not know.
    pub(super) fn unknown(refund: &RefundNo) -> Self {
        let refund = refund.clone();
        Self { refund, state: RefundState::Unknown, gateway_id: None, amount: None, settled_at: None }
    }
}
