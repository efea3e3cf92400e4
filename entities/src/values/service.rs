//! Enumerations of recurring services.

use crate::text_enum;

text_enum! {
    /// How a service recurs.
    pub enum ServiceCadence {
        /// On a day of the week.
        Weekly = "WEEKLY",
        /// On a day of the month; on its last where it is shorter.
        Monthly = "MONTHLY",
    }
}

text_enum! {
    /// Where a recurring service stands.
    pub enum ServicePlanState {
        /// Its dates become tickets.
        Active = "ACTIVE",
        /// They do not, for now.
        Suspended = "SUSPENDED",
        /// They never will again.
        Ended = "ENDED",
    }
}

text_enum! {
    /// Why a recurring service is suspended.
    pub enum SuspendReason {
        /// Somebody asked for it.
        Asked = "ASKED",
        /// Its resident lives there no more.
        MovedOut = "MOVED_OUT",
        /// Its category was retired.
        CategoryRetired = "CATEGORY_RETIRED",
    }
}

text_enum! {
    /// What became of one date of a recurring service.
    pub enum OccurrenceState {
        /// It has its ticket.
        Made = "MADE",
        /// Somebody wanted it left out.
        Skipped = "SKIPPED",
        /// It passed before anything could be made of it.
        Missed = "MISSED",
    }
}
