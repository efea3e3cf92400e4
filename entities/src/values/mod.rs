//! Values that entities are made of: typed ids, enumerations, scaled numbers.

pub mod contact;
pub mod estate;
pub mod ids;
pub mod rate;
pub mod session;
pub mod staff;
mod text_enum;
pub mod ticket;
pub mod upload;

pub use contact::*;
pub use estate::*;
pub use ids::*;
pub use rate::*;
pub use session::*;
pub use staff::*;
pub use ticket::*;
pub use upload::*;
