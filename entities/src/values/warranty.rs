//! Enumerations of warranty.

use crate::text_enum;

text_enum! {
    /// Who answers for the cost of work.
    pub enum LiableParty {
        /// Who built it (开发商).
        Developer = "DEVELOPER",
        /// The management company (物业公司), out of the management fee.
        Company = "COMPANY",
        /// The unit's owner (业主).
        Owner = "OWNER",
        /// The owners' fund for repairs (维修资金).
        MaintenanceFund = "MAINTENANCE_FUND",
    }
}

text_enum! {
    /// Which part of an estate a warranty covers.
    pub enum WarrantyPart {
        /// The inside of a unit (户内); runs from its delivery.
        Unit = "UNIT",
        /// Public parts (公共部位); runs from the building's completion.
        Public = "PUBLIC",
    }
}

text_enum! {
    /// In what a warranty's length is counted.
    pub enum WarrantyLength {
        /// Years.
        Years = "YEARS",
        /// Heating seasons (采暖期).
        HeatingSeasons = "HEATING_SEASONS",
    }
}
