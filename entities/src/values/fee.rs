//! Enumerations of fees.

use crate::text_enum;

text_enum! {
    /// How a fee item comes to its amount.
    pub enum FeeKind {
        /// Area times rate (按面积), each month.
        Area = "AREA",
        /// A fixed amount (固定), each month.
        Fixed = "FIXED",
        /// What a meter counted, times rate (抄表).
        Metered = "METERED",
        /// A share of a cost of the community (公摊).
        Shared = "SHARED",
        /// Collected for somebody else (代收代付), a fixed amount each month.
        PassThrough = "PASS_THROUGH",
        /// Charged once, when somebody says so (一次性).
        OneOff = "ONE_OFF",
        /// Held and given back after inspection (押金).
        Deposit = "DEPOSIT",
    }
}

text_enum! {
    /// Whether a period is billed at its beginning or at its end.
    pub enum FeeTiming {
        /// At its beginning (预收).
        Advance = "ADVANCE",
        /// At its end (后收).
        Arrears = "ARREARS",
    }
}

text_enum! {
    /// To what an item's amounts are rounded, half up.
    pub enum FeeRounding {
        /// To the fen.
        Fen = "FEN",
        /// To ten fen (角).
        Jiao = "JIAO",
        /// To the yuan (元).
        Yuan = "YUAN",
    }
}

text_enum! {
    /// By what a cost of the community is shared.
    pub enum SharingBasis {
        /// By area.
        Area = "AREA",
        /// One share for each household.
        Household = "HOUSEHOLD",
    }
}

text_enum! {
    /// What a reading of a meter is.
    pub enum ReadingKind {
        /// The usual one.
        Regular = "REGULAR",
        /// On the day that a price changes.
        Cutover = "CUTOVER",
        /// The last of a meter that is replaced.
        Final = "FINAL",
        /// The first of a meter.
        Initial = "INITIAL",
        /// The meter has passed its highest number and begun anew.
        Rollover = "ROLLOVER",
    }
}

text_enum! {
    /// An account of the ledger (会计科目). Debits are positive, credits negative.
    pub enum LedgerAccount {
        /// What payers owe (应收账款).
        Receivable = "RECEIVABLE",
        /// What was earned by fees (物业收入), or is owed on to somebody else for pass-through items.
        Revenue = "REVENUE",
        /// Money in gateways, tills and bank accounts (货币资金).
        Cash = "CASH",
        /// Prepaid balances of payers (预收账款).
        Prepaid = "PREPAID",
        /// Deposits held for payers (其他应付款-押金).
        DepositHeld = "DEPOSIT_HELD",
        /// Money that nobody has placed yet (暂收款).
        Suspense = "SUSPENSE",
        /// Discounts and waivers that the company bears (折扣与减免).
        Allowance = "ALLOWANCE",
        /// What the books began with: charges and payments of the time before them (期初余额).
        Opening = "OPENING",
    }
}

text_enum! {
    /// Where a billing run stands.
    pub enum BillingRunState {
        /// It posts, or waits to go on.
        Posting = "POSTING",
        /// Everything that can be billed is posted.
        Posted = "POSTED",
        /// Somebody stopped it; what is posted stays.
        Stopped = "STOPPED",
    }
}

text_enum! {
    /// Where a charge comes from.
    pub enum ChargeSource {
        /// A billing run.
        Run = "RUN",
        /// Somebody entered it: a one-off fee or a deposit.
        Manual = "MANUAL",
        /// Paid work that was completed, or a visit fee.
        Ticket = "TICKET",
        /// A late fee, when it was paid or demanded.
        LateFee = "LATE_FEE",
        /// An import of what was owed before.
        Imported = "IMPORTED",
    }
}

text_enum! {
    /// What a journal enters.
    pub enum JournalKind {
        /// Charges of a chunk of a billing run.
        Billed = "BILLED",
        /// A charge that did not come from a run.
        Charged = "CHARGED",
        /// A credit note.
        Credited = "CREDITED",
        /// A waiver.
        Waived = "WAIVED",
        /// A payment that arrived.
        Received = "RECEIVED",
        /// Prepaid balance that paid charges.
        Drawn = "DRAWN",
        /// Money that went back.
        Refunded = "REFUNDED",
        /// A deposit that was kept.
        DepositKept = "DEPOSIT_KEPT",
        /// Suspense that finance placed.
        Placed = "PLACED",
        /// What was billed and collected before the books began.
        TakenOver = "TAKEN_OVER",
    }
}

text_enum! {
    /// What changes what is paid of a charge.
    pub enum AllocationKind {
        /// Prepaid balance was drawn on.
        Prepaid = "PREPAID",
        /// A correction took back what was paid; it went to the prepaid balance.
        Credited = "CREDITED",
        /// A payment.
        Payment = "PAYMENT",
        /// A payment went back.
        Refunded = "REFUNDED",
        /// What had been paid before the books began.
        TakenOver = "TAKEN_OVER",
    }
}

text_enum! {
    /// Where something stands that may need a second person.
    pub enum ApprovalState {
        /// It waits for one.
        Pending = "PENDING",
        /// It counts.
        Approved = "APPROVED",
        /// It was refused.
        Refused = "REFUSED",
    }
}

text_enum! {
    /// Why something cannot be billed.
    pub enum BillingProblemCode {
        /// Nobody is named who pays.
        NoPayer = "NO_PAYER",
        /// No rate counts yet.
        NoRate = "NO_RATE",
        /// The unit's area is not known.
        NoArea = "NO_AREA",
        /// The meter was not read in the period.
        NoReading = "NO_READING",
        /// A reading is lower than the one before, or has too many digits.
        BadReading = "BAD_READING",
        /// The cost that is to be shared was not entered.
        NoCost = "NO_COST",
        /// The amount does not fit.
        TooMuch = "TOO_MUCH",
        /// Some days of the period were taken over as billed, others were not.
        PartlyTakenOver = "PARTLY_TAKEN_OVER",
    }
}
