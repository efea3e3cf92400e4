//! Clocks: service hours, holidays, pauses, changes of the clocks, and who is told when time runs out.

mod calendar;
mod cases;
mod escalations;
