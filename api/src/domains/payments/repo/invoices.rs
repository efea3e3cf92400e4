//! Invoices that were asked for, and what of charges stands on them.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{
    AccountId, BillId, ChargeId, CommunityId, InvoiceKind, InvoiceRequestId, InvoiceState, Money, OrganizationId,
    PayerId, PaymentId, StaffId,
};
use entities::{invoice_line, invoice_request};
use sea_orm::{ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel};

use super::limited;
use super::refunds::and_refunds_of;
use crate::db::{Fault, Sql};
use crate::domains::billing::{owed_in_scope, own_payers};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A charge with what of it can still stand on an invoice.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct InvoiceableRow {
    /// The charge.
    pub id: ChargeId,
    /// Whose.
    pub org_id: OrganizationId,
    /// Where.
    pub community_id: CommunityId,
    /// Who owes it.
    pub payer_id: PayerId,
    /// What was charged for it, less what was taken back and given up.
    pub net: Money,
    /// What of that stands on invoices.
    pub invoiced: Money,
    /// What the payment paid of it and has no invoice of its own, where one was named.
    pub paid: Money,
}

/// What is to stand on an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invoiced {
    /// These charges.
    Charges(Vec<ChargeId>),
    /// The charges of these bills.
    Bills(Vec<BillId>),
    /// What this payment paid.
    Payment(PaymentId),
}

/// The charges in scope that an invoice is asked for; deposits are no turnover, and stand on none.
pub async fn invoiceable(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    what: &Invoiced,
    limit: u64,
) -> Result<Vec<InvoiceableRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT c.id, c.org_id, c.community_id, c.payer_id, c.amount - c.credited - c.waived AS net,
    COALESCE(v.amount, 0) AS invoiced, ",
    );
    match what {
        Invoiced::Payment(id) => {
            sql.push("(SELECT CAST(COALESCE(SUM(a.amount), 0) AS bigint) FROM allocation a WHERE a.charge_id = c.id");
            sql.push(" AND a.source_id IN (");
            and_refunds_of(&mut sql, *id);
            sql.push("))");
            sql.push(" - (SELECT CAST(COALESCE(SUM(l.amount), 0) AS bigint) FROM invoice_line l");
            sql.push(" JOIN invoice_request q ON q.id = l.invoice_id AND q.state IN ('REQUESTED', 'ISSUED')");
            sql.push(" WHERE l.charge_id = c.id").with(" AND q.payment_id = ", *id).push(") AS paid");
        }
        Invoiced::Charges(_) | Invoiced::Bills(_) => {
            sql.push("c.paid AS paid");
        }
    }
    sql.push(" FROM charge c JOIN fee_item i ON i.id = c.fee_item_id AND i.kind <> 'DEPOSIT'");
    sql.push(" LEFT JOIN invoiced_charge v ON v.charge_id = c.id WHERE ");
    owed_in_scope(&mut sql, scope, "c.org_id", "c.community_id", "c.payer_id");
    match what {
        Invoiced::Charges(ids) => sql.push(" AND c.id IN ").list(ids.iter().copied()),
        Invoiced::Bills(ids) => sql.push(" AND c.bill_id IN ").list(ids.iter().copied()),
        Invoiced::Payment(id) => {
            sql.push(" AND c.id IN (SELECT a.charge_id FROM allocation a").with(" WHERE a.source_id = ", *id).push(")")
        }
    };
    sql.push(" ORDER BY c.id LIMIT ").bind(limited(limit)).all(connection).await
}

/// Whether a payment is within a scope.
pub async fn sees_payment(connection: &impl ConnectionTrait, scope: &Scope, id: PaymentId) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM payment p WHERE ");
    match scope {
        Scope::Units(account, _) => super::own_payment(&mut sql, "p.id", *account),
        _ => in_scope(&mut sql, scope, "p.org_id", "p.community_id", None),
    }
    Ok(sql.with(" AND p.id = ", id).number(connection).await? > 0)
}

/// Holds a payment until the commit, so that of two requests for it one sees what the other took.
pub async fn hold_payment(connection: &impl ConnectionTrait, id: PaymentId) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE payment SET updated_at = updated_at WHERE id = ");
    sql.bind(id).run(connection).await.map(|_| ())
}

