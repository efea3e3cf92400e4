//! What browsers are told: which pages may call the API, and that nothing of ours is to be framed, sniffed or told on.
//! There are no cookies, so a page that is not on the list can do nothing in anybody's name.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST,
    LOCATION, ORIGIN, REFERRER_POLICY, RETRY_AFTER, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tower::ServiceExt as _;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::config::{Config, ConfigError};

/// Seconds for which a browser remembers what it may send.
const REMEMBERED: Duration = Duration::from_secs(86_400);

/// Request headers of ours and of the upload protocol.
const SENT: [&str; 8] = [
    "linli-client",
    "linli-cost",
    "tus-resumable",
    "upload-length",
    "upload-metadata",
    "upload-offset",
    "range",
    "x-requested-with",
];
/// Response headers that pages may read.
const READ: [&str; 9] = [
    "x-request-id",
    "tus-resumable",
    "tus-version",
    "tus-extension",
    "tus-max-size",
    "upload-expires",
    "upload-length",
    "upload-offset",
    "content-range",
];

/// The origins on the list.
#[derive(Clone, Debug)]
pub struct Origins(Vec<HeaderValue>);

impl Origins {
    /// Reads `https://a.example, https://b.example`.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let origins = entries.map(|entry| {
            let host = entry.strip_prefix("https://").or_else(|| entry.strip_prefix("http://"));
            let sound = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '*', ' ', '@', '?', '#']));
            let refuse = || ConfigError(format!("configuration: `cors_origins`: {entry:?} is no origin"));
            HeaderValue::from_str(entry).ok().filter(|_| sound).ok_or_else(refuse)
        });
        Ok(Self(origins.collect::<Result<_, _>>()?))
    }

    /// Whether a page may open a WebSocket, which browsers allow to every page: it must be on the list or ours. What is
    /// no browser sends no origin.
    pub fn may_connect(&self, headers: &HeaderMap) -> bool {
        let Some(origin) = headers.get(ORIGIN) else { return true };
        let host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host.as_bytes());
        self.0.contains(origin) || (host.is_some() && host == headers.get(HOST).map(HeaderValue::as_bytes))
    }
}

/// Answers pages of other origins that are on the list.
pub fn allow(routes: Router, origins: Origins) -> Router {
    if origins.0.is_empty() {
        return routes;
    }
    let headers = SENT.map(HeaderName::from_static).into_iter().chain([AUTHORIZATION, CONTENT_TYPE, ACCEPT_LANGUAGE]);
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins.0))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PATCH])
        .allow_headers(headers.collect::<Vec<_>>())
        .expose_headers(
            READ.map(HeaderName::from_static).into_iter().chain([LOCATION, RETRY_AFTER]).collect::<Vec<_>>(),
        )
        .max_age(REMEMBERED);
    let answering = routes.clone().layer(cors);
    answering.layer(axum::middleware::from_fn_with_state(routes, past_cors))
}

/// The layer takes every OPTIONS for a browser's question before a request; the upload protocol has a meaning of its own
/// for it.
async fn past_cors(State(routes): State<Router>, request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS && !request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD) {
        return match routes.oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
    }
    next.run(request).await
}

/// The headers of every answer.
#[derive(Clone)]
pub struct Headers {
    transport: Option<HeaderValue>,
}

impl Headers {
    /// By the configuration.
    pub fn new(config: &Config) -> Self {
        let seconds = Some(config.hsts_seconds).filter(|seconds| *seconds > 0);
        let text = seconds.map(|seconds| format!("max-age={seconds}; includeSubDomains"));
        Self { transport: text.and_then(|text| HeaderValue::from_str(&text).ok()) }
    }
}

/// Adds them, where an answer has not said otherwise.
pub async fn protect(State(headers): State<Headers>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let page = response.headers().get(CONTENT_TYPE).is_some_and(|value| value.as_bytes().starts_with(b"text/html"));
    // The one page that we have, GraphiQL, loads its program from elsewhere.
    let policy = if page { "frame-ancestors 'none'" } else { "default-src 'none'; frame-ancestors 'none'" };
    let fixed = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, policy),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in fixed {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Some(transport) = headers.transport {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, transport);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::Origins;
    use axum::http::{HeaderMap, HeaderValue, header};

    #[test]
    fn a_list_of_origins_is_read() {
        assert!(Origins::read("").is_ok());
        assert!(Origins::read("https://a.example, http://localhost:3000").is_ok());
        for bad in ["*", "a.example", "https://", "https://a.example/", "https://*.example", "ftp://a", "null"] {
            assert!(Origins::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_page_of_another_origin_opens_no_socket() {
        let origins = Origins::read("https://desk.example").expect("an origin");
        for (origin, may) in [
            (None, true),
            (Some("https://desk.example"), true),
            (Some("http://linli.example:8000"), true),
            (Some("https://evil.example"), false),
            (Some("http://linli.example"), false),
            (Some("null"), false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("linli.example:8000"));
            headers.extend(origin.map(|origin| (header::ORIGIN, HeaderValue::from_static(origin))));
            assert_eq!(origins.may_connect(&headers), may, "{origin:?}");
        }
    }
}
