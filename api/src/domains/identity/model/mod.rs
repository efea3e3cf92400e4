//! Pure values and rules of identity.

mod client;
mod password;
mod phone;
mod refresh;
mod viewer;

pub use client::ClientInfo;
pub use password::{PASSWORD_MAX, PASSWORD_MIN, Weakness, weakness};
pub use phone::{Phone, mask_phone};
pub use refresh::{Token, Worth, worth};
pub use viewer::{RoleChange, StaffViewer, Viewer, Who};
