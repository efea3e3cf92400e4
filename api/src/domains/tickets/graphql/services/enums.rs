//! Enumerations of recurring services as the schema describes them.

use async_graphql::Enum;

/// How a service recurs.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ServiceCadence")]
pub enum ServiceCadence {
    /// On a day of the week (按周).
    Weekly,
    /// On a day of the month; on its last where it is shorter (按月).
    Monthly,
}

/// Where a recurring service stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ServicePlanState")]
pub enum ServicePlanState {
    /// Its dates become tickets (进行中).
    Active,
    /// They do not, for now (已暂停).
    Suspended,
    /// They never will again (已结束).
    Ended,
}

/// Why a recurring service is suspended.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::SuspendReason", name = "ServiceSuspendReason")]
pub enum SuspendReason {
    /// Somebody asked for it.
    Asked,
    /// Its resident lives there no more (住户已搬离).
    MovedOut,
    /// Its category was retired.
    CategoryRetired,
}

/// What became of one date of a recurring service.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::OccurrenceState", name = "ServiceOccurrenceState")]
pub enum OccurrenceState {
    /// It has its ticket (已生成工单).
    Made,
    /// Somebody wanted it left out (已跳过).
    Skipped,
    /// It passed before a ticket could be made of it (已错过).
    Missed,
}
