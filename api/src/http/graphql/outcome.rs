//! What became of one operation, and how it is written.

use async_graphql::{Response as Answer, ServerError};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::media::Media;
use crate::domains::identity::ClientInfo;
use crate::error::Locale;
use crate::graphql::error::{LoggedCause, TopLevel};

/// How far an operation came.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// It was refused before it was understood, or could not be worked on at all.
    Refused,
    /// It was understood and did not run.
    Understood,
    /// It ran, and its data tells how far.
    Ran,
}

/// What became of one operation.
pub struct Outcome {
    /// The answer, its errors not yet finished.
    pub answer: Answer,
    /// How far it came.
    pub stage: Stage,
    /// Another status than the error's own.
    pub status: Option<StatusCode>,
}

/// Who reads the errors.
#[derive(Clone)]
pub struct Reader {
    /// In which language.
    pub locale: Locale,
    /// Whether the library's own words may be told, which name types of the schema.
    pub frank: bool,
    /// The id of the request.
    pub request_id: String,
    /// Where they are.
    pub client: ClientInfo,
}

impl Outcome {
    /// An operation that was refused before it was understood.
    pub fn refused(kind: TopLevel) -> Self {
        Self::failed(kind, Stage::Refused)
    }

    /// An operation that was understood and is not run.
    pub fn not_run(kind: TopLevel) -> Self {
        Self::failed(kind, Stage::Understood)
    }

    fn failed(kind: TopLevel, stage: Stage) -> Self {
        Self { answer: Answer::from_errors(vec![server_error(kind)]), stage, status: None }
    }

    /// The same with the limit that was passed.
    pub fn because(mut self, limit: &str) -> Self {
        for error in &mut self.answer.errors {
            error.extensions.get_or_insert_default().set("limit", limit);
        }
        self
    }

    /// The same with another status.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    /// What the library answered.
    pub fn executed(answer: Answer) -> Self {
        // Without data and without a path, the document never ran: it could not be validated.
        let never_ran = answer.is_err() && answer.errors.iter().all(|error| error.path.is_empty());
        let stage = if never_ran { Stage::Understood } else { Stage::Ran };
        Self { answer, stage, status: None }
    }

    /// Whether it ran.
    pub fn ran(&self) -> bool {
        self.stage == Stage::Ran
    }

    /// The code of the first error.
    fn kind(&self) -> Option<TopLevel> {
        self.answer.errors.first().map(|error| kind_of(error).unwrap_or(TopLevel::Malformed))
    }

    fn status(&self, media: Media) -> StatusCode {
        if let Some(status) = self.status {
            return status;
        }
        match (self.stage, media, self.kind()) {
            // The older media type says 200 whenever the request itself was in order.
            (Stage::Ran, ..) | (Stage::Understood, Media::Json, _) | (_, _, None) => StatusCode::OK,
            (_, _, Some(kind)) => status(kind),
        }
    }

    /// Finishes the errors: logs what is internal, and gives each its code and text.
    pub fn finish(mut self, reader: &Reader) -> Finished {
        for error in &mut self.answer.errors {
            finish(error, reader);
        }
        let data = (self.stage == Stage::Ran).then_some(self.answer.data);
        Finished { data, errors: self.answer.errors, extensions: self.answer.extensions }
    }

    /// The answer to a request of one operation.
    pub fn respond(self, media: Media, reader: &Reader) -> Response {
        let (status, busy) =
            (self.status(media), matches!(self.kind(), Some(TopLevel::Overloaded | TopLevel::Timeout)));
        let mut response = write(media, status, &self.finish(reader));
        if busy {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

/// An answer as clients see it: without `data` when nothing ran.
#[derive(Serialize)]
pub struct Finished {
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<async_graphql::Value>,
    /// What went wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ServerError>,
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    extensions: std::collections::BTreeMap<String, async_graphql::Value>,
}

/// Writes an answer, or the answers of a batch.
pub fn write(media: Media, status: StatusCode, answer: &impl Serialize) -> Response {
    let Ok(mut body) = serde_json::to_vec(answer) else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    body.push(b'\n');
    let headers = HeaderMap::from_iter([
        (CONTENT_TYPE, media.content_type()),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ]);
    (status, headers, body).into_response()
}

/// The status of a request that did not run.
pub const fn status(kind: TopLevel) -> StatusCode {
    match kind {
        TopLevel::Unauthenticated => StatusCode::UNAUTHORIZED,
        TopLevel::Forbidden | TopLevel::PasswordChangeRequired => StatusCode::FORBIDDEN,
        TopLevel::RateLimited => StatusCode::TOO_MANY_REQUESTS,
        TopLevel::Timeout | TopLevel::Overloaded => StatusCode::SERVICE_UNAVAILABLE,
        TopLevel::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        TopLevel::Malformed
        | TopLevel::TooComplex
        | TopLevel::NotFound
        | TopLevel::ClientTooOld
        | TopLevel::PersistedQueryNotFound
        | TopLevel::DocumentNotTrusted => StatusCode::BAD_REQUEST,
    }
}

/// An error of ours.
pub fn server_error(kind: TopLevel) -> ServerError {
    let mut error = ServerError::new(kind.message(Locale::English), None);
    error.extensions.get_or_insert_default().set("code", kind.code());
    error
}

/// What an error of ours is; nothing for one of the library's own.
pub fn kind_of(error: &ServerError) -> Option<TopLevel> {
    let code = error.extensions.as_ref().and_then(|extensions| extensions.get("code"))?;
    TopLevel::ALL.into_iter().find(|kind| *code == kind.code().into())
}

fn finish(error: &mut ServerError, reader: &Reader) {
    if let Some(LoggedCause(cause)) = error.source::<LoggedCause>() {
        tracing::error!(?cause, graphql.path = ?error.path, "graphql.internal_error");
    }
    // The library's own: a document that does not parse or validate, or a value of the wrong kind. Its words name types
    // of the schema, and sometimes what was sent.
    let kind = kind_of(error);
    if kind.is_some() || !reader.frank {
        kind.unwrap_or(TopLevel::Malformed).message(reader.locale).clone_into(&mut error.message);
    }
    let extensions = error.extensions.get_or_insert_default();
    match kind {
        None => extensions.set("code", TopLevel::Malformed.code()),
        Some(TopLevel::Internal) => extensions.set("requestId", reader.request_id.as_str()),
        Some(_) => {}
    }
}
