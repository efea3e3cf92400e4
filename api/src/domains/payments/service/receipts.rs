//! Receipts (收据): every settled payment has exactly one that counts, given in the transaction that settled it.

use entities::values::{
    Money, OrganizationId, ReceiptId, ReceiptSeriesKind, ReceiptState, RefundState, StaffId, TypedId as _,
};
use entities::{payment, receipt, receipt_line, receipt_series};
use serde_json::json;

use super::super::error::{PaymentError, at};
use super::super::model::{receipt_code, through_gateway};
use super::super::repo::{self, PaidRow, ReceiptCard, ReceiptFilter};
use super::clerk::{Clerk, Deed};
use super::reader;
use crate::db::Tx;
use crate::domains::billing::{self, REASON_MAX};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::{Actor, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// The code of the series that a desk without one has.
pub const DESK_CODE: &str = "D";
/// The code of the series of electronic receipts.
pub const ELECTRONIC_CODE: &str = "E";

/// A receipt as it is to be.
struct Draft<'d> {
    payment: &'d payment::Model,
    payer_name: Option<String>,
    lines: Vec<receipt_line::Model>,
    replaces: Option<ReceiptId>,
}

/// Gives the receipt of a payment that was settled in this transaction.
pub async fn issue(tx: &Tx, app: &App, payment: &payment::Model, actor: Actor) -> Result<(), Error> {
    let id: ReceiptId = app.clock.new_id();
    let paid = repo::paid_by(tx, payment.id).await?;
    let payer_name = match (&payment.payer_name, payment.payer_id) {
        (Some(name), _) => Some(name.clone()),
        (None, Some(payer)) => repo::payer_name(tx, payer).await?,
        (None, None) => None,
    };
    let draft = Draft { payment, payer_name, lines: lines_of(id, payment, paid), replaces: None };
    write(tx, app, id, draft, actor).await
}

/// What a receipt says that the money was for.
fn lines_of(id: ReceiptId, payment: &payment::Model, paid: Vec<PaidRow>) -> Vec<receipt_line::Model> {
    let line = |names: (String, String), amount| receipt_line::Model {
        receipt_id: id,
        position: 0,
        org_id: payment.org_id,
        charge_id: None,
        name_zh: names.0,
        name_en: names.1,
        place: None,
        from_day: None,
        to_day: None,
        amount,
    };
    let mut lines: Vec<receipt_line::Model> = paid
        .into_iter()
        .map(|row| {
            let place: Vec<String> = row.building_name.into_iter().chain(row.unit_number).collect();
            receipt_line::Model {
                charge_id: Some(row.charge_id),
                place: Some(place.join(" ")).filter(|place| !place.is_empty()),
                from_day: Some(row.from_day),
                to_day: Some(row.to_day),
                ..line((row.name_zh, row.name_en), row.amount)
            }
        })
        .collect();
    let rest = [("预存款", "Paid ahead", payment.prepaid), ("暂收款", "Held until it is placed", payment.suspense)];
    let rest = rest.into_iter().filter(|(_, _, amount)| *amount > Money::ZERO);
    lines.extend(rest.map(|(zh, en, amount)| line((zh.to_owned(), en.to_owned()), amount)));
    for (line, position) in lines.iter_mut().zip(0..) {
        line.position = position;
    }
    lines
}

