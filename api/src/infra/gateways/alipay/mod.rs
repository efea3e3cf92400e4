//! Alipay (支付宝): payments from an app and by a scanned code, signed with RSA2 (SHA-256) in the mode of public keys (公钥模式).
//!
//! A request is a set of parameters; what is signed are those that are not empty, sorted by name. An answer is JSON with one
//! node for the method; its signature covers the node's text as it stands in the body, so that text is never parsed and
//! written again before it is verified. Notifications are forms; `sign` and `sign_type` are not part of what they sign.
//!
//! <https://opendocs.alipay.com/common/02kf5q>, <https://opendocs.alipay.com/open/204/105301>

mod answer;
mod bill;
mod calls;
mod notices;
mod params;

use serde::{Deserialize, Serialize};

use super::wire::Wire;
use super::{GatewayError, Patience, Secret, SigningKey, VerifyingKey};
use crate::clock::Clock;

pub use params::signed_text;

/// Alipay's address.
pub const URL: &str = "https://openapi.alipay.com/gateway.do";

/// What Alipay gave the merchant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AlipayMerchant {
    /// The application.
    pub app_id: String,
    /// The merchant's account (PID, 2088…); empty leaves it unchecked in notifications.
    #[serde(default)]
    pub seller_id: String,
    /// The application's private key (应用私钥).
    pub private_key: Secret,
    /// Alipay's public key (支付宝公钥), which is not the application's.
    pub public_key: String,
    /// Where Alipay is.
    #[serde(default = "address")]
    pub url: String,
}

fn address() -> String {
    URL.to_owned()
}

/// A merchant at Alipay.
pub struct Alipay {
    merchant: AlipayMerchant,
    key: SigningKey,
    theirs: VerifyingKey,
    wire: Wire,
    clock: Clock,
}

impl Alipay {
    /// Reads the credentials; asks nobody yet.
    pub fn new(merchant: AlipayMerchant, clock: Clock, patience: Patience) -> Result<Self, GatewayError> {
        let key = SigningKey::read(merchant.private_key.reveal())?;
        let theirs = VerifyingKey::read(&merchant.public_key)?;
        Ok(Self { merchant, key, theirs, wire: Wire::new(patience)?, clock })
    }
}
