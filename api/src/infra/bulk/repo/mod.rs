//! Set-based writing: many rows a statement, and rows found or made by their natural key.

mod natural;

pub use crate::db::Insert;
pub use natural::{Ensured, Natural, ensure};
