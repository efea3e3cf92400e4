//! What the tests of assignment share.

use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::Worker;
use support::{Client, TestApp, World};

/// Goes on or off duty.
pub async fn duty(client: &Client, mutation: &str) {
    let document = format!("mutation {{ {mutation} {{ userErrors {{ code }} }} }}");
    assert_eq!(client.query(&document, json!({})).await[mutation]["userErrors"], json!([]));
}

/// Sets something of the home community.
pub async fn set(by: &Client, world: &World, more: Value) -> Outcome {
    let mut input = json!({ "communityId": wire_id(world.home.community).to_string() });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    by.mutate("communityTicketSettingsSet", input, "settings { autoDispatch slotsStrict urgeMinutes }").await
}

/// A plumbing company that works in the home community; its id.
pub async fn company(admin: &Client, world: &World, name: &str) -> String {
    let input = json!({
        "name": name, "phone": "0451-8231 0000", "trades": ["PLUMBING", "ELEVATOR"],
        "communityIds": [wire_id(world.home.community).to_string()], "idempotencyKey": format!("{name}-key").as_bytes()
            .iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
    });
    let made = admin.mutate("contractorCreate", input, "contractor { id }").await.ok();
    made["contractor"]["id"].as_str().unwrap().to_owned()
}

/// Adds one of a contractor's people and signs in. `number` is 1 to 999, once each.
pub async fn outsider(app: &TestApp, admin: &Client, contractor: &str, number: u64) -> Worker {
    let phone = format!("1370000{number:04}");
    let input = json!({
        "name": format!("外包{number}"), "phone": phone, "assignments": [], "contractorId": contractor,
        "idempotencyKey": format!("outsider-{number}"),
    });
    let made = admin.mutate("staffCreate", input, "staff { id } temporaryPassword").await.ok();
    let client = app.new_staff(&phone, made["temporaryPassword"].as_str().unwrap()).await;
    let wire = made["staff"]["id"].as_str().unwrap().to_owned();
    let id = api::graphql::id::try_parse_id(&async_graphql::ID(wire.clone())).unwrap();
    Worker { client, id, wire, phone }
}

/// Gives automatic dispatch one round; how many tickets it gave out.
pub async fn round(app: &TestApp) -> u64 {
    api::domains::tickets::dispatch_waiting(&app.app).await.unwrap()
}
