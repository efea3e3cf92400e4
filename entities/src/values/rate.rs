//! Scaled integers: a number that is computed with is never a float.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

/// A unit price in 1/10,000 of the currency's major unit (0.0001 yuan): four decimals, as fee rates have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, DeriveValueType)]
pub struct Rate(pub i64);

/// A floor area in 1/100 m² (0.01 m²), as deeds state it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, DeriveValueType)]
pub struct Area(pub i64);
