//! How long a session and its tokens live.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

both!(nobody_is_nobody, a_token_expires, a_session_expires, signing_out_ends_one_session_at_once);

const WHO: &str = "{ viewer { id } }";

async fn assert_out(client: &Client, why: &str) {
    let answer = client.post(WHO, json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"), "{why}");
    assert!(answer.body["data"].is_null(), "{why}: {:#}", answer.body);
}

async fn nobody_is_nobody(app: Arc<TestApp>) {
    let data = app.anonymous().query("{ viewer { id } }", json!({})).await;
    assert_eq!(data, json!({ "viewer": null }));
    for query in [
        "{ staff { totalCount } }",
        "{ communities { totalCount } }",
        "{ units { totalCount } }",
        "{ node(id: \"x\") { id } }",
    ] {
        let answer = app.anonymous().post(query, json!({})).await;
        assert_eq!((answer.status, answer.code().as_str()), (200, "UNAUTHENTICATED"), "{query}");
        assert!(answer.body["data"].as_object().is_none_or(|data| data.values().all(Value::is_null)), "{query}");
    }
    for mutation in ["dutyStart", "dutyEnd", "signOut"] {
        let answer =
            app.anonymous().post(&format!("mutation {{ {mutation} {{ userErrors {{ code }} }} }}"), json!({})).await;
        assert_eq!(answer.code(), "UNAUTHENTICATED", "{mutation}");
    }
}

async fn a_token_expires(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let node = app.another_node(false, |config| config.access_token_minutes = 10).await;
    let input = json!({ "phone": support::world::phone(1, 0), "password": support::world::PASSWORD });
    let payload = node.client(None).mutate("signInStaff", input, "accessToken expiresAt").await.ok();
    assert_eq!(payload["expiresAt"], "2026-03-02T01:10:00Z");
    let client = node.client(payload["accessToken"].as_str());
    app.advance(Duration::seconds(599));
    client.query(WHO, json!({})).await;
    app.advance(Duration::seconds(1));
    assert_out(&client, "expired").await;
    assert_out(&app.with_token(client.token().unwrap()), "expired, on another node").await;
    node.stop().await;
    drop(world);
}

async fn a_session_expires(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let node = app.another_node(false, |config| config.session_days = 30).await;
    let input = json!({ "phone": support::world::phone(1, 0), "password": support::world::PASSWORD });
    let payload = node.client(None).mutate("signInStaff", input, "accessToken").await.ok();
    let client = node.client(payload["accessToken"].as_str());
    app.advance(Duration::days(30) - Duration::seconds(1));
    client.query(WHO, json!({})).await;
    app.advance(Duration::seconds(1));
    assert_out(&client, "the token lives ten years, its session a month").await;
    node.stop().await;
    drop(world);
}

async fn signing_out_ends_one_session_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let other = app.staff(&desk.phone, support::world::PASSWORD).await;
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    for (client, who) in [(&desk.client, "staff"), (&resident, "a resident")] {
        let answer = client.post("mutation { signOut { signedOut userErrors { code } } }", json!({})).await;
        assert_eq!(answer.body["data"]["signOut"], json!({ "signedOut": true, "userErrors": [] }), "{who}");
        assert_out(client, who).await;
    }
    other.query(WHO, json!({})).await;
}
