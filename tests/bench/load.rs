//! The load: HTTP/1.1 over kept connections, as lean as can be, since it shares the machine with the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::cases::Case;
use crate::city::Person;
use crate::failure::{Failure, Res, fail};
use crate::random::Random;

/// Connections of the load.
pub const CONNECTIONS: usize = 16;
/// Latencies are kept in microseconds, to three digits, up to a minute.
const LONGEST: u64 = 60_000_000;

/// What one measurement found.
pub struct Measured {
    /// How many requests were answered as they should be.
    pub answered: u64,
    /// How long it took in all.
    pub elapsed: Duration,
    /// Latency of each request in microseconds.
    pub latency: Histogram<u64>,
}

impl Measured {
    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.answered as f64 / self.elapsed.as_secs_f64()
    }
}

/// An empty histogram of latencies.
pub fn histogram() -> Res<Histogram<u64>> {
    Ok(Histogram::new_with_bounds(1, LONGEST, 3)?)
}

/// One kept connection.
pub struct Connection {
    stream: TcpStream,
    request: Vec<u8>,
    answer: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub async fn open(address: SocketAddr) -> Res<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, request: Vec::with_capacity(4096), answer: Vec::with_capacity(16 * 1024) })
    }

    /// Sends a GraphQL request; its answer's body. Anything but 200 with a length is an error.
    pub async fn send(&mut self, token: &str, body: &str) -> Res<&[u8]> {
        self.request.clear();
        let head = [
            "POST /graphql HTTP/1.1\r\nhost: linli\r\ncontent-type: application/json\r\nauthorization: Bearer ",
            token,
            "\r\ncontent-length: ",
            &body.len().to_string(),
            "\r\n\r\n",
            body,
        ];
        head.iter().for_each(|part| self.request.extend_from_slice(part.as_bytes()));
        self.stream.write_all(&self.request).await?;
        self.answer.clear();
        let (start, length) = loop {
            self.read_more().await?;
            if let Some(end) = find(&self.answer, b"\r\n\r\n") {
                break (end + 4, content_length(&self.answer[..end])?);
            }
        };
        while self.answer.len() < start + length {
            self.read_more().await?;
        }
        if !self.answer.starts_with(b"HTTP/1.1 200 ") {
            return fail(String::from_utf8_lossy(&self.answer).into_owned());
        }
        Ok(&self.answer[start..start + length])
    }

    /// The same, read as JSON.
    pub async fn ask(&mut self, token: &str, body: &str) -> Res<Value> {
        Ok(serde_json::from_slice(self.send(token, body).await?)?)
    }

    async fn read_more(&mut self) -> Res<()> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => fail("the server closed a connection"),
            _ => Ok(()),
        }
    }
}

/// Where `part` begins.
pub fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

fn content_length(head: &[u8]) -> Res<usize> {
    let head = std::str::from_utf8(head)?;
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    length.ok_or_else(|| Failure(format!("an answer without a length: {head}")))
}

/// Keeps every connection busy for `duration`, with requests of random people.
pub async fn run(
    case: &Arc<dyn Case>,
    address: SocketAddr,
    people: &Arc<Vec<Person>>,
    duration: Duration,
    seed: u64,
) -> Res<Measured> {
    let begin = Instant::now();
    let mut workers = Vec::with_capacity(CONNECTIONS);
    for number in 0..CONNECTIONS as u64 {
        let (case, people) = (Arc::clone(case), Arc::clone(people));
        let random = Random::new(seed * 1_000 + number);
        workers.push(tokio::spawn(async move {
            work(case.as_ref(), address, &people, number as usize, begin + duration, random).await
        }));
    }
    let mut measured = Measured { answered: 0, elapsed: Duration::ZERO, latency: histogram()? };
    for worker in workers {
        measured.latency.add(worker.await??)?;
    }
    measured.answered = measured.latency.len();
    measured.elapsed = begin.elapsed();
    Ok(measured)
}

async fn work(
    case: &dyn Case,
    address: SocketAddr,
    people: &[Person],
    number: usize,
    until: Instant,
    mut random: Random,
) -> Res<Histogram<u64>> {
    let mut connection = Connection::open(address).await?;
    let mut latency = histogram()?;
    let mut begin = Instant::now();
    while begin < until {
        // People of this connection alone: nobody does two things at once.
        let person = random.of_part(people, number, CONNECTIONS);
        let body = case.body(person, &mut random);
        begin = Instant::now();
        let answer = connection.send(&person.token, &body).await?;
        if !case.accepted(answer) {
            return fail(format!("{}: {}", case.name(), String::from_utf8_lossy(answer)));
        }
        let end = Instant::now();
        latency.record(u64::try_from((end - begin).as_micros()).unwrap_or(LONGEST).clamp(1, LONGEST))?;
        begin = end;
    }
    Ok(latency)
}
