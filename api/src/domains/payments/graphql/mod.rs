//! Payments in the schema.
