//! Running an operation that was looked at: within its time, and whatever happens inside.

use std::panic::AssertUnwindSafe;

use async_graphql::parser::types::OperationType;
use async_graphql::{Value, value};
use futures_util::FutureExt as _;
use tokio::time::{Instant, timeout_at};

use super::check::Checked;
use super::outcome::Outcome;
use crate::domains::identity::{ClientInfo, Viewer};
use crate::error::Locale;
use crate::graphql::Request;
use crate::graphql::error::TopLevel;
use crate::http::Shared;

/// What all operations of a request share.
pub struct Asker {
    /// Who asks, when signed in.
    pub viewer: Option<Viewer>,
    /// In which language.
    pub locale: Locale,
    /// From where.
    pub client: ClientInfo,
    /// When it is given up.
    pub deadline: Instant,
    /// Whether the cost is to be told.
    pub wants_cost: bool,
}

/// Runs a query or a mutation. What is not done by the deadline is dropped, and its statements with it; a change that was
/// begun happens as a whole or not at all, and its idempotency key tells which when it is sent again.
pub async fn run(shared: &Shared, checked: Checked, asker: &Asker) -> Outcome {
    if checked.kind == OperationType::Subscription {
        return Outcome::not_run(TopLevel::Malformed);
    }
    let request = Request::new(shared.app.clone(), asker.viewer.clone(), asker.locale).sent_by(asker.client.clone());
    let batches = request.batches.clone();
    let work = batches.drive(shared.schema.execute(checked.request().data(request)));
    let mut outcome = guarded(work, asker.deadline).await;
    if asker.wants_cost {
        outcome.answer.extensions.insert("cost".to_owned(), cost(checked.cost, shared.app.config.graphql_complexity));
    }
    outcome
}

/// The answer of `work`, unless it takes too long or panics.
pub async fn guarded(work: impl Future<Output = async_graphql::Response>, deadline: Instant) -> Outcome {
    match timeout_at(deadline, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(answer)) => Outcome::executed(answer),
        // The panic itself has written to the log where it was.
        Ok(Err(_)) => Outcome::not_run(TopLevel::Internal).with_status(axum::http::StatusCode::INTERNAL_SERVER_ERROR),
        Err(_) => {
            tracing::warn!("graphql.timeout");
            Outcome::not_run(TopLevel::Timeout)
        }
    }
}

fn cost(requested: u64, limit: usize) -> Value {
    value!({ "requested": requested, "limit": limit })
}
