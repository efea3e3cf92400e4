//! The texts that are signed, and the seal around what is secret.
//!
//! <https://pay.weixin.qq.com/doc/v3/merchant/4012365342>, <https://pay.weixin.qq.com/doc/v3/merchant/4013053249>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use reqwest::header::HeaderMap;

use super::super::notice::text;
use super::super::{GatewayError, VerifyingKey};
use super::FRESH_SECONDS;
use super::messages::Sealed;
use crate::infra::crypto::{self, Key};

/// What a merchant signs of a request. `target` is path and query.
pub fn request_text(method: &str, target: &str, timestamp: i64, nonce: &str, body: &str) -> String {
    format!("{method}\n{target}\n{timestamp}\n{nonce}\n{body}\n")
}

/// What a merchant signs for the phone: `extra` is `prepay_id=…` for JSAPI and the prepay id alone for an app.
pub fn phone_text(app_id: &str, timestamp: i64, nonce: &str, extra: &str) -> String {
    format!("{app_id}\n{timestamp}\n{nonce}\n{extra}\n")
}

/// The four headers under which WeChat Pay signs answers and notifications.
#[derive(Clone, Copy, Debug)]
pub struct Signature<'h> {
    timestamp: &'h str,
    nonce: &'h str,
    signature: &'h str,
    /// The serial number of a certificate, or the id of a public key.
    pub serial: &'h str,
}

impl<'h> Signature<'h> {
    /// Reads the headers; none when one of them is missing.
    pub fn of(headers: &'h HeaderMap) -> Option<Self> {
        Some(Self {
            timestamp: text(headers, "wechatpay-timestamp")?,
            nonce: text(headers, "wechatpay-nonce")?,
            signature: text(headers, "wechatpay-signature")?,
            serial: text(headers, "wechatpay-serial")?,
        })
    }

    /// When it was signed; refuses what is more than five minutes from now.
    pub fn fresh(&self, now: DateTime<Utc>) -> Result<DateTime<Utc>, GatewayError> {
        let at: i64 = self.timestamp.parse().map_err(|_| GatewayError::Malformed("Wechatpay-Timestamp"))?;
        if now.timestamp().abs_diff(at) > FRESH_SECONDS.unsigned_abs() {
            return Err(GatewayError::Stale);
        }
        DateTime::from_timestamp(at, 0).ok_or(GatewayError::Stale)
    }

    /// Checks the signature of these very bytes.
    pub fn verify(&self, key: &VerifyingKey, body: &[u8]) -> Result<(), GatewayError> {
        let head = format!("{}\n{}\n", self.timestamp, self.nonce);
        let message = [head.as_bytes(), body, b"\n"].concat();
        if key.verifies(&message, self.signature) { Ok(()) } else { Err(GatewayError::BadSignature) }
    }
}

