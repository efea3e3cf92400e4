//! One socket: reads messages, does what the machine says, and passes on what operations say.
//!
//! It is one task without a queue. While a client does not take what is sent, nothing else of it is read and none of its
//! operations is asked; changes that it misses meanwhile become one.

use std::collections::HashMap;
use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use axum::http::HeaderMap;
use futures_util::future::BoxFuture;
use futures_util::stream::{AbortHandle, Abortable, BoxStream, SelectAll, StreamExt as _};
use serde_json::{Map, Value};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Error as SocketError;

use super::message::{Bare, Outgoing, read};
use super::operation::{Event, Owner, start};
use super::places::Place;
use super::protocol::{Action, Close, Machine};
use super::session::session_over;
use crate::domains::identity::{self, Viewer};
use crate::error::{Error, Locale};
use crate::graphql::error::TopLevel;
use crate::http::Shared;
use crate::http::auth::authenticate;
use crate::http::graphql::{Outcome, Reader};

/// How long a client may take for one message of ours, and to answer our goodbye.
const PATIENCE: Duration = Duration::from_secs(10);
const GOODBYE: Duration = Duration::from_secs(2);

/// What came with the request that opened the socket.
pub struct Handshake {
    /// Its headers.
    pub headers: HeaderMap,
    /// How errors are told.
    pub reader: Reader,
}

/// A socket that is being served.
pub struct Connection {
    shared: Arc<Shared>,
    socket: WebSocket,
    handshake: Handshake,
    machine: Machine,
    owner: Option<Owner>,
    /// The account's place, once it is known whose.
    place: Option<Place>,
    /// What operations will say, each with its id, or with nothing when it has no more to say.
    operations: SelectAll<BoxStream<'static, (String, Option<Event>)>>,
    stops: HashMap<String, AbortHandle>,
    over: BoxFuture<'static, ()>,
}

/// The socket is over.
struct Gone;

impl Connection {
    /// A socket that was just opened.
    pub fn new(shared: Arc<Shared>, socket: WebSocket, handshake: Handshake) -> Self {
        let machine = Machine::new(shared.app.config.socket_operations);
        Self {
            shared,
            socket,
            handshake,
            machine,
            owner: None,
            place: None,
            operations: SelectAll::new(),
            stops: HashMap::new(),
            over: Box::pin(pending()),
        }
    }

    /// Serves it to its end. Nothing is served in another protocol.
    pub async fn serve(mut self, acceptable: bool) {
        if acceptable {
            // The end of the socket, however it came.
            let Gone = self.work().await;
        } else {
            self.say_goodbye(Close::Subprotocol.code(), Close::Subprotocol.reason()).await;
        }
    }

