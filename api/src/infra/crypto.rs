//! The few cryptographic operations that Linli needs, all from aws-lc-rs.

use aws_lc_rs::aead::{AES_256_GCM, Aad, Nonce, RandomizedNonceKey};
use aws_lc_rs::{digest, hmac, rand};

use crate::error::Error;

/// A 256-bit key.
pub type Key = [u8; 32];

/// SHA-256 of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// SHA-256 of bytes that come piece by piece.
pub struct Hasher(digest::Context);

impl Default for Hasher {
    fn default() -> Self {
        Self::new()
    }
}

impl Hasher {
    /// Of nothing yet.
    pub fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    /// Adds a piece.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest of all pieces.
    pub fn finish(self) -> [u8; 32] {
        let mut out = [0; 32];
        out.copy_from_slice(self.0.finish().as_ref());
        out
    }
}

/// HMAC-SHA-256 of `bytes` under `key`.
pub fn hmac_sha256(key: &Key, bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), bytes).as_ref());
    out
}

/// Whether two digests are equal, in a time that does not depend on where they differ.
pub fn same(left: &[u8], right: &[u8]) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(left, right).is_ok()
}

/// Random bytes from the operating system's generator.
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut out = [0; N];
    rand::fill(&mut out).map_err(|_| Error::internal("no randomness"))?;
    Ok(out)
}

/// A uniformly random number below `bound`, which must not be 0.
pub fn random_below(bound: u32) -> Result<u32, Error> {
    // Draws from the incomplete last multiple of `bound` are thrown away, so every result is as likely as any other.
    let limit = u32::MAX - u32::MAX % bound;
    loop {
        let draw = u32::from_le_bytes(random()?);
        if draw < limit {
            return Ok(draw % bound);
        }
    }
}

/// Encrypts with AES-256-GCM; the nonce stands in front. `context` must be the same to decrypt.
pub fn seal(key: &Key, context: &[u8], plain: &[u8]) -> Result<Vec<u8>, Error> {
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| Error::internal("bad key"))?;
    let mut text = plain.to_vec();
    let nonce =
        key.seal_in_place_append_tag(Aad::from(context), &mut text).map_err(|_| Error::internal("cannot encrypt"))?;
    Ok([nonce.as_ref().as_slice(), &text].concat())
}

/// Decrypts what [`seal`] made; fails when the key, the context or a byte differs.
pub fn open(key: &Key, context: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Error> {
    let failed = || Error::internal("cannot decrypt: another master key, or the data was altered");
    let key = RandomizedNonceKey::new(&AES_256_GCM, key).map_err(|_| failed())?;
    let (nonce, text) = sealed.split_at_checked(12).ok_or_else(failed)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed())?;
    let mut text = text.to_vec();
    Ok(key.open_in_place(nonce, Aad::from(context), &mut text).map_err(|_| failed())?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_the_same_key_context_and_bytes() {
        let key = [7; 32];
        let sealed = seal(&key, b"here", b"secret").expect("seals");
        assert_eq!(open(&key, b"here", &sealed).expect("opens"), b"secret");
        assert!(open(&[8; 32], b"here", &sealed).is_err());
        assert!(open(&key, b"there", &sealed).is_err());
        let mut altered = sealed.clone();
        altered[14] ^= 1;
        assert!(open(&key, b"here", &altered).is_err());
        assert!(open(&key, b"here", &sealed[..5]).is_err());
    }
}
