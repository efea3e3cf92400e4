//! Pure values and rules of identity.

mod client;
mod mask;
mod password;
mod person;
mod phone;
mod refresh;
mod viewer;

pub use client::ClientInfo;
pub use mask::{mask_id_last4, mask_name, mask_phone};
pub use password::{PASSWORD_MAX, PASSWORD_MIN, Weakness, weakness};
pub use person::{Forgotten, PersonalData};
pub use phone::Phone;
pub use refresh::{Token, Worth, worth};
pub use viewer::{RoleChange, StaffViewer, Viewer, Who};
