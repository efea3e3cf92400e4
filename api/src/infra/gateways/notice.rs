//! What a gateway says by itself.

use chrono::{DateTime, Utc};
use entities::values::Money;
use reqwest::header::HeaderMap;

use super::{GatewayError, GatewayKind, OrderNo, OrderState, RefundNo, RefundState};

/// Largest notification that is read, in bytes; the real ones have less than 4 KiB.
const BODY_MAX: usize = 64 * 1024;

/// A notification as it came: the bytes that were signed.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// All headers.
    pub headers: &'a HeaderMap,
    /// The body, untouched.
    pub body: &'a [u8],
}

/// A notification that is genuine, fresh and ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// The gateway's number of this notification: repeats have the same.
    pub id: String,
    /// Which gateway.
    pub gateway: GatewayKind,
    /// The merchant's number there.
    pub merchant: String,
    /// Our order.
    pub order: OrderNo,
    /// When the gateway signed or sent it.
    pub sent_at: DateTime<Utc>,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Event {
    /// The order was paid.
    Paid {
        /// The gateway's number of the payment.
        gateway_id: String,
        /// How much; the caller compares it with the order.
        amount: Money,
        /// When.
        paid_at: DateTime<Utc>,
    },
    /// The order moved otherwise: closed, failed.
    Moved {
        /// Whereto.
        state: OrderState,
    },
    /// A refund moved.
    Refund {
        /// Our refund.
        refund: RefundNo,
        /// The gateway's number, where it has one.
        gateway_id: Option<String>,
        /// Whereto.
        state: RefundState,
        /// How much. Alipay tells the sum of all refunds of the order only, and so nothing here.
        amount: Option<Money>,
        /// The sum of all refunds of the order, where the gateway tells it.
        refunded_in_all: Option<Money>,
        /// When the payer had it.
        settled_at: Option<DateTime<Utc>>,
    },
}

/// What to answer a notification with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Content type.
    pub content_type: &'static str,
    /// Body; may be empty.
    pub body: &'static str,
}

impl<'a> Delivery<'a> {
    /// Refuses what is too long to be one.
    pub(super) fn check(self) -> Result<(), GatewayError> {
        if self.body.len() > BODY_MAX { Err(GatewayError::Malformed("body too long")) } else { Ok(()) }
    }
}

/// The only value of a header; nothing when it is missing, not text, or there twice.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value.to_str().ok(),
        _ => None,
    }
}
