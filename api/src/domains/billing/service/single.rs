//! Charges that no run makes: one-off fees, deposits, paid work, late fees.

use chrono::{Days, NaiveDate};
use entities::values::{
    AccountId, BillId, ChargeId, ChargeSource, CommunityId, FeeItemId, FeeKind, FeeRounding, FeeTiming, JournalKind,
    Money, OrganizationId, PayerId, TicketId, TypedId as _, UnitId,
};
use entities::{bill, charge, fee_item, payer};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::error::{BillingError, at};
use super::super::model::scaled::scaled;
use super::super::model::{Transaction, text};
use super::super::repo::{self, ChargeCard};
use super::journal::{About, Draft, Posting};
use super::run::bill_number;
use super::{Clerk, Once, day_in, item_of_place, lock, note, once, reader, unit};
use crate::clock::Clock;
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// Most that is charged at once: ten million of the major unit.
const AMOUNT_MAX: i64 = 1_000_000_000;
/// The item under which paid work is charged.
pub(super) const WORK_CODE: &str = "PAID_WORK";

/// A charge by itself.
pub(super) struct Single {
    /// Where and when it is posted.
    pub to: Posting,
    /// Of which unit.
    pub unit: Option<UnitId>,
    /// Who owes it.
    pub payer: PayerId,
    /// For what.
    pub item: FeeItemId,
    /// Whether it is held, not earned.
    pub deposit: bool,
    /// Where it comes from.
    pub source: ChargeSource,
    /// Of which ticket, with its revision.
    pub ticket: Option<(TicketId, i32)>,
    /// In words.
    pub words: Option<String>,
    /// How much.
    pub amount: Money,
    /// When it is due.
    pub due_on: NaiveDate,
}

/// Charges it on a bill of its own.
pub(super) async fn charge_single(tx: &Tx, clock: &Clock, new: Single) -> Result<ChargeId, Error> {
    let (id, bill_id): (ChargeId, BillId) = (clock.new_id(), clock.new_id());
    let number = repo::take_bill_numbers(tx, new.to.org, 1).await?;
    let row = bill::Model {
        id: bill_id,
        org_id: new.to.org,
        community_id: new.to.community,
        unit_id: new.unit,
        payer_id: new.payer,
        number: bill_number(new.to.on, number),
        billed_on: new.to.on,
        due_on: new.due_on,
        created_at: new.to.at,
    };
    repo::insert_bills(tx, &[row]).await?;
    let next = new.to.on.checked_add_days(Days::new(1)).ok_or_else(|| Error::internal("a day does not fit"))?;
    let row = charge::Model {
        id,
        org_id: new.to.org,
        community_id: new.to.community,
        unit_id: new.unit,
        payer_id: new.payer,
        fee_item_id: new.item,
        bill_id,
        source: new.source,
        run_id: None,
        ticket_id: new.ticket.map(|(ticket, _)| ticket),
        of_charge_id: None,
        period_start: new.to.on,
        months: 1,
        segment_start: new.to.on,
        segment_end: next,
        revision: new.ticket.map_or(0, |(_, revision)| revision),
        quantity: None,
        rate: None,
        share: 10_000,
        estimated: false,
        words: new.words,
        amount: new.amount,
        credited: Money::ZERO,
        waived: Money::ZERO,
        paid: Money::ZERO,
        due_on: new.due_on,
        late_on: None,
        created_at: new.to.at,
    };
    if repo::insert_charges(tx, &[row]).await? != 1 {
        return Err(Error::internal("a charge was there already"));
    }
    let about = About { payer: new.payer, unit: new.unit, item: Some(new.item), charge: Some(id) };
    let mut draft = Draft::new(JournalKind::Charged);
    let charged = if new.deposit { Transaction::DepositCharged } else { Transaction::Charged };
    draft.enter(charged(new.amount), about)?;
    draft.post(tx, clock, new.to, ("CHARGE", id.uuid()), None).await?;
    Ok(id)
}

/// A fee or deposit that somebody enters.
#[derive(Clone, Debug, Serialize)]
pub struct NewCharge {
    /// Of which unit.
    pub unit_id: UnitId,
    /// A one-off fee or a deposit.
    pub fee_item_id: FeeItemId,
    /// Who owes it; whoever pays the unit's fees today when missing.
    pub payer_id: Option<PayerId>,
    /// How much.
    pub amount: Decimal,
    /// What for.
    pub words: String,
    /// When it is due; by the item's days when missing.
    pub due_on: Option<NaiveDate>,
}

/// An amount that somebody entered.
pub fn entered(amount: Decimal) -> Result<Money, BillingError> {
    let amount = scaled(amount, 2).filter(|amount| (1..=AMOUNT_MAX).contains(amount));
    amount.map(Money).ok_or(BillingError::Invalid("amount"))
}

