//! Rights, and sets of them.

use crate::text_enum;

text_enum! {
    /// Something that a role may be allowed to do.
    pub enum Right {
        /// Read tickets.
        TicketRead = "TICKET_READ",
        /// Submit tickets for residents or from a patrol.
        TicketSubmit = "TICKET_SUBMIT",
        /// Give tickets to technicians.
        TicketDispatch = "TICKET_DISPATCH",
        /// Claim work from the pool, and do it.
        TicketWork = "TICKET_WORK",
        /// Do the work that one was given.
        TicketOwn = "TICKET_OWN",
        /// Agree another appointment with the resident.
        TicketReschedule = "TICKET_RESCHEDULE",
        /// Urge a ticket on for somebody who calls.
        TicketUrge = "TICKET_URGE",
        /// Let residents follow a public fault by a link in the lobby.
        TicketNotice = "TICKET_NOTICE",
        /// Set how tickets of a community are given out.
        TicketSettings = "TICKET_SETTINGS",
        /// Add and change outside contractors.
        ContractorManage = "CONTRACTOR_MANAGE",
        /// Record callbacks.
        TicketCallback = "TICKET_CALLBACK",
        /// Re-inspect patrol findings.
        TicketInspect = "TICKET_INSPECT",
        /// Reopen closed tickets.
        TicketReopen = "TICKET_REOPEN",
        /// Cancel tickets.
        TicketCancel = "TICKET_CANCEL",
        /// Comment on tickets, also internally.
        TicketComment = "TICKET_COMMENT",
        /// See phone numbers in full.
        ContactRead = "CONTACT_READ",
        /// Take in what people say to the company, answer it, and make or join tickets of it.
        ContactRecord = "CONTACT_RECORD",
        /// Find households, read their files (一户一档) and what they came to the company with.
        HouseholdRead = "HOUSEHOLD_READ",
        /// Read communities, buildings and units.
        EstateRead = "ESTATE_READ",
        /// Add and change communities, buildings and units.
        EstateManage = "ESTATE_MANAGE",
        /// Read who works here.
        StaffRead = "STAFF_READ",
        /// Add staff, give and take roles.
        StaffManage = "STAFF_MANAGE",
        /// Set who pays for a ticket while its work goes on.
        TicketPayer = "TICKET_PAYER",
        /// Set who pays for finished work, too.
        TicketPayerRevise = "TICKET_PAYER_REVISE",
        /// See recurring services.
        ServicePlanRead = "SERVICE_PLAN_READ",
        /// Agree, suspend and end recurring services.
        ServicePlanManage = "SERVICE_PLAN_MANAGE",
        /// Set deadlines and terms of warranty.
        PolicyManage = "POLICY_MANAGE",
        /// Read figures.
        ReportRead = "REPORT_READ",
        /// Add, change and retire entries of the price list.
        PriceManage = "PRICE_MANAGE",
        /// Put down a resident's word on a quote.
        QuoteDecide = "QUOTE_DECIDE",
        /// Decide who is bound to a unit without the register's word, and end residencies.
        ResidencyManage = "RESIDENCY_MANAGE",
        /// Have something masked shown in full, for a reason that is recorded.
        PersonalReveal = "PERSONAL_REVEAL",
        /// Say what each role may do, within what the program allows.
        RoleManage = "ROLE_MANAGE",
        /// See what is charged and owed: a resident's own, and for staff everybody's.
        FeeRead = "FEE_READ",
        /// Set what is charged at which rate, and who pays; charge and waive.
        FeeManage = "FEE_MANAGE",
        /// Be the second person that a waiver, a discount or a refund needs.
        FeeApprove = "FEE_APPROVE",
        /// Preview and start billing runs.
        BillingRun = "BILLING_RUN",
        /// Read meters.
        MeterRead = "METER_READ",
        /// Take money at the desk: record payments, open and close a shift, issue receipts.
        FeeCollect = "FEE_COLLECT",
        /// Compare with gateways' bills, place what lies in suspense, give money back.
        Reconcile = "RECONCILE",
        /// Set a community's merchants at payment gateways.
        MerchantManage = "MERCHANT_MANAGE",
    }
}

/// A set of rights.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct RightSet(u64);

// One bit each.
const _: () = assert!(Right::ALL.len() <= 64);

impl RightSet {
    /// Every right.
    pub fn all() -> Self {
        Right::ALL.iter().copied().collect()
    }

    /// Whether a right is in it.
    pub const fn contains(self, right: Right) -> bool {
        self.0 & (1 << right as u32) != 0
    }

    /// The set with what is in either.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set without what is in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn both(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether nothing is in it.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of it is in the other.
    pub const fn within(self, other: Self) -> bool {
        self.without(other).is_empty()
    }

    /// The rights, in declared order.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        Right::ALL.iter().copied().filter(move |right| self.contains(*right))
    }

    /// As it is stored: `,TICKET_READ,TICKET_WORK,`, so that one name is found by `LIKE '%,TICKET_WORK,%'`.
    pub fn stored(self) -> String {
        self.iter().fold(String::from(","), |text, right| text + right.as_str() + ",")
    }

    /// Reads what is stored. A name that only a later release knows is no right of this one.
    pub fn read(stored: &str) -> Self {
        stored.split(',').filter_map(|name| name.parse().ok()).collect()
    }
}

impl FromIterator<Right> for RightSet {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Self {
        Self(rights.into_iter().fold(0, |bits, right| bits | 1 << right as u32))
    }
}

impl std::fmt::Debug for RightSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
