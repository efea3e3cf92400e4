//! Disclosures: who took personal data out of the house, on paper or as a file. Rows are added and never changed.

mod repo;

pub use repo::record;
