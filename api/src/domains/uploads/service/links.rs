//! Links that open an upload for a while, and what they open.

use std::ops::Range;

use bytes::Bytes;
use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use entities::upload::Model;
use entities::values::{AccountId, MediaType, UploadId, UploadState};

use super::super::error::UploadError;
use super::super::repo;
use super::usable;
use crate::error::Error;
use crate::infra::crypto;
use crate::state::App;

/// Which of an upload's pictures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variant {
    /// As it was sent, without where it was taken.
    Original,
    /// Small.
    Thumbnail,
}

impl Variant {
    /// Its name in a link.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Thumbnail => "thumb",
        }
    }
}

/// A link, relative to the server's address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// Path and query.
    pub url: String,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
}

/// A link for somebody who may see what the upload belongs to; whoever has it needs nothing else.
pub fn link(app: &App, id: UploadId, variant: Variant) -> Link {
    let expires_at = (app.clock.now() + Duration::minutes(i64::from(app.config.link_minutes))).trunc_subsecs(0);
    let expires = expires_at.timestamp();
    let signature = hex::encode(signature(app, id, variant, expires));
    let url = format!("/uploads/{}?variant={}&expires={expires}&signature={signature}", id.0, variant.as_str());
    Link { url, expires_at }
}

fn signature(app: &App, id: UploadId, variant: Variant, expires: i64) -> [u8; 32] {
    crypto::hmac_sha256(&app.uploads.link_key, format!("{} {} {expires}", id.0, variant.as_str()).as_bytes())
}

/// Why somebody may look.
#[derive(Clone, Debug)]
pub enum Proof {
    /// A link of ours.
    Link {
        /// Until when, in seconds since 1970.
        expires: i64,
        /// In hexadecimal digits.
        signature: String,
    },
    /// Sent it, and nothing has claimed it yet.
    Owner(AccountId),
}

/// What was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// What the bytes are.
    pub media_type: MediaType,
    /// The bytes, or the range that was asked for.
    pub bytes: Bytes,
    /// The range, when it is one.
    pub range: Option<Range<u64>>,
    /// Length of the whole.
    pub length: u64,
}

/// Opens an upload; `range` chooses from its length what to read, and is for originals only.
pub async fn open(
    app: &App,
    id: UploadId,
    variant: Variant,
    proof: &Proof,
    range: impl FnOnce(u64) -> Option<Range<u64>> + Send,
) -> Result<Opened, Error> {
    let row = entitled(app, id, variant, proof).await?;
    let storage = &app.uploads.storage;
    let gone = || Error::internal("the bytes of an upload are gone");
    if variant == Variant::Thumbnail {
        let name = row.thumbnail_name.ok_or(UploadError::NotFound)?;
        let bytes = storage.get(&name, None).await?.ok_or_else(gone)?;
        let length = bytes.len() as u64;
        return Ok(Opened { media_type: MediaType::Jpeg, bytes, range: None, length });
    }
    let (name, length) = row.object_name.zip(row.stored_bytes).ok_or(UploadError::Incomplete)?;
    let length = u64::try_from(length).unwrap_or_default();
    let range = range(length);
    let bytes = storage.get(&name, range.clone()).await?.ok_or_else(gone)?;
    Ok(Opened { media_type: row.media_type, bytes, range, length })
}

async fn entitled(app: &App, id: UploadId, variant: Variant, proof: &Proof) -> Result<Model, Error> {
    let now = app.clock.now();
    match proof {
        Proof::Link { expires, signature: shown } => {
            let shown = hex::decode(shown).map_err(|_| UploadError::LinkInvalid)?;
            if !crypto::same(&shown, &signature(app, id, variant, *expires)) {
                return Err(UploadError::LinkInvalid.into());
            }
            if *expires <= now.timestamp() {
                return Err(UploadError::LinkExpired.into());
            }
            let row = repo::find_any(app.db.read(), id).await?;
            Ok(row.filter(|row| row.state == UploadState::Claimed).ok_or(UploadError::NotFound)?)
        }
        Proof::Owner(account) => {
            let row = repo::find(app.db.read(), *account, id).await?.ok_or(UploadError::NotFound)?;
            usable(&row, now)?;
            match row.state {
                UploadState::Stored => Ok(row),
                // From now on whoever may see the ticket is given links.
                UploadState::Claimed => Err(UploadError::LinkInvalid.into()),
                UploadState::Open | UploadState::Dropped => Err(UploadError::Incomplete.into()),
            }
        }
    }
}
