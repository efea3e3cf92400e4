//! Payments: money that residents pay by phone or at the desk, and every way in which it can go astray on the way.

mod error;
pub mod graphql;
mod jobs;
pub mod model;
mod repo;
mod service;

pub use error::PaymentError;
pub use jobs::{ask_gateways, reconcile, send_refunds};
pub use repo::{broken_laws, laws};
pub use service::{Merchants, NewMerchant, Told, seed_merchant, take_notice};
pub use service::{PaperLine, ReceiptPaper, forget_person, open_matters, own_payments, receipt_paper};
