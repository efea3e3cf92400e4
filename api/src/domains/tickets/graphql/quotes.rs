//! Quotes, and what completions used, in the schema.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{QuoteId, TicketId};
use entities::{quote_line, ticket_material};

use super::enums::{PriceKind, QuoteState};
use super::inputs::{
    TicketQuoteApproveInput, TicketQuoteRefuseInput, TicketQuoteSubmitInput, TicketQuoteWithdrawInput,
};
use super::loaders::grouped;
use super::types::Ticket;
use crate::domains::tickets::service::{self, NewLine, QuoteRow, TicketCard};
use crate::error::Error;
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::loader::{Loader, SharedError};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{DateTime, Decimal};
use crate::payloads;

/// What paid work is offered for (报价).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TicketQuote {
    /// Opaque id; approving or refusing names it.
    pub id: ID,
    /// 1 for the ticket's first quote, 2 for the next.
    pub number: i32,
    /// Where it stands.
    pub state: QuoteState,
    /// Whether it is the fixed prices of the price list, by which a service was done without asking.
    pub by_list: bool,
    /// All labour (人工费).
    pub labour: Money,
    /// All material (材料费).
    pub material: Money,
    /// Both.
    pub total: Money,
    /// What its refusal costs (上门费).
    pub visit_fee: Money,
    /// A word to the resident.
    pub words: Option<String>,
    /// Name of the member of staff who made it.
    pub submitted_by_name: String,
    /// When.
    pub submitted_at: DateTime,
    /// Name of the member of staff who put the resident's word down, or took the quote back.
    pub decided_by_name: Option<String>,
    /// How the resident's word was had, or why the quote was refused or taken back.
    pub decided_words: Option<String>,
    /// When it was approved, refused, withdrawn or replaced.
    pub decided_at: Option<DateTime>,
    /// When it was charged, or its visit fee.
    pub due_at: Option<DateTime>,
    #[graphql(skip)]
    row: QuoteRow,
}

impl From<QuoteRow> for TicketQuote {
    fn from(row: QuoteRow) -> Self {
        let quote = row.quote.clone();
        let money = |amount| Money::new(amount, &quote.currency);
        Self {
            id: wire_id(quote.id),
            number: quote.number,
            state: quote.state.into(),
            by_list: quote.by_list,
            labour: money(quote.labour_fen),
            material: money(quote.material_fen),
            total: money(quote.total_fen),
            visit_fee: money(quote.visit_fee_fen),
            submitted_by_name: row.submitted_name.clone(),
            submitted_at: quote.submitted_at.into(),
            decided_by_name: row.decided_name.clone(),
            decided_at: quote.decided_at.map(Into::into),
            due_at: quote.due_at.map(Into::into),
            words: quote.words,
            decided_words: quote.decided_words,
            row,
        }
    }
}

#[ComplexObject]
impl TicketQuote {
    /// What it is made of, in its order.
    async fn lines(&self, context: &Context<'_>) -> Result<Vec<QuoteLine>> {
        let quote = &self.row.quote;
        let rows = request(context).loader().load_one(LinesOf(quote.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| QuoteLine::new(row, &quote.currency)).collect())
    }
}

/// One line of a quote.
#[derive(SimpleObject)]
pub struct QuoteLine {
    /// The entry of the price list; null for something that is not on it.
    pub price_item_id: Option<ID>,
    /// Chinese name; the words, where it is not on the price list.
    pub name_zh: String,
    /// English name; the words, where it is not on the price list.
    pub name_en: String,
    /// Labour or material.
    pub kind: PriceKind,
    /// Unit of measure, in words.
    pub unit: String,
    /// How many or how much.
    pub quantity: Decimal,
    /// The price of one.
    pub unit_price: Money,
    /// What it comes to, rounded half up to the currency's smallest unit.
    pub amount: Money,
}

impl QuoteLine {
    fn new(row: quote_line::Model, currency: &str) -> Self {
        Self {
            price_item_id: row.price_item_id.map(wire_id),
            name_zh: row.name_zh,
            name_en: row.name_en,
            kind: row.kind.into(),
            unit: row.unit,
            quantity: Decimal::scaled(row.quantity_milli.0, 3),
            unit_price: Money::new(row.unit_price_fen, currency),
            amount: Money::new(row.amount_fen, currency),
        }
    }
}

