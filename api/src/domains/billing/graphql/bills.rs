//! Bills in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{BillId, Money as Amount};

use crate::connection;
use crate::domains::billing::service::{self, BillCard, BillFilter};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};

/// The lines of a payer for a unit and a billing day (账单).
#[derive(SimpleObject)]
pub struct Bill {
    /// Opaque id.
    pub id: ID,
    /// Its number, without gaps in the organization.
    pub number: String,
    /// The community.
    pub community_id: ID,
    /// The community's name.
    pub community_name: String,
    /// The unit; null for work in public places.
    pub unit_id: Option<ID>,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// Who owes it.
    pub payer_id: ID,
    /// The payer's name.
    pub payer_name: String,
    /// The first day of the month that was billed, or the day of a charge by itself.
    pub billed_on: Date,
    /// When its first line is due.
    pub due_on: Date,
    /// What its lines come to, less what was taken back and given up; `charges(filter: { billId })` are the lines.
    pub due: Money,
    /// What of that was paid.
    pub paid: Money,
    /// What is still owed.
    pub open: Money,
    /// When it was made.
    pub created_at: DateTime,
}

impl From<BillCard> for Bill {
    fn from(card: BillCard) -> Self {
        let row = card.bill;
        let money = |amount| Money::new(amount, &card.currency);
        Self {
            id: wire_id(row.id),
            number: row.number,
            community_id: wire_id(row.community_id),
            unit_id: row.unit_id.map(wire_id),
            building_name: card.building_name,
            unit_number: card.unit_number,
            payer_id: wire_id(row.payer_id),
            payer_name: card.payer_name,
            billed_on: Date(row.billed_on),
            due_on: Date(row.due_on),
            due: money(card.due),
            paid: money(card.paid),
            open: money(Amount(card.due.0 - card.paid.0)),
            created_at: row.created_at.into(),
            community_name: card.community_name,
        }
    }
}

/// How to count bills.
pub struct BillCount(BillFilter);

impl BillCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_bills(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Bills.
    BillConnection, BillEdge, Bill, count: BillCount
}

/// A bill by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_bill(context: &Context<'_>, id: BillId) -> Result<Bill, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_bill(app, viewer, id).await?.into())
}

/// Which bills; all of it must hold.
#[derive(InputObject, Default)]
pub struct BillFilterInput {
    /// Only of this community.
    pub community_id: Option<ID>,
    /// Only of this unit.
    pub unit_id: Option<ID>,
    /// Only of this payer.
    pub payer_id: Option<ID>,
    /// Only of the run of this month, by its first day.
    pub billed_on: Option<Date>,
}

impl BillFilterInput {
    fn read(self) -> Result<BillFilter, Error> {
        Ok(BillFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            payer_id: parse_optional_id(self.payer_id.as_ref(), "payerId")?,
            billed_on: self.billed_on.map(|day| day.0),
        })
    }
}

/// Queries of bills.
#[derive(Default)]
pub struct BillQuery;

#[Object]
impl BillQuery {
    /// Bills, the newest first: a resident's own, and for staff who see fees everybody's.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn bills(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which bills.")] filter: Option<BillFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<BillConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<BillId> = Window::new(first, after.as_deref())?;
        let rows = service::bills(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &BillCard| card.bill.id)?;
        Ok(BillConnection::new(page, BillCount(filter)))
    }
}
