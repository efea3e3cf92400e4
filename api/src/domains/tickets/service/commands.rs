//! The commands on a ticket, one function each: they check words and hand over to the pipeline.

use entities::values::{
    CallbackMethod, CallbackResult, CommentVisibility, ContactId, PauseReason, QuoteState, StaffId,
};
use entities::{callback_attempt, contact, contact_callback, ticket_comment, ticket_rating};
use serde_json::json;

use super::super::error::TicketError;
use super::super::model::contact::Called;
use super::super::model::{Action, Asked, Command, Work, permitted, text};
use super::super::policy::actor;
use super::super::repo::{self, TicketCard};
use super::step::{Beside, Plain, Seen, check_assignee, perform, step};
pub use super::step::{Field, StepInput as Step};
use super::{at, browse, quoting};
use crate::db::Tx;
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::infra::{idempotency, outbox};
use crate::state::App;

/// The reason that a command needs.
pub(super) fn reason(words: &str) -> Result<String, Error> {
    Ok(text::required(words, text::WORDS_MAX).map_err(at("reason"))?)
}

struct ToAssignee {
    assignee: StaffId,
    transfer: bool,
}

impl Beside for ToAssignee {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let assignee = self.assignee;
        // Who may not give tickets away learns nothing of who could take one.
        let action = if self.transfer { Action::Transfer } else { Action::Dispatch };
        let who = actor(&seen.viewer, seen.card.ticket.community_id, &[], false);
        permitted(action, &browse::work_of(&seen.card), &who).map_err(TicketError::from)?;
        check_assignee(tx, seen, assignee).await?;
        Ok(if self.transfer { Command::Transfer { assignee } } else { Command::Dispatch { assignee } })
    }
}

/// Gives a submitted ticket to a technician (派单).
pub async fn dispatch(app: &App, viewer: &Viewer, input: Step, assignee: StaffId) -> Result<TicketCard, Error> {
    let payload = json!({ "assigneeId": assignee });
    step(app, viewer, "ticketDispatch", input, payload, ToAssignee { assignee, transfer: false }).await
}

/// Gives a ticket to another technician (转单), with the reason.
pub async fn transfer(
    app: &App,
    viewer: &Viewer,
    input: Step,
    assignee: StaffId,
    words: &str,
) -> Result<TicketCard, Error> {
    let payload = json!({ "assigneeId": assignee, "reason": reason(words)? });
    step(app, viewer, "ticketTransfer", input, payload, ToAssignee { assignee, transfer: true }).await
}

struct Claiming;

impl Beside for Claiming {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let staff = seen.viewer.require_staff()?;
        let who = actor(&seen.viewer, seen.card.ticket.community_id, &[], false);
        permitted(Action::Claim, &browse::work_of(&seen.card), &who).map_err(TicketError::from)?;
        check_assignee(tx, seen, staff.staff_id).await?;
        Ok(Command::Claim)
    }
}

/// Takes a ticket from the pool (抢单); exactly one technician wins.
pub async fn claim(app: &App, viewer: &Viewer, input: Step) -> Result<TicketCard, Error> {
    step(app, viewer, "ticketClaim", input, json!({}), Claiming).await
}

/// Takes a dispatched ticket on.
pub async fn accept(app: &App, viewer: &Viewer, input: Step) -> Result<TicketCard, Error> {
    step(app, viewer, "ticketAccept", input, json!({}), Plain(Command::Accept)).await
}

/// Gives a dispatched ticket back, with the reason. A contractor's person sees it no more: there is nothing to return.
pub async fn decline(app: &App, viewer: &Viewer, input: Step, words: &str) -> Result<Option<TicketCard>, Error> {
    let (id, payload) = (input.ticket_id, json!({ "reason": reason(words)? }));
    perform(app, viewer, "ticketDecline", input, payload, Plain(Command::Decline)).await?;
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    Ok(repo::find_card(app.db.read(), &scope, id).await?)
}

/// Begins the work, on arrival.
pub async fn start(app: &App, viewer: &Viewer, input: Step) -> Result<TicketCard, Error> {
    step(app, viewer, "ticketStart", input, json!({}), Plain(Command::Start)).await
}

