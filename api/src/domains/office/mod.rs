//! The office: what makes lists handy. Filters that people keep, lists as files, and who took data out of the house.

mod error;
pub mod graphql;
mod jobs;
mod repo;
mod service;

pub use error::OfficeError;
pub use jobs::{make_exports, sweep};
pub use service::{Download, download, own_data};
