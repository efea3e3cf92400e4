//! Where a public fault stands, for everybody who has its link; and the poster with the code that leads there.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::answer::{NOTICE, POSTER, PRIVATE, PUBLIC, nothing_here, page, refused};
use super::base;
use super::square::square;
use crate::domains::tickets::{self, PublicNotice};
use crate::http::Shared;
use crate::http::auth::locale;
use crate::http::request_id::RequestId;

#[derive(Template)]
#[template(path = "notice.html")]
struct Page<'a> {
    style: &'a str,
    notice: &'a PublicNotice,
}

#[derive(Template)]
#[template(path = "poster.html")]
struct Poster<'a> {
    style: &'a str,
    code: String,
    notice: &'a PublicNotice,
}

/// Answers with the public page of a token.
pub async fn notice(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    match tickets::public_notice(&shared.app, &token).await {
        Ok(Some(found)) => page(StatusCode::OK, &Page { style: NOTICE.text, notice: &found }, &NOTICE, PUBLIC),
        Ok(None) => nothing_here(),
        Err(error) => refused(error, locale(&headers), &id),
    }
}

/// Answers with the poster of a token, for printing on A4.
pub async fn poster(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Path(token): Path<String>,
    headers: HeaderMap,
) -> Response {
    match tickets::public_notice(&shared.app, &token).await {
        Ok(Some(found)) => {
            let code = square(&format!("{}/t/{token}", base(&shared, &headers)));
            page(StatusCode::OK, &Poster { style: POSTER.text, code, notice: &found }, &POSTER, PRIVATE)
        }
        Ok(None) => nothing_here(),
        Err(error) => refused(error, locale(&headers), &id),
    }
}
