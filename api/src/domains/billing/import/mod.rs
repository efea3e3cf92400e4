//! Importing what another system billed and collected, and the readings of meters.
//!
//! Both add and never overwrite: what was taken over is known by unit, item and first day, a reading by meter and day, so
//! that a second run changes nothing. What the file has otherwise than it is stored is listed, and what is stored is kept.

mod books;
mod cells;
mod fees;
mod readings;

pub use books::Books;
pub use fees::{FeesCounts, import_fees};
pub use readings::{ReadingsCounts, import_readings};

use crate::infra::bulk::{Problems, RowProblem};

/// Notes that a row is left out, with the reason; the whole row is meant.
fn leave_out(problems: &mut Problems, line: u64, reason: String) {
    problems.add(vec![RowProblem { line, column: String::new(), reason }]);
}