/// Lets the work wait.
pub async fn pause(
    app: &App,
    viewer: &Viewer,
    input: Step,
    why: PauseReason,
    words: Option<&str>,
) -> Result<TicketCard, Error> {
    let words = text::optional(words, text::WORDS_MAX).map_err(at("words"))?;
    let payload = json!({ "reason": why, "words": words });
    step(app, viewer, "ticketPause", input, payload, Plain(Command::Pause { reason: why })).await
}

/// Goes on with the work.
pub async fn resume(app: &App, viewer: &Viewer, input: Step) -> Result<TicketCard, Error> {
    step(app, viewer, "ticketResume", input, json!({}), Plain(Command::Resume)).await
}

/// A callback's record.
#[derive(Clone, Debug)]
pub struct CallbackNote {
    /// By telephone or visit.
    pub method: CallbackMethod,
    /// What it found.
    pub result: CallbackResult,
    /// What was said.
    pub words: String,
}

/// A callback that is being recorded.
pub struct CallingBack {
    /// What it found.
    pub note: CallbackNote,
    /// The contact that was asked, with the version that the client saw; nobody for the ticket's own contact person.
    pub contact: Option<(ContactId, Option<i32>)>,
}

impl CallingBack {
    /// The contact that was asked, where it joined the ticket: one that became the ticket is the ticket's own.
    async fn joined(&self, tx: &Tx, seen: &Seen) -> Result<Option<contact::Model>, Error> {
        let Some((id, expected)) = self.contact else { return Ok(None) };
        let scope = seen.viewer.scope(Right::TicketCallback, seen.now)?;
        let row = repo::find_contact(tx, &scope, id).await?.ok_or(TicketError::NotFoundAt("contactId"))?;
        if expected.is_some_and(|expected| expected != row.contact.version) {
            return Err(TicketError::Stale.into());
        }
        Ok(Some(row.contact).filter(|contact| contact.joined_at.is_some()))
    }
}

/// What counts of a contact's callbacks in a round.
fn called(contact: &contact::Model, round: i32) -> Called {
    let called =
        Called { round: contact.callback_round, tries: contact.callback_tries, result: contact.callback_result };
    called.in_round(round)
}

impl Beside for CallingBack {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let ticket = &seen.card.ticket;
        let today = seen.now.with_timezone(&seen.zone()?).date_naive();
        let (round, result) = (ticket.rework_count, self.note.result);
        let joined = self.joined(tx, seen).await?;
        let facts = repo::callback_facts(tx, ticket.id, round, joined.as_ref().map(|contact| contact.id)).await?;
        let last_unreachable = facts.last_unreachable;
        Ok(match joined.map(|contact| called(&contact, round)) {
            Some(called) => {
                let own_open = facts.confirmed == 0 && ticket.callback_tries < seen.card.rule_callback_tries;
                let (asked, confirmed) = (Asked::Contact { tries: called.tries }, called.confirmed());
                let open_others = facts.open_contacts + i64::from(own_open);
                Command::Callback { result, today, last_unreachable, asked, confirmed, open_others }
            }
            None => {
                let (asked, confirmed, open_others) = (Asked::Requester, facts.confirmed > 0, facts.open_contacts);
                Command::Callback { result, today, last_unreachable, asked, confirmed, open_others }
            }
        })
    }

    async fn record(&self, tx: &Tx, seen: &Seen, _: &Work) -> Result<(), Error> {
        let ticket = &seen.card.ticket;
        let (id, org_id, ticket_id) = (seen.app.clock.new_id(), ticket.org_id, ticket.id);
        let (round, tried_at) = (ticket.rework_count, seen.now);
        let CallbackNote { method, result, words } = self.note.clone();
        let staff_id = seen.viewer.require_staff()?.staff_id;
        let local_day = seen.now.with_timezone(&seen.zone()?).date_naive();
        let Some(contact) = self.joined(tx, seen).await? else {
            let row = callback_attempt::Model {
                id,
                org_id,
                ticket_id,
                round,
                staff_id,
                method,
                result,
                words,
                tried_at,
                local_day,
            };
            return Ok(repo::insert_attempt(tx, row).await?);
        };
        let contact_id = contact.id;
        let row = contact_callback::Model {
            id,
            org_id,
            contact_id,
            ticket_id,
            round,
            staff_id,
            method,
            result,
            words,
            tried_at,
            local_day,
        };
        repo::insert_contact_callback(tx, row).await?;
        let after = called(&contact, round).after(result);
        Ok(repo::set_called(tx, contact_id, (round, after.tries, after.result), seen.now).await?)
    }
}

