//! The sandbox's signatures.

use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;

use super::super::notice::text;
use super::super::{GatewayError, Secret};
use crate::infra::crypto::{self, Key};

/// How far a signature's time may be from ours, in seconds either way.
const FRESH_SECONDS: u64 = 300;
/// The merchant of a request.
pub const MERCHANT: &str = "linli-merchant";
/// When it was signed, in seconds since 1970.
pub const TIMESTAMP: &str = "linli-timestamp";
/// Random.
pub const NONCE: &str = "linli-nonce";
/// In hexadecimal digits.
pub const SIGNATURE: &str = "linli-signature";

/// What a merchant signs with, and what is signed for it.
pub struct MerchantKey(Key);

/// A signature and what belongs to it.
pub struct Signed {
    /// When, in seconds since 1970.
    pub timestamp: String,
    /// Random.
    pub nonce: String,
    /// In hexadecimal digits.
    pub signature: String,
}

impl MerchantKey {
    /// Follows from the sandbox's secret.
    pub fn of(secret: &Secret, merchant: &str) -> Self {
        let root = crypto::sha256(secret.reveal().as_bytes());
        Self(crypto::hmac_sha256(&root, format!("sandbox merchant v1 {merchant}").as_bytes()))
    }

    /// Signs `head` (nothing, or a request's first two lines) and a body.
    pub fn sign(&self, head: &str, body: &[u8], now: DateTime<Utc>) -> Result<Signed, GatewayError> {
        let nonce: [u8; 16] = crypto::random().map_err(|_| GatewayError::Internal("no randomness"))?;
        let (timestamp, nonce) = (now.timestamp().to_string(), hex::encode(nonce));
        let signature = hex::encode(self.signature(head, &timestamp, &nonce, body));
        Ok(Signed { timestamp, nonce, signature })
    }

    /// When it was signed. Refuses what is not signed with this key, or not now.
    pub fn check(
        &self,
        head: &str,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<DateTime<Utc>, GatewayError> {
        let get = |name| text(headers, name).ok_or(GatewayError::BadSignature);
        let (timestamp, nonce) = (get(TIMESTAMP)?, get(NONCE)?);
        let signature = hex::decode(get(SIGNATURE)?).map_err(|_| GatewayError::BadSignature)?;
        if !crypto::same(&signature, &self.signature(head, timestamp, nonce, body)) {
            return Err(GatewayError::BadSignature);
        }
        let at: i64 = timestamp.parse().map_err(|_| GatewayError::Malformed("Linli-Timestamp"))?;
        if now.timestamp().abs_diff(at) > FRESH_SECONDS {
            return Err(GatewayError::Stale);
        }
        DateTime::from_timestamp(at, 0).ok_or(GatewayError::Stale)
    }

    fn signature(&self, head: &str, timestamp: &str, nonce: &str, body: &[u8]) -> [u8; 32] {
        let head = format!("{head}{timestamp}\n{nonce}\n");
        crypto::hmac_sha256(&self.0, &[head.as_bytes(), body, b"\n"].concat())
    }
}
