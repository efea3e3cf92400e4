//! Enumerations of the desk as the schema describes them.

use async_graphql::Enum;

/// How money goes over the desk (收款方式).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::DeskMethod")]
pub enum DeskMethod {
    /// Cash (现金).
    Cash,
    /// A bank transfer (转账); needs the voucher's number.
    Transfer,
    /// A card at the terminal (刷卡); needs the slip's number.
    Pos,
}

/// Where a shift stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ShiftState")]
pub enum ShiftState {
    /// The clerk takes money.
    Open,
    /// The money was counted and handed over (已交账).
    Closed,
}

/// Where a series of receipts is used.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ReceiptSeriesKind")]
pub enum ReceiptSeriesKind {
    /// At the desk.
    Desk,
    /// For money that came through a gateway.
    Electronic,
}

/// Where a book of receipts is.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ReceiptBookState")]
pub enum ReceiptBookState {
    /// With its holder (已领用).
    Issued,
    /// Back with the office (已交回).
    Returned,
}

/// Whether a receipt counts.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ReceiptState")]
pub enum ReceiptState {
    /// It does.
    Valid,
    /// It does not any more (作废); its number stays.
    Void,
}

/// To whom an invoice is made out.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::InvoiceKind")]
pub enum InvoiceKind {
    /// A person (个人).
    Person,
    /// A company (单位), with its tax number.
    Company,
}

/// Where an invoice stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::InvoiceState")]
pub enum InvoiceState {
    /// It waits for finance (待开票).
    Requested,
    /// It has its number (已开票).
    Issued,
    /// Finance refused it.
    Refused,
    /// A red-letter invoice took it back (红冲).
    Reversed,
}
