//! Password hashing on a bounded pool: argon2id takes 19 MiB and tens of milliseconds each time.

use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::error::Error;

/// Hashes and checks passwords, so many at a time.
pub struct Pool {
    permits: Semaphore,
    /// Checked when the account is unknown, so that the answer takes as long.
    decoy: String,
}

impl Pool {
    /// A pool of `workers`.
    pub fn new(workers: u32) -> Result<Self, Error> {
        Ok(Self { permits: Semaphore::new(workers as usize), decoy: hash_now("a decoy of no account")? })
    }

    /// Hashes with argon2id at its recommended cost (OWASP: 19 MiB, 2 passes, 1 lane).
    pub async fn hash(&self, password: String) -> Result<String, Error> {
        self.run(move || hash_now(&password)).await?
    }

    /// Whether the password belongs to the hash; as slow without a hash.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool, Error> {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.decoy.clone());
        let matches =
            self.run(move || Argon2::default().verify_password(password.as_bytes(), hash.as_str()).is_ok()).await?;
        Ok(known && matches)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
        let _permit = self.permits.acquire().await.map_err(|_| Error::internal("the password pool is closed"))?;
        tokio::task::spawn_blocking(work).await.map_err(|_| Error::internal("hashing panicked"))
    }
}

fn hash_now(password: &str) -> Result<String, Error> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    Ok(hash.map_err(|_| Error::internal("cannot hash a password"))?.to_string())
}
