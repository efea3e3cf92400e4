//! Connections: a pool on PostgreSQL; readers and one writer task on SQLite.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    FromQueryResult, QueryResult, Statement, TransactionTrait,
};

use super::readers::Readers;
use super::writer::{Priority, Work, Writer};
use super::{Fault, Sql};
use crate::error::Error;

/// How often a transaction is run again after a serialization failure or deadlock before the fault is returned.
const TRANSACTION_TRIES: u32 = 5;

/// Where the database is and how many connections it gets.
#[derive(Clone, Debug)]
pub struct DbOptions {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// Connections of a PostgreSQL node; readers on SQLite (at most 4).
    pub pool: u32,
}

/// A database and how to reach it.
#[derive(Clone)]
pub struct Db {
    read: Conn,
    writer: Option<Writer>,
    /// Whether statements of the pool have a limit.
    limited: bool,
}

/// A connection for reading, outside a transaction.
#[derive(Clone)]
pub struct Conn {
    inner: Inner,
    statements: Arc<AtomicU64>,
}

#[derive(Clone)]
enum Inner {
    Pool(DatabaseConnection),
    Readers(Arc<Readers>),
}

/// An open transaction.
pub struct Tx {
    inner: DatabaseTransaction,
    statements: Arc<AtomicU64>,
}

impl Db {
    /// Connects; an SQLite file is created when it is missing.
    pub async fn connect(options: &DbOptions) -> Result<Self, Fault> {
        Self::connect_within(options, None).await
    }

    /// The same, with the time that a statement may take. On PostgreSQL background transactions are exempt from it, on
    /// SQLite all that write: interrupted, they would undo others that share their commit.
    pub async fn connect_within(options: &DbOptions, statement: Option<Duration>) -> Result<Self, Fault> {
        let statements = Arc::new(AtomicU64::new(0));
        if options.url.starts_with("sqlite:") {
            let write = Database::connect(sqlite(&options.url, true)).await?;
            let mut readers = Vec::new();
            for _ in 0..options.pool.clamp(2, 4) {
                readers.push(Database::connect(sqlite(&options.url, false)).await?);
            }
            let inner = Inner::Readers(Readers::new(readers, statement).await?);
            let writer = Writer::start(write, Arc::clone(&statements));
            Ok(Self { read: Conn { inner, statements }, writer: Some(writer), limited: false })
        } else {
            let inner = Inner::Pool(Database::connect(postgres(&options.url, options.pool, statement)).await?);
            Ok(Self { read: Conn { inner, statements }, writer: None, limited: statement.is_some() })
        }
    }

    /// The connection for reading.
    pub fn read(&self) -> &Conn {
        &self.read
    }

    /// A connection for the service's own looking around, which counts its statements apart from those of requests.
    pub fn aside(&self) -> Conn {
        Conn { inner: self.read.inner.clone(), statements: Arc::default() }
    }

    /// How many statements were sent so far; begin and commit are not counted.
    pub fn statements(&self) -> u64 {
        self.read.statements.load(Ordering::Relaxed)
    }

    /// Runs `work` in one transaction and commits when it returns `Ok`.
    ///
    /// The closure may be run again after a serialization failure or deadlock, so it must not have effects of its own.
    pub async fn write<T, W>(&self, work: W) -> Result<T, Error>
    where
        W: Work<T>,
        T: Send + 'static,
    {
        self.run(Priority::Foreground, work).await
    }

    /// The same for background work, which on SQLite waits behind requests.
    pub async fn write_background<T, W>(&self, work: W) -> Result<T, Error>
    where
        W: Work<T>,
        T: Send + 'static,
    {
        self.run(Priority::Background, work).await
    }

    async fn run<T, W>(&self, priority: Priority, work: W) -> Result<T, Error>
    where
        W: Work<T>,
        T: Send + 'static,
    {
        match &self.writer {
            Some(writer) => writer.run(priority, work).await,
            None => self.run_on_pool(priority, &work).await,
        }
    }

