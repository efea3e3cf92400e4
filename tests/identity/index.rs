//! Whatever remembers which sessions are over, in memory or in Redis: it remembers alike.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::infra::redis::Redis;
use api::infra::sessions::{Ended, LocalIndex, RedisIndex, SessionEvents, SessionIndex, listen};
use entities::values::{AccountId, SessionEnd, SessionId};
use support::{TestRedis, start_of_time};
use uuid::Uuid;

fn ended(number: u128) -> Ended {
    Ended {
        session: SessionId(Uuid::from_u128(number)),
        account: AccountId(Uuid::from_u128(number / 10)),
        reason: SessionEnd::PasswordReset,
    }
}

async fn redis(server: &TestRedis) -> Arc<Redis> {
    let redis = Redis::open(&server.url()).unwrap();
    assert!(redis.probe().await);
    redis
}

async fn remembers(name: &str, index: &dyn SessionIndex) {
    let (now, later) = (start_of_time(), start_of_time() + chrono::Duration::seconds(5));
    let (one, other) = (ended(11).session, ended(12).session);
    assert!(!index.is_over(one, now).await && !index.is_over(other, later).await, "{name}");
    let seen = index.last_seen(&[one, other, ended(13).session]).await;
    assert_eq!((seen.get(&one), seen.get(&other), seen.len()), (Some(&now), Some(&later), 2), "{name}");
    index.end(&[ended(11), ended(14)]).await;
    assert!(index.is_over(one, later).await && !index.is_over(other, later).await, "{name}");
    assert!(index.is_over(ended(14).session, now).await, "{name}: one that nobody had seen");
    index.end(&[ended(11)]).await;
    index.end(&[]).await;
    assert!(index.is_over(one, later).await, "{name}: once over, over for ever");
    index.remember(ended(12));
    assert!(index.is_over(other, later).await, "{name}");
    assert_eq!(index.last_seen(&[one]).await.get(&one), Some(&now), "{name}: who is refused is not seen");
    assert!(index.last_seen(&[]).await.is_empty(), "{name}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ends_and_sights_are_remembered() {
    let server = TestRedis::start().await;
    remembers("memory", &LocalIndex::default()).await;
    remembers("redis", &RedisIndex::new(redis(&server).await)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_node_knows_it_within_a_second_and_is_told() {
    let server = TestRedis::start().await;
    let (here, there) = (redis(&server).await, redis(&server).await);
    let (index, other) = (RedisIndex::new(here), RedisIndex::new(Arc::clone(&there)));
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = Arc::clone(&heard);
    let listening = tokio::spawn(async move { listen(there, |ended| ears.lock().unwrap().push(ended)).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!other.is_over(ended(11).session, start_of_time()).await);
    assert!(index.end(&[ended(11), ended(12)]).await, "it is told");
    tokio::time::sleep(Duration::from_millis(1_100)).await;
    assert!(other.is_over(ended(11).session, start_of_time()).await);
    assert_eq!(*heard.lock().unwrap(), [ended(11), ended(12)]);
    listening.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_redis_a_node_keeps_what_it_was_told() {
    let mut server = TestRedis::start().await;
    let index = RedisIndex::new(redis(&server).await);
    index.end(&[ended(11)]).await;
    server.kill().await;
    assert!(index.is_over(ended(11).session, start_of_time()).await);
    assert!(!index.is_over(ended(12).session, start_of_time()).await, "the database decides");
    assert!(!index.end(&[ended(12)]).await, "nobody else hears it");
    assert!(index.is_over(ended(12).session, start_of_time()).await);
}

#[tokio::test]
async fn the_hub_tells_each_end_once_to_whom_it_concerns() {
    let hub = SessionEvents::default();
    let (mut first, mut second) = (hub.subscribe(ended(11).account), hub.subscribe(ended(11).account));
    let mut stranger = hub.subscribe(ended(21).account);
    assert_eq!(hub.accounts(), 2);
    assert!(hub.tell(ended(11)) && !hub.tell(ended(11)) && hub.tell(ended(12)));
    for subscription in [&mut first, &mut second] {
        assert_eq!(subscription.next().await, Some(ended(11)));
        assert_eq!(subscription.next().await, Some(ended(12)));
    }
    let nothing = tokio::time::timeout(Duration::from_millis(50), stranger.next()).await;
    assert!(nothing.is_err(), "another account hears nothing");
    drop((first, second));
    assert_eq!(hub.accounts(), 1, "nobody listens, nothing is kept");
    assert!(hub.tell(ended(13)));
    for number in 200..270 {
        hub.tell(Ended { account: ended(21).account, ..ended(number) });
    }
    assert_eq!(stranger.next().await, None, "who is too far behind must look for itself");
}
