//! Addresses that open something for a while.

use async_graphql::SimpleObject;

use super::scalars::DateTime;
use crate::infra::signed;

/// An address that opens for a while to whoever has it, without a token.
#[derive(SimpleObject, Clone)]
pub struct SignedLink {
    /// The address, relative to the server's.
    pub url: String,
    /// Until when it opens; then ask for another.
    pub expires_at: DateTime,
}

impl From<signed::SignedLink> for SignedLink {
    fn from(link: signed::SignedLink) -> Self {
        Self { url: link.url, expires_at: link.expires_at.into() }
    }
}
