//! Rows gathered into few, large INSERT statements.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait, DbBackend, Statement, Value};

use super::Fault;

/// Rows a statement: past a few hundred, more rows bring nothing but longer texts.
const ROWS: usize = 500;
/// Values a statement: below SQLite's 32,766 and PostgreSQL's 65,535.
const VALUES: usize = 30_000;

/// Inserts into one table, passing over rows whose key is there already (`ON CONFLICT DO NOTHING`).
///
/// The text of a full statement is made once and sent again and again, so that the driver prepares it once.
pub struct Insert {
    backend: DbBackend,
    head: String,
    width: usize,
    full: String,
    rows: usize,
    values: Vec<Value>,
    inserted: u64,
}

impl Insert {
    /// An insert into `columns` of `table`.
    pub fn into(connection: &impl ConnectionTrait, table: &str, columns: &[&str]) -> Self {
        let backend = connection.get_database_backend();
        let head = format!("INSERT INTO {table} ({}) VALUES ", columns.join(", "));
        let width = columns.len();
        let rows = ROWS.min(VALUES / width.max(1)).max(1);
        let full = text(backend, &head, width, rows);
        Self { backend, head, width, full, rows, values: Vec::with_capacity(rows * width), inserted: 0 }
    }

    /// Adds a row, and sends the statement once it is full.
    pub async fn row(
        &mut self,
        connection: &impl ConnectionTrait,
        values: impl IntoIterator<Item = Value>,
    ) -> Result<(), Fault> {
        self.values.extend(values);
        debug_assert!(self.values.len().is_multiple_of(self.width), "a value for each column");
        if self.values.len() < self.rows * self.width {
            return Ok(());
        }
        let text = self.full.clone();
        self.send(connection, text).await
    }

    /// Sends what is left; the number of rows that were inserted in all.
    pub async fn finish(mut self, connection: &impl ConnectionTrait) -> Result<u64, Fault> {
        if !self.values.is_empty() {
            let text = text(self.backend, &self.head, self.width, self.values.len() / self.width);
            self.send(connection, text).await?;
        }
        Ok(self.inserted)
    }

    async fn send(&mut self, connection: &impl ConnectionTrait, text: String) -> Result<(), Fault> {
        let statement = Statement::from_sql_and_values(self.backend, text, self.values.drain(..));
        self.inserted += connection.execute_raw(statement).await?.rows_affected();
        Ok(())
    }
}

/// `INSERT … VALUES (…), (…) … ON CONFLICT DO NOTHING` of `rows` rows.
///
/// SQLite gets bare `?`: a numbered placeholder is a name there, and names are looked up one by one, which makes
/// binding thousands of them quadratic.
fn text(backend: DbBackend, head: &str, width: usize, rows: usize) -> String {
    let mut text = String::with_capacity(head.len() + rows * width * 7 + 32);
    text.push_str(head);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        for column in 0..width {
            let comma = if column == 0 { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = match backend {
                DbBackend::Sqlite => write!(text, "{comma}?"),
                _ => write!(text, "{comma}${}", row * width + column + 1),
            };
        }
        text.push(')');
    }
    text.push_str(" ON CONFLICT DO NOTHING");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_database_gets_its_placeholders() {
        let head = "INSERT INTO t (a, b) VALUES ";
        assert_eq!(
            text(DbBackend::Sqlite, head, 2, 2),
            "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) ON CONFLICT DO NOTHING"
        );
        assert_eq!(
            text(DbBackend::Postgres, head, 2, 2),
            "INSERT INTO t (a, b) VALUES ($1, $2), ($3, $4) ON CONFLICT DO NOTHING"
        );
    }
}
