//! Every query of identity.

mod account;
mod deputy;
mod session;
mod sign_in;
mod staff;

pub use account::*;
pub use deputy::*;
pub use session::*;
pub use sign_in::*;
pub use staff::*;
