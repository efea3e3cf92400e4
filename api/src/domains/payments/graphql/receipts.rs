//! Receipts in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::ReceiptId;

use super::desk_enums::ReceiptState;
use super::desk_loaders::ReceiptLinesOf;
use crate::connection;
use crate::domains::payments::service::{self, ReceiptCard, ReceiptFilter, ReceiptLineRow};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::link::SignedLink;
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};
use crate::payloads;

/// A receipt (收据) of a settled payment.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Receipt {
    /// Opaque id.
    pub id: ID,
    /// Its number, with the series' code before it.
    pub number: String,
    /// The community.
    pub community_id: ID,
    /// The community's name.
    pub community_name: String,
    /// The series that it is numbered by.
    pub series_id: ID,
    /// The book that the number is of, where it is one of paper.
    pub book_id: Option<ID>,
    /// The payment.
    pub payment_id: ID,
    /// Who paid.
    pub payer_name: Option<String>,
    /// How much.
    pub amount: Money,
    /// Whether it counts.
    pub state: ReceiptState,
    /// The receipt in whose place it came.
    pub replaces_id: Option<ID>,
    /// The receipt that came in its place.
    pub replaced_by_id: Option<ID>,
    /// Who issued it at the desk.
    pub issued_by_id: Option<ID>,
    /// That person's name.
    pub issued_by_name: Option<String>,
    /// When it was issued.
    pub issued_at: DateTime,
    /// Why it is void.
    pub void_reason: Option<String>,
    /// Since when.
    pub voided_at: Option<DateTime>,
    /// Rises with each change.
    pub version: i32,
    #[graphql(skip)]
    /// The same id, to load by.
    pub key: ReceiptId,
    #[graphql(skip)]
    /// The community's currency.
    pub currency: String,
}

/// What of a receipt's money was for what, as it stood when it was issued.
#[derive(SimpleObject)]
pub struct ReceiptLine {
    /// The charge; null for money paid ahead or held.
    pub charge_id: Option<ID>,
    /// What for, in Chinese.
    pub name_zh: String,
    /// What for, in English.
    pub name_en: String,
    /// Building and unit.
    pub place: Option<String>,
    /// The first day that it is for.
    pub from: Option<Date>,
    /// The day after the last.
    pub to: Option<Date>,
    /// How much.
    pub amount: Money,
}

impl ReceiptLine {
    fn new(row: ReceiptLineRow, currency: &str) -> Self {
        Self {
            charge_id: row.charge_id.map(wire_id),
            name_zh: row.name_zh,
            name_en: row.name_en,
            place: row.place,
            from: row.from_day.map(Date),
            to: row.to_day.map(Date),
            amount: Money::new(row.amount, currency),
        }
    }
}

#[ComplexObject]
impl Receipt {
    /// What the money was for; one statement for a whole page.
    async fn lines(&self, context: &Context<'_>) -> Result<Vec<ReceiptLine>> {
        let rows = request(context).loader().load_one(ReceiptLinesOf(self.key)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| ReceiptLine::new(row, &self.currency)).collect())
    }

    /// An address that shows the receipt for printing on A5.
    async fn print_link(&self, context: &Context<'_>) -> Result<SignedLink> {
        let request = request(context);
        Ok(service::receipt_link(&request.app, request.viewer()?, self.key).into())
    }
}

impl From<ReceiptCard> for Receipt {
    fn from(card: ReceiptCard) -> Self {
        let row = card.receipt;
        Self {
            id: wire_id(row.id),
            number: row.code,
            community_id: wire_id(row.community_id),
            community_name: card.community_name,
            series_id: wire_id(row.series_id),
            book_id: row.book_id.map(wire_id),
            payment_id: wire_id(row.payment_id),
            payer_name: row.payer_name,
            amount: Money::new(row.amount, &card.currency),
            state: row.state.into(),
            replaces_id: row.replaces_id.map(wire_id),
            replaced_by_id: card.replaced_by_id.map(wire_id),
            issued_by_id: row.issued_by.map(wire_id),
            issued_by_name: card.staff_name,
            issued_at: row.issued_at.into(),
            void_reason: row.void_reason,
            voided_at: row.voided_at.map(Into::into),
            version: row.version,
            key: row.id,
            currency: card.currency,
        }
    }
}

/// A receipt by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_receipt(context: &Context<'_>, id: ReceiptId) -> Result<Receipt, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_receipt(app, viewer, id).await?.into())
}

/// Which receipts a list shows.
#[derive(InputObject, Default)]
pub struct ReceiptFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of payments for this unit.
    unit_id: Option<ID>,
    /// Only for this payment.
    payment_id: Option<ID>,
    /// Only of this series.
    series_id: Option<ID>,
    /// Only of this book.
    book_id: Option<ID>,
    /// Only in this state.
    state: Option<ReceiptState>,
    /// Only the one with this number.
    number: Option<String>,
}

impl ReceiptFilterInput {
    fn read(&self) -> Result<ReceiptFilter, Error> {
        Ok(ReceiptFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            payment_id: parse_optional_id(self.payment_id.as_ref(), "paymentId")?,
            series_id: parse_optional_id(self.series_id.as_ref(), "seriesId")?,
            book_id: parse_optional_id(self.book_id.as_ref(), "bookId")?,
            state: self.state.map(Into::into),
            // No number holds a NUL, and PostgreSQL takes none.
            code: self.number.as_ref().map(|number| number.replace('\0', " ")),
        })
    }
}

/// How to count receipts.
pub struct ReceiptCount(ReceiptFilter);

impl ReceiptCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_receipts(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Receipts.
    ReceiptConnection, ReceiptEdge, Receipt, count: ReceiptCount
}

/// A receipt that is made void.
#[derive(InputObject)]
pub struct ReceiptVoidInput {
    /// The receipt.
    receipt_id: ID,
    /// Why, at most 200 characters.
    reason: String,
    /// Whether another comes in its place, which is needed as long as any of the money is there.
    #[graphql(default = true)]
    reissue: bool,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ReceiptVoidPayload {
        /// The receipt as it now is; `replacedById` names the one in its place.
        receipt: Receipt
    }
}

/// Queries of receipts.
#[derive(Default)]
pub struct ReceiptQuery;

#[Object]
impl ReceiptQuery {
    /// Receipts, the newest first: a resident's own, and for staff who see fees everybody's.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn receipts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which receipts.")] filter: Option<ReceiptFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ReceiptConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<ReceiptId> = Window::new(first, after.as_deref())?;
        let rows = service::receipts(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &ReceiptCard| card.receipt.id)?;
        Ok(ReceiptConnection::new(page, ReceiptCount(filter)))
    }
}

/// Mutations of receipts.
#[derive(Default)]
pub struct ReceiptMutation;

#[Object]
impl ReceiptMutation {
    /// Makes a receipt void (作废) and, unless said otherwise, gives another with a new number in its place; for whoever issued
    /// it, and for whoever manages the community's fees.
    async fn receipt_void(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: ReceiptVoidInput,
    ) -> Result<ReceiptVoidPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.receipt_id, "receiptId")?;
            let how = (input.reason.as_str(), input.reissue);
            service::void_receipt(app, viewer, id, how, &input.idempotency_key).await
        }
        .await;
        Ok(ReceiptVoidPayload::from_outcome(context, outcome)?)
    }
}
