//! Enumerations of sessions.

use crate::text_enum;

text_enum! {
    /// Why a session is over.
    pub enum SessionEnd {
        /// The person signed out.
        SignedOut = "SIGNED_OUT",
        /// The person ended it from another device.
        Revoked = "REVOKED",
        /// The password was changed on another device.
        PasswordChanged = "PASSWORD_CHANGED",
        /// An administrator gave the person a new password.
        PasswordReset = "PASSWORD_RESET",
        /// The person left the company.
        Left = "LEFT",
        /// The person had the account erased.
        Erased = "ERASED",
        /// A refresh token was used that somebody had used before: it may have been stolen.
        RefreshReused = "REFRESH_REUSED",
        /// Its time was over.
        Expired = "EXPIRED",
    }
}