/// Puts so much of a charge on an invoice; `false` when not so much is left.
pub async fn put_on_invoice(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    charge: ChargeId,
    amount: Money,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("INSERT INTO invoiced_charge (charge_id, org_id, amount) SELECT c.id, c.org_id, ");
    sql.push("CAST(").bind(amount).push(" AS bigint) FROM charge c").with(" WHERE c.id = ", charge);
    sql.with(" AND c.org_id = ", org).with(" AND c.amount - c.credited - c.waived >= ", amount);
    sql.push(" ON CONFLICT (charge_id) DO UPDATE SET amount = invoiced_charge.amount + excluded.amount");
    sql.push(
        " WHERE invoiced_charge.amount + excluded.amount <= (SELECT c.amount - c.credited - c.waived FROM charge c",
    );
    sql.push(" WHERE c.id = invoiced_charge.charge_id)");
    Ok(sql.run(connection).await? == 1)
}

/// Takes what stands on an invoice off again: it was refused or reversed.
pub async fn take_off_invoice(connection: &impl ConnectionTrait, invoice: InvoiceRequestId) -> Result<(), Fault> {
    let mut sql = Sql::new(
        "UPDATE invoiced_charge SET amount = amount - (SELECT l.amount FROM invoice_line l
    WHERE l.charge_id = invoiced_charge.charge_id AND l.invoice_id = ",
    );
    sql.bind(invoice).push(") WHERE charge_id IN (SELECT l.charge_id FROM invoice_line l");
    sql.with(" WHERE l.invoice_id = ", invoice).push(")").run(connection).await.map(|_| ())
}

/// Adds what stands on an invoice.
pub async fn insert_invoice_lines(
    connection: &impl ConnectionTrait,
    lines: Vec<invoice_line::Model>,
) -> Result<(), Fault> {
    let rows = lines.into_iter().map(IntoActiveModel::into_active_model);
    invoice_line::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}

/// An invoice as every list shows it.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct InvoiceCard {
    /// The request.
    #[sea_orm(nested)]
    pub invoice: invoice_request::Model,
    /// The community's name.
    pub community_name: String,
    /// The community's currency.
    pub currency: String,
    /// The payer's name.
    pub payer_name: String,
}

const CARD: &str = "SELECT v.*, m.name AS community_name, m.currency, y.name AS payer_name
FROM invoice_request v JOIN community m ON m.id = v.community_id JOIN payer y ON y.id = v.payer_id WHERE ";

/// Which invoices a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InvoiceFilter {
    /// Only of this community.
    pub community_id: Option<CommunityId>,
    /// Only for what this payer owes.
    pub payer_id: Option<PayerId>,
    /// Only in this state.
    pub state: Option<InvoiceState>,
    /// Only to persons, or to companies.
    pub kind: Option<InvoiceKind>,
    /// Only with something of this charge.
    pub charge_id: Option<ChargeId>,
}

fn listed(select: &str, scope: &Scope, filter: &InvoiceFilter) -> Sql {
    let mut sql = Sql::new(select);
    match scope {
        Scope::Units(account, _) => {
            sql.push("v.id IN (SELECT o.id FROM invoice_request o").with(" WHERE o.account_id = ", *account);
            sql.push(" UNION SELECT o.id FROM invoice_request o WHERE o.payer_id IN (");
            own_payers(&mut sql, *account);
            sql.push("))");
        }
        _ => in_scope(&mut sql, scope, "v.org_id", "v.community_id", None),
    }
    if let Some(it) = filter.community_id {
        sql.with(" AND v.community_id = ", it);
    }
    if let Some(it) = filter.payer_id {
        sql.with(" AND v.payer_id = ", it);
    }
    if let Some(it) = filter.state {
        sql.with(" AND v.state = ", it);
    }
    if let Some(it) = filter.kind {
        sql.with(" AND v.kind = ", it);
    }
    if let Some(it) = filter.charge_id {
        sql.push(" AND v.id IN (SELECT l.invoice_id FROM invoice_line l").with(" WHERE l.charge_id = ", it).push(")");
    }
    sql
}

/// Invoices in scope, the newest first, after `after`.
pub async fn list_invoices(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &InvoiceFilter,
    after: Option<InvoiceRequestId>,
    limit: u64,
) -> Result<Vec<InvoiceCard>, Fault> {
    let mut sql = listed(CARD, scope, filter);
    if let Some(after) = after {
        sql.with(" AND v.id < ", after);
    }
    sql.push(" ORDER BY v.id DESC LIMIT ").bind(limited(limit)).all(connection).await
}

