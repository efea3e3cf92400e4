//! Work lists.

use async_graphql::{Context, Object, Result, SimpleObject};

use super::enums::TicketState;
use super::inputs::TicketFilterInput;
use super::listing::{TicketConnection, TicketCount};
use crate::domains::tickets::service::{self, TicketCursor, WorkList};
use crate::error::{Code, Refusal};
use crate::graphql::connection::{Page, Window};
use crate::graphql::request;

/// How many tickets are in one state.
#[derive(SimpleObject)]
pub struct TicketStateCount {
    /// The state.
    pub state: TicketState,
    /// How many.
    pub count: i32,
    /// Of which past the deadline that counts now.
    pub overdue_count: i32,
}

async fn list(
    context: &Context<'_>,
    list: WorkList,
    filter: Option<TicketFilterInput>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<TicketConnection> {
    let request = request(context);
    let filter = filter.unwrap_or_default().read()?;
    let window = Window::new(first, after.as_deref())?;
    if window.after.as_ref().is_some_and(|cursor: &TicketCursor| !cursor.is_ours()) {
        return Err(Refusal { field: vec!["after"], ..Refusal::new(Code::InvalidValue) }.into());
    }
    let (app, viewer) = (&request.app, request.viewer()?);
    let (list, cards) = service::page(app, viewer, list, &filter, window.after.as_ref(), window.fetch()).await?;
    let page = Page::new(&window, cards, |card| list.cursor(card))?;
    Ok(TicketConnection::new(page, TicketCount { list, filter }))
}

/// Work lists, each a connection.
#[derive(Default)]
pub struct WorkListQuery;

#[Object]
impl WorkListQuery {
    /// Every ticket that the viewer may see, newest first: a resident's own, or those of a member of staff's communities.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn tickets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        list(context, WorkList::All, filter, first, after).await
    }

    /// What the viewer has to do as a technician (我的工单), by due time and building.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn my_day(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        let staff = request(context).viewer()?.require_staff()?.staff_id;
        list(context, WorkList::Day(staff), filter, first, after).await
    }

    /// What the viewer may claim (抢单池): submitted tickets of the viewer's trades, by due time.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn ticket_pool(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        list(context, WorkList::Pool(Vec::new()), filter, first, after).await
    }

    /// What waits for a dispatcher (待派单), by due time.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn tickets_to_dispatch(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        list(context, WorkList::ToDispatch, filter, first, after).await
    }

    /// What waits for its callback (待回访), by the callback's date.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn callbacks_due(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        list(context, WorkList::CallbacksDue, filter, first, after).await
    }

    /// What is late now (超时), longest first.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn tickets_overdue(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        let now = request(context).app.clock.now();
        list(context, WorkList::Overdue(now), filter, first, after).await
    }

    /// How many tickets that the viewer may see are in each state.
    async fn ticket_counts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which tickets.")] filter: Option<TicketFilterInput>,
    ) -> Result<Vec<TicketStateCount>> {
        let request = request(context);
        let filter = filter.unwrap_or_default().read()?;
        let found = service::counts(&request.app, request.viewer()?, &filter).await?;
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Ok(entities::values::TicketState::ALL
            .iter()
            .map(|state| {
                let row = found.iter().find(|row| row.state == *state);
                TicketStateCount {
                    state: (*state).into(),
                    count: row.map_or(0, |row| count(row.tickets)),
                    overdue_count: row.map_or(0, |row| count(row.overdue)),
                }
            })
            .collect())
    }
}
