//! Loaders of the desk: what belongs to shifts, receipts and invoices that the viewer was shown, a page at a time.

use std::collections::HashMap;
use std::hash::Hash;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::{InvoiceRequestId, ReceiptId, ShiftId};

use crate::domains::payments::service::{self, FlowRow, InvoiceLineRow, ReceiptLineRow};
use crate::graphql::loader::{Loader, SharedError};

fn grouped<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// Asks for what went over the desk in a shift.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FlowsOf(pub ShiftId);

impl BatchLoader<FlowsOf> for Loader {
    type Value = Vec<FlowRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[FlowsOf]) -> Result<HashMap<FlowsOf, Self::Value>, SharedError> {
        let ids: Vec<ShiftId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::flows(&self.app, &ids).await?, |row| FlowsOf(row.shift_id)))
    }
}

/// Asks for what a receipt was given for.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ReceiptLinesOf(pub ReceiptId);

impl BatchLoader<ReceiptLinesOf> for Loader {
    type Value = Vec<ReceiptLineRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[ReceiptLinesOf]) -> Result<HashMap<ReceiptLinesOf, Self::Value>, SharedError> {
        let ids: Vec<ReceiptId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::receipt_lines(&self.app, &ids).await?, |row| ReceiptLinesOf(row.receipt_id)))
    }
}

/// Asks for what stands on an invoice.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InvoiceLinesOf(pub InvoiceRequestId);

impl BatchLoader<InvoiceLinesOf> for Loader {
    type Value = Vec<InvoiceLineRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[InvoiceLinesOf]) -> Result<HashMap<InvoiceLinesOf, Self::Value>, SharedError> {
        let ids: Vec<InvoiceRequestId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::invoice_lines(&self.app, &ids).await?, |row| InvoiceLinesOf(row.invoice_id)))
    }
}
