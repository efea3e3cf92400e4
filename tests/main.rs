//! The one test binary: a folder for each domain, a file for each use case. Run it with `scripts/test`.

// Optimized, the schema's futures nest deeper than the compiler's own limit.
#![recursion_limit = "256"]
// A test that meets what it does not expect has failed: a panic that names the line is the report.
#![allow(clippy::unwrap_used)]
// Expected values read better as the lists that they are.
#![allow(clippy::cloned_ref_to_slice_refs, clippy::unnecessary_to_owned)]
// Nobody reads a test's documentation but beside its code.
#![allow(missing_docs)]

mod architecture;
mod audit;
mod authorization;
mod billing;
mod cli;
mod contacts;
mod desk;
mod estate;
mod foundation;
mod gateways;
mod identity;
mod money;
mod office;
mod payments;
mod people;
mod prove;
mod surface;
mod tickets;
mod uploads;
