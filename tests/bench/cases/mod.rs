//! What is measured.

mod day;
mod my_tickets;
mod step;
mod submit;
mod what_i_owe;

use std::net::SocketAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

use crate::city::{Crowd, Person};
use crate::data::Data;
use crate::failure::Res;
use crate::random::Random;
use crate::replay::Fresh;

/// One kind of request.
pub trait Case: Send + Sync {
    /// Its name.
    fn name(&self) -> &'static str;
    /// Who asks.
    fn crowd(&self) -> Crowd;
    /// The body of a request of this person.
    fn body(&self, person: &Person, random: &mut Random) -> String;
    /// Whether an answer is a good one; cheap, since every answer passes here.
    fn accepted(&self, answer: &[u8]) -> bool;
    /// J: the same by one hand-written statement. `@session@`, `@unit@` … stand for ids of whoever asks.
    fn joined(&self) -> &'static str;
    /// What is new in each request besides keys: its value in this one, and an SQL expression that makes another.
    fn fresh(&self, _body: &Value, _answer: &Value) -> Fresh {
        Vec::new()
    }
    /// Tables that each request adds rows to.
    fn adds_rows_to(&self) -> &'static [&'static str] {
        &[]
    }
    /// How many rows it adds to each.
    fn rows_each(&self) -> u64 {
        1
    }
    /// By how much a request raises the version of the ticket that it is about.
    fn raises_version_by(&self) -> i64 {
        0
    }
    /// Compares answers with the database.
    fn check<'c>(&'c self, data: &'c Data, server: SocketAddr, people: &'c [Person]) -> BoxFuture<'c, Res<()>>;
}

/// Every case.
pub fn all() -> Vec<Arc<dyn Case>> {
    vec![
        Arc::new(my_tickets::MyTickets),
        Arc::new(what_i_owe::WhatIOwe),
        Arc::new(submit::Submit),
        Arc::new(day::Day),
        Arc::new(step::Step),
    ]
}
