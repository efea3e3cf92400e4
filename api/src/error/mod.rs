//! The one error type that services return, and what becomes of it.
//!
//! A [`Refusal`] is the user's to mend and travels in a payload's `userErrors`. The other kinds are top-level errors.
//! Neither has `Display`: async-graphql and `format!` cannot leak a cause that was never text.

mod codes;

pub use codes::Code;

use crate::db::Fault;

/// The languages that messages come in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Locale {
    /// zh-CN, the default.
    #[default]
    Chinese,
    /// en.
    English,
}

impl Locale {
    /// The first language of an `Accept-Language` header that we have; Chinese when there is none.
    pub fn from_accept_language(header: &str) -> Self {
        header
            .split(',')
            .find_map(|range| {
                let tag = range.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
                match tag.split('-').next() {
                    Some("zh") => Some(Self::Chinese),
                    Some("en") => Some(Self::English),
                    _ => None,
                }
            })
            .unwrap_or_default()
    }

    /// The language's tag, which [`Self::from_accept_language`] reads back.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    /// Of a text in Chinese and English, the one in this language.
    pub const fn pick(self, (chinese, english): (&'static str, &'static str)) -> &'static str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }
}

/// A command that was understood and refused; nothing was changed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// Why.
    pub code: Code,
    /// The path of the input field at fault, empty when there is none.
    pub field: Vec<&'static str>,
    /// Values for the text's placeholders.
    pub values: Vec<(&'static str, String)>,
}

impl Refusal {
    /// A refusal that points at no field.
    pub fn new(code: Code) -> Self {
        Self { code, field: Vec::new(), values: Vec::new() }
    }

    /// A refusal of one input field.
    pub fn at(code: Code, field: &'static str) -> Self {
        Self { code, field: vec!["input", field], values: Vec::new() }
    }

    /// Fills in a placeholder of the text.
    pub fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// The text for people.
    pub fn message(&self, locale: Locale) -> String {
        self.values
            .iter()
            .fold(self.code.text(locale).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }
}

/// Why a use case did not happen.
#[derive(Debug)]
pub enum Error {
    /// The user can mend it.
    Refused(Refusal),
    /// Nobody is signed in, or no longer.
    Unauthenticated,
    /// The viewer's roles do not allow it.
    Forbidden,
    /// The viewer has a temporary password, and must change it first.
    PasswordChangeRequired,
    /// Too much at a time, by a limit that is not one phone's; it may work after so many seconds.
    RateLimited {
        /// Seconds, at least 1.
        retry_after: u32,
    },
    /// Ours to mend; the cause goes to the log, never to a client.
    Internal(Cause),
}

/// What the log is told of an internal error.
#[derive(Debug)]
pub enum Cause {
    /// The database.
    Database(Fault),
    /// Anything else.
    Other(String),
}

impl Error {
    /// An internal error with a text for the log.
    pub fn internal(cause: impl Into<String>) -> Self {
        Self::Internal(Cause::Other(cause.into()))
    }

    /// Whether the same transaction may succeed when run again.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Internal(Cause::Database(fault)) if fault.is_transient())
    }

    /// Turns the violation of a unique constraint into a refusal, where it is known what it means to the user.
    pub fn on_unique(self, constraint: &str, sqlite_columns: &str, refusal: Refusal) -> Self {
        match self {
            Self::Internal(Cause::Database(fault)) if fault.violates(constraint, sqlite_columns) => {
                Self::Refused(refusal)
            }
            other => other,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Internal(Cause::Database(fault))
    }
}

impl From<sea_orm::DbErr> for Error {
    fn from(error: sea_orm::DbErr) -> Self {
        Fault::from(error).into()
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(format!("json: {error}"))
    }
}
