//! Enumerations of payments as the schema describes them.

use async_graphql::Enum;

/// How somebody pays (支付方式).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PaymentMethod")]
pub enum PaymentMethod {
    /// At the sandbox gateway, for demonstrations and tests: no money moves.
    Sandbox,
    /// WeChat Pay (微信支付).
    WechatPay,
    /// Alipay (支付宝).
    Alipay,
    /// Cash at the desk (现金).
    Cash,
    /// A bank transfer (转账).
    Transfer,
    /// A card at the desk's terminal (刷卡).
    Pos,
}

/// How a payer reaches the gateway.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PaymentChannel")]
pub enum PaymentChannel {
    /// In WeChat, from the mini-program or an official account; WeChat Pay alone.
    Jsapi,
    /// In the gateway's app, called by ours.
    App,
    /// By scanning a code.
    Code,
    /// On a page in the browser; the sandbox alone.
    Page,
}

/// Where a payment stands. It only moves forward; money that arrives late settles a closed one, too.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PaymentState")]
pub enum PaymentState {
    /// Written down; the gateway has not answered yet.
    Created,
    /// The payer can pay.
    Pending,
    /// It can no longer be paid.
    Closed,
    /// The money is there, and in the ledger.
    Settled,
}

/// Why a payment was closed without money.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PaymentClosedReason")]
pub enum PaymentClosedReason {
    /// Nobody paid in time.
    Expired,
    /// The payer gave it up.
    Cancelled,
    /// What it was for was paid otherwise, perhaps from another phone.
    PaidOtherwise,
    /// The gateway refused or failed it.
    Failed,
}
