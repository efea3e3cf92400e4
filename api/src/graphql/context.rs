//! What a resolver knows of its request.

use std::sync::{Arc, OnceLock};

use async_graphql::Context;
use async_graphql::dataloader::DataLoader;

use super::batches::Batches;
use super::live::Interest;
use super::loader::Loader;
use crate::domains::identity::{ClientInfo, Viewer};
use crate::error::{Error, Locale};
use crate::state::App;

/// One request.
pub struct Request {
    /// The application.
    pub app: App,
    /// Who asks, when signed in.
    pub viewer: Option<Viewer>,
    /// The language of messages.
    pub locale: Locale,
    /// What the request's subscription waits for; nothing outside a WebSocket.
    pub interest: Option<Arc<Interest>>,
    /// Where the request comes from.
    pub client: ClientInfo,
    /// What its loader is to load; whoever executes the request drives them.
    pub batches: Batches,
    /// Made when the first field needs it.
    pub(super) loader: OnceLock<DataLoader<Loader>>,
}

impl Request {
    /// A request that nobody has worked on yet.
    pub fn new(app: App, viewer: Option<Viewer>, locale: Locale) -> Self {
        Self {
            app,
            viewer,
            locale,
            interest: None,
            client: ClientInfo::default(),
            batches: Batches::default(),
            loader: OnceLock::new(),
        }
    }

    /// The same for one answer of a subscription.
    pub fn waiting_for(mut self, interest: Arc<Interest>) -> Self {
        self.interest = Some(interest);
        self
    }

    /// The same, from this client.
    pub fn sent_by(self, client: ClientInfo) -> Self {
        Self { client, ..self }
    }

    /// Who asks, or the error that nobody is signed in, or only to change a temporary password.
    pub fn viewer(&self) -> Result<&Viewer, Error> {
        self.viewer_at_the_door()?.past_the_door()
    }

    /// Who asks, even with a temporary password: for changing it and for signing out.
    pub fn viewer_at_the_door(&self) -> Result<&Viewer, Error> {
        self.viewer.as_ref().ok_or(Error::Unauthenticated)
    }
}

/// The request behind a resolver.
pub fn request<'c>(context: &Context<'c>) -> &'c Request {
    // Every execution path sets it; without it nothing can be answered.
    context.data_unchecked::<Request>()
}
