//! Pure values and rules of identity.

mod phone;
mod viewer;

pub use phone::{Phone, mask_phone};
pub use viewer::{StaffViewer, Viewer, Who};

/// Least number of characters of a password (NIST SP 800-63B asks for 8; staff passwords open personal data).
pub const PASSWORD_MIN: usize = 10;

/// Whether a password is long enough.
pub fn is_strong(password: &str) -> bool {
    password.chars().count() >= PASSWORD_MIN
}
