//! Why a gateway's client has no result.

/// Why there is no result. It names no secret, and of people nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum GatewayError {
    /// The signature is missing or does not belong to these bytes.
    BadSignature,
    /// Signed with a key that this merchant does not know, by its serial number.
    UnknownSerial(String),
    /// Signed too long ago, or in the future.
    Stale,
    /// Meant for another merchant or application.
    WrongMerchant,
    /// Not in the format that was agreed; what is missing or wrong.
    Malformed(&'static str),
    /// The gateway is busy, broken, or did not answer. When `sent`, what was asked may have happened: query, or ask again
    /// with the same numbers.
    Unavailable {
        /// Whether the request may have arrived.
        sent: bool,
    },
    /// The gateway understood and refused.
    Refused {
        /// Its code, such as `ORDER_CLOSED` or `ACQ.TRADE_HAS_SUCCESS`.
        code: String,
        /// Its words, for the log of the staff.
        message: String,
    },
    /// There is no bill of that day: none yet, or nothing was paid.
    NoBill,
    /// This gateway, or this merchant, does not offer it: a channel, a currency.
    Unsupported(&'static str),
    /// The merchant's credentials cannot be used; which.
    Credentials(&'static str),
    /// Our own fault; what.
    Internal(&'static str),
}

impl GatewayError {
    /// Whether the same question may have another answer in a while.
    pub fn retryable(&self) -> bool {
        matches!(self, Self::Unavailable { .. } | Self::NoBill)
    }
}