/// Labour or material that a completion used (用料).
#[derive(SimpleObject)]
pub struct TicketMaterial {
    /// Which round of work it belongs to: 0 is the first.
    pub round: i32,
    /// The entry of the price list; null for something that is not on it.
    pub price_item_id: Option<ID>,
    /// Chinese name; the words, where it is not on the price list.
    pub name_zh: String,
    /// English name; the words, where it is not on the price list.
    pub name_en: String,
    /// Labour or material.
    pub kind: PriceKind,
    /// Unit of measure, in words.
    pub unit: String,
    /// How many or how much.
    pub quantity: Decimal,
    /// What it comes to by the agreed price; null where the resident does not pay.
    pub amount: Option<Money>,
}

impl TicketMaterial {
    fn new(row: ticket_material::Model, currency: &str) -> Self {
        Self {
            round: row.round,
            price_item_id: row.price_item_id.map(wire_id),
            name_zh: row.name_zh,
            name_en: row.name_en,
            kind: row.kind.into(),
            unit: row.unit,
            quantity: Decimal::scaled(row.quantity_milli.0, 3),
            amount: row.amount_fen.map(|amount| Money::new(amount, currency)),
        }
    }
}

/// Asks for a ticket's quotes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct QuotesOf(TicketId);

impl BatchLoader<QuotesOf> for Loader {
    type Value = Vec<QuoteRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[QuotesOf]) -> Result<HashMap<QuotesOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::quotes_of(&self.app, &ids).await?, |row| QuotesOf(row.quote.ticket_id)))
    }
}

/// Asks for a quote's lines.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct LinesOf(QuoteId);

impl BatchLoader<LinesOf> for Loader {
    type Value = Vec<quote_line::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[LinesOf]) -> Result<HashMap<LinesOf, Self::Value>, SharedError> {
        let ids: Vec<QuoteId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::quote_lines_of(&self.app, &ids).await?, |row| LinesOf(row.quote_id)))
    }
}

/// Asks for what a ticket's completions used.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MaterialsOf(TicketId);

impl BatchLoader<MaterialsOf> for Loader {
    type Value = Vec<ticket_material::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[MaterialsOf]) -> Result<HashMap<MaterialsOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::materials_of(&self.app, &ids).await?, |row| MaterialsOf(row.ticket_id)))
    }
}

async fn rows(context: &Context<'_>, card: &TicketCard) -> Result<Vec<QuoteRow>> {
    // The card says whether there ever was one.
    if card.ticket.quote_state.is_none() {
        return Ok(Vec::new());
    }
    Ok(request(context).loader().load_one(QuotesOf(card.ticket.id)).await?.unwrap_or_default())
}

/// The quote with an id; `NOT_FOUND` when there is none, or its ticket is out of the viewer's reach.
pub async fn find_quote(context: &Context<'_>, id: QuoteId) -> Result<TicketQuote, Error> {
    let request = request(context);
    Ok(service::quote(&request.app, request.viewer()?, id).await?.into())
}

/// A ticket's quotes, oldest first.
pub async fn quotes(context: &Context<'_>, card: &TicketCard) -> Result<Vec<TicketQuote>> {
    Ok(rows(context, card).await?.into_iter().map(Into::into).collect())
}

/// What the resident is to pay; nothing where nothing was ever quoted.
pub async fn amount_due(context: &Context<'_>, card: &TicketCard) -> Result<Option<Money>> {
    let rows = rows(context, card).await?;
    if rows.is_empty() {
        return Ok(None);
    }
    let due = service::amount_due(card, rows.iter().map(|row| &row.quote))?;
    Ok(Some(Money::new(due, &card.currency)))
}

/// What a ticket's completions used, in their order.
pub async fn materials(context: &Context<'_>, card: &TicketCard) -> Result<Vec<TicketMaterial>> {
    let rows = request(context).loader().load_one(MaterialsOf(card.ticket.id)).await?.unwrap_or_default();
    Ok(rows.into_iter().map(|row| TicketMaterial::new(row, &card.currency)).collect())
}

/// A line of a quote: an entry of the price list, or something in words whose price was found on site.
#[derive(InputObject)]
pub struct QuoteLineInput {
    /// The entry of the price list.
    price_item_id: Option<ID>,
    /// What it is, at most 300 characters, where it is not on the price list.
    words: Option<String>,
    /// Labour or material; needed for something in words.
    kind: Option<PriceKind>,
    /// Unit of measure of something in words, at most 20 characters.
    unit: Option<String>,
    /// How many or how much: more than 0, at most 10,000, with three decimals at most.
    quantity: Decimal,
    /// The price of one, in the community's currency; the price list's where that is fixed.
    unit_price: Option<Decimal>,
}

