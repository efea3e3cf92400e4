//! `linli audit`: checks that nothing recorded was altered or lost.

use std::process::ExitCode;

use clap::Subcommand;

use crate::domains::payments;
use crate::infra::history::{self, ObjectKind, checkpoint};
use crate::state::{App, StartError};

/// What can be checked.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Check every object's hash chain against its events and its row, and every signed checkpoint against the events.
    Verify {
        /// A checkpoint that was noted outside the database, as NUMBER:HASH; fails when it is not there unchanged.
        #[arg(long, value_name = "NUMBER:HASH")]
        expect: Option<String>,
    },
    /// Make a signed checkpoint over all histories now, and print its note.
    Checkpoint,
}

/// Runs the command; a check fails when something is broken.
pub async fn run(command: AuditCommand, app: &App) -> Result<ExitCode, StartError> {
    match command {
        AuditCommand::Verify { expect } => verify(app, expect.as_deref()).await,
        AuditCommand::Checkpoint => {
            let made = checkpoint::checkpoint(app).await?;
            println!("checkpoint {}: {} objects with {} new events", made.seq, made.object_count, made.event_count);
            println!("{}:{}", made.seq, hex::encode(made.hash));
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn verify(app: &App, expect: Option<&str>) -> Result<ExitCode, StartError> {
    let chains = history::verify_all(app.db.read())
        .await
        .map_err(|fault| StartError::fault("cannot read the history", &fault))?;
    let checkpoints = checkpoint::verify_checkpoints(app, expect).await?;
    for (kind, id, found) in &chains.breaks {
        let kind = match kind {
            ObjectKind::Ticket => "ticket",
            ObjectKind::Contact => "contact",
            ObjectKind::ImportRun => "import run",
            ObjectKind::Unit => "unit",
            ObjectKind::Building => "building",
            ObjectKind::ServicePlan => "service plan",
            ObjectKind::FeeItem => "fee item",
            ObjectKind::BillingRun => "billing run",
            ObjectKind::Charge => "charge",
            ObjectKind::Payment => "payment",
            ObjectKind::Merchant => "merchant",
            ObjectKind::SuspenseItem => "suspense item",
            ObjectKind::Shift => "shift",
            ObjectKind::ReceiptSeries => "receipt series",
            ObjectKind::ReceiptBook => "receipt book",
            ObjectKind::Receipt => "receipt",
            ObjectKind::InvoiceRequest => "invoice",
            ObjectKind::Refund => "refund",
            ObjectKind::Difference => "difference",
            ObjectKind::CommunityFeeSettings => "community's fee settings",
            ObjectKind::CommunityRefundSettings => "community's refund settings",
            ObjectKind::Residency => "residency",
            ObjectKind::ResidencyRequest => "residency request",
            ObjectKind::Role => "role",
        };
        println!("{kind} {id}: {found:?}");
    }
    for found in &checkpoints.breaks {
        println!("{found:?}");
    }
    println!("{} histories checked, {} broken", chains.objects, chains.breaks.len());
    let (events, count, heads) = (chains.events, checkpoints.count, checkpoints.heads);
    println!("{events} events; {count} checkpoints with {heads} heads, {} wrong", checkpoints.breaks.len());
    match checkpoints.newest {
        Some((seq, made_at)) => println!("newest checkpoint: {seq}, made {}", made_at.format("%Y-%m-%dT%H:%M:%SZ")),
        None => println!("no checkpoint yet: the worker makes one a day, `linli audit checkpoint` makes one now"),
    }
    let laws = payments::broken_laws(app.db.read())
        .await
        .map_err(|fault| StartError::fault("cannot read the ledger", &fault))?;
    for (what, times) in &laws {
        println!("{what}: {times} times");
    }
    println!("{} laws of money checked, {} broken", payments::laws().len(), laws.len());
    let sound = chains.breaks.is_empty() && checkpoints.breaks.is_empty() && laws.is_empty();
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
