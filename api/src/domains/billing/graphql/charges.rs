//! What is owed, in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{ChargeId, Money as Amount};

use super::enums::{ChargeSource, FeeKind};
use crate::connection;
use crate::domains::billing::service::{self, ChargeCard, ChargeFilter, NewCharge, PrepaidRow};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, Decimal};
use crate::payloads;

/// One line of what is owed (应收).
#[derive(SimpleObject)]
pub struct Charge {
    /// Opaque id.
    pub id: ID,
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
    /// Who owes it, whoever the unit belongs to later.
    pub payer_id: ID,
    /// The payer's name.
    pub payer_name: String,
    /// The bill that it stands on.
    pub bill_id: ID,
    /// The bill's number.
    pub bill_number: String,
    /// The item.
    pub fee_item_id: ID,
    /// The item's code.
    pub item_code: String,
    /// The item's Chinese name.
    pub item_name_zh: String,
    /// The item's English name.
    pub item_name_en: String,
    /// How the item comes to its amount.
    pub item_kind: FeeKind,
    /// Where it comes from.
    pub source: ChargeSource,
    /// The run that made it.
    pub billing_run_id: Option<ID>,
    /// The ticket whose work it is for.
    pub ticket_id: Option<ID>,
    /// The charge that was not paid in time, of a late fee.
    pub late_for_id: Option<ID>,
    /// The first day of the item's period.
    pub period_start: Date,
    /// The first day that it is for.
    pub segment_start: Date,
    /// The day after the last.
    pub segment_end: Date,
    /// 0, or what a later run added to it.
    pub revision: i32,
    /// How much was charged for: m², t, kWh; null where it is no matter of quantity.
    pub quantity: Option<Decimal>,
    /// At which rate.
    pub rate: Option<Decimal>,
    /// What of the amount is charged, with vacancy and discounts.
    pub share: Decimal,
    /// Whether the quantity was split by days, for lack of a reading on the day of a change (估算).
    pub estimated: bool,
    /// What for, in words.
    pub words: Option<String>,
    /// What was charged.
    pub amount: Money,
    /// What of that was taken back by credit notes (红冲).
    pub credited: Money,
    /// What of that was given up (减免).
    pub waived: Money,
    /// What of that was paid.
    pub paid: Money,
    /// What is still owed.
    pub open: Money,
    /// When it is due.
    pub due_on: Date,
    /// Whether it may be paid in part.
    pub in_parts: bool,
    /// When it was made.
    pub created_at: DateTime,
    #[graphql(skip)]
    /// What is still owed, to add up.
    pub owed: Amount,
}

impl From<ChargeCard> for Charge {
    fn from(card: ChargeCard) -> Self {
        let row = card.charge;
        let money = |amount| Money::new(amount, &card.currency);
        let owed = Amount(row.amount.0 - row.credited.0 - row.waived.0 - row.paid.0);
        Self {
            id: wire_id(row.id),
            community_id: wire_id(row.community_id),
            unit_id: row.unit_id.map(wire_id),
            building_name: card.building_name,
            unit_number: card.unit_number,
            payer_id: wire_id(row.payer_id),
            payer_name: card.payer_name,
            bill_id: wire_id(row.bill_id),
            bill_number: card.bill_number,
            fee_item_id: wire_id(row.fee_item_id),
            item_code: card.item_code,
            item_name_zh: card.item_name_zh,
            item_name_en: card.item_name_en,
            item_kind: card.item_kind.into(),
            source: row.source.into(),
            billing_run_id: row.run_id.map(wire_id),
            ticket_id: row.ticket_id.map(wire_id),
            late_for_id: row.of_charge_id.map(wire_id),
            period_start: Date(row.period_start),
            segment_start: Date(row.segment_start),
            segment_end: Date(row.segment_end),
            revision: row.revision,
            quantity: row.quantity.map(|quantity| Decimal::scaled(quantity.0, 3)),
            rate: row.rate.map(|rate| Decimal::scaled(rate.0, 4)),
            share: Decimal::scaled(row.share, 4),
            estimated: row.estimated,
            words: row.words,
            amount: money(row.amount),
            credited: money(row.credited),
            waived: money(row.waived),
            paid: money(row.paid),
            open: money(owed),
            due_on: Date(row.due_on),
            in_parts: card.in_parts,
            created_at: row.created_at.into(),
            community_name: card.community_name,
            owed,
        }
    }
}

