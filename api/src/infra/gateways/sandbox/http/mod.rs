//! The sandbox over HTTP.

mod page;

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;
use uuid::Uuid;

use super::super::{OrderNo, RefundNo};
use super::book::Refused;
use super::messages::{Open, Opened, Refusal, Return};
use super::notifier::{Letter, Switches};
use super::server::Shared;
use super::signing::{MERCHANT, NONCE, SIGNATURE, TIMESTAMP};

/// Largest request, in bytes.
const BODY_MAX: usize = 64 * 1024;

/// Serves until it is told to stop.
pub async fn serve(listener: TcpListener, shared: Arc<Shared>, stop: impl Future<Output = ()> + Send + 'static) {
    let router = Router::new()
        .route("/v1/{*rest}", any(api))
        .route("/pay/{page}", get(page::show).post(page::decide))
        .route("/switches", get(switches).put(switch))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(shared);
    if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(stop).await {
        tracing::error!(%error, "sandbox.failed");
    }
}

/// A new number of the sandbox's.
fn number() -> String {
    format!("SB{}", Uuid::new_v4().simple())
}

async fn switches(State(shared): State<Arc<Shared>>) -> Response {
    json(StatusCode::OK, &shared.notifier.switches())
}

/// Not signed: whoever reaches the sandbox may turn its switches. A browser does not send `PUT` to another site unasked.
async fn switch(State(shared): State<Arc<Shared>>, body: Bytes) -> Response {
    match serde_json::from_slice::<Switches>(&body) {
        Ok(switches) => {
            shared.notifier.switch(switches);
            json(StatusCode::OK, &switches)
        }
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => (status, [(CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Everything that merchants ask: the signature first, then the path.
async fn api(State(shared): State<Arc<Shared>>, method: Method, uri: Uri, headers: HeaderMap, body: Bytes) -> Response {
    let merchant = headers.get(MERCHANT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = shared.key(merchant);
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    let now = shared.clock.now();
    if merchant.is_empty() || key.check(&format!("{method}\n{target}\n"), &headers, &body, now).is_err() {
        return (StatusCode::UNAUTHORIZED, "SIGN_ERROR").into_response();
    }
    let path: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    let (status, body) = match answer(&shared, merchant, &method, &path, &body) {
        Ok(body) => (StatusCode::OK, body),
        Err(code) => {
            let refusal = Refusal { code: code.to_owned(), message: code.to_owned() };
            let status = if code.ends_with("NOT_EXIST") { StatusCode::NOT_FOUND } else { StatusCode::BAD_REQUEST };
            (status, serde_json::to_vec(&refusal).unwrap_or_default())
        }
    };
    let Ok(signed) = key.sign("", &body, now) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let head = [(TIMESTAMP, signed.timestamp), (NONCE, signed.nonce), (SIGNATURE, signed.signature)];
    (status, head, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn answer(
    shared: &Arc<Shared>,
    merchant: &str,
    method: &Method,
    path: &[&str],
    body: &[u8],
) -> Result<Vec<u8>, Refused> {
    let now = shared.clock.now();
    let order = |text: &str| OrderNo::parse(text).ok_or("PARAM_ERROR");
    match (method.as_str(), path) {
        ("POST", ["v1", "orders"]) => {
            let open: Open = read(body)?;
            let page = Uuid::new_v4().simple().to_string();
            let page = shared.book(|book| book.open(merchant, open, page, number()))?;
            write(&Opened { pay_url: format!("{}/pay/{page}", shared.public_url) })
        }
        ("GET", ["v1", "orders", text]) => write(&shared.book(|book| book.find(merchant, &order(text)?, now))?),
        ("POST", ["v1", "orders", text, "close"]) => {
            let order = order(text)?;
            write(&shared.book(|book| book.close(merchant, &order).and_then(|()| book.find(merchant, &order, now)))?)
        }
        ("POST", ["v1", "refunds"]) => {
            let asked: Return = read(body)?;
            let url = asked.notify_url.clone();
            let (made, message) = shared.book(|book| book.refund(merchant, asked, number(), now))?;
            if let Some(message) = message {
                shared.notifier.send(Letter { url, message });
            }
            write(&made)
        }
        ("GET", ["v1", "refunds", text]) => {
            let refund = RefundNo::parse(text).ok_or("PARAM_ERROR")?;
            write(&shared.book(|book| book.find_refund(merchant, &refund))?)
        }
        ("GET", ["v1", "bills", day]) => {
            let day = day.parse().map_err(|_| "PARAM_ERROR")?;
            write(&shared.book(|book| book.bill(merchant, day)))
        }
        _ => Err("PATH_NOT_EXIST"),
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|_| "PARAM_ERROR")
}

fn write(body: &impl Serialize) -> Result<Vec<u8>, Refused> {
    serde_json::to_vec(body).map_err(|_| "SYSTEM_ERROR")
}
