//! What is wrong with a row, and what makes a whole import impossible.

use std::fmt;
use std::ops::AddAssign;

use crate::db::Fault;
use crate::error::Error;

/// So many problems are kept to be shown; the rest are only counted, so that a bad file cannot fill the memory.
const SHOWN: usize = 1_000;

/// One thing that is wrong with one cell.
///
/// Reasons about people (names, phones, ids) never repeat the cell: line and column are enough to find it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RowProblem {
    /// The line of the file, counted from 1; a quoted cell may make a row several lines long, the first counts.
    pub line: u64,
    /// The column's heading as the file has it; empty when the whole row is meant.
    pub column: String,
    /// What is wrong, for people.
    pub reason: String,
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.column.as_str() {
            "" => write!(f, "line {}: {}", self.line, self.reason),
            column => write!(f, "line {}, column {column}: {}", self.line, self.reason),
        }
    }
}

/// The problems of a file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Problems {
    /// The first 1,000 of them, in the file's order.
    pub shown: Vec<RowProblem>,
    /// How many there are in all.
    pub total: u64,
    /// How many rows they spoil; a row may have several.
    pub rows: u64,
}

impl Problems {
    /// Adds the problems of one row.
    pub fn add(&mut self, row: Vec<RowProblem>) {
        self.total += row.len() as u64;
        self.rows += u64::from(!row.is_empty());
        let room = SHOWN.saturating_sub(self.shown.len());
        self.shown.extend(row.into_iter().take(room));
    }
}

impl AddAssign for Problems {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.rows += other.rows;
        let room = SHOWN.saturating_sub(self.shown.len());
        self.shown.extend(other.shown.into_iter().take(room));
    }
}

/// Why an import could not be done at all.
#[derive(Debug)]
pub enum ImportError {
    /// The file or an argument cannot be used; the text says why, for whoever runs the command.
    Unusable(String),
    /// The work itself failed, most likely in the database.
    Failed(Error),
}

impl ImportError {
    /// The file or an argument cannot be used.
    pub fn unusable(reason: impl Into<String>) -> Self {
        Self::Unusable(reason.into())
    }
}

impl From<Error> for ImportError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Fault> for ImportError {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault.into())
    }
}

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Unusable(reason) => Self::internal(reason),
            ImportError::Failed(error) => error,
        }
    }
}
