//! The server: router, authentication, GraphQL over POST, uploads, health.

mod auth;
mod client;
mod graphql;
mod health;
mod request_id;
mod uploads;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::graphql::{LinliSchema, schema};
use crate::state::App;

/// What handlers share.
#[derive(Clone)]
struct Shared {
    app: App,
    schema: LinliSchema,
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
        let listener = TcpListener::bind(&app.config.listen).await?;
        let address = listener.local_addr()?;
        let (stop, stopped) = watch::channel(false);
        let router = router(app).into_make_service_with_connect_info::<SocketAddr>();
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

fn router(app: App) -> Router {
    let schema = schema(&app.config);
    let shared = Arc::new(Shared { app, schema });
    Router::new()
        .route("/graphql", post(graphql::post).get(graphql::ide))
        .route("/uploads", post(uploads::create).options(uploads::options))
        .route(
            "/uploads/{id}",
            get(uploads::open).head(uploads::standing).patch(uploads::append).options(uploads::options),
        )
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(axum::middleware::from_fn_with_state(Arc::clone(&shared), client::layer))
        .layer(axum::middleware::from_fn(request_id::layer))
        .with_state(shared)
}
