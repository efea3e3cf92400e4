//! The desk: money over the counter, shifts, receipts, invoices.

mod books;
mod denial;
mod electronic;
mod invoices;
mod late_fees;
mod lists;
mod paper;
mod person;
mod race;
mod receipts;
mod record;
mod refused;
mod shared;
mod shifts;
