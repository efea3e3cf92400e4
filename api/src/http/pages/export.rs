//! A list as a file, piece by piece.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse as _, Response};

use super::answer::{PRIVATE, refused};
use super::signed::{Parameters, shown};
use crate::domains::office::{self, Download};
use crate::http::Shared;
use crate::http::auth::locale;
use crate::http::request_id::RequestId;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Answers with the file that a signed address opens.
pub async fn download(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    method: Method,
    Path(export): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let outcome = async { office::download(&shared.app, &shown(&method, &export, parameters)?).await };
    match outcome.await {
        Ok(file) => answer(file),
        Err(error) => refused(error, locale(&headers), &id),
    }
}

fn answer(file: Download) -> Response {
    let Download { name, length, bytes } = file;
    let mut response = Body::from_stream(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(XLSX));
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(PRIVATE));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(CONTENT_DISPOSITION, value);
    }
    response
}