    async fn run_on_pool<T, W: Work<T>>(&self, priority: Priority, work: &W) -> Result<T, Error> {
        let mut tries = 1;
        loop {
            let tx = self.read.begin().await?;
            if self.limited && priority == Priority::Background {
                tx.inner.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
            }
            let error = match work(&tx).await {
                Ok(value) => match tx.inner.commit().await.map_err(Fault::from) {
                    Ok(()) => return Ok(value),
                    Err(fault) => Error::from(fault),
                },
                Err(error) => {
                    // A rollback that fails leaves nothing behind either: the connection is closed with it.
                    if let Err(fault) = tx.inner.rollback().await {
                        tracing::debug!(cause = ?fault, "db.rollback_failed");
                    }
                    error
                }
            };
            if !error.is_transient() || tries == TRANSACTION_TRIES {
                return Err(error);
            }
            tokio::time::sleep(Duration::from_millis(u64::from(tries * tries))).await;
            tries += 1;
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), Fault> {
        Sql::new("SELECT 1").run(&self.read).await.map(|_| ())
    }

    /// Whether there is no table at all.
    pub async fn is_empty(&self) -> Result<bool, Fault> {
        let tables = match self.read.get_database_backend() {
            DbBackend::Sqlite => "SELECT COUNT(*) FROM sqlite_master",
            _ => "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema()",
        };
        Ok(Sql::new(tables).number(&self.read).await? == 0)
    }

    /// Brings the schema up to date.
    pub async fn migrate(&self) -> Result<(), Fault> {
        use migration::MigratorTrait as _;
        let connection = match (&self.writer, &self.read.inner) {
            (Some(writer), _) => writer.connection(),
            (None, Inner::Pool(pool)) => pool,
            // Readers have a writer beside them.
            (None, Inner::Readers(_)) => return Ok(()),
        };
        Ok(migration::Migrator::up(connection, None).await?)
    }

    /// How many migrations are still to be run; reads only, so that a health check never waits for the writer.
    pub async fn pending_migrations(&self) -> Result<usize, Fault> {
        use migration::MigratorTrait as _;
        #[derive(FromQueryResult)]
        struct Done {
            version: String,
        }
        let all = migration::Migrator::migrations();
        let done: Vec<Done> = match Sql::new("SELECT version FROM seaql_migrations").all(&self.read).await {
            Ok(done) => done,
            // Without its table no migration was ever run.
            Err(fault) if !fault.is_unreachable() && self.is_empty().await? => Vec::new(),
            Err(fault) => return Err(fault),
        };
        Ok(all.iter().filter(|step| done.iter().all(|row| row.version != step.name())).count())
    }
}

fn common(url: &str, connections: u32) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(Duration::from_secs(10))
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .record_stmt_in_spans(false)
        .sqlx_logging(false);
    options
}

fn postgres(url: &str, connections: u32, statement: Option<Duration>) -> ConnectOptions {
    let mut options = common(url, connections);
    if let Some(limit) = statement {
        options.map_sqlx_postgres_opts(move |postgres| {
            postgres.options([("statement_timeout", format!("{}ms", limit.as_millis()))])
        });
    }
    options
}

fn sqlite(url: &str, write: bool) -> ConnectOptions {
    let mut options = common(url, 1);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        let sqlite = sqlite
            .create_if_missing(write)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("cache_size", "-32768")
            .pragma("temp_store", "memory");
        if write {
            // FULL: a commit is on the disk before it is acknowledged.
            sqlite.pragma("journal_mode", "WAL").pragma("synchronous", "FULL")
        } else {
            sqlite.pragma("query_only", "ON")
        }
    });
    options
}

impl Conn {
    async fn begin(&self) -> Result<Tx, Fault> {
        match &self.inner {
            Inner::Pool(pool) => Ok(Tx { inner: pool.begin().await?, statements: Arc::clone(&self.statements) }),
            Inner::Readers(_) => Err(DbErr::Custom("SQLite writes through its writer".to_owned()).into()),
        }
    }
}

impl Tx {
    pub(super) fn new(inner: DatabaseTransaction, statements: Arc<AtomicU64>) -> Self {
        Self { inner, statements }
    }

    pub(super) async fn savepoint(&self) -> Result<Self, Fault> {
        Ok(Self { inner: self.inner.begin().await?, statements: Arc::clone(&self.statements) })
    }

    pub(super) async fn commit(self) -> Result<(), Fault> {
        Ok(self.inner.commit().await?)
    }

    pub(super) async fn rollback(self) -> Result<(), Fault> {
        Ok(self.inner.rollback().await?)
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Conn {
    fn get_database_backend(&self) -> DbBackend {
        match &self.inner {
            Inner::Pool(pool) => pool.get_database_backend(),
            Inner::Readers(_) => DbBackend::Sqlite,
        }
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.inner {
            Inner::Pool(pool) => pool.execute_raw(statement).await,
            Inner::Readers(readers) => {
                readers.lend().await?.run(async |reader| reader.execute_raw(statement).await).await
            }
        }
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.inner {
            Inner::Pool(pool) => pool.execute_unprepared(sql).await,
            Inner::Readers(readers) => {
                readers.lend().await?.run(async |reader| reader.execute_unprepared(sql).await).await
            }
        }
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.inner {
            Inner::Pool(pool) => pool.query_one_raw(statement).await,
            Inner::Readers(readers) => {
                readers.lend().await?.run(async |reader| reader.query_one_raw(statement).await).await
            }
        }
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        match &self.inner {
            Inner::Pool(pool) => pool.query_all_raw(statement).await,
            Inner::Readers(readers) => {
                readers.lend().await?.run(async |reader| reader.query_all_raw(statement).await).await
            }
        }
    }
}

/// Counts each statement and passes it on.
#[async_trait::async_trait]
impl ConnectionTrait for Tx {
    fn get_database_backend(&self) -> DbBackend {
        self.inner.get_database_backend()
    }
    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.inner.execute_raw(statement).await
    }
    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.inner.execute_unprepared(sql).await
    }
    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.inner.query_one_raw(statement).await
    }
    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.statements.fetch_add(1, Ordering::Relaxed);
        self.inner.query_all_raw(statement).await
    }
}
