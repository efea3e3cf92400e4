//! Many use one refresh token at once: no more than one of its successors is good.

use std::sync::Arc;

use api::db::Sql;
use api::infra::crypto::sha256;
use entities::refresh_token;
use futures_util::future::join_all;
use sea_orm::EntityTrait as _;
use support::{Client, TestApp, World, both};

use super::refresh::{Got, refresh, sign_in};

both!(of_a_hundred_refreshes_at_once_one_successor_is_good, a_used_token_ends_the_session_once_for_all);

const AT_ONCE: usize = 100;

/// The tokens that those get who present one token at once, at two nodes in turn.
async fn storm(nodes: [&Client; 2], token: &str) -> Vec<Got> {
    let outcomes = join_all((0..AT_ONCE).map(|number| refresh(nodes[number % 2], token))).await;
    let mut got = Vec::new();
    for outcome in outcomes {
        let codes = outcome.codes();
        match codes.as_slice() {
            [] => got.push(Got::of(&outcome.payload)),
            codes => assert_eq!(codes, ["SESSION_OVER"]),
        }
    }
    got
}

async fn good(app: &TestApp) -> Vec<refresh_token::Model> {
    let mut rows = refresh_token::Entity::find().all(app.app.db.read()).await.unwrap();
    rows.retain(|row| row.ended_at.is_none());
    rows
}

async fn of_a_hundred_refreshes_at_once_one_successor_is_good(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    app.change(&Sql::new("DELETE FROM refresh_token")).await;
    let node = app.another_node(false, |_| ()).await;
    let first = sign_in(&app.anonymous(), &support::world::phone(1, 0)).await;
    let got = storm([&app.anonymous(), &node.client(None)], &first.refresh).await;
    assert_eq!(got.len(), AT_ONCE, "the reply of each may have been lost, and nobody used what the others got");
    let good = good(&app).await;
    assert_eq!(good.len(), 1);
    let successor = got.iter().find(|got| good[0].token_digest == sha256(got.refresh.as_bytes())).unwrap();
    let next = Got::of(&refresh(&app.anonymous(), &successor.refresh).await.ok());
    app.with_token(&next.access).query("{ viewer { id } }", serde_json::json!({})).await;
    // From now on the first is an old one.
    assert!(storm([&app.anonymous(), &node.client(None)], &first.refresh).await.is_empty());
    assert_eq!(refresh(&app.anonymous(), &next.refresh).await.refused(), "SESSION_OVER");
    node.stop().await;
}

async fn a_used_token_ends_the_session_once_for_all(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = app.another_node(false, |_| ()).await;
    let first = sign_in(&app.anonymous(), &support::world::phone(1, 0)).await;
    let second = Got::of(&refresh(&app.anonymous(), &first.refresh).await.ok());
    let third = Got::of(&refresh(&app.anonymous(), &second.refresh).await.ok());
    assert!(storm([&app.anonymous(), &node.client(None)], &first.refresh).await.is_empty());
    assert!(storm([&app.anonymous(), &node.client(None)], &third.refresh).await.is_empty(), "nobody keeps the session");
    let reused = Sql::new("SELECT COUNT(*) FROM session WHERE end_reason = 'REFRESH_REUSED'");
    assert_eq!(reused.number(app.app.db.read()).await.unwrap(), 1);
    node.stop().await;
}
