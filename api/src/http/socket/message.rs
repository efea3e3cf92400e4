//! The messages of `graphql-transport-ws`.

use axum::extract::ws::Utf8Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::graphql::limits::scan_json;
use crate::http::graphql::{Params, read_value};

/// Bytes of an operation's id.
const LONGEST_ID: usize = 256;

/// What a client says.
#[derive(Debug)]
pub enum Incoming {
    /// Who it is.
    Init(Map<String, Value>),
    /// Whether we are there.
    Ping,
    /// That it is there.
    Pong,
    /// Run an operation.
    Subscribe {
        /// The client's id of it.
        id: String,
        /// The operation.
        params: Box<Params>,
    },
    /// Stop an operation.
    Complete {
        /// The client's id of it.
        id: String,
    },
}

/// What we say; the type is the variant's name.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outgoing<'a, T: Serialize> {
    /// Operations may come.
    ConnectionAck,
    /// We are there.
    Pong,
    /// An answer.
    Next {
        /// Of which operation.
        id: &'a str,
        /// The answer.
        payload: T,
    },
    /// The operation did not run; nothing more comes of it.
    Error {
        /// Of which operation.
        id: &'a str,
        /// Why.
        payload: T,
    },
    /// Nothing more comes.
    Complete {
        /// Of which operation.
        id: &'a str,
    },
}

/// A message without a payload.
pub type Bare<'a> = Outgoing<'a, ()>;

impl<T: Serialize> Outgoing<'_, T> {
    /// As text; nothing when it cannot be written, which a tree of values always can.
    pub fn text(&self) -> Option<Utf8Bytes> {
        serde_json::to_string(self).ok().map(Into::into)
    }
}

/// Reads a message; nothing of one that the protocol does not know.
pub fn read(text: &str, nesting: usize) -> Option<Incoming> {
    // The message itself and its payload are two levels around what is sent over HTTP.
    scan_json(text.as_bytes(), nesting + 2).ok()?;
    let Value::Object(mut message) = serde_json::from_str(text).ok()? else { return None };
    let kind = message.remove("type")?;
    let payload = message.remove("payload").filter(|payload| !payload.is_null());
    match kind.as_str()? {
        "connection_init" => Some(Incoming::Init(object(payload)?)),
        "ping" => object(payload).map(|_| Incoming::Ping),
        "pong" => object(payload).map(|_| Incoming::Pong),
        "subscribe" => {
            let params = read_value(payload?)?;
            let persisted = params.extensions.as_ref().is_some_and(|them| them.contains_key("persistedQuery"));
            let named = params.query.is_some() || params.document_id.is_some() || persisted;
            named.then_some(Incoming::Subscribe { id: id(message)?, params: Box::new(params) })
        }
        "complete" => Some(Incoming::Complete { id: id(message)? }),
        _ => None,
    }
}

fn object(payload: Option<Value>) -> Option<Map<String, Value>> {
    match payload {
        None => Some(Map::new()),
        Some(Value::Object(map)) => Some(map),
        Some(_) => None,
    }
}

fn id(mut message: Map<String, Value>) -> Option<String> {
    match message.remove("id")? {
        Value::String(id) if !id.is_empty() && id.len() <= LONGEST_ID => Some(id),
        _ => None,
    }
}
