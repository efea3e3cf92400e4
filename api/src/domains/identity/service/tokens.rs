//! Access tokens: JWT signed with Ed25519, short-lived, of one algorithm.

use std::time::Duration as Span;

use chrono::{DateTime, Duration, Utc};
use entities::values::{AccountId, SessionId, SigningKeyId};
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::keys::SigningKeys;
use crate::db::Db;
use crate::error::Error;
use crate::infra::crypto;

const ISSUER: &str = "linli";
const AUDIENCE: &str = "linli";
/// The `typ` header of an access token (RFC 9068).
const TYPE: &str = "at+jwt";
/// Longest token in bytes; ours have about 400.
const LONGEST: usize = 2_048;
/// Tokens whose signature this node remembers to have verified, and for how long.
const VERIFIED_MOST: u64 = 50_000;
const VERIFIED_FOR: Span = Span::from_secs(900);

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

/// What the signature of a token vouches for.
#[derive(Clone, Copy)]
struct Verified {
    key: SigningKeyId,
    session: SessionId,
    exp: i64,
}

/// Signs and verifies access tokens.
pub struct AccessTokens {
    /// The keys.
    pub keys: SigningKeys,
    /// By the token's digest: a signature is checked once, which costs more than the query behind it.
    verified: Cache<[u8; 32], Verified>,
}

impl AccessTokens {
    /// Signs with these keys.
    pub fn new(keys: SigningKeys) -> Self {
        Self { keys, verified: Cache::builder().max_capacity(VERIFIED_MOST).time_to_live(VERIFIED_FOR).build() }
    }

    /// Signs a token that lives `minutes`.
    pub fn sign(
        &self,
        account: AccountId,
        session: SessionId,
        now: DateTime<Utc>,
        minutes: u32,
    ) -> Result<AccessToken, Error> {
        let key = self.keys.signing(now)?;
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
    /// The signature is checked once; expiry, and whether the key still counts, every time.
    pub async fn verify(&self, db: &Db, token: &str, now: DateTime<Utc>) -> Result<SessionId, Error> {
        if token.len() > LONGEST {
            return Err(Error::Unauthenticated);
        }
        let digest = crypto::sha256(token.as_bytes());
        let verified = match self.verified.get(&digest) {
            Some(verified) => verified,
            None => {
                let verified = self.check(db, token, now).await?;
                self.verified.insert(digest, verified);
                verified
            }
        };
        if verified.exp <= now.timestamp() || self.keys.verifying(verified.key, now).is_none() {
            return Err(Error::Unauthenticated);
        }
        Ok(verified.session)
    }

    async fn check(&self, db: &Db, token: &str, now: DateTime<Utc>) -> Result<Verified, Error> {
        let header = decode_header(token).map_err(|_| Error::Unauthenticated)?;
        if header.alg != Algorithm::EdDSA || header.typ.as_deref() != Some(TYPE) {
            return Err(Error::Unauthenticated);
        }
        let id = header.kid.and_then(|kid| Uuid::parse_str(&kid).ok()).map(SigningKeyId);
        let id = id.ok_or(Error::Unauthenticated)?;
        let key = match self.keys.verifying(id, now) {
            Some(key) => key,
            None => {
                // Another node may have made it meanwhile.
                self.keys.look_again(db).await?;
                self.keys.verifying(id, now).ok_or(Error::Unauthenticated)?
            }
        };
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        // The library would ask the machine's clock; ours is injected.
        rules.validate_exp = false;
        let claims = decode::<Claims>(token, &key.verifies, &rules).map_err(|_| Error::Unauthenticated)?.claims;
        Ok(Verified { key: id, session: claims.sid, exp: claims.exp })
    }
}
