//! What went wrong in the database, as far as a caller can act on it.

use std::fmt;
use std::ops::Deref;

use sea_orm::{DbErr, RuntimeErr, sqlx};

/// A database error. It has no `Display`, so that its text cannot reach a client by accident.
pub struct Fault(pub DbErr);

/// For the log: without the detail, in which PostgreSQL repeats the values of a row, phones among them.
impl fmt::Debug for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(error) = self.driver() else { return write!(formatter, "Fault({:?})", self.0) };
        let (code, table) = (error.code().unwrap_or_default(), error.table().unwrap_or_default());
        write!(
            formatter,
            "Fault({code} {:?} table {table:?} {:?})",
            error.constraint().unwrap_or_default(),
            error.message()
        )
    }
}

impl From<DbErr> for Fault {
    fn from(error: DbErr) -> Self {
        Self(error)
    }
}

impl Fault {
    fn driver(&self) -> Option<&dyn sqlx::error::DatabaseError> {
        match &self.0 {
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => match error.deref() {
                sqlx::Error::Database(error) => Some(error.deref()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether running the same transaction again may succeed: serialization failure, deadlock, or a busy SQLite file.
    pub fn is_transient(&self) -> bool {
        let code = self.driver().and_then(|error| error.code());
        // 40001 serialization_failure, 40P01 deadlock_detected; 5 SQLITE_BUSY, 517 SQLITE_BUSY_SNAPSHOT.
        matches!(code.as_deref(), Some("40001" | "40P01" | "5" | "517"))
    }

    /// Whether the database could not be reached at all.
    pub fn is_unreachable(&self) -> bool {
        matches!(self.0, DbErr::ConnectionAcquire(_) | DbErr::Conn(_))
    }

    /// Whether the unique constraint `name` was violated, whose columns SQLite reports instead (`table.a, table.b`).
    pub fn violates(&self, name: &str, sqlite_columns: &str) -> bool {
        self.driver().is_some_and(|error| {
            error.is_unique_violation()
                && error.constraint().map_or_else(|| error.message().contains(sqlite_columns), |found| found == name)
        })
    }
}
