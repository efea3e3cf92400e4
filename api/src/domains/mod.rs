//! The domains, each owning its tables and rules. They may use each other leftwards along one line only:
//! `identity <- uploads <- estate <- notifications <- billing <- tickets <- complaints <- insight`.

pub mod estate;
pub mod identity;
pub mod tickets;
pub mod uploads;
