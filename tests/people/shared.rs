//! What the tests of people share: asking, admitting, looking, and a count of what changed.

use api::graphql::id::wire_id;
use entities::values::UnitId;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, TestApp, World};

use crate::tickets::shared::{key, merged, number};

/// What is selected of a request.
pub const REQUEST: &str = "request { id state version role name phone companyName idLastFour communityName buildingName
    unitNumber startsOn endsOn reason unit { id } registerMatch { phone name idLastFour } decidedByName
    documents { mediaType url thumbnailUrl } }";
/// What is selected of a resident.
pub const RESIDENT: &str = "resident { id role name phone since until source mayAdmit isViewer companyName }";

/// Tables that the commands of people may write.
const TABLES: [&str; 10] = [
    "residency",
    "residency_request",
    "residency_request_document",
    "history_event",
    "outbox",
    "idempotency_key",
    "disclosure",
    "disclosure_reveal",
    "own_data",
    "account",
];

/// How many rows each table has, with how many residencies have ended and requests were decided.
pub async fn counted(app: &TestApp) -> Vec<i64> {
    let mut found = Vec::new();
    for table in TABLES {
        found.push(number(app, &format!("SELECT COUNT(*) FROM {table}")).await);
    }
    found.push(number(app, "SELECT COUNT(*) FROM residency WHERE ended_at IS NOT NULL").await);
    found.push(number(app, "SELECT COUNT(*) FROM residency WHERE account_id IS NOT NULL").await);
    found.push(number(app, "SELECT COUNT(*) FROM residency_request WHERE state <> 'PENDING'").await);
    found
}

/// A request for unit 102 of the home community, changed by `more`.
pub fn asks(more: Value) -> Value {
    let input = json!({
        "communityName": "邻里花园", "buildingName": "1栋", "unitNumber": "102", "role": "OWNER", "name": "赵敏",
        "idempotencyKey": key(),
    });
    merged(input, more)
}

/// Asks.
pub async fn ask(client: &Client, more: Value) -> Outcome {
    client.mutate("residencyRequest", asks(more), REQUEST).await
}

/// Asks, which happens; the request.
pub async fn asked(client: &Client, more: Value) -> Value {
    ask(client, more).await.ok()["request"].clone()
}

/// Decides on a request by a mutation, with what else it needs.
pub async fn decide(client: &Client, mutation: &str, request: &Value, more: Value) -> Outcome {
    let input = json!({ "requestId": request["id"], "expectedVersion": request["version"], "idempotencyKey": key() });
    let mut input = merged(input, more);
    if mutation == "residencyRequestWithdraw" {
        input.as_object_mut().unwrap().remove("expectedVersion");
    }
    client.mutate(mutation, input, REQUEST).await
}

/// Admits somebody to unit 101, changed by `more`.
pub async fn admit(client: &Client, world: &World, more: Value) -> Outcome {
    let input = json!({
        "unitId": world.unit(), "role": "FAMILY", "phone": "13700000001", "name": "小李", "idempotencyKey": key(),
    });
    client.mutate("residentAdmit", merged(input, more), RESIDENT).await
}

/// A command about one residency.
pub async fn about(client: &Client, mutation: &str, residency: &Value, more: Value) -> Outcome {
    let input = merged(json!({ "residencyId": residency, "idempotencyKey": key() }), more);
    client.mutate(mutation, input, RESIDENT).await
}

/// Numbers of the units where somebody lives, with the roles.
pub async fn homes(client: &Client) -> Vec<String> {
    let data = client.query("{ viewer { units { role unit { number } } } }", json!({})).await;
    let homes = data["viewer"]["units"].as_array().unwrap().iter();
    homes.map(|it| format!("{} {}", it["unit"]["number"].as_str().unwrap(), it["role"].as_str().unwrap())).collect()
}

/// The residents of a unit as somebody sees them; null when the unit is not seen.
pub async fn residents(client: &Client, unit: UnitId) -> Value {
    let query = "query($id: ID!) { unit(id: $id) { residents { id role name phone isViewer until } } }";
    client.query(query, json!({ "id": wire_id(unit).to_string() })).await["unit"]["residents"].clone()
}

/// The id of the one resident who is called so.
pub fn resident(residents: &Value, name: &str) -> Value {
    let found = residents.as_array().unwrap().iter().find(|it| it["name"] == name);
    found.unwrap_or_else(|| panic!("nobody is called {name}: {residents:#}"))["id"].clone()
}

/// Whether somebody sees a unit's tickets, the unit, and can submit: all of it, or nothing of it.
pub async fn has_access(client: &Client, world: &World, ticket: &str) -> bool {
    let query = "query($id: ID!, $unit: ID!) { node(id: $id) { id } unit(id: $unit) { id } tickets { totalCount } }";
    let seen = client.query(query, json!({ "id": ticket, "unit": world.unit() })).await;
    let submitted = client.mutate("ticketSubmit", world.repair(&key()), "ticket { id }").await;
    let sees = [!seen["node"].is_null(), !seen["unit"].is_null(), seen["tickets"]["totalCount"] != 0];
    let submits = submitted.codes().is_empty();
    assert!(sees.iter().all(|it| *it == submits), "{sees:?} {submits}");
    submits
}
