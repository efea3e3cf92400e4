//! Counting what an import created and what it found already there.

use std::collections::HashSet;
use std::fmt;
use std::hash::Hash;
use std::ops::AddAssign;

/// Objects created, and objects that stood there already and were left as they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// New ones.
    pub created: u64,
    /// Known ones.
    pub unchanged: u64,
}

impl Tally {
    /// `created` of `all` are new.
    pub fn of(created: u64, all: u64) -> Self {
        Self { created, unchanged: all.saturating_sub(created) }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.created += other.created;
        self.unchanged += other.unchanged;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} created, {} unchanged", self.created, self.unchanged)
    }
}

/// The same for objects that many rows name: each counts once, however many chunks it turns up in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Distinct<I: Eq + Hash> {
    /// Every object that was named.
    pub all: HashSet<I>,
    /// The new ones among them, in the order they were made.
    pub created: Vec<I>,
}

impl<I: Eq + Hash> Default for Distinct<I> {
    fn default() -> Self {
        Self { all: HashSet::new(), created: Vec::new() }
    }
}

impl<I: Eq + Hash> Distinct<I> {
    /// The counts alone.
    pub fn tally(&self) -> Tally {
        Tally::of(self.created.len() as u64, self.all.len() as u64)
    }
}

impl<I: Eq + Hash> AddAssign for Distinct<I> {
    fn add_assign(&mut self, other: Self) {
        self.all.extend(other.all);
        self.created.extend(other.created);
    }
}
