//! Idempotency keys: a client's key for one command has its effect once, however often the command arrives.

mod once;
mod repo;

pub use once::{Once, once};
pub use repo::{KeyState, claim, done_of, forget_account, forget_expired, key_state, refuse, tell};

use chrono::{DateTime, Duration, Utc};
use entities::values::AccountId;
use serde::Serialize;
use uuid::Uuid;

use crate::error::{Code, Error, Refusal};
use crate::infra::crypto;
use crate::state::App;

/// Longest key in characters; a UUID has 36.
pub const KEY_MAX: usize = 100;

/// What a key stands for.
#[derive(Clone, Debug)]
pub struct Claim {
    account_id: AccountId,
    mutation: &'static str,
    key: String,
    input_hash: [u8; 32],
    result: Uuid,
    now: DateTime<Utc>,
    lifetime: Duration,
}

impl Claim {
    /// The claim of an account's key for one command of one mutation; `result` is told to a repeat.
    ///
    /// The digest of `input` tells a repeat from another command under the same key.
    pub fn new(
        app: &App,
        account_id: AccountId,
        mutation: &'static str,
        key: &str,
        input: &impl Serialize,
        result: Uuid,
    ) -> Result<Self, Error> {
        check_key(key)?;
        Ok(Self {
            account_id,
            mutation,
            key: key.to_owned(),
            input_hash: crypto::sha256(&serde_json::to_vec(input)?),
            result,
            now: app.clock.now(),
            lifetime: Duration::days(i64::from(app.config.idempotency_days)),
        })
    }
}

/// A key is 1 to [`KEY_MAX`] visible ASCII characters.
fn check_key(key: &str) -> Result<(), Refusal> {
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
