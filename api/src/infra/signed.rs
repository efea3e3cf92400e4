//! Addresses that open something for a while to whoever has them: signed with keys that follow from the master key, so
//! that every node takes them and no row is needed.

use chrono::{DateTime, Duration, SubsecRound as _, Utc};
use uuid::Uuid;

use super::crypto::{self, Key};
use super::master_key::MasterKey;
use crate::error::{Code, Error, Refusal};

/// What an address opens; each has a key of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Purpose {
    /// A work order, for printing.
    WorkOrder,
    /// The file of an export.
    Export,
    /// All data of an account, for its person.
    OwnData,
    /// A receipt, for printing.
    Receipt,
}

impl Purpose {
    const fn path(self) -> &'static str {
        match self {
            Self::WorkOrder => "/print/tickets",
            Self::Export => "/exports",
            Self::OwnData => "/own-data",
            Self::Receipt => "/print/receipts",
        }
    }
}

/// An address, relative to the server's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SignedLink {
    /// Path and query.
    pub url: String,
    /// Until when it opens.
    pub expires_at: DateTime<Utc>,
}

/// What somebody shows to be let in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shown {
    /// What is to be opened.
    pub object: Uuid,
    /// For whom the address was made.
    pub by: Uuid,
    /// Until when it opens, in seconds since 1970.
    pub expires: i64,
    /// In hexadecimal digits.
    pub signature: String,
}

/// Makes and checks addresses, and the tokens of notices.
pub struct Signer {
    work_order: Key,
    export: Key,
    own_data: Key,
    receipt: Key,
    notice: Key,
}

impl Signer {
    /// With keys of this master key.
    pub fn new(master: &MasterKey) -> Self {
        Self {
            work_order: master.derive("work order links v1"),
            export: master.derive("export links v1"),
            own_data: master.derive("own data links v1"),
            receipt: master.derive("receipt links v1"),
            notice: master.derive("notice tokens v1"),
        }
    }

    /// An address that opens `object` as `by` sees it, for so many minutes.
    pub fn link(&self, purpose: Purpose, object: Uuid, by: Uuid, now: DateTime<Utc>, minutes: u32) -> SignedLink {
        let expires_at = (now + Duration::minutes(i64::from(minutes))).trunc_subsecs(0);
        let expires = expires_at.timestamp();
        let signature = hex::encode(self.signature(purpose, object, by, expires));
        let url = format!("{}/{object}?by={by}&expires={expires}&signature={signature}", purpose.path());
        SignedLink { url, expires_at }
    }

    /// Refuses an address that is not ours, or whose time is over.
    pub fn check(&self, purpose: Purpose, shown: &Shown, now: DateTime<Utc>) -> Result<(), Error> {
        let signature = hex::decode(&shown.signature).map_err(|_| Refusal::new(Code::LinkInvalid))?;
        if !crypto::same(&signature, &self.signature(purpose, shown.object, shown.by, shown.expires)) {
            return Err(Refusal::new(Code::LinkInvalid).into());
        }
        if shown.expires <= now.timestamp() {
            return Err(Refusal::new(Code::LinkExpired).into());
        }
        Ok(())
    }

    fn signature(&self, purpose: Purpose, object: Uuid, by: Uuid, expires: i64) -> [u8; 32] {
        let key = match purpose {
            Purpose::WorkOrder => &self.work_order,
            Purpose::Export => &self.export,
            Purpose::OwnData => &self.own_data,
            Purpose::Receipt => &self.receipt,
        };
        crypto::hmac_sha256(key, format!("{object} {by} {expires}").as_bytes())
    }

    /// The token of a notice: 256 bits that nobody can tell from random ones without the master key.
    pub fn notice_token(&self, notice: Uuid) -> String {
        hex::encode(crypto::hmac_sha256(&self.notice, notice.as_bytes()))
    }
}

/// What the database keeps of a token.
pub fn token_hash(token: &str) -> Vec<u8> {
    crypto::sha256(token.as_bytes()).to_vec()
}
