//! Enumerations of tickets as the schema describes them.

use async_graphql::Enum;

/// What kind of work a ticket asks for (工单类型).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::TicketKind")]
pub enum TicketKind {
    /// Repair inside a home (居家维修).
    HomeRepair,
    /// Repair of public parts (公共维修).
    PublicRepair,
    /// A service that is paid for (便民/特约服务).
    PaidService,
    /// Found on patrol (巡检发现); closed by re-inspection.
    PatrolFinding,
    /// Defect found at handover (交房整改); closed by the owner's re-acceptance.
    HandoverDefect,
}

/// Where a ticket stands (工单状态).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::TicketState")]
pub enum TicketState {
    /// Asked for, nobody has it.
    Submitted,
    /// Given to somebody who has not accepted yet.
    Dispatched,
    /// Taken on.
    Accepted,
    /// Being worked on.
    InProgress,
    /// Waiting, with a reason.
    Paused,
    /// Work ended; waits for its callback, re-inspection or re-acceptance.
    Completed,
    /// Ended and confirmed.
    Closed,
    /// Given up, with a reason.
    Cancelled,
}

/// How soon a ticket must be seen to (紧急程度).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::Urgency")]
pub enum Urgency {
    /// Around the clock, at once.
    Emergency,
    /// Within service hours.
    Ordinary,
}

/// Who pays for the work (付费方).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::Payer")]
pub enum Payer {
    /// Nobody: covered by the management fee.
    Free,
    /// The party liable under warranty.
    Warranty,
    /// The resident.
    Paid,
}

/// How a ticket came into being.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::TicketOrigin")]
pub enum TicketOrigin {
    /// A resident submitted it.
    Resident,
    /// Staff submitted it.
    Staff,
    /// History brought in from another system; exempt from the rules of the state machine.
    Imported,
}

/// By which way a request reached the company.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::Channel")]
pub enum Channel {
    /// The resident app.
    App,
    /// The telephone.
    Phone,
    /// In person.
    Visit,
    /// A web page or self-service.
    Web,
    /// A WeChat group or official account (微信).
    #[graphql(name = "WECHAT")]
    WeChat,
    /// The city's hotline, which hands requests on (12345 热线).
    Hotline,
    /// A member of staff noticed it.
    Staff,
    /// Any other way.
    Other,
}

/// Which rule sets the date of the callback.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::CallbackClass")]
pub enum CallbackClass {
    /// Safety facilities.
    Safety,
    /// Leaks: counted from the end of the water test.
    Leak,
    /// All others.
    Ordinary,
}

/// Why work waits.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PauseReason")]
pub enum PauseReason {
    /// Parts are on order.
    Parts,
    /// The resident is away or asked to wait.
    Resident,
    /// A contractor is needed.
    Contractor,
    /// A quote waits for approval.
    QuoteApproval,
}

/// How work ended.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::CompletionOutcome")]
pub enum CompletionOutcome {
    /// Done.
    Done,
    /// Cannot be repaired, with a reason.
    NotRepairable,
}

/// How a callback was tried.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::CallbackMethod")]
pub enum CallbackMethod {
    /// By telephone.
    Phone,
    /// By a visit.
    Visit,
}

/// What a callback (回访) found.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::CallbackResult")]
pub enum CallbackResult {
    /// The resident confirms that it is solved.
    Solved,
    /// It is not solved: the ticket goes back to work.
    NotSolved,
    /// Nobody could be reached.
    Unreachable,
}

/// Who may read a comment.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::CommentVisibility")]
pub enum CommentVisibility {
    /// The resident and staff.
    Public,
    /// Staff only.
    Internal,
}

/// What an attachment shows (附件用途).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::AttachmentRole")]
pub enum AttachmentRole {
    /// Before the work (维修前); staff only.
    Before,
    /// After the work (维修后); staff only.
    After,
    /// What is wrong, from whoever asked (报修图片).
    Request,
    /// Spoken words (语音).
    Voice,
    /// The resident's signature (签名), taken on the technician's phone; staff only.
    Signature,
    /// Anything else.
    Other,
}

/// Something that the viewer can do with a ticket now. Each has a mutation of its own.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "crate::domains::tickets::model::Action", name = "TicketAction")]
pub enum Action {
    /// Give it to a technician (派单).
    Dispatch,
    /// Take it from the pool (抢单).
    Claim,
    /// Take it on (接单).
    Accept,
    /// Give it back (拒单).
    Decline,
    /// Give it to somebody else (转单).
    Transfer,
    /// Begin, on arrival (到场).
    Start,
    /// Let it wait (挂起).
    Pause,
    /// Go on (恢复).
    Resume,
    /// End the work (完工).
    Complete,
    /// Record a callback (回访).
    RecordCallback,
    /// Re-inspect (复检).
    Reinspect,
    /// Re-accept, or refuse to (复验).
    Reaccept,
    /// Say that it is not solved.
    ReportUnsolved,
    /// Take it up again after it was closed (重开).
    Reopen,
    /// Give it up (取消).
    Cancel,
    /// Write on it, or attach something (留言、上传附件).
    Comment,
    /// Rate it (评价).
    Rate,
    /// Agree another appointment (改约).
    Reschedule,
    /// Ask for it to be hurried (催单).
    Urge,
    /// Let another technician help with it (协助).
    AddHelper,
    /// Let somebody help no longer.
    RemoveHelper,
    /// Join another contact about the same public fault to it (合并来电).
    JoinContact,
    /// Set who pays for it (变更付费方).
    SetPayer,
    /// Offer it for a price (报价).
    SubmitQuote,
    /// Take the offer back (撤回报价).
    WithdrawQuote,
    /// Agree to the price (确认报价).
    ApproveQuote,
    /// Do not agree to the price (拒绝报价).
    RefuseQuote,
}

/// Which deadline.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::DeadlineKind")]
pub enum DeadlineKind {
    /// Taking the ticket on (响应).
    Respond,
    /// Being there (到场).
    Arrive,
    /// Ending the work (完工).
    Complete,
    /// The first callback (回访).
    Callback,
}

/// In which time a clock counts.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ClockBasis")]
pub enum ClockBasis {
    /// Every minute of every day (全天).
    AroundTheClock,
    /// Only minutes within service hours; holidays do not count (服务时间).
    ServiceHours,
}

/// How much of a clock's time had passed when somebody was told.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::EscalationLevel")]
pub enum EscalationLevel {
    /// Half of it.
    Half,
    /// All of it.
    Full,
}

/// What an entry of the price list, or a line of a quote, is.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::PriceKind")]
pub enum PriceKind {
    /// Work (人工).
    Labour,
    /// Parts and material (材料).
    Material,
}

/// Where a quote stands (报价状态).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::QuoteState")]
pub enum QuoteState {
    /// Waits for the resident's word (待确认).
    Open,
    /// The resident agreed (已确认).
    Approved,
    /// The resident did not agree; the ticket was cancelled (已拒绝).
    Refused,
    /// Taken back, or gone with its ticket (已撤回).
    Withdrawn,
    /// Another one took its place (已替换).
    Replaced,
}
