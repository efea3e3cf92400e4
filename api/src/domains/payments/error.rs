//! What payments refuse.

use crate::domains::billing::TextFault;
use crate::error::{Code, Error, Refusal};

/// A refused command of payments; names the input field where one is at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum PaymentError {
    /// No such object within the viewer's scope.
    NotFound(&'static str),
    /// A value is not allowed.
    Invalid(&'static str),
    /// A value is missing.
    Required(&'static str),
    /// A text is not taken.
    Text(&'static str, TextFault),
    /// More are named than are taken at once.
    TooMany(&'static str, usize),
    /// Another change came first.
    Stale,
    /// Nothing is owed of what was chosen.
    Paid,
    /// The amount does not fit what is owed, in words.
    AmountDiffers(String),
    /// What was chosen belongs to different communities.
    Mixed,
    /// The community takes no money by this method.
    NoMerchant,
    /// The gateway does not offer it.
    Unsupported(&'static str),
    /// The merchant's credentials are of no use.
    Credentials(&'static str),
    /// The gateway does not answer.
    GatewayAway,
    /// The gateway refused; its code.
    GatewayRefused(String),
    /// The payment can no longer be paid or moved.
    Over,
    /// The payer is at it.
    Paying,
    /// The account pays no fees of the unit.
    NoPayer,
    /// The clerk has no open shift there.
    NoShift,
    /// The clerk has an open shift there already.
    ShiftOpen,
    /// The shift is closed.
    ShiftClosed,
    /// The till does not hold what it should, and nobody said why.
    Unexplained,
    /// A day lies ahead.
    InFuture(&'static str),
    /// A day lies too many days back.
    TooOld(&'static str, i64),
    /// The voucher was entered before.
    VoucherUsed,
    /// The clerk holds no book with a number left.
    NoBook,
    /// Some of the numbers belong to another book.
    BookOverlaps,
    /// The book is back.
    BookReturned,
    /// Whoever is named takes no money there.
    Unsuitable(&'static str),
    /// Something of this natural key is there.
    Exists(&'static str),
    /// The receipt is void.
    ReceiptVoid,
    /// The money is still there and needs a receipt.
    ReceiptNeeded,
    /// All of it stands on invoices.
    Invoiced,
    /// The invoice is not in a state for this.
    InvoiceState,
    /// The tax number is none.
    TaxNumber,
    /// More is to go back than the payment brought.
    OverRefundable(&'static str),
    /// The refund is not in a state for that.
    RefundState,
    /// Only the desk can pay it out.
    ByDesk,
    /// The deposit goes back, or has.
    DepositOver,
    /// The charge is a deposit, or is none.
    NotADeposit(&'static str),
    /// Somebody has seen to the money in suspense.
    SuspenseOver,
    /// Somebody has explained the difference.
    Resolved,
    /// The second person is the first.
    SamePerson,
    /// It does not wait for a decision.
    Decided,
}

impl From<PaymentError> for Refusal {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::NotFound(field) => Self::at(Code::NotFound, field),
            PaymentError::Invalid(field) | PaymentError::Text(field, TextFault::Invalid) => {
                Self::at(Code::InvalidValue, field)
            }
            PaymentError::Required(field) | PaymentError::Text(field, TextFault::Missing) => {
                Self::at(Code::Required, field)
            }
            PaymentError::Text(field, TextFault::TooLong(max)) => Self::at(Code::TooLong, field).value("max", max),
            PaymentError::TooMany(field, max) => Self::at(Code::TooMany, field).value("max", max),
            PaymentError::Stale => Self::at(Code::StaleVersion, "expectedVersion"),
            PaymentError::Paid => Self::new(Code::AlreadyPaid),
            PaymentError::AmountDiffers(open) => Self::at(Code::AmountDiffers, "amount").value("open", open),
            PaymentError::Mixed => Self::at(Code::MixedCommunities, "chargeIds"),
            PaymentError::NoMerchant => Self::at(Code::NoMerchant, "method"),
            PaymentError::Unsupported(field) => Self::at(Code::MethodUnsupported, field),
            PaymentError::Credentials(field) => Self::at(Code::CredentialsInvalid, field),
            PaymentError::GatewayAway => Self::new(Code::GatewayAway),
            PaymentError::GatewayRefused(code) => Self::new(Code::GatewayRefused).value("code", code),
            PaymentError::Over => Self::new(Code::PaymentOver),
            PaymentError::Paying => Self::new(Code::PaymentPaying),
            PaymentError::NoPayer => Self::new(Code::NoPayer),
            PaymentError::NoShift => Self::new(Code::NoShift),
            PaymentError::ShiftOpen => Self::new(Code::ShiftOpen),
            PaymentError::ShiftClosed => Self::new(Code::ShiftClosed),
            PaymentError::Unexplained => Self::at(Code::DifferenceUnexplained, "reason"),
            PaymentError::InFuture(field) => Self::at(Code::TimeInFuture, field),
            PaymentError::TooOld(field, max) => Self::at(Code::TimeTooOld, field).value("max", max),
            PaymentError::VoucherUsed => Self::at(Code::VoucherUsed, "voucher"),
            PaymentError::NoBook => Self::new(Code::NoReceiptBook),
            PaymentError::BookOverlaps => Self::at(Code::BookOverlaps, "from"),
            PaymentError::BookReturned => Self::new(Code::BookReturned),
            PaymentError::Unsuitable(field) => Self::at(Code::ClerkUnsuitable, field),
            PaymentError::Exists(field) => Self::at(Code::AlreadyExists, field),
            PaymentError::ReceiptVoid => Self::new(Code::ReceiptVoid),
            PaymentError::ReceiptNeeded => Self::at(Code::ReceiptNeeded, "reissue"),
            PaymentError::Invoiced => Self::new(Code::AlreadyInvoiced),
            PaymentError::InvoiceState => Self::new(Code::InvoiceState),
            PaymentError::TaxNumber => Self::at(Code::InvalidTaxNumber, "taxNumber"),
            PaymentError::OverRefundable(field) => Self::at(Code::OverRefundable, field),
            PaymentError::RefundState => Self::new(Code::RefundState),
            PaymentError::ByDesk => Self::at(Code::RefundByDesk, "atDesk"),
            PaymentError::DepositOver => Self::at(Code::DepositOver, "chargeId"),
            PaymentError::NotADeposit(field) => Self::at(Code::NotADeposit, field),
            PaymentError::SuspenseOver => Self::at(Code::SuspenseOver, "suspenseItemId"),
            PaymentError::Resolved => Self::new(Code::ResolvedAlready),
            PaymentError::SamePerson => Self::new(Code::SamePerson),
            PaymentError::Decided => Self::new(Code::AlreadyDecided),
        }
    }
}

impl From<PaymentError> for Error {
    fn from(error: PaymentError) -> Self {
        Self::Refused(error.into())
    }
}

/// Says which field a text stands in.
pub fn at(field: &'static str) -> impl Fn(TextFault) -> PaymentError {
    move |fault| PaymentError::Text(field, fault)
}
