//! What identity refuses.

use crate::error::{Code, Error, Refusal};

/// A refused command of identity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum IdentityError {
    /// Not a phone number that can be written to.
    InvalidPhone,
    /// The code is wrong, used, expired or was tried too often.
    InvalidCode,
    /// Unknown phone, wrong password, or somebody who has left.
    InvalidCredentials,
    /// Too many codes or tries for this phone.
    TooManyRequests,
    /// The server cannot send text messages.
    SmsUnavailable,
    /// The password is shorter than so many characters.
    WeakPassword {
        /// Least number of characters.
        min: usize,
    },
    /// The phone belongs to a member of staff already.
    PhoneTaken,
    /// A name is empty or too long.
    InvalidName,
    /// A contractor's people have that role and no other, and nobody else has it; names the input field.
    ContractorRole(&'static str),
    /// A community of another organization was named.
    UnknownCommunity,
}

impl From<IdentityError> for Refusal {
    fn from(error: IdentityError) -> Self {
        match error {
            IdentityError::InvalidPhone => Self::at(Code::InvalidPhone, "phone"),
            IdentityError::InvalidCode => Self::at(Code::InvalidCode, "code"),
            IdentityError::InvalidCredentials => Self::new(Code::InvalidCredentials),
            IdentityError::TooManyRequests => Self::at(Code::TooManyRequests, "phone"),
            IdentityError::SmsUnavailable => Self::new(Code::SmsUnavailable),
            IdentityError::WeakPassword { min } => Self::at(Code::WeakPassword, "password").value("min", min),
            IdentityError::PhoneTaken => Self::at(Code::AlreadyExists, "phone"),
            IdentityError::InvalidName => Self::at(Code::InvalidValue, "name"),
            IdentityError::ContractorRole(field) => Self::at(Code::InvalidValue, field),
            IdentityError::UnknownCommunity => Self::at(Code::NotFound, "assignments"),
        }
    }
}

impl From<IdentityError> for Error {
    fn from(error: IdentityError) -> Self {
        Self::Refused(error.into())
    }
}
