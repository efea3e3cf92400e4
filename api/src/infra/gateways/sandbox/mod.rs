//! The sandbox: a payment gateway of ours, as a process of its own (`linli sandbox-gateway`) or inside the demo's.
//!
//! It has what the real ones have: signed requests, answers and notifications, orders that expire, refunds, a bill of each
//! day, and a page where the payer pays or fails. And it misbehaves when told to ([`Switches`]): it sends notifications
//! twice, late, out of order, forged, altered, or not at all. No money moves. What it knows it forgets when it ends.
//!
//! All JSON over HTTP. A request carries `Linli-Merchant`, `Linli-Timestamp`, `Linli-Nonce` and `Linli-Signature`:
//! HMAC-SHA-256 of `METHOD\nTARGET\nTIMESTAMP\nNONCE\nBODY\n` under the merchant's key, in hexadecimal digits. Answers and
//! notifications carry the last three, over `TIMESTAMP\nNONCE\nBODY\n`.

mod book;
mod client;
mod http;
mod messages;
mod notifier;
mod server;
mod signing;

use serde::{Deserialize, Serialize};

use self::signing::MerchantKey;
use super::wire::Wire;
use super::{GatewayError, Patience, Secret};
use crate::clock::Clock;

pub use notifier::Switches;
pub use server::{SandboxServer, Settings};

/// Where `linli sandbox-gateway` listens when it is not told otherwise.
pub const LISTEN: &str = "127.0.0.1:8090";

/// A merchant of the sandbox: any name, with the secret that the sandbox was started with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SandboxMerchant {
    /// The merchant's number: ASCII letters, digits, underscores.
    pub merchant: String,
    /// The sandbox's secret; the merchant's key follows from it.
    pub secret: Secret,
    /// Where the sandbox is.
    pub url: String,
}

/// A merchant at the sandbox.
pub struct Sandbox {
    merchant: String,
    key: MerchantKey,
    url: String,
    wire: Wire,
    clock: Clock,
}

impl Sandbox {
    /// Asks nobody yet.
    pub fn new(merchant: SandboxMerchant, clock: Clock, patience: Patience) -> Result<Self, GatewayError> {
        let plain = merchant.merchant.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if merchant.merchant.is_empty() || !plain {
            return Err(GatewayError::Credentials("merchant"));
        }
        let key = MerchantKey::of(&merchant.secret, &merchant.merchant);
        let url = merchant.url.trim_end_matches('/').to_owned();
        Ok(Self { merchant: merchant.merchant, key, url, wire: Wire::new(patience)?, clock })
    }
}
