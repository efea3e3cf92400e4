//! SQLite's readers: a few connections, each lent to one statement at a time, so that a statement which takes too long, or
//! whose caller has given up, can be interrupted. The driver's own pool would let it run to its end.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr, RuntimeErr, sqlx};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// So many steps of SQLite's machine between two looks at the clock: a fraction of a millisecond.
const STEPS: i32 = 2_000;
/// Nothing is limited.
const UNLIMITED: u64 = u64::MAX;
/// Whatever runs is to stop.
const STOP: u64 = 0;

/// When the statement on a connection must have ended, in milliseconds after `since`.
struct Limit {
    since: Instant,
    until: AtomicU64,
}

impl Limit {
    fn passed(&self) -> bool {
        match self.until.load(Ordering::Relaxed) {
            UNLIMITED => false,
            STOP => true,
            until => self.elapsed() > until,
        }
    }

    fn elapsed(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(UNLIMITED)
    }
}

#[derive(Clone)]
struct Reader {
    connection: DatabaseConnection,
    limit: Arc<Limit>,
}

/// The connections that are not lent at present.
pub struct Readers {
    free: Mutex<Vec<Reader>>,
    places: Arc<Semaphore>,
    statement: Option<Duration>,
}

/// A connection for one statement.
pub struct Lent {
    readers: Arc<Readers>,
    reader: Option<Reader>,
    place: Option<OwnedSemaphorePermit>,
    done: bool,
}

impl Readers {
    /// Over connections of one each; a statement may take `statement` on them.
    pub async fn new(connections: Vec<DatabaseConnection>, statement: Option<Duration>) -> Result<Arc<Self>, DbErr> {
        let mut free = Vec::with_capacity(connections.len());
        for connection in connections {
            let limit = Arc::new(Limit { since: Instant::now(), until: AtomicU64::new(UNLIMITED) });
            let watched = Arc::clone(&limit);
            let failed = |error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(error.into()));
            let mut raw = connection.get_sqlite_connection_pool().acquire().await.map_err(failed)?;
            raw.lock_handle().await.map_err(failed)?.set_progress_handler(STEPS, move || !watched.passed());
            drop(raw);
            free.push(Reader { connection, limit });
        }
        let places = Arc::new(Semaphore::new(free.len()));
        Ok(Arc::new(Self { free: Mutex::new(free), places, statement }))
    }

    /// A connection, as soon as one is free; its statement's time runs from now.
    pub async fn lend(self: &Arc<Self>) -> Result<Lent, DbErr> {
        let closed = |_| DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed);
        let place = Arc::clone(&self.places).acquire_owned().await.map_err(closed)?;
        let reader = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let reader = reader.ok_or(DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed))?;
        let until = match self.statement {
            None => UNLIMITED,
            Some(statement) => {
                reader.limit.elapsed() + u64::try_from(statement.as_millis()).unwrap_or(UNLIMITED / 2) + 1
            }
        };
        reader.limit.until.store(until, Ordering::Relaxed);
        Ok(Lent { readers: Arc::clone(self), reader: Some(reader), place: Some(place), done: false })
    }

    fn take_back(&self, reader: Reader) {
        reader.limit.until.store(UNLIMITED, Ordering::Relaxed);
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
    }
}

impl Lent {
    /// Runs the one statement.
    pub async fn run<T>(
        mut self,
        statement: impl AsyncFnOnce(&DatabaseConnection) -> Result<T, DbErr>,
    ) -> Result<T, DbErr> {
        let connection = self.reader.as_ref().map(|reader| reader.connection.clone());
        let connection = connection.ok_or(DbErr::ConnectionAcquire(sea_orm::ConnAcquireErr::ConnectionClosed))?;
        let outcome = statement(&connection).await;
        self.done = true;
        outcome
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let (Some(reader), place) = (self.reader.take(), self.place.take()) else { return };
        let readers = Arc::clone(&self.readers);
        if self.done {
            readers.take_back(reader);
            return;
        }
        // The caller has given up: its statement stops at the next look, and nobody is lent the connection before.
        reader.limit.until.store(STOP, Ordering::Relaxed);
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            // Waits behind the statement, and is itself stopped or not; either way the connection is free then.
            let _ = reader.connection.execute_unprepared("SELECT 1").await;
            readers.take_back(reader);
            drop(place);
        });
    }
}
