//! The pure core of tickets: what a ticket may become, by whom, and when it is due.

mod action;
pub mod attachment;
mod calendar;
pub mod charge;
pub mod contact;
pub mod deadlines;
pub mod defaults;
pub mod dispatching;
mod escalation;
pub mod field;
pub mod household;
pub mod labels;
mod machine;
pub mod notice;
pub mod pricing;
mod quoting;
pub mod sample_prices;
pub mod services;
pub mod slots;
pub mod text;
pub mod warranty;
mod work;

pub use action::{Action, Actor, Denial, permitted, possible};
pub use calendar::{Calendar, Hours};
pub use deadlines::{Bases, Policy};
pub use escalation::{Audience, Escalation, audience};
pub use machine::{Asked, Command, Rules, apply};
pub use quoting::QuoteStep;
pub use work::{Closing, Work, closing};
