//! The shape of the sources, kept by tests that read them.

mod imports;
mod rules;
mod size;
mod source;
