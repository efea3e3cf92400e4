//! Lists as files.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::export::Model;

use super::enums::{ExportState, ListKind};
use super::filters::ListFilterInput;
use crate::domains::identity::Viewer;
use crate::domains::office::service::{self, ListFilter, NewExport};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::link::SignedLink;
use crate::graphql::scalars::DateTime;
use crate::graphql::{UserErrorCode, request};
use crate::payloads;
use crate::state::App;

/// A list that is written into a spreadsheet (.xlsx, 导出) for whoever asked for it.
#[derive(SimpleObject)]
pub struct Export {
    /// Opaque id.
    pub id: ID,
    /// Which list.
    pub list: ListKind,
    /// Which of its rows; null when a later version of the server wrote it.
    pub filter: Option<ListFilterInput>,
    /// The columns, in order.
    pub columns: Vec<String>,
    /// Where it stands.
    pub state: ExportState,
    /// Rows that are written.
    pub row_count: i32,
    /// Rows that the list had when it was begun.
    pub total_count: Option<i32>,
    /// Length of the file in bytes.
    pub byte_count: Option<i32>,
    /// Why there will be no file.
    pub error: Option<UserErrorCode>,
    /// The same for people.
    pub error_message: Option<String>,
    /// Where the file is, once it is there.
    pub link: Option<SignedLink>,
    /// When it was asked for.
    pub created_at: DateTime,
    /// When it ended.
    pub finished_at: Option<DateTime>,
    /// When the file is gone.
    pub expires_at: DateTime,
}

fn shown(context: &Context<'_>, app: &App, row: Model) -> Export {
    let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
    let code = row.refusal.as_deref().and_then(Code::parse);
    let message = |code: Code| Refusal::new(code).value("max", app.config.export_rows).message(request(context).locale);
    Export {
        id: wire_id(row.id),
        list: row.list.into(),
        filter: ListFilter::read(&row.filter).map(Into::into),
        columns: row.columns.split(',').map(str::to_owned).collect(),
        state: row.state.into(),
        row_count: count(row.rows_done),
        total_count: row.rows_total.map(count),
        byte_count: row.bytes.map(count),
        error: code.map(Into::into),
        error_message: code.map(message),
        link: service::download_link(app, &row).map(Into::into),
        created_at: row.created_at.into(),
        finished_at: row.finished_at.map(Into::into),
        expires_at: row.expires_at.into(),
    }
}

/// The exports of whoever asks, for `viewer`.
pub async fn own_exports(context: &Context<'_>, viewer: &Viewer) -> Result<Vec<Export>> {
    let app = &request(context).app;
    let rows = service::exports(app, viewer).await?;
    Ok(rows.into_iter().map(|row| shown(context, app, row)).collect())
}

/// A column that a list can have in a file.
#[derive(SimpleObject)]
pub struct ExportColumn {
    /// Its name for `columns`.
    pub key: String,
    /// Its title, in the request's language.
    pub title: String,
}

/// Asks for a list as a spreadsheet.
#[derive(InputObject)]
pub struct ExportCreateInput {
    /// Which list.
    list: ListKind,
    /// Which of its rows; all when missing.
    filter: Option<ListFilterInput>,
    /// The columns, in order; all when missing.
    columns: Option<Vec<String>>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ExportCreatePayload {
        /// The export, which is made in the background.
        export: Export
    }
}

/// Queries of exports.
#[derive(Default)]
pub struct ExportQuery;

#[Object]
impl ExportQuery {
    /// One of the viewer's own exports; null when there is none.
    async fn export(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The export's id.")] id: ID,
    ) -> Result<Option<Export>> {
        let request = request(context);
        let id = parse_id(&id, "id").map_err(|refusal| Refusal { field: vec!["id"], ..refusal })?;
        let row = service::export(&request.app, request.viewer()?, id).await?;
        Ok(row.map(|row| shown(context, &request.app, row)))
    }

    /// The columns that a list can have in a file, with their titles in the request's language.
    async fn export_columns(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which list.")] list: ListKind,
    ) -> Result<Vec<ExportColumn>> {
        let request = request(context);
        let heads = service::export_columns(request.viewer()?, list.into(), request.locale)?;
        let column = |head: crate::infra::export::Head| ExportColumn { key: head.key.into(), title: head.title.into() };
        Ok(heads.into_iter().map(column).collect())
    }
}

/// Mutations of exports.
#[derive(Default)]
pub struct ExportMutation;

#[Object]
impl ExportMutation {
    /// Asks for a list as a spreadsheet (导出): the rows, scope and order of the list, phones as the viewer sees them, titles
    /// in the request's language. It is made in the background; ask `export` how far it is. Every export is recorded.
    async fn export_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which list.")] input: ExportCreateInput,
    ) -> Result<ExportCreatePayload> {
        let request = request(context);
        let (app, viewer) = (&request.app, request.viewer()?);
        let outcome: Result<Export, Error> = async {
            let list = input.list.into();
            let filter = input.filter.unwrap_or_default().read(list)?;
            let new = NewExport { list, filter, columns: input.columns.unwrap_or_default() };
            let row = service::create_export(app, viewer, request.locale, new, &input.idempotency_key).await?;
            Ok(shown(context, app, row))
        }
        .await;
        Ok(ExportCreatePayload::from_outcome(context, outcome)?)
    }
}
