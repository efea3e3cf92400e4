//! The use cases of identity.

mod accounts;
mod deputy;
mod erase;
mod export;
mod guard;
mod keepers;
mod keys;
mod live;
mod password_change;
mod passwords;
mod refresh;
mod roles;
mod sessions;
mod sign_in;
mod staff;
mod staff_change;
mod tokens;
mod wechat;

use std::sync::Arc;

pub use super::repo::{RoleEventRow, SessionRow, StaffFilter, StaffRow};
pub use accounts::account_for;
pub use deputy::viewer_of_staff;
pub use erase::{Confirmed, EndedSessions, confirm, erase_account, own_account, require_no_staff, tell_ended};
pub use export::{role_name, staff_heads, staff_rows};
pub use keepers::Keepers;
pub use keys::{KeyInfo, KeyState, retire_key, rotate_keys, signing_keys};
pub use live::{session_over, viewer_of_session, viewer_of_token};
pub use password_change::{change_password, reset_password};
pub use refresh::refresh;
pub use roles::{NewRights, RoleRights, having_right, role_events, roles, set_role_rights};
pub use sessions::{list_sessions, revoke_other_sessions, revoke_session, session_count, sign_out};
pub use sign_in::{SignedIn, request_code, sign_in_resident, sign_in_staff};
pub use staff::{
    AdminCreated, NewAssignment, NewStaff, create_admin, create_staff, list_staff, set_duty, staff_count,
    staff_details, staff_member,
};
pub use staff_change::{StaffChange, change_staff};
pub use tokens::AccessToken;
pub use wechat::{bind_wechat, has_wechat, sign_in_wechat, unbind_wechat};

use super::model::Viewer;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::db::Db;
use crate::error::Error;
use crate::infra::crypto::{self, Key};
use crate::infra::limits::{LocalLimiter, RateLimiter, RedisLimiter, TableLimiter};
use crate::infra::master_key::MasterKey;
use crate::infra::redis::Redis;
use crate::infra::sessions::{LocalIndex, RedisIndex, SessionEvents, SessionIndex};
use crate::infra::wechat::Wechat;
use crate::state::App;

/// What identity keeps in memory: signing keys, the key of its digests, the password pool, limits, and what it knows of
/// sessions.
pub struct Identity {
    tokens: tokens::AccessTokens,
    digest_key: Key,
    passwords: passwords::Pool,
    guard: guard::Guard,
    index: Arc<dyn SessionIndex>,
    events: SessionEvents,
    seen: keepers::Seen,
    redis: Option<Arc<Redis>>,
    wechat: Option<Wechat>,
}

impl Identity {
    /// Loads the signing keys; makes the first when there is none.
    pub async fn load(db: &Db, clock: &Clock, config: &Config, master: &MasterKey) -> Result<Arc<Self>, Error> {
        let redis = match config.redis_url.as_str() {
            "" => None,
            url => Some(Redis::open(url).map_err(|ConfigError(why)| Error::internal(why))?),
        };
        let table: Arc<dyn RateLimiter> = Arc::new(TableLimiter::new(db.clone(), master.derive("limits v1")));
        let shared: Arc<dyn RateLimiter> = match &redis {
            Some(redis) => Arc::new(RedisLimiter::new(Arc::clone(redis))),
            // A file has one node; PostgreSQL may have many.
            None if config.sqlite_path().is_some() => Arc::new(LocalLimiter::default()),
            None => Arc::clone(&table),
        };
        let index: Arc<dyn SessionIndex> = match &redis {
            Some(redis) => Arc::new(RedisIndex::new(Arc::clone(redis))),
            None => Arc::new(LocalIndex::default()),
        };
        Ok(Arc::new(Self {
            tokens: tokens::AccessTokens::new(keys::SigningKeys::load(db, clock, master).await?),
            digest_key: master.derive("sign-in digests v1"),
            passwords: passwords::Pool::new(config.password_workers, config.password_queue)?,
            guard: guard::Guard::new(shared, table),
            index,
            events: SessionEvents::default(),
            seen: keepers::Seen::default(),
            redis,
            wechat: Wechat::new(config)?,
        }))
    }

    /// A phone as it stands in tables of codes and tries: those are no directory of phones.
    fn phone_digest(&self, phone: &super::Phone) -> [u8; 32] {
        crypto::hmac_sha256(&self.digest_key, phone.as_str().as_bytes())
    }

    /// Whether Redis answers; `None` when none is configured.
    pub fn redis_is_up(&self) -> Option<bool> {
        self.redis.as_ref().map(|redis| redis.is_up())
    }

    /// Tells whoever listens in this process which sessions end.
    pub fn events(&self) -> &SessionEvents {
        &self.events
    }
}

/// Writes now when sessions were last seen, which happens by itself every minute; how many.
pub async fn write_seen(app: &App) -> Result<u64, Error> {
    live::write_seen(&app.identity, &app.db).await
}
