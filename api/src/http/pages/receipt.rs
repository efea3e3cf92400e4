//! A receipt, for printing on A5.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::answer::{PRIVATE, RECEIPT, page, refused};
use super::signed::{Parameters, shown};
use crate::domains::payments::{self, ReceiptPaper};
use crate::error::Locale;
use crate::http::Shared;
use crate::http::auth::locale;
use crate::http::request_id::RequestId;

#[derive(Template)]
#[template(path = "receipt.html")]
struct Page<'a> {
    lang: &'a str,
    style: &'a str,
    locale: Locale,
    receipt: ReceiptPaper,
}

impl Page<'_> {
    fn t(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.locale.pick((chinese, english))
    }

    fn of<'n>(&self, names: &'n (String, String)) -> &'n str {
        match self.locale {
            Locale::Chinese => &names.0,
            Locale::English => &names.1,
        }
    }
}

/// Answers with the receipt that a signed address opens.
pub async fn receipt(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    method: Method,
    Path(receipt): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let locale = locale(&headers);
    let outcome = async { payments::receipt_paper(&shared.app, &shown(&method, &receipt, parameters)?).await };
    match outcome.await {
        Ok(receipt) => {
            let template = Page { lang: locale.tag(), style: RECEIPT.text, locale, receipt };
            page(StatusCode::OK, &template, &RECEIPT, PRIVATE)
        }
        Err(error) => refused(error, locale, &id),
    }
}
