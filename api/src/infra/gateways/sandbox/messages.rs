//! What the sandbox and its client say to each other. Amounts are integers of fen.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::super::{OrderNo, RefundNo};

/// An order to open.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// The merchant's number of it.
    pub order: OrderNo,
    /// At least one fen.
    pub amount: i64,
    /// `CNY`
    pub currency: String,
    /// What the payer reads.
    pub description: String,
    /// From when on it cannot be paid.
    pub expires_at: DateTime<Utc>,
    /// Where notifications go.
    pub notify_url: String,
}

/// An opened order.
#[derive(Serialize, Deserialize)]
pub struct Opened {
    /// Where it is paid.
    pub pay_url: String,
}

/// How far an order is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It can be paid.
    Open,
    /// It was paid.
    Paid,
    /// It was paid, and something was given back.
    Refunded,
    /// It can no longer be paid.
    Closed,
    /// The payer failed; another order is needed.
    Failed,
}

/// An order.
#[derive(Clone, Serialize, Deserialize)]
pub struct Order {
    /// The merchant's number.
    pub order: OrderNo,
    /// The sandbox's number.
    pub gateway_id: String,
    /// In fen.
    pub amount: i64,
    /// How far it is.
    pub state: State,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
}

/// A refund to make.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// The order.
    pub order: OrderNo,
    /// The merchant's number of the refund.
    pub refund: RefundNo,
    /// In fen.
    pub amount: i64,
    /// What was paid, in fen.
    pub total: i64,
    /// Where notifications go.
    pub notify_url: String,
}

/// A refund that was made.
#[derive(Clone, Serialize, Deserialize)]
pub struct Returned {
    /// The order.
    pub order: OrderNo,
    /// The merchant's number.
    pub refund: RefundNo,
    /// The sandbox's number.
    pub gateway_id: String,
    /// In fen.
    pub amount: i64,
    /// When.
    pub settled_at: DateTime<Utc>,
}

/// A notification.
#[derive(Clone, Serialize, Deserialize)]
pub struct Message {
    /// Its number; repeats have the same.
    pub id: String,
    /// For whom.
    pub merchant: String,
    /// The order as it is now.
    pub order: Order,
    /// The refund that it is about, if it is about one.
    pub refund: Option<Returned>,
}

/// A day's bill.
#[derive(Serialize, Deserialize)]
pub struct Day {
    /// In Beijing's time.
    pub day: NaiveDate,
    /// Payments and refunds.
    pub rows: Vec<Row>,
}

/// One of them.
#[derive(Clone, Serialize, Deserialize)]
pub struct Row {
    /// The order.
    pub order: OrderNo,
    /// The sandbox's number of the payment.
    pub gateway_id: String,
    /// Of a refund.
    pub refund: Option<RefundNo>,
    /// The sandbox's number of the refund.
    pub gateway_refund_id: Option<String>,
    /// In fen.
    pub amount: i64,
    /// In 1/1,000 fen; 0.6 % of a payment, and given back with it.
    pub fee: i64,
    /// When.
    pub at: DateTime<Utc>,
}

/// A refusal.
#[derive(Serialize, Deserialize)]
pub struct Refusal {
    /// Such as `ORDER_PAID`.
    pub code: String,
    /// In words.
    pub message: String,
}
