//! A fresh, migrated database for one test: a copy of a template that is migrated once for the whole test process.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use api::db::{Db, DbOptions};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell};

use crate::servers;

/// Every database of a test starts with this, then the process that made it.
const PREFIX: &str = "linli_test_";
/// Connections of a [`TestDatabase::connect`]; many tests run at a time.
const POOL: u32 = 8;

/// The two databases that Linli runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// One file.
    Sqlite,
    /// The private cluster.
    Postgres,
}

/// A database that belongs to one test and is gone with it.
#[derive(Debug)]
pub struct TestDatabase {
    backend: Backend,
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    File { path: PathBuf, _folder: TempDir },
    Cluster(Guard),
}

/// Drops the database of a test that panicked or did not call `drop_database`.
#[derive(Debug)]
struct Guard {
    name: String,
    armed: bool,
}

impl TestDatabase {
    /// A new database with all migrations.
    pub async fn create(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => Self::create_file().await,
            Backend::Postgres => Self::create_in_cluster().await,
        }
    }

    /// Which of the two it is.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// What `database_url` is set to.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The file, on SQLite.
    pub fn path(&self) -> Option<&Path> {
        match &self.place {
            Place::File { path, .. } => Some(path),
            Place::Cluster(_) => None,
        }
    }

    /// Connects as the program does.
    pub async fn connect(&self) -> Db {
        connect(&self.url).await
    }

    /// Removes the database, throwing out whoever is connected; without it that happens when the value is dropped.
    pub async fn drop_database(self) {
        if let Place::Cluster(mut guard) = self.place {
            drop_in_cluster(&guard.name).await;
            guard.armed = false;
        }
    }

    async fn create_file() -> Self {
        static TEMPLATE: OnceCell<Vec<u8>> = OnceCell::const_new();
        let template = TEMPLATE.get_or_init(sqlite_template).await;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir().unwrap();
        let path = folder.path().join("linli.db");
        tokio::fs::write(&path, template).await.unwrap();
        Self { backend: Backend::Sqlite, url: sqlite_url(&path), place: Place::File { path, _folder: folder } }
    }

    async fn create_in_cluster() -> Self {
        static TEMPLATE: OnceCell<String> = OnceCell::const_new();
        /// PostgreSQL does not copy a template that somebody else is using, so one copy at a time.
        static COPYING: Mutex<()> = Mutex::const_new(());
        static COUNT: AtomicU32 = AtomicU32::new(0);

        let template = TEMPLATE.get_or_init(postgres_template).await;
        let name = format!("{PREFIX}{}_{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let copying = COPYING.lock().await;
        administer(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        drop(copying);
        let url = postgres_url(&name);
        Self { backend: Backend::Postgres, url, place: Place::Cluster(Guard { name, armed: true }) }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        if !std::mem::take(&mut self.armed) {
            return;
        }
        let name = std::mem::take(&mut self.name);
        // A thread of its own: a runtime cannot be entered from within another one.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.map(|runtime| runtime.block_on(drop_in_cluster(&name)))
        });
        if !matches!(thread.join(), Ok(Ok(()))) {
            eprintln!("a test's database was not dropped");
        }
    }
}

async fn connect(url: &str) -> Db {
    Db::connect(&DbOptions { url: url.to_owned(), pool: POOL }).await.unwrap()
}

fn sqlite_url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

/// The bytes of a migrated file.
async fn sqlite_template() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let migrated = folder.path().join("migrated.db");
    let db = connect(&sqlite_url(&migrated)).await;
    db.migrate().await.unwrap();
    drop(db);
    // VACUUM INTO reads the write-ahead log as well and writes one complete file, whoever is still connected.
    let whole = folder.path().join("whole.db");
    let connection = Database::connect(single(&sqlite_url(&migrated))).await.unwrap();
    connection.execute_unprepared(&format!("VACUUM INTO '{}'", whole.display())).await.unwrap();
    connection.close().await.unwrap();
    tokio::fs::read(&whole).await.unwrap()
}

/// The name of a migrated database that nobody is connected to.
async fn postgres_template() -> String {
    drop_leftovers().await;
    let name = format!("{PREFIX}{}_template", std::process::id());
    drop_in_cluster(&name).await;
    administer(&format!("CREATE DATABASE {name}")).await;
    connect(&postgres_url(&name)).await.migrate().await.unwrap();
    // The pool above closes in its own time.
    let waiting = format!("SELECT 1 AS one FROM pg_stat_activity WHERE datname = '{name}'");
    let connection = administrator().await;
    while connection.query_one_raw(statement(&connection, &waiting)).await.unwrap().is_some() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    connection.close().await.unwrap();
    name
}

/// Databases of test processes that were killed; a cluster that `scripts/test` started has none.
async fn drop_leftovers() {
    if !Path::new("/proc/self").exists() {
        return;
    }
    let connection = administrator().await;
    let all = statement(&connection, "SELECT datname::text AS name FROM pg_database");
    let rows = connection.query_all_raw(all).await.unwrap();
    connection.close().await.unwrap();
    for row in rows {
        let name: String = row.try_get("", "name").unwrap();
        let process = name.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next());
        if process.is_some_and(|process| !Path::new("/proc").join(process).exists()) {
            drop_in_cluster(&name).await;
        }
    }
}

fn postgres_url(name: &str) -> String {
    let url = servers::postgres_url();
    let (server, _) = url.rsplit_once('/').expect("LINLI_TEST_POSTGRES_URL ends with /DATABASE");
    format!("{server}/{name}")
}

async fn drop_in_cluster(name: &str) {
    administer(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

async fn administer(sql: &str) {
    let connection = administrator().await;
    connection.execute_unprepared(sql).await.unwrap();
    connection.close().await.unwrap();
}

/// A connection for one statement: each test has a runtime of its own, which a pool would not outlive.
async fn administrator() -> DatabaseConnection {
    Database::connect(single(&servers::postgres_url())).await.unwrap()
}

fn single(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    options
}

fn statement(connection: &DatabaseConnection, sql: &str) -> Statement {
    Statement::from_string(connection.get_database_backend(), sql)
}
