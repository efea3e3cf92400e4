//! The keys that sign access tokens, and their turn.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration as Span, Instant};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use chrono::{DateTime, Duration, Utc};
use entities::signing_key;
use entities::values::SigningKeyId;
use jsonwebtoken::{DecodingKey, EncodingKey};
use tokio::sync::Mutex;
use uuid::Uuid;

use super::super::repo;
use crate::clock::Clock;
use crate::db::{Conn, Db};
use crate::error::{Code, Error, Refusal};
use crate::infra::crypto::{self, Key};
use crate::infra::master_key::MasterKey;
use crate::state::App;

/// Bound into each sealed private key.
const SEAL_CONTEXT: &[u8] = b"signing key v1";
/// Tokens of unknown keys make nobody look into the database more often.
const LOOK_AGAIN_AFTER: Span = Span::from_secs(1);
/// A new key signs after this time, in which every node has loaded it.
const GRACE: Duration = Duration::minutes(2);
/// An old key verifies for so long after its last token has expired: a node may be late to learn of the new one.
const MARGIN: Duration = Duration::minutes(2);

/// A key in memory.
pub struct LoadedKey {
    /// Its id, the token's `kid`.
    pub id: SigningKeyId,
    /// The private half.
    pub signs: EncodingKey,
    /// The public half.
    pub verifies: DecodingKey,
    signs_from: DateTime<Utc>,
    retired_at: Option<DateTime<Utc>>,
}

/// The keys that this node signs and verifies with.
pub struct SigningKeys {
    seal_key: Key,
    loaded: RwLock<Vec<Arc<LoadedKey>>>,
    looked_again: Mutex<Option<Instant>>,
}

impl SigningKeys {
    /// Loads the keys of the database; makes the first when there is none.
    pub async fn load(db: &Db, clock: &Clock, master: &MasterKey) -> Result<Self, Error> {
        let seal_key = master.derive("signing keys v1");
        let keys = Self { seal_key, loaded: RwLock::default(), looked_again: Mutex::default() };
        if keys.reload(db.read()).await? == 0 {
            let row = keys.new_key(clock, clock.now())?;
            db.write(move |tx| {
                let row = row.clone();
                Box::pin(async move { Ok(repo::insert_signing_key(tx, row).await?) })
            })
            .await?;
            keys.reload(db.read()).await?;
        }
        Ok(keys)
    }

    /// Loads the keys anew; how many there are.
    pub async fn reload(&self, connection: &Conn) -> Result<usize, Error> {
        let mut loaded = Vec::new();
        for row in repo::signing_keys(connection).await? {
            let private = crypto::open(&self.seal_key, SEAL_CONTEXT, &row.sealed_private_key)?;
            loaded.push(Arc::new(LoadedKey {
                id: row.id,
                signs: EncodingKey::from_ed_der(&private),
                verifies: DecodingKey::from_ed_der(&row.public_key),
                signs_from: row.signs_from.unwrap_or(row.created_at),
                retired_at: row.retired_at,
            }));
        }
        let count = loaded.len();
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(count)
    }

    /// Loads the keys anew for a token of an unknown one, at most once a second, whoever asks.
    pub async fn look_again(&self, db: &Db) -> Result<(), Error> {
        // Whoever comes while another looks waits for what that one finds.
        let mut looked = self.looked_again.lock().await;
        if looked.is_none_or(|at| at.elapsed() >= LOOK_AGAIN_AFTER) {
            *looked = Some(Instant::now());
            self.reload(db.read()).await?;
        }
        Ok(())
    }

    fn new_key(&self, clock: &Clock, signs_from: DateTime<Utc>) -> Result<signing_key::Model, Error> {
        let pair = Ed25519KeyPair::generate().map_err(|_| Error::internal("cannot make a key"))?;
        let private = pair.to_pkcs8().map_err(|_| Error::internal("cannot write a key"))?;
        Ok(signing_key::Model {
            id: clock.new_id(),
            sealed_private_key: crypto::seal(&self.seal_key, SEAL_CONTEXT, private.as_ref())?,
            public_key: pair.public_key().as_ref().to_vec(),
            created_at: clock.now(),
            retired_at: None,
            signs_from: Some(signs_from),
        })
    }

