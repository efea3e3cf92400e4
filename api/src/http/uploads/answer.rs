//! Refusals of uploads as HTTP says them: a status, and a JSON body with the code that GraphQL would carry.

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use super::{TUS_RESUMABLE, TUS_VERSION, VERSION};
use crate::error::{Code, Error, Locale};
use crate::graphql::error::TopLevel;
use crate::http::request_id::RequestId;

/// The header in which the protocol's version is said.
pub const PROTOCOL: &str = "Tus-Resumable";

/// `{"error": {"code", "message", "retryable"}}`, with the header at fault or the request's id where there is one.
pub fn failed(error: Error, locale: Locale, id: &RequestId) -> Response {
    let mut version_is_wrong = false;
    let (status, body) = match error {
        Error::Refused(refusal) => {
            version_is_wrong = refusal.field == [PROTOCOL];
            let status = if version_is_wrong { StatusCode::PRECONDITION_FAILED } else { status(refusal.code) };
            let mut body = json!({
                "code": refusal.code.as_str(),
                "message": refusal.message(locale),
                "retryable": refusal.code.retryable(),
            });
            if let Some(header) = refusal.field.first() {
                body["header"] = json!(header);
            }
            (status, body)
        }
        error => {
            let kind = TopLevel::of(&error);
            let mut body = top_level(kind, locale);
            if let Error::Internal(cause) = error {
                tracing::error!(?cause, "http.upload_failed");
                body["requestId"] = json!(id.0);
            }
            (crate::http::graphql::status(kind), body)
        }
    };
    let mut text = json!({ "error": body }).to_string();
    text.push('\n');
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(TUS_RESUMABLE, VERSION);
    if version_is_wrong {
        headers.insert(TUS_VERSION, VERSION);
    }
    response
}

/// The answer to a request that is not let through.
pub fn refused(kind: TopLevel, locale: Locale) -> Response {
    let mut text = json!({ "error": top_level(kind, locale) }).to_string();
    text.push('\n');
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8")),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (TUS_RESUMABLE, VERSION),
    ];
    (crate::http::graphql::status(kind), headers, text).into_response()
}

fn top_level(kind: TopLevel, locale: Locale) -> serde_json::Value {
    json!({ "code": kind.code(), "message": kind.message(locale), "retryable": kind == TopLevel::Overloaded })
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::UploadTaken | Code::UploadOffset | Code::UploadIncomplete | Code::UploadClaimed => StatusCode::CONFLICT,
        Code::UploadTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::UploadLimit | Code::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
        Code::UploadExpired => StatusCode::GONE,
        Code::MediaUnsupported | Code::MediaMismatch => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::MediaBroken | Code::MediaTooManyPixels | Code::MediaTooLong => StatusCode::UNPROCESSABLE_ENTITY,
        Code::LinkInvalid | Code::LinkExpired => StatusCode::FORBIDDEN,
        Code::StorageUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
