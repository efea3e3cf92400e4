//! Quotes (报价): offered by whoever does the work, decided on by the resident, or by the front desk on the resident's word.

use entities::values::{Money, QuoteId, QuoteState, StaffId};
use entities::{quote, quote_line, ticket_material};
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::pricing::{Sums, price_line, sums};
use super::super::model::{Command, QuoteStep, Work, permitted, text};
use super::super::policy::actor;
use super::super::repo::{self, Decision, QuoteRow, TicketCard};
use super::commands::{Step, reason};
use super::found::Found;
use super::lines::{self, NewLine, PricedLine};
use super::step::{Beside, Seen, step};
use super::{at, browse, charge};
use crate::db::Tx;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// The input field with the lines of a quote.
const LINES: &str = "lines";

/// A quote as it was priced.
#[derive(Clone)]
pub struct Priced {
    /// Its lines.
    pub lines: Vec<PricedLine>,
    /// What they come to.
    pub sums: Sums,
}

impl Priced {
    /// Adds priced lines up.
    pub fn of(lines: Vec<PricedLine>) -> Result<Self, Error> {
        let sums = sums(lines.iter().map(|it| (it.line.kind, it.amount)));
        Ok(Self { lines, sums: sums.ok_or_else(|| Error::internal("a quote does not fit"))? })
    }
}

/// How a quote comes into being.
pub struct Making {
    /// Who makes it.
    pub by: StaffId,
    /// Whether it is the fixed prices of the price list, which need nobody's approval.
    pub by_list: bool,
    /// A word to the resident.
    pub words: Option<String>,
}

/// Adds a quote with its lines; one that needs no approval is approved at once.
pub async fn insert(tx: &Tx, seen: &Seen, priced: &Priced, making: Making) -> Result<(), Error> {
    let (ticket, clock) = (&seen.card.ticket, &seen.app.clock);
    let open = priced.sums.total > Money::ZERO && !making.by_list;
    let row = quote::Model {
        id: clock.new_id(),
        org_id: ticket.org_id,
        ticket_id: ticket.id,
        number: repo::next_quote_number(tx, ticket.id).await?,
        round: ticket.rework_count,
        state: if open { QuoteState::Open } else { QuoteState::Approved },
        by_list: making.by_list,
        currency: seen.card.currency.clone(),
        labour_fen: priced.sums.labour,
        material_fen: priced.sums.material,
        total_fen: priced.sums.total,
        visit_fee_fen: Money::ZERO,
        words: making.words,
        submitted_by: making.by,
        submitted_at: seen.now,
        decided_account: None,
        decided_staff: None,
        decided_words: None,
        decided_at: (!open).then_some(seen.now),
        due_at: None,
        version: 1,
    };
    let lines = priced.lines.iter().enumerate().map(|(position, line)| line.row(clock, &row, position)).collect();
    Ok(repo::insert_quote(tx, row, lines).await?)
}

struct Submitting {
    lines: Vec<NewLine>,
    words: Option<String>,
    priced: Found<Priced>,
}

impl Submitting {
    async fn price(&self, tx: &Tx, seen: &Seen) -> Result<Priced, Error> {
        let currency = seen.card.currency.as_str();
        let decimals = entities::values::decimals(currency);
        let items = lines::items_of(tx, &seen.card, &self.lines).await?;
        let mut priced = Vec::with_capacity(self.lines.len());
        for (index, new) in self.lines.iter().enumerate() {
            let fault = |fault| TicketError::Line(LINES, index, fault);
            let line = lines::read(new, &items, None).map_err(fault)?;
            let given = lines::unit_price(new, currency).map_err(fault)?;
            let (unit_price, amount) = price_line(line.price, given, line.quantity, decimals).map_err(fault)?;
            priced.push(PricedLine { line, unit_price, amount });
        }
        Priced::of(priced)
    }
}

