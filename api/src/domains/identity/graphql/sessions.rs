//! Sessions as the schema shows them.

use async_graphql::{Context, ID, Result, SimpleObject};

use super::enums::SessionKind;
use crate::connection;
use crate::domains::identity::model::Viewer;
use crate::domains::identity::service::{self, SessionRow};
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// A device where the viewer is signed in.
#[derive(SimpleObject)]
pub struct Session {
    /// Opaque id.
    pub id: ID,
    /// What it is signed in as.
    pub kind: SessionKind,
    /// The device: as its owner called it when signing in, else as the program calls itself.
    pub device: Option<String>,
    /// The network that it signed in from, such as `203.0.113.0/24`. The address itself is not kept.
    pub network: Option<String>,
    /// When it signed in.
    pub created_at: DateTime,
    /// When it last asked for something, to the minute.
    pub last_seen_at: Option<DateTime>,
    /// Whether this request comes from it.
    pub current: bool,
}

/// How to count the viewer's sessions.
pub struct SessionCount(Viewer);

impl SessionCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        Ok(service::session_count(&request(context).app, &self.0).await?)
    }
}

connection! {
    /// A list of sessions.
    SessionConnection, SessionEdge, Session, count: SessionCount
}

/// The viewer's sessions, the newest first.
pub(super) async fn list(
    context: &Context<'_>,
    viewer: &Viewer,
    first: Option<i32>,
    after: Option<String>,
) -> Result<SessionConnection> {
    let window = Window::new(first, after.as_deref())?;
    let rows = service::list_sessions(&request(context).app, viewer, window.after, window.fetch()).await?;
    let Page { rows, page_info } = Page::new(&window, rows, |row: &SessionRow| row.id)?;
    let shown = |row: SessionRow| Session {
        id: wire_id(row.id),
        kind: row.kind.into(),
        device: row.device,
        network: row.network,
        created_at: row.created_at.into(),
        last_seen_at: row.last_seen_at.map(Into::into),
        current: row.id == viewer.session_id,
    };
    let rows = rows.into_iter().map(|(cursor, row)| (cursor, shown(row))).collect();
    Ok(SessionConnection::new(Page { rows, page_info }, SessionCount(viewer.clone())))
}
