//! Filters that people keep.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::enums::ListKind;
use super::filters::ListFilterInput;
use crate::connection;
use crate::domains::identity::Viewer;
use crate::domains::office::service::{self, FilterOnShelf, NewSavedFilter};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::payload::split;
use crate::graphql::scalars::DateTime;
use crate::graphql::{UserError, request};
use crate::payloads;

/// A filter of a list that somebody keeps under a name (常用筛选).
#[derive(SimpleObject)]
pub struct SavedFilter {
    /// Opaque id.
    pub id: ID,
    /// Of which list.
    pub list: ListKind,
    /// The name; each of a person's filters of a list has another.
    pub name: String,
    /// The filter, to be shown and sent to the list as it is. Null when a later version of the server wrote it.
    pub filter: Option<ListFilterInput>,
    /// Fields of the filter that name what the viewer cannot see any more, such as `communityId`.
    pub unavailable: Vec<String>,
    /// Whether everybody of the organization may use it.
    pub shared: bool,
    /// Whether it is the viewer's own.
    pub own: bool,
    /// Name of whose it is.
    pub owner_name: String,
    /// Rises with each change; send it back as `expectedVersion`.
    pub version: i32,
    /// When it was last changed.
    pub updated_at: DateTime,
}

fn shown(viewer: &Viewer, found: FilterOnShelf) -> SavedFilter {
    let saved = found.row.saved;
    SavedFilter {
        id: wire_id(saved.id),
        list: saved.list.into(),
        name: saved.name,
        filter: found.filter.map(Into::into),
        unavailable: found.unavailable.into_iter().map(str::to_owned).collect(),
        shared: saved.shared,
        own: viewer.staff().is_some_and(|staff| staff.staff_id == saved.staff_id),
        owner_name: found.row.owner_name,
        version: saved.version,
        updated_at: saved.updated_at.into(),
    }
}

/// The filters of whoever asks, for `viewer`.
pub async fn own_filters(context: &Context<'_>, viewer: &Viewer) -> Result<Vec<SavedFilter>> {
    let found = service::own_filters(&request(context).app, viewer).await?;
    Ok(found.into_iter().map(|it| shown(viewer, it)).collect())
}

/// How to count a list of saved filters.
pub struct SavedFilterTotal(Option<entities::values::ListKind>);

impl SavedFilterTotal {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_saved_filters(&request.app, request.viewer()?, self.0).await?)
    }
}

connection! {
    /// A list of saved filters.
    SavedFilterConnection, SavedFilterEdge, SavedFilter, count: SavedFilterTotal
}

/// Keeps a filter, or changes one.
#[derive(InputObject)]
pub struct SavedFilterSetInput {
    /// The own filter that is changed; a new one when missing.
    saved_filter_id: Option<ID>,
    /// The version that the client saw; refused when it has changed since.
    expected_version: Option<i32>,
    /// Of which list; that of a filter which is changed stays.
    list: ListKind,
    /// The name, 1 to 60 characters.
    name: String,
    /// The filter; everything when missing.
    filter: Option<ListFilterInput>,
    /// Whether everybody of the organization may use it.
    #[graphql(default)]
    shared: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Removes a saved filter.
#[derive(InputObject)]
pub struct SavedFilterDeleteInput {
    /// Which.
    saved_filter_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    SavedFilterSetPayload {
        /// The filter as it is kept now.
        saved_filter: SavedFilter
    }
}

/// What became of it.
#[derive(SimpleObject)]
pub struct SavedFilterDeletePayload {
    /// The id of the filter that is gone.
    pub deleted_id: Option<ID>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Queries of saved filters.
#[derive(Default)]
pub struct SavedFilterQuery;

#[Object]
impl SavedFilterQuery {
    /// The viewer's own filters and those that colleagues share, in the order in which they were made.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn saved_filters(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only of this list.")] list: Option<ListKind>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<SavedFilterConnection> {
        let request = request(context);
        let (app, viewer) = (&request.app, request.viewer()?);
        let window = Window::new(first, after.as_deref())?;
        let list = list.map(Into::into);
        let found = service::saved_filters(app, viewer, list, window.after, window.fetch()).await?;
        let page = Page::new(&window, found, |it| it.row.saved.id)?;
        let rows = page.rows.into_iter().map(|(cursor, it)| (cursor, shown(viewer, it))).collect();
        Ok(SavedFilterConnection::new(Page { rows, page_info: page.page_info }, SavedFilterTotal(list)))
    }
}

/// Mutations of saved filters.
#[derive(Default)]
pub struct SavedFilterMutation;

#[Object]
impl SavedFilterMutation {
    /// Keeps a filter of a list under a name, at most 50 a person, or changes an own one.
    async fn saved_filter_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The filter.")] input: SavedFilterSetInput,
    ) -> Result<SavedFilterSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<SavedFilter, Error> = async {
            let list = input.list.into();
            let new = NewSavedFilter {
                id: parse_optional_id(input.saved_filter_id.as_ref(), "savedFilterId")?,
                expected_version: input.expected_version,
                list,
                name: input.name,
                filter: input.filter.unwrap_or_default().read(list)?,
                shared: input.shared,
            };
            let kept = service::set_saved_filter(app, viewer, new, &input.idempotency_key).await?;
            Ok(shown(viewer, kept))
        }
        .await;
        Ok(SavedFilterSetPayload::from_outcome(context, outcome)?)
    }

    /// Removes an own filter; administrators also remove what others share.
    async fn saved_filter_delete(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which filter.")] input: SavedFilterDeleteInput,
    ) -> Result<SavedFilterDeletePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<ID, Error> = async {
            let id = parse_id(&input.saved_filter_id, "savedFilterId")?;
            service::delete_saved_filter(app, viewer, id, &input.idempotency_key).await?;
            Ok(input.saved_filter_id)
        }
        .await;
        let (deleted_id, user_errors) = split(context, outcome)?;
        Ok(SavedFilterDeletePayload { deleted_id, user_errors })
    }
}
