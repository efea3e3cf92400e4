//! Payment gateways behind one trait: WeChat Pay (API v3), Alipay (RSA2), and a sandbox of ours that needs no account.
//!
//! A [`Merchant`] is what a community was given by its gateway; [`Merchant::open`] makes the client. The clients keep no
//! money and decide nothing: they sign, ask, verify and translate. What may be relied on:
//!
//! - Nothing that a gateway says is believed before its signature was checked on the raw bytes.
//! - A [`Notice`] belongs to this merchant; its amount is what the gateway says, and the caller compares it with the order.
//! - The order numbers and refund numbers are ours and make every call repeatable: whoever has no answer
//!   ([`GatewayError::Unavailable`]) asks again with the same numbers, or queries.
//! - A notice may come twice, late, out of order, or never. Its [`Notice::id`] tells repeats apart, `query` finds what was lost.
//! - Secrets stand in no `Debug` text and in no log; amounts are integers of fen.
//!
//! What was checked against what is in `docs/adr/0017`.

pub mod alipay;
mod amount;
mod beijing;
mod bill;
mod error;
mod keys;
mod merchant;
mod notice;
mod order;
pub mod sandbox;
mod secret;
mod status;
pub mod wechat;
mod wire;

use async_trait::async_trait;
use chrono::NaiveDate;

pub use amount::{fen_of_yuan, yuan_of_fen};
pub use bill::{Bill, BillKind, BillRow, Fee};
pub use error::GatewayError;
pub use keys::{SigningKey, VerifyingKey};
pub use merchant::Merchant;
pub use notice::{Delivery, Event, Notice, Reply};
pub use order::{AppPay, Channel, JsapiPay, NewOrder, NewRefund, OrderNo, PayWith, RefundNo};
pub use secret::Secret;
pub use status::{Closing, OrderState, OrderStatus, RefundState, RefundStatus};
pub use wire::Patience;

/// Which gateway.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GatewayKind {
    /// Ours, for demonstrations and tests; no money moves.
    Sandbox,
    /// WeChat Pay, API v3 (微信支付).
    WechatPay,
    /// Alipay (支付宝).
    Alipay,
}

/// One merchant at one gateway.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Which gateway.
    fn kind(&self) -> GatewayKind;

    /// The merchant's number there.
    fn merchant(&self) -> &str;

    /// Opens an order and says what the phone needs to pay it. Repeated with the same order it opens nothing twice.
    async fn create(&self, order: &NewOrder) -> Result<PayWith, GatewayError>;

    /// How an order stands.
    async fn query(&self, order: &OrderNo) -> Result<OrderStatus, GatewayError>;

    /// Keeps an order from being paid from now on.
    async fn close(&self, order: &OrderNo) -> Result<Closing, GatewayError>;

    /// Gives money back. Repeated with the same refund number it gives nothing twice.
    async fn refund(&self, refund: &NewRefund) -> Result<RefundStatus, GatewayError>;

    /// How a refund stands.
    async fn query_refund(&self, order: &OrderNo, refund: &RefundNo) -> Result<RefundStatus, GatewayError>;

    /// Everything that was paid and given back on a day, in Beijing's time. Gateways have it on the next morning;
    /// [`GatewayError::NoBill`] until then, and for a day without payments.
    async fn bill(&self, day: NaiveDate) -> Result<Bill, GatewayError>;

    /// Checks a notification's signature, freshness and merchant, and reads it.
    async fn read_notice(&self, delivery: Delivery<'_>) -> Result<Notice, GatewayError>;

    /// What the gateway expects as an answer to a notification: `taken` ends its repeats, all else brings it again.
    fn reply(&self, taken: bool) -> Reply;
}
