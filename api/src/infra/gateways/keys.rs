//! RSA keys: reading them, signing with SHA-256 and PKCS #1 v1.5, and verifying. All of it is aws-lc-rs.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, PublicKey};
use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, SubjectPublicKeyInfoDer};

use super::GatewayError;

/// A merchant's private key, of 2,048 bits or more.
pub struct SigningKey(KeyPair);

/// A gateway's public key.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifyingKey(Vec<u8>);

/// What is needed of a certificate. Who issued it is not checked: it comes encrypted with the merchant's own key.
pub(super) struct Certificate {
    /// The serial number in capital hexadecimal digits.
    pub serial: String,
    /// Its key.
    pub key: VerifyingKey,
}

impl SigningKey {
    /// Reads PEM (PKCS #8 or PKCS #1), or the same in Base64 without its first and last line, as Alipay's tool gives it.
    pub fn read(text: &str) -> Result<Self, GatewayError> {
        let wrong = || GatewayError::Credentials("private key");
        let pair = match PrivateKeyDer::from_pem_slice(text.as_bytes()) {
            Ok(PrivateKeyDer::Pkcs8(der)) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            Ok(PrivateKeyDer::Pkcs1(der)) => KeyPair::from_der(der.secret_pkcs1_der()),
            Ok(_) => return Err(wrong()),
            Err(_) => {
                let der = bare(text).ok_or_else(wrong)?;
                KeyPair::from_pkcs8(&der).or_else(|_| KeyPair::from_der(&der))
            }
        };
        pair.map(Self).map_err(|_| wrong())
    }

    /// The signature of a message, in Base64.
    pub fn sign(&self, message: &[u8]) -> Result<String, GatewayError> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature)
            .map_err(|_| GatewayError::Internal("cannot sign"))?;
        Ok(STANDARD.encode(signature))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(…)")
    }
}

impl VerifyingKey {
    /// Reads PEM (a public key or a certificate), or a public key in Base64 without its first and last line.
    pub fn read(text: &str) -> Result<Self, GatewayError> {
        if let Ok(certificate) = Certificate::read(text) {
            return Ok(certificate.key);
        }
        let der = match SubjectPublicKeyInfoDer::from_pem_slice(text.as_bytes()) {
            Ok(der) => der.as_ref().to_vec(),
            Err(_) => bare(text).ok_or(GatewayError::Credentials("public key"))?,
        };
        Self::of(der)
    }

    fn of(der: Vec<u8>) -> Result<Self, GatewayError> {
        PublicKey::from_der(&der).map_err(|_| GatewayError::Credentials("public key"))?;
        Ok(Self(der))
    }

    /// Whether the signature (Base64) is this key's of the message.
    pub fn verifies(&self, message: &[u8], signature: &str) -> bool {
        STANDARD.decode(signature).is_ok_and(|signature| {
            UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.0).verify(message, &signature).is_ok()
        })
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerifyingKey({} bytes)", self.0.len())
    }
}

impl Certificate {
    /// Reads PEM.
    pub(super) fn read(pem: &str) -> Result<Self, GatewayError> {
        let wrong = |_| GatewayError::Malformed("certificate");
        let der = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| GatewayError::Malformed("certificate"))?;
        let parsed = webpki::EndEntityCert::try_from(&der).map_err(wrong)?;
        let serial = hex::encode_upper(parsed.serial());
        // A first byte that would make the number negative has a zero in front.
        let serial = serial.strip_prefix("00").unwrap_or(&serial).to_owned();
        let key = VerifyingKey::of(parsed.subject_public_key_info().as_ref().to_vec())?;
        Ok(Self { serial, key })
    }
}

/// Base64 with line breaks.
fn bare(text: &str) -> Option<Vec<u8>> {
    let text: String = text.split_whitespace().collect();
    if text.is_empty() { None } else { STANDARD.decode(text).ok() }
}
