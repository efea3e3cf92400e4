//! Reconciliation (对账): a gateway's bill of a day against what is known here, both ways.

mod browse;
mod compare;
mod work;

pub use browse::{
    count_differences, count_reconciliations, differences, find_reconciliation, reconciliations, resolve_difference,
    start_reconciliation,
};
pub use work::reconcile;
