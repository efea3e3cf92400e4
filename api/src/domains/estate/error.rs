//! What the estate refuses.

use crate::error::{Code, Error, Refusal};

/// A refused command of the estate.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum EstateError {
    /// No entry of the register matches.
    RegisterMismatch,
    /// Neither a name nor the last four digits were given.
    ProofMissing,
}

impl From<EstateError> for Error {
    fn from(error: EstateError) -> Self {
        Self::Refused(match error {
            EstateError::RegisterMismatch => Refusal::new(Code::RegisterMismatch),
            EstateError::ProofMissing => Refusal::at(Code::Required, "name"),
        })
    }
}
