//! Invoices (发票): asked for before or after payment, issued by finance elsewhere and written down here, and reversed.

use chrono::NaiveDate;
use entities::values::{
    AccountId, ChargeId, InvoiceKind, InvoiceRequestId, InvoiceState, Money, StaffId, TypedId as _,
};
use entities::{invoice_line, invoice_request};
use serde::Serialize;
use serde_json::json;

use super::super::error::{PaymentError, at};
use super::super::model::{Buyer, BuyerFault, TITLE_MAX, checked, invoice_number};
use super::super::repo::{self, Decided, InvoiceCard, InvoiceFilter, InvoiceLineRow, InvoiceableRow, Invoiced};
use super::clerk::{Clerk, Deed};
use super::create::CHARGES_MAX;
use super::{day_in, reader, zone_of};
use crate::db::Tx;
use crate::domains::billing::{self, REASON_MAX};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Error, Refusal};
use crate::infra::history::{Actor, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// An invoice as it is asked for.
#[derive(Clone, Debug)]
pub struct NewInvoice {
    /// What is to stand on it.
    pub what: Invoiced,
    /// To a person or a company.
    pub kind: InvoiceKind,
    /// Whose name stands on it.
    pub title: String,
    /// A company's number at the tax office.
    pub tax_number: Option<String>,
    /// Where it is sent to.
    pub email: Option<String>,
}

/// Whoever asks: residents for what they owe, clerks where they take money.
fn asker(app: &App, viewer: &Viewer) -> Result<(Scope, Option<StaffId>), Error> {
    let right = if viewer.staff().is_some() { Right::FeeCollect } else { Right::FeeRead };
    Ok((viewer.scope(right, app.clock.now())?, viewer.staff().map(|staff| staff.staff_id)))
}

fn buyer(new: &NewInvoice) -> Result<Buyer, PaymentError> {
    let title = billing::required_text(&new.title, TITLE_MAX).map_err(at("title"))?;
    let (tax_number, email) = (new.tax_number.clone(), new.email.clone());
    checked(Buyer { kind: new.kind, title, tax_number, email }).map_err(|fault| match fault {
        BuyerFault::NoTaxNumber => PaymentError::Required("taxNumber"),
        BuyerFault::TaxNumber => PaymentError::TaxNumber,
        BuyerFault::PersonsTaxNumber => PaymentError::Invalid("taxNumber"),
        BuyerFault::Email => PaymentError::Invalid("email"),
    })
}

/// What of each charge stands on the invoice: all that is on none yet; of a payment what it paid, at most.
fn parts(rows: &[InvoiceableRow], what: &Invoiced) -> Vec<(ChargeId, Money)> {
    let part = |row: &InvoiceableRow| {
        let left = row.net.0 - row.invoiced.0;
        let part = if matches!(what, Invoiced::Payment(_)) { left.min(row.paid.0) } else { left };
        (row.id, Money(part))
    };
    rows.iter().map(part).filter(|(_, amount)| *amount > Money::ZERO).collect()
}

/// Asks for an invoice. What stands on it stands on no other until it is refused or reversed.
pub async fn request_invoice(app: &App, viewer: &Viewer, new: NewInvoice, key: &str) -> Result<InvoiceCard, Error> {
    let (scope, staff) = asker(app, viewer)?;
    let buyer = buyer(&new)?;
    let id: InvoiceRequestId = app.clock.new_id();
    let account = viewer.account_id;
    let input =
        (format!("{:?}", new.what), new.kind, (buyer.title.clone(), buyer.tax_number.clone(), buyer.email.clone()));
    let command = Once { account, mutation: "invoiceRequest", key, input: &input, result: id.uuid() };
    let (app_, scope_) = (app.clone(), scope.clone());
    let made = once(app, command, move |tx| {
        let (app, scope, what, buyer) = (app_.clone(), scope_.clone(), new.what.clone(), buyer.clone());
        Box::pin(async move { ask(tx, &app, &scope, (id, account, staff), (&what, buyer)).await.map(|()| id.uuid()) })
    })
    .await?;
    let card = repo::find_invoice(reader(app), &scope, InvoiceRequestId(made)).await?;
    Ok(card.ok_or(PaymentError::NotFound("invoiceRequestId"))?)
}

async fn ask(
    tx: &Tx,
    app: &App,
    scope: &Scope,
    (id, account, staff): (InvoiceRequestId, AccountId, Option<StaffId>),
    (what, buyer): (&Invoiced, Buyer),
) -> Result<(), Error> {
    if let Invoiced::Payment(payment) = what {
        if !repo::sees_payment(tx, scope, *payment).await? {
            return Err(PaymentError::NotFound("paymentId").into());
        }
        repo::hold_payment(tx, *payment).await?;
    }
    let rows = repo::invoiceable(tx, scope, what, CHARGES_MAX as u64 + 1).await?;
    if rows.len() > CHARGES_MAX {
        return Err(PaymentError::TooMany("chargeIds", CHARGES_MAX).into());
    }
    let payment = match what {
        Invoiced::Payment(payment) => Some(*payment),
        Invoiced::Charges(_) if rows.is_empty() => return Err(PaymentError::NotFound("chargeIds").into()),
        Invoiced::Bills(_) if rows.is_empty() => return Err(PaymentError::NotFound("billIds").into()),
        Invoiced::Charges(_) | Invoiced::Bills(_) => None,
    };
    let parts = parts(&rows, what);
    let first = rows.first().ok_or(PaymentError::Invoiced)?;
    if rows.iter().any(|row| row.community_id != first.community_id) {
        return Err(PaymentError::Mixed.into());
    }
    let amount = Money::sum(parts.iter().map(|(_, amount)| *amount)).ok_or(PaymentError::Invalid("chargeIds"))?;
    if amount == Money::ZERO {
        return Err(PaymentError::Invoiced.into());
    }
    // In order of their ids, so that two requests wait for each other in one order.
    for (charge, amount) in &parts {
        if !repo::put_on_invoice(tx, first.org_id, *charge, *amount).await? {
            return Err(PaymentError::Invoiced.into());
        }
    }
    let now = app.clock.now();
    let row = invoice_request::Model {
        id,
        org_id: first.org_id,
        community_id: first.community_id,
        payer_id: first.payer_id,
        payment_id: payment,
        account_id: staff.is_none().then_some(account),
        staff_id: staff,
        kind: buyer.kind,
        title: Some(buyer.title),
        tax_number: buyer.tax_number,
        email: buyer.email,
        amount,
        state: InvoiceState::Requested,
        reason: None,
        number: None,
        issued_on: None,
        decided_by: None,
        decided_at: None,
        red_number: None,
        red_reason: None,
        reversed_by: None,
        reversed_at: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let lines = parts.iter().zip(0..).map(|((charge_id, amount), position)| invoice_line::Model {
        invoice_id: id,
        charge_id: *charge_id,
        org_id: row.org_id,
        position,
        amount: *amount,
    });
    let lines = lines.collect();
    repo::insert(tx, row.clone()).await?;
    repo::insert_invoice_lines(tx, lines).await?;
    let payload = json!({ "kind": row.kind, "amount": amount, "charges": parts.len(), "paymentId": payment });
    let actor = Actor { account_id: Some(account), staff_id: staff };
    deed(&row, (None, InvoiceState::Requested), actor, payload).note(tx, app).await
}

/// The deed of an invoice that was moved on; its row is the one before, unless it is new.
fn deed(
    row: &invoice_request::Model,
    (before, after): (Option<InvoiceState>, InvoiceState),
    actor: Actor,
    payload: serde_json::Value,
) -> Deed {
    let (kind, topic) = match after {
        InvoiceState::Requested => ("REQUESTED", "invoice.requested"),
        InvoiceState::Issued => ("ISSUED", "invoice.issued"),
        InvoiceState::Refused => ("REFUSED", "invoice.refused"),
        InvoiceState::Reversed => ("REVERSED", "invoice.reversed"),
    };
    Deed {
        org: row.org_id,
        object: ObjectKind::InvoiceRequest,
        id: row.id.uuid(),
        version: row.version + i32::from(before.is_some()),
        kind,
        states: (before.map(InvoiceState::as_str), Some(after.as_str())),
        topic,
        actor,
        payload,
    }
}

/// What finance does about an invoice, as it is entered.
#[derive(Clone, Debug, Serialize)]
pub enum Decision {
    /// Issues it: number and day; today when missing.
    Issue(String, Option<NaiveDate>),
    /// Refuses it, and why.
    Refuse(String),
    /// Takes it back by a red-letter invoice: its number, and why.
    Reverse(String, String),
}

impl Decision {
    fn mutation(&self) -> &'static str {
        match self {
            Self::Issue(..) => "invoiceIssue",
            Self::Refuse(_) => "invoiceRefuse",
            Self::Reverse(..) => "invoiceReverse",
        }
    }

    fn checked(self) -> Result<Self, PaymentError> {
        let number = |text: &str, field| invoice_number(text).ok_or(PaymentError::Invalid(field));
        let reason = |text: &str| billing::required_text(text, REASON_MAX).map_err(at("reason"));
        Ok(match self {
            Self::Issue(text, on) => Self::Issue(number(&text, "number")?, on),
            Self::Refuse(text) => Self::Refuse(reason(&text)?),
            Self::Reverse(text, why) => Self::Reverse(number(&text, "redNumber")?, reason(&why)?),
        })
    }
}

/// Issues, refuses or reverses an invoice.
pub async fn decide_invoice(
    app: &App,
    viewer: &Viewer,
    id: InvoiceRequestId,
    decision: Decision,
    key: &str,
) -> Result<InvoiceCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    let decision = decision.checked()?;
    let input = (id, decision.clone());
    let command = Once { account: clerk.account, mutation: decision.mutation(), key, input: &input, result: id.uuid() };
    let (app_, scope) = (app.clone(), clerk.scope.clone());
    once(app, command, move |tx| {
        let (app, clerk, decision) = (app_.clone(), clerk.clone(), decision.clone());
        Box::pin(async move {
            let card = repo::find_invoice(tx, &clerk.scope, id).await?;
            let card = card.ok_or(PaymentError::NotFound("invoiceRequestId"))?;
            let decided = match decision {
                Decision::Refuse(reason) => Decided::Refused(reason),
                Decision::Reverse(number, reason) => Decided::Reversed(number, reason),
                Decision::Issue(number, on) => {
                    let zone = zone_of(tx, card.invoice.community_id).await?;
                    let today = day_in(&zone, app.clock.now());
                    if on.is_some_and(|on| on > today) {
                        return Err(PaymentError::InFuture("issuedOn").into());
                    }
                    Decided::Issued(number, on.unwrap_or(today))
                }
            };
            decide(tx, &app, &card.invoice, &decided, clerk.actor()).await.map(|()| id.uuid())
        })
    })
    .await?;
    let card = repo::find_invoice(reader(app), &scope, id).await?;
    Ok(card.ok_or(PaymentError::NotFound("invoiceRequestId"))?)
}

