//! Reading an upload: by a signed link, or by whoever sent it until a ticket claims it.

use std::ops::Range;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use entities::values::{MediaType, UploadId};
use serde::Deserialize;

use super::answer::failed;
use super::upload_id;
use crate::domains::uploads::{self, Opened, Proof, UploadError, Variant};
use crate::error::Error;
use crate::http::Shared;
use crate::http::auth::{authenticate, locale};
use crate::http::request_id::RequestId;

/// What a link carries.
#[derive(Deserialize)]
pub struct Parameters {
    variant: Option<String>,
    expires: Option<String>,
    signature: Option<String>,
}

/// Answers with the bytes, or with the one range of them that was asked for: players of films need that.
pub async fn open(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Path(upload): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let upload = upload_id(&upload)?;
        let variant = match parameters.variant.as_deref() {
            None => Variant::Original,
            Some(name) if name == Variant::Original.as_str() => Variant::Original,
            Some(name) if name == Variant::Thumbnail.as_str() => Variant::Thumbnail,
            Some(_) => return Err(UploadError::LinkInvalid.into()),
        };
        let proof = proof(&shared, &headers, parameters).await?;
        let wanted = |length| headers.get(RANGE)?.to_str().ok().and_then(|range| read_range(range, length));
        let opened = uploads::open(&shared.app, upload, variant, &proof, wanted).await?;
        Ok((upload, variant, opened))
    };
    match outcome.await {
        Ok((upload, variant, opened)) => {
            let minutes = shared.app.config.link_minutes;
            answer(upload, variant, opened, minutes)
        }
        Err(error) => failed(error, locale(&headers), &id),
    }
}

async fn proof(shared: &Shared, headers: &HeaderMap, parameters: Parameters) -> Result<Proof, Error> {
    match (parameters.expires, parameters.signature) {
        (None, None) => {
            let viewer = authenticate(shared, headers).await?.ok_or(Error::Unauthenticated)?;
            viewer.past_the_door()?;
            Ok(Proof::Owner(viewer.account_id))
        }
        (Some(expires), Some(signature)) => {
            let expires = expires.parse().map_err(|_| UploadError::LinkInvalid)?;
            Ok(Proof::Link { expires, signature })
        }
        _ => Err(UploadError::LinkInvalid.into()),
    }
}

/// The one range `bytes=FROM-TO`, `bytes=FROM-` or `bytes=-LAST`; whatever else is asked for is answered with the whole,
/// as HTTP allows.
fn read_range(text: &str, length: u64) -> Option<Range<u64>> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    let range = match (from.trim(), to.trim()) {
        ("", last) => length.saturating_sub(last.parse().ok()?)..length,
        (from, "") => from.parse().ok()?..length,
        (from, to) => from.parse().ok()?..to.parse::<u64>().ok()?.checked_add(1)?.min(length),
    };
    (range.start < range.end).then_some(range)
}

fn answer(upload: UploadId, variant: Variant, opened: Opened, minutes: u32) -> Response {
    let Opened { media_type, bytes, range, length } = opened;
    let name = format!("inline; filename=\"{}.{}\"", upload.0, extension(media_type));
    let status = if range.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = (status, Body::from(bytes)).into_response();
    let headers = response.headers_mut();
    // What is not ours to interpret is never interpreted: the type is the one that was proven, and nothing runs.
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type.as_str()));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    let texts = [(CONTENT_DISPOSITION, name), (CACHE_CONTROL, format!("private, max-age={}", u64::from(minutes) * 60))];
    for (header, text) in texts {
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.insert(header, value);
        }
    }
    if variant == Variant::Original {
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    }
    let place = range.map(|range| format!("bytes {}-{}/{length}", range.start, range.end - 1));
    if let Some(Ok(value)) = place.as_deref().map(HeaderValue::from_str) {
        headers.insert(CONTENT_RANGE, value);
    }
    response
}

const fn extension(media_type: MediaType) -> &'static str {
    match media_type {
        MediaType::Jpeg => "jpg",
        MediaType::Png => "png",
        MediaType::Heic => "heic",
        MediaType::Audio => "m4a",
        MediaType::Video => "mp4",
    }
}

#[cfg(test)]
mod tests {
    use super::read_range;

    #[test]
    fn a_range_is_read_as_http_has_it() {
        assert_eq!(read_range("bytes=0-0", 10), Some(0..1));
        assert_eq!(read_range("bytes=2-", 10), Some(2..10));
        assert_eq!(read_range("bytes=-3", 10), Some(7..10));
        assert_eq!(read_range("bytes=-30", 10), Some(0..10));
        assert_eq!(read_range("bytes=5-99", 10), Some(5..10));
        for whole in ["bytes=10-", "bytes=3-2", "bytes=0-1,3-4", "lines=0-1", "bytes=", "bytes=-0", "bytes=a-b"] {
            assert_eq!(read_range(whole, 10), None, "{whole}");
        }
    }
}
