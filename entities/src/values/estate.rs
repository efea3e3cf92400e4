//! Enumerations of the estate.

use crate::text_enum;

text_enum! {
    /// What manages a community.
    pub enum OrganizationKind {
        /// A property-management company (物业公司).
        Company = "COMPANY",
        /// The owners themselves (业主自筹物业).
        SelfManaged = "SELF_MANAGED",
    }
}

text_enum! {
    /// What a unit is used for.
    pub enum UnitUsage {
        /// A dwelling.
        Flat = "FLAT",
        /// A shop.
        Shop = "SHOP",
        /// An office.
        Office = "OFFICE",
        /// A parking space.
        Parking = "PARKING",
        /// A storage room.
        Storage = "STORAGE",
    }
}

text_enum! {
    /// A person's tie to a unit.
    pub enum ResidencyRole {
        /// Owner (业主), co-owner or owning company.
        Owner = "OWNER",
        /// Member of the owner's family.
        Family = "FAMILY",
        /// Tenant (租客).
        Tenant = "TENANT",
        /// Authorized representative (受托人).
        Proxy = "PROXY",
    }
}

text_enum! {
    /// Where the review of a residency stands.
    pub enum ReviewState {
        /// Waits for the front desk.
        Pending = "PENDING",
        /// Confirmed.
        Approved = "APPROVED",
        /// Refused.
        Rejected = "REJECTED",
    }
}

text_enum! {
    /// Where a residency comes from.
    pub enum ResidencySource {
        /// The company's own household register.
        Register = "REGISTER",
        /// Somebody asked, and the company confirmed it.
        Request = "REQUEST",
        /// An owner, or a proxy who may, admitted the person.
        Admission = "ADMISSION",
    }
}

text_enum! {
    /// Where the request of somebody who wants to be bound to a unit stands.
    pub enum ResidencyRequestState {
        /// Waits for the front desk.
        Pending = "PENDING",
        /// Confirmed; the person is bound.
        Approved = "APPROVED",
        /// Refused, with a reason.
        Refused = "REFUSED",
        /// The person took it back.
        Withdrawn = "WITHDRAWN",
    }
}

text_enum! {
    /// Why staff ended a residency.
    pub enum ResidencyEndReason {
        /// The unit was sold (过户).
        Sold = "SOLD",
        /// The person has moved out (搬离).
        MovedOut = "MOVED_OUT",
        /// It should never have been there (登记错误).
        Mistake = "MISTAKE",
        /// Anything else, said in words.
        Other = "OTHER",
    }
}
