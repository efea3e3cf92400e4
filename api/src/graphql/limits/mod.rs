//! Limits of documents: before the parser sees one (`scan`), and before one that was parsed is validated (`measure`).
//!
//! The library writes fragments out while it validates, so what is bounded here must be bounded before it.

mod costs;
mod measure;
mod scan;

pub use costs::Costs;
pub use measure::{Limits, Measured, TooMuch, measure};
pub use scan::{Excess, scan_document, scan_json};
