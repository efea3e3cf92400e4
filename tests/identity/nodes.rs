//! Any number of nodes over one database accept each other's tokens.

use std::sync::Arc;

use api::db::Sql;
use entities::signing_key;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use support::world::{PASSWORD, phone};
use support::{Client, TestApp, World, both};

both!(two_nodes_accept_each_others_tokens, a_key_that_another_node_made_later_is_found);

async fn token(client: Client) -> String {
    let input = json!({ "phone": phone(1, 0), "password": PASSWORD });
    let payload = client.mutate("signInStaff", input, "accessToken").await.ok();
    payload["accessToken"].as_str().unwrap().to_owned()
}

async fn assert_admin(client: Client) {
    let data = client.query("{ viewer { name } }", json!({})).await;
    assert_eq!(data["viewer"]["name"], "管理员1");
}

async fn keys(app: &TestApp) -> Vec<signing_key::Model> {
    signing_key::Entity::find().all(app.app.db.read()).await.unwrap()
}

async fn two_nodes_accept_each_others_tokens(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = app.another_node(false, |_| ()).await;
    let (here, there) = (token(app.anonymous()).await, token(node.client(None)).await);
    assert_admin(node.client(Some(&here))).await;
    assert_admin(app.with_token(&there)).await;
    assert_eq!(keys(&app).await.len(), 1, "one key is enough for both");
    // Signing out at one node counts at the other at once.
    node.client(Some(&here)).query("mutation { signOut { signedOut } }", json!({})).await;
    let answer = app.with_token(&here).post("{ viewer { name } }", json!({})).await;
    assert_eq!((answer.status, answer.code().as_str()), (401, "UNAUTHENTICATED"));
    node.stop().await;
}

async fn a_key_that_another_node_made_later_is_found(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let here = token(app.anonymous()).await;
    // The other node finds no key, so it makes one that the first has not loaded.
    let first = keys(&app).await.remove(0);
    app.change(&Sql::new("DELETE FROM signing_key")).await;
    let node = app.another_node(false, |_| ()).await;
    let again = first.clone();
    app.app
        .db
        .write(move |tx| {
            let row = again.clone().into_active_model();
            Box::pin(async move {
                signing_key::Entity::insert(row).exec_without_returning(tx).await?;
                Ok(())
            })
        })
        .await
        .unwrap();
    let there = token(node.client(None)).await;
    assert_eq!(keys(&app).await.len(), 2);
    assert_ne!(kid(&here), kid(&there));
    assert_admin(app.with_token(&there)).await;
    assert_admin(node.client(Some(&here))).await;
    assert_eq!(kid(&token(app.anonymous()).await), kid(&there), "the newest key signs from now on");
    node.stop().await;
}

fn kid(token: &str) -> Value {
    let header = jsonwebtoken::decode_header(token).unwrap();
    header.kid.into()
}
