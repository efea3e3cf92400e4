//! The state machine under random commands by random people, against a table of its own.

mod api_walk;
mod chain;
mod game;
mod minutes;
pub mod people;
mod properties;
mod shadow;
mod table;
mod texts;
mod transitions;
