//! Every query of identity.

mod account;
mod deputy;
mod erase;
mod key;
mod refresh;
mod roles;
mod session;
mod sign_in;
mod staff;
mod wechat;

pub use account::*;
pub use deputy::*;
pub use erase::*;
pub use key::*;
pub use refresh::*;
pub use roles::*;
pub use session::*;
pub use sign_in::*;
pub use staff::*;
pub use wechat::*;
