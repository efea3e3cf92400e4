//! Where somebody is signed in, and ending it from another device.

use std::sync::Arc;

use api::domains::identity;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{ResidencyRole, Role, SessionId};
use serde_json::{Value, json};
use support::world::PASSWORD;
use support::{Client, TestApp, World, both};

both!(
    devices_are_listed_with_what_is_known_of_them,
    the_last_sight_is_written_once_a_minute,
    pages_follow_each_other_at_the_same_cost,
    one_is_ended_and_the_others_go_on,
    all_others_are_ended,
    nobody_ends_or_sees_another_persons,
);

const LIST: &str = "{ viewer { sessions { totalCount nodes {
    id kind device network createdAt lastSeenAt current } } } }";

async fn sign_in(app: &TestApp, phone: &str, device: &str) -> Client {
    let input = json!({ "phone": phone, "password": PASSWORD, "device": device });
    let payload = app.anonymous().mutate("signInStaff", input, "accessToken").await.ok();
    app.with_token(payload["accessToken"].as_str().unwrap())
}

async fn list(client: &Client) -> Vec<Value> {
    let sessions = client.query(LIST, json!({})).await["viewer"]["sessions"].clone();
    let nodes = sessions["nodes"].as_array().unwrap().clone();
    assert_eq!(sessions["totalCount"], json!(nodes.len()));
    nodes
}

async fn is_out(client: &Client) -> bool {
    client.post("{ viewer { id } }", json!({})).await.status == 401
}

async fn devices_are_listed_with_what_is_known_of_them(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    app.advance(Duration::minutes(5));
    let tablet = sign_in(&app, &desk.phone, " 前台平板 ").await;
    let sessions = list(&tablet).await;
    assert_eq!(sessions.len(), 2);
    let (newest, oldest) = (&sessions[0], &sessions[1]);
    let known = json!({
        "id": newest["id"], "kind": "STAFF", "device": "前台平板", "network": "127.0.0.0/24",
        "createdAt": "2026-03-02T01:05:00Z", "lastSeenAt": "2026-03-02T01:05:00Z", "current": true,
    });
    assert_eq!(*newest, known);
    assert_eq!((&oldest["current"], &oldest["createdAt"]), (&json!(false), &json!("2026-03-02T01:00:00Z")));
    // The same person at home is another kind of session of the same account.
    app.resident(&desk.phone).await;
    let kinds: Vec<Value> = list(&tablet).await.iter().map(|session| session["kind"].clone()).collect();
    assert_eq!(kinds, ["RESIDENT", "STAFF", "STAFF"]);
    // A program that says who it is, and nothing of its owner's.
    let request = app.http().post(app.url("/graphql")).header("user-agent", "LinliStaff/3.1 (Android)");
    let input = json!({ "phone": desk.phone, "password": PASSWORD, "device": "" });
    let document = support::client::mutation("signInStaff", "accessToken");
    let answer = request.json(&json!({ "query": document, "variables": { "input": input } })).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(list(&tablet).await[0]["device"], "LinliStaff/3.1 (Android)");
}

async fn the_last_sight_is_written_once_a_minute(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    identity::write_seen(&app.app).await.unwrap();
    app.advance(Duration::minutes(7));
    let asking = async {
        for _ in 0..10 {
            desk.client.query("{ viewer { id } }", json!({})).await;
        }
    };
    assert_eq!(app.statements(asking).await.0, 10, "one statement a request, and no write");
    assert_eq!(identity::write_seen(&app.app).await.unwrap(), 1);
    assert_eq!(identity::write_seen(&app.app).await.unwrap(), 0);
    // Another node knows it from the database.
    let node = app.another_node(false, |_| ()).await;
    let sessions = list(&node.client(sign_in(&app, &desk.phone, "").await.token())).await;
    assert_eq!(sessions[1]["lastSeenAt"], "2026-03-02T01:07:00Z");
    node.stop().await;
}

async fn pages_follow_each_other_at_the_same_cost(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let (one, _) = app.statements(list(&desk.client)).await;
    for number in 0..6 {
        app.advance(Duration::seconds(1));
        sign_in(&app, &desk.phone, &format!("{number}")).await;
    }
    let (many, all) = app.statements(list(&desk.client)).await;
    assert_eq!((one, all.len()), (many, 7));
    let query = "query($after: String) { viewer { sessions(first: 3, after: $after) {
        nodes { id } pageInfo { hasNextPage endCursor } } } }";
    let (mut after, mut paged) = (Value::Null, Vec::new());
    loop {
        let page = desk.client.query(query, json!({ "after": after })).await["viewer"]["sessions"].clone();
        paged.extend(page["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()));
        if page["pageInfo"]["hasNextPage"] == json!(false) {
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(paged, all.iter().map(|session| session["id"].clone()).collect::<Vec<_>>());
}

async fn one_is_ended_and_the_others_go_on(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let lost = sign_in(&app, &desk.phone, "lost").await;
    let id = list(&desk.client).await[0]["id"].clone();
    for _ in 0..2 {
        let payload = desk.client.mutate("sessionRevoke", json!({ "sessionId": id }), "revoked").await.ok();
        assert_eq!(payload["revoked"], json!(true), "repeating it is harmless");
    }
    assert!(is_out(&lost).await && !is_out(&desk.client).await);
    assert_eq!(list(&desk.client).await.len(), 1);
    // One's own as well: it is the same as signing out.
    let own = list(&desk.client).await[0]["id"].clone();
    desk.client.mutate("sessionRevoke", json!({ "sessionId": own }), "revoked").await.ok();
    assert!(is_out(&desk.client).await);
}

async fn all_others_are_ended(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let others = [sign_in(&app, &desk.phone, "a").await, app.resident(&desk.phone).await];
    let stranger = world.worker(&app, 2, Role::FrontDesk, &[]).await;
    let end = "mutation { sessionsRevokeOthers { count userErrors { code } } }";
    for count in [2, 0] {
        let data = desk.client.query(end, json!({})).await;
        assert_eq!(data["sessionsRevokeOthers"], json!({ "count": count, "userErrors": [] }));
    }
    for other in &others {
        assert!(is_out(other).await);
    }
    assert!(!is_out(&desk.client).await && !is_out(&stranger.client).await);
}

async fn nobody_ends_or_sees_another_persons(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let foreign = World::build(&app, 2).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let id = list(&desk.client).await[0]["id"].clone();
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let missing = json!(wire_id(app.clock.new_id::<SessionId>()).to_string());
    for client in [world.admin(&app).await, foreign.admin(&app).await, resident] {
        for id in [&id, &missing] {
            let outcome = client.mutate("sessionRevoke", json!({ "sessionId": id }), "revoked").await;
            assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("NOT_FOUND", "input.sessionId"));
            assert_eq!(outcome.payload["revoked"], json!(false));
        }
        assert!(list(&client).await.iter().all(|session| session["id"] != id));
    }
    let malformed = desk.client.mutate("sessionRevoke", json!({ "sessionId": "x" }), "revoked").await;
    assert_eq!(malformed.refused(), "INVALID_ID");
    let anonymous = app.anonymous();
    assert_eq!(
        anonymous.mutate("sessionRevoke", json!({ "sessionId": id }), "revoked").await.refused(),
        "UNAUTHENTICATED"
    );
    let end = anonymous.post("mutation { sessionsRevokeOthers { count } }", json!({})).await;
    assert_eq!(end.code(), "UNAUTHENTICATED");
    assert_eq!(anonymous.query("{ viewer { sessions { totalCount } } }", json!({})).await, json!({ "viewer": null }));
    assert!(!is_out(&desk.client).await);
}
