//! From our errors to what clients see: user errors in payloads, and the few top-level errors.

use std::sync::Arc;

use async_graphql::{Enum, ErrorExtensionValues, SimpleObject};

use super::loader::SharedError;
use crate::error::{Cause, Code, Error, Locale, Refusal};

macro_rules! graphql_codes {
    ($($name:ident = $wire:literal, $retryable:literal, $zh:literal, $en:literal, $description:literal;)*) => {
        /// Why a command was refused. Clients must tolerate values that they do not know.
        #[derive(Enum, Copy, Clone, PartialEq, Eq, Debug)]
        pub enum UserErrorCode { $(#[doc = $description] #[graphql(name = $wire)] $name,)* }

        impl From<Code> for UserErrorCode {
            fn from(code: Code) -> Self {
                match code { $(Code::$name => Self::$name,)* }
            }
        }
    };
}
crate::user_error_codes!(graphql_codes);

/// A refused command, for the user to mend. Nothing was changed.
#[derive(SimpleObject, Clone, Debug)]
pub struct UserError {
    /// Why.
    pub code: UserErrorCode,
    /// Path of the input field at fault.
    pub field: Option<Vec<String>>,
    /// The same for people, in the request's language.
    pub message: String,
    /// Whether the same command may succeed later without being changed.
    pub retryable: bool,
}

impl UserError {
    /// A refusal in a language.
    pub fn new(refusal: &Refusal, locale: Locale) -> Self {
        Self {
            code: refusal.code.into(),
            field: (!refusal.field.is_empty()).then(|| refusal.field.iter().map(ToString::to_string).collect()),
            message: refusal.message(locale),
            retryable: refusal.code.retryable(),
        }
    }
}

/// The codes of top-level errors, each with its texts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TopLevel {
    /// Nobody is signed in, or no longer.
    Unauthenticated,
    /// The viewer's roles do not allow it.
    Forbidden,
    /// The viewer's password is temporary: nothing but changing it is allowed.
    PasswordChangeRequired,
    /// The request cannot be understood.
    Malformed,
    /// The request is too deep, too long or too costly.
    TooComplex,
    /// What a subscription is about does not exist, or the viewer may not see it.
    NotFound,
    /// A limit was reached; `extensions.retryAfter`, where it is known, says after how many seconds it may work.
    RateLimited,
    /// The app is older than what is served.
    ClientTooOld,
    /// No document is known by the hash alone: send it with its text once.
    PersistedQueryNotFound,
    /// Only trusted documents are run, and this is none of them.
    DocumentNotTrusted,
    /// It took too long.
    Timeout,
    /// Too much is being worked on.
    Overloaded,
    /// A fault of ours.
    Internal,
}

impl TopLevel {
    /// Every code.
    pub const ALL: [Self; 13] = [
        Self::Unauthenticated,
        Self::Forbidden,
        Self::PasswordChangeRequired,
        Self::Malformed,
        Self::TooComplex,
        Self::NotFound,
        Self::RateLimited,
        Self::ClientTooOld,
        Self::PersistedQueryNotFound,
        Self::DocumentNotTrusted,
        Self::Timeout,
        Self::Overloaded,
        Self::Internal,
    ];

    /// What an error is at the top level. A refusal has no place there: what carries none calls it malformed.
    pub const fn of(error: &Error) -> Self {
        match error {
            Error::Refused(_) => Self::Malformed,
            Error::Unauthenticated => Self::Unauthenticated,
            Error::Forbidden => Self::Forbidden,
            Error::PasswordChangeRequired => Self::PasswordChangeRequired,
            Error::RateLimited { .. } => Self::RateLimited,
            Error::Internal(_) => Self::Internal,
        }
    }

    /// The value of `extensions.code`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::PasswordChangeRequired => "PASSWORD_CHANGE_REQUIRED",
            Self::Malformed => "MALFORMED",
            Self::TooComplex => "TOO_COMPLEX",
            Self::NotFound => "NOT_FOUND",
            Self::RateLimited => "RATE_LIMITED",
            Self::ClientTooOld => "CLIENT_TOO_OLD",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::DocumentNotTrusted => "DOCUMENT_NOT_TRUSTED",
            Self::Timeout => "TIMEOUT",
            Self::Overloaded => "OVERLOADED",
            Self::Internal => "INTERNAL",
        }
    }

    /// The text for people.
    pub const fn message(self, locale: Locale) -> &'static str {
        match (self, locale) {
            (Self::Unauthenticated, Locale::Chinese) => "请先登录",
            (Self::Unauthenticated, Locale::English) => "Sign in first",
            (Self::Forbidden, Locale::Chinese) => "没有权限",
            (Self::Forbidden, Locale::English) => "Not allowed",
            (Self::PasswordChangeRequired, Locale::Chinese) => "请先修改临时密码",
            (Self::PasswordChangeRequired, Locale::English) => "Change the temporary password first",
            (Self::Malformed, Locale::Chinese) => "请求无效",
            (Self::Malformed, Locale::English) => "The request is not valid",
            (Self::TooComplex, Locale::Chinese) => "请求过于复杂",
            (Self::TooComplex, Locale::English) => "The request is too complex",
            (Self::NotFound, Locale::Chinese) => "找不到该对象",
            (Self::NotFound, Locale::English) => "Not found",
            (Self::RateLimited, Locale::Chinese) => "操作过于频繁，请稍后再试",
            (Self::RateLimited, Locale::English) => "Too many requests; try again later",
            (Self::ClientTooOld, Locale::Chinese) => "应用版本过旧，请更新",
            (Self::ClientTooOld, Locale::English) => "This version of the app is too old; update it",
            // Clients of automatic persisted queries look for this very text.
            (Self::PersistedQueryNotFound, _) => "PersistedQueryNotFound",
            (Self::DocumentNotTrusted, Locale::Chinese) => "不接受此操作",
            (Self::DocumentNotTrusted, Locale::English) => "This operation is not accepted",
            (Self::Timeout, Locale::Chinese) => "处理超时，请重试",
            (Self::Timeout, Locale::English) => "It took too long; try again",
            (Self::Overloaded, Locale::Chinese) => "系统繁忙，请稍后再试",
            (Self::Overloaded, Locale::English) => "The service is busy; try again later",
            (Self::Internal, Locale::Chinese) => "系统内部错误",
            (Self::Internal, Locale::English) => "Internal error",
        }
    }

    /// As an error of the library, whose message the HTTP side translates.
    pub fn error(self) -> async_graphql::Error {
        let mut extensions = ErrorExtensionValues::default();
        extensions.set("code", self.code());
        async_graphql::Error {
            message: self.message(Locale::English).to_owned(),
            source: None,
            extensions: Some(extensions),
        }
    }
}

/// Travels behind an internal error to the log, and no further.
pub struct LoggedCause(pub Cause);

impl From<SharedError> for async_graphql::Error {
    fn from(error: SharedError) -> Self {
        match Arc::try_unwrap(error.0) {
            Ok(error) => error.into(),
            Err(shared) => Error::internal(format!("{shared:?}")).into(),
        }
    }
}

impl From<Refusal> for async_graphql::Error {
    fn from(refusal: Refusal) -> Self {
        Error::from(refusal).into()
    }
}

impl From<Error> for async_graphql::Error {
    fn from(error: Error) -> Self {
        let mut top = TopLevel::of(&error).error();
        let extensions = top.extensions.get_or_insert_default();
        match error {
            // A query has no payload to carry a refusal, so its code goes into the extensions.
            Error::Refused(refusal) => {
                extensions.set("reason", refusal.code.as_str());
                extensions.set("field", refusal.field.join("."));
            }
            Error::RateLimited { retry_after } => extensions.set("retryAfter", retry_after),
            Error::Internal(cause) => top.source = Some(Arc::new(LoggedCause(cause))),
            Error::Unauthenticated | Error::Forbidden | Error::PasswordChangeRequired => {}
        }
        top
    }
}