    /// The key that signs now: the latest whose turn has come.
    pub fn signing(&self, now: DateTime<Utc>) -> Result<Arc<LoadedKey>, Error> {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        let signs = |key: &&Arc<LoadedKey>| key.signs_from <= now && key.retired_at.is_none_or(|at| at > now);
        let latest = loaded.iter().filter(signs).max_by_key(|key| (key.signs_from, key.id));
        latest.cloned().ok_or_else(|| Error::internal("no signing key"))
    }

    /// The key of this id, unless it is retired.
    pub fn verifying(&self, id: SigningKeyId, now: DateTime<Utc>) -> Option<Arc<LoadedKey>> {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        loaded.iter().find(|key| key.id == id && key.retired_at.is_none_or(|at| at > now)).cloned()
    }
}

/// A signing key as `linli admin keys` shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// Its id, the `kid` of tokens.
    pub id: Uuid,
    /// From when it signs.
    pub signs_from: DateTime<Utc>,
    /// Until when it verifies.
    pub verifies_until: Option<DateTime<Utc>>,
    /// What it does now.
    pub state: KeyState,
}

/// What a signing key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// It will sign.
    Next,
    /// It signs, and verifies.
    Signs,
    /// It verifies what it signed.
    Verifies,
    /// It does nothing any more.
    Retired,
}

/// Every signing key, the newest first.
pub async fn signing_keys(app: &App) -> Result<Vec<KeyInfo>, Error> {
    Ok(told(&repo::signing_keys(app.db.read()).await?, app.clock.now()))
}

fn told(rows: &[signing_key::Model], now: DateTime<Utc>) -> Vec<KeyInfo> {
    let from = |row: &signing_key::Model| row.signs_from.unwrap_or(row.created_at);
    let counts = |row: &signing_key::Model| row.retired_at.is_none_or(|at| at > now);
    let signing = rows.iter().filter(|row| counts(row) && from(row) <= now).max_by_key(|row| (from(row), row.id));
    let signing = signing.map(|row| row.id);
    rows.iter()
        .map(|row| KeyInfo {
            id: row.id.0,
            signs_from: from(row),
            verifies_until: row.retired_at,
            state: match () {
                () if !counts(row) => KeyState::Retired,
                () if from(row) > now => KeyState::Next,
                () if Some(row.id) == signing => KeyState::Signs,
                () => KeyState::Verifies,
            },
        })
        .collect()
}

/// Makes a key that will sign, at once when `now`, else when every node has loaded it. The keys before it verify until
/// the last token that they signed has expired.
pub async fn rotate_keys(app: &App, at_once: bool) -> Result<Uuid, Error> {
    let now = app.clock.now();
    let signs_from = if at_once { now } else { now + GRACE };
    let row = app.identity.tokens.keys.new_key(&app.clock, signs_from)?;
    let until = signs_from + Duration::minutes(i64::from(app.config.access_token_minutes)) + MARGIN;
    let id = row.id;
    app.db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                repo::lock_signing_keys(tx).await?;
                repo::insert_signing_key(tx, row).await?;
                Ok(repo::retire_others(tx, id, until).await.map(|_| ())?)
            })
        })
        .await?;
    app.identity.tokens.keys.reload(app.db.read()).await?;
    Ok(id.0)
}

/// Ends a key at once: whatever it signed is worth nothing any more. Another key must sign already.
pub async fn retire_key(app: &App, id: Uuid) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                repo::lock_signing_keys(tx).await?;
                let keys = told(&repo::signing_keys(tx).await?, now);
                let Some(key) = keys.iter().find(|key| key.id == id) else {
                    return Err(Refusal::new(Code::NotFound).into());
                };
                let others = keys.iter().filter(|key| key.id != id);
                let another = others.filter(|key| matches!(key.state, KeyState::Signs | KeyState::Verifies)).count();
                if key.state == KeyState::Signs && another == 0 {
                    return Err(Refusal::new(Code::InvalidValue).into());
                }
                Ok(repo::retire_key(tx, SigningKeyId(id), now).await.map(|_| ())?)
            })
        })
        .await?;
    app.identity.tokens.keys.reload(app.db.read()).await?;
    Ok(())
}
