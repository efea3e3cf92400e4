//! A small writer of SQL text with bound values, for statements that are put together from parts.

use sea_orm::{ConnectionTrait, FromQueryResult, Statement, Value};

use super::Fault;

/// SQL text and the values bound to its `$1`, `$2` … placeholders, which both databases read alike.
#[derive(Clone, Debug, Default)]
pub struct Sql {
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Starts with `text`.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), values: Vec::new() }
    }

    /// Appends text as it stands; never anything that a client sent.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends the placeholder of a bound value.
    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Appends `text` and the placeholder of a bound value.
    pub fn with(&mut self, text: &str, value: impl Into<Value>) -> &mut Self {
        self.push(text).bind(value)
    }

    /// Appends `(a, b, c)` with every value bound; an empty list matches nothing.
    pub fn list<V: Into<Value>>(&mut self, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.push("(");
        for (index, value) in values.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            self.bind(value);
        }
        if self.text.ends_with('(') {
            self.push("NULL");
        }
        self.push(")")
    }

    /// The statement for the database behind `connection`.
    pub fn statement(&self, connection: &impl ConnectionTrait) -> Statement {
        Statement::from_sql_and_values(
            connection.get_database_backend(),
            self.text.clone(),
            self.values.iter().cloned(),
        )
    }

    /// All rows.
    pub async fn all<T: FromQueryResult>(&self, connection: &impl ConnectionTrait) -> Result<Vec<T>, Fault> {
        rows(connection.query_all_raw(self.statement(connection)).await?)
    }

    /// The first row, if any.
    pub async fn one<T: FromQueryResult>(&self, connection: &impl ConnectionTrait) -> Result<Option<T>, Fault> {
        let row = connection.query_one_raw(self.statement(connection)).await?;
        Ok(row.map(|row| T::from_query_result(&row, "")).transpose()?)
    }

    /// Runs the statement; the number of rows it changed.
    pub async fn run(&self, connection: &impl ConnectionTrait) -> Result<u64, Fault> {
        Ok(connection.execute_raw(self.statement(connection)).await?.rows_affected())
    }

    /// A single number, such as a count.
    pub async fn number(&self, connection: &impl ConnectionTrait) -> Result<i64, Fault> {
        let row = connection.query_one_raw(self.statement(connection)).await?;
        Ok(row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?.unwrap_or(0))
    }
}

/// Reads flat rows.
fn rows<T: FromQueryResult>(rows: Vec<sea_orm::QueryResult>) -> Result<Vec<T>, Fault> {
    rows.iter().map(|row| T::from_query_result(row, "").map_err(Fault::from)).collect()
}

/// Appends the condition that an SQL expression contains `text`, whatever it contains and whatever its case.
///
/// The database folds the case of both sides, SQLite of ASCII letters only.
pub fn contains(sql: &mut Sql, expression: &str, text: &str) {
    // No text in the database holds a NUL; PostgreSQL refuses it even in a pattern.
    if text.contains('\0') {
        sql.push("1 = 0");
        return;
    }
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    sql.push("LOWER(").push(expression).with(") LIKE LOWER(", format!("%{escaped}%")).push(") ESCAPE '\\'");
}
