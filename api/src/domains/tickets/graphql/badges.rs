//! What a home screen counts.

use async_graphql::{Context, Object, Result};
use entities::values::StaffId;

use crate::domains::identity::Viewer;
use crate::domains::tickets::service::{self, ContactFilter, ContactList, TicketFilter, WorkList};
use crate::error::Error;
use crate::graphql::request;

/// How many tickets wait for the viewer in each work list; null where the viewer has no such list (角标).
pub struct Badges(pub Viewer);

impl Badges {
    async fn count(&self, context: &Context<'_>, list: WorkList) -> Result<Option<i32>> {
        match service::total(&request(context).app, &self.0, list, &TicketFilter::default()).await {
            Ok(count) => Ok(Some(i32::try_from(count).unwrap_or(i32::MAX))),
            Err(Error::Forbidden) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn staff_id(&self) -> Option<StaffId> {
        self.0.staff().map(|staff| staff.staff_id)
    }
}

/// How many tickets wait for the viewer in each work list; null where the viewer has no such list (角标).
#[Object]
impl Badges {
    /// Tickets that the viewer has to do, as `myDay` lists them.
    async fn my_day(&self, context: &Context<'_>) -> Result<Option<i32>> {
        match self.staff_id() {
            Some(staff) => self.count(context, WorkList::Day(staff)).await,
            None => Ok(None),
        }
    }

    /// Tickets that the viewer may claim, as `ticketPool` lists them.
    async fn pool(&self, context: &Context<'_>) -> Result<Option<i32>> {
        self.count(context, WorkList::Pool(Vec::new())).await
    }

    /// Tickets that wait for a dispatcher.
    async fn to_dispatch(&self, context: &Context<'_>) -> Result<Option<i32>> {
        self.count(context, WorkList::ToDispatch).await
    }

    /// Tickets that wait for their callback.
    async fn callbacks_due(&self, context: &Context<'_>) -> Result<Option<i32>> {
        self.count(context, WorkList::CallbacksDue).await
    }

    /// Contacts that joined a ticket and wait for their callback, as `contactCallbacksDue` lists them.
    async fn contact_callbacks_due(&self, context: &Context<'_>) -> Result<Option<i32>> {
        let (list, filter) = (ContactList::CallbacksDue, ContactFilter::default());
        match service::total_contacts(&request(context).app, &self.0, list, &filter).await {
            Ok(count) => Ok(Some(i32::try_from(count).unwrap_or(i32::MAX))),
            Err(Error::Forbidden) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Tickets that are late now.
    async fn overdue(&self, context: &Context<'_>) -> Result<Option<i32>> {
        let now = request(context).app.clock.now();
        self.count(context, WorkList::Overdue(now)).await
    }
}
