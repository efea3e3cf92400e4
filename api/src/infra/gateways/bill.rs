//! A day's bill: what the gateway says was paid and given back.

use chrono::{DateTime, Utc};
use entities::values::Money;

/// All rows of a day.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bill {
    /// In the gateway's order.
    pub rows: Vec<BillRow>,
}

/// Which way the money went.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BillKind {
    /// To the merchant.
    Payment,
    /// Back to the payer.
    Refund,
}

/// A fee in 1/1,000 fen: gateways count it in 0.00001 yuan. Negative when it is given back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Fee(pub i64);

/// One payment or one refund.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BillRow {
    /// Which way.
    pub kind: BillKind,
    /// Our order number, or what stands there: a merchant's bill may hold orders that Linli did not make.
    pub order: String,
    /// The gateway's number of the payment.
    pub gateway_id: String,
    /// Our refund number, of a refund.
    pub refund: Option<String>,
    /// The gateway's number of the refund, where it has one.
    pub gateway_refund_id: Option<String>,
    /// What was paid or given back; never negative.
    pub amount: Money,
    /// What the gateway keeps of it.
    pub fee: Fee,
    /// In the gateway's words.
    pub state: String,
    /// When it was paid; of a refund when it was accepted.
    pub at: DateTime<Utc>,
}
