//! Identity: accounts, sign-in, sessions, staff with their roles and trades, and who a request comes from.
//!
//! Residents' accounts are global; a staff member belongs to one organization. What a role may do is decided in
//! [`policy`] and, within what that allows, by each organization; where (in which communities) is part of the [`Viewer`].

mod error;
pub mod graphql;
mod jobs;
mod model;
mod policy;
mod repo;
mod service;

pub use error::IdentityError;
pub use jobs::delete_expired;
pub use model::{
    ClientInfo, Forgotten, PersonalData, Phone, RoleChange, StaffViewer, Viewer, Who, mask_id_last4, mask_name,
    mask_phone,
};
pub use policy::{Right, Scope};
pub use repo::set_name_if_empty as name_account;
pub use repo::{StaffFilter, StaffRow};
pub use repo::{
    insert_account, insert_assignment, insert_organization, insert_staff, insert_trade, organization_by_name,
};
pub use service::having_right;
pub use service::{
    AccessToken, AdminCreated, Identity, Keepers, NewAssignment, NewStaff, SignedIn, create_admin, create_staff,
    session_over, staff_member, viewer_of_session, viewer_of_token, write_seen,
};
pub use service::{Confirmed, EndedSessions, confirm, erase_account, own_account, require_no_staff, tell_ended};
pub use service::{KeyInfo, KeyState, retire_key, rotate_keys, signing_keys};
pub use service::{account_for, staff_heads, staff_rows, viewer_of_staff};
pub use service::{request_code, sign_in_resident, sign_in_staff};
