//! `graphql-transport-ws` as a machine: what a message, or what became of an operation, leads to. It knows no socket, no
//! clock and no schema.

use std::collections::HashSet;

use serde_json::{Map, Value};

use super::message::Incoming;
use crate::http::graphql::Params;

/// How a socket is closed by us.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Close {
    /// The server stops.
    GoingAway,
    /// A message of no text, or what is no message of the protocol.
    Invalid,
    /// An operation before the acknowledgement, or the session is over.
    Unauthorized,
    /// The token is not valid.
    Forbidden,
    /// It speaks another protocol.
    Subprotocol,
    /// It did not say in time who it is.
    InitTimeout,
    /// An id that is in use.
    Duplicate,
    /// The app is too old.
    ClientTooOld,
    /// A second initialisation.
    InitTwice,
    /// The account has too many sockets.
    TooManySockets,
    /// A fault of ours.
    Internal,
}

impl Close {
    /// The close code.
    pub const fn code(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::Invalid => 4400,
            Self::Unauthorized => 4401,
            Self::Forbidden => 4403,
            Self::Subprotocol => 4406,
            Self::InitTimeout => 4408,
            Self::Duplicate => 4409,
            Self::ClientTooOld => 4426,
            Self::InitTwice | Self::TooManySockets => 4429,
            Self::Internal => 4500,
        }
    }

    /// The reason, in the words of the protocol where it has some.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "Going away",
            Self::Invalid => "Invalid message received",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::Subprotocol => "Subprotocol not acceptable",
            Self::InitTimeout => "Connection initialisation timeout",
            Self::Duplicate => "Subscriber already exists",
            Self::ClientTooOld => "Client too old",
            Self::InitTwice => "Too many initialisation requests",
            Self::TooManySockets => "Too many sockets",
            Self::Internal => "Internal server error",
        }
    }
}

/// What is to be done.
#[derive(Debug)]
pub enum Action {
    /// Find out who it is, and tell the machine.
    Authenticate(Map<String, Value>),
    /// Say that operations may come.
    Acknowledge,
    /// Answer a ping.
    Pong,
    /// Run an operation.
    Start(String, Box<Params>),
    /// Refuse an operation, because there are too many.
    Refuse(String),
    /// Drop an operation; it says nothing more.
    Stop(String),
    /// Say that an operation is done.
    Complete(String),
    /// Close the socket.
    Close(Close),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Phase {
    Opened,
    Authenticating,
    Acknowledged,
    Closed,
}

/// One connection.
#[derive(Debug)]
pub struct Machine {
    phase: Phase,
    running: HashSet<String>,
    most: usize,
}

impl Machine {
    /// A connection that was just opened and may run `most` operations at a time.
    pub fn new(most: usize) -> Self {
        Self { phase: Phase::Opened, running: HashSet::new(), most }
    }

    /// Whether it has said who it is.
    pub fn is_initialised(&self) -> bool {
        self.phase != Phase::Opened
    }

    /// A message came; `None` is one that the protocol does not know.
    pub fn receive(&mut self, message: Option<Incoming>) -> Option<Action> {
        if self.phase == Phase::Closed {
            return None;
        }
        match message {
            None => Some(self.close(Close::Invalid)),
            Some(Incoming::Init(payload)) if self.phase == Phase::Opened => {
                self.phase = Phase::Authenticating;
                Some(Action::Authenticate(payload))
            }
            Some(Incoming::Init(_)) => Some(self.close(Close::InitTwice)),
            Some(Incoming::Ping) => Some(Action::Pong),
            Some(Incoming::Pong) => None,
            Some(Incoming::Subscribe { .. }) if self.phase != Phase::Acknowledged => {
                Some(self.close(Close::Unauthorized))
            }
            Some(Incoming::Subscribe { id, .. }) if self.running.contains(&id) => Some(self.close(Close::Duplicate)),
            Some(Incoming::Subscribe { id, .. }) if self.running.len() >= self.most => Some(Action::Refuse(id)),
            Some(Incoming::Subscribe { id, params }) => {
                self.running.insert(id.clone());
                Some(Action::Start(id, params))
            }
            // It may have ended while the message was on its way.
            Some(Incoming::Complete { id }) => self.running.remove(&id).then_some(Action::Stop(id)),
        }
    }

    /// It is known who it is, or why not.
    pub fn authenticated(&mut self, outcome: Result<(), Close>) -> Option<Action> {
        if self.phase != Phase::Authenticating {
            return None;
        }
        Some(match outcome {
            Ok(()) => {
                self.phase = Phase::Acknowledged;
                Action::Acknowledge
            }
            Err(why) => self.close(why),
        })
    }

    /// An operation has nothing more to say: after an error it is over without a word, else it is completed.
    pub fn ended(&mut self, id: String, with_error: bool) -> Option<Action> {
        let was_running = self.running.remove(&id) && self.phase == Phase::Acknowledged;
        (was_running && !with_error).then_some(Action::Complete(id))
    }

    /// Closes, for whatever reason.
    pub fn close(&mut self, why: Close) -> Action {
        self.phase = Phase::Closed;
        self.running.clear();
        Action::Close(why)
    }
}
