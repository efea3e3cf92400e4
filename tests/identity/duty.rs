//! Staff go on and off duty.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

both!(duty_starts_and_ends, residents_have_no_duty);

async fn set(client: &Client, mutation: &str) -> Value {
    let document = format!("mutation {{ {mutation} {{ staff {{ dutyState dutyChangedAt }} userErrors {{ code }} }} }}");
    let data = client.query(&document, json!({})).await;
    assert_eq!(data[mutation]["userErrors"], json!([]));
    data[mutation]["staff"].clone()
}

async fn duty_starts_and_ends(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let technician = world.worker(&app, 1, Role::Technician, &[]).await;
    let colleague = world.worker(&app, 2, Role::Technician, &[]).await;
    app.advance(Duration::minutes(5));
    let on = json!({ "dutyState": "ON_DUTY", "dutyChangedAt": "2026-03-02T01:05:00Z" });
    assert_eq!(set(&technician.client, "dutyStart").await, on);
    app.advance(Duration::minutes(5));
    assert_eq!(set(&technician.client, "dutyStart").await, on, "a repeat changes nothing, nor the time");
    let own = technician.client.query("{ viewer { staff { dutyState dutyChangedAt } } }", json!({})).await;
    assert_eq!(own["viewer"]["staff"], on);
    let off = json!({ "dutyState": "OFF_DUTY", "dutyChangedAt": "2026-03-02T01:10:00Z" });
    assert_eq!(set(&technician.client, "dutyEnd").await, off);
    let other = colleague.client.query("{ viewer { staff { dutyState } } }", json!({})).await;
    assert_eq!(other["viewer"]["staff"]["dutyState"], "OFF_DUTY");
}

async fn residents_have_no_duty(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    for mutation in ["dutyStart", "dutyEnd"] {
        let document = format!("mutation {{ {mutation} {{ userErrors {{ code }} }} }}");
        assert_eq!(resident.post(&document, json!({})).await.code(), "FORBIDDEN");
    }
}
