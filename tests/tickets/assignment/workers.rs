//! The background worker gives tickets out by itself.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use support::{TestApp, both};
use tokio::sync::watch;

use super::scene::{duty, set};
use crate::tickets::shared::{Crew, look};

both!(the_worker_gives_tickets_out);
async fn the_worker_gives_tickets_out(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    set(&admin, &crew.world, json!({ "autoDispatch": true })).await.ok();
    duty(&crew.plumber.client, "dutyStart").await;
    let ticket = crew.submitted(json!({})).await;
    let (stop, stopped) = watch::channel(false);
    let worker = tokio::spawn(api::worker::run(app.app.clone(), stopped));
    let given = async {
        while look(&crew.owner, &ticket, "state").await["state"] != "DISPATCHED" {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), given).await.unwrap();
    stop.send(true).unwrap();
    worker.await.unwrap();
}
