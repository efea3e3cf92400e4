//! Money at the desk: taken in a clerk's shift, and settled with its receipt in one transaction.

use chrono::{NaiveDate, NaiveTime, TimeZone as _, Utc};
use chrono_tz::Tz;
use entities::values::{
    ChargeId, CommunityId, DeskMethod, FeeItemId, Money, PayerId, PaymentId, PaymentState, TypedId as _, UnitId,
};
use entities::{desk_entry, payment};
use rust_decimal::Decimal;

use super::super::error::PaymentError;
use super::super::model;
use super::super::repo::{self, PaymentCard, ReceiptCard};
use super::clerk::{Clerk, optional};
use super::create::{CHARGES_MAX, Prepay, write_payment};
use super::settle::{Arrival, settle};
use super::{day_in, reader, zone_of};
use crate::db::Tx;
use crate::domains::billing::{self, Choice, ChooseFault, Owed, PayableCharge, Wanted, entered};
use crate::domains::identity::{Right, Viewer};
use crate::error::{Error, Refusal};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Longest name of a payer.
const NAME_MAX: usize = 60;
/// How far back the day of a payment may lie.
const DAYS_BACK: i64 = 366;

/// What money at the desk is for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum DeskFor {
    /// Charges.
    Charges(Wanted),
    /// All that a payer owes.
    Payer(PayerId),
    /// A prepaid balance.
    Prepaid(Prepay),
}

/// Money that a clerk takes.
#[derive(Clone, Debug)]
pub struct NewDeskPayment {
    /// What for.
    pub what: DeskFor,
    /// How much; all that is owed when missing.
    pub amount: Option<Decimal>,
    /// How.
    pub method: DeskMethod,
    /// Who brought it, for the receipt; whoever owes when missing.
    pub payer_name: Option<String>,
    /// The number of the transfer or of the terminal's slip.
    pub voucher: Option<String>,
    /// When it was paid; today when missing.
    pub paid_on: Option<NaiveDate>,
    /// Whether what is more than owed becomes prepaid balance.
    pub rest_to_prepaid: bool,
}

/// Money that was taken.
#[derive(Clone, Debug)]
pub struct DeskPayment {
    /// The payment.
    pub card: PaymentCard,
    /// In which shift, how, with which voucher.
    pub entry: desk_entry::Model,
    /// Its latest receipt.
    pub receipt: ReceiptCard,
}

#[derive(Clone)]
struct Plan {
    id: PaymentId,
    clerk: Clerk,
    new: NewDeskPayment,
    amount: Option<Money>,
    payer_name: Option<String>,
    voucher: Option<String>,
}

/// What is paid, and whose balance takes what is left over.
struct Taking {
    amount: Money,
    lines: Vec<(ChargeId, Money)>,
    community: CommunityId,
    payer: Option<PayerId>,
    unit: Option<UnitId>,
    item: Option<FeeItemId>,
}

/// Takes money at the desk, in the clerk's open shift: payment, ledger, receipt and events in one transaction.
pub async fn record_payment(app: &App, viewer: &Viewer, new: NewDeskPayment, key: &str) -> Result<DeskPayment, Error> {
    let clerk = Clerk::of(viewer, Right::FeeCollect)?;
    let amount = new.amount.map(entered).transpose()?;
    let payer_name = optional(new.payer_name.as_deref(), NAME_MAX, "payerName")?;
    let voucher = checked_voucher(new.method, new.voucher.as_deref())?;
    let id: PaymentId = app.clock.new_id();
    let input = (
        format!("{:?} {:?}", new.what, new.method),
        amount,
        (&payer_name, &voucher),
        (new.paid_on, new.rest_to_prepaid),
    );
    let command = Once { account: clerk.account, mutation: "paymentRecord", key, input: &input, result: id.uuid() };
    let scope = clerk.scope.clone();
    let plan = Plan { id, clerk, new, amount, payer_name: payer_name.clone(), voucher: voucher.clone() };
    let app_ = app.clone();
    let made = once(app, command, move |tx| {
        let (app, plan) = (app_.clone(), plan.clone());
        Box::pin(async move { plan.write(tx, &app).await.map(|()| id.uuid()) })
    })
    .await?;
    let id = PaymentId(made);
    let gone = || Error::internal("a payment that was just taken is gone");
    Ok(DeskPayment {
        card: repo::find_payment(reader(app), &scope, id).await?.ok_or_else(gone)?,
        entry: repo::entries_of(reader(app), &[id]).await?.into_iter().next().ok_or_else(gone)?,
        receipt: repo::receipt_of_payment(reader(app), &scope, id).await?.ok_or_else(gone)?,
    })
}

