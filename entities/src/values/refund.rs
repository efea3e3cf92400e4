//! Enumerations of money that goes back, and of gateways' bills.

use crate::text_enum;

text_enum! {
    /// Where a refund stands.
    pub enum RefundState {
        /// It waits for a second person.
        Pending = "PENDING",
        /// The second person refused it.
        Refused = "REFUSED",
        /// The money has left the ledger; the gateway or the desk is to pay it out.
        Approved = "APPROVED",
        /// The gateway was asked, and is asked again until it answers.
        Sent = "SENT",
        /// The payer has it.
        Settled = "SETTLED",
        /// The gateway failed it: the money is where it was.
        Failed = "FAILED",
    }
}

text_enum! {
    /// Where the comparison of a day stands.
    pub enum ReconciliationState {
        /// It waits for the gateway's bill.
        Waiting = "WAITING",
        /// It was compared.
        Done = "DONE",
    }
}

text_enum! {
    /// What a row of a gateway's bill is.
    pub enum BillRowKind {
        /// Money that came in.
        Payment = "PAYMENT",
        /// Money that went back.
        Refund = "REFUND",
    }
}

text_enum! {
    /// In what a gateway's bill and Linli differ.
    pub enum DifferenceKind {
        /// The gateway has it, Linli did not (长款).
        MissingHere = "MISSING_HERE",
        /// Linli has it, the gateway does not (短款).
        MissingThere = "MISSING_THERE",
        /// Both have it, with different amounts (金额不符).
        WrongAmount = "WRONG_AMOUNT",
    }
}

text_enum! {
    /// Whether somebody has seen to a difference.
    pub enum DifferenceState {
        /// It waits for a person.
        Open = "OPEN",
        /// It was explained.
        Resolved = "RESOLVED",
    }
}
