//! Who gets a ticket and when: contractors, automatic dispatch, appointments, urging, helpers.

mod automatic;
mod choice;
mod contractor;
mod contractor_view;
mod helper;
mod reschedule;
pub mod scene;
mod settings;
mod slots;
mod strict;
mod suggest;
mod urge;
mod workers;
