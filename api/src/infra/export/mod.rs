//! Lists as files: what a cell may hold, what a column is, and the writer of .xlsx files in bounded memory.
//!
//! Each domain names the columns of its own lists and hands out their rows by pages ([`Rows`]); who may have a file of
//! which list, and when it is made, is the office's matter.

mod cell;
mod column;
mod sheet;

pub use cell::{Cell, local};
pub use column::{Column, Eyes, Head, Rows, cells, heads, pick};
pub use sheet::{Sheet, Written};
