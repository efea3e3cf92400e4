//! Limits by address, network and overall, as clients meet them.

use std::sync::Arc;

use api::config::{Networks, Rates};
use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use support::client::mutation;
use support::world::{PASSWORD, phone};
use support::{Node, TestApp, World, both};

both!(
    an_address_asks_for_so_many_codes,
    a_network_and_all_together_have_their_own,
    each_action_is_counted_apart,
    nobody_invents_an_address,
    of_a_thousand_guesses_at_once_five_are_evaluated,
    of_a_hundred_passwords_at_once_ten_are_tried,
    of_a_hundred_requests_at_once_ten_codes_are_sent,
    aliases_of_one_request_are_tries_of_their_own,
    nodes_on_postgres_count_together,
);

const PHONE: &str = "13912345678";

fn rates(address: u32, network: u32, overall: u32) -> Rates {
    Rates { address, network, overall }
}

/// A node behind a proxy on this machine.
async fn proxied(app: &TestApp, change: impl FnOnce(&mut api::config::Config)) -> Node {
    app.another_node(false, |config| {
        config.trusted_proxies = Networks(vec!["127.0.0.0/8".parse().unwrap()]);
        config.sign_in_codes_per_hour = 1_000;
        change(config);
    })
    .await
}

/// Sends a mutation as if from an address; the answer.
async fn from(app: &TestApp, node: &Node, address: &str, name: &str, input: Value, selection: &str) -> Value {
    let body = json!({ "query": mutation(name, selection), "variables": { "input": input } });
    let request = app.http().post(node.url("/graphql")).header("x-forwarded-for", address);
    request.header("accept-language", "en").json(&body).send().await.unwrap().json().await.unwrap()
}

/// Asks for a code from an address; the seconds to wait when it is refused.
async fn code(app: &TestApp, node: &Node, address: &str) -> Option<u64> {
    waits(&from(app, node, address, "signInCodeRequest", json!({ "phone": PHONE }), "sent").await)
}

fn waits(answer: &Value) -> Option<u64> {
    let error = answer["errors"].as_array()?.first()?;
    assert_eq!(error["extensions"]["code"], "RATE_LIMITED", "{answer:#}");
    assert_eq!(error["message"], "Too many requests; try again later");
    error["extensions"]["retryAfter"].as_u64()
}

async fn an_address_asks_for_so_many_codes(app: Arc<TestApp>) {
    let node = proxied(&app, |config| config.limit_code_requests = rates(3, 100, 100)).await;
    for address in ["203.0.113.7", "2001:db8:1:2::1"] {
        for _ in 0..3 {
            assert_eq!(code(&app, &node, address).await, None);
        }
        assert_eq!(code(&app, &node, address).await, Some(1_200));
    }
    assert_eq!(code(&app, &node, "203.0.113.8").await, None, "a neighbour");
    assert_eq!(code(&app, &node, "2001:db8:1:2:ffff::9").await, Some(1_200), "one subscriber's /64");
    assert_eq!(code(&app, &node, "2001:db8:1:3::1").await, None);
    app.advance(Duration::minutes(20));
    assert_eq!(code(&app, &node, "203.0.113.7").await, None);
    assert_eq!(code(&app, &node, "203.0.113.7").await, Some(1_200));
    node.stop().await;
}

async fn a_network_and_all_together_have_their_own(app: Arc<TestApp>) {
    let node = proxied(&app, |config| config.limit_code_requests = rates(2, 3, 5)).await;
    let mut let_through = Vec::new();
    for address in
        ["203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4", "198.51.100.1", "192.0.2.1", "192.0.2.2"]
    {
        let_through.push(code(&app, &node, address).await.is_none());
    }
    assert_eq!(let_through, [true, true, true, false, true, true, false]);
    node.stop().await;
}

async fn each_action_is_counted_apart(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = proxied(&app, |config| {
        config.limit_code_requests = rates(1, 9, 9);
        config.limit_code_tries = rates(2, 9, 9);
        config.limit_password_tries = rates(3, 9, 9);
        config.limit_refreshes = rates(4, 9, 9);
    })
    .await;
    let address = "203.0.113.7";
    let actions = [
        ("signInCodeRequest", json!({ "phone": PHONE }), "sent", 1),
        ("signInResident", json!({ "phone": PHONE, "code": "x" }), "accessToken", 2),
        ("signInStaff", json!({ "phone": phone(1, 0), "password": "a long wrong password" }), "accessToken", 3),
        ("tokenRefresh", json!({ "refreshToken": "x" }), "accessToken", 4),
    ];
    for (name, input, selection, limit) in actions {
        for number in 0..limit {
            let answer = from(&app, &node, address, name, input.clone(), selection).await;
            assert_eq!(waits(&answer), None, "{name} {number}");
        }
        assert!(waits(&from(&app, &node, address, name, input, selection).await).is_some(), "{name}");
    }
    // The right password is not looked at either.
    let input = json!({ "phone": phone(1, 0), "password": PASSWORD });
    assert!(waits(&from(&app, &node, address, "signInStaff", input.clone(), "accessToken").await).is_some());
    let elsewhere = from(&app, &node, "198.51.100.1", "signInStaff", input, "accessToken").await;
    assert!(elsewhere["data"]["signInStaff"]["accessToken"].is_string());
    node.stop().await;
}

