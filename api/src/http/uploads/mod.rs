//! Uploads: the core of tus 1.0 with its extensions `creation` and `expiration`, and the reading of what was sent.
//!
//! The client makes an upload's id, a UUID, and sends it as `id` in the metadata of the creation, beside `filetype`.

mod answer;
mod read;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entities::values::{MediaType, UploadId};
use futures_util::StreamExt as _;
use uuid::Uuid;

use super::Shared;
use super::auth::{authenticate, locale};
use super::request_id::RequestId;
use crate::domains::identity::Viewer;
use crate::domains::uploads::{self, Cut, NewUpload, Standing};
use crate::error::{Code, Error, Refusal};
use answer::failed;
pub use answer::refused;
pub use read::open;

const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const TUS_EXTENSION: HeaderName = HeaderName::from_static("tus-extension");
const TUS_MAX_SIZE: HeaderName = HeaderName::from_static("tus-max-size");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const PIECE: &str = "application/offset+octet-stream";

/// Says what this server can do.
pub async fn options(State(shared): State<Arc<Shared>>) -> Response {
    let headers = [
        (TUS_RESUMABLE, VERSION),
        (TUS_VERSION, VERSION),
        (TUS_EXTENSION, HeaderValue::from_static("creation,expiration")),
        (TUS_MAX_SIZE, HeaderValue::from(shared.app.config.upload_bytes)),
    ];
    (StatusCode::NO_CONTENT, headers).into_response()
}

/// Begins an upload.
pub async fn create(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let viewer = sender(&shared, &headers).await?;
        let new = new_upload(&headers)?;
        uploads::create(&shared.app, &viewer, new).await.map(|standing| (new.id, standing))
    };
    match outcome.await {
        Ok((upload, standing)) => {
            let mut response = told(StatusCode::CREATED, standing);
            if let Ok(location) = HeaderValue::from_str(&format!("/uploads/{}", upload.0)) {
                response.headers_mut().insert(LOCATION, location);
            }
            response
        }
        Err(error) => failed(error, locale(&headers), &id),
    }
}

/// How far an upload is.
pub async fn standing(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Path(upload): Path<String>,
    headers: HeaderMap,
) -> Response {
    let outcome = async {
        let viewer = sender(&shared, &headers).await?;
        uploads::standing(&shared.app, &viewer, upload_id(&upload)?).await
    };
    match outcome.await {
        Ok(standing) => {
            let mut response = told(StatusCode::OK, standing);
            response.headers_mut().insert(UPLOAD_LENGTH, HeaderValue::from(standing.size));
            response
        }
        Err(error) => failed(error, locale(&headers), &id),
    }
}

/// Takes a piece of an upload.
pub async fn append(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Path(upload): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let locale = locale(&headers);
    // A task of its own: what arrived is kept although the sender's connection, and with it this future, is gone.
    let work = tokio::spawn(async move {
        let viewer = sender(&shared, &headers).await?;
        if headers.get(CONTENT_TYPE).is_none_or(|value| value != PIECE) {
            return Err(invalid("Content-Type"));
        }
        let offset = number(&headers, &UPLOAD_OFFSET).ok_or_else(|| invalid("Upload-Offset"))?;
        let length = number(&headers, &CONTENT_LENGTH);
        let body = body.into_data_stream().map(|piece| piece.map_err(|_| Cut));
        uploads::append(&shared.app, &viewer, upload_id(&upload)?, offset, length, body).await
    });
    match work.await {
        Ok(Ok(standing)) => told(StatusCode::NO_CONTENT, standing),
        Ok(Err(error)) => failed(error, locale, &id),
        Err(_) => failed(Error::internal("receiving a piece panicked"), locale, &id),
    }
}

/// Whoever sends, if the request speaks our version of the protocol.
async fn sender(shared: &Shared, headers: &HeaderMap) -> Result<Viewer, Error> {
    let viewer = authenticate(shared, headers).await?.ok_or(Error::Unauthenticated)?;
    viewer.past_the_door()?;
    if headers.get(TUS_RESUMABLE) != Some(&VERSION) {
        return Err(invalid(answer::PROTOCOL));
    }
    Ok(viewer)
}

fn invalid(header: &'static str) -> Error {
    Refusal { field: vec![header], ..Refusal::new(Code::InvalidValue) }.into()
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.parse().ok()
}

fn upload_id(text: &str) -> Result<UploadId, Error> {
    Ok(read_id(text).ok_or_else(|| Refusal::new(Code::NotFound))?)
}

/// A UUID as it is usually written, so that an upload has one address; never the empty one.
fn read_id(text: &str) -> Option<UploadId> {
    let id = Uuid::try_parse(text).ok()?;
    (!id.is_nil() && id.to_string() == text).then_some(UploadId(id))
}

fn new_upload(headers: &HeaderMap) -> Result<NewUpload, Error> {
    let size = number(headers, &UPLOAD_LENGTH).ok_or_else(|| invalid("Upload-Length"))?;
    let metadata = headers.get(UPLOAD_METADATA).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let value = |name: &str| {
        let pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
        let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
        String::from_utf8(STANDARD.decode(value.trim()).ok()?).ok()
    };
    let id = value("id").and_then(|id| read_id(&id)).ok_or_else(|| invalid("Upload-Metadata"))?;
    let media_type = value("filetype").ok_or_else(|| invalid("Upload-Metadata"))?;
    let media_type = media_type_of(&media_type).ok_or_else(|| Refusal::new(Code::MediaUnsupported))?;
    Ok(NewUpload { id, size, media_type })
}

/// One of our types, also under the names that phones have for it.
fn media_type_of(text: &str) -> Option<MediaType> {
    match text.to_ascii_lowercase().as_str() {
        "image/jpg" => Some(MediaType::Jpeg),
        "image/heif" => Some(MediaType::Heic),
        "audio/m4a" | "audio/x-m4a" => Some(MediaType::Audio),
        other => MediaType::ALL.iter().find(|media| media.as_str() == other).copied(),
    }
}

fn told(status: StatusCode, standing: Standing) -> Response {
    let expires = standing.expires_at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut response = status.into_response();
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, VERSION);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(standing.received));
    if let Ok(expires) = HeaderValue::from_str(&expires) {
        headers.insert(UPLOAD_EXPIRES, expires);
    }
    response
}
