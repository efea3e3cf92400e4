//! Runs one step's statements on either database.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// PostgreSQL's type names and what SQLite stores instead. Timestamps and dates are ISO text there, which sorts as time does.
const SQLITE_TYPES: &[(&str, &str)] =
    &[(" uuid", " blob"), (" bytea", " blob"), (" timestamptz", " text"), (" date", " text")];

/// Runs each statement as written on PostgreSQL, with the type names replaced on SQLite.
pub async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    for statement in statements {
        let sql = match connection.get_database_backend() {
            DbBackend::Sqlite => {
                SQLITE_TYPES.iter().fold((*statement).to_owned(), |sql, (from, to)| replace_word(&sql, from, to))
            }
            _ => (*statement).to_owned(),
        };
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}

/// Replaces `from` where no further letter follows, so that ` date` does not touch ` date_of_birth`.
fn replace_word(sql: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some(at) = rest.find(from) {
        let (before, after) = (&rest[..at], &rest[at + from.len()..]);
        out.push_str(before);
        let whole = !after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        out.push_str(if whole { to } else { from });
        rest = after;
    }
    out.push_str(rest);
    out
}
