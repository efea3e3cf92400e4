//! Enumerations of refunds, suspense and reconciliation as the schema describes them.

use async_graphql::Enum;

/// Where a refund stands (退款状态).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::RefundState")]
pub enum RefundState {
    /// It waits for a second person.
    Pending,
    /// The second person refused it.
    Refused,
    /// The money has left the ledger; the gateway or the desk is to pay it out.
    Approved,
    /// The gateway was asked, and is asked again until it answers.
    Sent,
    /// The payer has it.
    Settled,
    /// The gateway failed it: the money is where it was.
    Failed,
}

/// Why nobody could place money.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::SuspenseReason")]
pub enum SuspenseReason {
    /// No payment of this merchant has this order number.
    UnknownOrder,
    /// Another amount arrived than was asked for.
    WrongAmount,
    /// The payment was settled before, with another number of the gateway.
    PaidTwice,
    /// What was left over belongs to no unit.
    NoUnit,
}

/// Where money that nobody could place stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::SuspenseState")]
pub enum SuspenseState {
    /// It waits for finance.
    Open,
    /// Finance has placed it or sent it back.
    Resolved,
}

/// Where the comparison of a day stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ReconciliationState")]
pub enum ReconciliationState {
    /// It waits for the gateway's bill.
    Waiting,
    /// It was compared.
    Done,
}

/// What a row of a gateway's bill is.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::BillRowKind")]
pub enum BillRowKind {
    /// Money that came in.
    Payment,
    /// Money that went back.
    Refund,
}

/// In what a gateway's bill and Linli differ.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::DifferenceKind")]
pub enum DifferenceKind {
    /// The gateway has it, Linli did not (长款).
    MissingHere,
    /// Linli has it, the gateway does not (短款).
    MissingThere,
    /// Both have it, with different amounts (金额不符).
    WrongAmount,
}

/// Whether somebody has seen to a difference.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::DifferenceState")]
pub enum DifferenceState {
    /// It waits for a person.
    Open,
    /// It was explained, or explained itself.
    Resolved,
}
