//! What identity refuses.

use super::model::{PASSWORD_MIN, Weakness};
use crate::error::{Code, Error, Refusal};
use crate::infra::wechat::WechatError;

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
    /// The password is not good enough; names the input field.
    BadPassword(Weakness, &'static str),
    /// The new password is the old one.
    SamePassword,
    /// The old password is wrong.
    WrongPassword,
    /// The refresh token is good for nothing.
    SessionOver,
    /// WeChat does not say who this is.
    Wechat(WechatError),
    /// No account is bound to the WeChat user.
    WechatUnknown,
    /// The WeChat user has another account, or the account another WeChat user.
    WechatTaken,
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
            IdentityError::BadPassword(Weakness::Short, field) => {
                Self::at(Code::WeakPassword, field).value("min", PASSWORD_MIN)
            }
            IdentityError::BadPassword(Weakness::Long, field) => Self::at(Code::PasswordTooLong, field),
            IdentityError::BadPassword(Weakness::Common, field) => Self::at(Code::CommonPassword, field),
            IdentityError::SamePassword => Self::at(Code::SamePassword, "newPassword"),
            IdentityError::WrongPassword => Self::at(Code::InvalidCredentials, "oldPassword"),
            IdentityError::SessionOver => Self::at(Code::SessionOver, "refreshToken"),
            IdentityError::Wechat(WechatError::InvalidCode) => Self::at(Code::InvalidWechatCode, "code"),
            IdentityError::Wechat(WechatError::TooOften) => Self::new(Code::TooManyRequests),
            IdentityError::Wechat(WechatError::Blocked) => Self::new(Code::WechatBlocked),
            IdentityError::Wechat(WechatError::Unavailable) => Self::new(Code::WechatUnavailable),
            IdentityError::WechatUnknown => Self::new(Code::WechatUnknown),
            IdentityError::WechatTaken => Self::new(Code::WechatTaken),
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
