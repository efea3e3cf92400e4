//! A valid input for each mutation, on a row of a community.

mod fees;
mod payments;

/// A mutation with what must be there before, and its input. `$it` is the row that was prepared, `$quote` its quote,
/// `$upload` a photo of the viewer.
pub struct Input {
    /// The mutation.
    pub mutation: &'static str,
    /// A ticket's kind and state as [`super::site::Site::brought`] reads it, `contact`, `day`, or nothing.
    pub setup: &'static str,
    /// The input as JSON; nothing for a mutation that takes none.
    pub input: &'static str,
}

const fn it(mutation: &'static str, setup: &'static str, input: &'static str) -> Input {
    Input { mutation, setup, input }
}

/// Every mutation. Those of fees and payments come before the one that changes the rights of a role; those that end sessions of the
/// viewer come last.
pub fn inputs() -> impl Iterator<Item = &'static Input> {
    fees::INPUTS.iter().chain(payments::INPUTS).chain(INPUTS)
}

const INPUTS: &[Input] = &[
    it("accountErase", "", r#"{"code":"000000"}"#),
    it("dataExport", "", r#"{"idempotencyKey":"$key"}"#),
    it("personalDataReveal", "", r#"{"nodeId":"$ticket","field":"PHONE","reason":"联系不上","idempotencyKey":"$key"}"#),
    it("residencyApprove", "request", r#"{"requestId":"$it","expectedVersion":1,"idempotencyKey":"$key"}"#),
    it("residencyEnd", "resident", r#"{"residencyId":"$it","reason":"SOLD","idempotencyKey":"$key"}"#),
    it("residencyLeave", "resident", r#"{"residencyId":"$it","idempotencyKey":"$key"}"#),
    it(
        "residencyRefuse",
        "request",
        r#"{"requestId":"$it","expectedVersion":1,"reason":"不符","idempotencyKey":"$key"}"#,
    ),
    it("residencyRequestWithdraw", "own request", r#"{"requestId":"$it","idempotencyKey":"$key"}"#),
    it(
        "residencyRequest",
        "",
        r#"{"communityId":"$community","buildingName":"三栋","unitNumber":"101","role":"FAMILY","name":"新人","idempotencyKey":"$key"}"#,
    ),
    it(
        "residentAdmit",
        "",
        r#"{"unitId":"$unit","role":"FAMILY","phone":"$fresh","name":"新人$key","idempotencyKey":"$key"}"#,
    ),
    it("residentRemove", "resident", r#"{"residencyId":"$it","idempotencyKey":"$key"}"#),
    it("buildingCreate", "", r#"{"communityId":"$community","name":"新栋$key","idempotencyKey":"$key"}"#),
    it("buildingUpdate", "", r#"{"buildingId":"$building","completedOn":"2024-01-01","idempotencyKey":"$key"}"#),
    it("calendarDayRemove", "day", r#"{"communityId":"$community","day":"2026-05-01"}"#),
    it("calendarDaySet", "", r#"{"communityId":"$community","day":"2026-05-01","name":"节日"}"#),
    it("communityCreate", "", r#"{"name":"新小区$key","address":"路","idempotencyKey":"$key"}"#),
    it("communityTicketSettingsSet", "", r#"{"communityId":"$community","urgeMinutes":30}"#),
    it("contactAnswer", "contact", r#"{"contactId":"$it","words":"答复","idempotencyKey":"$key"}"#),
    it(
        "contactCallbackRecord",
        "",
        r#"{"contactId":"$contact","method":"PHONE","result":"SOLVED","words":"好","idempotencyKey":"$key"}"#,
    ),
    it("contactJoin", "contact", r#"{"contactId":"$it","ticketId":"$public","idempotencyKey":"$key"}"#),
    it("contactRecord", "", r#"{"unitId":"$unit","kind":"ENQUIRY","words":"问","idempotencyKey":"$key"}"#),
    it(
        "contactToTicket",
        "contact",
        r#"{"contactId":"$it","ticket":{"kind":"PUBLIC_REPAIR","categoryId":"$elevator","buildingId":"$building"},"idempotencyKey":"$key"}"#,
    ),
    it(
        "contractorCreate",
        "",
        r#"{"name":"公司$key","phone":"0451-12345678","trades":["PLUMBING"],"communityIds":["$community"],"idempotencyKey":"$key"}"#,
    ),
    it("contractorUpdate", "", r#"{"contractorId":"$contractor","active":true}"#),
    it("dutyEnd", "", ""),
    it("dutyStart", "", ""),
    it(
        "exportCreate",
        "",
        r#"{"list":"TICKETS","filter":{"tickets":{"communityId":"$community"}},"idempotencyKey":"$key"}"#,
    ),
    it("passwordChange", "", r#"{"oldPassword":"not the one","newPassword":"a quite new long password"}"#),
    it(
        "priceItemSet",
        "",
        r#"{"communityId":"$community","code":"PIPE","nameZh":"换管","nameEn":"Pipe","kind":"LABOUR","unit":"次","low":"10","high":"500","idempotencyKey":"$key"}"#,
    ),
    it("priceItemRetire", "", r#"{"priceItemId":"$price","idempotencyKey":"$key"}"#),
    it("residencyBind", "", r#"{"name":"$canary登记人"}"#),
    it(
        "roleRightsSet",
        "",
        r#"{"role":"FINANCE","rights":["ESTATE_READ","REPORT_READ"],"expectedVersion":0,"reason":"理由","idempotencyKey":"$key"}"#,
    ),
    it(
        "savedFilterSet",
        "",
        r#"{"savedFilterId":"$filter","list":"UNITS","name":"筛选$key","shared":true,"filter":{"units":{"communityId":"$community"}},"idempotencyKey":"$key"}"#,
    ),
    it("savedFilterDelete", "", r#"{"savedFilterId":"$filter","idempotencyKey":"$key"}"#),
    it(
        "serviceHoursSet",
        "",
        r#"{"communityId":"$community","opensAt":"07:00","closesAt":"21:00","weekdays":["MONDAY"]}"#,
    ),
    it(
        "servicePlanCreate",
        "",
        r#"{"unitId":"$unit","categoryId":"$cleaning","words":"保洁","cadence":"WEEKLY","weekday":"FRIDAY","slotFrom":"09:00","slotTo":"11:00","idempotencyKey":"$key"}"#,
    ),
    it("servicePlanSkip", "", r#"{"servicePlanId":"$plan","date":"2026-03-24","idempotencyKey":"$key"}"#),
    it("servicePlanSuspend", "", r#"{"servicePlanId":"$plan","idempotencyKey":"$key"}"#),
    it("servicePlanResume", "", r#"{"servicePlanId":"$plan","idempotencyKey":"$key"}"#),
    it("servicePlanEnd", "", r#"{"servicePlanId":"$plan","idempotencyKey":"$key"}"#),
    it(
        "servicePolicySet",
        "",
        r#"{"communityId":"$community","categoryId":"$category","urgency":"EMERGENCY","respondMinutes":30,"arriveMinutes":60,"completeMinutes":600,"callbackMinutes":2880}"#,
    ),
    it("sessionRevoke", "", r#"{"sessionId":"$session"}"#),
    it("signInCodeRequest", "", r#"{"phone":"$phone"}"#),
    it("signInResident", "", r#"{"phone":"$phone","code":"000000"}"#),
    it("signInStaff", "", r#"{"phone":"$phone","password":"no such password"}"#),
    it("signInWechat", "", r#"{"code":"x"}"#),
    it("staffAssign", "", r#"{"staffId":"$victim","role":"STEWARD","communityId":"$community"}"#),
    it(
        "staffCreate",
        "",
        r#"{"name":"新人","phone":"$fresh","assignments":[{"role":"STEWARD","communityId":"$community"}],"idempotencyKey":"$key"}"#,
    ),
    it("staffLeave", "", r#"{"staffId":"$leaver"}"#),
    it("staffPasswordReset", "", r#"{"staffId":"$victim","idempotencyKey":"$key"}"#),
    it("staffUnassign", "", r#"{"staffId":"$victim","role":"STEWARD","communityId":"$community"}"#),
    it("ticketAccept", "DISPATCHED", r#"{"ticketId":"$it","idempotencyKey":"$key"}"#),
    it(
        "ticketAttach",
        "DISPATCHED",
        r#"{"ticketId":"$it","uploads":[{"uploadId":"$upload","role":"OTHER"}],"idempotencyKey":"$key"}"#,
    ),
    it(
        "ticketCallbackRecord",
        "COMPLETED",
        r#"{"ticketId":"$it","method":"PHONE","result":"SOLVED","words":"好","idempotencyKey":"$key"}"#,
    ),
    it("ticketCancel", "DISPATCHED", r#"{"ticketId":"$it","reason":"不修","idempotencyKey":"$key"}"#),
    it("ticketCategoryWorkSet", "", r#"{"categoryId":"$category","workMinutes":45}"#),
    it("ticketClaim", "SUBMITTED", r#"{"ticketId":"$it","idempotencyKey":"$key"}"#),
    it(
        "ticketCommandsReplay",
        "DISPATCHED",
        r#"{"sentAt":"2026-03-02T01:00:00Z","commands":[{"accept":{"ticketId":"$it","idempotencyKey":"$key"}}]}"#,
    ),
    it(
        "ticketCommentAdd",
        "DISPATCHED",
        r#"{"ticketId":"$it","words":"在家","visibility":"PUBLIC","idempotencyKey":"$key"}"#,
    ),
    it("ticketComplete", "IN_PROGRESS", r#"{"ticketId":"$it","outcome":"DONE","words":"好","idempotencyKey":"$key"}"#),
    it("ticketDecline", "DISPATCHED", r#"{"ticketId":"$it","reason":"忙","idempotencyKey":"$key"}"#),
    it("ticketDispatch", "SUBMITTED", r#"{"ticketId":"$it","assigneeId":"$worker","idempotencyKey":"$key"}"#),
    it("ticketHelperAdd", "ACCEPTED", r#"{"ticketId":"$it","staffId":"$helper","idempotencyKey":"$key"}"#),
    it("ticketHelperRemove", "ACCEPTED", r#"{"ticketId":"$it","staffId":"$helper","idempotencyKey":"$key"}"#),
    it("ticketLateCommandResolve", "", r#"{"lateCommandId":"$late","words":"知道了","idempotencyKey":"$key"}"#),
    it("ticketNoticeLinkCreate", "PUBLIC SUBMITTED", r#"{"ticketId":"$it","words":"修","idempotencyKey":"$key"}"#),
    it("ticketNoticeLinkRevoke", "PUBLIC SUBMITTED", r#"{"ticketId":"$it","idempotencyKey":"$key"}"#),
    it("ticketPause", "IN_PROGRESS", r#"{"ticketId":"$it","reason":"PARTS","idempotencyKey":"$key"}"#),
    it(
        "ticketPayerSet",
        "DISPATCHED",
        r#"{"ticketId":"$it","payer":"WARRANTY","liableParty":"DEVELOPER","reason":"保修","idempotencyKey":"$key"}"#,
    ),
    it(
        "ticketQuoteApprove",
        "QUOTED ACCEPTED",
        r#"{"ticketId":"$it","quoteId":"$quote","words":"电话同意","idempotencyKey":"$key"}"#,
    ),
    it(
        "ticketQuoteRefuse",
        "QUOTED ACCEPTED",
        r#"{"ticketId":"$it","quoteId":"$quote","reason":"贵","idempotencyKey":"$key"}"#,
    ),
    it(
        "ticketQuoteSubmit",
        "PAID ACCEPTED",
        r#"{"ticketId":"$it","lines":[{"words":"阀","kind":"LABOUR","unit":"个","quantity":"1","unitPrice":"20"}],"idempotencyKey":"$key"}"#,
    ),
    it("ticketQuoteWithdraw", "QUOTED ACCEPTED", r#"{"ticketId":"$it","quoteId":"$quote","idempotencyKey":"$key"}"#),
    it(
        "ticketRate",
        "COMPLETED",
        r#"{"ticketId":"$it","overall":5,"speed":5,"quality":5,"attitude":5,"idempotencyKey":"$key"}"#,
    ),
    it("ticketReaccept", "DEFECT COMPLETED", r#"{"ticketId":"$it","accepted":true,"idempotencyKey":"$key"}"#),
    it(
        "ticketReinspect",
        "FINDING COMPLETED",
        r#"{"ticketId":"$it","passed":true,"words":"合格","idempotencyKey":"$key"}"#,
    ),
    it("ticketReopen", "CLOSED", r#"{"ticketId":"$it","reason":"又漏","idempotencyKey":"$key"}"#),
    it("ticketReportUnsolved", "COMPLETED", r#"{"ticketId":"$it","reason":"还漏","idempotencyKey":"$key"}"#),
    it(
        "ticketReschedule",
        "ACCEPTED",
        r#"{"ticketId":"$it","slotStart":"2030-01-07T01:00:00Z","slotEnd":"2030-01-07T03:00:00Z","reason":"出差","idempotencyKey":"$key"}"#,
    ),
    it("ticketResume", "PAUSED", r#"{"ticketId":"$it","idempotencyKey":"$key"}"#),
    it("ticketStart", "ACCEPTED", r#"{"ticketId":"$it","idempotencyKey":"$key"}"#),
    it(
        "ticketSubmit",
        "",
        r#"{"unitId":"$unit","kind":"HOME_REPAIR","categoryId":"$category","description":"漏水","idempotencyKey":"$key"}"#,
    ),
    it(
        "ticketTransfer",
        "DISPATCHED",
        r#"{"ticketId":"$it","assigneeId":"$helper","reason":"请假","idempotencyKey":"$key"}"#,
    ),
    it("ticketUrge", "DISPATCHED", r#"{"ticketId":"$it","idempotencyKey":"$key"}"#),
    it("tokenRefresh", "", r#"{"refreshToken":"none"}"#),
    it("unitCreate", "", r#"{"buildingId":"$building","number":"新$key","idempotencyKey":"$key"}"#),
    it("unitUpdate", "", r#"{"unitId":"$unit","deliveredOn":"2025-07-01","idempotencyKey":"$key"}"#),
    it(
        "warrantyTermSet",
        "",
        r#"{"communityId":"$community","categoryId":"$category","part":"UNIT","years":6,"liableWithin":"DEVELOPER","liableAfter":"OWNER","basis":"条例"}"#,
    ),
    it("wechatBind", "", r#"{"code":"x"}"#),
    it("wechatUnbind", "", ""),
    it("sessionsRevokeOthers", "", ""),
    it("signOut", "", ""),
];

/// Mutations that end sessions: each viewer signs in for them anew.
pub const ENDING: [&str; 2] = ["sessionsRevokeOthers", "signOut"];
