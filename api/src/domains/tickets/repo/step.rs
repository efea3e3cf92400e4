//! One step of a ticket: the conditional update and the rows beside it.

use entities::values::{CommunityId, OrganizationId, StaffId, Trade};
use entities::{callback_attempt, ticket, ticket_comment, ticket_rating};
use sea_orm::{ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::db::{Fault, Sql};
use crate::domains::identity::{Right, having_right};

/// Writes what a step changed, if the ticket still is at `version`; `false` when another change came first.
///
/// `row` carries the new values, its `version` and `history_hash` those of the step's event.
pub async fn update_work(connection: &impl ConnectionTrait, row: &ticket::Model, version: i32) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE ticket SET");
    sql.with(" state = ", row.state).with(", version = ", row.version);
    sql.with(", history_hash = ", row.history_hash.clone());
    sql.with(", assignee_id = ", row.assignee_id).with(", worker_id = ", row.worker_id);
    sql.with(", rework_count = ", row.rework_count).with(", callback_tries = ", row.callback_tries);
    sql.with(", pause_reason = ", row.pause_reason).with(", outcome = ", row.outcome);
    sql.with(", outcome_words = ", row.outcome_words.clone());
    sql.with(", water_test_ended_at = ", row.water_test_ended_at);
    sql.with(", clock_started_at = ", row.clock_started_at).with(", responded_at = ", row.responded_at);
    sql.with(", arrived_at = ", row.arrived_at).with(", paused_at = ", row.paused_at);
    sql.with(", completed_at = ", row.completed_at).with(", first_callback_at = ", row.first_callback_at);
    sql.with(", closed_at = ", row.closed_at).with(", cancelled_at = ", row.cancelled_at);
    sql.with(", respond_due_at = ", row.respond_due_at).with(", arrive_due_at = ", row.arrive_due_at);
    sql.with(", complete_due_at = ", row.complete_due_at).with(", callback_due_at = ", row.callback_due_at);
    sql.with(", next_due_at = ", row.next_due_at).with(", missed_completion = ", row.missed_completion);
    sql.with(", complete_basis = ", row.complete_basis).with(", respond_half_at = ", row.respond_half_at);
    sql.with(", arrive_half_at = ", row.arrive_half_at).with(", complete_half_at = ", row.complete_half_at);
    sql.with(", callback_half_at = ", row.callback_half_at).with(", escalated = ", row.escalated);
    sql.with(", slot_start = ", row.slot_start).with(", slot_end = ", row.slot_end);
    sql.with(", urge_count = ", row.urge_count).with(", last_urged_at = ", row.last_urged_at);
    sql.with(", urge_again_at = ", row.urge_again_at).with(", helped = ", row.helped);
    sql.with(", auto_tried_at = ", row.auto_tried_at).with(", next_escalation_at = ", row.next_escalation_at);
    sql.with(", payer = ", row.payer).with(", liable_party = ", row.liable_party);
    sql.with(", quote_state = ", row.quote_state).with(", updated_at = ", row.updated_at);
    sql.with(" WHERE id = ", row.id).with(" AND version = ", version);
    Ok(sql.run(connection).await? == 1)
}

/// Whether a staff member can be given a ticket: somebody whose role in its community does work, who has the trade (or the general one
/// is asked for) and works here, or one of the people of an active contractor of whom the same is true.
pub async fn is_suitable(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    community: CommunityId,
    trade: Trade,
    staff: StaffId,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM staff_member m WHERE m.left_at IS NULL");
    sql.with(" AND m.org_id = ", org).with(" AND m.id = ", staff).push(" AND (m.contractor_id IS NULL");
    sql.push(" AND 0 < (SELECT COUNT(*) FROM staff_assignment s WHERE s.staff_id = m.id AND ");
    having_right(&mut sql, Right::TicketOwn);
    sql.with(" AND (s.community_id IS NULL OR s.community_id = ", community).push("))");
    if trade != Trade::General {
        sql.push(" AND EXISTS (SELECT 1 FROM staff_trade t WHERE t.staff_id = m.id");
        sql.with(" AND t.trade = ", trade).push(")");
    }
    sql.push(" OR EXISTS (SELECT 1 FROM contractor x JOIN contractor_community s ON s.contractor_id = x.id");
    sql.with(" WHERE x.active AND x.id = m.contractor_id AND s.community_id = ", community).push(")");
    if trade != Trade::General {
        sql.push(" AND EXISTS (SELECT 1 FROM contractor_trade t WHERE t.contractor_id = m.contractor_id");
        sql.with(" AND t.trade = ", trade).push(")");
    }
    sql.push(")");
    Ok(sql.number(connection).await? == 1)
}

/// Adds a try of a callback.
pub async fn insert_attempt(connection: &impl ConnectionTrait, row: callback_attempt::Model) -> Result<(), Fault> {
    callback_attempt::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds a comment.
pub async fn insert_comment(connection: &impl ConnectionTrait, row: ticket_comment::Model) -> Result<(), Fault> {
    ticket_comment::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds a rating; a second one of the same round violates `ticket_rating_round_unique`.
pub async fn insert_rating(connection: &impl ConnectionTrait, row: ticket_rating::Model) -> Result<(), Fault> {
    ticket_rating::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
