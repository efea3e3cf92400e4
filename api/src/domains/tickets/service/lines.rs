//! Lines of quotes and completions: what they mean by the price list of the ticket's community.

use std::collections::HashMap;

use entities::quote_line;
use entities::values::{Money, PriceItemId, PriceKind, Quantity, QuoteId, decimals};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::pricing::{LINES_MAX, LineFault, PRICE_MAX, Price, Subject, check_quantity};
use super::super::model::text::{self, TextFault};
use super::super::repo::{self, TicketCard, UsableItem};
use super::price_list::UNIT_MAX;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// A line as it was sent: of the price list, or in words.
#[derive(Clone, Debug, Serialize)]
pub struct NewLine {
    /// The entry of the price list.
    pub price_item_id: Option<PriceItemId>,
    /// Anything else, in words.
    pub words: Option<String>,
    /// Labour or material, where it is in words.
    pub kind: Option<PriceKind>,
    /// Unit of measure, where it is in words.
    pub unit: Option<String>,
    /// How many or how much, with three decimals at most.
    pub quantity: Decimal,
    /// The price of one, in the community's currency; the list's where that leaves no choice.
    pub unit_price: Option<Decimal>,
}

/// A line as it is understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The entry of the price list.
    pub price_item_id: Option<PriceItemId>,
    /// Chinese name, or the words.
    pub name_zh: String,
    /// English name, or the words.
    pub name_en: String,
    /// Labour or material.
    pub kind: PriceKind,
    /// Unit of measure.
    pub unit: String,
    /// How many or how much.
    pub quantity: Quantity,
    /// By which price; missing for something in words that was not agreed before.
    pub price: Price,
}

impl Line {
    /// What the line is about.
    pub fn subject(&self) -> Subject {
        match self.price_item_id {
            Some(id) => Subject::Item(id),
            None => Subject::Words(self.name_zh.clone()),
        }
    }
}

/// A number as an integer of so many decimals; `None` when it is finer, or too large.
pub fn scaled(number: Decimal, decimals: u32) -> Option<i64> {
    let mut number = number.normalize();
    if number.scale() > decimals {
        return None;
    }
    number.rescale(decimals);
    // `rescale` gives up silently where the number has too many digits for it.
    if number.scale() != decimals { None } else { i64::try_from(number.mantissa()).ok() }
}

/// A fee in a currency, at most what a price may be; `None` for one that is more, less than nothing, or too fine.
pub fn fee_in(fee: Decimal, currency: &str) -> Option<Money> {
    scaled(fee, decimals(currency)).map(Money).filter(|fee| (Money::ZERO..=PRICE_MAX).contains(fee))
}

/// The quantity of a line.
pub fn quantity(line: &NewLine) -> Result<Quantity, LineFault> {
    check_quantity(scaled(line.quantity, 3).map(Quantity).ok_or(LineFault::Quantity)?)
}

/// The price of one unit, as it was sent.
pub fn unit_price(line: &NewLine, currency: &str) -> Result<Option<Money>, LineFault> {
    let scaled = |price| scaled(price, decimals(currency)).map(Money).ok_or(LineFault::PriceInvalid);
    line.unit_price.map(scaled).transpose()
}

/// Checks how many lines there are.
pub fn check_count(list: &'static str, lines: &[NewLine]) -> Result<(), TicketError> {
    if lines.len() > LINES_MAX { Err(TicketError::TooMany(list, LINES_MAX)) } else { Ok(()) }
}

/// The price items that lines name, as far as they belong to the ticket's community.
pub async fn items_of(
    tx: &Tx,
    card: &TicketCard,
    lines: &[NewLine],
) -> Result<HashMap<PriceItemId, UsableItem>, Error> {
    let mut ids: Vec<PriceItemId> = lines.iter().filter_map(|line| line.price_item_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let (ticket, currency) = (&card.ticket, &card.currency);
    let found = repo::usable_items(tx, ticket.org_id, ticket.community_id, currency, &ids).await?;
    Ok(found.into_iter().map(|row| (row.item.id, row)).collect())
}

/// What a line means; `kind` is that of a line in words which does not say.
pub fn read(
    line: &NewLine,
    items: &HashMap<PriceItemId, UsableItem>,
    kind: Option<PriceKind>,
) -> Result<Line, LineFault> {
    let quantity = quantity(line)?;
    if let Some(id) = line.price_item_id {
        let UsableItem { item, counts } = items.get(&id).ok_or(LineFault::UnknownItem)?;
        if !counts {
            return Err(LineFault::RetiredItem);
        }
        return Ok(Line {
            price_item_id: Some(id),
            name_zh: item.name_zh.clone(),
            name_en: item.name_en.clone(),
            kind: item.kind,
            unit: item.unit.clone(),
            quantity,
            price: match item.low_fen.zip(item.high_fen) {
                Some((low, high)) => Price::Listed { low, high },
                None => Price::OnSite,
            },
        });
    }
    let words = words_of(line)?;
    let unit = text::optional(line.unit.as_deref(), UNIT_MAX).map_err(|_| LineFault::UnitTooLong(UNIT_MAX))?;
    Ok(Line {
        price_item_id: None,
        name_zh: words.clone(),
        name_en: words,
        kind: line.kind.or(kind).ok_or(LineFault::KindMissing)?,
        unit: unit.unwrap_or_default(),
        quantity,
        price: Price::OnSite,
    })
}

/// The words of a line that names no price item.
pub fn words_of(line: &NewLine) -> Result<String, LineFault> {
    text::required(line.words.as_deref().unwrap_or_default(), text::NOTE_MAX).map_err(|fault| match fault {
        TextFault::Empty => LineFault::WordsMissing,
        TextFault::TooLong(max) => LineFault::WordsTooLong(max),
    })
}

/// A line with its price.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PricedLine {
    /// The line.
    pub line: Line,
    /// The price of one.
    pub unit_price: Money,
    /// What it comes to.
    pub amount: Money,
}

impl PricedLine {
    /// Its row.
    pub fn row(&self, clock: &Clock, quote: &entities::quote::Model, position: usize) -> quote_line::Model {
        let line = &self.line;
        quote_line::Model {
            id: clock.new_id(),
            org_id: quote.org_id,
            quote_id: QuoteId(quote.id.0),
            position: i32::try_from(position).unwrap_or(i32::MAX),
            price_item_id: line.price_item_id,
            name_zh: line.name_zh.clone(),
            name_en: line.name_en.clone(),
            kind: line.kind,
            unit: line.unit.clone(),
            quantity_milli: line.quantity,
            unit_price_fen: self.unit_price,
            amount_fen: self.amount,
        }
    }
}

/// What the history says of a line.
pub fn told(line: &Line, amount: Option<String>) -> Value {
    let mut told = json!({
        "priceItemId": line.price_item_id,
        "nameZh": line.name_zh,
        "nameEn": line.name_en,
        "kind": line.kind,
        "unit": line.unit,
        "quantity": line.quantity.plain(),
    });
    if let Some(amount) = amount {
        told["amount"] = amount.into();
    }
    told
}

/// An amount as histories write it: `120.00 CNY`.
pub fn written(amount: Money, currency: &str) -> String {
    format!("{} {currency}", amount.plain(decimals(currency)))
}
