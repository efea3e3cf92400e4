//! What is charged for a ticket, and when.

use entities::quote;
use entities::values::{Money, QuoteId, TicketId};

use super::super::model::Work;
use super::super::model::charge::{self, Quoted};
use super::super::repo::{self, TicketCard};
use super::step::Seen;
use crate::db::Tx;
use crate::domains::billing;
use crate::error::Error;

/// What falls due with one step of a ticket.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Charge {
    /// For which ticket.
    pub ticket_id: TicketId,
    /// What it comes to, in the currency of the ticket's community.
    pub amount: Money,
    /// The quotes that it is for.
    pub quotes: Vec<QuoteId>,
}

fn quoted(quote: &quote::Model) -> Quoted {
    Quoted {
        state: quote.state,
        total: quote.total_fen,
        visit_fee: quote.visit_fee_fen,
        charged: quote.due_at.is_some(),
    }
}

/// What the resident is to pay for a ticket, by its quotes: see [`charge::amount_due`].
pub fn amount_due<'q>(card: &TicketCard, quotes: impl IntoIterator<Item = &'q quote::Model>) -> Result<Money, Error> {
    let quotes: Vec<Quoted> = quotes.into_iter().map(quoted).collect();
    let due = charge::amount_due(&quotes, card.ticket.state, card.ticket.outcome);
    due.ok_or_else(|| Error::internal("an amount due does not fit"))
}

/// Charges what falls due with a step that leaves the ticket as `after`, in the step's transaction; each quote once,
/// however often the ticket comes back. Nothing, when nothing does.
///
/// This is the one place where paid work becomes a charge: the agreed quote when the work is done, the visit fee when
/// the quote is refused.
pub async fn fall_due(tx: &Tx, seen: &Seen, after: &Work) -> Result<Option<Charge>, Error> {
    let (card, at) = (&seen.card, seen.now);
    if after.quote.is_none() {
        return Ok(None);
    }
    let ticket_id = card.ticket.id;
    let rows = repo::quotes_of(tx, &[ticket_id]).await?;
    let falling: Vec<&quote::Model> =
        rows.iter().map(|row| &row.quote).filter(|it| quoted(it).falls_due(after.state, after.outcome)).collect();
    if falling.is_empty() {
        return Ok(None);
    }
    let quotes: Vec<QuoteId> = falling.iter().map(|quote| quote.id).collect();
    let amount = Money::sum(falling.iter().map(|quote| quoted(quote).amount()));
    repo::mark_due(tx, &quotes, at).await?;
    let amount = amount.ok_or_else(|| Error::internal("a charge does not fit"))?;
    let ticket = &card.ticket;
    let work = billing::WorkDone {
        org_id: ticket.org_id,
        community_id: ticket.community_id,
        time_zone: card.time_zone.clone(),
        unit_id: ticket.unit_id,
        ticket_id,
        ticket_number: ticket.number.clone(),
        requester: ticket.requester_id,
        contact: (ticket.contact_name.clone(), ticket.contact_phone.clone()),
        amount,
        by: seen.viewer.account_id,
    };
    billing::charge_work(tx, &seen.app.clock, work).await?;
    Ok(Some(Charge { ticket_id, amount, quotes }))
}
