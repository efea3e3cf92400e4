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
        }
    }
}

impl From<PaymentError> for Error {
    fn from(error: PaymentError) -> Self {
        Self::Refused(error.into())
    }
}
