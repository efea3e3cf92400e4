//! Whatever counts, in memory, in Redis or in the database: it counts alike.

use std::sync::Arc;
use std::time::Duration;

use api::infra::limits::{Bucket, LocalLimiter, RateLimiter, RedisLimiter, TableLimiter, Taken};
use api::infra::redis::{Away, Redis};
use futures_util::future::join_all;
use support::{Backend, TestDatabase, TestRedis, start_of_time};

/// What counts, with whatever it stands on.
struct Counter {
    name: &'static str,
    limiter: Arc<dyn RateLimiter>,
    _stands_on: (Option<TestRedis>, Option<TestDatabase>),
}

async fn counters() -> Vec<Counter> {
    let redis = TestRedis::start().await;
    let connection = Redis::open(&redis.url()).unwrap();
    assert!(connection.probe().await);
    let mut all = vec![
        Counter { name: "memory", limiter: Arc::new(LocalLimiter::default()), _stands_on: (None, None) },
        Counter { name: "redis", limiter: Arc::new(RedisLimiter::new(connection)), _stands_on: (Some(redis), None) },
    ];
    for (name, backend) in [("sqlite", Backend::Sqlite), ("postgres", Backend::Postgres)] {
        let database = TestDatabase::create(backend).await;
        let limiter = Arc::new(TableLimiter::new(database.connect().await, [7; 32]));
        all.push(Counter { name, limiter, _stands_on: (None, Some(database)) });
    }
    all
}

fn bucket(key: &str, limit: u32) -> Bucket {
    Bucket { key: key.to_owned(), limit, window: Duration::from_secs(60) }
}

impl Counter {
    /// Takes at so many seconds after the start; the wait in seconds when it is refused.
    async fn take(&self, seconds: i64, buckets: &[Bucket]) -> Option<u64> {
        match self.limiter.take(buckets, start_of_time() + chrono::Duration::seconds(seconds)).await.unwrap() {
            Taken::Yes => None,
            Taken::No { retry_after } => Some(retry_after.as_secs()),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bucket_holds_its_limit_and_empties_with_time() {
    for counter in counters().await {
        let (name, phone) = (counter.name, [bucket("a", 3)]);
        for _ in 0..3 {
            assert_eq!(counter.take(0, &phone).await, None, "{name}");
        }
        assert_eq!(counter.take(0, &phone).await, Some(20), "{name}");
        assert_eq!(counter.take(19, &phone).await, Some(1), "{name}: a refusal does not count");
        assert_eq!(counter.take(0, &[bucket("b", 3)]).await, None, "{name}: another bucket");
        assert_eq!(counter.take(20, &phone).await, None, "{name}: one has dripped out");
        assert_eq!(counter.take(20, &phone).await, Some(20), "{name}");
        for _ in 0..3 {
            assert_eq!(counter.take(200, &phone).await, None, "{name}: it is empty again, and holds no more");
        }
        assert_eq!(counter.take(200, &phone).await, Some(20), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_bucket_keeps_the_others_from_being_counted() {
    for counter in counters().await {
        let name = counter.name;
        let (narrow, wide) = (bucket("z-narrow", 1), bucket("a-wide", 2));
        assert_eq!(counter.take(0, &[narrow.clone(), wide.clone()]).await, None, "{name}");
        for _ in 0..5 {
            assert_eq!(counter.take(0, &[narrow.clone(), wide.clone()]).await, Some(60), "{name}");
        }
        assert_eq!(counter.take(0, &[wide.clone()]).await, None, "{name}: the refusals took nothing");
        assert_eq!(counter.take(0, &[wide]).await, Some(30), "{name}");
        assert_eq!(counter.take(0, &[]).await, None, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_at_once_as_many_go_on_as_there_is_room_for() {
    for counter in counters().await {
        let buckets = [[bucket("x", 10), bucket("y", 1_000)], [bucket("y", 1_000), bucket("x", 10)]];
        let taken = join_all((0..60).map(|number| counter.take(0, &buckets[number % 2]))).await;
        assert_eq!(taken.iter().filter(|wait| wait.is_none()).count(), 10, "{}", counter.name);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_that_is_away_says_so_soon_and_is_back_when_it_is_back() {
    let mut server = TestRedis::start().await;
    let redis = Redis::open(&server.url()).unwrap();
    let limiter = RedisLimiter::new(Arc::clone(&redis));
    assert!(redis.probe().await);
    let take = || async { limiter.take(&[bucket("a", 1)], start_of_time()).await };
    assert_eq!(take().await, Ok(Taken::Yes));
    server.freeze().await;
    let started = std::time::Instant::now();
    assert_eq!(take().await, Err(Away));
    assert!(started.elapsed() < Duration::from_millis(1_000), "{:?}", started.elapsed());
    assert!(!redis.is_up());
    let started = std::time::Instant::now();
    for _ in 0..100 {
        assert_eq!(take().await, Err(Away), "known to be away, nobody waits for it");
    }
    assert!(started.elapsed() < Duration::from_millis(200), "{:?}", started.elapsed());
    server.thaw().await;
    until_up(&redis).await;
    assert!(matches!(take().await, Ok(Taken::No { .. })), "what it counted is still there");
    server.kill().await;
    assert_eq!(take().await, Err(Away));
    assert!(!redis.probe().await);
    server.restart().await;
    until_up(&redis).await;
    assert_eq!(take().await, Ok(Taken::Yes), "it counts anew");
}

async fn until_up(redis: &Redis) {
    let started = std::time::Instant::now();
    while !redis.probe().await {
        assert!(started.elapsed() < Duration::from_secs(10), "it does not come back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}
