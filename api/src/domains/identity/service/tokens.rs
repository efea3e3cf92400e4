//! Access tokens: JWT signed with Ed25519, short-lived, of one algorithm.

use std::sync::{Arc, PoisonError, RwLock};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use chrono::{DateTime, Duration, Utc};
use entities::signing_key;
use entities::values::{AccountId, SessionId, SigningKeyId};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::repo;
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Error;
use crate::infra::crypto::{self, Key};
use crate::infra::master_key::MasterKey;

const ISSUER: &str = "linli";
const AUDIENCE: &str = "linli";
/// The `typ` header of an access token (RFC 9068).
const TYPE: &str = "at+jwt";
/// Bound into each sealed private key.
const SEAL_CONTEXT: &[u8] = b"signing key v1";

/// A signed access token and when it expires.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The token, for the `Authorization: Bearer` header.
    pub token: String,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: AccountId,
    sid: SessionId,
    iat: i64,
    exp: i64,
}

struct LoadedKey {
    id: SigningKeyId,
    signs: EncodingKey,
    verifies: DecodingKey,
}

/// The keys that this node signs and verifies with.
pub struct SigningKeys {
    seal_key: Key,
    loaded: RwLock<Vec<Arc<LoadedKey>>>,
}

impl SigningKeys {
    /// Loads the keys of the database; makes the first when there is none.
    pub async fn load(db: &Db, clock: &Clock, master: &MasterKey) -> Result<Self, Error> {
        let keys = Self { seal_key: master.derive("signing keys v1"), loaded: RwLock::default() };
        if keys.reload(db).await? == 0 {
            let row = keys.new_key(clock)?;
            db.write(move |tx| {
                let row = row.clone();
                Box::pin(async move { Ok(repo::insert_signing_key(tx, row).await?) })
            })
            .await?;
            keys.reload(db).await?;
        }
        Ok(keys)
    }

    async fn reload(&self, db: &Db) -> Result<usize, Error> {
        let mut loaded = Vec::new();
        for row in repo::signing_keys(db.read()).await? {
            let private = crypto::open(&self.seal_key, SEAL_CONTEXT, &row.sealed_private_key)?;
            loaded.push(Arc::new(LoadedKey {
                id: row.id,
                signs: EncodingKey::from_ed_der(&private),
                verifies: DecodingKey::from_ed_der(&row.public_key),
            }));
        }
        let count = loaded.len();
        *self.loaded.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(count)
    }

    fn new_key(&self, clock: &Clock) -> Result<signing_key::Model, Error> {
        let pair = Ed25519KeyPair::generate().map_err(|_| Error::internal("cannot make a key"))?;
        let private = pair.to_pkcs8().map_err(|_| Error::internal("cannot write a key"))?;
        Ok(signing_key::Model {
            id: clock.new_id(),
            sealed_private_key: crypto::seal(&self.seal_key, SEAL_CONTEXT, private.as_ref())?,
            public_key: pair.public_key().as_ref().to_vec(),
            created_at: clock.now(),
            retired_at: None,
        })
    }

    fn newest(&self) -> Result<Arc<LoadedKey>, Error> {
        let loaded = self.loaded.read().unwrap_or_else(PoisonError::into_inner);
        loaded.first().cloned().ok_or_else(|| Error::internal("no signing key"))
    }

    fn by_id(&self, id: SigningKeyId) -> Option<Arc<LoadedKey>> {
        self.loaded.read().unwrap_or_else(PoisonError::into_inner).iter().find(|key| key.id == id).cloned()
    }

    /// Signs a token that lives `minutes`.
    pub fn sign(
        &self,
        account: AccountId,
        session: SessionId,
        now: DateTime<Utc>,
        minutes: u32,
    ) -> Result<AccessToken, Error> {
        let key = self.newest()?;
        let expires_at = now + Duration::minutes(i64::from(minutes));
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.id.0.to_string());
        let claims = Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: account,
            sid: session,
            iat: now.timestamp(),
            exp: expires_at.timestamp(),
        };
        let token = encode(&header, &claims, &key.signs).map_err(|_| Error::internal("cannot sign a token"))?;
        Ok(AccessToken { token, expires_at })
    }

    /// The session of a token whose signature, issuer, audience, type, key id and expiry are all right.
    ///
    /// Keys that another node made meanwhile are looked up once.
    pub async fn verify(&self, db: &Db, token: &str, now: DateTime<Utc>) -> Result<SessionId, Error> {
        let header = decode_header(token).map_err(|_| Error::Unauthenticated)?;
        if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
            return Err(Error::Unauthenticated);
        }
        let id = header.kid.and_then(|kid| Uuid::parse_str(&kid).ok()).map(SigningKeyId);
        let id = id.ok_or(Error::Unauthenticated)?;
        let key = match self.by_id(id) {
            Some(key) => key,
            None => {
                self.reload(db).await?;
                self.by_id(id).ok_or(Error::Unauthenticated)?
            }
        };
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would ask the machine's clock; ours is injected.
        rules.validate_exp = false;
        let claims = decode::<Claims>(token, &key.verifies, &rules).map_err(|_| Error::Unauthenticated)?.claims;
        if claims.exp <= now.timestamp() {
            return Err(Error::Unauthenticated);
        }
        Ok(claims.sid)
    }
}
