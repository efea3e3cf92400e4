//! What a step learns in its transaction and needs again later in it.

use std::sync::{Mutex, PoisonError};

/// What one run of a transaction has found out; another run finds it anew.
pub struct Found<T>(Mutex<Option<T>>);

impl<T: Clone> Found<T> {
    /// Nothing is known yet.
    pub const fn nothing() -> Self {
        Self(Mutex::new(None))
    }

    /// Keeps what was found.
    pub fn set(&self, value: T) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(value);
    }

    /// What was found in this run, if anything was.
    pub fn get(&self) -> Option<T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
