//! GraphQL over a WebSocket, in the protocol `graphql-transport-ws`, on the same path as over HTTP.

mod connection;
mod message;
mod operation;
mod places;
mod protocol;
#[cfg(test)]
mod protocol_tests;
mod session;

pub use places::Sockets;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::http::header::{RETRY_AFTER, UPGRADE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse as _, Response};

use super::auth::locale;
use super::graphql::Reader;
use super::request_id::RequestId;
use super::{Shared, graphql};
use crate::domains::identity::ClientInfo;
use connection::{Connection, Handshake};

/// The protocol that is spoken.
const PROTOCOL: &str = "graphql-transport-ws";
/// Bytes that are read at once: a socket that says little should hold little.
const READ_BUFFER: usize = 4 * 1024;

/// Opens a WebSocket, or answers a query in the address.
pub async fn get(
    State(shared): State<Arc<Shared>>,
    Extension(id): Extension<RequestId>,
    Extension(client): Extension<ClientInfo>,
    headers: HeaderMap,
    uri: Uri,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) if headers.contains_key(UPGRADE) => return rejection.into_response(),
        Err(_) => return graphql::get(shared, id, client, headers, uri).await,
    };
    if !shared.origins.may_connect(&headers) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let Some(place) = shared.sockets.enter() else {
        return (StatusCode::SERVICE_UNAVAILABLE, [(RETRY_AFTER, "5")]).into_response();
    };
    let largest = shared.app.config.socket_message_bytes;
    let upgrade = upgrade
        .protocols([PROTOCOL])
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(largest)
        .max_frame_size(largest);
    let acceptable = upgrade.selected_protocol().is_some();
    let reader = Reader { locale: locale(&headers), frank: shared.app.demo, request_id: id.0, client };
    upgrade.on_upgrade(move |socket| async move {
        Connection::new(shared, socket, Handshake { headers, reader }).serve(acceptable).await;
        drop(place);
    })
}
