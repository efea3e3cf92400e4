//! What the tests of warranty share.

use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, World};

use crate::tickets::shared::{key, merged};

/// Sets when the first unit of the home community was handed over.
pub async fn deliver(by: &Client, world: &World, day: Value) -> Outcome {
    let input = json!({ "unitId": world.unit(), "deliveredOn": day, "idempotencyKey": key() });
    by.mutate("unitUpdate", input, "unit { deliveredOn }").await
}

/// Sets when the home community's building was completed.
pub async fn complete(by: &Client, world: &World, day: Value) -> Outcome {
    let building = wire_id(world.home.building).to_string();
    let input = json!({ "buildingId": building, "completedOn": day, "idempotencyKey": key() });
    by.mutate("buildingUpdate", input, "building { completedOn }").await
}

/// Sets a term for plumbing inside units, changed by `more`.
pub async fn set(by: &Client, world: &World, more: Value) -> Outcome {
    let input = json!({
        "categoryId": world.category("PLUMBING"), "part": "UNIT", "years": 3, "liableWithin": "DEVELOPER",
        "liableAfter": "OWNER", "basis": "购房合同附件三",
    });
    let term = "term { category { code } part years heatingSeasons liableWithin liableAfter basis communityId
        effectiveOn }";
    by.mutate("warrantyTermSet", merged(input, more), term).await
}
