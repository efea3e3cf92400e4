//! How many requests are worked on at the same time. More are asked to come back at once, instead of waiting in a row
//! that only grows; health checks never pass through here.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::RETRY_AFTER;
use axum::middleware::Next;
use axum::response::Response;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Shared;
use super::auth::locale;
use super::uploads::refused;
use crate::graphql::error::TopLevel;

/// Bodies may be read for so many more requests than are worked on: a slow sender must not keep others from working.
const READING: usize = 8;

/// The places of this node.
pub struct Gate {
    working: Arc<Semaphore>,
    reading: Arc<Semaphore>,
    carrying: Arc<Semaphore>,
}

impl Gate {
    /// With places for so many requests at once.
    pub fn new(at_once: usize) -> Self {
        let places = |count: usize| Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS)));
        Self { working: places(at_once), reading: places(at_once.saturating_mul(READING)), carrying: places(at_once) }
    }

    /// A place to work, if one is free.
    pub fn work(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.working).try_acquire_owned().ok()
    }

    /// A place to work, as soon as one is free.
    pub async fn wait(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.working).acquire_owned().await.ok()
    }

    /// A place to read a body, if one is free.
    pub fn read(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.reading).try_acquire_owned().ok()
    }
}

/// The gate of uploads: places of their own, because a phone may take long to send a piece, and the same clients.
pub async fn uploads(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let locale = locale(request.headers());
    if let Err(kind) = shared.clients.check(request.headers()) {
        return refused(kind, locale);
    }
    let Ok(_place) = shared.gate.carrying.try_acquire() else {
        let mut response = refused(TopLevel::Overloaded, locale);
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    };
    next.run(request).await
}
