//! Redis is killed, frozen and started again under traffic: nobody who is signed in notices, and all heals by itself.
//!
//! Two nodes share a database and a Redis server. People work without a pause, refresh their tokens all the time, and
//! every now and then one signs out at one node while the other is asked. Nothing may fail, no session may be lost, no
//! ended one may be let in, and no answer may take longer than Redis is given.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use entities::values::{Role, SessionEnd};
use futures_util::future::join_all;
use serde_json::json;
use support::world::PASSWORD;
use support::{Client, Dice, Node, TestApp, TestRedis, World, both, servers};

both!(traffic_goes_on);

/// People who work, and how often Redis goes away.
fn size() -> (u64, usize) {
    if servers::full_scale() { (24, 60) } else { (6, 6) }
}

/// The longest that one answer may take: what Redis is given, and what a busy machine needs for the rest.
const LONGEST: Duration = Duration::from_secs(5);
/// By when whoever waits for the end of a session has heard of it.
const BY: Duration = Duration::from_secs(5);

/// What was done, and how long the slowest of it took.
#[derive(Default)]
struct Figures {
    queries: AtomicU64,
    refreshes: AtomicU64,
    sign_outs: AtomicU64,
    longest_ms: AtomicU64,
    heard_ms: AtomicU64,
}

impl Figures {
    async fn timed<T>(&self, count: &AtomicU64, work: impl Future<Output = T>) -> T {
        let started = Instant::now();
        let done = work.await;
        let took = u64::try_from(started.elapsed().as_millis()).unwrap();
        count.fetch_add(1, Ordering::Relaxed);
        self.longest_ms.fetch_max(took, Ordering::Relaxed);
        done
    }
}

/// Works until told to stop: asks, refreshes, and sometimes signs in anew and out again elsewhere.
async fn person(nodes: [&Node; 2], phone: &str, mut dice: Dice, stop: &AtomicBool, figures: &Figures) {
    let sign_in = |node: &Node| {
        let client = node.client(None);
        async move {
            let input = json!({ "phone": phone, "password": PASSWORD });
            let payload = client.mutate("signInStaff", input, "accessToken refreshToken").await.ok();
            let text = |field: &str| payload[field].as_str().unwrap().to_owned();
            (text("accessToken"), text("refreshToken"))
        }
    };
    let (mut access, mut refresh) = sign_in(nodes[0]).await;
    while !stop.load(Ordering::Relaxed) {
        let node = nodes[dice.below(2)];
        match dice.below(20) {
            0..16 => {
                let client = node.client(Some(&access));
                let data = figures.timed(&figures.queries, client.query("{ viewer { phone } }", json!({}))).await;
                assert_eq!(data["viewer"]["phone"], json!(phone));
            }
            16..19 => {
                let input = json!({ "refreshToken": refresh });
                let client = node.client(None);
                let exchange = client.mutate("tokenRefresh", input, "accessToken refreshToken");
                let payload = figures.timed(&figures.refreshes, exchange).await.ok();
                access = payload["accessToken"].as_str().unwrap().to_owned();
                refresh = payload["refreshToken"].as_str().unwrap().to_owned();
            }
            _ => {
                let (other, _) = sign_in(node).await;
                let end = nodes[dice.below(2)].client(Some(&other));
                sign_out(&end, nodes, &other, figures).await;
            }
        }
    }
}

/// Signs out at one node; a socket at each hears it, and both refuse the token at once.
async fn sign_out(client: &Client, nodes: [&Node; 2], token: &str, figures: &Figures) {
    let mut waiting = Vec::new();
    for node in nodes {
        let viewer = api::domains::identity::viewer_of_token(&node.app, token).await.unwrap();
        let app = node.app.clone();
        waiting.push(tokio::spawn(async move {
            api::domains::identity::session_over(&app, viewer.account_id, viewer.session_id).await.unwrap()
        }));
    }
    let out = client.query("mutation { signOut { signedOut } }", json!({}));
    figures.timed(&figures.sign_outs, out).await;
    let started = Instant::now();
    for node in nodes {
        let answer = node.client(Some(token)).post("{ viewer { phone } }", json!({})).await;
        assert_eq!(answer.status, 401, "an ended session was let in");
    }
    for socket in waiting {
        let end = tokio::time::timeout(BY, socket).await.expect("a socket hears within 5 seconds").unwrap();
        assert_eq!(end, SessionEnd::SignedOut);
    }
    figures.heard_ms.fetch_max(u64::try_from(started.elapsed().as_millis()).unwrap(), Ordering::Relaxed);
}

/// Takes Redis away in one way or another and brings it back; how long the nodes took to use it again.
async fn trouble(redis: &mut TestRedis, nodes: [&Node; 2], dice: &mut Dice) -> Duration {
    let pause = Duration::from_millis(dice.range(100..1_500) as u64);
    match dice.below(4) {
        0 => {
            redis.kill().await;
            tokio::time::sleep(pause).await;
            redis.restart().await;
        }
        1 => {
            redis.freeze().await;
            tokio::time::sleep(pause).await;
            redis.thaw().await;
        }
        2 => redis.restart().await,
        _ => {
            redis.freeze().await;
            tokio::time::sleep(pause).await;
            redis.restart().await;
        }
    }
    let started = Instant::now();
    for node in nodes {
        while node.app.identity.redis_is_up() != Some(true) {
            assert!(started.elapsed() < Duration::from_secs(10), "Redis is back, and a node does not use it");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
    let back = started.elapsed();
    tokio::time::sleep(pause).await;
    back
}

async fn traffic_goes_on(app: Arc<TestApp>) {
    let (people, troubles) = size();
    let mut dice = Dice::new("redis-away");
    let world = World::build(&app, 1).await;
    let mut redis = TestRedis::start().await;
    let url = redis.url();
    let start = || {
        app.another_node(false, |config| {
            config.redis_url.clone_from(&url);
            config.sign_in_password_tries = 1_000_000;
            config.password_queue = 1_000;
        })
    };
    let (one, other) = (start().await, start().await);
    let nodes = [&one, &other];
    let mut phones = Vec::new();
    for number in 1..=people {
        phones.push(world.worker(&app, number, Role::FrontDesk, &[]).await.phone);
    }
    let (stop, figures) = (AtomicBool::new(false), Figures::default());
    let working = phones.iter().map(|phone| person(nodes, phone, dice.split(), &stop, &figures));
    let working: Vec<_> = working.collect();
    let making = async {
        let mut longest = Duration::ZERO;
        for _ in 0..troubles {
            longest = longest.max(trouble(&mut redis, nodes, &mut dice).await);
        }
        stop.store(true, Ordering::Relaxed);
        longest
    };
    let started = Instant::now();
    let (back, _) = tokio::join!(making, join_all(working));
    let told = |count: &AtomicU64| count.load(Ordering::Relaxed);
    println!(
        "redis-away {:?}: {people} people, {troubles} troubles in {:.0} s: {} queries, {} refreshes, {} sign-outs, none \
         failed; slowest answer {} ms; an end was heard within {} ms; Redis used again within {} ms",
        app.backend,
        started.elapsed().as_secs_f64(),
        told(&figures.queries),
        told(&figures.refreshes),
        told(&figures.sign_outs),
        told(&figures.longest_ms),
        told(&figures.heard_ms),
        back.as_millis(),
    );
    assert!(u128::from(told(&figures.longest_ms)) < LONGEST.as_millis());
    assert!(told(&figures.queries) > people && told(&figures.refreshes) > 0);
    redis.kill().await;
    one.stop().await;
    other.stop().await;
}