/// What a resident owes for one unit.
#[derive(SimpleObject)]
pub struct PayableUnit {
    /// The unit; null for work in public places.
    pub unit_id: Option<ID>,
    /// The community's name.
    pub community_name: String,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// What is owed in all.
    pub total: Money,
    /// The open charges, by due day.
    pub charges: Vec<Charge>,
}

/// What was paid ahead (预存).
#[derive(SimpleObject)]
pub struct PrepaidBalance {
    /// Opaque id.
    pub id: ID,
    /// The unit.
    pub unit_id: ID,
    /// For this item only; null for any.
    pub fee_item_id: Option<ID>,
    /// How much is left.
    pub amount: Money,
}

impl From<PrepaidRow> for PrepaidBalance {
    fn from(row: PrepaidRow) -> Self {
        Self {
            id: wire_id(row.balance.id),
            unit_id: wire_id(row.balance.unit_id),
            fee_item_id: row.balance.fee_item_id.map(wire_id),
            amount: Money::new(row.balance.amount, &row.currency),
        }
    }
}

/// Which charges a list shows.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "ChargeFilter", input_name = "ChargeFilterInput")]
pub struct ChargeFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this building.
    building_id: Option<ID>,
    /// Only of this unit.
    unit_id: Option<ID>,
    /// Only of this payer.
    payer_id: Option<ID>,
    /// Only for this item.
    fee_item_id: Option<ID>,
    /// Only on this bill.
    bill_id: Option<ID>,
    /// Only of this run.
    billing_run_id: Option<ID>,
    /// Only of periods that begin on this day or later.
    from: Option<Date>,
    /// Only of periods that begin on this day or earlier.
    to: Option<Date>,
    /// Only of which something is owed.
    #[graphql(default)]
    open: bool,
    /// Only what was due on this day or later.
    due_from: Option<Date>,
    /// Only what was due before this day.
    due_before: Option<Date>,
}

impl ChargeFilterInput {
    /// The filter.
    pub fn read(&self) -> Result<ChargeFilter, Error> {
        Ok(ChargeFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            building_id: parse_optional_id(self.building_id.as_ref(), "buildingId")?,
            unit_id: parse_optional_id(self.unit_id.as_ref(), "unitId")?,
            payer_id: parse_optional_id(self.payer_id.as_ref(), "payerId")?,
            fee_item_id: parse_optional_id(self.fee_item_id.as_ref(), "feeItemId")?,
            bill_id: parse_optional_id(self.bill_id.as_ref(), "billId")?,
            run_id: parse_optional_id(self.billing_run_id.as_ref(), "billingRunId")?,
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
            open: self.open,
            due_from: self.due_from.map(|day| day.0),
            due_before: self.due_before.map(|day| day.0),
        })
    }
}

impl From<ChargeFilter> for ChargeFilterInput {
    fn from(filter: ChargeFilter) -> Self {
        Self {
            community_id: filter.community_id.map(wire_id),
            building_id: filter.building_id.map(wire_id),
            unit_id: filter.unit_id.map(wire_id),
            payer_id: filter.payer_id.map(wire_id),
            fee_item_id: filter.fee_item_id.map(wire_id),
            bill_id: filter.bill_id.map(wire_id),
            billing_run_id: filter.run_id.map(wire_id),
            from: filter.from.map(Date),
            to: filter.to.map(Date),
            open: filter.open,
            due_from: filter.due_from.map(Date),
            due_before: filter.due_before.map(Date),
        }
    }
}

/// How to count charges.
pub struct ChargeCount(ChargeFilter);

