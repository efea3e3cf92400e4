//! Every query of identity.

mod account;
mod session;
mod sign_in;
mod staff;

pub use account::*;
pub use session::*;
pub use sign_in::*;
pub use staff::*;
