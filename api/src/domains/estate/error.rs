//! What the estate refuses.

use crate::error::{Code, Error, Refusal};

/// A refused command of the estate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EstateError {
    /// No entry of the register matches.
    RegisterMismatch,
    /// Neither a name nor the last four digits were given.
    ProofMissing,
    /// A value is not allowed; names the input field.
    Invalid(&'static str),
    /// A day lies ahead; names the input field.
    InFuture(&'static str),
    /// A unit would be handed over before its building was completed; names the input field.
    BeforeCompletion(&'static str),
    /// Something of this name is there; names the input field.
    Exists(&'static str),
    /// No such object within the viewer's scope; names the input field.
    NotFound(&'static str),
}

impl From<EstateError> for Refusal {
    fn from(error: EstateError) -> Self {
        match error {
            EstateError::RegisterMismatch => Self::new(Code::RegisterMismatch),
            EstateError::ProofMissing => Self::at(Code::Required, "name"),
            EstateError::Invalid(field) => Self::at(Code::InvalidValue, field),
            EstateError::InFuture(field) => Self::at(Code::TimeInFuture, field),
            EstateError::BeforeCompletion(field) => Self::at(Code::BeforeCompletion, field),
            EstateError::Exists(field) => Self::at(Code::AlreadyExists, field),
            EstateError::NotFound(field) => Self::at(Code::NotFound, field),
        }
    }
}

impl From<EstateError> for Error {
    fn from(error: EstateError) -> Self {
        Self::Refused(error.into())
    }
}
