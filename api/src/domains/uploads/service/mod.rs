//! The use cases of uploads.

mod append;
mod claim;
mod create;
mod finish;
mod links;
mod receiving;

pub use append::{Cut, append};
pub use claim::{Claimed, claim, discard, forget_uploads, own_uploads};
pub use create::{NewUpload, create, standing};
pub use links::{Link, Opened, Proof, Variant, link, open};

use chrono::{DateTime, Utc};
use entities::upload::Model;
use entities::values::{UploadId, UploadState};
use tokio::sync::Semaphore;

use self::receiving::Receiving;
use super::error::UploadError;
use super::model::Limits;
use crate::config::{Config, ConfigError};
use crate::error::Error;
use crate::infra::crypto::{self, Key};
use crate::infra::master_key::MasterKey;
use crate::infra::storage::Storage;

/// What uploads keep in memory: the store, the key of links, and who may work at the same time.
pub struct Uploads {
    /// Where the bytes are.
    pub storage: Storage,
    limits: Limits,
    link_key: Key,
    receiving: Receiving,
    examining: Semaphore,
}

impl Uploads {
    /// As the configuration says.
    pub fn new(config: &Config, master: &MasterKey) -> Result<Self, ConfigError> {
        Ok(Self {
            storage: Storage::new(config)?,
            limits: Limits {
                megapixels: config.upload_megapixels,
                film_seconds: config.upload_film_seconds,
                voice_seconds: config.upload_voice_seconds,
            },
            link_key: master.derive("upload links v1"),
            receiving: Receiving::default(),
            examining: Semaphore::new(config.upload_workers as usize),
        })
    }
}

/// How far an upload is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// Bytes that are kept.
    pub received: i64,
    /// Bytes that were declared.
    pub size: i64,
    /// When it is gone unless a ticket claims it.
    pub expires_at: DateTime<Utc>,
}

impl From<&Model> for Standing {
    fn from(row: &Model) -> Self {
        Self { received: row.received, size: row.size, expires_at: row.expires_at }
    }
}

/// Refuses what was dropped, or is past its time.
fn usable(row: &Model, now: DateTime<Utc>) -> Result<(), UploadError> {
    match (row.state, &row.refusal) {
        (UploadState::Dropped, Some(refusal)) => Err(UploadError::Dropped(refusal.clone())),
        (UploadState::Open | UploadState::Stored, _) if row.expires_at <= now => Err(UploadError::Expired),
        _ => Ok(()),
    }
}

/// The folder of an upload's objects. Its first part spreads uploads over 256 folders.
pub(super) fn folder(id: UploadId) -> String {
    format!("{:02x}/{}", id.0.as_bytes()[15], id.0)
}

/// A name in an upload's folder that nobody else uses.
fn object_name(id: UploadId, what: &str) -> Result<String, Error> {
    Ok(format!("{}/{what}-{}", folder(id), hex::encode(crypto::random::<8>()?)))
}
