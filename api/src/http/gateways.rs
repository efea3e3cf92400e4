//! What payment gateways tell us by themselves.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};

use super::Shared;
use crate::domains::payments::{self, Told};

/// Takes a notification: the bytes as they came, because they are what was signed.
///
/// 2xx means that what it tells is in the ledger; everything else that the gateway is to say it again.
pub async fn notify(
    State(shared): State<Arc<Shared>>,
    Path((gateway, merchant)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let told = Told { gateway: &gateway, merchant: &merchant, headers: &headers, body: &body };
    match payments::take_notice(&shared.app, told).await {
        Some(reply) => {
            let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(CONTENT_TYPE, HeaderValue::from_static(reply.content_type))], reply.body).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
