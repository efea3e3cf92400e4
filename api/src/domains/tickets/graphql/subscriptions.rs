//! What is told of tickets while somebody looks at them.

use async_graphql::{Context, ID, Result, Subscription};
use entities::values::{TicketId, TypedId as _};
use futures_util::Stream;
use futures_util::stream;

use super::types::{Ticket, find_ticket};
use crate::error::{Code, Error, Refusal};
use crate::graphql::error::TopLevel;
use crate::graphql::id::try_parse_id;
use crate::graphql::request;

/// Subscriptions of tickets.
#[derive(Default)]
pub struct TicketSubscription;

#[Subscription]
impl TicketSubscription {
    /// A ticket as it is now, and again after each change of it; changes in quick succession are told as one. It ends
    /// with the error NOT_FOUND when there is no such ticket, or the viewer may not, or no longer, see it.
    async fn ticket_updated(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The ticket's id.")] id: ID,
    ) -> Result<impl Stream<Item = Option<Ticket>> + use<>> {
        let request = request(context);
        request.viewer()?;
        let id: TicketId = try_parse_id(&id).ok_or_else(|| TopLevel::NotFound.error())?;
        if let Some(interest) = &request.interest {
            interest.watch(id.uuid());
        }
        match find_ticket(context, id).await {
            Ok(ticket) => Ok(stream::iter([Some(ticket)])),
            Err(Error::Refused(Refusal { code: Code::NotFound, .. }) | Error::Forbidden) => {
                Err(TopLevel::NotFound.error())
            }
            Err(error) => Err(error.into()),
        }
    }
}
