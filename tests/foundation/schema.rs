//! The migrator makes the same schema on both databases.

use std::collections::BTreeSet;

use api::db::{Db, Sql};
use sea_orm::FromQueryResult;
use support::{Backend, TestDatabase, both_databases};

both_databases!(migrations_are_current, migrating_twice_is_harmless);

async fn migrations_are_current(database: TestDatabase) {
    let db = database.connect().await;
    assert_eq!(db.pending_migrations().await.unwrap(), 0);
}

async fn migrating_twice_is_harmless(database: TestDatabase) {
    let db = database.connect().await;
    let before = columns(&db, database.backend()).await;
    db.migrate().await.unwrap();
    db.migrate().await.unwrap();
    assert_eq!(db.pending_migrations().await.unwrap(), 0);
    assert_eq!(columns(&db, database.backend()).await, before);
}

/// A column as both databases describe it. Type names differ by design.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, FromQueryResult)]
struct Column {
    table_name: String,
    column_name: String,
    required: bool,
}

#[tokio::test]
async fn both_databases_have_the_same_columns() {
    let (sqlite, postgres) =
        (TestDatabase::create(Backend::Sqlite).await, TestDatabase::create(Backend::Postgres).await);
    let sqlite = columns(&sqlite.connect().await, Backend::Sqlite).await;
    let postgres = columns(&postgres.connect().await, Backend::Postgres).await;
    assert!(sqlite.iter().any(|column| column.table_name == "ticket"), "{sqlite:?}");
    let only_sqlite: Vec<_> = sqlite.difference(&postgres).collect();
    let only_postgres: Vec<_> = postgres.difference(&sqlite).collect();
    assert!(
        only_sqlite.is_empty() && only_postgres.is_empty(),
        "only on SQLite: {only_sqlite:#?}\nonly on PostgreSQL: {only_postgres:#?}"
    );
}

/// All columns but those of the migrator's own table.
async fn columns(db: &Db, backend: Backend) -> BTreeSet<Column> {
    let sql = match backend {
        Backend::Sqlite => {
            r#"SELECT t.name AS table_name, c.name AS column_name, c."notnull" = 1 AS required
            FROM sqlite_master t JOIN pragma_table_info(t.name) c
            WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'seaql_migrations'"#
        }
        Backend::Postgres => {
            "SELECT table_name::text AS table_name, column_name::text AS column_name, is_nullable = 'NO' AS required
            FROM information_schema.columns
            WHERE table_schema = 'public' AND table_name <> 'seaql_migrations'"
        }
    };
    Sql::new(sql).all::<Column>(db.read()).await.unwrap().into_iter().collect()
}
