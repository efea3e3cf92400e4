//! A work order, for printing on A5.

use std::sync::Arc;

use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;

use super::answer::{PRIVATE, WORK_ORDER, page, refused};
use super::base;
use super::signed::{Parameters, shown};
use super::square::square;
use crate::domains::tickets::{self, WorkOrder};
use crate::error::Locale;
use crate::graphql::id::wire_id;
use crate::http::Shared;
use crate::http::auth::locale;
use crate::http::request_id::RequestId;

#[derive(Template)]
#[template(path = "work_order.html")]
struct Page<'a> {
    lang: &'a str,
    style: &'a str,
    locale: Locale,
    category: &'a str,
    code: String,
    code_says: &'a str,
    order: WorkOrder,
}

impl Page<'_> {
    fn t(&self, chinese: &'static str, english: &'static str) -> &'static str {
        self.locale.pick((chinese, english))
    }

    fn of(&self, label: &(&'static str, &'static str)) -> &'static str {
        self.locale.pick(*label)
    }
}

/// Answers with the work order that a signed address opens.
pub async fn work_order(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    method: Method,
    Path(ticket): Path<String>,
    Query(parameters): Query<Parameters>,
    headers: HeaderMap,
) -> Response {
    let locale = locale(&headers);
    let outcome = async { tickets::work_order(&shared.app, &shown(&method, &ticket, parameters)?).await };
    let order = match outcome.await {
        Ok(order) => order,
        Err(error) => return refused(error, locale, &id),
    };
    // Residents scan it in their hall; without a notice it tells the staff app which ticket this is.
    let code_says = match &order.notice_token {
        Some(token) => format!("{}/t/{token}", base(&shared, &headers)),
        None => wire_id(order.ticket_id).to_string(),
    };
    let (chinese, english) = order.category.clone();
    let template = Page {
        lang: locale.tag(),
        style: WORK_ORDER.text,
        locale,
        category: if locale == Locale::Chinese { &chinese } else { &english },
        code: square(&code_says),
        code_says: if order.notice_token.is_some() { "" } else { &code_says },
        order,
    };
    page(StatusCode::OK, &template, &WORK_ORDER, PRIVATE)
}
