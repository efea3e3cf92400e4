//! The pure core of tickets: what a ticket may become, by whom, and when it is due.

mod action;
pub mod contact;
pub mod deadlines;
pub mod defaults;
pub mod household;
mod machine;
pub mod text;
mod work;

pub use action::{Action, Actor, Denial, permitted, possible};
pub use deadlines::Policy;
pub use machine::{Asked, Command, Rules, apply};
pub use work::{Closing, Work, closing};
