//! What the office refuses.

use crate::error::{Code, Error, Refusal};

/// A refused command of the office.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OfficeError {
    /// No such object of the viewer; names the input field.
    NotFound(&'static str),
    /// A filter names something that is not there for the viewer; names its field.
    Unavailable(&'static str, &'static str),
    /// The filter is one of another list.
    OtherList,
    /// A name is missing.
    NameRequired,
    /// A name is longer than so many characters.
    NameTooLong(usize),
    /// The viewer has a filter of this name for the list.
    NameTaken,
    /// The viewer has so many filters already.
    TooManyFilters(usize),
    /// The filter has changed meanwhile.
    Stale,
    /// So many exports are unfinished, or kept, already.
    ExportLimit(u32),
    /// The list has more rows than this.
    TooManyRows(u32),
    /// Whoever asked for the file could not make the same one now.
    Outdated,
    /// The file's time is over.
    Expired,
    /// A reason is missing.
    ReasonRequired,
    /// A reason is longer than so many characters.
    ReasonTooLong(usize),
}

impl From<OfficeError> for Error {
    fn from(error: OfficeError) -> Self {
        Self::Refused(match error {
            OfficeError::NotFound(field) => Refusal::at(Code::NotFound, field),
            OfficeError::Unavailable(list, field) => {
                Refusal { field: vec!["input", "filter", list, field], ..Refusal::new(Code::NotFound) }
            }
            OfficeError::OtherList => Refusal::at(Code::InvalidValue, "filter"),
            OfficeError::NameRequired => Refusal::at(Code::Required, "name"),
            OfficeError::NameTooLong(max) => Refusal::at(Code::TooLong, "name").value("max", max),
            OfficeError::NameTaken => Refusal::at(Code::AlreadyExists, "name"),
            OfficeError::TooManyFilters(max) => Refusal::new(Code::TooMany).value("max", max),
            OfficeError::Stale => Refusal::at(Code::StaleVersion, "expectedVersion"),
            OfficeError::ExportLimit(max) => Refusal::new(Code::ExportLimit).value("max", max),
            OfficeError::TooManyRows(max) => Refusal::new(Code::TooManyRows).value("max", max),
            OfficeError::Outdated => Refusal::new(Code::ExportOutdated),
            OfficeError::Expired => Refusal::new(Code::LinkExpired),
            OfficeError::ReasonRequired => Refusal::at(Code::Required, "reason"),
            OfficeError::ReasonTooLong(max) => Refusal::at(Code::TooLong, "reason").value("max", max),
        })
    }
}
