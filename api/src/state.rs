//! What every request shares.

use std::net::SocketAddr;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::db::{Db, DbOptions, Fault};
use crate::domains::identity::{Identity, Keepers};
use crate::domains::payments::Merchants;
use crate::domains::uploads::Uploads;
use crate::error::{Cause, Error, Locale};
use crate::infra::history::checkpoint::Signer;
use crate::infra::live::{Bus, Hub, InProcess};
use crate::infra::master_key::MasterKey;
use crate::infra::signed;
use crate::infra::sms::Sms;

/// Why the program cannot start; for whoever starts it, never for a client.
#[derive(Debug)]
pub struct StartError(pub String);

impl StartError {
    /// A fault of the database with what was being tried.
    pub fn fault(trying: &str, fault: &Fault) -> Self {
        Self(format!("database: {trying}: {}", fault.0))
    }
}

impl From<ConfigError> for StartError {
    fn from(error: ConfigError) -> Self {
        Self(error.0)
    }
}

impl From<Error> for StartError {
    fn from(error: Error) -> Self {
        Self(match error {
            Error::Refused(refusal) => format!("{} ({})", refusal.message(Locale::English), refusal.code.as_str()),
            Error::Internal(Cause::Database(fault)) => format!("database: {}", fault.0),
            Error::Internal(Cause::Other(text)) => text,
            Error::Unauthenticated | Error::Forbidden | Error::PasswordChangeRequired => "not allowed".to_owned(),
            Error::RateLimited { .. } => "too much at a time".to_owned(),
        })
    }
}

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
    /// Signs checkpoints of the histories.
    pub checkpoints: Arc<Signer>,
    /// The object store, and who may work on uploads.
    pub uploads: Arc<Uploads>,
    /// The gateways of all merchants.
    pub merchants: Arc<Merchants>,
    /// Signs addresses of pages and files.
    pub links: Arc<signed::Signer>,
    /// Text messages.
    pub sms: Arc<dyn Sms>,
    /// Who waits for which object on this node.
    pub live: Arc<Hub>,
    /// Tells the hubs of all nodes what has changed.
    pub bus: Arc<dyn Bus>,
    /// What keeps identity current, as long as the application runs.
    _keepers: Keepers,
    /// Where the server of this process listens, once it does.
    pub address: OnceLock<SocketAddr>,
    /// Whether this is the demo: it opens GraphiQL and introspection.
    pub demo: bool,
}

impl App {
    /// Connects, brings an SQLite file's schema up to date, and loads the keys.
    ///
    /// On PostgreSQL the schema is brought up to date by `linli migrate`, once for all nodes: it is an error to start
    /// before.
    pub async fn start(config: Config, clock: Clock, sms: Arc<dyn Sms>, demo: bool) -> Result<Self, StartError> {
        let master = MasterKey::load(&config)?;
        let uploads = Arc::new(Uploads::new(&config, &master)?);
        let checkpoints = Arc::new(Signer::new(&master)?);
        let merchants = Arc::new(Merchants::new(&master));
        let links = Arc::new(signed::Signer::new(&master));
        let options = DbOptions { url: config.database_url.clone(), pool: config.database_pool };
        let limit = Some(Duration::from_secs(config.request_seconds)).filter(|limit| !limit.is_zero());
        let db =
            Db::connect_within(&options, limit).await.map_err(|fault| StartError::fault("cannot connect", &fault))?;
        if config.sqlite_path().is_some() {
            db.migrate().await.map_err(|fault| StartError::fault("cannot migrate", &fault))?;
        }
        match db.pending_migrations().await.map_err(|fault| StartError::fault("cannot read migrations", &fault))? {
            0 => {}
            pending => return Err(StartError(format!("{pending} migrations wait: run `linli migrate` first"))),
        }
        let identity = Identity::load(&db, &clock, &config, &master).await.map_err(|error| {
            let StartError(why) = error.into();
            StartError(format!("cannot load the signing keys: {why}"))
        })?;
        let live = Arc::new(Hub::default());
        let bus = Arc::new(InProcess(Arc::clone(&live)));
        let keepers = Keepers::start(&identity, &db, &clock);
        Ok(Self(Arc::new(Parts {
            db,
            clock,
            config,
            identity,
            checkpoints,
            uploads,
            merchants,
            links,
            sms,
            live,
            bus,
            _keepers: keepers,
            address: OnceLock::new(),
            demo,
        })))
    }
}

impl App {
    /// The address by which others reach this server: as configured, else the one on which it listens.
    pub fn base_url(&self) -> String {
        match (self.config.public_url.as_str(), self.address.get()) {
            ("", Some(address)) => format!("http://{address}"),
            ("", None) => format!("http://{}", self.config.listen),
            (url, _) => url.to_owned(),
        }
    }
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}
