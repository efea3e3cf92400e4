//! The use cases of identity.

mod deputy;
mod export;
mod passwords;
mod sign_in;
mod staff;
mod staff_change;
mod tokens;

use std::sync::Arc;

pub use super::repo::{StaffFilter, StaffRow};
pub use deputy::viewer_of_staff;
pub use export::{staff_heads, staff_rows};
pub use sign_in::{
    SignedIn, request_code, sign_in_resident, sign_in_staff, sign_out, viewer_of_session, viewer_of_token,
};
pub use staff::{
    AdminCreated, NewAssignment, NewStaff, create_admin, create_staff, list_staff, set_duty, staff_count,
    staff_details, staff_member,
};
pub use staff_change::{StaffChange, change_staff};
pub use tokens::AccessToken;

use super::model::Viewer;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::error::Error;
use crate::infra::crypto::{self, Key};
use crate::infra::master_key::MasterKey;

/// What identity keeps in memory: signing keys, the key of its digests, and the password pool.
pub struct Identity {
    keys: tokens::SigningKeys,
    digest_key: Key,
    passwords: passwords::Pool,
}

impl Identity {
    /// Loads the signing keys; makes the first when there is none.
    pub async fn load(db: &Db, clock: &Clock, config: &Config, master: &MasterKey) -> Result<Arc<Self>, Error> {
        Ok(Arc::new(Self {
            keys: tokens::SigningKeys::load(db, clock, master).await?,
            digest_key: master.derive("sign-in digests v1"),
            passwords: passwords::Pool::new(config.password_workers)?,
        }))
    }

    /// A phone as it stands in tables of codes and tries: those are no directory of phones.
    fn phone_digest(&self, phone: &super::Phone) -> [u8; 32] {
        crypto::hmac_sha256(&self.digest_key, phone.as_str().as_bytes())
    }
}
