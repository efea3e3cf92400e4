//! Every sentence and label that a ticket's history is told in, in both languages.

use crate::error::Locale;

/// A key with its text in English and in Chinese. `{who}` did it, `{whom}` it was given to.
type Text = (&'static str, &'static str, &'static str);

/// One sentence for each kind of event, and for its variants behind a dot.
pub const SENTENCES: &[Text] = &[
    ("SUBMITTED", "{who} submitted the ticket", "{who}提交了工单"),
    ("DISPATCHED", "{who} gave the ticket to {whom}", "{who}派单给{whom}"),
    ("DISPATCHED.AUTOMATIC", "The ticket went to {whom} by itself", "系统自动派单给{whom}"),
    ("CLAIMED", "{who} took the ticket from the pool", "{who}抢单"),
    ("ACCEPTED", "{who} took the ticket on", "{who}接单"),
    ("DECLINED", "{who} declined the ticket", "{who}退单"),
    ("TRANSFERRED", "{who} passed the ticket on to {whom}", "{who}转单给{whom}"),
    ("STARTED", "{who} arrived and began the work", "{who}到场开工"),
    ("PAUSED", "{who} paused the work", "{who}暂停了维修"),
    ("RESUMED", "{who} went on with the work", "{who}恢复了维修"),
    ("COMPLETED", "{who} completed the work", "{who}完工"),
    ("COMPLETED.NOT_REPAIRABLE", "{who} found that it cannot be repaired", "{who}判定无法修复"),
    ("CALLED_BACK", "{who} recorded a callback", "{who}登记了回访"),
    ("CALLED_BACK.SOLVED", "{who} called back: it is solved", "{who}回访，已解决"),
    ("CALLED_BACK.NOT_SOLVED", "{who} called back: it is not solved", "{who}回访，未解决"),
    ("CALLED_BACK.UNREACHABLE", "{who} called back and reached nobody", "{who}回访，未接通"),
    ("REINSPECTED", "{who} re-inspected the work", "{who}复检"),
    ("REINSPECTED.YES", "{who} re-inspected the work: it is in order", "{who}复检合格"),
    ("REINSPECTED.NO", "{who} re-inspected the work: it is not in order", "{who}复检不合格"),
    ("REACCEPTED", "{who} inspected the defect again", "{who}复验"),
    ("REACCEPTED.YES", "{who} accepted the work", "{who}复验通过"),
    ("REACCEPTED.NO", "{who} did not accept the work", "{who}复验未通过"),
    ("REPORTED_UNSOLVED", "{who} said that it is not solved", "{who}反映未解决"),
    ("REOPENED", "{who} reopened the ticket", "{who}重开了工单"),
    ("CANCELLED", "{who} cancelled the ticket", "{who}取消了工单"),
    ("RATED", "{who} rated the work", "{who}评价了服务"),
    ("RESCHEDULED", "{who} agreed another appointment", "{who}改约"),
    ("URGED", "{who} asked for it to be hurried", "{who}催单"),
    ("HELPER_ADDED", "{who} asked {whom} to help", "{who}添加{whom}协助"),
    ("HELPER_REMOVED", "{who} took {whom} off as a helper", "{who}取消{whom}协助"),
    ("ATTACHED", "{who} attached files", "{who}上传了附件"),
    ("PAYER_SET", "{who} set who pays", "{who}变更了付费方"),
    ("QUOTE_SUBMITTED", "{who} quoted the work", "{who}提交了报价"),
    ("QUOTE_WITHDRAWN", "{who} took the quote back", "{who}撤回了报价"),
    ("QUOTE_APPROVED", "{who} approved the quote", "{who}确认了报价"),
    ("QUOTE_APPROVED.ON_WORD", "{who} recorded that the resident approves the quote", "{who}代住户确认了报价"),
    ("QUOTE_REFUSED", "{who} refused the quote", "{who}拒绝了报价"),
    ("QUOTE_REFUSED.ON_WORD", "{who} recorded that the resident refuses the quote", "{who}代住户拒绝了报价"),
    ("CONTACT_JOINED", "{who} joined another contact to the ticket", "{who}合并了一条来电来访"),
];

/// Fields, values and the words between.
pub const WORDS: &[Text] = &[
    ("somebody.SYSTEM", "The system", "系统"),
    ("somebody.RESIDENT", "The resident", "住户"),
    ("somebody.YOU", "You", "您"),
    ("somebody.STAFF", "A member of staff", "工作人员"),
    ("mark.COLON", ": ", "："),
    ("mark.COMMA", ", ", "，"),
    ("mark.ERASED", "(erased)", "（已删除）"),
    (
        "mark.CHOICE",
        "{eligible} of {candidates} could take it; open work of {openMinutes} min",
        "{candidates} 人中 {eligible} 人可接，在手工时 {openMinutes} 分钟",
    ),
    ("field.state", "State", "状态"),
    ("field.details", "Details", "详情"),
    ("field.description", "Description", "描述"),
    ("field.kind", "Kind", "类型"),
    ("field.urgency", "Urgency", "紧急程度"),
    ("field.place", "Place", "位置"),
    ("field.contactName", "Contact person", "联系人"),
    ("field.contactPhone", "Contact phone", "联系电话"),
    ("field.assignee", "Assignee", "处理人"),
    ("field.helper", "Helper", "协助人"),
    ("field.reason", "Reason", "原因"),
    ("field.words", "Words", "说明"),
    ("field.outcome", "Outcome", "结果"),
    ("field.waterTestEndedAt", "Water test ended", "闭水试验结束"),
    ("field.method", "Called back by", "回访方式"),
    ("field.result", "Result of the callback", "回访结果"),
    ("field.passed", "In order", "是否合格"),
    ("field.accepted", "Accepted", "是否认可"),
    ("field.overall", "Overall", "总体评分"),
    ("field.speed", "Speed", "速度评分"),
    ("field.quality", "Quality", "质量评分"),
    ("field.attitude", "Attitude", "态度评分"),
    ("field.slot", "Appointment", "预约时段"),
    ("field.payer", "Who pays", "付费方"),
    ("field.liableParty", "Liable party", "责任方"),
    ("field.warrantyUntil", "Under warranty until", "保修截止"),
    ("payer.FREE", "Free", "免费"),
    ("payer.WARRANTY", "Under warranty", "保修"),
    ("payer.PAID", "Paid by the resident", "住户付费"),
    ("liableParty.DEVELOPER", "Developer", "开发商"),
    ("liableParty.COMPANY", "Management company", "物业公司"),
    ("liableParty.OWNER", "Owner", "业主"),
    ("liableParty.MAINTENANCE_FUND", "Maintenance fund", "维修资金"),
    ("field.attachments", "Files", "附件数"),
    ("field.lines", "Quoted", "报价明细"),
    ("field.total", "Total", "合计"),
    ("field.visitFee", "Visit fee", "上门费"),
    ("field.materials", "Used", "用料"),
    ("mark.SEMICOLON", "; ", "；"),
    ("value.true", "Yes", "是"),
    ("value.false", "No", "否"),
    ("state.SUBMITTED", "Submitted", "待派单"),
    ("state.DISPATCHED", "Dispatched", "已派单"),
    ("state.ACCEPTED", "Accepted", "已接单"),
    ("state.IN_PROGRESS", "In progress", "维修中"),
    ("state.PAUSED", "Paused", "已暂停"),
    ("state.COMPLETED", "Completed", "已完工"),
    ("state.CLOSED", "Closed", "已结案"),
    ("state.CANCELLED", "Cancelled", "已取消"),
    ("kind.HOME_REPAIR", "Home repair", "居家维修"),
    ("kind.PUBLIC_REPAIR", "Public repair", "公共维修"),
    ("kind.PAID_SERVICE", "Paid service", "便民服务"),
    ("kind.PATROL_FINDING", "Patrol finding", "巡检发现"),
    ("kind.HANDOVER_DEFECT", "Handover defect", "交房整改"),
    ("urgency.EMERGENCY", "Emergency", "紧急"),
    ("urgency.ORDINARY", "Ordinary", "普通"),
    ("reason.PARTS", "Parts are on order", "等待配件"),
    ("reason.RESIDENT", "The resident asked to wait", "等待住户"),
    ("reason.CONTRACTOR", "A contractor is needed", "等待外包单位"),
    ("reason.QUOTE_APPROVAL", "A quote waits for approval", "等待报价确认"),
    ("outcome.DONE", "Done", "已修复"),
    ("outcome.NOT_REPAIRABLE", "Cannot be repaired", "无法修复"),
    ("method.PHONE", "Phone", "电话"),
    ("method.VISIT", "Visit", "上门"),
    ("result.SOLVED", "Solved", "已解决"),
    ("result.NOT_SOLVED", "Not solved", "未解决"),
    ("result.UNREACHABLE", "Nobody reached", "未接通"),
];

fn find(texts: &'static [Text], key: &str, locale: Locale) -> Option<&'static str> {
    let (_, english, chinese) = texts.iter().find(|(name, ..)| *name == key)?;
    Some(match locale {
        Locale::English => english,
        Locale::Chinese => chinese,
    })
}

/// The sentence of a kind of event or of its variant.
pub fn sentence(key: &str, locale: Locale) -> Option<&'static str> {
    find(SENTENCES, key, locale)
}

/// A field's label, a value's name, or a word between.
pub fn word(group: &str, key: &str, locale: Locale) -> Option<&'static str> {
    find(WORDS, &format!("{group}.{key}"), locale)
}