/// How many invoices that list has.
pub async fn count_invoices(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    filter: &InvoiceFilter,
) -> Result<i64, Fault> {
    listed("SELECT COUNT(*) FROM invoice_request v WHERE ", scope, filter).number(connection).await
}

/// An invoice in scope.
pub async fn find_invoice(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: InvoiceRequestId,
) -> Result<Option<InvoiceCard>, Fault> {
    listed(CARD, scope, &InvoiceFilter::default()).with(" AND v.id = ", id).one(connection).await
}

/// A line of an invoice with the item's names.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct InvoiceLineRow {
    /// The invoice.
    pub invoice_id: InvoiceRequestId,
    /// The charge.
    pub charge_id: ChargeId,
    /// The item's Chinese name.
    pub item_name_zh: String,
    /// The item's English name.
    pub item_name_en: String,
    /// How much.
    pub amount: Money,
}

/// The lines of some invoices.
pub async fn lines_of_invoices(
    connection: &impl ConnectionTrait,
    invoices: &[InvoiceRequestId],
) -> Result<Vec<InvoiceLineRow>, Fault> {
    let mut sql = Sql::new(
        "SELECT l.invoice_id, l.charge_id, i.name_zh AS item_name_zh, i.name_en AS item_name_en, l.amount
FROM invoice_line l JOIN charge c ON c.id = l.charge_id JOIN fee_item i ON i.id = c.fee_item_id WHERE l.invoice_id IN ",
    );
    sql.list(invoices.iter().copied()).push(" ORDER BY l.invoice_id, l.position").all(connection).await
}

/// What finance did about an invoice.
#[derive(Clone, Debug)]
pub enum Decided {
    /// Issued it: number and day.
    Issued(String, NaiveDate),
    /// Refused it, and why.
    Refused(String),
    /// Took it back: the red-letter number, and why.
    Reversed(String, String),
}

/// Moves an invoice on; `false` when it stands otherwise by now.
pub async fn decide_invoice(
    connection: &impl ConnectionTrait,
    id: InvoiceRequestId,
    decided: &Decided,
    by: Option<StaffId>,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE invoice_request SET version = version + 1");
    sql.with(", updated_at = ", now);
    let from = match decided {
        Decided::Issued(number, on) => {
            sql.push(", state = 'ISSUED'").with(", number = ", number.clone()).with(", issued_on = ", *on);
            sql.with(", decided_by = ", by).with(", decided_at = ", now);
            InvoiceState::Requested
        }
        Decided::Refused(reason) => {
            sql.push(", state = 'REFUSED'").with(", reason = ", reason.clone());
            sql.with(", decided_by = ", by).with(", decided_at = ", now);
            InvoiceState::Requested
        }
        Decided::Reversed(number, reason) => {
            sql.push(", state = 'REVERSED'").with(", red_number = ", number.clone());
            sql.with(", red_reason = ", reason.clone()).with(", reversed_by = ", by).with(", reversed_at = ", now);
            InvoiceState::Issued
        }
    };
    Ok(sql.with(" WHERE id = ", id).with(" AND state = ", from).run(connection).await? == 1)
}

/// The invoices that an account asked for, or that were asked for at the desk for what it owes.
pub async fn invoices_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<invoice_request::Model>, Fault> {
    let mut sql = Sql::new("SELECT v.* FROM invoice_request v WHERE v.account_id = ");
    sql.bind(account).push(" OR v.payer_id IN (");
    own_payers(&mut sql, account);
    sql.push(") ORDER BY v.id").all(connection).await
}

/// The receipts of an account's own payments.
pub async fn receipts_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<entities::receipt::Model>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM receipt r WHERE ");
    super::own_payment(&mut sql, "r.payment_id", account);
    sql.push(" ORDER BY r.id").all(connection).await
}

/// Takes a person out of an invoice. What was issued keeps a company and its number, because the books do; a person's
/// becomes one to "a person".
pub async fn forget_invoice(connection: &impl ConnectionTrait, row: &invoice_request::Model) -> Result<(), Fault> {
    let issued = matches!(row.state, InvoiceState::Issued | InvoiceState::Reversed);
    let mut sql = Sql::new("UPDATE invoice_request SET email = NULL");
    if !issued {
        sql.push(", title = NULL, tax_number = NULL");
    } else if row.kind == InvoiceKind::Person {
        sql.push(", title = '个人'");
    }
    sql.with(" WHERE id = ", row.id).run(connection).await.map(|_| ())
}
