//! The one data loader of a request: each domain teaches it keys of its own in `graphql/loaders.rs`.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::dataloader::DataLoader;

use super::batches::Batches;
use super::context::Request;
use crate::error::Error;
use crate::state::App;

/// Loads in batches what was scoped already: keys come from rows that the viewer may see.
pub struct Loader {
    /// The application.
    pub app: App,
}

/// An error that several waiting fields share.
#[derive(Clone)]
pub struct SharedError(pub Arc<Error>);

impl From<Error> for SharedError {
    fn from(error: Error) -> Self {
        Self(Arc::new(error))
    }
}

/// A loader for one request. It waits for nothing: what is asked for at once goes into one batch.
pub fn new(app: &App, batches: Batches) -> DataLoader<Loader> {
    DataLoader::new(Loader { app: app.clone() }, move |batch| batches.add(batch)).delay(Duration::ZERO)
}

impl Request {
    /// The request's loader.
    pub fn loader(&self) -> &DataLoader<Loader> {
        self.loader.get_or_init(|| new(&self.app, self.batches.clone()))
    }
}
