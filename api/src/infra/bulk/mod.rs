//! Bulk work: files of rows read, checked and written set-based, in bounded memory.
//!
//! A file is a [`Table`]; its headings become a [`Layout`]; each row is read through [`Cells`], which collects every
//! fault of the row as a [`RowProblem`]; [`run`] feeds what is good to an [`Import`], chunk by chunk.

mod cells;
mod columns;
mod digest;
mod local_time;
mod problem;
mod progress;
mod reader;
pub mod repo;
mod run;
mod table;
mod tally;
mod text;
mod worksheet;

pub use cells::Cells;
pub use columns::{Column, Layout, Unknown};
pub use digest::sha256_file;
pub use local_time::instant;
pub use problem::{ImportError, Problems, RowProblem};
pub use progress::Progress;
pub use run::{FileRun, Import, Outcome, run};
pub use table::{Row, Table};
pub use tally::{Distinct, Tally};
pub use text::{at_most, collapse, decimal, half_width, scaled};
