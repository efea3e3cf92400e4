//! Invoices in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::InvoiceRequestId;

use super::desk::parse_ids;
use super::desk_enums::{InvoiceKind, InvoiceState};
use super::desk_loaders::InvoiceLinesOf;
use crate::connection;
use crate::domains::payments::PaymentError;
use crate::domains::payments::service::{
    self, Decision, InvoiceCard, InvoiceFilter, InvoiceLineRow, Invoiced, NewInvoice,
};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};
use crate::payloads;

/// An invoice that was asked for (发票申请), and what became of it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct InvoiceRequest {
    /// Opaque id.
    pub id: ID,
    /// The community.
    pub community_id: ID,
    /// The community's name.
    pub community_name: String,
    /// Who owes what stands on it, or the first of them.
    pub payer_id: ID,
    /// That payer's name.
    pub payer_name: String,
    /// The payment that it was asked for.
    pub payment_id: Option<ID>,
    /// Whether it was asked for at the desk, not by a resident.
    pub at_desk: bool,
    /// To a person or a company.
    pub kind: InvoiceKind,
    /// Whose name stands on it (抬头); null once the person was erased.
    pub title: Option<String>,
    /// A company's number at the tax office (纳税人识别号).
    pub tax_number: Option<String>,
    /// Where it is sent to.
    pub email: Option<String>,
    /// How much.
    pub amount: Money,
    /// Where it stands.
    pub state: InvoiceState,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Its number (发票号码).
    pub number: Option<String>,
    /// Its day.
    pub issued_on: Option<Date>,
    /// The number of the red-letter invoice that took it back.
    pub red_number: Option<String>,
    /// Why it was taken back.
    pub red_reason: Option<String>,
    /// Rises with each change.
    pub version: i32,
    /// When it was asked for.
    pub created_at: DateTime,
    /// When finance issued or refused it.
    pub decided_at: Option<DateTime>,
    /// When it was taken back.
    pub reversed_at: Option<DateTime>,
    #[graphql(skip)]
    /// The same id, to load by.
    pub key: InvoiceRequestId,
    #[graphql(skip)]
    /// The community's currency.
    pub currency: String,
}

/// What of a charge stands on an invoice.
#[derive(SimpleObject)]
pub struct InvoiceLine {
    /// The charge.
    pub charge_id: ID,
    /// The item's Chinese name.
    pub item_name_zh: String,
    /// The item's English name.
    pub item_name_en: String,
    /// How much.
    pub amount: Money,
}

impl InvoiceLine {
    fn new(row: InvoiceLineRow, currency: &str) -> Self {
        Self {
            charge_id: wire_id(row.charge_id),
            item_name_zh: row.item_name_zh,
            item_name_en: row.item_name_en,
            amount: Money::new(row.amount, currency),
        }
    }
}

#[ComplexObject]
impl InvoiceRequest {
    /// What stands on it; one statement for a whole page.
    async fn lines(&self, context: &Context<'_>) -> Result<Vec<InvoiceLine>> {
        let rows = request(context).loader().load_one(InvoiceLinesOf(self.key)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| InvoiceLine::new(row, &self.currency)).collect())
    }
}

impl From<InvoiceCard> for InvoiceRequest {
    fn from(card: InvoiceCard) -> Self {
        let row = card.invoice;
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            community_name: card.community_name,
            payer_id: wire_id(row.payer_id),
            payer_name: card.payer_name,
            payment_id: row.payment_id.map(wire_id),
            at_desk: row.staff_id.is_some(),
            kind: row.kind.into(),
            title: row.title,
            tax_number: row.tax_number,
            email: row.email,
            amount: Money::new(row.amount, &card.currency),
            state: row.state.into(),
            reason: row.reason,
            number: row.number,
            issued_on: row.issued_on.map(Date),
            red_number: row.red_number,
            red_reason: row.red_reason,
            version: row.version,
            created_at: row.created_at.into(),
            decided_at: row.decided_at.map(Into::into),
            reversed_at: row.reversed_at.map(Into::into),
            key: row.id,
            currency: card.currency,
        }
    }
}

/// An invoice by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_invoice(context: &Context<'_>, id: InvoiceRequestId) -> Result<InvoiceRequest, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_invoice(app, viewer, id).await?.into())
}

/// Which invoices a list shows.
#[derive(InputObject, Default)]
pub struct InvoiceFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only for what this payer owes.
    payer_id: Option<ID>,
    /// Only in this state.
    state: Option<InvoiceState>,
    /// Only to persons, or to companies.
    kind: Option<InvoiceKind>,
    /// Only with something of this charge.
    charge_id: Option<ID>,
}

impl InvoiceFilterInput {
    fn read(&self) -> Result<InvoiceFilter, Error> {
        Ok(InvoiceFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            payer_id: parse_optional_id(self.payer_id.as_ref(), "payerId")?,
            state: self.state.map(Into::into),
            kind: self.kind.map(Into::into),
            charge_id: parse_optional_id(self.charge_id.as_ref(), "chargeId")?,
        })
    }
}

/// How to count invoices.
pub struct InvoiceCount(InvoiceFilter);

impl InvoiceCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_invoices(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Invoices.
    InvoiceRequestConnection, InvoiceRequestEdge, InvoiceRequest, count: InvoiceCount
}

