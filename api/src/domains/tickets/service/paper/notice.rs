//! A ticket's public link: made and revoked by staff, opened by whoever scans it in the lobby.

use chrono::{DateTime, Utc};
use entities::values::{CommunityId, NoticeId, TicketId, TicketState};
use entities::{ticket, ticket_notice};

use super::super::super::error::TicketError;
use super::super::super::model::labels::Label;
use super::super::super::model::notice as model;
use super::super::super::model::text;
use super::super::super::repo::{self, NoticeRow, TicketCard};
use super::super::at;
use super::{written, zone};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::{Error, Refusal};
use crate::infra::{idempotency, signed};
use crate::state::App;

/// When a ticket's link ends; `None` while the ticket goes on.
pub fn notice_ends_at(ticket: &ticket::Model) -> Option<DateTime<Utc>> {
    model::ends_at(ticket.closed_at, ticket.cancelled_at)
}

/// The token of a link.
pub fn notice_token(app: &App, row: &NoticeRow) -> String {
    app.links.notice_token(row.notice.id.0)
}

/// Whether the viewer posts notices in a community.
pub fn sees_notices(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.staff().is_some_and(|staff| staff.may(Right::TicketNotice, community))
}

/// The live links of tickets that the viewer was shown.
pub async fn notices_of(app: &App, tickets: &[TicketId]) -> Result<Vec<NoticeRow>, Error> {
    Ok(repo::notices_of(app.db.read(), tickets).await?)
}

fn check(card: &TicketCard, now: DateTime<Utc>) -> Result<(), TicketError> {
    if !model::is_public(card.ticket.kind) {
        return Err(TicketError::NoticeNotPublic);
    }
    let over = notice_ends_at(&card.ticket).is_some_and(|end| end <= now);
    if over || card.ticket.state == TicketState::Cancelled {
        return Err(TicketError::NoticeOver);
    }
    Ok(())
}

/// Makes the one public link of a public fault. A repeat with the same key gives the same link.
pub async fn create_notice(
    app: &App,
    viewer: &Viewer,
    ticket_id: TicketId,
    words: Option<&str>,
    key: &str,
) -> Result<TicketCard, Error> {
    let staff = viewer.require_staff()?.staff_id;
    let now = app.clock.now();
    let scope = viewer.scope(Right::TicketNotice, now)?;
    let id: NoticeId = app.clock.new_id();
    let body = (ticket_id, words);
    let claim = idempotency::Claim::new(app, viewer.account_id, "ticketNoticeLinkCreate", key, &body, id.0)?;
    let words = text::optional(words, model::WORDS_MAX).map_err(at("words"))?;
    let token_hash = signed::token_hash(&app.links.notice_token(id.0));
    let exists = || -> Result<Refusal, Error> {
        match Error::from(TicketError::NoticeExists) {
            Error::Refused(refusal) => Ok(refusal),
            other => Err(other),
        }
    };
    let exists = exists()?;
    let job_scope = scope.clone();
    app.db
        .write(move |tx| {
            let (scope, claim, words) = (job_scope.clone(), claim.clone(), words.clone());
            let (token_hash, exists) = (token_hash.clone(), exists.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let card = repo::find_card(tx, &scope, ticket_id).await?.ok_or(TicketError::NotFound)?;
                check(&card, now)?;
                let row = ticket_notice::Model {
                    id,
                    org_id: card.ticket.org_id,
                    ticket_id,
                    token_hash,
                    words,
                    created_by: staff,
                    created_at: now,
                    revoked_by: None,
                    revoked_at: None,
                };
                repo::insert_notice(tx, row).await.map_err(|fault| {
                    Error::from(fault).on_unique("ticket_notice_live_unique", "ticket_notice.ticket_id", exists)
                })
            })
        })
        .await?;
    Ok(repo::find_card(app.db.read(), &scope, ticket_id).await?.ok_or(TicketError::NotFound)?)
}

/// Ends the public link of a ticket. A repeat with the same key changes nothing more.
pub async fn revoke_notice(app: &App, viewer: &Viewer, ticket_id: TicketId, key: &str) -> Result<TicketCard, Error> {
    let staff = viewer.require_staff()?.staff_id;
    let now = app.clock.now();
    let scope = viewer.scope(Right::TicketNotice, now)?;
    let claim =
        idempotency::Claim::new(app, viewer.account_id, "ticketNoticeLinkRevoke", key, &ticket_id, ticket_id.0)?;
    let job_scope = scope.clone();
    app.db
        .write(move |tx| {
            let (scope, claim) = (job_scope.clone(), claim.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let card = repo::find_card(tx, &scope, ticket_id).await?.ok_or(TicketError::NotFound)?;
                if !repo::revoke_notice(tx, (card.ticket.org_id, ticket_id), staff, now).await? {
                    return Err(TicketError::NoticeMissing.into());
                }
                Ok(())
            })
        })
        .await?;
    Ok(repo::find_card(app.db.read(), &scope, ticket_id).await?.ok_or(TicketError::NotFound)?)
}

/// What everybody may know of a public fault; times as people write them where the community is.
#[derive(Clone, Debug)]
pub struct PublicNotice {
    /// The ticket's number.
    pub number: String,
    /// The community.
    pub community: String,
    /// Building and public place; never a unit.
    pub place: String,
    /// The category in Chinese and English.
    pub category: (String, String),
    /// What staff want residents to read.
    pub words: Option<String>,
    /// Where it stands, in plain words.
    pub state: Label,
    /// What has happened, each with its time.
    pub steps: Vec<(Label, String)>,
    /// When it is expected to be done; not while it waits, or is over.
    pub expected_at: Option<String>,
}

/// What a token opens; `None` alike for one that never was, was revoked, or is over.
pub async fn public_notice(app: &App, token: &str) -> Result<Option<PublicNotice>, Error> {
    let Some(row) = repo::notice_of_token(app.db.read(), signed::token_hash(token)).await? else { return Ok(None) };
    let scope = Scope::System("a public link shows what everybody may know");
    let Some(card) = repo::find_card(app.db.read(), &scope, row.ticket_id).await? else { return Ok(None) };
    if notice_ends_at(&card.ticket).is_some_and(|end| end <= app.clock.now()) {
        return Ok(None);
    }
    let (zone, ticket) = (zone(&card)?, &card.ticket);
    let dates = model::Dates {
        submitted: Some(ticket.submitted_at),
        responded: ticket.responded_at,
        arrived: ticket.arrived_at,
        completed: ticket.completed_at,
        closed: ticket.closed_at,
        cancelled: ticket.cancelled_at,
    };
    let goes_on = ticket.completed_at.is_none() && ticket.cancelled_at.is_none() && ticket.paused_at.is_none();
    let expected = ticket.slot_end.max(ticket.complete_due_at).filter(|_| goes_on);
    let place = [card.building_name.as_deref(), ticket.place.as_deref()];
    Ok(Some(PublicNotice {
        number: ticket.number.clone(),
        community: card.community_name.clone(),
        place: place.into_iter().flatten().collect::<Vec<_>>().join(" "),
        category: (card.category_name_zh.clone(), card.category_name_en.clone()),
        words: row.words,
        state: model::plain(ticket.state, ticket.pause_reason),
        steps: model::steps(&dates).into_iter().map(|(label, at)| (label, written(at, zone))).collect(),
        expected_at: expected.map(|at| written(at, zone)),
    }))
}