/// Records a callback (回访).
pub async fn callback(app: &App, viewer: &Viewer, input: Step, mut note: CallbackNote) -> Result<TicketCard, Error> {
    note.words = text::required(&note.words, text::WORDS_MAX).map_err(at("words"))?;
    let payload = json!({ "method": note.method, "result": note.result, "words": note.words });
    step(app, viewer, "ticketCallbackRecord", input, payload, CallingBack { note, contact: None }).await
}

/// Re-inspects a patrol finding (复检).
pub async fn reinspect(
    app: &App,
    viewer: &Viewer,
    input: Step,
    passed: bool,
    words: &str,
) -> Result<TicketCard, Error> {
    let words = text::required(words, text::WORDS_MAX).map_err(at("words"))?;
    let payload = json!({ "passed": passed, "words": words });
    step(app, viewer, "ticketReinspect", input, payload, Plain(Command::Reinspect { passed })).await
}

/// The owner re-accepts a handover defect, or refuses to with words.
pub async fn reaccept(
    app: &App,
    viewer: &Viewer,
    input: Step,
    accepted: bool,
    words: Option<&str>,
) -> Result<TicketCard, Error> {
    let words = if accepted {
        text::optional(words, text::WORDS_MAX)
    } else {
        text::required(words.unwrap_or_default(), text::WORDS_MAX).map(Some)
    }
    .map_err(at("words"))?;
    let payload = json!({ "accepted": accepted, "words": words });
    step(app, viewer, "ticketReaccept", input, payload, Plain(Command::Reaccept { accepted })).await
}

/// A resident says that completed work did not solve it.
pub async fn report_unsolved(app: &App, viewer: &Viewer, input: Step, words: &str) -> Result<TicketCard, Error> {
    let payload = json!({ "reason": reason(words)? });
    step(app, viewer, "ticketReportUnsolved", input, payload, Plain(Command::ReportUnsolved)).await
}

/// Takes a closed ticket up again.
pub async fn reopen(app: &App, viewer: &Viewer, input: Step, words: &str) -> Result<TicketCard, Error> {
    step(app, viewer, "ticketReopen", input, json!({ "reason": reason(words)? }), Plain(Command::Reopen)).await
}

struct Cancelling;

impl Beside for Cancelling {
    async fn prepare(&self, _: &Tx, _: &Seen) -> Result<Command, Error> {
        Ok(Command::Cancel)
    }

    async fn record(&self, tx: &Tx, seen: &Seen, _: &Work) -> Result<(), Error> {
        if seen.card.ticket.quote_state == Some(QuoteState::Open) {
            quoting::withdraw_with_ticket(tx, seen).await?;
        }
        Ok(())
    }
}

/// Gives a ticket up: a resident may, staff must, say why. A quote that waits goes with it.
pub async fn cancel(app: &App, viewer: &Viewer, input: Step, words: Option<&str>) -> Result<TicketCard, Error> {
    let words = if viewer.staff().is_some() {
        Some(reason(words.unwrap_or_default())?)
    } else {
        text::optional(words, text::WORDS_MAX).map_err(at("reason"))?
    };
    step(app, viewer, "ticketCancel", input, json!({ "reason": words }), Cancelling).await
}

/// A rating's marks, 1 to 5 each.
#[derive(Clone, Debug)]
pub struct Marks {
    /// All in all.
    pub overall: i32,
    /// How quickly.
    pub speed: i32,
    /// How well.
    pub quality: i32,
    /// How kindly.
    pub attitude: i32,
    /// In words.
    pub words: Option<String>,
}

struct Rating(Marks);

