//! Idempotency keys: a client's key for one command has its effect once, however often the command arrives.

mod repo;

pub use repo::{Claim, claim, forget_expired};

use serde::Serialize;

use crate::error::{Code, Error, Refusal};
use crate::infra::crypto;

/// Longest key in characters; a UUID has 36.
pub const KEY_MAX: usize = 100;

/// A key is 1 to [`KEY_MAX`] visible ASCII characters.
pub fn check_key(key: &str) -> Result<(), Refusal> {
    if key.is_empty() {
        return Err(Refusal::at(Code::Required, "idempotencyKey"));
    }
    if key.len() > KEY_MAX {
        return Err(Refusal::at(Code::TooLong, "idempotencyKey").value("max", KEY_MAX));
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::at(Code::InvalidValue, "idempotencyKey"));
    }
    Ok(())
}

/// Digest of a command, by which a key's second use is recognized as a repeat or refused as another command.
pub fn input_hash(input: &impl Serialize) -> Result<[u8; 32], Error> {
    Ok(crypto::sha256(&serde_json::to_vec(input)?))
}
