//! WeChat: binding a user, and signing in through it. A stand-in answers as WeChat's server does.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Query;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse as _;
use axum::routing::get;
use entities::values::ResidencyRole;
use serde_json::{Value, json};
use support::client::Outcome;
use support::{Client, Node, TestApp, World, both};
use tokio::net::TcpListener;

both!(
    a_bound_user_signs_in,
    a_user_has_one_account_and_an_account_one_user,
    unbinding_ends_it,
    what_wechat_refuses_is_told,
    a_wechat_that_hangs_or_is_gone_keeps_nobody_waiting,
    without_a_mini_program_there_is_none,
    nobody_binds_for_nobody,
);

/// Answers `jscode2session` as WeChat does: JSON as text/plain, with status 200 whatever happened. The code says what
/// happens: `user-NAME` is NAME's phone.
async fn jscode2session(Query(query): Query<HashMap<String, String>>) -> axum::response::Response {
    let given = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let error =
        |errcode: i64, errmsg: &str| json!({ "errcode": errcode, "errmsg": format!("{errmsg}, rid: 65f-1a2b") });
    let answer = match given("js_code") {
        _ if given("grant_type") != "authorization_code" => error(40002, "invalid grant_type"),
        _ if given("appid") != "wx0123456789" => error(40013, "invalid appid"),
        _ if given("secret") != "a & secret" => error(40125, "invalid appsecret"),
        "used" => error(40163, "code been used"),
        "often" => error(45011, "api minute-quota reach limit"),
        "blocked" => error(40226, "code blocked"),
        "busy" => error(-1, "system error"),
        "rubbish" => return "<html>502 Bad Gateway</html>".into_response(),
        "empty" => json!({}),
        "long" => return "x".repeat(100_000).into_response(),
        "hang" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            json!({})
        }
        code => match code.strip_prefix("user-") {
            Some(name) => {
                json!({ "openid": format!("oGZUI0{name}"), "session_key": "tiihtNczf5v6AKRyjwEUhQ==", "errcode": 0 })
            }
            None => error(40029, "invalid code"),
        },
    };
    ([(CONTENT_TYPE, "text/plain")], answer.to_string()).into_response()
}

async fn wechat() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let router = Router::new().route("/sns/jscode2session", get(jscode2session));
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    url
}

async fn node_with(app: &TestApp, url: &str, secret: &str) -> Node {
    app.another_node(false, |config| {
        config.wechat_app_id = "wx0123456789".to_owned();
        config.wechat_app_secret = secret.to_owned();
        config.wechat_url = url.to_owned();
    })
    .await
}

async fn node(app: &TestApp) -> Node {
    node_with(app, &wechat().await, "a & secret").await
}

async fn bind(client: &Client, code: &str) -> Outcome {
    client.mutate("wechatBind", json!({ "code": code }), "bound").await
}

async fn sign_in(node: &Node, code: &str) -> Outcome {
    node.client(None)
        .mutate("signInWechat", json!({ "code": code }), "accessToken refreshToken viewer { phone kind }")
        .await
}

