//! A client of `graphql-transport-ws` that says what the test wants, right or wrong.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

/// The protocol's name.
pub const PROTOCOL: &str = "graphql-transport-ws";
/// How long a server may take to say something.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

/// What a socket hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Heard {
    /// A message.
    Message(Value),
    /// That it was closed, with code and reason.
    Closed(u16, String),
    /// That it was cut off.
    Cut,
}

impl Socket {
    /// Opens a socket at `url` (`http://…`), or says with which status it was refused.
    pub async fn try_open(url: &str, headers: &[(&'static str, &str)]) -> Result<Self, u16> {
        let mut request = url.replacen("http", "ws", 1).into_client_request().unwrap();
        for (name, value) in headers {
            request.headers_mut().insert(*name, value.parse().unwrap());
        }
        match connect_async(request).await {
            Ok((stream, _)) => Ok(Self { stream }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Opens a socket in our protocol.
    pub async fn open(url: &str) -> Self {
        Self::try_open(url, &[("sec-websocket-protocol", PROTOCOL)]).await.unwrap()
    }

    /// Opens a socket and says who it is.
    pub async fn signed_in(url: &str, token: Option<&str>) -> Self {
        let mut socket = Self::open(url).await;
        socket.say(json!({ "type": "connection_init", "payload": { "token": token, "language": "en" } })).await;
        assert_eq!(socket.message().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// Says something.
    pub async fn say(&mut self, message: Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Runs an operation.
    pub async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        self.say(json!({ "type": "subscribe", "id": id, "payload": { "query": query, "variables": variables } })).await;
    }

    /// Sends a frame, whatever it holds; a socket that is closed meanwhile takes it as well.
    pub async fn send(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    /// What it hears next; pings and pongs of the WebSocket itself are not heard.
    pub async fn hear(&mut self) -> Heard {
        timeout(PATIENCE, self.next()).await.expect("the server says something")
    }

    /// Whether it hears nothing for a while.
    pub async fn is_silent(&mut self, milliseconds: u64) -> bool {
        timeout(Duration::from_millis(milliseconds), self.next()).await.is_err()
    }

    async fn next(&mut self) -> Heard {
        loop {
            match self.stream.next().await {
                Some(Ok(Message::Text(text))) => return Heard::Message(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Heard::Closed(frame.code.into(), frame.reason.to_string());
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(other)) => panic!("{other:?}"),
                Some(Err(_)) | None => return Heard::Cut,
            }
        }
    }

    /// The next message.
    #[track_caller]
    pub fn message(&mut self) -> impl Future<Output = Value> {
        let place = std::panic::Location::caller();
        async move {
            match self.hear().await {
                Heard::Message(message) => message,
                other => panic!("a message expected at {place}: {other:?}"),
            }
        }
    }

    /// The code and reason with which it is closed now.
    pub async fn closed(&mut self) -> (u16, String) {
        match self.hear().await {
            Heard::Closed(code, reason) => (code, reason),
            other => panic!("a close expected: {other:?}"),
        }
    }
}
