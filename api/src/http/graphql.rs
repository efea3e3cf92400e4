//! GraphQL over POST, by the GraphQL-over-HTTP specification.

use std::sync::Arc;

use async_graphql::http::GraphiQLSource;
use async_graphql::{Name, Response as Answer, ServerError, Value as ConstValue};
use axum::Extension;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{Html, IntoResponse as _, Response};

use super::Shared;
use super::auth::{authenticate, locale};
use super::request_id::RequestId;
use crate::domains::identity::ClientInfo;
use crate::error::{Error, Locale};
use crate::graphql::Request;
use crate::graphql::error::{LoggedCause, TopLevel};
use crate::graphql::limits::nested_too_deep;

const GRAPHQL_JSON: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// What a client will be answered in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Media {
    GraphQl,
    Json,
}

/// Answers a GraphQL request.
pub async fn post(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Extension(client): Extension<ClientInfo>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let locale = locale(&headers);
    let Some(media) = accepted(&headers) else {
        return StatusCode::NOT_ACCEPTABLE.into_response();
    };
    let refuse = |status, kind: TopLevel| answer(media, status, refused(kind), locale, &id);
    if !is_json(&headers) {
        return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, TopLevel::Malformed);
    }
    let Ok(body) = to_bytes(body, shared.app.config.body_limit).await else {
        return refuse(StatusCode::PAYLOAD_TOO_LARGE, TopLevel::TooComplex);
    };
    // The library would also read an array as a request, field by field.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    let Ok(mut request) = serde_json::from_slice::<async_graphql::Request>(&body) else {
        return refuse(StatusCode::BAD_REQUEST, TopLevel::Malformed);
    };
    if !is_object {
        return refuse(StatusCode::BAD_REQUEST, TopLevel::Malformed);
    }
    if nested_too_deep(&request.query, shared.app.config.graphql_nesting) {
        return refuse(StatusCode::BAD_REQUEST, TopLevel::TooComplex);
    }
    let viewer = match authenticate(&shared, &headers).await {
        Ok(viewer) => viewer,
        Err(Error::Internal(cause)) => {
            tracing::error!(?cause, "http.authentication_failed");
            return refuse(StatusCode::INTERNAL_SERVER_ERROR, TopLevel::Internal);
        }
        Err(_) => return refuse(StatusCode::UNAUTHORIZED, TopLevel::Unauthenticated),
    };
    if lacks_variable(&mut request) {
        let status = if media == Media::GraphQl { StatusCode::BAD_REQUEST } else { StatusCode::OK };
        return refuse(status, TopLevel::Malformed);
    }
    let mut request = request.data(Request::new(shared.app.clone(), viewer, locale).sent_by(client));
    if !shared.app.demo {
        request = request.disable_introspection();
    }
    let result = shared.schema.execute(request).await;
    // Without data and without a path, the document never ran: it could not be parsed, validated or was too much.
    let never_ran = result.is_err() && result.errors.iter().all(|error| error.path.is_empty());
    let status = match media {
        Media::GraphQl if never_ran => StatusCode::BAD_REQUEST,
        _ => StatusCode::OK,
    };
    answer(media, status, result, locale, &id)
}

/// The GraphiQL page of the demo; elsewhere GET is not allowed.
pub async fn ide(State(shared): State<Arc<Shared>>) -> Response {
    if shared.app.demo {
        return Html(GraphiQLSource::build().endpoint("/graphql").title("Linli").finish()).into_response();
    }
    (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, HeaderValue::from_static("POST"))]).into_response()
}

/// Whether the operation to be run needs a variable that was not sent. The library notices only when a field uses it,
/// which would make a request error look like a field's.
fn lacks_variable(request: &mut async_graphql::Request) -> bool {
    let wanted = request.operation_name.clone();
    let Ok(document) = request.parsed_query() else { return false };
    let needed: Vec<Name> = document
        .operations
        .iter()
        .filter(|(name, _)| wanted.is_none() || name.map(Name::as_str) == wanted.as_deref())
        .flat_map(|(_, operation)| &operation.node.variable_definitions)
        .filter(|definition| !definition.node.var_type.node.nullable && definition.node.default_value.is_none())
        .map(|definition| definition.node.name.node.clone())
        .collect();
    needed.iter().any(|name| request.variables.get(name).is_none_or(|value| *value == ConstValue::Null))
}

fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|media| media.trim().eq_ignore_ascii_case(JSON))
}

/// The first of our media types that `Accept` allows; a client that sends none is given the older one.
fn accepted(headers: &HeaderMap) -> Option<Media> {
    let Some(accept) = headers.get(ACCEPT) else { return Some(Media::Json) };
    accept.to_str().ok()?.split(',').find_map(|range| {
        match range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
            GRAPHQL_JSON => Some(Media::GraphQl),
            JSON | "application/*" | "*/*" => Some(Media::Json),
            _ => None,
        }
    })
}

fn refused(kind: TopLevel) -> Answer {
    let mut error = ServerError::new(kind.message(Locale::English), None);
    error.extensions.get_or_insert_default().set("code", kind.code());
    Answer::from_errors(vec![error])
}

/// Writes the answer; logs the cause of internal errors, and gives each error its code and text.
fn answer(media: Media, status: StatusCode, mut result: Answer, locale: Locale, id: &RequestId) -> Response {
    for error in &mut result.errors {
        finish_error(error, locale, id);
    }
    let content_type = match media {
        Media::GraphQl => "application/graphql-response+json; charset=utf-8",
        Media::Json => "application/json; charset=utf-8",
    };
    match serde_json::to_vec(&result) {
        Ok(mut body) => {
            body.push(b'\n');
            (status, [(CONTENT_TYPE, HeaderValue::from_static(content_type))], body).into_response()
        }
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn finish_error(error: &mut ServerError, locale: Locale, id: &RequestId) {
    if let Some(LoggedCause(cause)) = error.source::<LoggedCause>() {
        tracing::error!(?cause, graphql.path = ?error.path, "graphql.internal_error");
    }
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code")).cloned();
    let known = TopLevel::ALL.into_iter().find(|kind| code == Some(kind.code().into()));
    let extensions = error.extensions.get_or_insert_default();
    match known {
        Some(kind) => {
            kind.message(locale).clone_into(&mut error.message);
            if kind == TopLevel::Internal {
                extensions.set("requestId", id.0.as_str());
            }
        }
        // The library's own errors: a document that does not parse or validate, or is too much.
        None => {
            let too_much = error.message.contains("too deep") || error.message.contains("too complex");
            extensions.set("code", if too_much { TopLevel::TooComplex } else { TopLevel::Malformed }.code());
        }
    }
}
