//! The use cases of payments.

mod books;
mod browse;
mod clerk;
mod close;
mod create;
mod desk;
mod invoices;
mod merchants;
mod note;
mod notices;
mod paper;
mod person;
mod receipts;
mod reconcile;
mod refunds;
mod settle;
mod shifts;
mod suspense;
mod sweep;

pub use super::repo::{
    BookCard, BookFilter, FlowRow, InvoiceCard, InvoiceFilter, InvoiceLineRow, Invoiced, ReceiptCard, ReceiptFilter,
    ShiftCard, ShiftFilter,
};
pub use super::repo::{
    DifferenceFilter, DifferenceRow, PaymentCard, PaymentFilter, PaymentPartRow, ReconciliationCard, RefundCard,
    RefundFilter, SuspenseCard, SuspenseFilter,
};
pub use books::{NewBook, NewSeries, books, count_books, issue_book, list_series, return_book, set_series};
pub use browse::{count_payments, find_payment, parts, payment_methods, payments};
pub use close::{close_payment, refresh_payment};
pub use create::{For, NewPayment, Prepay, Started, create_payment};
pub use desk::{DeskFor, DeskPayment, NewDeskPayment, record_payment};
pub use entities::receipt_line::Model as ReceiptLineRow;
pub use entities::receipt_series::Model as ReceiptSeriesRow;
pub use invoices::{
    Decision, NewInvoice, count_invoices, decide_invoice, find_invoice, invoice_lines, invoices, request_invoice,
};
pub use merchants::{MerchantRow, Merchants, NewMerchant, merchants, retire_merchant, seed_merchant, set_merchant};
pub use notices::{Told, take_notice};
pub use paper::{PaperLine, ReceiptPaper, receipt_link, receipt_paper};
pub use person::{forget_person, open_matters, own_payments};
pub use receipts::{count_receipts, find_receipt, receipt_lines, receipts, void_receipt};
pub use reconcile::{
    count_differences, count_reconciliations, differences, find_reconciliation, reconcile, reconciliations,
    resolve_difference, start_reconciliation,
};
pub use refunds::{
    NewDepositReturn, NewRefund, PrepaidBack, RefundSettings, count_refunds, create_refund, decide_refund, find_refund,
    parts_of_refunds, refund_settings, refunds, return_deposit, send_refunds, set_refund_settings, settle_refund,
};
pub use shifts::{close_shift, count_shifts, find_shift, flows, open_shift, shifts};
pub use suspense::{NewResolution, SuspenseWay, count_suspense, find_suspense, resolve_suspense, suspense_items};
pub use sweep::sweep;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entities::values::{CommunityId, PaymentMethod};

use super::repo;
use crate::db::Conn;
use crate::error::Error;
use crate::infra::gateways::GatewayKind;
use crate::state::App;

/// The day in a time zone.
fn day_in(zone: &str, at: DateTime<Utc>) -> NaiveDate {
    let zone: Tz = zone.parse().unwrap_or(chrono_tz::Asia::Shanghai);
    at.with_timezone(&zone).date_naive()
}

/// A community's time zone.
async fn zone_of(connection: &impl repo::Connection, id: CommunityId) -> Result<String, Error> {
    let row = repo::community_of(connection, id).await?;
    Ok(row.ok_or_else(|| Error::internal("a community is gone"))?.time_zone)
}

/// The method by which money of a gateway comes.
fn method_of(kind: GatewayKind) -> PaymentMethod {
    match kind {
        GatewayKind::Sandbox => PaymentMethod::Sandbox,
        GatewayKind::WechatPay => PaymentMethod::WechatPay,
        GatewayKind::Alipay => PaymentMethod::Alipay,
    }
}

/// The connection for reading.
fn reader(app: &App) -> &Conn {
    app.db.read()
}
