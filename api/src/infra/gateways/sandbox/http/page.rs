//! The page where a payer pays, or fails to. No scripts, nothing from elsewhere.

use std::sync::{Arc, LazyLock};

use askama::Template;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use entities::values::Money;

use super::super::super::yuan_of_fen;
use super::super::messages::State as OrderState;
use super::super::notifier::Letter;
use super::super::server::Shared;
use super::number;
use crate::infra::crypto;

const STYLE: &str = include_str!("../../../../../templates/pay.css");
/// Lets the sheet be applied and the form be sent here, and nothing else.
static POLICY: LazyLock<String> = LazyLock::new(|| {
    let digest = STANDARD.encode(crypto::sha256(STYLE.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
});

#[derive(Template)]
#[template(path = "pay.html")]
struct Pay<'a> {
    style: &'a str,
    merchant: &'a str,
    order: &'a str,
    description: &'a str,
    amount: String,
    open: bool,
    state: (&'static str, &'static str),
}

/// Shows an order.
pub async fn show(State(shared): State<Arc<Shared>>, Path(page): Path<String>) -> Response {
    let now = shared.clock.now();
    let html = shared.book(|book| {
        let entry = book.page(&page)?;
        let order = entry.now(now);
        let template = Pay {
            style: STYLE,
            merchant: &entry.merchant,
            order: order.order.as_str(),
            description: &entry.open.description,
            amount: yuan_of_fen(Money(order.amount)),
            open: order.state == OrderState::Open,
            state: words(order.state),
        };
        template.render().ok()
    });
    let Some(html) = html else { return StatusCode::NOT_FOUND.into_response() };
    let mut response = html.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if let Ok(policy) = HeaderValue::from_str(&POLICY) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Takes the payer's decision, tells the merchant, and shows the order again.
pub async fn decide(State(shared): State<Arc<Shared>>, Path(page): Path<String>, body: Bytes) -> Response {
    let pays = match body.as_ref() {
        b"outcome=pay" => true,
        b"outcome=fail" => false,
        _ => return StatusCode::BAD_REQUEST.into_response(),
    };
    let now = shared.clock.now();
    let told = shared.book(|book| {
        book.page(&page)?;
        Some(book.pay(&page, pays, format!("N{}", number()), now))
    });
    let Some(told) = told else { return StatusCode::NOT_FOUND.into_response() };
    if let Some((url, message)) = told {
        shared.notifier.send(Letter { url, message });
    }
    // Relative to the page, so that it holds behind any address.
    match HeaderValue::from_str(&page) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

fn words(state: OrderState) -> (&'static str, &'static str) {
    match state {
        OrderState::Open => ("待支付", "To be paid"),
        OrderState::Paid => ("支付成功", "Paid"),
        OrderState::Refunded => ("已退款", "Refunded"),
        OrderState::Closed => ("订单已关闭", "Closed"),
        OrderState::Failed => ("支付失败", "Failed"),
    }
}
