//! Rights as the schema describes them.

use async_graphql::Enum;
use entities::values::RightSet;

/// Something that a role may be allowed to do (权限). Each counts in the communities in which the role was given.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::Right")]
pub enum Right {
    /// Read tickets.
    TicketRead,
    /// Submit tickets for residents or from a patrol.
    TicketSubmit,
    /// Give tickets to technicians.
    TicketDispatch,
    /// Claim work from the pool, and do it.
    TicketWork,
    /// Do the work that one was given.
    TicketOwn,
    /// Agree another appointment with the resident.
    TicketReschedule,
    /// Urge a ticket on for somebody who calls.
    TicketUrge,
    /// Let residents follow a public fault by a link in the lobby.
    TicketNotice,
    /// Set how tickets of a community are given out.
    TicketSettings,
    /// Add and change outside contractors.
    ContractorManage,
    /// Record callbacks.
    TicketCallback,
    /// Re-inspect patrol findings.
    TicketInspect,
    /// Reopen closed tickets.
    TicketReopen,
    /// Cancel tickets.
    TicketCancel,
    /// Comment on tickets, also internally.
    TicketComment,
    /// See phone numbers in full.
    ContactRead,
    /// Take in what people say to the company, answer it, and make or join tickets of it.
    ContactRecord,
    /// Find households, read their files (一户一档) and what they came to the company with.
    HouseholdRead,
    /// Read communities, buildings and units.
    EstateRead,
    /// Add and change communities, buildings and units.
    EstateManage,
    /// Read who works here.
    StaffRead,
    /// Add staff, give and take roles.
    StaffManage,
    /// Set who pays for a ticket while its work goes on.
    TicketPayer,
    /// Set who pays for finished work, too.
    TicketPayerRevise,
    /// See recurring services.
    ServicePlanRead,
    /// Agree, suspend and end recurring services.
    ServicePlanManage,
    /// Set deadlines and terms of warranty.
    PolicyManage,
    /// Read figures.
    ReportRead,
    /// Add, change and retire entries of the price list.
    PriceManage,
    /// Put down a resident's word on a quote.
    QuoteDecide,
    /// Decide who is bound to a unit without the register's word, and end residencies.
    ResidencyManage,
    /// Have something masked shown in full, for a reason that is recorded.
    PersonalReveal,
    /// Say what each role may do, within what the program allows.
    RoleManage,
    /// See what is charged and owed: a resident's own, and for staff everybody's.
    FeeRead,
    /// Set what is charged at which rate, and who pays; charge and waive.
    FeeManage,
    /// Be the second person that a waiver, a discount or a refund needs.
    FeeApprove,
    /// Preview and start billing runs.
    BillingRun,
    /// Read meters.
    MeterRead,
    /// Take money at the desk: record payments, open and close a shift, issue receipts.
    FeeCollect,
    /// Compare with gateways' bills, place what lies in suspense, give money back.
    Reconcile,
    /// Set a community's merchants at payment gateways.
    MerchantManage,
}

/// A set as a list, in declared order.
pub fn list(rights: RightSet) -> Vec<Right> {
    rights.iter().map(Into::into).collect()
}
