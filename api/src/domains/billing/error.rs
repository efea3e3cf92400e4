//! What billing refuses.

use super::model::text::TextFault;
use crate::error::{Code, Error, Refusal};

/// A refused command of billing; names the input field where one is at fault.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BillingError {
    /// No such object within the viewer's scope.
    NotFound(&'static str),
    /// A value is not allowed.
    Invalid(&'static str),
    /// A value is missing.
    Required(&'static str),
    /// A text is not taken.
    Text(&'static str, TextFault),
    /// Nothing can be computed with it.
    CannotCompute(&'static str),
    /// Another change came first.
    Stale,
    /// The item was retired.
    Retired,
    /// The item has been billed; names what cannot change.
    Billed(&'static str),
    /// A reading is lower than the last.
    ReadingLower,
    /// A reading is not later than the last.
    ReadingOrder,
    /// Something of this natural key is there.
    Exists(&'static str),
    /// A day lies ahead.
    InFuture(&'static str),
    /// Another run of the community goes on.
    RunOpen,
    /// The month lies too far ahead.
    TooFar,
    /// More than what is open.
    OverOpen,
    /// The second person is the first.
    SamePerson,
    /// It does not wait for a decision.
    Decided,
    /// Nobody is named who pays.
    NoPayer,
    /// More is to go back than was paid.
    OverPaid(&'static str),
    /// The prepaid balance was drawn on.
    PrepaidDrawn,
}

impl From<BillingError> for Refusal {
    fn from(error: BillingError) -> Self {
        match error {
            BillingError::NotFound(field) => Self::at(Code::NotFound, field),
            BillingError::Invalid(field) | BillingError::Text(field, TextFault::Invalid) => {
                Self::at(Code::InvalidValue, field)
            }
            BillingError::Required(field) | BillingError::Text(field, TextFault::Missing) => {
                Self::at(Code::Required, field)
            }
            BillingError::Text(field, TextFault::TooLong(max)) => Self::at(Code::TooLong, field).value("max", max),
            BillingError::CannotCompute(field) => Self::at(Code::CannotCompute, field),
            BillingError::Stale => Self::at(Code::StaleVersion, "expectedVersion"),
            BillingError::Retired => Self::at(Code::FeeItemRetired, "feeItemId"),
            BillingError::Billed(field) => Self::at(Code::FeeItemBilled, field),
            BillingError::ReadingLower => Self::at(Code::ReadingLower, "value"),
            BillingError::ReadingOrder => Self::at(Code::ReadingOrder, "readOn"),
            BillingError::Exists(field) => Self::at(Code::AlreadyExists, field),
            BillingError::InFuture(field) => Self::at(Code::TimeInFuture, field),
            BillingError::RunOpen => Self::new(Code::RunOpen),
            BillingError::TooFar => Self::at(Code::PeriodTooFar, "month"),
            BillingError::OverOpen => Self::at(Code::OverOpen, "amount"),
            BillingError::SamePerson => Self::new(Code::SamePerson),
            BillingError::Decided => Self::new(Code::AlreadyDecided),
            BillingError::NoPayer => Self::at(Code::NoPayer, "payerId"),
            BillingError::OverPaid(field) => Self::at(Code::OverRefundable, field),
            BillingError::PrepaidDrawn => Self::at(Code::PrepaidDrawn, "prepaid"),
        }
    }
}

impl From<BillingError> for Error {
    fn from(error: BillingError) -> Self {
        Self::Refused(error.into())
    }
}

/// Says which field a text stands in.
pub fn at(field: &'static str) -> impl Fn(TextFault) -> BillingError {
    move |fault| BillingError::Text(field, fault)
}
