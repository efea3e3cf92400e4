//! Journals: what was computed becomes rows of the ledger that sum to zero.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    AccountId, ChargeId, CommunityId, FeeItemId, JournalId, JournalKind, LedgerAccount, LedgerEntryId, Money,
    OrganizationId, PayerId, UnitId,
};
use entities::{journal, ledger_entry};
use uuid::Uuid;

use super::super::model::{LedgerFault, Transaction};
use super::super::repo;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// What a transaction is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct About {
    /// Who owes, or has paid.
    pub payer: PayerId,
    /// For which unit.
    pub unit: Option<UnitId>,
    /// For which item.
    pub item: Option<FeeItemId>,
    /// For which charge.
    pub charge: Option<ChargeId>,
}

/// Where and when a journal is posted.
#[derive(Clone, Copy, Debug)]
pub struct Posting {
    /// Whose.
    pub org: OrganizationId,
    /// Where.
    pub community: CommunityId,
    /// Who did it; nobody when it was the system.
    pub account: Option<AccountId>,
    /// The day in the community.
    pub on: NaiveDate,
    /// The moment.
    pub at: DateTime<Utc>,
}

/// A journal that is being put together: a line for each debt and each balance, one line an item for what was earned.
#[derive(Debug)]
pub struct Draft {
    kind: JournalKind,
    lines: Vec<(LedgerAccount, Money, About)>,
    folded: BTreeMap<(LedgerAccount, Option<FeeItemId>), i64>,
}

fn fault(fault: LedgerFault) -> Error {
    Error::internal(match fault {
        LedgerFault::Amount => "a journal of nothing, or of a negative amount",
        LedgerFault::PaidMoreThanCredited => "more was paid than is credited",
        LedgerFault::TooMuch => "a journal does not fit",
    })
}

impl Draft {
    /// An empty one.
    pub fn new(kind: JournalKind) -> Self {
        Self { kind, lines: Vec::new(), folded: BTreeMap::new() }
    }

    /// Enters a transaction.
    pub fn enter(&mut self, transaction: Transaction, about: About) -> Result<(), Error> {
        for line in transaction.postings().map_err(fault)?.lines() {
            match line.account {
                LedgerAccount::Receivable | LedgerAccount::DepositHeld => {
                    self.lines.push((line.account, line.amount, about));
                }
                LedgerAccount::Prepaid => {
                    self.lines.push((line.account, line.amount, About { charge: None, ..about }));
                }
                LedgerAccount::Revenue
                | LedgerAccount::Cash
                | LedgerAccount::Suspense
                | LedgerAccount::Allowance
                | LedgerAccount::Opening => {
                    let sum = self.folded.entry((line.account, about.item)).or_default();
                    *sum = sum.checked_add(line.amount.0).ok_or_else(|| fault(LedgerFault::TooMuch))?;
                }
            }
        }
        Ok(())
    }

    /// Enters money of which nobody knows whose it is.
    pub fn suspend(&mut self, amount: Money) -> Result<(), Error> {
        let nothing = Money::ZERO;
        self.nobodys(Transaction::Received { allocated: nothing, prepaid: nothing, suspense: amount })
    }

    /// Enters that such money goes back.
    pub fn send_back(&mut self, amount: Money) -> Result<(), Error> {
        self.nobodys(Transaction::RefundedFromSuspense(amount))
    }

    fn nobodys(&mut self, transaction: Transaction) -> Result<(), Error> {
        for line in transaction.postings().map_err(fault)?.lines() {
            let sum = self.folded.entry((line.account, None)).or_default();
            *sum = sum.checked_add(line.amount.0).ok_or_else(|| fault(LedgerFault::TooMuch))?;
        }
        Ok(())
    }

    /// Turns everything round: what was entered is undone.
    pub fn reverse(&mut self) {
        for (_, amount, _) in &mut self.lines {
            *amount = Money(-amount.0);
        }
        for amount in self.folded.values_mut() {
            *amount = -*amount;
        }
    }

    /// Moves the prepaid lines to a balance for one item, or for all: charges are for items, balances need not be.
    pub fn earmark(&mut self, item: Option<FeeItemId>) {
        for (account, _, about) in &mut self.lines {
            if *account == LedgerAccount::Prepaid {
                about.item = item;
            }
        }
    }

    /// Takes over the lines of another.
    pub fn join(&mut self, other: Self) {
        self.lines.extend(other.lines);
        for (key, amount) in other.folded {
            *self.folded.entry(key).or_default() += amount;
        }
    }

    /// Posts the journal, if there is anything in it; its id.
    pub async fn post(
        self,
        tx: &Tx,
        clock: &Clock,
        to: Posting,
        (object_kind, object_id): (&'static str, Uuid),
        words: Option<String>,
    ) -> Result<Option<JournalId>, Error> {
        if self.lines.is_empty() && self.folded.is_empty() {
            return Ok(None);
        }
        let id: JournalId = clock.new_id();
        let entry = |account, amount, about: Option<About>, item| ledger_entry::Model {
            id: clock.new_id::<LedgerEntryId>(),
            org_id: to.org,
            journal_id: id,
            account,
            amount,
            payer_id: about.map(|it| it.payer),
            unit_id: about.and_then(|it| it.unit),
            fee_item_id: item,
            charge_id: about.and_then(|it| it.charge),
        };
        let mut rows: Vec<ledger_entry::Model> = self
            .lines
            .into_iter()
            .map(|(account, amount, about)| entry(account, amount, Some(about), about.item))
            .collect();
        let folded = self.folded.into_iter().filter(|(_, amount)| *amount != 0);
        rows.extend(folded.map(|((account, item), amount)| entry(account, Money(amount), None, item)));
        // What was entered sums to zero; so does what was folded.
        if rows.iter().map(|row| i128::from(row.amount.0)).sum::<i128>() != 0 {
            return Err(Error::internal("a journal does not sum to zero"));
        }
        let journal = journal::Model {
            id,
            org_id: to.org,
            community_id: to.community,
            kind: self.kind,
            object_kind: object_kind.to_owned(),
            object_id,
            words,
            account_id: to.account,
            posted_on: to.on,
            created_at: to.at,
        };
        repo::insert(tx, journal).await?;
        let count = rows.len() as u64;
        if repo::insert_entries(tx, &rows).await? != count {
            return Err(Error::internal("an entry of a journal was lost"));
        }
        Ok(Some(id))
    }
}
