//! Enumerations of the estate as the schema describes them.

use async_graphql::Enum;

/// What a unit is used for.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::UnitUsage")]
pub enum UnitUsage {
    /// A dwelling (住宅).
    Flat,
    /// A shop (商铺).
    Shop,
    /// An office (办公).
    Office,
    /// A parking space (车位).
    Parking,
    /// A storage room (储藏室).
    Storage,
}

/// A person's tie to a unit (入住关系).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ResidencyRole")]
pub enum ResidencyRole {
    /// Owner, co-owner or owning company (业主).
    Owner,
    /// Member of the owner's family (家属).
    Family,
    /// Tenant (租客).
    Tenant,
    /// Authorized representative (受托人).
    Proxy,
}