/// Moves an invoice on; what stood on it may stand on another when it was refused or reversed.
async fn decide(
    tx: &Tx,
    app: &App,
    row: &invoice_request::Model,
    decided: &Decided,
    actor: Actor,
) -> Result<(), Error> {
    let taken = |field| Refusal::from(PaymentError::Exists(field));
    let moved = repo::decide_invoice(tx, row.id, decided, actor.staff_id, app.clock.now()).await.map_err(|fault| {
        Error::from(fault)
            .on_unique("invoice_request_number_unique", "invoice_request.number", taken("number"))
            .on_unique("invoice_request_red_unique", "invoice_request.red_number", taken("redNumber"))
    })?;
    if !moved {
        return Err(PaymentError::InvoiceState.into());
    }
    let (after, payload) = match decided {
        Decided::Issued(number, on) => (InvoiceState::Issued, json!({ "number": number, "issuedOn": on })),
        Decided::Refused(reason) => (InvoiceState::Refused, json!({ "reason": reason })),
        Decided::Reversed(number, reason) => (InvoiceState::Reversed, json!({ "redNumber": number, "reason": reason })),
    };
    if after != InvoiceState::Issued {
        repo::take_off_invoice(tx, row.id).await?;
    }
    deed(row, (Some(row.state), after), actor, payload).note(tx, app).await
}

