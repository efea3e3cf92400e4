//! Lists of contacts.

use async_graphql::{Context, Object, Result};

use super::inputs::ContactFilterInput;
use super::types::{ContactConnection, ContactTotal};
use crate::domains::tickets::service::{self, ContactCursor, ContactList};
use crate::error::{Code, Refusal};
use crate::graphql::connection::{Page, Window};
use crate::graphql::request;

async fn list(
    context: &Context<'_>,
    list: ContactList,
    filter: Option<ContactFilterInput>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<ContactConnection> {
    let request = request(context);
    let filter = filter.unwrap_or_default().read()?;
    let window = Window::new(first, after.as_deref())?;
    let foreign =
        |cursor: &ContactCursor| !cursor.is_ours() || cursor.due.is_none() == (list == ContactList::CallbacksDue);
    if window.after.as_ref().is_some_and(foreign) {
        return Err(Refusal { field: vec!["after"], ..Refusal::new(Code::InvalidValue) }.into());
    }
    let (app, viewer) = (&request.app, request.viewer()?);
    let rows = service::contacts(app, viewer, list, &filter, window.after.as_ref(), window.fetch()).await?;
    let page = Page::new(&window, rows, |row| list.cursor(row))?;
    Ok(ContactConnection::new(page, ContactTotal { list, filter }))
}

/// Lists of contacts, each a connection.
#[derive(Default)]
pub struct ContactQuery;

#[Object]
impl ContactQuery {
    /// What people came to the company with (来电来访), newest first: in the communities whose households the viewer may
    /// see, or what a resident said.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn contacts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which contacts.")] filter: Option<ContactFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ContactConnection> {
        list(context, ContactList::All, filter, first, after).await
    }

    /// Contacts that joined a completed ticket and wait for their callback (待回访), by the callback's date. A ticket's own
    /// contact person is called back as `callbacksDue` lists it.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn contact_callbacks_due(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which contacts.")] filter: Option<ContactFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ContactConnection> {
        list(context, ContactList::CallbacksDue, filter, first, after).await
    }
}
