//! Whether anything in the database changed.

use std::collections::BTreeMap;

use api::db::Sql;
use sea_orm::FromQueryResult;
use support::{Backend, TestApp};

/// When somebody was seen, and how far limits are filled: every request may write that, whatever becomes of it.
const NOISE: [&str; 2] = ["limit_state", "seaql_migrations"];

#[derive(FromQueryResult)]
struct Row {
    name: String,
    rows: i64,
    content: String,
}

#[derive(FromQueryResult)]
struct Column {
    table_name: String,
    column_name: String,
}

/// One statement that reads every table, with what its rows hold.
pub struct Digest {
    statement: String,
}

impl Digest {
    /// For the tables that there are.
    pub async fn prepare(app: &TestApp) -> Self {
        let columns = match app.backend {
            Backend::Sqlite => {
                "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t JOIN pragma_table_info(t.name) c
                WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' ORDER BY t.name, c.cid"
            }
            Backend::Postgres => {
                "SELECT table_name::text AS table_name, column_name::text AS column_name FROM information_schema.columns
                WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"
            }
        };
        let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for column in Sql::new(columns).all::<Column>(app.app.db.read()).await.unwrap() {
            if !NOISE.contains(&column.table_name.as_str()) && column.column_name != "last_seen_at" {
                tables.entry(column.table_name).or_default().push(column.column_name);
            }
        }
        let parts = tables.iter().map(|(table, columns)| {
            let content = match app.backend {
                Backend::Sqlite => {
                    let quoted: Vec<String> = columns.iter().map(|name| format!("quote(t.\"{name}\")")).collect();
                    format!("COALESCE(group_concat({}, '~'), '')", quoted.join(" || "))
                }
                Backend::Postgres => {
                    let row: Vec<String> = columns.iter().map(|name| format!("t.\"{name}\"")).collect();
                    format!(
                        "COALESCE(md5(string_agg(ROW({0})::text, '~' ORDER BY ROW({0})::text)), '')",
                        row.join(", ")
                    )
                }
            };
            format!("SELECT '{table}' AS name, COUNT(*) AS rows, {content} AS content FROM \"{table}\" t")
        });
        Self { statement: parts.collect::<Vec<_>>().join("\nUNION ALL ") }
    }

    /// Every table with its number of rows and what they hold.
    pub async fn take(&self, app: &TestApp) -> BTreeMap<String, (i64, String)> {
        let rows = Sql::new(self.statement.as_str()).all::<Row>(app.app.db.read()).await.unwrap();
        rows.into_iter().map(|row| (row.name, (row.rows, row.content))).collect()
    }
}

/// The tables that differ.
pub fn changed(before: &BTreeMap<String, (i64, String)>, after: &BTreeMap<String, (i64, String)>) -> Vec<String> {
    before.iter().filter(|(name, was)| after.get(*name) != Some(was)).map(|(name, _)| name.clone()).collect()
}
