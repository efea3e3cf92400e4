//! Enumerations of payments.

use crate::text_enum;

text_enum! {
    /// How somebody pays.
    pub enum PaymentMethod {
        /// At the sandbox gateway, for demonstrations and tests.
        Sandbox = "SANDBOX",
        /// WeChat Pay (微信支付).
        WechatPay = "WECHAT_PAY",
        /// Alipay (支付宝).
        Alipay = "ALIPAY",
        /// Cash at the desk (现金).
        Cash = "CASH",
        /// A bank transfer (转账).
        Transfer = "TRANSFER",
        /// A card at the desk's terminal (刷卡).
        Pos = "POS",
    }
}

text_enum! {
    /// How a payer reaches the gateway.
    pub enum PaymentChannel {
        /// In WeChat, from the mini-program or an official account.
        Jsapi = "JSAPI",
        /// In the gateway's app, called by ours.
        App = "APP",
        /// By scanning a code.
        Code = "CODE",
        /// On a page in the browser.
        Page = "PAGE",
    }
}

text_enum! {
    /// Where a payment stands. It only moves forward, in this order; money that arrives late settles a closed one, too.
    pub enum PaymentState {
        /// Written down; the gateway has not answered yet.
        Created = "CREATED",
        /// The payer can pay.
        Pending = "PENDING",
        /// It can no longer be paid.
        Closed = "CLOSED",
        /// The money is there, and in the ledger.
        Settled = "SETTLED",
    }
}

text_enum! {
    /// Why a payment was closed without money.
    pub enum PaymentClosedReason {
        /// Nobody paid in time.
        Expired = "EXPIRED",
        /// The payer gave it up.
        Cancelled = "CANCELLED",
        /// What it was for was paid otherwise.
        PaidOtherwise = "PAID_OTHERWISE",
        /// The gateway refused or failed it.
        Failed = "FAILED",
    }
}

text_enum! {
    /// Why nobody could place money.
    pub enum SuspenseReason {
        /// No payment of this merchant has this order number.
        UnknownOrder = "UNKNOWN_ORDER",
        /// Another amount arrived than was asked for.
        WrongAmount = "WRONG_AMOUNT",
        /// The payment was settled before, with another number of the gateway.
        PaidTwice = "PAID_TWICE",
        /// What was left over belongs to no unit.
        NoUnit = "NO_UNIT",
    }
}

text_enum! {
    /// Where money that nobody could place stands.
    pub enum SuspenseState {
        /// It waits for finance.
        Open = "OPEN",
        /// Finance has placed it or sent it back.
        Resolved = "RESOLVED",
    }
}
