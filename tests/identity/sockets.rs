//! Whoever holds a socket open hears within 5 seconds that its session is over, whichever node ended it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use api::domains::identity::{session_over, viewer_of_token};
use api::state::App;
use entities::values::{Role, SessionEnd};
use serde_json::json;
use support::world::PASSWORD;
use support::{TestApp, TestRedis, World, both};
use tokio::task::JoinHandle;

use super::refresh::{Got, refresh, sign_in};

both!(
    another_node_hears_it_from_the_database,
    another_node_hears_it_from_redis_and_without_it,
    every_way_to_end_a_session_is_heard,
    a_session_that_is_over_already_is_not_waited_for,
    time_ends_a_session_too,
);

/// By when a socket must be closed.
const BY: Duration = Duration::from_secs(5);

/// Waits as a socket does; why the session ended, and when that was heard.
async fn socket(app: &App, token: &str) -> JoinHandle<(SessionEnd, Instant)> {
    let viewer = viewer_of_token(app, token).await.unwrap();
    let app = app.clone();
    let waiting = tokio::spawn(async move {
        let end = session_over(&app, viewer.account_id, viewer.session_id).await.unwrap();
        (end, Instant::now())
    });
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!waiting.is_finished());
    waiting
}

async fn heard(socket: JoinHandle<(SessionEnd, Instant)>, since: Instant) -> (SessionEnd, Duration) {
    let (end, at) = tokio::time::timeout(BY, socket).await.expect("heard within 5 seconds").unwrap();
    (end, at.saturating_duration_since(since))
}

async fn another_node_hears_it_from_the_database(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let other = app.staff(&desk.phone, PASSWORD).await;
    let node = app.another_node(false, |_| ()).await;
    let (closing, staying) =
        (socket(&node.app, desk.client.token().unwrap()).await, socket(&node.app, other.token().unwrap()).await);
    let started = Instant::now();
    desk.client.query("mutation { signOut { signedOut } }", json!({})).await;
    let (end, after) = heard(closing, started).await;
    assert_eq!(end, SessionEnd::SignedOut);
    assert!(after < Duration::from_secs(3), "{after:?}");
    assert!(!staying.is_finished(), "another session of the same account goes on");
    staying.abort();
    node.stop().await;
}

async fn another_node_hears_it_from_redis_and_without_it(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let mut redis = TestRedis::start().await;
    let url = redis.url();
    let here = app.another_node(false, |config| config.redis_url.clone_from(&url)).await;
    let there = app.another_node(false, |config| config.redis_url.clone_from(&url)).await;
    while here.app.identity.redis_is_up() != Some(true) || there.app.identity.redis_is_up() != Some(true) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // The subscription of the other node is made with its next look.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    for away in [false, true] {
        if away {
            redis.freeze().await;
        }
        let desk = world.worker(&app, if away { 2 } else { 1 }, Role::FrontDesk, &[]).await;
        let waiting = socket(&there.app, desk.client.token().unwrap()).await;
        let started = Instant::now();
        here.client(desk.client.token()).query("mutation { signOut { signedOut } }", json!({})).await;
        let (end, after) = heard(waiting, started).await;
        assert_eq!(end, SessionEnd::SignedOut);
        let by = if away { BY } else { Duration::from_millis(2_500) };
        assert!(after < by, "frozen: {away}, heard after {after:?}");
        let answer = there.client(desk.client.token()).post("{ viewer { id } }", json!({})).await;
        assert_eq!(answer.status, 401);
    }
    redis.thaw().await;
    redis.kill().await;
    here.stop().await;
    there.stop().await;
}

async fn every_way_to_end_a_session_is_heard(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for (number, reason) in (1..).zip([
        SessionEnd::SignedOut,
        SessionEnd::Revoked,
        SessionEnd::PasswordChanged,
        SessionEnd::PasswordReset,
        SessionEnd::Left,
        SessionEnd::RefreshReused,
    ]) {
        let desk = world.worker(&app, number, Role::FrontDesk, &[]).await;
        let first = sign_in(&app.anonymous(), &desk.phone).await;
        let waiting = socket(&app.app, &first.access).await;
        let started = Instant::now();
        match reason {
            SessionEnd::SignedOut => {
                app.with_token(&first.access).query("mutation { signOut { signedOut } }", json!({})).await;
            }
            SessionEnd::Revoked => {
                desk.client.query("mutation { sessionsRevokeOthers { count } }", json!({})).await;
            }
            SessionEnd::PasswordChanged => {
                let input = json!({ "oldPassword": PASSWORD, "newPassword": "another long password" });
                desk.client.mutate("passwordChange", input, "changed").await.ok();
            }
            SessionEnd::PasswordReset => {
                let input = json!({ "staffId": desk.wire, "idempotencyKey": "reset" });
                admin.mutate("staffPasswordReset", input, "staff { id }").await.ok();
            }
            SessionEnd::Left => {
                admin.mutate("staffLeave", json!({ "staffId": desk.wire }), "staff { id }").await.ok();
            }
            _ => {
                let anonymous = app.anonymous();
                let second = Got::of(&refresh(&anonymous, &first.refresh).await.ok());
                refresh(&anonymous, &second.refresh).await.ok();
                assert_eq!(refresh(&anonymous, &first.refresh).await.refused(), "SESSION_OVER");
            }
        }
        assert_eq!(heard(waiting, started).await.0, reason);
    }
    assert_eq!(app.app.identity.events().accounts(), 0);
}

async fn a_session_that_is_over_already_is_not_waited_for(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let viewer = viewer_of_token(&app.app, desk.client.token().unwrap()).await.unwrap();
    desk.client.query("mutation { signOut { signedOut } }", json!({})).await;
    let end = tokio::time::timeout(BY, session_over(&app.app, viewer.account_id, viewer.session_id)).await.unwrap();
    assert_eq!(end.unwrap(), SessionEnd::SignedOut);
    let unknown =
        tokio::time::timeout(BY, session_over(&app.app, viewer.account_id, app.clock.new_id())).await.unwrap();
    assert_eq!(unknown.unwrap(), SessionEnd::Expired);
}

async fn time_ends_a_session_too(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let waiting = socket(&app.app, world.admin(&app).await.token().unwrap()).await;
    let started = Instant::now();
    app.advance(chrono::Duration::days(3650));
    assert_eq!(heard(waiting, started).await.0, SessionEnd::Expired);
}
