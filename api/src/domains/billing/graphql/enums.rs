//! Enumerations of billing as the schema describes them.

use async_graphql::Enum;

/// How a fee item comes to its amount (计费方式).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::FeeKind")]
pub enum FeeKind {
    /// Area times rate, each month (按面积).
    Area,
    /// A fixed amount, each month (固定).
    Fixed,
    /// What a meter counted, times rate (抄表).
    Metered,
    /// A share of a cost of the community (公摊).
    Shared,
    /// Collected for somebody else, a fixed amount each month (代收代付).
    PassThrough,
    /// Charged once, when somebody says so (一次性).
    OneOff,
    /// Held, and given back after inspection (押金).
    Deposit,
}

/// Whether a period is billed at its beginning or at its end.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::FeeTiming")]
pub enum FeeTiming {
    /// By the run of the month with which it begins (预收).
    Advance,
    /// By the run of the month after it (后收).
    Arrears,
}

/// To what an item's amounts are rounded, half up.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::FeeRounding")]
pub enum FeeRounding {
    /// To the fen (分).
    Fen,
    /// To ten fen (角).
    Jiao,
    /// To the yuan (元).
    Yuan,
}

/// By what a cost of the community is shared.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::SharingBasis")]
pub enum SharingBasis {
    /// By area; units whose area is not known have no part in it.
    Area,
    /// One share for each household.
    Household,
}

/// What a reading of a meter is (抄表类型).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ReadingKind")]
pub enum ReadingKind {
    /// The usual one.
    Regular,
    /// On the day that a price or payer changes, so that nothing is estimated.
    Cutover,
    /// The last of a meter that was replaced; recorded with its successor.
    Final,
    /// The first of a meter; recorded with it.
    Initial,
    /// The meter has passed its highest number and begun anew; needs a reason.
    Rollover,
}

/// Where a billing run stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::BillingRunState")]
pub enum BillingRunState {
    /// It posts, or waits for a worker.
    Posting,
    /// Everything that can be billed is posted.
    Posted,
    /// Somebody stopped it; what is posted stays.
    Stopped,
}

/// Why something cannot be billed.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::BillingProblemCode")]
pub enum BillingProblemCode {
    /// Nobody is named who pays.
    NoPayer,
    /// No rate counts yet.
    NoRate,
    /// The unit's area is not known.
    NoArea,
    /// The meter was not read in the period.
    NoReading,
    /// A reading is lower than the one before, or has too many digits.
    BadReading,
    /// The cost that is to be shared was not entered.
    NoCost,
    /// The amount does not fit.
    TooMuch,
    /// Some days of the period were imported as billed, others were not.
    PartlyTakenOver,
}

/// Where a charge comes from.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ChargeSource")]
pub enum ChargeSource {
    /// A billing run.
    Run,
    /// Somebody entered it: a one-off fee or a deposit.
    Manual,
    /// Paid work that was done, or a visit whose quote was refused.
    Ticket,
    /// What accrued on a charge that was not paid in time (滞纳金).
    LateFee,
    /// An import of what was owed before.
    Imported,
}

/// Where something stands that may need a second person.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ApprovalState")]
pub enum ApprovalState {
    /// It waits for one.
    Pending,
    /// It counts.
    Approved,
    /// It was refused.
    Refused,
}