/// The series in use of a payment's kind with the next number; made where there is none yet.
async fn series(tx: &Tx, app: &App, payment: &payment::Model, actor: Actor) -> Result<receipt_series::Model, Error> {
    let kind = if through_gateway(payment.method) { ReceiptSeriesKind::Electronic } else { ReceiptSeriesKind::Desk };
    if let Some(series) = repo::take_series(tx, payment.community_id, kind).await? {
        return Ok(series);
    }
    let (code, name) = match kind {
        ReceiptSeriesKind::Desk => (DESK_CODE, "收据"),
        ReceiptSeriesKind::Electronic => (ELECTRONIC_CODE, "电子收据"),
    };
    let now = app.clock.now();
    let row = receipt_series::Model {
        id: app.clock.new_id(),
        org_id: payment.org_id,
        community_id: payment.community_id,
        kind,
        code: code.to_owned(),
        name: name.to_owned(),
        books: false,
        active: true,
        last_number: 0,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    // Whoever was faster has made it: then that one is taken.
    if repo::add_series(tx, &row).await? {
        super::books::note_series(tx, app, &row, ("SET", 1), actor).await?;
    }
    let series = repo::take_series(tx, payment.community_id, kind).await?;
    series.ok_or_else(|| Error::internal("a community has no series of receipts"))
}

async fn write(tx: &Tx, app: &App, id: ReceiptId, draft: Draft<'_>, actor: Actor) -> Result<(), Error> {
    let Draft { payment, payer_name, lines, replaces } = draft;
    let series = series(tx, app, payment, actor).await?;
    let (book, number) = match (series.books, actor.staff_id) {
        (false, _) => (None, series.last_number),
        (true, Some(staff)) => {
            let (book, number) = repo::take_from_book(tx, series.id, staff).await?.ok_or(PaymentError::NoBook)?;
            (Some(book), number)
        }
        (true, None) => return Err(PaymentError::NoBook.into()),
    };
    let row = receipt::Model {
        id,
        org_id: payment.org_id,
        community_id: payment.community_id,
        series_id: series.id,
        book_id: book,
        number,
        code: receipt_code(&series.code, number),
        payment_id: payment.id,
        payer_name,
        amount: payment.received,
        state: ReceiptState::Valid,
        replaces_id: replaces,
        issued_by: actor.staff_id,
        issued_at: app.clock.now(),
        void_reason: None,
        voided_by: None,
        voided_at: None,
        version: 1,
    };
    let payload = json!({ "code": row.code, "amount": row.amount, "paymentId": payment.id, "replaces": replaces });
    repo::insert(tx, row).await?;
    repo::insert_receipt_lines(tx, lines).await?;
    deed((payment.org_id, id, 1), ("ISSUED", None, ReceiptState::Valid, "receipt.issued"), actor, payload)
        .note(tx, app)
        .await
}

fn deed(
    (org, id, version): (OrganizationId, ReceiptId, i32),
    (kind, before, after, topic): (&'static str, Option<ReceiptState>, ReceiptState, &'static str),
    actor: Actor,
    payload: serde_json::Value,
) -> Deed {
    Deed {
        org,
        object: ObjectKind::Receipt,
        id: id.uuid(),
        version,
        kind,
        states: (before.map(ReceiptState::as_str), Some(after.as_str())),
        topic,
        actor,
        payload,
    }
}

/// Makes a receipt void, and gives another in its place unless all of the money went back. Whoever issued it does, or
/// whoever manages fees.
pub async fn void_receipt(
    app: &App,
    viewer: &Viewer,
    id: ReceiptId,
    (reason, reissue): (&str, bool),
    key: &str,
) -> Result<ReceiptCard, Error> {
    let staff = viewer.require_staff()?;
    let clerk = Clerk::of(viewer, Right::FeeManage).or_else(|_| Clerk::of(viewer, Right::FeeCollect))?;
    let (manage, collect) = (staff.scope(Right::FeeManage).ok(), staff.scope(Right::FeeCollect).ok());
    let words = billing::required_text(reason, REASON_MAX).map_err(at("reason"))?;
    let input = (id, words.clone(), reissue);
    let command = Once { account: clerk.account, mutation: "receiptVoid", key, input: &input, result: id.uuid() };
    let (app_, clerk_, scopes) = (app.clone(), clerk.clone(), (manage.clone(), collect.clone()));
    once(app, command, move |tx| {
        let (app, clerk, words, scopes) = (app_.clone(), clerk_.clone(), words.clone(), scopes.clone());
        Box::pin(async move {
            let card = voidable(tx, scopes, id, clerk.staff).await?;
            void(tx, &app, &clerk, &card.receipt, (&words, reissue)).await.map(|()| id.uuid())
        })
    })
    .await?;
    for scope in [manage, collect].into_iter().flatten() {
        if let Some(card) = repo::find_receipt(reader(app), &scope, id).await? {
            return Ok(card);
        }
    }
    Err(PaymentError::NotFound("receiptId").into())
}

/// A receipt that a clerk may make void; one that only others may is no secret.
async fn voidable(
    tx: &Tx,
    (manage, collect): (Option<Scope>, Option<Scope>),
    id: ReceiptId,
    staff: StaffId,
) -> Result<ReceiptCard, Error> {
    if let Some(scope) = manage
        && let Some(card) = repo::find_receipt(tx, &scope, id).await?
    {
        return Ok(card);
    }
    let found = match collect {
        Some(scope) => repo::find_receipt(tx, &scope, id).await?,
        None => None,
    };
    let card = found.ok_or(PaymentError::NotFound("receiptId"))?;
    if card.receipt.issued_by == Some(staff) { Ok(card) } else { Err(Error::Forbidden) }
}

async fn void(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    row: &receipt::Model,
    (words, reissue): (&str, bool),
) -> Result<(), Error> {
    if !repo::void_receipt(tx, row.id, (words, clerk.staff), app.clock.now()).await? {
        return Err(PaymentError::ReceiptVoid.into());
    }
    let states = ("VOIDED", Some(ReceiptState::Valid), ReceiptState::Void, "receipt.voided");
    let payload = json!({ "reason": words });
    deed((row.org_id, row.id, row.version + 1), states, clerk.actor(), payload).note(tx, app).await?;
    let payment = repo::get_payment(tx, row.payment_id).await?;
    let payment = payment.ok_or_else(|| Error::internal("a receipt's payment is gone"))?;
    if !reissue {
        // What a gateway may still fail comes back, and needs its receipt.
        let under_way = repo::refunds_of_payment(tx, payment.id, &[RefundState::Approved, RefundState::Sent]).await?;
        let gone = payment.refunded.0 - under_way.0 >= payment.received.0;
        return if gone { Ok(()) } else { Err(PaymentError::ReceiptNeeded.into()) };
    }
    let id: ReceiptId = app.clock.new_id();
    let lines = repo::lines_of_receipts(tx, &[row.id]).await?;
    let lines = lines.into_iter().map(|line| receipt_line::Model { receipt_id: id, ..line }).collect();
    let draft = Draft { payment: &payment, payer_name: row.payer_name.clone(), lines, replaces: Some(row.id) };
    write(tx, app, id, draft, clerk.actor()).await
}

/// Receipts that the viewer may see, the newest first.
pub async fn receipts(
    app: &App,
    viewer: &Viewer,
    filter: &ReceiptFilter,
    after: Option<ReceiptId>,
    limit: u64,
) -> Result<Vec<ReceiptCard>, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    Ok(repo::list_receipts(reader(app), &scope, filter, after, limit).await?)
}

/// How many receipts that list has.
pub async fn count_receipts(app: &App, viewer: &Viewer, filter: &ReceiptFilter) -> Result<i64, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    Ok(repo::count_receipts(reader(app), &scope, filter).await?)
}

/// One receipt.
pub async fn find_receipt(app: &App, viewer: &Viewer, id: ReceiptId) -> Result<ReceiptCard, Error> {
    let scope = viewer.scope(Right::FeeRead, app.clock.now())?;
    let row = repo::find_receipt(reader(app), &scope, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("receiptId"))?)
}

/// What receipts that the viewer was shown were given for.
pub async fn receipt_lines(app: &App, receipts: &[ReceiptId]) -> Result<Vec<receipt_line::Model>, Error> {
    Ok(repo::lines_of_receipts(reader(app), receipts).await?)
}
