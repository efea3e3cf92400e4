//! Every code that a user error can carry, with its texts. The schema's `UserErrorCode` is made from this list.

/// Applies `$apply` to the list of codes: `Variant = "WIRE_NAME", retryable, "中文", "English", "description";`.
///
/// A text may hold `{max}`, `{min}` and the like; the refusal fills them in.
#[macro_export]
macro_rules! user_error_codes {
    ($apply:path) => {
        $apply! {
            // Every domain
            NotFound = "NOT_FOUND", false, "找不到该对象", "Not found", "No such object, or it lies outside what the viewer may see.";
            InvalidId = "INVALID_ID", false, "编号无效", "The id is not valid", "The id is malformed or of another type.";
            Required = "REQUIRED", false, "必填", "Required", "A value is missing or empty.";
            TooLong = "TOO_LONG", false, "最多 {max} 个字符", "At most {max} characters", "A text is longer than allowed.";
            InvalidValue = "INVALID_VALUE", false, "值无效", "The value is not valid", "A value is malformed or out of its range.";
            StaleVersion = "STALE_VERSION", true, "内容已被他人更新，请刷新后重试", "It has changed meanwhile; reload and try again", "`expectedVersion` is not the current version, or another change came first.";
            KeyReused = "KEY_REUSED", false, "该幂等键已用于其他内容", "This idempotency key was used with another input", "The same `idempotencyKey` came with a different body.";
            AlreadyExists = "ALREADY_EXISTS", false, "已存在", "It already exists", "An object with the same natural key exists.";
            // Identity
            InvalidPhone = "INVALID_PHONE", false, "手机号无效", "The phone number is not valid", "Not a mobile number of mainland China, nor an international number with its plus sign.";
            InvalidCode = "INVALID_CODE", false, "验证码错误或已过期", "The code is wrong or has expired", "The sign-in code is wrong, used, expired or was tried too often.";
            InvalidCredentials = "INVALID_CREDENTIALS", false, "手机号或密码错误", "The phone number or password is wrong", "No staff member signs in with this phone and password.";
            TooManyRequests = "TOO_MANY_REQUESTS", true, "操作过于频繁，请稍后再试", "Too many requests; try again later", "A limit by phone was reached.";
            SmsUnavailable = "SMS_UNAVAILABLE", true, "暂时无法发送短信", "Text messages cannot be sent at present", "The server has no provider of text messages.";
            WeakPassword = "WEAK_PASSWORD", false, "密码至少 {min} 位", "The password needs at least {min} characters", "The password is too short.";
            PasswordTooLong = "PASSWORD_TOO_LONG", false, "密码过长", "The password is too long", "The password is longer than 1,000 bytes.";
            CommonPassword = "COMMON_PASSWORD", false, "密码过于常见或包含个人信息", "The password is too common, or made of your own name or number", "The password is easily guessed: a common one, a row of keys, or the person's own phone, name or organization.";
            SamePassword = "SAME_PASSWORD", false, "新密码不能与旧密码相同", "The new password must differ from the old one", "The new password is the old one.";
            SessionOver = "SESSION_OVER", false, "登录已失效，请重新登录", "The session is over; sign in again", "The refresh token is unknown, expired or used, or its session was ended.";
            InvalidWechatCode = "INVALID_WECHAT_CODE", false, "微信登录凭证无效，请重试", "WeChat's code is not valid; ask for another", "The code of `wx.login` is wrong, expired or used.";
            WechatUnknown = "WECHAT_UNKNOWN", false, "该微信尚未绑定手机号", "This WeChat account is not bound; sign in by phone first", "No account is bound to this WeChat user.";
            WechatTaken = "WECHAT_TAKEN", false, "该微信已绑定其他账号", "This WeChat account is bound to somebody else", "The WeChat user belongs to another account, or the account to another WeChat user.";
            WechatBlocked = "WECHAT_BLOCKED", false, "微信拒绝了该用户登录", "WeChat does not let this user sign in", "WeChat blocks the user.";
            WechatUnavailable = "WECHAT_UNAVAILABLE", true, "暂时无法连接微信", "WeChat cannot be reached at present", "WeChat is busy or does not answer, or no mini-program is configured.";
            RightNotAllowed = "RIGHT_NOT_ALLOWED", false, "该角色不能拥有这些权限：{rights}", "This role cannot have: {rights}", "The role may not be given one of the rights; `allowedRights` says which it may have.";
            RightKept = "RIGHT_KEPT", false, "该角色必须保留这些权限：{rights}", "This role keeps: {rights}", "One of the rights cannot be taken from the role; `keptRights` says which.";
            // Estate
            RegisterMismatch = "REGISTER_MISMATCH", false, "与住户档案不符", "It does not match the household register", "No entry of the register has this verified phone with this name or these last four digits.";
            CommunityAmbiguous = "COMMUNITY_AMBIGUOUS", false, "有多个同名小区，请使用物业提供的小区编号", "Several communities have this name; use the id that the management company gives out", "The name stands for communities of several organizations.";
            ReviewDecided = "REVIEW_DECIDED", false, "该申请已处理", "This request has been decided on", "The request was approved, refused or withdrawn.";
            OwnRequest = "OWN_REQUEST", false, "不能处理本人的申请或入住关系", "Nobody decides on their own request or residency", "The member of staff is the person whom it is about.";
            ResidencyEnded = "RESIDENCY_ENDED", false, "该入住关系已结束", "This residency is over", "The residency has ended already.";
            OwnerByCompany = "OWNER_BY_COMPANY", false, "业主关系须由物业变更", "An owner's residency is changed by the management company", "Owners neither remove each other nor leave by themselves.";
            // Personal data
            ObligationsOpen = "OBLIGATIONS_OPEN", false, "还有 {max} 项未完结的事项，请先处理", "{max} matters are still open; settle them first", "The account has open tickets or recurring services.";
            DebtsOpen = "DEBTS_OPEN", false, "还有 {max} 项未结清的费用、预存余额或在途款项，请先处理", "{max} debts, prepaid balances or payments under way are still open; settle them first", "The account owes fees, has paid ahead, or money of it is under way.";
            StaffAccount = "STAFF_ACCOUNT", false, "员工账号由所在单位管理", "An account of staff is the employer's record", "A member of staff, also a former one, cannot erase the account.";
            StaffLeft = "STAFF_LEFT", false, "该员工已离职", "This member of staff has left", "The staff member no longer works here.";
            // Uploads
            UploadTaken = "UPLOAD_TAKEN", false, "上传编号已被使用", "This upload id is taken", "The client-made id belongs to another upload.";
            UploadTooLarge = "UPLOAD_TOO_LARGE", false, "文件最大 {max} 字节", "At most {max} bytes", "The upload is larger than allowed, or more bytes came than were declared.";
            UploadLimit = "UPLOAD_LIMIT", true, "未使用的上传过多，请稍后再试", "Too many uploads wait to be used; try again later", "The account has too many uploads, or too many bytes, that no ticket has claimed.";
            UploadOffset = "UPLOAD_OFFSET", true, "上传进度不一致，请查询后继续", "The offset is not the upload's; ask for it and go on from there", "The piece does not begin where the upload stands, or another piece came first.";
            UploadExpired = "UPLOAD_EXPIRED", false, "上传已过期", "The upload has expired", "No ticket claimed the upload in time; its bytes are gone.";
            UploadIncomplete = "UPLOAD_INCOMPLETE", true, "上传尚未完成", "The upload is not complete", "Bytes of the upload are still missing.";
            UploadClaimed = "UPLOAD_CLAIMED", false, "该上传已用于其他工单", "The upload belongs to a ticket already", "An upload can be claimed once.";
            MediaUnsupported = "MEDIA_UNSUPPORTED", false, "仅支持 JPEG、PNG、HEIC、M4A 和 MP4", "JPEG, PNG, HEIC, M4A and MP4 only", "The bytes, or the declared type, are none of those that are taken.";
            MediaMismatch = "MEDIA_MISMATCH", false, "文件内容与类型不符", "The content is not of the declared type", "The bytes are of another type than was declared, or the type does not fit the role.";
            MediaBroken = "MEDIA_BROKEN", false, "文件已损坏", "The file is broken", "The bytes are cut off or malformed.";
            MediaTooManyPixels = "MEDIA_TOO_MANY_PIXELS", false, "图片最大 {max} 百万像素", "At most {max} megapixels", "The picture has more pixels than allowed.";
            MediaTooLong = "MEDIA_TOO_LONG", false, "最长 {max} 秒", "At most {max} seconds", "The film or voice is longer than allowed.";
            LinkInvalid = "LINK_INVALID", false, "链接无效", "The link is not valid", "The link's signature is not ours.";
            LinkExpired = "LINK_EXPIRED", true, "链接已过期，请刷新", "The link has expired; load it again", "The link's time is over.";
            StorageUnavailable = "STORAGE_UNAVAILABLE", true, "暂时无法存取文件", "Files cannot be stored or read at present", "The object store does not answer, or none is configured.";
            // Tickets
            TooMany = "TOO_MANY", false, "最多 {max} 个", "At most {max}", "A list has more entries than allowed.";
            InvalidTransition = "INVALID_TRANSITION", false, "工单当前状态不允许此操作", "The ticket's state does not allow this", "The command is not possible in the ticket's present state.";
            ClaimLost = "CLAIM_LOST", false, "已被他人抢单", "Somebody else has claimed it", "Another technician was faster, or the ticket was dispatched meanwhile.";
            NotAssignee = "NOT_ASSIGNEE", false, "该工单不在您名下", "The ticket is not yours", "The ticket has another assignee, or none.";
            AssigneeUnsuitable = "ASSIGNEE_UNSUITABLE", false, "该员工不能接此工单", "This member of staff cannot take the ticket", "The assignee is no technician of the ticket's community, lacks its trade, or has left.";
            SlotInvalid = "SLOT_INVALID", false, "预约时段无效", "The time slot is not valid", "The slot ends before it starts, or is longer than a day.";
            SlotInPast = "SLOT_IN_PAST", false, "预约时段已过", "The time slot lies in the past", "The slot begins before now.";
            SlotFull = "SLOT_FULL", false, "该时段已约满，请另选时段", "This time slot is full; choose another", "Nobody of the trade is free in the slot, or it is none that is offered.";
            UrgedRecently = "URGED_RECENTLY", true, "刚刚催过，{min} 分钟后可再次催单", "It was urged a short while ago; again in {min} minutes", "A ticket is urged once within the community's minutes for it.";
            PlaceRequired = "PLACE_REQUIRED", false, "请选择房屋或填写公共位置", "Name a unit or a public place", "The kind of ticket needs a unit, or a building or place.";
            CategoryInactive = "CATEGORY_INACTIVE", false, "该类别已停用", "This category is no longer in use", "The category was retired.";
            RatingTooEarly = "RATING_TOO_EARLY", false, "完工后才能评价", "It can be rated once the work is completed", "The ticket is not completed yet.";
            AlreadyRated = "ALREADY_RATED", false, "已评价", "It has been rated", "This round of work has its rating.";
            ReopenTooLate = "REOPEN_TOO_LATE", false, "已超过 {max} 天的重开期限", "It can be reopened within {max} days only", "The window for reopening has passed.";
            CallbackByWorker = "CALLBACK_BY_WORKER", false, "回访或复检人不能是维修人本人", "Whoever did the work cannot confirm it", "The callback or re-inspection must come from somebody else.";
            CallbackSameDay = "CALLBACK_SAME_DAY", false, "今天已有一次未接通的回访，请改日再试", "There was a try today; try again on another day", "Tries that reach nobody count once a day.";
            ClosingPath = "CLOSING_PATH", false, "此类工单须以其他方式结案", "This kind of ticket is closed another way", "A patrol finding is closed by re-inspection, a handover defect by re-acceptance, all others by callback.";
            WaterTestRequired = "WATER_TEST_REQUIRED", false, "渗漏维修须填写闭水试验结束时间", "A leak needs the time its water test ended", "A leak's completion lacks the end of its water test.";
            // Paid work
            PriceItemRetired = "PRICE_ITEM_RETIRED", false, "该价目已停用", "This price item is no longer in use", "The entry of the price list was retired.";
            PriceOutOfRange = "PRICE_OUT_OF_RANGE", false, "第 {line} 行单价应在 {min} 至 {max} 之间", "Line {line}: the unit price must lie between {min} and {max}", "A line's unit price lies outside the range of the price list.";
            QuantityOutOfRange = "QUANTITY_OUT_OF_RANGE", false, "第 {line} 行数量应大于 0 且不超过 {max}", "Line {line}: the quantity must be more than 0 and at most {max}", "A line's quantity is nothing, less than nothing, finer than three decimals, or too large.";
            NotPaidWork = "NOT_PAID_WORK", false, "该工单无需业主付费，不能报价", "The resident does not pay for this ticket", "Only work that the resident pays for is quoted.";
            QuoteOpen = "QUOTE_OPEN", false, "报价待业主确认", "A quote waits for the resident's approval", "Work cannot begin or go on while a quote is open; have it approved, or withdraw it.";
            QuoteDecided = "QUOTE_DECIDED", false, "该报价已确认、已拒绝或已撤回", "The quote was approved, refused or withdrawn", "The quote has been decided on, or an approved one stands for this ticket.";
            QuoteReplaced = "QUOTE_REPLACED", false, "已有新的报价，请刷新后重试", "There is a newer quote; reload and look at it", "Another quote took the place of the one that was meant.";
            QuoteRequired = "QUOTE_REQUIRED", false, "有偿服务须先经业主确认报价", "Paid work needs an approved quote", "Work that the resident pays for is completed with an approved quote, or by fixed prices of the price list.";
            QuoteByWorker = "QUOTE_BY_WORKER", false, "维修人本人不能代业主确认报价", "Whoever does the work cannot decide on its quote", "The resident's word on a quote must be put down by somebody else than the assignee and helpers.";
            OverQuote = "OVER_QUOTE", false, "第 {line} 行超出已确认的报价", "Line {line} goes beyond the approved quote", "A completion used something that does not stand on the approved quote, or more of it.";
            // Contacts
            OtherCommunity = "OTHER_COMMUNITY", false, "不在同一小区", "They lie in different communities", "Unit, contact and ticket must lie in one community.";
            ContactAnswered = "CONTACT_ANSWERED", false, "该来电来访已答复", "This contact has been answered", "The contact was answered and is over.";
            ContactTicketed = "CONTACT_TICKETED", false, "该来电来访已转工单", "This contact has its ticket", "The contact became a ticket already, or joined one.";
            ContactWithoutTicket = "CONTACT_WITHOUT_TICKET", false, "该来电来访没有工单，无需回访", "This contact has no ticket to be called back about", "Only a contact with a ticket is called back.";
            NotPublicFault = "NOT_PUBLIC_FAULT", false, "只有公共维修工单可合并来电", "Contacts join tickets of public repairs only", "The ticket is no public repair.";
            AlreadyCalledBack = "ALREADY_CALLED_BACK", false, "本轮已回访并确认", "This person has confirmed it already", "The person said in this round that it is solved; only the opposite can still be recorded.";
            TimeTooOld = "TIME_TOO_OLD", false, "超过 {max} 天，无法补录", "It lies more than {max} days back", "`occurredAt` lies longer ago than phones may report.";
            PredecessorMissing = "PREDECESSOR_MISSING", true, "前一条操作尚未收到，请先补发", "The command before it has not arrived; send that first", "`afterCommand` names a key that the server does not know yet.";
            PredecessorRefused = "PREDECESSOR_REFUSED", false, "前一条操作已被拒绝", "The command before it was refused", "`afterCommand` names a command that was refused.";
            AlreadyRefused = "ALREADY_REFUSED", false, "该操作已被拒绝", "This command was refused already", "A command with this `idempotencyKey` was refused for good; give it a new key.";
            ResolvedAlready = "RESOLVED_ALREADY", false, "已有人处理", "Somebody has seen to it", "The late command was seen to before.";
            NotAllowed = "NOT_ALLOWED", false, "无权操作", "Not allowed", "The viewer may not give this command of a queue.";
            TryAgain = "TRY_AGAIN", true, "暂时无法处理，请稍后重试", "It cannot be done at present; try again", "The server failed at this command of a queue.";
            PlanState = "PLAN_STATE", false, "该计划当前状态不允许此操作", "The plan's state does not allow this", "The recurring service is not in a state in which this is possible, or has no date left.";
            DateNotPlanned = "DATE_NOT_PLANNED", false, "该计划在此日期没有待服务的安排", "The plan has no such date ahead", "The recurring service does not fall on the date, or its time has come.";
            DateTaken = "DATE_TAKEN", false, "该日期已生成工单或已跳过", "The date has its ticket, or was left out", "Something was made of the date already; cancel its ticket instead.";
            ResidentGone = "RESIDENT_GONE", false, "该住户已搬离", "The resident lives there no more", "The recurring service's resident has no current tie to the unit.";
            BeforeCompletion = "BEFORE_COMPLETION", false, "交付日期不能早于楼栋竣工日期", "A unit is not handed over before its building is completed", "The day of delivery lies before the building's completion.";
            TimeInFuture = "TIME_IN_FUTURE", false, "时间不能晚于现在", "The time lies in the future", "A past time was expected.";
            // Fees
            CannotCompute = "CANNOT_COMPUTE", false, "按此设置无法计费", "Nothing can be computed with this setting", "The setting gives no amount: a rate, period, formula or share that cannot be computed is never taken as 0.";
            FeeItemRetired = "FEE_ITEM_RETIRED", false, "该收费项目已停用", "This fee item is no longer in use", "The fee item was retired.";
            FeeItemBilled = "FEE_ITEM_BILLED", false, "该项目已出账，不能再改计费方式或周期", "It has been billed; its kind, timing and cycle stay", "Kind, timing and cycle of an item cannot change once something was charged; retire it and add another.";
            ReadingLower = "READING_LOWER", false, "读数低于上次读数，如为换表或归零请说明", "It is lower than the last reading; say whether the meter was replaced or began anew", "A lower reading needs a reason: a replacement or a rollover.";
            ReadingOrder = "READING_ORDER", false, "该表在当天或之后已有读数", "The meter has a reading of this day or later", "Readings of a meter are recorded in order of their days, one a day.";
            RunOpen = "RUN_OPEN", true, "该小区正在出账，请稍候", "A billing run of this community goes on; wait for it", "Another billing run of the community is not finished.";
            PeriodTooFar = "PERIOD_TOO_FAR", false, "最早只能提前一个月出账", "At most a month ahead", "The month lies further ahead than the next one.";
            OverOpen = "OVER_OPEN", false, "超过尚欠金额", "It is more than what is still owed", "The amount is more than what is open of the charge.";
            SamePerson = "SAME_PERSON", false, "须由另一人审批", "Somebody else must decide", "Whoever asked cannot be the second person.";
            AlreadyDecided = "ALREADY_DECIDED", false, "已有审批结果", "It has been decided", "The waiver or discount does not wait for a decision.";
            NoPayer = "NO_PAYER", false, "该房屋没有缴费人", "Nobody is named who pays for this unit", "The unit has no payer on this day, and none was named.";
            // Payments
            AlreadyPaid = "ALREADY_PAID", false, "所选款项已缴清", "Nothing is owed of this any more", "What was chosen has been paid, perhaps from another phone.";
            AmountDiffers = "AMOUNT_DIFFERS", false, "金额与应缴 {open} 不符", "The amount does not fit: {open} is owed", "The amount is more than what is owed, or leaves a rest that no charge takes in part.";
            MixedCommunities = "MIXED_COMMUNITIES", false, "不同小区的费用请分开缴纳", "Pay for each community by itself", "The charges belong to different communities, whose money goes to different merchants.";
            NoMerchant = "NO_MERCHANT", false, "该小区未开通此支付方式", "This community does not take this way of paying", "The community has no merchant at this gateway.";
            MethodUnsupported = "METHOD_UNSUPPORTED", false, "该支付方式不可用", "This way of paying is not offered here", "The gateway or merchant does not offer the channel or currency.";
            CredentialsInvalid = "CREDENTIALS_INVALID", false, "商户密钥或证书无效", "These credentials cannot be used", "A key or certificate of the merchant cannot be read.";
            GatewayAway = "GATEWAY_AWAY", true, "支付平台暂时无法连接，请稍后重试", "The payment gateway does not answer; try again", "The gateway did not answer. Repeat with the same key: nothing is paid twice.";
            GatewayRefused = "GATEWAY_REFUSED", false, "支付平台拒绝了请求（{code}）", "The payment gateway refused ({code})", "The gateway understood and refused; its code is in the text.";
            PaymentOver = "PAYMENT_OVER", false, "该笔缴费已结束", "This payment is over", "The payment was settled or closed and cannot be moved any more.";
            PaymentPaying = "PAYMENT_PAYING", true, "付款正在进行，请稍候", "It is being paid at this moment", "The payer is entering the password at the gateway; ask again.";
            // The desk
            NoShift = "NO_SHIFT", false, "请先在该小区开班", "Open a shift in this community first", "The clerk has no open shift in the community.";
            ShiftOpen = "SHIFT_OPEN", false, "您在该小区已有未交账的班次", "Your shift in this community is still open", "The clerk has an open shift in the community; close it first.";
            ShiftClosed = "SHIFT_CLOSED", false, "该班次已交账，不能再变更", "The shift is closed and does not change any more", "The shift was closed.";
            DifferenceUnexplained = "DIFFERENCE_UNEXPLAINED", false, "实收现金与应有现金不符，请说明原因", "The cash differs from what must be there; say why", "What was counted is not the float and the cash of the shift, and no reason was given.";
            VoucherUsed = "VOUCHER_USED", false, "该凭证号已登记过", "This voucher was entered before", "A payment of the community by this method has the voucher's number.";
            NoReceiptBook = "NO_RECEIPT_BOOK", false, "您名下没有可用的收据本", "You hold no receipt book with a number left", "The community's receipts come from books, and whoever issues the receipt holds none that has a number left.";
            BookOverlaps = "BOOK_OVERLAPS", false, "号段与其他收据本重叠", "Some of these numbers belong to another book", "A book of the series has some of the numbers.";
            BookReturned = "BOOK_RETURNED", false, "该收据本已交回", "The book was returned", "The book is back with the office.";
            ClerkUnsuitable = "CLERK_UNSUITABLE", false, "该员工不在该小区收费", "This member of staff takes no money in this community", "Whoever is named has left, or may not collect in the community.";
            ReceiptVoid = "RECEIPT_VOID", false, "该收据已作废", "The receipt is void", "The receipt was made void before.";
            ReceiptNeeded = "RECEIPT_NEEDED", false, "款项仍在账，作废须同时重开", "The money is still there: a void receipt needs another in its place", "Only a payment that was refunded wholly is left without a valid receipt.";
            AlreadyInvoiced = "ALREADY_INVOICED", false, "所选款项已申请开票或不能开票", "Nothing of this can be put on an invoice", "All of what was chosen stands on invoices that were asked for or issued, or is a deposit.";
            InvoiceState = "INVOICE_STATE", false, "发票当前状态不允许此操作", "The invoice's state does not allow this", "The invoice was issued, refused or reversed meanwhile, or is not issued yet.";
            InvalidTaxNumber = "INVALID_TAX_NUMBER", false, "纳税人识别号无效", "The tax number is not valid", "Not 15, 17, 18 or 20 letters and digits, or the check digit of a unified social credit code is wrong.";
            // Refunds and reconciliation
            OverRefundable = "OVER_REFUNDABLE", false, "超过可退金额", "It is more than what can go back", "More is to go back than this payment brought, or than is still paid of the charge.";
            PrepaidDrawn = "PREPAID_DRAWN", false, "预存余额已被抵扣，不足以退款", "The prepaid balance has been drawn on; not so much is left", "Bills have drawn on the prepaid balance that was to go back.";
            RefundState = "REFUND_STATE", false, "该退款当前状态不允许此操作", "The refund's state does not allow this", "The refund is not in a state in which this is possible, or goes through a gateway.";
            RefundByDesk = "REFUND_BY_DESK", false, "无法原路退回，请在前台办理", "It cannot go back the way it came; pay it out at the desk", "No single payment through a gateway brought the money, so it is paid out at the desk.";
            DepositOver = "DEPOSIT_OVER", false, "该押金已退还或正在退还", "This deposit has gone back, or is about to", "A deposit goes back once.";
            NotADeposit = "NOT_A_DEPOSIT", false, "这不是押金", "This is no deposit", "The charge's item is no deposit; or it is one, and goes back by `depositReturn` alone.";
            SuspenseOver = "SUSPENSE_OVER", false, "该暂收款已处理", "Somebody has seen to this money", "The money lies in suspense no more, or a refund of it waits.";
            // The office
            ExportLimit = "EXPORT_LIMIT", true, "同时进行的导出最多 {max} 个，请稍后再试", "At most {max} exports at a time; try again later", "The member of staff has too many exports that are not finished, or made too many in a day.";
            TooManyRows = "TOO_MANY_ROWS", false, "超过 {max} 行，请缩小筛选范围", "More than {max} rows; narrow the filter", "The list has more rows than a file takes.";
            ExportOutdated = "EXPORT_OUTDATED", false, "您的权限已变更，请重新导出", "Your rights have changed since; export it again", "Whoever asked for the file could not make the same one now.";
            NoticeNotPublic = "NOTICE_NOT_PUBLIC", false, "仅公共维修和巡检工单可张贴公告", "Notices are for public repairs and patrol findings only", "The ticket is no public fault, so residents get no link to it.";
            NoticeOver = "NOTICE_OVER", false, "工单已取消或已结束，不能再张贴公告", "The ticket is over; there is nothing to announce any more", "The ticket was cancelled, or was closed too long ago.";
        }
    };
}

macro_rules! code_enum {
    ($($name:ident = $wire:literal, $retryable:literal, $zh:literal, $en:literal, $description:literal;)*) => {
        /// Why a command was refused.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Code { $(#[doc = $description] $name,)* }

        impl Code {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The name on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }

            /// The code of this name.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

            /// Whether the same command may succeed later without being changed.
            pub const fn retryable(self) -> bool {
                match self { $(Self::$name => $retryable,)* }
            }

            /// The text for people, with its placeholders.
            pub const fn text(self, locale: super::Locale) -> &'static str {
                match (self, locale) {
                    $((Self::$name, super::Locale::Chinese) => $zh, (Self::$name, super::Locale::English) => $en,)*
                }
            }
        }
    };
}
user_error_codes!(code_enum);