/// Takes back, for good, what an account asked for and nobody has issued: the person is no more.
pub(super) async fn give_up(tx: &Tx, app: &App, row: &invoice_request::Model, account: AccountId) -> Result<(), Error> {
    let actor = Actor { account_id: Some(account), staff_id: None };
    decide(tx, app, row, &Decided::Refused("账号已注销".to_owned()), actor).await
}

/// Invoices that the viewer may see, the newest first.
pub async fn invoices(
    app: &App,
    viewer: &Viewer,
    filter: &InvoiceFilter,
    after: Option<InvoiceRequestId>,
    limit: u64,
) -> Result<Vec<InvoiceCard>, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    Ok(repo::list_invoices(reader(app), &scope, filter, after, limit).await?)
}

/// How many invoices that list has.
pub async fn count_invoices(app: &App, viewer: &Viewer, filter: &InvoiceFilter) -> Result<i64, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    Ok(repo::count_invoices(reader(app), &scope, filter).await?)
}

/// One invoice.
pub async fn find_invoice(app: &App, viewer: &Viewer, id: InvoiceRequestId) -> Result<InvoiceCard, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    let row = repo::find_invoice(reader(app), &scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("invoiceRequestId"))?)
}

/// What stands on invoices that the viewer was shown.
pub async fn invoice_lines(app: &App, invoices: &[InvoiceRequestId]) -> Result<Vec<InvoiceLineRow>, Error> {
    Ok(repo::lines_of_invoices(reader(app), invoices).await?)
}
