//! Enumerations of identity as the schema describes them.

use async_graphql::Enum;

/// What a member of staff may do, given for one community or for all.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::Role")]
pub enum Role {
    /// Takes calls, records callbacks (前台客服).
    FrontDesk,
    /// Gives tickets to technicians (调度).
    Dispatcher,
    /// Does the work (维修工).
    Technician,
    /// Works for an outside contractor, on the tickets given to it alone (外包人员).
    Contractor,
    /// Looks after the households of some buildings (管家).
    Steward,
    /// Leads cleaning, greening or security (班组长).
    TeamLeader,
    /// Collects fees (收费员).
    Collector,
    /// Keeps the books (财务).
    Finance,
    /// Supervises a department (主管).
    Supervisor,
    /// Heads a community (项目经理).
    Manager,
    /// Administers the organization (管理员).
    OrganizationAdmin,
}

/// A trade that technicians have and categories need (工种).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::Trade")]
pub enum Trade {
    /// Water, drains, sanitary ware (水工).
    Plumbing,
    /// Wiring, switches, lights (电工).
    Electrical,
    /// Heating (暖通).
    Heating,
    /// Walls, roofs, waterproofing (泥瓦).
    Masonry,
    /// Doors, windows, locks (木工).
    Carpentry,
    /// Lifts (电梯).
    Elevator,
    /// Household appliances (家电).
    Appliance,
    /// Cleaning and pests (保洁).
    Cleaning,
    /// Greening (绿化).
    Greening,
    /// Whatever needs no special trade (综合).
    General,
}

/// Whether a member of staff can be given work now.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::DutyState")]
pub enum DutyState {
    /// At work.
    OnDuty,
    /// Not at work.
    OffDuty,
}

/// What a person is signed in as.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::SessionKind")]
pub enum SessionKind {
    /// In the resident app.
    Resident,
    /// In the staff app or the dashboard.
    Staff,
}