impl ChargeCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_charges(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Charges.
    ChargeConnection, ChargeEdge, Charge, count: ChargeCount
}

/// A charge by its id; refused with `NOT_FOUND` when the viewer may not see it.
pub async fn find_charge(context: &Context<'_>, id: ChargeId) -> Result<Charge, Error> {
    let (app, viewer) = (&request(context).app, request(context).viewer()?);
    Ok(service::find_charge(app, viewer, id).await?.into())
}

/// A one-off fee or a deposit.
#[derive(InputObject)]
pub struct ChargeCreateInput {
    /// The unit.
    unit_id: ID,
    /// An item of kind `ONE_OFF` or `DEPOSIT` of its community.
    fee_item_id: ID,
    /// Who owes it; whoever pays the unit's fees today unless said.
    payer_id: Option<ID>,
    /// How much, in the major unit.
    amount: Decimal,
    /// What for, at most 200 characters.
    words: String,
    /// When it is due; by the item's days unless said.
    due_on: Option<Date>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    ChargeCreatePayload {
        /// The charge.
        charge: Charge
    }
}

/// Queries of what is owed.
#[derive(Default)]
pub struct ChargeQuery;

/// Groups charges that come in order of their units.
fn by_unit(cards: Vec<ChargeCard>) -> Vec<PayableUnit> {
    let mut units: Vec<PayableUnit> = Vec::new();
    let mut sum = Amount::ZERO;
    for card in cards {
        let currency = card.currency.clone();
        let charge = Charge::from(card);
        match units.last_mut() {
            Some(unit) if unit.unit_id == charge.unit_id => {
                sum = sum.plus(charge.owed).unwrap_or(sum);
                unit.total = Money::new(sum, &currency);
                unit.charges.push(charge);
            }
            _ => {
                sum = charge.owed;
                units.push(PayableUnit {
                    unit_id: charge.unit_id.clone(),
                    community_name: charge.community_name.clone(),
                    building_name: charge.building_name.clone(),
                    unit_number: charge.unit_number.clone(),
                    total: Money::new(sum, &currency),
                    charges: vec![charge],
                });
            }
        }
    }
    units
}

#[Object]
impl ChargeQuery {
    /// What the resident owes, by unit and due day: debts that were charged to this person, also of units that were sold
    /// since (应缴). At most 500 charges.
    #[graphql(complexity = "20 + child_complexity")]
    async fn payable(&self, context: &Context<'_>) -> Result<Vec<PayableUnit>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(by_unit(service::payable(app, viewer).await?))
    }

    /// What the resident has paid ahead (预存余额), 100 balances at most.
    #[graphql(complexity = "5 + child_complexity")]
    async fn prepaid_balances(&self, context: &Context<'_>) -> Result<Vec<PrepaidBalance>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::prepaid(app, viewer).await?.into_iter().map(Into::into).collect())
    }

    /// Charges, the newest first: a resident's own, and for staff who see fees everybody's.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn charges(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which charges.")] filter: Option<ChargeFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ChargeConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<ChargeId> = Window::new(first, after.as_deref())?;
        let rows = service::charges(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |card: &ChargeCard| card.charge.id)?;
        Ok(ChargeConnection::new(page, ChargeCount(filter)))
    }
}

/// Mutations of charges.
#[derive(Default)]
pub struct ChargeMutation;

#[Object]
impl ChargeMutation {
    /// Charges a one-off fee or a deposit, on a bill of its own.
    async fn charge_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What is charged.")] input: ChargeCreateInput,
    ) -> Result<ChargeCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewCharge {
                unit_id: parse_id(&input.unit_id, "unitId")?,
                fee_item_id: parse_id(&input.fee_item_id, "feeItemId")?,
                payer_id: parse_optional_id(input.payer_id.as_ref(), "payerId")?,
                amount: input.amount.0,
                words: input.words,
                due_on: input.due_on.map(|day| day.0),
            };
            service::create_charge(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(ChargeCreatePayload::from_outcome(context, outcome)?)
    }
}
