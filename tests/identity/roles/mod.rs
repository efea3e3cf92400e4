//! What organizations make of their roles.

mod change;
mod effect;
mod refused;

use serde_json::{Value, json};
use support::{Client, client::Outcome};

/// Everything of a role but its history.
const ROLE: &str = "role { role name rights defaultRights allowedRights keptRights version changedAt changedBy }";

/// Sets a role's rights.
async fn set(client: &Client, role: &str, rights: &[String], version: i64, key: &str) -> Outcome {
    let input = json!({
        "role": role, "rights": rights, "expectedVersion": version, "reason": "小项目，一人多岗", "idempotencyKey": key,
    });
    client.mutate("roleRightsSet", input, ROLE).await
}

/// A role as a client reads it.
async fn role(client: &Client, role: &str) -> Value {
    let query = "{ roles { role name rights defaultRights allowedRights keptRights version changedAt changedBy
        events { version added removed reason staffName } } }";
    let data = client.query(query, json!({})).await;
    data["roles"].as_array().unwrap().iter().find(|it| it["role"] == role).unwrap().clone()
}

/// A list of rights with some more and some less.
fn rights(of: &Value, more: &[&str], less: &[&str]) -> Vec<String> {
    let now = of.as_array().unwrap().iter().map(|right| right.as_str().unwrap());
    now.filter(|right| !less.contains(right)).chain(more.iter().copied()).map(str::to_owned).collect()
}

/// Grants and withdraws rights of a role as it stands.
async fn change(admin: &Client, name: &str, more: &[&str], less: &[&str]) {
    let now = role(admin, name).await;
    let version = now["version"].as_i64().unwrap();
    set(admin, name, &rights(&now["rights"], more, less), version, &format!("{name}-{version}")).await.ok();
}