impl Beside for Rating {
    async fn prepare(&self, _: &Tx, _: &Seen) -> Result<Command, Error> {
        Ok(Command::Rate)
    }

    async fn record(&self, tx: &Tx, seen: &Seen, _: &Work) -> Result<(), Error> {
        let ticket = &seen.card.ticket;
        let row = ticket_rating::Model {
            id: seen.app.clock.new_id(),
            org_id: ticket.org_id,
            ticket_id: ticket.id,
            round: ticket.rework_count,
            account_id: seen.viewer.account_id,
            overall: self.0.overall,
            speed: self.0.speed,
            quality: self.0.quality,
            attitude: self.0.attitude,
            words: self.0.words.clone(),
            created_at: seen.now,
        };
        // Two ratings of one round at once: the version lets only one through.
        Ok(repo::insert_rating(tx, row).await?)
    }
}

/// Rates a round of work.
pub async fn rate(app: &App, viewer: &Viewer, input: Step, mut marks: Marks) -> Result<TicketCard, Error> {
    let given =
        [("overall", marks.overall), ("speed", marks.speed), ("quality", marks.quality), ("attitude", marks.attitude)];
    if let Some((field, _)) = given.iter().find(|(_, mark)| !(1..=5).contains(mark)) {
        return Err(TicketError::Invalid(field).into());
    }
    marks.words = text::optional(marks.words.as_deref(), text::WORDS_MAX).map_err(at("words"))?;
    let payload = json!({
        "overall": marks.overall, "speed": marks.speed, "quality": marks.quality, "attitude": marks.attitude,
        "words": marks.words,
    });
    step(app, viewer, "ticketRate", input, payload, Rating(marks)).await
}

/// Writes on a ticket. A comment decides nothing, so it is no event and does not move the ticket's version.
pub async fn comment(
    app: &App,
    viewer: &Viewer,
    input: Step,
    words: &str,
    visibility: CommentVisibility,
) -> Result<TicketCard, Error> {
    let scope = viewer.scope(Right::TicketComment, app.clock.now())?;
    if !browse::sees_internal(viewer) && visibility == CommentVisibility::Internal {
        return Err(Error::Forbidden);
    }
    let words = text::required(words, text::WORDS_MAX).map_err(at("words"))?;
    let body = (input.ticket_id, input.expected_version, &words, visibility);
    let key = &input.key;
    let claim = idempotency::Claim::new(app, viewer.account_id, "ticketCommentAdd", key, &body, input.ticket_id.0)?;
    let (id, expected, job_app, job_viewer) = (input.ticket_id, input.expected_version, app.clone(), viewer.clone());
    app.db
        .write(move |tx| {
            let (app, viewer, scope) = (job_app.clone(), job_viewer.clone(), scope.clone());
            let (claim, words, field) = (claim.clone(), words.clone(), input.field.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                field.check_order(tx, &viewer).await?;
                let card = repo::find_card(tx, &scope, id).await?;
                let ticket = card.ok_or(TicketError::NotFound)?.ticket;
                let written_at = field.moment(&app, &viewer, ticket.submitted_at)?;
                if expected.is_some_and(|expected| expected != ticket.version) {
                    return Err(TicketError::Stale.into());
                }
                let row = ticket_comment::Model {
                    id: app.clock.new_id(),
                    org_id: ticket.org_id,
                    ticket_id: id,
                    account_id: viewer.account_id,
                    staff_id: viewer.staff().map(|staff| staff.staff_id),
                    visibility,
                    words,
                    created_at: written_at,
                };
                repo::insert_comment(tx, row).await?;
                let message = outbox::Message {
                    org_id: ticket.org_id,
                    topic: "ticket.commented",
                    object_kind: ObjectKind::Ticket,
                    object_id: id.0,
                    object_version: ticket.version,
                    staff_id: ticket.assignee_id,
                    staff_before_id: None,
                    payload: json!({ "communityId": ticket.community_id, "visibility": visibility }),
                };
                Ok(outbox::write(tx, &app.clock, message).await?)
            })
        })
        .await?;
    browse::ticket(app, viewer, id).await
}
