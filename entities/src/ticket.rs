//! Table `ticket`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::{
    ActiveModelBehavior, DeriveEntityModel, DerivePrimaryKey, DeriveRelation, EntityTrait, EnumIter, PrimaryKeyTrait,
};

use crate::values::{
    AccountId, BuildingId, CategoryId, Channel, ClockBasis, CommunityId, CompletionOutcome, LiableParty,
    OrganizationId, PauseReason, Payer, QuoteState, StaffId, TicketId, TicketKind, TicketOrigin, TicketState, UnitId,
    Urgency,
};

/// A piece of work that somebody asked for. `version` is the number of its last history event, `history_hash` that event's hash.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TicketId,
    pub org_id: OrganizationId,
    pub community_id: CommunityId,
    pub building_id: Option<BuildingId>,
    pub unit_id: Option<UnitId>,
    pub category_id: CategoryId,
    pub number: String,
    pub external_ref: Option<String>,
    pub origin: TicketOrigin,
    pub channel: Channel,
    pub kind: TicketKind,
    pub urgency: Urgency,
    pub payer: Payer,
    pub state: TicketState,
    pub version: i32,
    pub history_hash: Vec<u8>,
    pub description: String,
    pub place: Option<String>,
    pub contact_name: Option<String>,
    pub contact_phone: Option<String>,
    pub access_note: Option<String>,
    pub slot_start: Option<DateTime<Utc>>,
    pub slot_end: Option<DateTime<Utc>>,
    pub requester_id: Option<AccountId>,
    pub first_contact_id: Option<StaffId>,
    pub assignee_id: Option<StaffId>,
    pub worker_id: Option<StaffId>,
    pub rework_count: i32,
    pub callback_tries: i32,
    pub pause_reason: Option<PauseReason>,
    pub outcome: Option<CompletionOutcome>,
    pub outcome_words: Option<String>,
    pub water_test_ended_at: Option<DateTime<Utc>>,
    pub submitted_at: DateTime<Utc>,
    pub submitted_month: i32,
    pub clock_started_at: DateTime<Utc>,
    pub responded_at: Option<DateTime<Utc>>,
    pub arrived_at: Option<DateTime<Utc>>,
    pub paused_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub first_callback_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub cancelled_at: Option<DateTime<Utc>>,
    pub respond_due_at: Option<DateTime<Utc>>,
    pub arrive_due_at: Option<DateTime<Utc>>,
    pub complete_due_at: Option<DateTime<Utc>>,
    pub callback_due_at: Option<DateTime<Utc>>,
    pub next_due_at: Option<DateTime<Utc>>,
    pub missed_completion: bool,
    pub complete_basis: ClockBasis,
    pub respond_half_at: Option<DateTime<Utc>>,
    pub arrive_half_at: Option<DateTime<Utc>>,
    pub complete_half_at: Option<DateTime<Utc>>,
    pub callback_half_at: Option<DateTime<Utc>>,
    pub escalated: i32,
    pub next_escalation_at: Option<DateTime<Utc>>,
    pub updated_at: DateTime<Utc>,
    pub urge_count: i32,
    pub last_urged_at: Option<DateTime<Utc>>,
    pub urge_again_at: Option<DateTime<Utc>>,
    pub helped: bool,
    pub auto_tried_at: Option<DateTime<Utc>>,
    pub liable_party: Option<LiableParty>,
    pub warranty_until: Option<NaiveDate>,
    pub quote_state: Option<QuoteState>,
}

/// None: rows are joined by statement or loader.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
