//! GraphQL over HTTP, by the specification of that name: POST for everything, GET for queries.

mod check;
mod media;
mod outcome;
mod params;
mod read;
mod run;

pub use check::{Checked, check};
pub use outcome::{Finished, Outcome, Reader, kind_of, status};
pub use params::{Params, read_value};
pub use run::{Asker, guarded, run};

use std::sync::Arc;
use std::time::Duration;

use async_graphql::http::GraphiQLSource;
use async_graphql::parser::types::OperationType;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ALLOW, CONNECTION};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::{Html, IntoResponse as _, Response};
use tokio::time::Instant;

use super::Shared;
use super::auth::{authenticate, locale};
use super::request_id::RequestId;
use crate::domains::identity::ClientInfo;
use crate::error::Error;
use crate::graphql::error::TopLevel;
use media::Media;
use params::{Unreadable, read_address, read_body};

/// A request asks with this header what it costs.
const COST: &str = "linli-cost";

/// Answers an operation, or a batch of them.
pub async fn post(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Extension(client): Extension<ClientInfo>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let Some(media) = media::accepted(&headers) else { return StatusCode::NOT_ACCEPTABLE.into_response() };
    let reader = reader(&shared, &headers, id, client);
    let deadline = deadline(&shared);
    let refuse = |outcome: Outcome| outcome.respond(media, &reader);
    // A body that was not read cannot be followed by another request.
    let turn_away = |outcome: Outcome| {
        let mut response = outcome.respond(media, &reader);
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        response
    };
    if !media::is_json(&headers) {
        return turn_away(Outcome::refused(TopLevel::Malformed).with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    if let Err(kind) = shared.clients.check(&headers) {
        return turn_away(Outcome::refused(kind));
    }
    let Some(reading) = shared.gate.read() else { return turn_away(Outcome::refused(TopLevel::Overloaded)) };
    let body = match read::body(body, &headers, shared.app.config.body_limit, deadline).await {
        Ok(body) => body,
        Err(outcome) => return turn_away(outcome),
    };
    drop(reading);
    let Some(_working) = shared.gate.work() else { return refuse(Outcome::refused(TopLevel::Overloaded)) };
    let config = &shared.app.config;
    match read_body(&body, config.graphql_nesting, config.graphql_batch) {
        Err(why) => refuse(unreadable(why)),
        Ok(params::Body::One(params)) => {
            let outcome = one(&shared, *params, &headers, &reader, deadline, false).await;
            outcome.respond(media, &reader)
        }
        Ok(params::Body::Batch(items)) => batch(&shared, items, &headers, media, &reader, deadline).await,
    }
}

/// Answers a query in the address; in the demo, a browser is given GraphiQL.
pub async fn get(shared: Arc<Shared>, id: RequestId, client: ClientInfo, headers: HeaderMap, uri: Uri) -> Response {
    if shared.app.demo && media::wants_page(&headers) && uri.query().is_none() {
        let page = GraphiQLSource::build().endpoint("/graphql").subscription_endpoint("/graphql").title("Linli");
        return Html(page.finish()).into_response();
    }
    let Some(media) = media::accepted(&headers) else { return StatusCode::NOT_ACCEPTABLE.into_response() };
    let reader = reader(&shared, &headers, id, client);
    let refuse = |outcome: Outcome| outcome.respond(media, &reader);
    if let Err(kind) = shared.clients.check(&headers) {
        return refuse(Outcome::refused(kind));
    }
    let Some(_working) = shared.gate.work() else { return refuse(Outcome::refused(TopLevel::Overloaded)) };
    match read_address(&uri, shared.app.config.graphql_nesting) {
        Err(why) => refuse(unreadable(why)),
        Ok(params) => {
            let deadline = deadline(&shared);
            let mut response = one(&shared, params, &headers, &reader, deadline, true).await.respond(media, &reader);
            if response.status() == StatusCode::METHOD_NOT_ALLOWED {
                response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
            }
            response
        }
    }
}

async fn one(
    shared: &Shared,
    params: Params,
    headers: &HeaderMap,
    reader: &Reader,
    deadline: Instant,
    query_only: bool,
) -> Outcome {
    let checked = match check(shared, params, shared.app.config.graphql_complexity as u64) {
        Ok(checked) => checked,
        Err(outcome) => return outcome,
    };
    if query_only && checked.kind != OperationType::Query {
        return Outcome::refused(TopLevel::Malformed).with_status(StatusCode::METHOD_NOT_ALLOWED);
    }
    match asker(shared, headers, reader, deadline).await {
        Ok(asker) => run(shared, checked, &asker).await,
        Err(outcome) => outcome,
    }
}

/// Answers each operation of a batch on its own, one after another. Together they may cost as much as one.
async fn batch(
    shared: &Shared,
    items: Vec<Params>,
    headers: &HeaderMap,
    media: Media,
    reader: &Reader,
    deadline: Instant,
) -> Response {
    let asker = match asker(shared, headers, reader, deadline).await {
        Ok(asker) => asker,
        Err(outcome) => return outcome.respond(media, reader),
    };
    let mut budget = shared.app.config.graphql_complexity as u64;
    let mut answers = Vec::with_capacity(items.len());
    for params in items {
        let outcome = match check(shared, params, budget) {
            Ok(checked) => {
                budget = budget.saturating_sub(checked.cost);
                run(shared, checked, &asker).await
            }
            Err(outcome) => outcome,
        };
        answers.push(outcome.finish(reader));
    }
    outcome::write(media, StatusCode::OK, &answers)
}

async fn asker(shared: &Shared, headers: &HeaderMap, reader: &Reader, deadline: Instant) -> Result<Asker, Outcome> {
    let viewer = match tokio::time::timeout_at(deadline, authenticate(shared, headers)).await {
        Ok(Ok(viewer)) => viewer,
        Ok(Err(Error::Internal(cause))) => {
            tracing::error!(?cause, "http.authentication_failed");
            return Err(Outcome::refused(TopLevel::Internal));
        }
        Ok(Err(_)) => return Err(Outcome::refused(TopLevel::Unauthenticated)),
        Err(_) => return Err(Outcome::not_run(TopLevel::Timeout)),
    };
    let wants_cost = headers.get(COST).is_some_and(|value| value == "1");
    Ok(Asker { viewer, locale: reader.locale, client: reader.client.clone(), deadline, wants_cost })
}

fn unreadable(why: Unreadable) -> Outcome {
    match why {
        Unreadable::Malformed => Outcome::refused(TopLevel::Malformed),
        Unreadable::Nested => Outcome::refused(TopLevel::TooComplex).because("nesting"),
        Unreadable::Crowded => Outcome::refused(TopLevel::TooComplex).because("batch"),
    }
}

fn reader(shared: &Shared, headers: &HeaderMap, id: RequestId, client: ClientInfo) -> Reader {
    Reader { locale: locale(headers), frank: shared.app.demo, request_id: id.0, client }
}

fn deadline(shared: &Shared) -> Instant {
    Instant::now() + Duration::from_secs(shared.app.config.request_seconds)
}
