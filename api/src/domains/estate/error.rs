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
    /// A value is missing; names the input field.
    Required(&'static str),
    /// A text is longer than so many characters; names the input field.
    TooLong(&'static str, usize),
    /// More than so many; names the input field.
    TooMany(&'static str, usize),
    /// Communities of several organizations have the name.
    CommunityAmbiguous,
    /// Too many requests within a day.
    TooOften,
    /// The request was decided on, or withdrawn.
    ReviewDecided,
    /// The request has changed meanwhile.
    Stale,
    /// It is about the member of staff who decides.
    OwnRequest,
    /// The residency is over.
    ResidencyEnded,
    /// An owner's residency is the company's to change.
    OwnerByCompany,
    /// A document is no picture.
    NoPicture,
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
            EstateError::Required(field) => Self::at(Code::Required, field),
            EstateError::TooLong(field, max) => Self::at(Code::TooLong, field).value("max", max),
            EstateError::TooMany(field, max) => Self::at(Code::TooMany, field).value("max", max),
            EstateError::CommunityAmbiguous => Self::at(Code::CommunityAmbiguous, "communityName"),
            EstateError::TooOften => Self::new(Code::TooManyRequests),
            EstateError::ReviewDecided => Self::at(Code::ReviewDecided, "requestId"),
            EstateError::Stale => Self::at(Code::StaleVersion, "expectedVersion"),
            EstateError::OwnRequest => Self::new(Code::OwnRequest),
            EstateError::ResidencyEnded => Self::at(Code::ResidencyEnded, "residencyId"),
            EstateError::OwnerByCompany => Self::at(Code::OwnerByCompany, "residencyId"),
            EstateError::NoPicture => Self::at(Code::MediaMismatch, "documents"),
        }
    }
}

impl From<EstateError> for Error {
    fn from(error: EstateError) -> Self {
        Self::Refused(error.into())
    }
}
