//! The server: router, authentication, GraphQL over HTTP and over WebSockets, uploads, pages, health.

mod auth;
mod browsers;
mod client;
mod clients;
mod documents;
mod gate;
mod gateways;
mod graphql;
mod health;
mod pages;
mod request_id;
mod socket;
mod uploads;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::config::{Config, ConfigError};
use crate::graphql::limits::Costs;
use crate::graphql::{LinliSchema, schema, sdl};
use crate::state::App;
use browsers::{Headers, Origins};
use clients::Clients;
use documents::Documents;
use gate::Gate;
use socket::Sockets;

/// What handlers share.
struct Shared {
    app: App,
    schema: LinliSchema,
    costs: Costs,
    documents: Documents,
    clients: Clients,
    origins: Origins,
    gate: Gate,
    sockets: Arc<Sockets>,
    /// Turns true when the server stops.
    stopped: watch::Receiver<bool>,
}

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Server {
    /// Starts to serve on the address of the configuration; port 0 takes a free one.
    pub async fn start(app: App) -> std::io::Result<Self> {
        let (stop, stopped) = watch::channel(false);
        let router = router(app.clone(), stopped.clone()).map_err(|ConfigError(why)| std::io::Error::other(why))?;
        let router = router.into_make_service_with_connect_info::<SocketAddr>();
        let listener = TcpListener::bind(&app.config.listen).await?;
        let address = listener.local_addr()?;
        // A second server of one application changes nothing: others know the first.
        let _ = app.address.set(address);
        let task =
            tokio::spawn(async move { axum::serve(listener, router).with_graceful_shutdown(wait(stopped)).await });
        Ok(Self { address, stop, task })
    }

    /// Stops to accept, and gives open requests `patience` to finish.
    pub async fn stop(self, patience: Duration) {
        // Nobody listening means that the server has ended already.
        let _ = self.stop.send(true);
        let abort = self.task.abort_handle();
        if tokio::time::timeout(patience, self.task).await.is_err() {
            tracing::warn!("http.open_requests_cut");
            abort.abort();
        }
    }
}

async fn wait(mut stopped: watch::Receiver<bool>) {
    // An error means that the server's handle is gone: stop as well.
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Checks what the server would read of the configuration when it starts.
pub fn check(config: &Config) -> Result<(), ConfigError> {
    Clients::read(&config.client_minimum)?;
    Origins::read(&config.cors_origins)?;
    Documents::load(config).map(|_| ())
}

fn router(app: App, stopped: watch::Receiver<bool>) -> Result<Router, ConfigError> {
    let shared = Arc::new(Shared {
        schema: schema(&app.config),
        costs: Costs::of(&sdl()),
        documents: Documents::load(&app.config)?,
        clients: Clients::read(&app.config.client_minimum)?,
        origins: Origins::read(&app.config.cors_origins)?,
        gate: Gate::new(app.config.requests_at_once),
        sockets: Arc::new(Sockets::new(app.config.sockets_at_once, app.config.sockets_per_account)),
        stopped,
        app,
    });
    let headers = Headers::new(&shared.app.config);
    let origins = shared.origins.clone();
    let uploads = Router::new()
        .route("/uploads", post(uploads::create).options(uploads::options))
        .route(
            "/uploads/{id}",
            get(uploads::open).head(uploads::standing).patch(uploads::append).options(uploads::options),
        )
        .route_layer(axum::middleware::from_fn_with_state(Arc::clone(&shared), gate::uploads));
    let routes = Router::new()
        .route("/graphql", post(graphql::post).get(socket::get))
        .merge(uploads)
        .route("/print/tickets/{id}", get(pages::work_order))
        .route("/print/receipts/{id}", get(pages::receipt))
        .route("/gateways/{gateway}/notify/{merchant}", post(gateways::notify))
        .route("/exports/{id}", get(pages::download))
        .route("/own-data/{id}", get(pages::own_data))
        .route("/t/{token}", get(pages::notice))
        .route("/t/{token}/notice", get(pages::poster))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&shared), client::layer))
        .with_state(shared);
    Ok(browsers::allow(routes, origins)
        .layer(axum::middleware::from_fn_with_state(headers, browsers::protect))
        .layer(axum::middleware::from_fn(request_id::layer)))
}
