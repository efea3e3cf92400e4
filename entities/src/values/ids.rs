//! Typed identifiers: a UUIDv7 in a newtype of its own for each entity, so that a swapped argument does not compile.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What every typed identifier can do.
pub trait TypedId: Copy + Send + Sync + 'static {
    /// The prefix on the wire, as in `ticket_01h4…` (TypeID format).
    const PREFIX: &'static str;
    /// Wraps a UUID.
    fn from_uuid(id: Uuid) -> Self;
    /// The UUID inside.
    fn uuid(self) -> Uuid;
}

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl TypedId for $name {
            const PREFIX: &'static str = $prefix;
            fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }
            fn uuid(self) -> Uuid {
                self.0
            }
        }
    )*};
}

typed_ids! {
    /// A person who can sign in; global, not of one organization.
    AccountId = "account";
    /// One signed-in device.
    SessionId = "session";
    /// One refresh token of a session.
    RefreshTokenId = "refresh";
    /// One code sent to one phone.
    SignInCodeId = "code";
    /// One try to sign in with a password.
    SignInAttemptId = "attempt";
    /// A key pair that signs access tokens.
    SigningKeyId = "key";
    /// The tenant: a management company.
    OrganizationId = "org";
    /// An estate (小区).
    CommunityId = "community";
    /// A building (楼栋).
    BuildingId = "building";
    /// A flat, shop, office, parking space or storage room.
    UnitId = "unit";
    /// A person's tie to a unit.
    ResidencyId = "residency";
    /// Somebody asks to be bound to a unit (入住申请).
    ResidencyRequestId = "resreq";
    /// What a person did with the data that is about them.
    OwnDataId = "owndata";
    /// A member of an organization's staff.
    StaffId = "staff";
    /// One role of a staff member, for one community or all.
    StaffAssignmentId = "assignment";
    /// What an organization changed of a role's rights.
    RoleRightsId = "role";
    /// A day on which a community keeps other hours than usual.
    CalendarDayId = "calday";
    /// An outside company that is given tickets (外包单位).
    ContractorId = "contractor";
    /// A kind of work that tickets are sorted by.
    CategoryId = "category";
    /// Deadlines for a community, category and urgency.
    ServicePolicyId = "policy";
    /// How long somebody is liable for a kind of work (保修期限).
    WarrantyTermId = "warranty";
    /// A service that recurs (特约服务计划).
    ServicePlanId = "plan";
    /// An entry of the price list (有偿服务价格表).
    PriceItemId = "price";
    /// An offer of paid work (报价).
    QuoteId = "quote";
    /// One line of a quote.
    QuoteLineId = "quoteline";
    /// Something that a completion used.
    MaterialId = "material";
    /// Something that is charged (收费项目).
    FeeItemId = "feeitem";
    /// A rate of a fee item from a day on.
    FeeRateId = "feerate";
    /// Whoever owes.
    PayerId = "payer";
    /// Who pays a unit's fees from when to when.
    UnitPayerId = "unitpayer";
    /// A discount of a unit on a fee item.
    FeeDiscountId = "discount";
    /// When a unit stands vacant.
    UnitVacancyId = "vacancy";
    /// A meter of a unit.
    MeterId = "meter";
    /// A reading of a meter.
    MeterReadingId = "reading";
    /// A cost of the community that its units share.
    SharedCostId = "sharedcost";
    /// A run that posts a community's charges.
    BillingRunId = "billingrun";
    /// The lines of a payer for a unit and a billing day (账单).
    BillId = "bill";
    /// One line of what is owed (应收).
    ChargeId = "charge";
    /// A correction downwards (红冲).
    CreditNoteId = "creditnote";
    /// What a run could not bill.
    BillingProblemId = "billingproblem";
    /// What changed what is paid of a charge.
    AllocationId = "allocation";
    /// Something owed that is given up (减免).
    WaiverId = "waiver";
    /// A journal of the ledger (凭证).
    JournalId = "journal";
    /// One line of a journal (分录).
    LedgerEntryId = "entry";
    /// What a payer has paid ahead.
    PrepaidBalanceId = "prepaid";
    /// What a community was given by a payment gateway (商户).
    MerchantId = "merchant";
    /// Money that somebody pays (缴费).
    PaymentId = "payment";
    /// What a gateway told us.
    GatewayNoticeId = "gatewaynotice";
    /// Money that nobody has placed yet (暂收款).
    SuspenseItemId = "suspense";
    /// A clerk's time at the desk (班次).
    ShiftId = "shift";
    /// What went over the desk in a shift.
    DeskEntryId = "deskentry";
    /// What receipts are numbered by.
    ReceiptSeriesId = "receiptseries";
    /// A book of receipts in somebody's custody (收据本).
    ReceiptBookId = "receiptbook";
    /// A receipt (收据).
    ReceiptId = "receipt";
    /// An invoice that was asked for (发票申请).
    InvoiceRequestId = "invoice";
    /// Money that goes back (退款).
    RefundId = "refund";
    /// The comparison of a gateway's bill of a day with what is known here (对账).
    ReconciliationId = "reconciliation";
    /// A row of a gateway's bill.
    BillRowId = "billrow";
    /// Something in which a gateway's bill and Linli differ (差异).
    DifferenceId = "difference";
    /// A piece of work that somebody asked for (工单).
    TicketId = "ticket";
    /// A command that a phone gave without a signal and that came too late.
    LateCommandId = "late";
    /// Somebody was told that a ticket's clock runs out.
    EscalationId = "escalation";
    /// One try of a callback (回访).
    CallbackAttemptId = "callback";
    /// One thing that somebody said to the company (来电来访).
    ContactId = "contact";
    /// What somebody wrote on a ticket.
    CommentId = "comment";
    /// A resident's judgement of a finished ticket.
    RatingId = "rating";
    /// Bytes that a phone sends; the phone makes the id.
    UploadId = "upload";
    /// A photo, voice or signature on a ticket.
    AttachmentId = "attachment";
    /// One entry of an object's history.
    EventId = "event";
    /// One row to be told to others.
    OutboxId = "outbox";
    /// One run of an importer.
    ImportRunId = "import";
    /// A filter of a list that somebody keeps under a name.
    SavedFilterId = "filter";
    /// A list that is written into a file.
    ExportId = "export";
    /// Somebody took personal data out of the house, on paper or as a file.
    DisclosureId = "disclosure";
    /// A ticket's public link for the lobby.
    NoticeId = "notice";
}
