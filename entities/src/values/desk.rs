//! Enumerations of the desk: shifts, receipts, invoices.

use super::PaymentMethod;
use crate::text_enum;

text_enum! {
    /// How money goes over the desk.
    pub enum DeskMethod {
        /// Cash (现金).
        Cash = "CASH",
        /// A bank transfer (转账).
        Transfer = "TRANSFER",
        /// A card at the terminal (刷卡).
        Pos = "POS",
    }
}

impl DeskMethod {
    /// The same among all ways of paying.
    pub const fn payment(self) -> PaymentMethod {
        match self {
            Self::Cash => PaymentMethod::Cash,
            Self::Transfer => PaymentMethod::Transfer,
            Self::Pos => PaymentMethod::Pos,
        }
    }
}

text_enum! {
    /// Where a shift stands.
    pub enum ShiftState {
        /// The clerk takes money.
        Open = "OPEN",
        /// The money was counted and handed over.
        Closed = "CLOSED",
    }
}

text_enum! {
    /// Where a series of receipts is used.
    pub enum ReceiptSeriesKind {
        /// At the desk.
        Desk = "DESK",
        /// For money that came through a gateway.
        Electronic = "ELECTRONIC",
    }
}

text_enum! {
    /// Where a book of receipts is.
    pub enum ReceiptBookState {
        /// With its holder.
        Issued = "ISSUED",
        /// Back with the office.
        Returned = "RETURNED",
    }
}

text_enum! {
    /// Whether a receipt counts.
    pub enum ReceiptState {
        /// It does.
        Valid = "VALID",
        /// It does not any more.
        Void = "VOID",
    }
}

text_enum! {
    /// To whom an invoice is made out.
    pub enum InvoiceKind {
        /// A person.
        Person = "PERSON",
        /// A company, with its tax number.
        Company = "COMPANY",
    }
}

text_enum! {
    /// Where an invoice stands.
    pub enum InvoiceState {
        /// It waits for finance.
        Requested = "REQUESTED",
        /// It has its number.
        Issued = "ISSUED",
        /// Finance refused it.
        Refused = "REFUSED",
        /// A red-letter invoice took it back (红冲).
        Reversed = "REVERSED",
    }
}