impl Beside for Submitting {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        // Who may not quote learns nothing of the price list.
        let who = actor(&seen.viewer, seen.card.ticket.community_id, &[], false);
        let mut step = QuoteStep::Submit { charges: true };
        permitted(step.action(), &browse::work_of(&seen.card), &who).map_err(TicketError::from)?;
        let priced = self.price(tx, seen).await?;
        if priced.sums.total == Money::ZERO {
            step = QuoteStep::Submit { charges: false };
        }
        self.priced.set(priced);
        Ok(Command::Quote(step))
    }

    async fn record(&self, tx: &Tx, seen: &Seen, _: &Work) -> Result<(), Error> {
        let ticket = &seen.card.ticket;
        let by = seen.viewer.require_staff()?.staff_id;
        if ticket.quote_state == Some(QuoteState::Open) {
            decide(tx, seen, Decision { words: None, ..decision(seen, QuoteState::Replaced) }).await?;
        }
        let priced = self.priced.get().ok_or_else(|| Error::internal("a quote without its lines"))?;
        insert(tx, seen, &priced, Making { by, by_list: false, words: self.words.clone() }).await
    }

    fn payload(&self, seen: &Seen, mut payload: Value) -> Value {
        let Some(priced) = self.priced.get() else { return payload };
        payload["lines"] = told(&priced.lines, &seen.card.currency);
        payload["total"] = lines::written(priced.sums.total, &seen.card.currency).into();
        payload
    }
}

/// What the history says of priced lines.
pub fn told(priced: &[PricedLine], currency: &str) -> Value {
    let line = |it: &PricedLine| lines::told(&it.line, Some(lines::written(it.amount, currency)));
    priced.iter().map(line).collect()
}

/// Offers paid work for a price; replaces a quote that waits. While the work is going on it waits for the resident's
/// word, unless the quote comes to nothing.
pub async fn submit_quote(
    app: &App,
    viewer: &Viewer,
    input: Step,
    new: Vec<NewLine>,
    words: Option<&str>,
) -> Result<TicketCard, Error> {
    if new.is_empty() {
        return Err(TicketError::Required(LINES).into());
    }
    lines::check_count(LINES, &new)?;
    let words = text::optional(words, text::WORDS_MAX).map_err(at("words"))?;
    let payload = json!({ "lines": new, "words": words });
    let beside = Submitting { lines: new, words, priced: Found::nothing() };
    step(app, viewer, "ticketQuoteSubmit", input, payload, beside).await
}

fn decision(seen: &Seen, state: QuoteState) -> Decision {
    Decision {
        state,
        account: Some(seen.viewer.account_id),
        staff: seen.viewer.staff().map(|staff| staff.staff_id),
        words: None,
        visit_fee: Money::ZERO,
        at: seen.now,
    }
}

async fn decide(tx: &Tx, seen: &Seen, decision: Decision) -> Result<(), Error> {
    // The ticket's version has let one step through, so the quote waits still.
    let decided = repo::decide_quote(tx, seen.card.ticket.id, &decision).await?;
    decided.then_some(()).ok_or_else(|| TicketError::Stale.into())
}

/// Takes the open quote of a ticket back that is given up.
pub async fn withdraw_with_ticket(tx: &Tx, seen: &Seen) -> Result<(), Error> {
    decide(tx, seen, decision(seen, QuoteState::Withdrawn)).await
}

struct Deciding {
    quote: QuoteId,
    /// Makes the step of how the quote stands.
    step: fn(Option<QuoteState>) -> QuoteStep,
    becomes: QuoteState,
    words: Option<String>,
    found: Found<(quote::Model, Money)>,
}

impl Deciding {
    /// What a refusal costs: nothing, until somebody has come.
    async fn visit_fee(&self, tx: &Tx, seen: &Seen) -> Result<Money, Error> {
        if self.becomes != QuoteState::Refused || seen.card.ticket.arrived_at.is_none() {
            return Ok(Money::ZERO);
        }
        let scope = Scope::System("the ticket lies in the viewer's scope");
        let settings = repo::ticket_settings(tx, &scope, seen.card.ticket.community_id).await?;
        Ok(settings.and_then(|row| row.visit_fee_fen).unwrap_or_default())
    }
}

