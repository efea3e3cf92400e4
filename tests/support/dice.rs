//! Random choices that can be had again: each run prints its seed, and `LINLI_SEED` sets it.

use std::time::{SystemTime, UNIX_EPOCH};

/// A small generator of random numbers (xorshift64*), good enough to choose with.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice with a seed of their own, printed with the name of who throws them.
    pub fn new(who: &str) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_nanos() as u64);
        let seed = std::env::var("LINLI_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(now);
        println!("{who}: LINLI_SEED={seed}");
        Self::seeded(seed)
    }

    /// Dice of this seed.
    pub fn seeded(seed: u64) -> Self {
        // Never zero, from which xorshift does not come back; neighbouring seeds end far apart.
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// Dice for somebody else, who throws at the same time.
    pub fn split(&mut self) -> Self {
        Self::seeded(self.next())
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() >> 16) as usize % end
    }

    /// A number of a range.
    pub fn range(&mut self, range: std::ops::Range<usize>) -> usize {
        range.start + self.below(range.len())
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Puts them into a random order.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for end in (1..things.len()).rev() {
            things.swap(end, self.below(end + 1));
        }
    }
}
