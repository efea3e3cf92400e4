//! The end of the work: what was done, with what, and what it costs.

use entities::values::{CompletionOutcome, Payer, PriceKind, Quantity, QuoteState, TicketKind};
use entities::{quote_line, ticket_material};
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::pricing::{LineFault, Price, Subject, first_over};
use super::super::model::{Action, Command, Work, permitted, text};
use super::super::policy::actor;
use super::super::repo::{self, AgreedFee, TicketCard};
use super::attach::{self, NewAttachment};
use super::commands::Step;
use super::found::Found;
use super::lines::{self, Line, NewLine, PricedLine};
use super::quoting::{self, Making, Priced};
use super::step::{Beside, Seen, step};
use super::{at, browse, charge};
use crate::db::Tx;
use crate::domains::identity::Viewer;
use crate::error::Error;
use crate::state::App;

/// The input field with what was used.
const MATERIALS: &str = "materials";

/// How work ended.
#[derive(Clone, Debug)]
pub struct Completion {
    /// How.
    pub outcome: CompletionOutcome,
    /// What was done; the reason, when it cannot be repaired.
    pub words: Option<String>,
    /// Of a leak: when its water test ended.
    pub water_test_ended_at: Option<chrono::DateTime<chrono::Utc>>,
    /// Photos before and after, and the resident's signature.
    pub attachments: Vec<NewAttachment>,
    /// Labour and material that were used.
    pub materials: Vec<NewLine>,
}

struct Completing {
    done: Completion,
    /// What this run of the transaction found of the lines.
    found: Found<Vec<Line>>,
    /// And what the recurring service that made the ticket costs.
    fee: Found<Option<AgreedFee>>,
}

/// A line by what was agreed: it stands on the quote.
fn agreed(new: &NewLine, quoted: &[quote_line::Model]) -> Result<Line, LineFault> {
    let quantity = lines::quantity(new)?;
    let words = if new.price_item_id.is_none() { Some(lines::words_of(new)?) } else { None };
    let about = |line: &&quote_line::Model| match &words {
        None => line.price_item_id == new.price_item_id,
        Some(words) => line.price_item_id.is_none() && line.name_zh == *words,
    };
    let line = quoted.iter().find(about).ok_or(LineFault::OverQuote)?;
    Ok(Line {
        price_item_id: line.price_item_id,
        name_zh: line.name_zh.clone(),
        name_en: line.name_en.clone(),
        kind: line.kind,
        unit: line.unit.clone(),
        quantity,
        price: Price::Listed { low: line.unit_price_fen, high: line.unit_price_fen },
    })
}

fn subject(line: &quote_line::Model) -> Subject {
    line.price_item_id.map_or_else(|| Subject::Words(line.name_zh.clone()), Subject::Item)
}

impl Completing {
    fn lines(&self) -> Vec<Line> {
        self.found.get().unwrap_or_default()
    }

    /// Where a quote was agreed, everything used must stand on it; else the price list says what a line is.
    async fn read(&self, tx: &Tx, seen: &Seen) -> Result<Vec<Line>, Error> {
        let (ticket, new) = (&seen.card.ticket, &self.done.materials);
        let mut read = Vec::with_capacity(new.len());
        if ticket.payer == Payer::Paid && ticket.quote_state == Some(QuoteState::Approved) {
            let quoted = repo::approved_lines(tx, ticket.id).await?;
            for (index, line) in new.iter().enumerate() {
                let line = agreed(line, &quoted).map_err(|fault| TicketError::Line(MATERIALS, index, fault))?;
                read.push(line);
            }
            let quoted: Vec<_> = quoted.iter().map(|line| (subject(line), line.quantity_milli)).collect();
            let used: Vec<_> = read.iter().map(|line| (line.subject(), line.quantity)).collect();
            if let Some(index) = first_over(&quoted, &used) {
                return Err(TicketError::Line(MATERIALS, index, LineFault::OverQuote).into());
            }
            return Ok(read);
        }
        let items = lines::items_of(tx, &seen.card, new).await?;
        for (index, line) in new.iter().enumerate() {
            let line = lines::read(line, &items, Some(PriceKind::Material));
            read.push(line.map_err(|fault| TicketError::Line(MATERIALS, index, fault))?);
        }
        Ok(read)
    }

    /// Whether the published prices are the agreement: a service that the resident asked for, of which the list leaves
    /// no price open.
    fn by_list(&self, seen: &Seen, lines: &[Line]) -> bool {
        self.may_have_fee(seen) && !lines.is_empty() && lines.iter().all(|line| line.price.fixed().is_some())
    }

    /// Whether nobody has to agree to a price any more, because a recurring service has its own.
    fn may_have_fee(&self, seen: &Seen) -> bool {
        let ticket = &seen.card.ticket;
        self.done.outcome == CompletionOutcome::Done
            && ticket.kind == TicketKind::PaidService
            && ticket.payer == Payer::Paid
            && ticket.quote_state != Some(QuoteState::Approved)
    }

    fn fee(&self) -> Option<AgreedFee> {
        self.fee.get().flatten()
    }

