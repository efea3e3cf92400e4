//! What the tests of recurring services share.

use api::domains::tickets;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, World};

use crate::tickets::shared::{key, merged};

/// What is looked at of a plan.
pub const PLAN: &str = "plan { id state suspendReason version nextDates(first: 3) }";

/// A weekly cleaning of the first unit on Fridays, 09:00 to 11:00, changed by `more`. It is Monday, the 2nd of March.
pub fn weekly(world: &World, more: Value) -> Value {
    let input = json!({
        "unitId": world.unit(), "categoryId": world.category("CLEANING"), "words": "每周保洁两小时", "cadence": "WEEKLY",
        "weekday": "FRIDAY", "slotFrom": "09:00", "slotTo": "11:00", "idempotencyKey": key(),
    });
    merged(input, more)
}

/// Agrees such a plan.
pub async fn create(by: &Client, world: &World, more: Value) -> Outcome {
    by.mutate("servicePlanCreate", weekly(world, more), PLAN).await
}

/// Agrees such a plan; its id.
pub async fn made(by: &Client, world: &World, more: Value) -> String {
    create(by, world, more).await.ok()["plan"]["id"].as_str().unwrap().to_owned()
}

/// Sends a change of a plan with a fresh key.
pub async fn change(by: &Client, mutation: &str, plan: &str, more: Value) -> Outcome {
    let input = json!({ "servicePlanId": plan, "idempotencyKey": key() });
    by.mutate(mutation, merged(input, more), PLAN).await
}

/// A plan as `client` sees it; null when it does not.
pub async fn look(client: &Client, plan: &str, selection: &str) -> Value {
    let query = format!("query($id: ID!) {{ node(id: $id) {{ ... on ServicePlan {{ {selection} }} }} }}");
    client.query(&query, json!({ "id": plan })).await["node"].clone()
}

/// Gives the worker one round; how many dates it saw to.
pub async fn round(app: &TestApp) -> u64 {
    tickets::make_services(&app.app).await.unwrap()
}