    async fn work(&mut self) -> Gone {
        let config = &self.shared.app.config;
        let mut stopped: watch::Receiver<bool> = self.shared.stopped.clone();
        let initialised_by = Instant::now() + Duration::from_secs(config.socket_init_seconds);
        let every = Duration::from_secs(config.socket_ping_seconds);
        let mut pings = interval_at(Instant::now() + every, every);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let done = tokio::select! {
                message = self.socket.recv() => {
                    heard = Instant::now();
                    self.receive(message).await
                }
                Some((id, event)) = self.operations.next(), if !self.operations.is_empty() => self.tell(id, event).await,
                () = &mut self.over => self.close(Close::Unauthorized).await,
                () = sleep_until(initialised_by), if !self.machine.is_initialised() => self.close(Close::InitTimeout).await,
                () = server_stops(&mut stopped) => self.close(Close::GoingAway).await,
                _ = pings.tick() => {
                    if heard.elapsed() > every * 2 { Err(Gone) } else { self.send(Message::Ping(Default::default())).await }
                }
            };
            if let Err(gone) = done {
                return gone;
            }
        }
    }

    async fn receive(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Gone> {
        let text = match message {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => return self.close(Close::Invalid).await,
            // The library answers pings and goodbyes by itself.
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            // The library has its answer ready and sends it with the next look.
            Some(Ok(Message::Close(_))) => {
                self.wait_for_the_end().await;
                return Err(Gone);
            }
            None => return Err(Gone),
            Some(Err(error)) => {
                let (code, reason) = match error.into_inner().downcast_ref::<SocketError>() {
                    Some(SocketError::Capacity(_)) => (1009, "Message too big"),
                    Some(SocketError::Utf8(_)) => (1007, "Invalid payload"),
                    Some(SocketError::Protocol(_)) => (1002, "Protocol error"),
                    _ => return Err(Gone),
                };
                self.say_goodbye(code, reason).await;
                return Err(Gone);
            }
        };
        let action = self.machine.receive(read(&text, self.shared.app.config.graphql_nesting));
        self.act(action).await
    }

    /// Does what the machine says, and what that leads to.
    async fn act(&mut self, action: Option<Action>) -> Result<(), Gone> {
        let mut next = action;
        while let Some(action) = next.take() {
            match action {
                Action::Authenticate(payload) => {
                    let outcome = self.authenticate(payload).await;
                    next = self.machine.authenticated(outcome);
                }
                Action::Acknowledge => self.send_text(&Bare::ConnectionAck).await?,
                Action::Pong => self.send_text(&Bare::Pong).await?,
                Action::Complete(id) => self.send_text(&Bare::Complete { id: &id }).await?,
                Action::Refuse(id) => {
                    let refused = Outcome::refused(TopLevel::RateLimited).because("operations");
                    let payload = refused.finish(&self.handshake.reader).errors;
                    self.send_text(&Outgoing::Error { id: &id, payload }).await?;
                }
                Action::Stop(id) => {
                    if let Some(stop) = self.stops.remove(&id) {
                        stop.abort();
                    }
                }
                Action::Start(id, params) => match &self.owner {
                    Some(owner) => {
                        let says = start(Arc::clone(&self.shared), owner.clone(), *params).map(Some);
                        let named = id.clone();
                        let says =
                            says.chain(futures_util::stream::iter([None])).map(move |event| (named.clone(), event));
                        let (handle, registration) = AbortHandle::new_pair();
                        self.stops.insert(id, handle);
                        self.operations.push(Abortable::new(says, registration).boxed());
                    }
                    None => return self.close(Close::Unauthorized).await,
                },
                Action::Close(why) => {
                    self.say_goodbye(why.code(), why.reason()).await;
                    return Err(Gone);
                }
            }
        }
        Ok(())
    }

    /// Passes on what an operation says.
    async fn tell(&mut self, id: String, event: Option<Event>) -> Result<(), Gone> {
        match event {
            Some(Event::Next(payload)) => self.send_text(&Outgoing::Next { id: &id, payload }).await,
            Some(Event::Error(payload)) => {
                self.send_text(&Outgoing::Error { id: &id, payload }).await?;
                self.stop(&id);
                let action = self.machine.ended(id, true);
                self.act(action).await
            }
            Some(Event::SessionOver) => self.close(Close::Unauthorized).await,
            None => {
                self.stop(&id);
                let action = self.machine.ended(id, false);
                self.act(action).await
            }
        }
    }

    fn stop(&mut self, id: &str) {
        if let Some(stop) = self.stops.remove(id) {
            stop.abort();
        }
    }

    async fn authenticate(&mut self, payload: Map<String, Value>) -> Result<(), Close> {
        let text = |name: &str| payload.get(name).and_then(Value::as_str);
        let clients = &self.shared.clients;
        let client = clients
            .check(&self.handshake.headers)
            .and_then(|()| text("client").map_or(Ok(()), |it| clients.check_text(it)));
        client.map_err(|kind| if kind == TopLevel::ClientTooOld { Close::ClientTooOld } else { Close::Invalid })?;
        let patience = Duration::from_secs(self.shared.app.config.request_seconds);
        let token = text("token").or_else(|| bearer(&payload));
        let viewer = timeout(patience, viewer(&self.shared, &self.handshake.headers, token)).await;
        let viewer = viewer.map_err(|_| Close::Internal)??;
        let locale = text("language").map_or(self.handshake.reader.locale, Locale::from_accept_language);
        self.handshake.reader.locale = locale;
        self.place = Some(self.shared.sockets.enter_as(viewer.account_id).ok_or(Close::TooManySockets)?);
        self.over = Box::pin(session_over(self.shared.app.clone(), viewer.account_id, viewer.session_id));
        self.owner = Some(Owner { session: viewer.session_id, locale, reader: self.handshake.reader.clone() });
        Ok(())
    }

    async fn close(&mut self, why: Close) -> Result<(), Gone> {
        let action = self.machine.close(why);
        Box::pin(self.act(Some(action))).await
    }

    async fn send_text<T: serde::Serialize>(&mut self, message: &Outgoing<'_, T>) -> Result<(), Gone> {
        self.send(Message::Text(message.text().ok_or(Gone)?)).await
    }

    async fn send(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            // Whoever takes nothing for so long is cut off, and comes back to find the present state.
            Ok(Err(_)) | Err(_) => Err(Gone),
        }
    }

    /// Closes, and waits a little for the other side to do the same: what is cut off may lose the reason.
    async fn say_goodbye(&mut self, code: u16, reason: &'static str) {
        self.operations.clear();
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
        if self.send(Message::Close(Some(frame))).await.is_ok() {
            self.wait_for_the_end().await;
        }
    }

    async fn wait_for_the_end(&mut self) {
        let _ = timeout(GOODBYE, async { while let Some(Ok(_)) = self.socket.recv().await {} }).await;
    }
}

/// Who it is: by the token of the first message, or of the request that opened the socket.
async fn viewer(shared: &Shared, headers: &HeaderMap, token: Option<&str>) -> Result<Viewer, Close> {
    let found = match token {
        Some(token) => identity::viewer_of_token(&shared.app, token.trim()).await,
        None => authenticate(shared, headers).await.and_then(|it| it.ok_or(Error::Unauthenticated)),
    };
    found.map_err(|error| match error {
        Error::Internal(cause) => {
            tracing::error!(?cause, "socket.authentication_failed");
            Close::Internal
        }
        _ => Close::Forbidden,
    })
}

async fn server_stops(stopped: &mut watch::Receiver<bool>) {
    // An error means that the server is gone.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// The token of `{"Authorization": "Bearer …"}`, as clients of HTTP are used to.
fn bearer(payload: &Map<String, Value>) -> Option<&str> {
    let value = payload.get("Authorization").or_else(|| payload.get("authorization"))?;
    value.as_str()?.strip_prefix("Bearer ")
}
