//! Who sends a request, and in which language the answer is written.

use axum::http::HeaderMap;
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION};

use super::Shared;
use crate::domains::identity::{self, Viewer};
use crate::error::{Error, Locale};

/// The viewer of the access token; `None` without one.
pub async fn authenticate(shared: &Shared, headers: &HeaderMap) -> Result<Option<Viewer>, Error> {
    let Some(header) = headers.get(AUTHORIZATION) else { return Ok(None) };
    let token = header.to_str().ok().and_then(|value| value.strip_prefix("Bearer ")).ok_or(Error::Unauthenticated)?;
    identity::viewer_of_token(&shared.app, token.trim()).await.map(Some)
}

/// The language that the client asks for.
pub fn locale(headers: &HeaderMap) -> Locale {
    let language = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Locale::from_accept_language(language)
}
