//! Enumerations of tickets.

use crate::text_enum;

text_enum! {
    /// What kind of work a ticket asks for.
    pub enum TicketKind {
        /// Repair inside a home (居家维修).
        HomeRepair = "HOME_REPAIR",
        /// Repair of public parts (公共维修).
        PublicRepair = "PUBLIC_REPAIR",
        /// A service that is paid for (便民/特约服务).
        PaidService = "PAID_SERVICE",
        /// Found on patrol (巡检发现); closed by re-inspection.
        PatrolFinding = "PATROL_FINDING",
        /// Defect found at handover (交房整改); closed by the owner's re-acceptance.
        HandoverDefect = "HANDOVER_DEFECT",
    }
}

text_enum! {
    /// Where a ticket stands.
    pub enum TicketState {
        /// Asked for, nobody has it.
        Submitted = "SUBMITTED",
        /// Given to somebody who has not accepted yet.
        Dispatched = "DISPATCHED",
        /// Taken on.
        Accepted = "ACCEPTED",
        /// Being worked on.
        InProgress = "IN_PROGRESS",
        /// Waiting, with a reason.
        Paused = "PAUSED",
        /// Work ended; waits for its callback, re-inspection or re-acceptance.
        Completed = "COMPLETED",
        /// Ended and confirmed.
        Closed = "CLOSED",
        /// Given up, with a reason.
        Cancelled = "CANCELLED",
    }
}

text_enum! {
    /// How soon a ticket must be seen to.
    pub enum Urgency {
        /// Around the clock, at once.
        Emergency = "EMERGENCY",
        /// Within service hours.
        Ordinary = "ORDINARY",
    }
}

text_enum! {
    /// Who pays for the work.
    pub enum Payer {
        /// Nobody: covered by the management fee.
        Free = "FREE",
        /// The party liable under warranty.
        Warranty = "WARRANTY",
        /// The resident.
        Paid = "PAID",
    }
}

text_enum! {
    /// How a ticket came into being.
    pub enum TicketOrigin {
        /// A resident submitted it.
        Resident = "RESIDENT",
        /// Staff submitted it.
        Staff = "STAFF",
        /// History brought in from another system; exempt from the rules of the state machine.
        Imported = "IMPORTED",
    }
}

text_enum! {
    /// By which way a request reached the company.
    pub enum Channel {
        /// The resident app.
        App = "APP",
        /// The telephone.
        Phone = "PHONE",
        /// In person.
        Visit = "VISIT",
        /// A web page or self-service.
        Web = "WEB",
        /// A WeChat group or official account (微信).
        WeChat = "WECHAT",
        /// The city's hotline, which hands requests on (12345 热线).
        Hotline = "HOTLINE",
        /// A member of staff noticed it.
        Staff = "STAFF",
        /// Any other way.
        Other = "OTHER",
    }
}

text_enum! {
    /// Which rule sets the date of the callback.
    pub enum CallbackClass {
        /// Safety facilities.
        Safety = "SAFETY",
        /// Leaks: counted from the end of the water test.
        Leak = "LEAK",
        /// All others.
        Ordinary = "ORDINARY",
    }
}

text_enum! {
    /// Why work waits.
    pub enum PauseReason {
        /// Parts are on order.
        Parts = "PARTS",
        /// The resident is away or asked to wait.
        Resident = "RESIDENT",
        /// A contractor is needed.
        Contractor = "CONTRACTOR",
        /// A quote waits for approval.
        QuoteApproval = "QUOTE_APPROVAL",
    }
}

text_enum! {
    /// How work ended.
    pub enum CompletionOutcome {
        /// Done.
        Done = "DONE",
        /// Cannot be repaired, with a reason.
        NotRepairable = "NOT_REPAIRABLE",
    }
}

text_enum! {
    /// How a callback was tried.
    pub enum CallbackMethod {
        /// By telephone.
        Phone = "PHONE",
        /// By a visit.
        Visit = "VISIT",
    }
}

text_enum! {
    /// What a callback found.
    pub enum CallbackResult {
        /// The resident confirms that it is solved.
        Solved = "SOLVED",
        /// It is not solved: the ticket goes back to work.
        NotSolved = "NOT_SOLVED",
        /// Nobody could be reached.
        Unreachable = "UNREACHABLE",
    }
}

text_enum! {
    /// Who may read a comment.
    pub enum CommentVisibility {
        /// The resident and staff.
        Public = "PUBLIC",
        /// Staff only.
        Internal = "INTERNAL",
    }
}

text_enum! {
    /// Which of a ticket's clocks.
    pub enum DeadlineKind {
        /// Taking the ticket on.
        Respond = "RESPOND",
        /// Being there.
        Arrive = "ARRIVE",
        /// Ending the work.
        Complete = "COMPLETE",
        /// The first callback.
        Callback = "CALLBACK",
    }
}

text_enum! {
    /// In which time a clock counts.
    pub enum ClockBasis {
        /// Every minute of every day.
        AroundTheClock = "AROUND_THE_CLOCK",
        /// Only minutes within the community's service hours; holidays do not count.
        ServiceHours = "SERVICE_HOURS",
    }
}

text_enum! {
    /// How much of a clock's time had passed when somebody was told of it.
    pub enum EscalationLevel {
        /// Half of it.
        Half = "HALF",
        /// All of it.
        Full = "FULL",
    }
}
