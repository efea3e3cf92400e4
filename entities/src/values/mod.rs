//! Values that entities are made of: typed ids, enumerations, scaled numbers.

pub mod contact;
pub mod estate;
pub mod fee;
pub mod ids;
pub mod money;
pub mod office;
pub mod payment;
pub mod price;
pub mod rate;
pub mod refund;
pub mod right;
pub mod service;
pub mod session;
pub mod staff;
mod text_enum;
pub mod ticket;
pub mod upload;
pub mod warranty;

pub use contact::*;
pub use estate::*;
pub use fee::*;
pub use ids::*;
pub use money::*;
pub use office::*;
pub use payment::*;
pub use price::*;
pub use rate::*;
pub use refund::*;
pub use right::*;
pub use service::*;
pub use session::*;
pub use staff::*;
pub use ticket::*;
pub use upload::*;
pub use warranty::*;
