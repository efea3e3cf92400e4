//! Why a run ended early: an answer was wrong, or something could not be started.

use std::fmt::Debug;

/// The reason, for whoever runs the benchmark.
#[derive(Debug)]
pub struct Failure(pub String);

/// A result with such a reason.
pub type Res<T> = Result<T, Failure>;

impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Ends the run.
pub fn fail<T>(reason: impl Into<String>) -> Res<T> {
    Err(Failure(reason.into()))
}

/// Turns an error of the service, which has no text for people, into a reason.
pub fn internal(error: impl Debug) -> Failure {
    Failure(format!("{error:?}"))
}
