//! Reading a body: no more of it than is allowed, and no longer than a request may take.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_LENGTH;
use axum::http::{HeaderMap, StatusCode};
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::outcome::Outcome;
use crate::graphql::error::TopLevel;

/// Bytes of a body that is too large which are read and thrown away, because a client that is cut off while it still
/// sends may never read the answer; and how long that may take.
const THROWN_AWAY: usize = 64 << 20;
const THROWN_AWAY_WITHIN: Duration = Duration::from_secs(10);

/// The whole body.
pub async fn body(body: Body, headers: &HeaderMap, limit: usize, deadline: Instant) -> Result<Bytes, Outcome> {
    let declared = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let mut pieces = body.into_data_stream();
    let mut whole = BytesMut::new();
    let mut fits = declared.is_none_or(|length| length <= limit);
    while fits {
        let piece = timeout_at(deadline, pieces.next()).await;
        let piece = piece.map_err(|_| Outcome::refused(TopLevel::Timeout).with_status(StatusCode::REQUEST_TIMEOUT))?;
        match piece {
            None => return Ok(whole.freeze()),
            Some(Ok(piece)) if piece.len() <= limit - whole.len() => whole.extend_from_slice(&piece),
            Some(Ok(_)) => fits = false,
            // The sender is gone; nobody reads what is answered.
            Some(Err(_)) => return Err(Outcome::refused(TopLevel::Malformed)),
        }
    }
    let _ = timeout(THROWN_AWAY_WITHIN, async {
        let mut left = THROWN_AWAY;
        while let Some(Ok(piece)) = pieces.next().await {
            left = left.saturating_sub(piece.len());
            if left == 0 {
                break;
            }
        }
    })
    .await;
    Err(Outcome::refused(TopLevel::TooComplex).because("bytes").with_status(StatusCode::PAYLOAD_TOO_LARGE))
}
