//! The sandbox as a server: for its own process, or as a task beside the demo's.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::super::{GatewayError, Secret};
use super::book::Book;
use super::http;
use super::notifier::{Notifier, Switches};
use super::signing::MerchantKey;
use crate::clock::Clock;

/// What a sandbox is started with.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens; port 0 takes any.
    pub listen: String,
    /// How payers reach it; empty means `http://` and the address that it listens on.
    pub public_url: String,
    /// What merchants' keys follow from.
    pub secret: Secret,
    /// How it misbehaves at first.
    pub switches: Switches,
}

/// A running sandbox.
pub struct SandboxServer {
    /// Where it listens.
    pub address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

/// What every request shares.
pub struct Shared {
    /// How payers reach it.
    pub public_url: String,
    /// Orders and refunds.
    pub book: Mutex<Book>,
    /// Sends notifications.
    pub notifier: Arc<Notifier>,
    /// The time.
    pub clock: Clock,
    secret: Secret,
}

impl Shared {
    /// A merchant's key.
    pub fn key(&self, merchant: &str) -> MerchantKey {
        MerchantKey::of(&self.secret, merchant)
    }

    /// Works with the book.
    pub fn book<T>(&self, work: impl FnOnce(&mut Book) -> T) -> T {
        work(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SandboxServer {
    /// Listens.
    pub async fn start(settings: Settings, clock: Clock) -> Result<Self, GatewayError> {
        let listener = TcpListener::bind(&settings.listen)
            .await
            .map_err(|_| GatewayError::Internal("the sandbox cannot listen"))?;
        let address = listener.local_addr().map_err(|_| GatewayError::Internal("the sandbox cannot listen"))?;
        let public_url = match settings.public_url.trim_end_matches('/') {
            "" => format!("http://{address}"),
            url => url.to_owned(),
        };
        let notifier = Arc::new(Notifier::new(settings.secret.clone(), clock.clone(), settings.switches)?);
        let shared = Arc::new(Shared { public_url, book: Mutex::default(), notifier, clock, secret: settings.secret });
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(http::serve(listener, Arc::clone(&shared), async move {
            // A sandbox that was dropped stops, too.
            let _ = stopped.await;
        }));
        Ok(Self { address, shared, stop: Some(stop), task })
    }

    /// Its address for clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Misbehaves from now on.
    pub fn switch(&self, switches: Switches) {
        self.shared.notifier.switch(switches);
    }

    /// Stops listening; what is on its way is lost, as with a process that ends.
    pub async fn stop(mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        // A task that panicked has said so.
        let _ = self.task.await;
    }
}
