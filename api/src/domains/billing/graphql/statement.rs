//! A year's statement in the schema.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use entities::values::Money as Amount;

use crate::domains::billing::model::{DebtYear, PrepaidYear};
use crate::domains::billing::service::{self, YearRow};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;

/// A year of what a payer owed and paid (年度对账单), from the ledger: the next year opens as this one closes.
#[derive(SimpleObject)]
pub struct YearStatement {
    /// The year.
    pub year: i32,
    /// What was owed, by unit and item.
    pub debts: Vec<StatementDebt>,
    /// What was prepaid, by unit and the item that it is for.
    pub prepaid: Vec<StatementPrepaid>,
}

/// A year of what is owed for an item: opening + charged - credited - waived - paid + refunded = closing.
#[derive(SimpleObject)]
pub struct StatementDebt {
    /// The community.
    pub community_id: ID,
    /// The unit.
    pub unit_id: Option<ID>,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The item.
    pub fee_item_id: Option<ID>,
    /// The item's Chinese name.
    pub item_name_zh: Option<String>,
    /// The item's English name.
    pub item_name_en: Option<String>,
    /// What was owed when the year began.
    pub opening: Money,
    /// What was charged.
    pub charged: Money,
    /// What corrections took off what was owed; what of it had been paid is prepaid.
    pub credited: Money,
    /// What was given up.
    pub waived: Money,
    /// What was paid, also by drawing on the prepaid balance.
    pub paid: Money,
    /// What went back and is owed again.
    pub refunded: Money,
    /// What is owed when the year ends.
    pub closing: Money,
}

/// A year of a prepaid balance: opening + added + credited - drawn - refunded = closing.
#[derive(SimpleObject)]
pub struct StatementPrepaid {
    /// The community.
    pub community_id: ID,
    /// The unit.
    pub unit_id: Option<ID>,
    /// The building's name.
    pub building_name: Option<String>,
    /// The unit's number.
    pub unit_number: Option<String>,
    /// The item that it is for; null when it is for all.
    pub fee_item_id: Option<ID>,
    /// The item's Chinese name.
    pub item_name_zh: Option<String>,
    /// The item's English name.
    pub item_name_en: Option<String>,
    /// What was there when the year began.
    pub opening: Money,
    /// What came in with payments.
    pub added: Money,
    /// What corrections moved here of what had been paid.
    pub credited: Money,
    /// What paid charges.
    pub drawn: Money,
    /// What went back.
    pub refunded: Money,
    /// What is there when the year ends.
    pub closing: Money,
}

impl StatementDebt {
    fn new((row, sums): (YearRow, DebtYear)) -> Self {
        let money = |amount| Money::new(Amount(amount), &row.currency);
        Self {
            community_id: wire_id(row.community_id),
            unit_id: row.unit_id.map(wire_id),
            fee_item_id: row.fee_item_id.map(wire_id),
            opening: money(sums.opening),
            charged: money(sums.charged),
            credited: money(sums.credited),
            waived: money(sums.waived),
            paid: money(sums.paid),
            refunded: money(sums.refunded),
            closing: money(sums.closing),
            building_name: row.building_name,
            unit_number: row.unit_number,
            item_name_zh: row.item_name_zh,
            item_name_en: row.item_name_en,
        }
    }
}

impl StatementPrepaid {
    fn new((row, sums): (YearRow, PrepaidYear)) -> Self {
        let money = |amount| Money::new(Amount(amount), &row.currency);
        Self {
            community_id: wire_id(row.community_id),
            unit_id: row.unit_id.map(wire_id),
            fee_item_id: row.fee_item_id.map(wire_id),
            opening: money(sums.opening),
            added: money(sums.added),
            credited: money(sums.credited),
            drawn: money(sums.drawn),
            refunded: money(sums.refunded),
            closing: money(sums.closing),
            building_name: row.building_name,
            unit_number: row.unit_number,
            item_name_zh: row.item_name_zh,
            item_name_en: row.item_name_en,
        }
    }
}

/// Queries of statements.
#[derive(Default)]
pub struct StatementQuery;

#[Object]
impl StatementQuery {
    /// The statement of a year: a resident's own as payer, and for staff who see fees that of a payer whom they name.
    #[graphql(complexity = "20 + child_complexity")]
    async fn year_statement(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The year, of the community's calendar.")] year: i32,
        #[graphql(desc = "Only of this unit.")] unit_id: Option<ID>,
        #[graphql(desc = "Whose; required for staff.")] payer_id: Option<ID>,
    ) -> Result<YearStatement> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let unit = parse_optional_id(unit_id.as_ref(), "unitId")?;
        let payer = parse_optional_id(payer_id.as_ref(), "payerId")?;
        let made = service::year_statement(app, viewer, year, (payer, unit)).await?;
        Ok(YearStatement {
            year,
            debts: made.debts.into_iter().map(StatementDebt::new).collect(),
            prepaid: made.prepaid.into_iter().map(StatementPrepaid::new).collect(),
        })
    }
}