/// Cash has no voucher; everything else does.
fn checked_voucher(method: DeskMethod, text: Option<&str>) -> Result<Option<String>, PaymentError> {
    match (method, text.map(str::trim).filter(|text| !text.is_empty())) {
        (DeskMethod::Cash, None) => Ok(None),
        (DeskMethod::Cash, Some(_)) => Err(PaymentError::Invalid("voucher")),
        (_, None) => Err(PaymentError::Required("voucher")),
        (_, Some(text)) => model::voucher(text).map(Some).ok_or(PaymentError::Invalid("voucher")),
    }
}

impl Plan {
    async fn write(&self, tx: &Tx, app: &App) -> Result<(), Error> {
        let taking = match &self.new.what {
            DeskFor::Charges(wanted) => self.charges(tx, wanted).await?,
            DeskFor::Payer(payer) => {
                let ids = repo::open_charges_of(tx, &self.clerk.scope, *payer, CHARGES_MAX as u64 + 1).await?;
                self.charges(tx, &Wanted::Charges(ids)).await?
            }
            DeskFor::Prepaid(prepay) => self.prepaid(tx, app, *prepay).await?,
        };
        let zone = zone_of(tx, taking.community).await?;
        let (paid_at, on_day) = self.paid_at(&zone, app)?;
        // Held until the commit: while it is being closed this waits, and then finds none.
        let shift = repo::take_place(tx, taking.community, self.clerk.staff).await?.ok_or(PaymentError::NoShift)?;
        let now = app.clock.now();
        let row = payment::Model {
            id: self.id,
            org_id: self.clerk.org,
            community_id: taking.community,
            method: self.new.method.payment(),
            merchant_id: None,
            channel: None,
            state: PaymentState::Created,
            closed_reason: None,
            payer_id: taking.payer,
            unit_id: taking.unit,
            fee_item_id: taking.item,
            account_id: None,
            staff_id: Some(self.clerk.staff),
            payer_name: self.payer_name.clone(),
            voucher: self.voucher.clone(),
            amount: taking.amount,
            received: Money::ZERO,
            allocated: Money::ZERO,
            prepaid: Money::ZERO,
            suspense: Money::ZERO,
            refunded: Money::ZERO,
            gateway_number: None,
            journal_id: None,
            expires_at: None,
            check_at: None,
            checks: 0,
            paid_at: None,
            settled_at: None,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        let entry = desk_entry::Model {
            id: app.clock.new_id(),
            org_id: self.clerk.org,
            community_id: taking.community,
            shift_id: shift.id,
            staff_id: self.clerk.staff,
            payment_id: Some(self.id),
            refund_id: None,
            method: self.new.method,
            amount: taking.amount,
            voucher: self.voucher.clone(),
            on_day,
            created_at: now,
        };
        write_payment(tx, app, row, &taking.lines, self.clerk.actor()).await?;
        enter(tx, entry).await?;
        let arrival = Arrival { gateway_number: None, amount: taking.amount, paid_at };
        let (_, after) = settle(tx, app, self.id, &arrival, self.clerk.actor()).await?;
        self.nothing_was_doubled(&taking, &after)
    }

    /// Whoever was faster, at another desk or by phone, has paid it: then the money goes back into the payer's hand, unless
    /// a rest was welcome.
    fn nothing_was_doubled(&self, taking: &Taking, after: &payment::Model) -> Result<(), Error> {
        let meant = taking.lines.iter().map(|(_, amount)| amount.0).sum::<i64>();
        if after.suspense > Money::ZERO {
            return Err(PaymentError::AmountDiffers(after.allocated.plain(2)).into());
        }
        if after.allocated.0 == meant {
            return Ok(());
        }
        if after.allocated == Money::ZERO {
            return Err(PaymentError::Paid.into());
        }
        if self.new.rest_to_prepaid {
            return Ok(());
        }
        Err(PaymentError::AmountDiffers(after.allocated.plain(2)).into())
    }

    /// When it was paid: now, or at noon of an earlier day.
    fn paid_at(&self, zone: &str, app: &App) -> Result<(chrono::DateTime<Utc>, NaiveDate), Error> {
        let now = app.clock.now();
        let today = day_in(zone, now);
        let Some(day) = self.new.paid_on.filter(|day| *day != today) else { return Ok((now, today)) };
        if day > today {
            return Err(PaymentError::InFuture("paidOn").into());
        }
        if today.signed_duration_since(day).num_days() > DAYS_BACK {
            return Err(PaymentError::TooOld("paidOn", DAYS_BACK).into());
        }
        let noon = day.and_time(NaiveTime::MIN) + chrono::Duration::hours(12);
        let zone: Tz = zone.parse().unwrap_or(chrono_tz::Asia::Shanghai);
        let at = zone.from_local_datetime(&noon).earliest();
        Ok((at.map_or(now, |at| at.with_timezone(&Utc)), day))
    }

    async fn charges(&self, tx: &Tx, wanted: &Wanted) -> Result<Taking, Error> {
        let charges = billing::payable_charges(tx, &self.clerk.scope, wanted, CHARGES_MAX as u64 + 1).await?;
        if let (Wanted::Charges(ids), DeskFor::Charges(_)) = (wanted, &self.new.what) {
            let named: std::collections::BTreeSet<_> = ids.iter().collect();
            if named.len() != charges.len() {
                return Err(PaymentError::NotFound("chargeIds").into());
            }
        }
        take_for(&charges, self.amount, self.new.rest_to_prepaid)
    }

    async fn prepaid(&self, tx: &Tx, app: &App, prepay: Prepay) -> Result<Taking, Error> {
        let place = repo::unit_place(tx, &self.clerk.scope, prepay.unit_id).await?;
        let place = place.ok_or(PaymentError::NotFound("prepaidUnitId"))?;
        if let Some(item) = prepay.fee_item_id
            && !repo::item_in_use(tx, place.community_id, item).await?
        {
            return Err(PaymentError::NotFound("prepaidFeeItemId").into());
        }
        let today = day_in(&place.time_zone, app.clock.now());
        let payer = billing::payer_on(tx, prepay.unit_id, prepay.fee_item_id, today).await?;
        Ok(Taking {
            amount: self.amount.ok_or(PaymentError::Required("amount"))?,
            lines: Vec::new(),
            community: place.community_id,
            payer: Some(payer.ok_or(PaymentError::NoPayer)?),
            unit: Some(prepay.unit_id),
            item: prepay.fee_item_id,
        })
    }
}

/// What money for these charges comes to. More than is owed is taken only where the rest may be prepaid; it goes to
/// whoever owes the first of them for a unit.
fn take_for(charges: &[PayableCharge], amount: Option<Money>, rest_to_prepaid: bool) -> Result<Taking, Error> {
    if charges.len() > CHARGES_MAX {
        return Err(PaymentError::TooMany("chargeIds", CHARGES_MAX).into());
    }
    let first = charges.first().ok_or(PaymentError::Paid)?;
    if charges.iter().any(|it| it.community_id != first.community_id) {
        return Err(PaymentError::Mixed.into());
    }
    let owed: Vec<Owed<_>> = charges
        .iter()
        .map(|it| Owed { charge: it.id, due_on: it.due_on, amount: it.open(), in_parts: it.in_parts })
        .collect();
    let open = Money::sum(owed.iter().map(|it| it.amount)).ok_or(PaymentError::Invalid("amount"))?;
    let home = charges.iter().find(|it| it.unit_id.is_some());
    let more = amount.filter(|amount| *amount > open && rest_to_prepaid && home.is_some());
    let choice = if more.is_some() { Choice::All } else { amount.map_or(Choice::All, Choice::Amount) };
    let chosen = billing::choose(&owed, choice).map_err(|fault| match fault {
        ChooseFault::Paid => PaymentError::Paid,
        ChooseFault::Differs { open } => PaymentError::AmountDiffers(open.plain(2)),
        ChooseFault::TooMuch => PaymentError::Invalid("amount"),
    })?;
    Ok(Taking {
        amount: more.unwrap_or(chosen.amount),
        lines: chosen.parts,
        community: first.community_id,
        payer: Some(home.unwrap_or(first).payer_id),
        unit: home.and_then(|it| it.unit_id),
        item: None,
    })
}

/// Puts an entry into a shift whose place was taken in this transaction.
pub(super) async fn enter(tx: &Tx, entry: desk_entry::Model) -> Result<(), Error> {
    let columns = "desk_entry.community_id, desk_entry.method, desk_entry.voucher";
    let used = || Refusal::from(PaymentError::VoucherUsed);
    let inserted = repo::insert(tx, entry).await;
    inserted.map_err(|fault| Error::from(fault).on_unique("desk_entry_voucher_unique", columns, used()))
}
