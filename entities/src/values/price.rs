//! Enumerations of paid work.

use crate::text_enum;

text_enum! {
    /// What an entry of the price list, or a line of a quote, is.
    pub enum PriceKind {
        /// Work (人工).
        Labour = "LABOUR",
        /// Parts and material (材料).
        Material = "MATERIAL",
    }
}

text_enum! {
    /// Where a quote stands.
    pub enum QuoteState {
        /// Waits for the resident's word.
        Open = "OPEN",
        /// The resident agreed.
        Approved = "APPROVED",
        /// The resident did not agree; the ticket was given up.
        Refused = "REFUSED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
        /// Another one took its place.
        Replaced = "REPLACED",
    }
}