    /// The fee as the one line of a quote; what was used is part of it.
    fn fee_line(fee: AgreedFee) -> PricedLine {
        let line = Line {
            price_item_id: None,
            name_zh: fee.words.clone(),
            name_en: fee.words,
            kind: PriceKind::Labour,
            unit: "次".to_owned(),
            quantity: Quantity(1_000),
            price: Price::Listed { low: fee.fee_fen, high: fee.fee_fen },
        };
        PricedLine { line, unit_price: fee.fee_fen, amount: fee.fee_fen }
    }

    fn priced(lines: &[Line]) -> Result<Vec<PricedLine>, Error> {
        let priced = lines.iter().filter_map(|line| {
            let unit_price = line.price.fixed()?;
            let amount = unit_price.times(line.quantity)?;
            Some(PricedLine { line: line.clone(), unit_price, amount })
        });
        let priced: Vec<_> = priced.collect();
        if priced.len() == lines.len() { Ok(priced) } else { Err(Error::internal("a line without its price")) }
    }

    async fn insert(&self, tx: &Tx, seen: &Seen, lines: &[Line]) -> Result<(), Error> {
        if lines.is_empty() {
            return Ok(());
        }
        let ticket = &seen.card.ticket;
        let paid = ticket.payer == Payer::Paid;
        let row = |(position, line): (usize, &Line)| {
            let unit_price_fen = line.price.fixed().filter(|_| paid);
            ticket_material::Model {
                id: seen.app.clock.new_id(),
                org_id: ticket.org_id,
                ticket_id: ticket.id,
                round: ticket.rework_count,
                position: i32::try_from(position).unwrap_or(i32::MAX),
                price_item_id: line.price_item_id,
                name_zh: line.name_zh.clone(),
                name_en: line.name_en.clone(),
                kind: line.kind,
                unit: line.unit.clone(),
                quantity_milli: line.quantity,
                unit_price_fen,
                amount_fen: unit_price_fen.and_then(|price| price.times(line.quantity)),
            }
        };
        Ok(repo::insert_materials(tx, lines.iter().enumerate().map(row).collect()).await?)
    }
}

impl Beside for Completing {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let mut by_list = false;
        if !self.done.materials.is_empty() {
            // Who may not complete it learns nothing of its quote.
            let who = actor(&seen.viewer, seen.card.ticket.community_id, &[], false);
            permitted(Action::Complete, &browse::work_of(&seen.card), &who).map_err(TicketError::from)?;
            let lines = self.read(tx, seen).await?;
            by_list = self.by_list(seen, &lines);
            self.found.set(lines);
        }
        if self.may_have_fee(seen) {
            let fee = repo::agreed_fee(tx, seen.card.ticket.id).await?;
            by_list |= fee.is_some();
            self.fee.set(fee);
        }
        let Completion { outcome, words, water_test_ended_at, .. } = self.done.clone();
        Ok(Command::Complete { outcome, words, water_test_ended_at, by_list })
    }

    async fn record(&self, tx: &Tx, seen: &Seen, after: &Work) -> Result<(), Error> {
        let lines = self.lines();
        self.insert(tx, seen, &lines).await?;
        let priced = match self.fee() {
            Some(fee) => Some(vec![Self::fee_line(fee)]),
            None if self.by_list(seen, &lines) => Some(Self::priced(&lines)?),
            None => None,
        };
        if let Some(priced) = priced {
            let by = seen.viewer.require_staff()?.staff_id;
            let priced = Priced::of(priced)?;
            quoting::insert(tx, seen, &priced, Making { by, by_list: true, words: None }).await?;
        }
        charge::fall_due(tx, seen, after).await?;
        Ok(())
    }

    fn payload(&self, _: &Seen, mut payload: Value) -> Value {
        if !self.done.materials.is_empty() {
            payload["materials"] = self.lines().iter().map(|line| lines::told(line, None)).collect();
        }
        payload
    }

    fn attachments(&self) -> &[NewAttachment] {
        &self.done.attachments
    }
}

/// Ends the work. Paid work is done by an approved quote, by the fee of its recurring service, or by fixed prices of the
/// price list, and charged with this.
pub async fn complete(app: &App, viewer: &Viewer, input: Step, mut done: Completion) -> Result<TicketCard, Error> {
    done.words = match done.outcome {
        CompletionOutcome::Done => text::optional(done.words.as_deref(), text::WORDS_MAX),
        CompletionOutcome::NotRepairable => {
            text::required(done.words.as_deref().unwrap_or_default(), text::WORDS_MAX).map(Some)
        }
    }
    .map_err(at("words"))?;
    attach::check(viewer, &done.attachments)?;
    lines::check_count(MATERIALS, &done.materials)?;
    let mut payload =
        json!({ "outcome": done.outcome, "words": done.words, "waterTestEndedAt": done.water_test_ended_at });
    if !done.attachments.is_empty() {
        payload["attachments"] = json!(done.attachments);
    }
    if !done.materials.is_empty() {
        payload["materials"] = json!(done.materials);
    }
    step(
        app,
        viewer,
        "ticketComplete",
        input,
        payload,
        Completing { done, found: Found::nothing(), fee: Found::nothing() },
    )
    .await
}
