//! All data of an account, as a file for its person.

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, Method};
use axum::response::{IntoResponse as _, Response};

use super::answer::{PRIVATE, refused};
use super::signed::{Parameters, shown};
use crate::domains::office;
use crate::http::Shared;
use crate::http::auth::locale;
use crate::http::request_id::RequestId;

/// Answers with the data that a signed address opens.
pub async fn own_data(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    method: Method,
    Path(asked): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let outcome = async { office::own_data(&shared.app, &shown(&method, &asked, parameters)?).await };
    match outcome.await {
        Ok(bytes) => answer(bytes),
        Err(error) => refused(error, locale(&headers), &id),
    }
}

fn answer(bytes: Vec<u8>) -> Response {
    let mut response = Body::from(bytes).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(PRIVATE));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox"));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"linli-my-data.json\""));
    response
}
