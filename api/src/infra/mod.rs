//! What the domains stand on: adapters and tools that know no rule of property management.

pub mod bulk;