impl Beside for Deciding {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let quote = repo::find_quote(tx, seen.card.ticket.id, self.quote).await?;
        let command = Command::Quote((self.step)(quote.as_ref().map(|quote| quote.state)));
        if let Some(quote) = quote {
            self.found.set((quote, self.visit_fee(tx, seen).await?));
        }
        Ok(command)
    }

    async fn record(&self, tx: &Tx, seen: &Seen, after: &Work) -> Result<(), Error> {
        let visit_fee = self.found.get().map_or(Money::ZERO, |(_, fee)| fee);
        let decision = Decision { words: self.words.clone(), visit_fee, ..decision(seen, self.becomes) };
        decide(tx, seen, decision).await?;
        charge::fall_due(tx, seen, after).await?;
        Ok(())
    }

    fn payload(&self, _: &Seen, mut payload: Value) -> Value {
        let Some((quote, fee)) = self.found.get() else { return payload };
        payload["total"] = lines::written(quote.total_fen, &quote.currency).into();
        if self.becomes == QuoteState::Refused {
            payload["visitFee"] = lines::written(fee, &quote.currency).into();
        }
        payload
    }
}

async fn deciding(
    app: &App,
    viewer: &Viewer,
    mutation: &'static str,
    input: Step,
    payload: Value,
    beside: Deciding,
) -> Result<TicketCard, Error> {
    step(app, viewer, mutation, input, payload, beside).await
}

/// Takes an open quote back; the work that waited for it goes on when its assignee says so.
pub async fn withdraw_quote(
    app: &App,
    viewer: &Viewer,
    input: Step,
    quote: QuoteId,
    words: Option<&str>,
) -> Result<TicketCard, Error> {
    let words = text::optional(words, text::WORDS_MAX).map_err(at("words"))?;
    let payload = json!({ "quoteId": quote, "words": words });
    let step = |named| QuoteStep::Withdraw { named };
    let beside = Deciding { quote, step, becomes: QuoteState::Withdrawn, words, found: Found::nothing() };
    deciding(app, viewer, "ticketQuoteWithdraw", input, payload, beside).await
}

/// Agrees to a quote: the resident; or the front desk, which must say how it had the resident's word.
pub async fn approve_quote(
    app: &App,
    viewer: &Viewer,
    input: Step,
    quote: QuoteId,
    words: Option<&str>,
) -> Result<TicketCard, Error> {
    let words = match viewer.staff() {
        Some(_) => text::required(words.unwrap_or_default(), text::WORDS_MAX).map(Some),
        None => text::optional(words, text::WORDS_MAX),
    }
    .map_err(at("words"))?;
    let payload = json!({ "quoteId": quote, "words": words });
    let step = |named| QuoteStep::Approve { named };
    let beside = Deciding { quote, step, becomes: QuoteState::Approved, words, found: Found::nothing() };
    deciding(app, viewer, "ticketQuoteApprove", input, payload, beside).await
}

/// Does not agree to a quote: the ticket is given up, and the visit is paid for where the community has set so and
/// somebody had come.
pub async fn refuse_quote(
    app: &App,
    viewer: &Viewer,
    input: Step,
    quote: QuoteId,
    words: &str,
) -> Result<TicketCard, Error> {
    let words = reason(words)?;
    let payload = json!({ "quoteId": quote, "reason": words });
    let step = |named| QuoteStep::Refuse { named };
    let words = Some(words);
    let beside = Deciding { quote, step, becomes: QuoteState::Refused, words, found: Found::nothing() };
    deciding(app, viewer, "ticketQuoteRefuse", input, payload, beside).await
}

/// The quote with an id, if its ticket is within the viewer's reach.
pub async fn quote(app: &App, viewer: &Viewer, id: QuoteId) -> Result<QuoteRow, Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    let row = repo::quote_in_scope(app.db.read(), &scope, id).await?;
    Ok(row.ok_or(TicketError::NotFoundAt("quoteId"))?)
}

/// Quotes of tickets that the viewer was shown, with the names of staff.
pub async fn quotes_of(app: &App, ids: &[entities::values::TicketId]) -> Result<Vec<QuoteRow>, Error> {
    Ok(repo::quotes_of(app.db.read(), ids).await?)
}

/// Lines of quotes that the viewer was shown.
pub async fn quote_lines_of(app: &App, ids: &[QuoteId]) -> Result<Vec<quote_line::Model>, Error> {
    Ok(repo::quote_lines_of(app.db.read(), ids).await?)
}

/// What completions of tickets used that the viewer was shown.
pub async fn materials_of(app: &App, ids: &[entities::values::TicketId]) -> Result<Vec<ticket_material::Model>, Error> {
    Ok(repo::materials_of(app.db.read(), ids).await?)
}
