//! Enumerations of staff.

use crate::text_enum;

text_enum! {
    /// What a staff member may do, given for one community or for all.
    pub enum Role {
        /// Takes calls, records callbacks (前台客服).
        FrontDesk = "FRONT_DESK",
        /// Gives tickets to technicians (调度).
        Dispatcher = "DISPATCHER",
        /// Does the work (维修工).
        Technician = "TECHNICIAN",
        /// Works for an outside contractor, on the tickets given to it alone (外包人员).
        Contractor = "CONTRACTOR",
        /// Looks after the households of some buildings (管家).
        Steward = "STEWARD",
        /// Leads cleaning, greening or security (班组长).
        TeamLeader = "TEAM_LEADER",
        /// Collects fees (收费员).
        Collector = "COLLECTOR",
        /// Keeps the books (财务).
        Finance = "FINANCE",
        /// Supervises a department (主管).
        Supervisor = "SUPERVISOR",
        /// Heads a community (项目经理).
        Manager = "MANAGER",
        /// Administers the organization (管理员).
        OrganizationAdmin = "ORGANIZATION_ADMIN",
    }
}

text_enum! {
    /// A trade that technicians have and categories need (工种).
    pub enum Trade {
        /// Water, drains, sanitary ware (水工).
        Plumbing = "PLUMBING",
        /// Wiring, switches, lights (电工).
        Electrical = "ELECTRICAL",
        /// Heating (暖通).
        Heating = "HEATING",
        /// Walls, roofs, waterproofing (泥瓦).
        Masonry = "MASONRY",
        /// Doors, windows, locks (木工).
        Carpentry = "CARPENTRY",
        /// Lifts (电梯).
        Elevator = "ELEVATOR",
        /// Household appliances (家电).
        Appliance = "APPLIANCE",
        /// Cleaning and pests (保洁).
        Cleaning = "CLEANING",
        /// Greening (绿化).
        Greening = "GREENING",
        /// Whatever needs no special trade (综合).
        General = "GENERAL",
    }
}

text_enum! {
    /// Whether a staff member can be given work now.
    pub enum DutyState {
        /// At work.
        OnDuty = "ON_DUTY",
        /// Not at work.
        OffDuty = "OFF_DUTY",
    }
}

text_enum! {
    /// Who a session belongs to.
    pub enum SessionKind {
        /// The resident app.
        Resident = "RESIDENT",
        /// The staff app or the dashboard.
        Staff = "STAFF",
    }
}