/// Opens what is sealed with the API v3 key (AEAD_AES_256_GCM).
pub fn open(key: &Key, sealed: &Sealed) -> Result<Vec<u8>, GatewayError> {
    if sealed.algorithm != "AEAD_AES_256_GCM" {
        return Err(GatewayError::Malformed("algorithm"));
    }
    if sealed.nonce.len() != 12 {
        return Err(GatewayError::Malformed("nonce"));
    }
    let text = STANDARD.decode(&sealed.ciphertext).map_err(|_| GatewayError::Malformed("ciphertext"))?;
    let whole = [sealed.nonce.as_bytes(), &text].concat();
    crypto::open(key, sealed.associated_data.as_bytes(), &whole).map_err(|_| GatewayError::BadSignature)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// WeChat Pay's own example of an answer that is signed with its public key:
    /// <https://pay.weixin.qq.com/docs/merchant/development/interface-rules/build-verify-sign-src.html>
    const KEY: &str = "-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAwXNI6sdlknHBnK8Fu2U6
Cwor9qY747jP8KAfeBMeveEt1TqaHkLfaSD07trZLhGpfs8/AHqjhgSMO1O10YQW
OrrJ4hjIWPKqxbgrYMkBQc+mwdiWp4W3ByCqxBRagCveCXRWCmuJYovl9H/bsDI0
iGbpVtEOghJtfciisYSgxcLufUDTRkvwxjIBK1pCRjk33jJ5YTBWTHMRtMAOcFLN
F6hdEYdX8SPsgHHeLZ5Lv2T/686w1xtgCHef/sd4uSfWmyzsalQdHG/e4IyYmrhx
+O3VBoNDzE3nx23bFeV/RVNCG7cV6VhmYokJNHa/erIPkEmEFID6A5wQOXuxUkmJ
WwIDAQAB
-----END PUBLIC KEY-----";
    const SIGNATURE: &str = "mfI1CPqvBrgcXfgXMFjdNIhBf27ACE2YyeWsWV9ZI7T7RU0vHvbQpu9Z32ogzc+k8ZC5n3kz7h70eWKjgqNdKQF0eRp8mVKlmfzMLBVHbssB9jEZEDXThOX1XFqX7s7ymia1hoHQxQagPGzkdWxtlZPZ4ZPvr1RiqkgAu6Is8MZgXXrRoBKqjmSdrP1N7uxzJ/cjfSiis9FiLjuADoqmQ1P7p2N876YPAol7Rn0+GswwAwxldbdLrmVSjfytfSBJFqTMHn4itojgxSWWN1byuckQt8hSTEv/Lg97QoeGniYP17T80pJeQyL3b+295FPHSO2AtvCgyIbKMZ0BALilAA==";
    const BODY: &[u8] = br#"{"code_url":"weixin://wxpay/bizpayurl?pr=JyC91EIz1"}"#;

    fn example() -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("wechatpay-nonce", "d824f2e086d3c1df967785d13fcd22ef"),
            ("wechatpay-signature", SIGNATURE),
            ("wechatpay-timestamp", "1722850421"),
            ("wechatpay-serial", "PUB_KEY_ID_0000000000000024101100397200000006"),
        ] {
            headers.insert(name, value.parse().expect("a header"));
        }
        headers
    }

    fn sealed(nonce: &str, associated_data: &str, ciphertext: &str) -> Sealed {
        Sealed {
            algorithm: "AEAD_AES_256_GCM".to_owned(),
            nonce: nonce.to_owned(),
            associated_data: associated_data.to_owned(),
            ciphertext: ciphertext.to_owned(),
        }
    }

    #[test]
    fn the_published_answer_verifies() {
        let headers = example();
        let signature = Signature::of(&headers).expect("complete");
        let key = VerifyingKey::read(KEY).expect("reads");
        signature.verify(&key, BODY).expect("verifies");
        assert_eq!(signature.verify(&key, &BODY[1..]), Err(GatewayError::BadSignature));
        let at = DateTime::from_timestamp(1_722_850_421, 0).expect("a time");
        for seconds in [-300, 0, 300] {
            assert_eq!(signature.fresh(at + chrono::Duration::seconds(seconds)), Ok(at));
        }
        for seconds in [-301, 301, 86_400] {
            assert_eq!(signature.fresh(at + chrono::Duration::seconds(seconds)), Err(GatewayError::Stale));
        }
    }

    #[test]
    fn an_incomplete_or_double_signature_is_none() {
        for name in ["wechatpay-nonce", "wechatpay-signature", "wechatpay-timestamp", "wechatpay-serial"] {
            let mut headers = example();
            headers.append(name, "again".parse().expect("a header"));
            assert!(Signature::of(&headers).is_none(), "{name} twice");
            headers.remove(name);
            assert!(Signature::of(&headers).is_none(), "no {name}");
        }
    }

    #[test]
    fn the_published_texts_are_made() {
        let nonce = "593BEC0C930BF1AFEB40B4A08C8FB242";
        let text = request_text("GET", "/v3/certificates", 1_554_208_460, nonce, "");
        assert_eq!(text, "GET\n/v3/certificates\n1554208460\n593BEC0C930BF1AFEB40B4A08C8FB242\n\n");
        let text = phone_text(
            "wx8888888888888888",
            1_414_561_699,
            "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
            "prepay_id=wx201410272009395522657a690389285100",
        );
        assert_eq!(
            text,
            "wx8888888888888888\n1414561699\n5K8264ILTKCH16CQ2502SI8ZNMTM67VS\nprepay_id=wx201410272009395522657a690389285100\n"
        );
    }

    /// Made with another implementation (Python's `cryptography`, over OpenSSL), from the shape of the documentation's example.
    #[test]
    fn what_others_sealed_opens() {
        let key: Key = *b"0123456789abcdef0123456789ABCDEF";
        let example = sealed("4de73afd28b6", "certificate", CIPHERTEXT);
        assert_eq!(open(&key, &example).expect("opens"), "支付成功 {\"total\":100}".as_bytes());
        assert_eq!(open(b"0123456789abcdef0123456789ABCDEG", &example), Err(GatewayError::BadSignature));
        let other = sealed("4de73afd28b6", "transaction", CIPHERTEXT);
        assert_eq!(open(&key, &other), Err(GatewayError::BadSignature));
        let short = sealed("4de73afd28b", "certificate", CIPHERTEXT);
        assert_eq!(open(&key, &short), Err(GatewayError::Malformed("nonce")));
        let broken = sealed("4de73afd28b6", "certificate", "no base64!");
        assert_eq!(open(&key, &broken), Err(GatewayError::Malformed("ciphertext")));
    }

    const CIPHERTEXT: &str = "Y8PHbIrzUA6Jg4j+GVc1d2euaNwPxnKuQxia+qlON/Gy4raORwsDN9Yo";
}
