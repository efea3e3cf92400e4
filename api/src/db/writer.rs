//! SQLite's one writer: a task that runs transactions one after another and commits those that queued up together.
//!
//! Each job runs in a savepoint of its own, so a refusal undoes only itself; nobody is answered before the commit.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use super::{Fault, Tx};
use crate::error::Error;

/// At most so many jobs share a commit; more would make the first of them wait.
const GROUP: usize = 64;
/// So many jobs may wait before callers are held back.
const QUEUE: usize = 1024;

/// What runs inside a transaction: a closure that can be run twice.
///
/// ```text
/// db.write(move |tx| { let input = input.clone(); Box::pin(async move { repo::insert(tx, &input).await }) })
/// ```
pub trait Work<T>: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static {}
impl<T, F> Work<T> for F where F: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<T, Error>> + Send + Sync + 'static {}

/// Which queue a job waits in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Priority {
    /// Somebody waits for the answer.
    Foreground,
    /// Nobody does.
    Background,
}

/// Sends the answer once it is known whether the group was committed.
type Reply = Box<dyn FnOnce(Result<(), Error>) + Send>;
/// Runs the job; `true` keeps its changes.
type Job = Box<dyn for<'t> FnOnce(&'t Tx) -> BoxFuture<'t, (bool, Reply)> + Send>;

/// A handle to the writer task, which ends with its last handle.
#[derive(Clone)]
pub struct Writer {
    connection: DatabaseConnection,
    foreground: mpsc::Sender<Job>,
    background: mpsc::Sender<Job>,
}

impl Writer {
    /// Starts the task on a connection that nobody else writes with.
    pub fn start(connection: DatabaseConnection, statements: Arc<AtomicU64>) -> Self {
        let (foreground, foreground_jobs) = mpsc::channel(QUEUE);
        let (background, background_jobs) = mpsc::channel(QUEUE);
        tokio::spawn(write_loop(connection.clone(), statements, foreground_jobs, background_jobs));
        Self { connection, foreground, background }
    }

    /// The writing connection, for migrations before anything else runs.
    pub fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Queues `work` and waits for its commit.
    pub async fn run<T, W>(&self, priority: Priority, work: W) -> Result<T, Error>
    where
        W: Work<T>,
        T: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                // Whoever gave up before it began is answered nothing, so nothing is to happen either.
                if answer.is_closed() {
                    return (false, Box::new(|_| ()) as Reply);
                }
                let outcome = match AssertUnwindSafe(work(tx)).catch_unwind().await {
                    Ok(outcome) => outcome,
                    Err(_) => Err(Error::internal("a transaction panicked")),
                };
                let keep = outcome.is_ok();
                let reply: Reply = Box::new(move |committed| {
                    // The caller may have gone away; the work is done all the same.
                    let _ = answer.send(committed.and(outcome));
                });
                (keep, reply)
            })
        });
        let queue = match priority {
            Priority::Foreground => &self.foreground,
            Priority::Background => &self.background,
        };
        queue.send(job).await.map_err(|_| Error::internal("the writer has stopped"))?;
        answered.await.map_err(|_| Error::internal("the writer has stopped"))?
    }
}

async fn write_loop(
    connection: DatabaseConnection,
    statements: Arc<AtomicU64>,
    mut foreground: mpsc::Receiver<Job>,
    mut background: mpsc::Receiver<Job>,
) {
    loop {
        let first = tokio::select! {
            biased;
            Some(job) = foreground.recv() => job,
            Some(job) = background.recv() => job,
            else => return,
        };
        let mut replies = Vec::new();
        let committed = run_group(&connection, &statements, first, &mut foreground, &mut replies).await;
        let fault = committed.err();
        if let Some(fault) = &fault {
            tracing::error!(cause = ?fault, jobs = replies.len(), "db.commit_failed");
        }
        for reply in replies {
            reply(match &fault {
                None => Ok(()),
                Some(Fault(error)) => Err(Error::from(Fault(error.clone()))),
            });
        }
    }
}

async fn run_group(
    connection: &DatabaseConnection,
    statements: &Arc<AtomicU64>,
    first: Job,
    queue: &mut mpsc::Receiver<Job>,
    replies: &mut Vec<Reply>,
) -> Result<(), Fault> {
    let mode = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let group = Tx::new(connection.begin_with_options(mode).await?, Arc::clone(statements));
    let mut job = first;
    loop {
        let savepoint = group.savepoint().await?;
        let (keep, reply) = job(&savepoint).await;
        replies.push(reply);
        if keep {
            savepoint.commit().await?;
        } else {
            savepoint.rollback().await?;
        }
        if replies.len() == GROUP {
            break;
        }
        match queue.try_recv() {
            Ok(next) => job = next,
            Err(_) => break,
        }
    }
    group.commit().await
}
