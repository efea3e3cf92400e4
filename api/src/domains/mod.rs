//! The domains, each owning its tables and rules. They may use each other leftwards along one line only:
//! `identity <- uploads <- estate <- notifications <- billing <- payments <- tickets <- complaints <- insight <- office`.

pub mod billing;
pub mod estate;
pub mod identity;
pub mod office;
pub mod payments;
pub mod tickets;
pub mod uploads;
