//! Commands around whoever has a ticket: another appointment, urging, helpers.

use chrono::{DateTime, Utc};
use entities::values::{StaffId, TicketState};
use serde_json::{Value, json};

use super::super::error::TicketError;
use super::super::model::{Action, Command, permitted, text};
use super::super::policy::actor;
use super::super::repo::{self, TicketCard};
use super::commands::{Step, reason};
use super::step::{Beside, Plain, Seen, step};
use super::{at, slots};
use crate::db::Tx;
use crate::domains::identity::{Viewer, Who};
use crate::error::Error;
use crate::state::App;

struct Rescheduling {
    slot: (DateTime<Utc>, DateTime<Utc>),
}

impl Beside for Rescheduling {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let ticket = &seen.card.ticket;
        let ended = matches!(ticket.state, TicketState::Completed | TicketState::Closed | TicketState::Cancelled);
        // Only residents are refused a full slot, and only where the community is strict.
        if seen.viewer.who == Who::Resident && self.slot.0 >= seen.now && !ended {
            let at = slots::Wanted { slot: self.slot, without: Some(ticket.id) };
            slots::check(tx, ticket.community_id, ticket.category_id, at, seen.now).await?;
        }
        Ok(Command::Reschedule { slot: self.slot })
    }

    fn payload(&self, seen: &Seen, mut payload: Value) -> Value {
        let ticket = &seen.card.ticket;
        payload["before"] = json!({
            "slotStart": ticket.slot_start,
            "slotEnd": ticket.slot_end,
            "arriveDueAt": ticket.arrive_due_at,
            "completeDueAt": ticket.complete_due_at,
        });
        payload
    }
}

/// Agrees another appointment (改约): a resident may, staff must, say why.
pub async fn reschedule(
    app: &App,
    viewer: &Viewer,
    input: Step,
    slot: (DateTime<Utc>, DateTime<Utc>),
    words: Option<&str>,
) -> Result<TicketCard, Error> {
    slots::check_span(slot)?;
    let words = if viewer.staff().is_some() {
        Some(reason(words.unwrap_or_default())?)
    } else {
        text::optional(words, text::WORDS_MAX).map_err(at("reason"))?
    };
    let payload = json!({ "slotStart": slot.0, "slotEnd": slot.1, "reason": words });
    step(app, viewer, "ticketReschedule", input, payload, Rescheduling { slot }).await
}

/// Asks for a ticket to be hurried (催单), once within the community's minutes for it.
pub async fn urge(app: &App, viewer: &Viewer, input: Step, words: Option<&str>) -> Result<TicketCard, Error> {
    let words = text::optional(words, text::WORDS_MAX).map_err(at("words"))?;
    step(app, viewer, "ticketUrge", input, json!({ "words": words }), Plain(Command::Urge)).await
}

struct AddingHelper(StaffId);

impl Beside for AddingHelper {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let ticket = &seen.card.ticket;
        // Who may not ask for help learns nothing of who could give it.
        let who = actor(&seen.viewer, ticket.community_id, &[], false);
        permitted(Action::AddHelper, &seen.work(), &who).map_err(TicketError::from)?;
        if !repo::can_help(tx, ticket.org_id, ticket.community_id, self.0).await? {
            return Err(TicketError::HelperUnsuitable.into());
        }
        Ok(Command::AddHelper { helper: self.0 })
    }
}

/// Lets another technician of the community help (协助人). A helper sees the ticket in `myDay` and may comment.
pub async fn add_helper(app: &App, viewer: &Viewer, input: Step, helper: StaffId) -> Result<TicketCard, Error> {
    step(app, viewer, "ticketHelperAdd", input, json!({ "staffId": helper }), AddingHelper(helper)).await
}

/// Lets a helper help no longer.
pub async fn remove_helper(app: &App, viewer: &Viewer, input: Step, helper: StaffId) -> Result<TicketCard, Error> {
    let command = Command::RemoveHelper { helper };
    step(app, viewer, "ticketHelperRemove", input, json!({ "staffId": helper }), Plain(command)).await
}
