//! What states, kinds and reasons are called on paper and in files: in Chinese and in English.

use entities::values::{
    Channel, CompletionOutcome, ContactKind, ContactState, PauseReason, Payer, TicketKind, TicketState, Urgency,
};

/// A name in Chinese and English.
pub type Label = (&'static str, &'static str);

/// A ticket's kind.
pub const fn kind(kind: TicketKind) -> Label {
    match kind {
        TicketKind::HomeRepair => ("居家维修", "Home repair"),
        TicketKind::PublicRepair => ("公共维修", "Public repair"),
        TicketKind::PaidService => ("便民服务", "Paid service"),
        TicketKind::PatrolFinding => ("巡检发现", "Patrol finding"),
        TicketKind::HandoverDefect => ("交房整改", "Handover defect"),
    }
}

/// A ticket's state, as staff call it.
pub const fn state(state: TicketState) -> Label {
    match state {
        TicketState::Submitted => ("待派单", "Submitted"),
        TicketState::Dispatched => ("已派单", "Dispatched"),
        TicketState::Accepted => ("已接单", "Accepted"),
        TicketState::InProgress => ("处理中", "In progress"),
        TicketState::Paused => ("挂起", "Paused"),
        TicketState::Completed => ("已完工", "Completed"),
        TicketState::Closed => ("已关闭", "Closed"),
        TicketState::Cancelled => ("已取消", "Cancelled"),
    }
}

/// A ticket's urgency.
pub const fn urgency(urgency: Urgency) -> Label {
    match urgency {
        Urgency::Emergency => ("紧急", "Emergency"),
        Urgency::Ordinary => ("普通", "Ordinary"),
    }
}

/// Who pays.
pub const fn payer(payer: Payer) -> Label {
    match payer {
        Payer::Free => ("免费", "Free"),
        Payer::Warranty => ("保修", "Warranty"),
        Payer::Paid => ("有偿", "Paid"),
    }
}

/// By which way something reached the company.
pub const fn channel(channel: Channel) -> Label {
    match channel {
        Channel::App => ("App", "App"),
        Channel::Phone => ("电话", "Phone"),
        Channel::Visit => ("来访", "Visit"),
        Channel::Web => ("网页", "Web"),
        Channel::WeChat => ("微信", "WeChat"),
        Channel::Hotline => ("12345热线", "City hotline"),
        Channel::Staff => ("员工", "Staff"),
        Channel::Other => ("其他", "Other"),
    }
}

/// Why work waits.
pub const fn pause(reason: PauseReason) -> Label {
    match reason {
        PauseReason::Parts => ("等待配件", "Parts on order"),
        PauseReason::Resident => ("等待住户", "Waiting for the resident"),
        PauseReason::Contractor => ("等待外包单位", "Waiting for a contractor"),
        PauseReason::QuoteApproval => ("等待报价确认", "Quote to be approved"),
    }
}

/// How work ended.
pub const fn outcome(outcome: CompletionOutcome) -> Label {
    match outcome {
        CompletionOutcome::Done => ("已修复", "Done"),
        CompletionOutcome::NotRepairable => ("无法修复", "Cannot be repaired"),
    }
}

/// What somebody came with.
pub const fn contact_kind(kind: ContactKind) -> Label {
    match kind {
        ContactKind::Enquiry => ("咨询", "Enquiry"),
        ContactKind::Suggestion => ("建议", "Suggestion"),
        ContactKind::Complaint => ("投诉", "Complaint"),
        ContactKind::PublicRepair => ("公共维修", "Public repair"),
        ContactKind::HomeRepair => ("居家维修", "Home repair"),
        ContactKind::OtherService => ("其它服务", "Other service"),
        ContactKind::Praise => ("表扬", "Praise"),
        ContactKind::Other => ("其他", "Other"),
    }
}

/// Where a contact stands.
pub const fn contact_state(state: ContactState) -> Label {
    match state {
        ContactState::Open => ("待处理", "Open"),
        ContactState::Answered => ("已答复", "Answered"),
        ContactState::Ticketed => ("已转工单", "Ticket"),
    }
}

/// Yes or no.
pub const fn yes(yes: bool) -> Label {
    if yes { ("是", "Yes") } else { ("否", "No") }
}
