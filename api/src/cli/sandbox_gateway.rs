//! `linli sandbox-gateway`.

use std::process::ExitCode;

use clap::Args;

use super::serve::Signals;
use crate::clock::Clock;
use crate::infra::gateways::Secret;
use crate::infra::gateways::sandbox::{LISTEN, SandboxServer, Settings, Switches};
use crate::state::StartError;

/// What `linli sandbox-gateway` can be told; `--listen` says where.
#[derive(Args)]
pub struct SandboxArgs {
    /// What merchants' keys follow from.
    #[arg(long, env = "LINLI_SANDBOX_SECRET", default_value = "sandbox", hide_env_values = true)]
    secret: String,
    /// How payers reach it, when that is not the address that it listens on.
    #[arg(long, default_value = "")]
    public_url: String,
    #[command(flatten)]
    switches: Switches,
}

/// Serves until the process is told to stop.
pub async fn run(args: SandboxArgs, listen: Option<String>) -> Result<ExitCode, StartError> {
    let mut signals = Signals::catch()?;
    let settings = Settings {
        listen: listen.unwrap_or_else(|| LISTEN.to_owned()),
        public_url: args.public_url,
        secret: Secret::new(args.secret),
        switches: args.switches,
    };
    let listen = settings.listen.clone();
    let server = SandboxServer::start(settings, Clock::system())
        .await
        .map_err(|_| StartError(format!("cannot listen on {listen}")))?;
    println!("A sandbox gateway: no money moves");
    println!("Linli listens on {}", server.url());
    signals.wait().await;
    server.stop().await;
    Ok(ExitCode::SUCCESS)
}
