//! What is asked of a gateway, and what a phone needs to pay.

use chrono::{DateTime, Utc};
use entities::values::Money;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// 6 to 32 ASCII letters, digits and underscores: what every gateway takes.
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Reads a number; none when it is not in the form.
            pub fn parse(text: &str) -> Option<Self> {
                let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
                (plain && (6..=32).contains(&text.len())).then(|| Self(text.to_owned()))
            }

            /// The 32 hexadecimal digits of an id.
            pub fn from_uuid(id: Uuid) -> Self {
                Self(id.simple().to_string())
            }

            /// The id, when the number was made from one.
            pub fn uuid(&self) -> Option<Uuid> {
                (self.0.len() == 32).then(|| Uuid::try_parse(&self.0).ok()).flatten()
            }

            /// The number.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a number of ours"))
            }
        }
    };
}
number!(
    /// Our number of an order (商户订单号), unique at the merchant.
    OrderNo
);
number!(
    /// Our number of a refund (商户退款单号), unique at the merchant.
    RefundNo
);

/// How the payer pays.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Channel {
    /// In WeChat, from the mini-program or an official account.
    Jsapi {
        /// The payer, as the application knows them.
        openid: String,
    },
    /// In the gateway's app, called by ours.
    App,
    /// By scanning a code.
    Code,
    /// On a page in the browser.
    Page,
}

/// An order to open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewOrder {
    /// Our number.
    pub order: OrderNo,
    /// How much; at least one fen.
    pub amount: Money,
    /// Of which currency (ISO 4217); the Chinese gateways take `CNY` alone.
    pub currency: String,
    /// What the payer reads.
    pub description: String,
    /// How they pay.
    pub channel: Channel,
    /// From when on it cannot be paid.
    pub expires_at: DateTime<Utc>,
    /// Where the gateway sends its notifications.
    pub notify_url: String,
}

/// Money to give back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewRefund {
    /// The order that was paid.
    pub order: OrderNo,
    /// Our number of this refund.
    pub refund: RefundNo,
    /// How much of it.
    pub amount: Money,
    /// How much was paid.
    pub total: Money,
    /// Of which currency (ISO 4217).
    pub currency: String,
    /// What the payer reads.
    pub reason: String,
    /// Where the gateway sends its notifications.
    pub notify_url: String,
}

/// What the phone needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PayWith {
    /// For `wx.requestPayment`.
    Jsapi(JsapiPay),
    /// For WeChat's SDK in an app.
    App(AppPay),
    /// To be shown as a QR code.
    Code {
        /// What the code says.
        url: String,
    },
    /// For Alipay's SDK in an app: the signed order string, to be handed over as it is.
    OrderString {
        /// `app_id=…&…&sign=…`
        text: String,
    },
    /// A page to open.
    Page {
        /// Its address.
        url: String,
    },
}

/// The parameters of `wx.requestPayment`, named there as here in camel case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsapiPay {
    /// The application.
    pub app_id: String,
    /// Seconds since 1970.
    pub time_stamp: String,
    /// Random.
    pub nonce_str: String,
    /// `prepay_id=…`
    pub package: String,
    /// `RSA`
    pub sign_type: String,
    /// The merchant's signature of the four above.
    pub pay_sign: String,
}

/// The fields of a `PayReq` of WeChat's SDK.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AppPay {
    /// The application.
    pub app_id: String,
    /// The merchant.
    pub partner_id: String,
    /// WeChat's number of the opened order.
    pub prepay_id: String,
    /// `Sign=WXPay`
    pub package: String,
    /// Random.
    pub nonce_str: String,
    /// Seconds since 1970.
    pub time_stamp: String,
    /// The merchant's signature.
    pub sign: String,
}

impl NewOrder {
    /// Refuses what no gateway takes.
    pub(super) fn check(&self) -> Result<(), super::GatewayError> {
        if self.currency != "CNY" {
            return Err(super::GatewayError::Unsupported("currency"));
        }
        if self.amount <= Money::ZERO {
            return Err(super::GatewayError::Unsupported("amount"));
        }
        Ok(())
    }
}

impl NewRefund {
    /// Refuses what no gateway takes.
    pub(super) fn check(&self) -> Result<(), super::GatewayError> {
        if self.currency != "CNY" {
            return Err(super::GatewayError::Unsupported("currency"));
        }
        if self.amount <= Money::ZERO || self.amount > self.total {
            return Err(super::GatewayError::Unsupported("amount"));
        }
        Ok(())
    }
}

/// As many whole characters of a text as fit into so many bytes.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    &text[..text.floor_char_boundary(bytes)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_one_form() {
        let id = Uuid::from_u128(7);
        let number = OrderNo::from_uuid(id);
        assert_eq!(number.as_str().len(), 32);
        assert_eq!(number.uuid(), Some(id));
        assert_eq!(OrderNo::parse("P20261003_0001").and_then(|number| number.uuid()), None);
        for text in ["", "12345", "1234 6", "../close", "单号单号", "a-b-c-d", &"9".repeat(33)] {
            assert_eq!(RefundNo::parse(text), None, "{text}");
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(cut("物业费", 7), "物业");
        assert_eq!(cut("物业费", 9), "物业费");
        assert_eq!(cut("fee", 127), "fee");
    }
}
