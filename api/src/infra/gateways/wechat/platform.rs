//! The keys of WeChat Pay that this merchant knows.

use std::collections::BTreeMap;
use std::sync::{PoisonError, RwLock};

use chrono::{DateTime, Duration, Utc};
use reqwest::Method;
use tokio::sync::Mutex;

use super::super::keys::Certificate;
use super::super::wire::Answer;
use super::super::{GatewayError, VerifyingKey, beijing};
use super::messages::{Certificates, SealedCertificate, read};
use super::signing::{Signature, open};
use super::{WechatMerchant, WechatPay};
use crate::infra::crypto::Key;

/// Certificates are not asked for more often, whatever serial numbers somebody invents.
const ASK_AGAIN_SECONDS: i64 = 10;

/// The public key that the merchant was given, and the certificates that were downloaded.
pub struct Platform {
    given: Option<(String, VerifyingKey)>,
    certificates: RwLock<BTreeMap<String, Known>>,
    asked_at: Mutex<Option<DateTime<Utc>>>,
}

#[derive(Clone)]
struct Known {
    key: VerifyingKey,
    until: DateTime<Utc>,
}

impl Platform {
    /// With the public key, when the merchant has one.
    pub fn new(merchant: &WechatMerchant) -> Result<Self, GatewayError> {
        let given = match (merchant.public_key_id.as_str(), merchant.public_key.as_str()) {
            ("", "") => None,
            ("", _) | (_, "") => return Err(GatewayError::Credentials("public key and its id")),
            (id, key) => Some((id.to_owned(), VerifyingKey::read(key)?)),
        };
        Ok(Self { given, certificates: RwLock::default(), asked_at: Mutex::new(None) })
    }

    /// The id of the public key, which is named in requests so that answers are signed with it.
    pub fn given_id(&self) -> Option<&str> {
        self.given.as_ref().map(|(id, _)| id.as_str())
    }

    fn known(&self, serial: &str, now: DateTime<Utc>) -> Option<VerifyingKey> {
        if let Some((id, key)) = &self.given
            && id == serial
        {
            return Some(key.clone());
        }
        let certificates = self.certificates.read().unwrap_or_else(PoisonError::into_inner);
        certificates.get(serial).filter(|known| now < known.until).map(|known| known.key.clone())
    }
}

impl WechatPay {
    /// The key of a serial number; certificates that are not known yet are downloaded.
    pub(super) async fn key_of(&self, serial: &str) -> Result<VerifyingKey, GatewayError> {
        let unknown = || GatewayError::UnknownSerial(serial.chars().take(64).collect());
        if let Some(key) = self.platform.known(serial, self.now()) {
            return Ok(key);
        }
        // Serial numbers are hexadecimal; ids of public keys are not downloaded.
        if !serial.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(unknown());
        }
        let mut asked_at = self.platform.asked_at.lock().await;
        // Somebody else may have downloaded it meanwhile.
        if let Some(key) = self.platform.known(serial, self.now()) {
            return Ok(key);
        }
        let again = |at: DateTime<Utc>| self.now() - at >= Duration::seconds(ASK_AGAIN_SECONDS);
        if !asked_at.is_none_or(again) {
            return Err(unknown());
        }
        *asked_at = Some(self.now());
        self.download_certificates().await?;
        self.platform.known(serial, self.now()).ok_or_else(unknown)
    }

    async fn download_certificates(&self) -> Result<(), GatewayError> {
        let answer = self.send(Method::GET, "/v3/certificates", "").await?;
        if !answer.ok() {
            return Err(super::calls::failure(&answer));
        }
        let now = self.now();
        let fresh = certificates(&self.api_key, &answer, now)?;
        let signature = Signature::of(&answer.headers).ok_or(GatewayError::BadSignature)?;
        signature.fresh(now)?;
        // The list is signed by one of its own, or by a key that was known before.
        let key = fresh.get(signature.serial).map(|known| known.key.clone());
        let key = key.or_else(|| self.platform.known(signature.serial, now));
        let key = key.ok_or_else(|| GatewayError::UnknownSerial(signature.serial.to_owned()))?;
        signature.verify(&key, &answer.body)?;
        *self.platform.certificates.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }
}

fn certificates(key: &Key, answer: &Answer, now: DateTime<Utc>) -> Result<BTreeMap<String, Known>, GatewayError> {
    let list: Certificates = read(&answer.body, "certificates")?;
    let mut found = BTreeMap::new();
    for item in list.data {
        let (serial, known) = certificate(key, item)?;
        if now < known.until {
            found.insert(serial, known);
        }
    }
    Ok(found)
}

fn certificate(key: &Key, item: SealedCertificate) -> Result<(String, Known), GatewayError> {
    let until = beijing::read_rfc3339(&item.expire_time).ok_or(GatewayError::Malformed("expire_time"))?;
    beijing::read_rfc3339(&item.effective_time).ok_or(GatewayError::Malformed("effective_time"))?;
    let pem =
        String::from_utf8(open(key, &item.encrypt_certificate)?).map_err(|_| GatewayError::Malformed("certificate"))?;
    let certificate = Certificate::read(&pem)?;
    if certificate.serial != item.serial_no {
        return Err(GatewayError::Malformed("serial_no"));
    }
    Ok((certificate.serial, Known { key: certificate.key, until }))
}