/// Labour or material that was used: an entry of the price list, or something in words.
#[derive(InputObject)]
pub struct TicketMaterialInput {
    /// The entry of the price list.
    price_item_id: Option<ID>,
    /// What it is, at most 300 characters, where it is not on the price list; on paid work as the quote has it.
    words: Option<String>,
    /// Unit of measure of something in words, at most 20 characters.
    unit: Option<String>,
    /// How many or how much: more than 0, at most 10,000, with three decimals at most.
    quantity: Decimal,
}

/// The lines of a quote.
pub fn read_lines(lines: &[QuoteLineInput]) -> Result<Vec<NewLine>, Error> {
    let read = |line: &QuoteLineInput| -> Result<NewLine, Error> {
        Ok(NewLine {
            price_item_id: parse_optional_id(line.price_item_id.as_ref(), "lines")?,
            words: line.words.clone(),
            kind: line.kind.map(Into::into),
            unit: line.unit.clone(),
            quantity: line.quantity.0,
            unit_price: line.unit_price.map(|price| price.0),
        })
    };
    lines.iter().map(read).collect()
}

/// What was used.
pub fn read_materials(lines: Option<&[TicketMaterialInput]>) -> Result<Vec<NewLine>, Error> {
    let read = |line: &TicketMaterialInput| -> Result<NewLine, Error> {
        Ok(NewLine {
            price_item_id: parse_optional_id(line.price_item_id.as_ref(), "materials")?,
            words: line.words.clone(),
            kind: None,
            unit: line.unit.clone(),
            quantity: line.quantity.0,
            unit_price: None,
        })
    };
    lines.unwrap_or_default().iter().map(read).collect()
}

payloads! {
    /// What became of it.
    TicketQuoteSubmitPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketQuoteWithdrawPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketQuoteApprovePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
    /// What became of it.
    TicketQuoteRefusePayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
}

/// Mutations of quotes.
#[derive(Default)]
pub struct QuoteMutation;

#[Object]
impl QuoteMutation {
    /// Offers paid work for a price (报价), by the assignee or a dispatcher; replaces a quote that waits. Work that is
    /// going on waits for the resident's word.
    async fn ticket_quote_submit(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketQuoteSubmitInput,
    ) -> Result<TicketQuoteSubmitPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let lines = read_lines(&input.lines)?;
            service::submit_quote(app, viewer, input.step()?, lines, input.words.as_deref()).await
        }
        .await;
        Ok(TicketQuoteSubmitPayload::from_outcome(context, outcome)?)
    }

    /// Takes an open quote back (撤回报价); work that waits for it can be resumed then.
    async fn ticket_quote_withdraw(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketQuoteWithdrawInput,
    ) -> Result<TicketQuoteWithdrawPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let quote = parse_id(&input.quote_id, "quoteId")?;
            service::withdraw_quote(app, viewer, input.step()?, quote, input.words.as_deref()).await
        }
        .await;
        Ok(TicketQuoteWithdrawPayload::from_outcome(context, outcome)?)
    }

    /// Agrees to a quote (确认报价): the resident, or the front desk on the resident's word. Work that waits for it goes on.
    async fn ticket_quote_approve(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketQuoteApproveInput,
    ) -> Result<TicketQuoteApprovePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let quote = parse_id(&input.quote_id, "quoteId")?;
            service::approve_quote(app, viewer, input.step()?, quote, input.words.as_deref()).await
        }
        .await;
        Ok(TicketQuoteApprovePayload::from_outcome(context, outcome)?)
    }

    /// Does not agree to a quote (拒绝报价): the ticket is cancelled. The visit is paid for where the community has set a
    /// fee and somebody had come.
    async fn ticket_quote_refuse(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketQuoteRefuseInput,
    ) -> Result<TicketQuoteRefusePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let quote = parse_id(&input.quote_id, "quoteId")?;
            service::refuse_quote(app, viewer, input.step()?, quote, &input.reason).await
        }
        .await;
        Ok(TicketQuoteRefusePayload::from_outcome(context, outcome)?)
    }
}
