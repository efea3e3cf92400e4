//! Recurring services: their dates, who agrees and changes them, and how they become tickets.

mod dates;
mod fee;
mod lists;
mod make;
mod people;
pub mod shared;
