//! Series and books of receipts in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::ReceiptBookId;

use super::desk_enums::{ReceiptBookState, ReceiptSeriesKind};
use crate::connection;
use crate::domains::payments::service::{self, BookCard, BookFilter, NewBook, NewSeries, ReceiptSeriesRow};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::DateTime;
use crate::payloads;

/// What a community's receipts are numbered by, without gaps (收据号段).
#[derive(SimpleObject)]
pub struct ReceiptSeries {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// Where it is used.
    pub kind: ReceiptSeriesKind,
    /// What stands before the numbers.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Whether its numbers are those of books that clerks are given.
    pub books: bool,
    /// Whether new receipts take its numbers.
    pub active: bool,
    /// The last number; 0 for a series with books.
    pub last_number: i32,
    /// Rises with each change, not with each number.
    pub version: i32,
}

impl From<ReceiptSeriesRow> for ReceiptSeries {
    fn from(row: ReceiptSeriesRow) -> Self {
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            kind: row.kind.into(),
            code: row.code,
            name: row.name,
            books: row.books,
            active: row.active,
            last_number: number(row.last_number),
            version: row.version,
        }
    }
}

fn number(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A book of receipts (收据本) in somebody's custody.
#[derive(SimpleObject)]
pub struct ReceiptBook {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The series.
    pub series_id: ID,
    /// The series' code.
    pub series_code: String,
    /// Who holds it, or held it.
    pub staff_id: ID,
    /// That person's name.
    pub staff_name: String,
    /// Where it is.
    pub state: ReceiptBookState,
    /// The first number.
    pub from: i32,
    /// The last number.
    pub to: i32,
    /// The next number that is not used yet; past `to` when all are.
    pub next: i32,
    /// How many were used.
    pub used: i32,
    /// Rises with each change, not with each number.
    pub version: i32,
    /// When it was given out.
    pub issued_at: DateTime,
    /// When it came back.
    pub returned_at: Option<DateTime>,
}

impl From<BookCard> for ReceiptBook {
    fn from(card: BookCard) -> Self {
        let row = card.book;
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            series_id: wire_id(row.series_id),
            series_code: card.series_code,
            staff_id: wire_id(row.staff_id),
            staff_name: card.staff_name,
            state: row.state.into(),
            from: number(row.first_number),
            to: number(row.last_number),
            next: number(row.next_number),
            used: number(row.next_number - row.first_number),
            version: row.version,
            issued_at: row.issued_at.into(),
            returned_at: row.returned_at.map(Into::into),
        }
    }
}

/// Which books a list shows.
#[derive(InputObject, Default)]
pub struct ReceiptBookFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this series.
    series_id: Option<ID>,
    /// Only those of this holder.
    staff_id: Option<ID>,
    /// Only in this state.
    state: Option<ReceiptBookState>,
}

impl ReceiptBookFilterInput {
    fn read(&self) -> Result<BookFilter, Error> {
        Ok(BookFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            series_id: parse_optional_id(self.series_id.as_ref(), "seriesId")?,
            staff_id: parse_optional_id(self.staff_id.as_ref(), "staffId")?,
            state: self.state.map(Into::into),
        })
    }
}

/// How to count books.
pub struct BookCount(BookFilter);

impl BookCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_books(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Books of receipts.
    ReceiptBookConnection, ReceiptBookEdge, ReceiptBook, count: BookCount
}

/// A series of the desk as it is to be.
#[derive(InputObject)]
pub struct ReceiptSeriesSetInput {
    /// The community.
    community_id: ID,
    /// What stands before the numbers: up to 12 letters and digits, in capitals; `E` is that of electronic receipts.
    code: String,
    /// What people call it, at most 60 characters.
    name: String,
    /// Whether its numbers are those of books that clerks are given; stays as it was first.
    #[graphql(default)]
    books: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A book that is given out.
#[derive(InputObject)]
pub struct ReceiptBookIssueInput {
    /// The series in use, with books.
    series_id: ID,
    /// The first number.
    from: i32,
    /// The last number; a thousand numbers at most.
    to: i32,
    /// Who holds it: somebody who takes money in the community.
    staff_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A book that comes back.
#[derive(InputObject)]
pub struct ReceiptBookReturnInput {
    /// The book.
    receipt_book_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ReceiptSeriesSetPayload {
        /// The series as it now is.
        series: ReceiptSeries
    }
    /// What became of it.
    ReceiptBookIssuePayload {
        /// The book.
        book: ReceiptBook
    }
    /// What became of it.
    ReceiptBookReturnPayload {
        /// The book as it now is.
        book: ReceiptBook
    }
}

/// Queries of series and books.
#[derive(Default)]
pub struct BookQuery;

#[Object]
impl BookQuery {
    /// The series of a community, the desk's first; for staff who see fees.
    #[graphql(complexity = "5 + child_complexity")]
    async fn receipt_series(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
    ) -> Result<Vec<ReceiptSeries>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let rows = service::list_series(app, viewer, parse_id(&community_id, "communityId")?).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Books of receipts, the newest first; for staff who see fees.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn receipt_books(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which books.")] filter: Option<ReceiptBookFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ReceiptBookConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<ReceiptBookId> = Window::new(first, after.as_deref())?;
        let rows = service::books(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &BookCard| card.book.id)?;
        Ok(ReceiptBookConnection::new(page, BookCount(filter)))
    }
}

/// Mutations of series and books.
#[derive(Default)]
pub struct BookMutation;

#[Object]
impl BookMutation {
    /// Has a community's desk number its receipts by this series from now on; the one before keeps its numbers.
    async fn receipt_series_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The series as it is to be.")] input: ReceiptSeriesSetInput,
    ) -> Result<ReceiptSeriesSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewSeries {
                community_id: parse_id(&input.community_id, "communityId")?,
                code: input.code,
                name: input.name,
                books: input.books,
            };
            service::set_series(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(ReceiptSeriesSetPayload::from_outcome(context, outcome)?)
    }

    /// Gives a book of receipts to a clerk (领用), who alone uses its numbers.
    async fn receipt_book_issue(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which numbers, to whom.")] input: ReceiptBookIssueInput,
    ) -> Result<ReceiptBookIssuePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewBook {
                series_id: parse_id(&input.series_id, "seriesId")?,
                from: i64::from(input.from),
                to: i64::from(input.to),
                staff_id: parse_id(&input.staff_id, "staffId")?,
            };
            service::issue_book(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(ReceiptBookIssuePayload::from_outcome(context, outcome)?)
    }

    /// Takes a book back (交回); its unused numbers may be given out again.
    async fn receipt_book_return(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The book.")] input: ReceiptBookReturnInput,
    ) -> Result<ReceiptBookReturnPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.receipt_book_id, "receiptBookId")?;
            service::return_book(app, viewer, id, &input.idempotency_key).await
        }
        .await;
        Ok(ReceiptBookReturnPayload::from_outcome(context, outcome)?)
    }
}
