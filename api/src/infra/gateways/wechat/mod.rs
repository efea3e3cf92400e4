//! WeChat Pay, API v3 (微信支付): JSAPI, APP and Native payments of a merchant of its own (直连商户).
//!
//! Requests carry `Authorization: WECHATPAY2-SHA256-RSA2048 …`, signed with the merchant's key. Answers and notifications
//! are signed with WeChat Pay's: with its public key (微信支付公钥, `PUB_KEY_ID_…`), which the merchant is given once, or
//! with platform certificates (平台证书), which are downloaded, encrypted with the API v3 key, and change. A merchant that
//! moves from one to the other sees both for a while: `platform` knows both.
//!
//! <https://pay.weixin.qq.com/doc/v3/merchant/4012081606>

mod bill;
mod calls;
mod messages;
mod notices;
mod platform;
mod signing;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use self::platform::Platform;
use super::wire::Wire;
use super::{GatewayError, Patience, Secret, SigningKey};
use crate::clock::Clock;
use crate::infra::crypto::{self, Key};

/// WeChat Pay's address.
pub const URL: &str = "https://api.mch.weixin.qq.com";
/// How far a signature's time may be from ours, in seconds either way (签名验证: 5 分钟).
const FRESH_SECONDS: i64 = 300;

/// What WeChat Pay gave the merchant.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct WechatMerchant {
    /// The merchant's number (商户号).
    pub mchid: String,
    /// The mini-program's or official account's id.
    pub app_id: String,
    /// The mobile app's id, for payments from it; empty means that there is none.
    #[serde(default)]
    pub mobile_app_id: String,
    /// The serial number of the merchant's certificate (商户API证书序列号).
    pub serial: String,
    /// The private key of that certificate (`apiclient_key.pem`).
    pub private_key: Secret,
    /// The API v3 key: 32 characters.
    pub api_key: Secret,
    /// The id of WeChat Pay's public key, `PUB_KEY_ID_…`; empty means that platform certificates are used.
    #[serde(default)]
    pub public_key_id: String,
    /// That public key (`pub_key.pem`).
    #[serde(default)]
    pub public_key: String,
    /// Where WeChat Pay is.
    #[serde(default = "address")]
    pub url: String,
}

fn address() -> String {
    URL.to_owned()
}

/// A merchant at WeChat Pay.
pub struct WechatPay {
    merchant: WechatMerchant,
    key: SigningKey,
    api_key: Key,
    platform: Platform,
    wire: Wire,
    clock: Clock,
}

impl WechatPay {
    /// Reads the credentials; asks nobody yet.
    pub fn new(mut merchant: WechatMerchant, clock: Clock, patience: Patience) -> Result<Self, GatewayError> {
        let url = merchant.url.trim_end_matches('/').to_owned();
        merchant.url = url;
        let key = SigningKey::read(merchant.private_key.reveal())?;
        let api_key =
            merchant.api_key.reveal().as_bytes().try_into().map_err(|_| GatewayError::Credentials("API v3 key"))?;
        let platform = Platform::new(&merchant)?;
        Ok(Self { merchant, key, api_key, platform, wire: Wire::new(patience)?, clock })
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// A random string for a signature.
fn nonce() -> Result<String, GatewayError> {
    let bytes: [u8; 16] = crypto::random().map_err(|_| GatewayError::Internal("no randomness"))?;
    Ok(hex::encode_upper(bytes))
}
