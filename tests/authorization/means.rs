//! What a site is made with: commands that happen, strangers, and canaries in what the world made.

use api::db::Sql;
use entities::values::{OrganizationId, ResidencyRole, Role, Trade};
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::{self, Site as Place, Worker};
use support::{Client, TestApp, World};

use super::site::Tenancy;

/// Sends a command on a ticket, which happens.
pub async fn step(by: &Client, mutation: &str, ticket: &str, more: Value) -> Value {
    happened(mutation, by.step(mutation, ticket, more).await)
}

/// The payload of a mutation that happened; while the table is being drafted, what did not happen is told and passed over.
#[track_caller]
pub fn happened(mutation: &str, outcome: Outcome) -> Value {
    if std::env::var("LINLI_CELLS_DRAFT").is_ok() && outcome.payload["userErrors"] != json!([]) {
        eprintln!("{mutation}: {}", outcome.answer.body);
        return outcome.payload;
    }
    outcome.ok()
}

/// An owner and a technician of a place where no viewer lives or works.
pub async fn strangers(app: &TestApp, world: &World, place: &Place, tenancy: Tenancy) -> (Client, (Client, String)) {
    let name = format!("{}业主", tenancy.canary());
    let phone = format!("{}0002", tenancy.phone());
    world::register(app, world.org, place.units[0], &name, &phone, ResidencyRole::Owner).await;
    let owner = app.resident(&phone).await;
    owner.mutate("residencyBind", json!({ "name": name }), "units { role }").await.ok();
    let trades = [Trade::Plumbing, Trade::Elevator];
    let worker: Worker =
        world.worker_at(app, 600 + tenancy as u64, Role::Technician, Some(place.community), &trades).await;
    (owner, (worker.client, worker.wire))
}

/// Puts the canary into what the world made without it.
pub async fn rename(app: &TestApp, org: OrganizationId, place: &Place, canary: &str) {
    let mut sql = Sql::new(format!(
        "UPDATE community SET name = '{canary}小区', address = '{canary}路', building_type = '{canary}型', developer = '{canary}开发' WHERE"
    ));
    app.change(sql.with(" id = ", place.community).with(" AND org_id = ", org)).await;
    let mut sql = Sql::new(format!("UPDATE building SET name = '{canary}栋', completed_on = '2025-01-01' WHERE"));
    app.change(sql.with(" id = ", place.building)).await;
    for (number, unit) in place.units.iter().enumerate() {
        let mut sql =
            Sql::new(format!("UPDATE unit SET number = '{canary}{number}', delivered_on = '2025-06-01' WHERE"));
        app.change(sql.with(" id = ", *unit)).await;
    }
}
