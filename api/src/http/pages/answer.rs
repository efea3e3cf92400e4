//! What every page is answered with: a policy that lets nothing run or load, and its refusals in words.

use std::sync::LazyLock;

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Code, Error, Locale};
use crate::graphql::error::TopLevel;
use crate::http::request_id::RequestId;
use crate::infra::crypto;

const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// A page that only the one who asked may keep, and nobody on the way.
pub const PRIVATE: &str = "no-store";
/// A page that is everybody's, for a minute.
pub const PUBLIC: &str = "public, max-age=60";

/// A style sheet with the policy that lets it, and nothing else, be applied.
pub struct Style {
    /// The sheet, as it stands in the page.
    pub text: &'static str,
    policy: LazyLock<String>,
}

macro_rules! style {
    ($(#[$doc:meta])* $name:ident = $file:literal) => {
        $(#[$doc])*
        pub static $name: Style =
            Style { text: include_str!(concat!("../../../templates/", $file)), policy: LazyLock::new(|| policy($name.text)) };
    };
}
style!(
    /// Of work orders.
    WORK_ORDER = "work_order.css"
);
style!(
    /// Of receipts.
    RECEIPT = "receipt.css"
);
style!(
    /// Of public pages, and of refusals.
    NOTICE = "notice.css"
);
style!(
    /// Of posters.
    POSTER = "poster.css"
);

fn policy(style: &str) -> String {
    let digest = STANDARD.encode(crypto::sha256(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// A page.
pub fn page(status: StatusCode, template: &impl Template, style: &Style, caching: &'static str) -> Response {
    let Ok(html) = template.render() else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    if let Ok(policy) = HeaderValue::from_str(&style.policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    lang: &'a str,
    style: &'a str,
    message: &'a str,
    code: &'a str,
}

/// A refusal with its code, in the reader's language.
pub fn refused(error: Error, locale: Locale, id: &RequestId) -> Response {
    let (status, (message, code)) = match error {
        Error::Refused(refusal) => (status(refusal.code), (refusal.message(locale), refusal.code.as_str())),
        error => {
            let kind = TopLevel::of(&error);
            if let Error::Internal(cause) = error {
                tracing::error!(?cause, request = %id.0, "http.page_failed");
            }
            (crate::http::graphql::status(kind), (kind.message(locale).to_owned(), kind.code()))
        }
    };
    let template = Refused { lang: locale.tag(), style: NOTICE.text, message: &message, code };
    page(status, &template, &NOTICE, PRIVATE)
}

/// The one answer to every public address that opens nothing.
pub fn nothing_here() -> Response {
    let code = Code::NotFound;
    let message = format!("{} {}", code.text(Locale::Chinese), code.text(Locale::English));
    let template = Refused { lang: "zh-CN", style: NOTICE.text, message: &message, code: code.as_str() };
    page(StatusCode::NOT_FOUND, &template, &NOTICE, PUBLIC)
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::LinkExpired => StatusCode::GONE,
        Code::LinkInvalid | Code::ExportOutdated => StatusCode::FORBIDDEN,
        Code::StorageUnavailable => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_REQUEST,
    }
}
