//! Lists of tickets in the schema.

use async_graphql::{Context, Result};

use super::types::Ticket;
use crate::connection;
use crate::domains::tickets::service::{self, TicketFilter, WorkList};
use crate::graphql::request;

/// How to count a work list.
pub struct TicketCount {
    pub(super) list: WorkList,
    pub(super) filter: TicketFilter,
}

impl TicketCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::total(&request.app, request.viewer()?, self.list.clone(), &self.filter).await?)
    }
}

connection! {
    /// A list of tickets.
    TicketConnection, TicketEdge, Ticket, count: TicketCount
}
