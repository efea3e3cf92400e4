//! What every request shares.

use std::ops::Deref;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::domains::identity::Identity;
use crate::infra::sms::Sms;

/// The running application; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What an application is made of.
pub struct Parts {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// The configuration.
    pub config: Config,
    /// Keys and the password pool.
    pub identity: Arc<Identity>,
    /// Text messages.
    pub sms: Arc<dyn Sms>,
    /// Whether this is the demo: it opens GraphiQL and introspection.
    pub demo: bool,
}

impl App {
    /// Puts the parts together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