async fn people(app: &TestApp, node: &Node) -> [Client; 2] {
    let world = World::build(app, 1).await;
    let one = world.resident(app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let other = world.resident(app, 2, world.home.units[1], ResidencyRole::Owner).await;
    [node.client(one.token()), node.client(other.token())]
}

async fn is_bound(client: &Client) -> Value {
    client.query("{ viewer { wechatBound } }", json!({})).await["viewer"]["wechatBound"].clone()
}

async fn a_bound_user_signs_in(app: Arc<TestApp>) {
    let node = node(&app).await;
    let [owner, _] = people(&app, &node).await;
    assert_eq!(sign_in(&node, "user-wang").await.refused(), "WECHAT_UNKNOWN");
    assert_eq!(is_bound(&owner).await, json!(false));
    for _ in 0..2 {
        assert_eq!(bind(&owner, "user-wang").await.ok()["bound"], json!(true), "repeating it is harmless");
    }
    assert_eq!(is_bound(&owner).await, json!(true));
    let payload = sign_in(&node, " user-wang ").await.ok();
    assert_eq!(payload["viewer"], json!({ "phone": "13900010001", "kind": "RESIDENT" }));
    let client = node.client(payload["accessToken"].as_str());
    let data = client.query("{ viewer { units { role } } }", json!({})).await;
    assert_eq!(data["viewer"]["units"], json!([{ "role": "OWNER" }]));
    let next = super::refresh::refresh(&node.client(None), payload["refreshToken"].as_str().unwrap()).await;
    next.ok();
    let mut disabled = api::db::Sql::new("UPDATE account SET");
    disabled.with(" disabled_at = ", app.clock.now()).push(" WHERE phone = '13900010001'");
    app.change(&disabled).await;
    assert_eq!(sign_in(&node, "user-wang").await.refused(), "WECHAT_UNKNOWN");
    node.stop().await;
}

async fn a_user_has_one_account_and_an_account_one_user(app: Arc<TestApp>) {
    let node = node(&app).await;
    let [one, other] = people(&app, &node).await;
    bind(&one, "user-wang").await.ok();
    assert_eq!(bind(&other, "user-wang").await.refused(), "WECHAT_TAKEN");
    assert_eq!(bind(&one, "user-li").await.refused(), "WECHAT_TAKEN");
    bind(&other, "user-li").await.ok();
    // Two who bind the same user at once: one gets it.
    for client in [&one, &other] {
        client.query("mutation { wechatUnbind { unbound } }", json!({})).await;
    }
    let (first, second) = tokio::join!(bind(&one, "user-zhao"), bind(&other, "user-zhao"));
    let mut codes = [first.codes(), second.codes()].concat();
    assert_eq!(codes.pop().as_deref(), Some("WECHAT_TAKEN"));
    assert!(codes.is_empty());
    let rows = api::db::Sql::new("SELECT COUNT(*) FROM wechat_account").number(app.app.db.read()).await.unwrap();
    assert_eq!(rows, 1);
    node.stop().await;
}

async fn unbinding_ends_it(app: Arc<TestApp>) {
    let node = node(&app).await;
    let [one, other] = people(&app, &node).await;
    bind(&one, "user-wang").await.ok();
    for _ in 0..2 {
        let data = one.query("mutation { wechatUnbind { unbound userErrors { code } } }", json!({})).await;
        assert_eq!(data["wechatUnbind"], json!({ "unbound": true, "userErrors": [] }));
    }
    assert_eq!(is_bound(&one).await, json!(false));
    assert_eq!(sign_in(&node, "user-wang").await.refused(), "WECHAT_UNKNOWN");
    bind(&other, "user-wang").await.ok();
    assert_eq!(sign_in(&node, "user-wang").await.ok()["viewer"]["phone"], "13900010002");
    node.stop().await;
}

async fn what_wechat_refuses_is_told(app: Arc<TestApp>) {
    let node = node(&app).await;
    let [owner, _] = people(&app, &node).await;
    let long = "x".repeat(300);
    for (code, refused, retryable) in [
        ("wrong", "INVALID_WECHAT_CODE", false),
        ("used", "INVALID_WECHAT_CODE", false),
        ("", "INVALID_WECHAT_CODE", false),
        (&long, "INVALID_WECHAT_CODE", false),
        ("x&appid=wx9&js_code=user-li", "INVALID_WECHAT_CODE", false),
        ("often", "TOO_MANY_REQUESTS", true),
        ("blocked", "WECHAT_BLOCKED", false),
        ("busy", "WECHAT_UNAVAILABLE", true),
        ("rubbish", "WECHAT_UNAVAILABLE", true),
        ("empty", "WECHAT_UNAVAILABLE", true),
        ("long", "WECHAT_UNAVAILABLE", true),
    ] {
        for outcome in [bind(&owner, code).await, sign_in(&node, code).await] {
            assert_eq!(outcome.refused(), refused, "{code}");
            assert_eq!(outcome.payload["userErrors"][0]["retryable"], json!(retryable), "{code}");
        }
    }
    assert_eq!(is_bound(&owner).await, json!(false));
    node.stop().await;
    let misconfigured = node_with(&app, &wechat().await, "another secret").await;
    assert_eq!(sign_in(&misconfigured, "user-wang").await.refused(), "WECHAT_UNAVAILABLE");
    misconfigured.stop().await;
}

async fn a_wechat_that_hangs_or_is_gone_keeps_nobody_waiting(app: Arc<TestApp>) {
    let node = node(&app).await;
    let started = Instant::now();
    assert_eq!(sign_in(&node, "hang").await.refused(), "WECHAT_UNAVAILABLE");
    assert!((2..8).contains(&started.elapsed().as_secs()), "{:?}", started.elapsed());
    node.stop().await;
    let gone = node_with(&app, "http://127.0.0.1:9", "a & secret").await;
    assert_eq!(sign_in(&gone, "user-wang").await.refused(), "WECHAT_UNAVAILABLE");
    gone.stop().await;
}

async fn without_a_mini_program_there_is_none(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    assert_eq!(bind(&owner, "user-wang").await.refused(), "WECHAT_UNAVAILABLE");
    let outcome = app.anonymous().mutate("signInWechat", json!({ "code": "user-wang" }), "accessToken").await;
    assert_eq!(outcome.refused(), "WECHAT_UNAVAILABLE");
    assert_eq!(is_bound(&owner).await, json!(false));
}

async fn nobody_binds_for_nobody(app: Arc<TestApp>) {
    let node = node(&app).await;
    assert_eq!(bind(&node.client(None), "user-wang").await.refused(), "UNAUTHENTICATED");
    let unbind = node.client(None).post("mutation { wechatUnbind { unbound } }", json!({})).await;
    assert_eq!(unbind.code(), "UNAUTHENTICATED");
    node.stop().await;
}
