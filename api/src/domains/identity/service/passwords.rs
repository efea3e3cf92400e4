//! Password hashing on a bounded pool: argon2id takes 19 MiB and tens of milliseconds each time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use super::super::error::IdentityError;
use super::super::model::{PASSWORD_MAX, weakness};
use crate::error::Error;

/// Hashes and checks passwords, so many at a time.
pub struct Pool {
    permits: Arc<Semaphore>,
    waiting: AtomicU32,
    queue: u32,
    /// Checked when the account is unknown, so that the answer takes as long.
    decoy: String,
}

/// A place in the queue.
struct Place<'p>(&'p AtomicU32);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// A pool of `workers`, for whom `queue` may wait.
    pub fn new(workers: u32, queue: u32) -> Result<Self, Error> {
        let permits = Arc::new(Semaphore::new(workers as usize));
        Ok(Self { permits, waiting: AtomicU32::new(0), queue, decoy: hash_now("a decoy of no account")? })
    }

    /// Hashes with argon2id at its recommended cost (OWASP: 19 MiB, 2 passes, 1 lane).
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.run(move || hash_now(&password)).await?
    }

    /// Hashes a password that somebody chose, unless it is too weak for a person with these words.
    pub async fn hash_chosen(
        &self,
        password: String,
        own_words: Vec<String>,
        field: &'static str,
    ) -> Result<String, Error> {
        self.run(move || {
            let words: Vec<&str> = own_words.iter().map(String::as_str).collect();
            match weakness(&password, &words) {
                Some(weakness) => Err(IdentityError::BadPassword(weakness, field).into()),
                None => hash_now(&password),
            }
        })
        .await?
    }

    /// Whether the password belongs to the hash; as slow without a hash.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let known = hash.is_some() && password.len() <= PASSWORD_MAX;
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        // Nobody has a longer one: it costs no more than the longest.
        let tried: Vec<u8> = password.into_bytes().into_iter().take(PASSWORD_MAX).collect();
        let matches = self.run(move || Argon2::default().verify_password(&tried, hash.as_str()).is_ok()).await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let permit = match Arc::clone(&self.permits).try_acquire_owned() {
            Ok(permit) => permit,
            Err(_) => {
                let waiting = self.waiting.fetch_add(1, Ordering::Relaxed);
                let _place = Place(&self.waiting);
                if waiting >= self.queue {
                    return Err(Error::RateLimited { retry_after: 1 });
                }
                let permits = Arc::clone(&self.permits);
                permits.acquire_owned().await.map_err(|_| Error::internal("the password pool is closed"))?
            }
        };
        // The permit goes with the work: a client that hangs up does not make room for another before it is done.
        let work = move || {
            let done = work();
            drop(permit);
            done
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal("hashing panicked"))
    }
}

fn hash_now(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| Error::internal("cannot hash a password"))?.to_string())
}