async fn nobody_invents_an_address(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.limit_code_requests = rates(2, 100, 100)).await;
    let mut refused = 0;
    for number in 0..5 {
        refused += usize::from(code(&app, &node, &format!("203.0.113.{number}")).await.is_some());
    }
    assert_eq!(refused, 3, "nobody trusts the header: all came from one address");
    node.stop().await;
    let node = proxied(&app, |config| config.limit_code_requests = rates(2, 100, 100)).await;
    let mut refused = 0;
    for number in 0..5 {
        refused += usize::from(code(&app, &node, &format!("203.0.113.{number}, 198.51.100.7")).await.is_some());
    }
    assert_eq!(refused, 3, "what stands left of the proxy's word is the client's own");
    node.stop().await;
}

async fn of_a_thousand_guesses_at_once_five_are_evaluated(app: Arc<TestApp>) {
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": PHONE }), "sent").await.ok();
    let right: u32 = app.sms.last_code(PHONE).unwrap().parse().unwrap();
    let client = app.anonymous();
    let guess = |step: u32| {
        let input = json!({ "phone": PHONE, "code": format!("{:06}", (right + step) % 1_000_000) });
        client.mutate("signInResident", input, "accessToken")
    };
    for hundred in 0..10 {
        let outcomes = join_all((1..=100).map(|step| guess(hundred * 100 + step))).await;
        assert!(outcomes.iter().all(|outcome| outcome.refused() == "INVALID_CODE"));
    }
    let tries = api::db::Sql::new("SELECT CAST(SUM(tries) AS bigint) FROM sign_in_code");
    assert_eq!(tries.number(app.app.db.read()).await.unwrap(), 5);
    assert_eq!(guess(0).await.refused(), "INVALID_CODE");
}

async fn of_a_hundred_passwords_at_once_ten_are_tried(app: Arc<TestApp>) {
    let node = app.another_node(false, |config| config.password_queue = 1_000).await;
    let input = json!({ "phone": PHONE, "password": "a long wrong password" });
    let client = node.client(None);
    let outcomes = join_all((0..100).map(|_| client.mutate("signInStaff", input.clone(), "accessToken"))).await;
    let tried = outcomes.iter().filter(|outcome| outcome.refused() == "INVALID_CREDENTIALS").count();
    let refused = outcomes.iter().filter(|outcome| outcome.refused() == "TOO_MANY_REQUESTS").count();
    assert_eq!((tried, refused), (10, 90));
    node.stop().await;
}

async fn of_a_hundred_requests_at_once_ten_codes_are_sent(app: Arc<TestApp>) {
    let client = app.anonymous();
    let input = json!({ "phone": PHONE });
    let outcomes = join_all((0..100).map(|_| client.mutate("signInCodeRequest", input.clone(), "sent"))).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.codes().is_empty()).count(), 10);
    let codes = api::db::Sql::new("SELECT COUNT(*) FROM sign_in_code").number(app.app.db.read()).await.unwrap();
    assert_eq!(codes, 10);
}

async fn aliases_of_one_request_are_tries_of_their_own(app: Arc<TestApp>) {
    let node = proxied(&app, |config| config.limit_code_tries = rates(20, 100, 100)).await;
    app.anonymous().mutate("signInCodeRequest", json!({ "phone": PHONE }), "sent").await.ok();
    let right: u32 = app.sms.last_code(PHONE).unwrap().parse().unwrap();
    let aliases: String = (1..=50)
        .map(|step| {
            let code = (right + step) % 1_000_000;
            format!("a{step}: signInResident(input: {{ phone: \"{PHONE}\", code: \"{code:06}\" }}) {{ accessToken }} ")
        })
        .collect();
    let answer = node.client(None).post(&format!("mutation {{ {aliases} }}"), json!({})).await;
    let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
    assert!(errors.iter().all(|error| error["extensions"]["code"] == "RATE_LIMITED"), "{:#}", answer.body);
    assert!(!errors.is_empty());
    let tries = api::db::Sql::new("SELECT CAST(SUM(tries) AS bigint) FROM sign_in_code");
    assert_eq!(tries.number(app.app.db.read()).await.unwrap(), 5);
    node.stop().await;
}

async fn nodes_on_postgres_count_together(app: Arc<TestApp>) {
    let few = |config: &mut api::config::Config| config.limit_code_requests = rates(4, 100, 100);
    let (one, other) = (proxied(&app, few).await, proxied(&app, few).await);
    let mut let_through = 0;
    for _ in 0..4 {
        for node in [&one, &other] {
            let_through += usize::from(code(&app, node, "203.0.113.7").await.is_none());
        }
    }
    // A file has one node; two over one file, as here, count each for itself.
    assert_eq!(let_through, if app.backend == support::Backend::Postgres { 4 } else { 8 });
    let kept = api::db::Sql::new("SELECT COUNT(*) FROM limit_state").number(app.app.db.read()).await.unwrap();
    assert_eq!(kept, if app.backend == support::Backend::Postgres { 4 } else { 1 }, "and the turns of the phone");
    app.advance(Duration::hours(2));
    api::domains::identity::delete_expired(&app.app).await.unwrap();
    let kept = api::db::Sql::new("SELECT COUNT(*) FROM limit_state").number(app.app.db.read()).await.unwrap();
    assert_eq!(kept, 0, "empty counters are forgotten");
    one.stop().await;
    other.stop().await;
}
