//! The ledger in the schema.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{ChargeId, LedgerEntryId, Money as Amount, PaymentId, TypedId as _};

use crate::connection;
use crate::domains::billing::service::{self, EntryFilter, EntryRow};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::Date;

/// An account of the ledger (会计科目). Debits are positive, credits negative.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::LedgerAccount")]
pub enum LedgerAccount {
    /// What payers owe (应收账款).
    Receivable,
    /// What was earned by fees (物业收入), or is owed on to somebody else for pass-through items.
    Revenue,
    /// Money in gateways, tills and bank accounts (货币资金).
    Cash,
    /// Prepaid balances of payers (预收账款).
    Prepaid,
    /// Deposits held for payers (其他应付款-押金).
    DepositHeld,
    /// Money that nobody has placed yet (暂收款).
    Suspense,
    /// Discounts and waivers that the company bears (折扣与减免).
    Allowance,
    /// What the books began with: charges and payments of the time before them (期初余额).
    Opening,
}

/// What a journal enters (凭证类型).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::JournalKind")]
pub enum JournalKind {
    /// Charges of a chunk of a billing run.
    Billed,
    /// A charge that did not come from a run.
    Charged,
    /// A credit note.
    Credited,
    /// A waiver.
    Waived,
    /// A payment that arrived.
    Received,
    /// Prepaid balance that paid charges.
    Drawn,
    /// Money that went back.
    Refunded,
    /// A deposit that was kept.
    DepositKept,
    /// Suspense that finance placed.
    Placed,
    /// What was billed and collected before the books began.
    TakenOver,
}

/// One line of a journal (分录); the lines of a journal sum to zero.
#[derive(SimpleObject)]
pub struct LedgerEntry {
    /// Opaque id.
    pub id: ID,
    /// The journal that it belongs to.
    pub journal_id: ID,
    /// What the journal enters.
    pub journal_kind: JournalKind,
    /// The day on which it counts.
    pub posted_on: Date,
    /// The account.
    pub account: LedgerAccount,
    /// How much: a debit is positive, a credit negative.
    pub amount: Money,
    /// Whose debt or balance it is.
    pub payer_id: Option<ID>,
    /// For which unit.
    pub unit_id: Option<ID>,
    /// For which item.
    pub fee_item_id: Option<ID>,
    /// Of which charge.
    pub charge_id: Option<ID>,
    /// The journal's words.
    pub words: Option<String>,
}

impl From<EntryRow> for LedgerEntry {
    fn from(row: EntryRow) -> Self {
        let entry = row.entry;
        Self {
            id: wire_id(entry.id),
            journal_id: wire_id(entry.journal_id),
            journal_kind: row.kind.into(),
            posted_on: Date(row.posted_on),
            account: entry.account.into(),
            amount: Money::new(entry.amount, &row.currency),
            payer_id: entry.payer_id.map(wire_id),
            unit_id: entry.unit_id.map(wire_id),
            fee_item_id: entry.fee_item_id.map(wire_id),
            charge_id: entry.charge_id.map(wire_id),
            words: row.words,
        }
    }
}

/// What an account comes to.
#[derive(SimpleObject)]
pub struct AccountBalance {
    /// The account.
    pub account: LedgerAccount,
    /// Its debits.
    pub debit: Money,
    /// Its credits, as a positive sum.
    pub credit: Money,
    /// Debits less credits.
    pub balance: Money,
}

/// Which lines to list.
#[derive(InputObject, Default)]
pub struct LedgerFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this account.
    account: Option<LedgerAccount>,
    /// Only of this charge.
    charge_id: Option<ID>,
    /// Only of this payer.
    payer_id: Option<ID>,
    /// Only what this payment brought.
    payment_id: Option<ID>,
    /// Only of this day or later.
    from: Option<Date>,
    /// Only of this day or earlier.
    to: Option<Date>,
}

impl LedgerFilterInput {
    fn read(self) -> Result<EntryFilter, Error> {
        let payment: Option<PaymentId> = parse_optional_id(self.payment_id.as_ref(), "paymentId")?;
        let charge: Option<ChargeId> = parse_optional_id(self.charge_id.as_ref(), "chargeId")?;
        Ok(EntryFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            account: self.account.map(Into::into),
            charge_id: charge,
            payer_id: parse_optional_id(self.payer_id.as_ref(), "payerId")?,
            object_id: payment.map(|id| id.uuid()),
            from: self.from.map(|day| day.0),
            to: self.to.map(|day| day.0),
        })
    }
}

/// How to count lines.
pub struct EntryCount(EntryFilter);

impl EntryCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(service::count_entries(app, viewer, &self.0).await?)
    }
}

connection! {
    /// Lines of the ledger.
    LedgerEntryConnection, LedgerEntryEdge, LedgerEntry, count: EntryCount
}

/// Queries of the ledger.
#[derive(Default)]
pub struct LedgerQuery;

#[Object]
impl LedgerQuery {
    /// Lines of the ledger, the newest first; for staff who see fees. Nothing in it is ever changed.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn ledger_entries(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<LedgerFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<LedgerEntryConnection> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let filter = filter.unwrap_or_default().read()?;
        let window: Window<LedgerEntryId> = Window::new(first, after.as_deref())?;
        let rows = service::entries(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row: &EntryRow| row.entry.id)?;
        Ok(LedgerEntryConnection::new(page, EntryCount(filter)))
    }

    /// What each account of a community comes to (试算平衡); the balances sum to zero.
    #[graphql(complexity = "50 + child_complexity")]
    async fn trial_balance(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
        #[graphql(desc = "With all that was posted until this day; until now when missing.")] until: Option<Date>,
    ) -> Result<Vec<AccountBalance>> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let id = parse_id(&community_id, "communityId")?;
        let (rows, currency) = service::trial_balance(app, viewer, id, until.map(|day| day.0)).await?;
        let money = |amount| Money::new(amount, &currency);
        let balances = rows.into_iter().map(|row| AccountBalance {
            account: row.account.into(),
            debit: money(row.debit),
            credit: money(row.credit),
            balance: money(Amount(row.debit.0 - row.credit.0)),
        });
        Ok(balances.collect())
    }
}
