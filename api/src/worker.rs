//! Background work: what must happen though nobody asks for it.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::MissedTickBehavior;

use crate::domains::{billing, estate, identity, office, payments, tickets, uploads};
use crate::error::Error;
use crate::infra::{history, idempotency, outbox};
use crate::state::App;

/// Works until `stop` turns true. A round that fails is logged, and the next one tries again.
pub async fn run(app: App, stop: watch::Receiver<bool>) {
    // Apart, since phones wait for the first, nobody for the second, and the others take long.
    tokio::join!(
        relay(app.clone(), stop.clone()),
        jobs(app.clone(), stop.clone()),
        exports(app.clone(), stop.clone()),
        gateways(app.clone(), stop.clone()),
        reconciliation(app.clone(), stop.clone()),
        runs(app, stop)
    );
}

/// Gives changes their place in the order, until `stop` turns true.
async fn relay(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_millis(app.config.relay_milliseconds));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = rounds.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if let Err(error) = outbox::relay(&app).await {
            tracing::error!(job = "relay", cause = ?error, "worker.failed");
        }
    }
}

/// Writes lists into files, until `stop` turns true: what is not finished then, another worker takes up again.
async fn exports(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_secs(app.config.export_seconds));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let round = async {
            rounds.tick().await;
            log("exports", office::make_exports(&app).await);
        };
        tokio::select! {
            () = round => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Asks payment gateways what they did not tell, until `stop` turns true: what is not finished then, is asked again.
async fn gateways(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_secs(app.config.gateway_seconds));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let round = async {
            rounds.tick().await;
            log("gateways", payments::ask_gateways(&app).await);
            log("refunds", payments::send_refunds(&app).await);
        };
        tokio::select! {
            () = round => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Compares gateways' bills, until `stop` turns true: downloads take long, and what is not finished then is begun again.
async fn reconciliation(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_secs(app.config.housekeeping_seconds));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let round = async {
            rounds.tick().await;
            log("reconciliation", payments::reconcile(&app).await);
        };
        tokio::select! {
            () = round => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

/// Posts billing runs, until `stop` turns true: what is not finished then, another worker takes up again.
async fn runs(app: App, mut stop: watch::Receiver<bool>) {
    let mut rounds = tokio::time::interval(Duration::from_secs(app.config.billing_seconds));
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let round = async {
            rounds.tick().await;
            log("billing", billing::post_runs(&app).await);
        };
        tokio::select! {
            () = round => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

async fn jobs(app: App, mut stop: watch::Receiver<bool>) {
    let (mut housekeeping_due, mut clocks_due, mut dispatch_due) = {
        let every = |seconds| {
            let mut rounds = tokio::time::interval(Duration::from_secs(seconds));
            // A long round is not made up for by many short ones.
            rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
            rounds
        };
        let config = &app.config;
        (every(config.housekeeping_seconds), every(config.clock_seconds), every(config.auto_dispatch_seconds))
    };
    loop {
        let job = tokio::select! {
            _ = housekeeping_due.tick() => "housekeeping",
            _ = clocks_due.tick() => "clocks",
            _ = dispatch_due.tick() => "auto_dispatch",
            // An error means that whoever could stop us is gone.
            _ = stop.wait_for(|stop| *stop) => return,
        };
        match job {
            "housekeeping" => {
                log(job, housekeeping(&app).await);
                log("checkpoint", checkpoint(&app).await);
                log("late_fees", billing::accrue_late_fees(&app).await);
            }
            "clocks" => {
                log(job, clocks(&app).await);
                log("services", tickets::make_services(&app).await);
            }
            _ => log(job, tickets::dispatch_waiting(&app).await),
        }
    }
}

fn log(job: &'static str, outcome: Result<u64, Error>) {
    match outcome {
        Ok(0) => {}
        Ok(count) => tracing::info!(job, count, "worker.done"),
        Err(error) => tracing::error!(job, cause = ?error, "worker.failed"),
    }
}

/// Does what the time demands: tells of tickets' clocks that run out; how much was done.
pub async fn clocks(app: &App) -> Result<u64, Error> {
    tickets::escalate(app).await
}

/// Makes the day's checkpoint over all histories, if nobody has made it yet; how many were made.
pub async fn checkpoint(app: &App) -> Result<u64, Error> {
    history::checkpoint::checkpoint_of_day(app).await
}

/// Deletes what has expired; how many rows went.
pub async fn housekeeping(app: &App) -> Result<u64, Error> {
    let sessions = identity::delete_expired(app).await?;
    let now = app.clock.now();
    let keys = app
        .db
        .write_background(move |tx| Box::pin(async move { Ok(idempotency::forget_expired(tx, now).await?) }))
        .await?;
    let kept = chrono::Duration::days(i64::from(app.config.change_feed_days));
    let changes =
        app.db.write_background(move |tx| Box::pin(async move { Ok(outbox::forget(tx, now - kept).await?) })).await?;
    let documents = estate::sweep_documents(app).await?;
    // Last, because it may wait for the object store.
    Ok(sessions + keys + changes + documents + uploads::sweep(app).await? + office::sweep(app).await?)
}
