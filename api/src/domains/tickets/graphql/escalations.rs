//! Escalations and the overdue board in the schema.

use async_graphql::{Context, Enum, ID, Object, Result, SimpleObject};
use entities::ticket_escalation;

use super::enums::{DeadlineKind, EscalationLevel, TicketState};
use crate::domains::tickets::service::{self, OverdueRow};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// Who is told of a clock that runs out.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum Audience {
    /// Whoever has the ticket.
    Assignee,
    /// The community's dispatchers (调度).
    Dispatcher,
    /// The community's front desk (前台).
    FrontDesk,
    /// The community's supervisors (主管).
    Supervisor,
}

impl Audience {
    fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "ASSIGNEE" => Self::Assignee,
            "DISPATCHER" => Self::Dispatcher,
            "FRONT_DESK" => Self::FrontDesk,
            "SUPERVISOR" => Self::Supervisor,
            _ => return None,
        })
    }
}

/// Somebody was told that one of a ticket's clocks runs out (升级提醒).
#[derive(SimpleObject)]
pub struct Escalation {
    /// Opaque id.
    pub id: ID,
    /// Which round of work: 0 at first, one more after each rework.
    pub round: i32,
    /// Which clock.
    pub kind: DeadlineKind,
    /// How far it had run.
    pub level: EscalationLevel,
    /// When it runs out.
    pub due_at: DateTime,
    /// When they were told.
    pub told_at: DateTime,
    /// Who was told.
    pub audience: Vec<Audience>,
}

impl From<ticket_escalation::Model> for Escalation {
    fn from(row: ticket_escalation::Model) -> Self {
        Self {
            id: wire_id(row.id),
            round: row.round,
            kind: row.kind.into(),
            level: row.level.into(),
            due_at: row.due_at.into(),
            told_at: row.told_at.into(),
            audience: row.told.split(',').filter_map(Audience::parse).collect(),
        }
    }
}

/// What is late in one community, with one assignee, in one state.
#[derive(SimpleObject)]
pub struct OverdueFigures {
    /// The community.
    pub community_id: ID,
    /// Its name.
    pub community_name: String,
    /// Who has the tickets; null while nobody has.
    pub assignee_id: Option<ID>,
    /// The assignee's name.
    pub assignee_name: Option<String>,
    /// The state in which they wait.
    pub state: TicketState,
    /// How many tickets are late.
    pub ticket_count: i32,
    /// Of which emergencies.
    pub emergency_count: i32,
    /// When the oldest of them was due.
    pub oldest_due_at: DateTime,
}

impl From<OverdueRow> for OverdueFigures {
    fn from(row: OverdueRow) -> Self {
        let count = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            community_id: wire_id(row.community_id),
            community_name: row.community_name,
            assignee_id: row.assignee_id.map(wire_id),
            assignee_name: row.assignee_name,
            state: row.state.into(),
            ticket_count: count(row.tickets),
            emergency_count: count(row.emergencies),
            oldest_due_at: row.oldest_due_at.into(),
        }
    }
}

/// Figures of late tickets.
#[derive(Default)]
pub struct OverdueQuery;

#[Object]
impl OverdueQuery {
    /// The overdue board (超时看板): late tickets by community, assignee and state, the oldest first, 1,000 rows at most.
    async fn ticket_overdue_board(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only of this community.")] community_id: Option<ID>,
    ) -> Result<Vec<OverdueFigures>> {
        let request = request(context);
        let community = parse_optional_id(community_id.as_ref(), "communityId")?;
        let rows = service::overdue_board(&request.app, request.viewer()?, community).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}
