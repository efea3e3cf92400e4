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

/// Where a residency comes from.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ResidencySource")]
pub enum ResidencySource {
    /// The company's own household register (住户档案).
    Register,
    /// Somebody asked, and the company confirmed it.
    Request,
    /// An owner, or a proxy who may, admitted the person.
    Admission,
}

/// Where the request of somebody who wants to be bound to a unit stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ResidencyRequestState")]
pub enum ResidencyRequestState {
    /// Waits for the front desk (待审核).
    Pending,
    /// Confirmed; the person is bound (已通过).
    Approved,
    /// Refused, with a reason (已拒绝).
    Refused,
    /// The person took it back (已撤回).
    Withdrawn,
}

/// Why staff ended a residency.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ResidencyEndReason")]
pub enum ResidencyEndReason {
    /// The unit was sold (过户).
    Sold,
    /// The person has moved out (搬离).
    MovedOut,
    /// It should never have been there (登记错误).
    Mistake,
    /// Anything else, said in words.
    Other,
}