/// Charges a one-off fee or a deposit.
pub async fn create_charge(app: &App, viewer: &Viewer, new: NewCharge, key: &str) -> Result<ChargeCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let amount = entered(new.amount)?;
    let words = text::required(&new.words, text::REASON_MAX).map_err(at("words"))?;
    let fresh: ChargeId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "chargeCreate", key, input: &new, result: fresh.uuid() };
    let (app_, clerk_, given) = (app.clone(), clerk.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, given, words) = (app_.clone(), clerk_.clone(), given.clone(), words.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let place = unit(tx, &clerk.scope, given.unit_id).await?;
            let item = item_of_place(tx, &clerk.scope, &place, given.fee_item_id).await?;
            // What recurs is charged by runs, or it would be charged twice.
            if !matches!(item.kind, FeeKind::OneOff | FeeKind::Deposit) {
                return Err(BillingError::CannotCompute("feeItemId").into());
            }
            let at = app.clock.now();
            let on = day_in(&place.time_zone, at);
            let payer = match given.payer_id {
                Some(id) => {
                    let found = repo::find_payer(tx, &clerk.scope, id).await?;
                    found.ok_or(BillingError::NotFound("payerId"))?.id
                }
                None => {
                    let found = repo::payer_on(tx, given.unit_id, Some(item.id), on).await?;
                    found.ok_or(BillingError::NoPayer)?
                }
            };
            let days = u64::try_from(item.due_days).unwrap_or(0);
            let due_on = given.due_on.or_else(|| on.checked_add_days(Days::new(days)));
            let due_on = due_on.filter(|due| *due >= on).ok_or(BillingError::Invalid("dueOn"))?;
            let to = Posting { org: clerk.org, community: item.community_id, account: Some(clerk.account), on, at };
            let single = Single {
                to,
                unit: Some(given.unit_id),
                payer,
                item: item.id,
                deposit: item.kind == FeeKind::Deposit,
                source: ChargeSource::Manual,
                ticket: None,
                words: Some(words),
                amount,
                due_on,
            };
            let id = charge_single(tx, &app.clock, single).await?;
            let payload = json!({ "amount": amount, "payerId": payer, "feeItemId": item.id, "words": given.words });
            note(tx, &app, &clerk, (ObjectKind::Charge, id.uuid()), ("CREATED", payload)).await?;
            Ok(id.uuid())
        })
    })
    .await?;
    let row = repo::find_charge(reader(app), &clerk.scope, ChargeId(made)).await?;
    Ok(row.ok_or(BillingError::NotFound("unitId"))?)
}

/// Paid work that was done, or a visit that was refused.
#[derive(Clone, Debug)]
pub struct WorkDone {
    /// Whose.
    pub org_id: OrganizationId,
    /// Where.
    pub community_id: CommunityId,
    /// The community's time zone.
    pub time_zone: String,
    /// Of which unit.
    pub unit_id: Option<UnitId>,
    /// The ticket.
    pub ticket_id: TicketId,
    /// Its number, for people.
    pub ticket_number: String,
    /// The account that asked for it.
    pub requester: Option<AccountId>,
    /// The contact person's name and phone.
    pub contact: (Option<String>, Option<String>),
    /// How much.
    pub amount: Money,
    /// Who completed it.
    pub by: AccountId,
}

/// The item under which a community's paid work is charged; made when it is needed first.
async fn work_item(tx: &Tx, clock: &Clock, work: &WorkDone) -> Result<fee_item::Model, Error> {
    // Taken first, so that of two tickets one makes the item.
    lock_organization(tx, work.org_id).await?;
    if let Some(known) = repo::item_by_code(tx, work.community_id, WORK_CODE).await? {
        return Ok(known);
    }
    let now = clock.now();
    let row = fee_item::Model {
        id: clock.new_id(),
        org_id: work.org_id,
        community_id: work.community_id,
        code: WORK_CODE.to_owned(),
        name_zh: "有偿服务".to_owned(),
        name_en: "Paid work".to_owned(),
        kind: FeeKind::OneOff,
        timing: FeeTiming::Arrears,
        cycle_months: 1,
        rounding: FeeRounding::Fen,
        due_days: 0,
        in_parts: false,
        vacant_share: 10_000,
        late_daily_rate: None,
        late_grace_days: 0,
        late_cap: 0,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    repo::insert(tx, row.clone()).await?;
    Ok(row)
}

/// Who owes paid work: whoever asked for it; else who pays the unit's fees; else the contact person.
async fn work_payer(tx: &Tx, clock: &Clock, work: &WorkDone, on: NaiveDate) -> Result<PayerId, Error> {
    if let Some(account) = work.requester
        && let Some(known) = repo::payer_of_account(tx, work.org_id, account).await?
    {
        return Ok(known);
    }
    if let (None, Some(unit)) = (work.requester, work.unit_id)
        && let Some(known) = repo::payer_on(tx, unit, None, on).await?
    {
        return Ok(known);
    }
    let (name, phone) = work.contact.clone();
    let row = payer::Model {
        id: clock.new_id(),
        org_id: work.org_id,
        account_id: work.requester,
        residency_id: None,
        name: name.unwrap_or_else(|| work.ticket_number.clone()),
        phone,
        is_company: false,
        created_at: clock.now(),
    };
    let id = row.id;
    repo::insert(tx, row).await?;
    Ok(id)
}

/// Charges paid work in the transaction that completed it, payable on the spot.
pub async fn charge_work(tx: &Tx, clock: &Clock, work: WorkDone) -> Result<(), Error> {
    if work.amount.0 <= 0 {
        return Ok(());
    }
    let at = clock.now();
    let on = day_in(&work.time_zone, at);
    let item = work_item(tx, clock, &work).await?;
    let payer = work_payer(tx, clock, &work, on).await?;
    let revision = repo::charges_of_ticket(tx, work.org_id, work.ticket_id).await?;
    let single = Single {
        to: Posting { org: work.org_id, community: work.community_id, account: Some(work.by), on, at },
        unit: work.unit_id,
        payer,
        item: item.id,
        deposit: false,
        source: ChargeSource::Ticket,
        ticket: Some((work.ticket_id, i32::try_from(revision).unwrap_or(i32::MAX))),
        words: Some(work.ticket_number),
        amount: work.amount,
        due_on: on,
    };
    charge_single(tx, clock, single).await.map(|_| ())
}