/// An invoice as it is asked for: for exactly one of charges, bills or a payment.
#[derive(InputObject)]
pub struct InvoiceRequestInput {
    /// These charges, paid or not, 500 at most.
    charge_ids: Option<Vec<ID>>,
    /// The charges of these bills.
    bill_ids: Option<Vec<ID>>,
    /// What this payment paid.
    payment_id: Option<ID>,
    /// To a person or a company.
    kind: InvoiceKind,
    /// Whose name stands on it, at most 100 characters.
    title: String,
    /// A company's number at the tax office; persons have none.
    tax_number: Option<String>,
    /// Where it is sent to.
    email: Option<String>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

impl InvoiceRequestInput {
    fn what(&self) -> Result<Invoiced, Error> {
        let payment = parse_optional_id(self.payment_id.as_ref(), "paymentId")?;
        match (&self.charge_ids, &self.bill_ids, payment) {
            (Some(ids), None, None) => Ok(Invoiced::Charges(parse_ids(ids, "chargeIds")?)),
            (None, Some(ids), None) => Ok(Invoiced::Bills(parse_ids(ids, "billIds")?)),
            (None, None, Some(id)) => Ok(Invoiced::Payment(id)),
            (None, None, None) => Err(PaymentError::Required("chargeIds").into()),
            _ => Err(PaymentError::Invalid("chargeIds").into()),
        }
    }
}

/// An invoice that finance has issued.
#[derive(InputObject)]
pub struct InvoiceIssueInput {
    /// The request.
    invoice_request_id: ID,
    /// Its number: 8 to 20 digits.
    number: String,
    /// Its day; today unless said.
    issued_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A request that finance refuses.
#[derive(InputObject)]
pub struct InvoiceRefuseInput {
    /// The request.
    invoice_request_id: ID,
    /// Why, at most 200 characters.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// An invoice that is taken back.
#[derive(InputObject)]
pub struct InvoiceReverseInput {
    /// The issued one.
    invoice_request_id: ID,
    /// The number of the red-letter invoice: 8 to 20 digits.
    red_number: String,
    /// Why, at most 200 characters.
    reason: String,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    InvoiceRequestPayload {
        /// The request.
        invoice: InvoiceRequest
    }
    /// What became of it.
    InvoiceIssuePayload {
        /// The invoice as it now is.
        invoice: InvoiceRequest
    }
    /// What became of it.
    InvoiceRefusePayload {
        /// The request as it now is.
        invoice: InvoiceRequest
    }
    /// What became of it.
    InvoiceReversePayload {
        /// The invoice as it now is.
        invoice: InvoiceRequest
    }
}

/// Queries of invoices.
#[derive(Default)]
pub struct InvoiceQuery;

#[Object]
impl InvoiceQuery {
    /// Invoices that were asked for, the newest first: a resident's own, and for staff who see fees everybody's.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn invoice_requests(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which invoices.")] filter: Option<InvoiceFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<InvoiceRequestConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<InvoiceRequestId> = Window::new(first, after.as_deref())?;
        let rows = service::invoices(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &InvoiceCard| card.invoice.id)?;
        Ok(InvoiceRequestConnection::new(page, InvoiceCount(filter)))
    }
}

async fn decide(context: &Context<'_>, id: &ID, decision: Decision, key: &str) -> Result<Result<InvoiceCard, Error>> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(match parse_id(id, "invoiceRequestId") {
        Ok(id) => service::decide_invoice(app, viewer, id, decision, key).await,
        Err(refusal) => Err(refusal.into()),
    })
}

/// Mutations of invoices.
#[derive(Default)]
pub struct InvoiceMutation;

#[Object]
impl InvoiceMutation {
    /// Asks for an invoice (申请开票), before or after payment: a resident for what they owe, or a clerk at the desk. Each amount
    /// stands on one invoice at a time; deposits stand on none.
    async fn invoice_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What for, and to whom.")] input: InvoiceRequestInput,
    ) -> Result<InvoiceRequestPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewInvoice {
                what: input.what()?,
                kind: input.kind.into(),
                title: input.title,
                tax_number: input.tax_number,
                email: input.email,
            };
            service::request_invoice(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(InvoiceRequestPayload::from_outcome(context, outcome)?)
    }

    /// Writes down that finance has issued an invoice, with its number.
    async fn invoice_issue(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Number and day.")] input: InvoiceIssueInput,
    ) -> Result<InvoiceIssuePayload> {
        let decision = Decision::Issue(input.number, input.issued_on.map(|day| day.0));
        let outcome = decide(context, &input.invoice_request_id, decision, &input.idempotency_key).await?;
        Ok(InvoiceIssuePayload::from_outcome(context, outcome)?)
    }

    /// Refuses a request; its amounts may be asked for again.
    async fn invoice_refuse(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and why.")] input: InvoiceRefuseInput,
    ) -> Result<InvoiceRefusePayload> {
        let decision = Decision::Refuse(input.reason);
        let outcome = decide(context, &input.invoice_request_id, decision, &input.idempotency_key).await?;
        Ok(InvoiceRefusePayload::from_outcome(context, outcome)?)
    }

    /// Writes down that a red-letter invoice took an issued one back (红冲); its amounts may be asked for again.
    async fn invoice_reverse(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, by which number, and why.")] input: InvoiceReverseInput,
    ) -> Result<InvoiceReversePayload> {
        let decision = Decision::Reverse(input.red_number, input.reason);
        let outcome = decide(context, &input.invoice_request_id, decision, &input.idempotency_key).await?;
        Ok(InvoiceReversePayload::from_outcome(context, outcome)?)
    }
}
