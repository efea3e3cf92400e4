//! Set-based writing: many rows a statement, and rows found or made by their natural key.

mod insert;
mod natural;

pub use insert::Insert;
pub use natural::{Ensured, Natural, ensure};
