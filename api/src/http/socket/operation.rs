//! One operation of a socket as a stream of what it says. A subscription is asked anew after each change, as a request of
//! its own: the viewer is read again, and so is the object.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::ServerError;
use async_graphql::parser::types::OperationType;
use entities::values::SessionId;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use tokio::time::{Instant, timeout_at};

use crate::domains::identity::{self, Viewer};
use crate::error::{Error, Locale};
use crate::graphql::Request;
use crate::graphql::error::TopLevel;
use crate::graphql::live::Interest;
use crate::http::Shared;
use crate::http::graphql::{Asker, Checked, Finished, Outcome, Params, Reader, check, guarded, kind_of, run};

/// What an operation says.
pub enum Event {
    /// An answer.
    Next(Finished),
    /// It did not run, or cannot go on.
    Error(Vec<ServerError>),
    /// The session is over.
    SessionOver,
}

/// Whose operation it is.
#[derive(Clone)]
pub struct Owner {
    /// The session that opened the socket.
    pub session: SessionId,
    /// In which language.
    pub locale: Locale,
    /// How errors are told.
    pub reader: Reader,
}

/// Runs an operation.
pub fn start(shared: Arc<Shared>, owner: Owner, params: Params) -> BoxStream<'static, Event> {
    let checked = match check(&shared, params, shared.app.config.graphql_complexity as u64) {
        Ok(checked) => checked,
        Err(outcome) => return stream::iter([failed(outcome, &owner.reader)]).boxed(),
    };
    if checked.kind == OperationType::Subscription {
        let interest = Arc::new(Interest::new(Arc::clone(&shared.app.live)));
        let subscription = Subscription { shared, owner, checked, interest, state: State::First };
        return stream::unfold(subscription, |subscription| Box::pin(subscription.next())).boxed();
    }
    stream::once(async move {
        let deadline = deadline(&shared);
        let Some(_working) = shared.gate.work() else {
            return failed(Outcome::refused(TopLevel::Overloaded), &owner.reader);
        };
        let viewer = match viewer(&shared, &owner, deadline).await {
            Ok(viewer) => viewer,
            Err(event) => return event,
        };
        let asker = Asker {
            viewer: Some(viewer),
            locale: owner.locale,
            client: owner.reader.client.clone(),
            deadline,
            wants_cost: false,
        };
        let outcome = run(&shared, checked, &asker).await;
        if outcome.ran() { Event::Next(outcome.finish(&owner.reader)) } else { failed(outcome, &owner.reader) }
    })
    .boxed()
}

enum State {
    First,
    Waiting,
    Over,
}

struct Subscription {
    shared: Arc<Shared>,
    owner: Owner,
    checked: Checked,
    interest: Arc<Interest>,
    state: State,
}

impl Subscription {
    async fn next(mut self) -> Option<(Event, Self)> {
        match self.state {
            State::Over => return None,
            State::First => {}
            State::Waiting => self.interest.changed().await,
        }
        let event = self.ask().await;
        self.state = if matches!(event, Event::Next(_)) { State::Waiting } else { State::Over };
        Some((event, self))
    }

    async fn ask(&self) -> Event {
        let (shared, owner) = (&self.shared, &self.owner);
        let deadline = deadline(shared);
        let Ok(_working) = timeout_at(deadline, shared.gate.wait()).await else {
            return failed(Outcome::refused(TopLevel::Overloaded), &owner.reader);
        };
        let viewer = match viewer(shared, owner, deadline).await {
            Ok(viewer) => viewer,
            Err(event) => return event,
        };
        let request = Request::new(shared.app.clone(), Some(viewer), owner.locale).sent_by(owner.reader.client.clone());
        let batches = request.batches.clone();
        let request = self.checked.request().data(request.waiting_for(Arc::clone(&self.interest)));
        let mut answers = shared.schema.execute_stream(request);
        let answer = batches.drive(async move { answers.next().await.unwrap_or_default() });
        let outcome = guarded(answer, deadline).await;
        let over = outcome.answer.errors.iter().any(|error| {
            matches!(kind_of(error), Some(TopLevel::NotFound | TopLevel::Unauthenticated | TopLevel::Forbidden))
        });
        // What did not even begin is refused; what fails later is told, and may go well the next time.
        let begun = matches!(self.state, State::Waiting) || outcome.answer.errors.is_empty();
        if outcome.ran() && begun && !over {
            Event::Next(outcome.finish(&owner.reader))
        } else {
            failed(outcome, &owner.reader)
        }
    }
}

async fn viewer(shared: &Shared, owner: &Owner, deadline: Instant) -> Result<Viewer, Event> {
    match timeout_at(deadline, identity::viewer_of_session(&shared.app, owner.session)).await {
        Ok(Ok(viewer)) => Ok(viewer),
        Ok(Err(Error::Internal(cause))) => {
            tracing::error!(?cause, "socket.authentication_failed");
            Err(failed(Outcome::refused(TopLevel::Internal), &owner.reader))
        }
        Ok(Err(_)) => Err(Event::SessionOver),
        Err(_) => Err(failed(Outcome::not_run(TopLevel::Timeout), &owner.reader)),
    }
}

fn failed(outcome: Outcome, reader: &Reader) -> Event {
    Event::Error(outcome.finish(reader).errors)
}

fn deadline(shared: &Shared) -> Instant {
    Instant::now() + Duration::from_secs(shared.app.config.request_seconds)
}
