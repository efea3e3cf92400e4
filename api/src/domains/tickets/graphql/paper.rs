//! Notices in the lobby.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::Utc;
use entities::values::TicketId;

use super::types::Ticket;
use crate::domains::tickets::service::{self, NoticeRow, TicketCard};
use crate::error::Error;
use crate::graphql::id::parse_id;
use crate::graphql::loader::{Loader, SharedError};
use crate::graphql::request;
use crate::graphql::scalars::DateTime;
use crate::payloads;
use crate::state::App;

/// Asks for a ticket's live link.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NoticeOf(pub TicketId);

impl BatchLoader<NoticeOf> for Loader {
    type Value = NoticeRow;
    type Error = SharedError;

    async fn load(&self, keys: &[NoticeOf]) -> Result<HashMap<NoticeOf, NoticeRow>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        let rows = service::notices_of(&self.app, &ids).await?;
        Ok(rows.into_iter().map(|row| (NoticeOf(row.notice.ticket_id), row)).collect())
    }
}

/// A ticket's public link for the lobby (公示): whoever has it sees where the fault stands, and nothing of any person.
#[derive(SimpleObject)]
pub struct TicketNotice {
    /// The public page, relative to the server's address.
    pub url: String,
    /// The same as a notice to print on A4, with a code to scan.
    pub poster_url: String,
    /// What residents are to read beside the category.
    pub words: Option<String>,
    /// Name of who made it.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime,
    /// Until when it opens: 30 days after the ticket is over; null while the ticket goes on.
    pub expires_at: Option<DateTime>,
}

impl TicketNotice {
    /// A live link of a ticket that ends at a time, if it does.
    pub fn new(app: &App, row: NoticeRow, ends_at: Option<chrono::DateTime<Utc>>) -> Self {
        let url = format!("/t/{}", service::notice_token(app, &row));
        Self {
            poster_url: format!("{url}/notice"),
            url,
            words: row.notice.words,
            created_by_name: row.created_by_name,
            created_at: row.notice.created_at.into(),
            expires_at: ends_at.map(Into::into),
        }
    }
}

/// Makes a ticket's public link.
#[derive(InputObject)]
pub struct TicketNoticeLinkCreateInput {
    /// The ticket: a public repair or a patrol finding.
    ticket_id: ID,
    /// What residents are to read beside the category, at most 300 characters; everybody sees it.
    words: Option<String>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Ends a ticket's public link.
#[derive(InputObject)]
pub struct TicketNoticeLinkRevokeInput {
    /// The ticket.
    ticket_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

payloads! {
    /// What became of it.
    TicketNoticeLinkCreatePayload {
        /// The ticket, with its `notice`.
        ticket: Ticket
    }
    /// What became of it.
    TicketNoticeLinkRevokePayload {
        /// The ticket, without it.
        ticket: Ticket
    }
}

/// Mutations of notices.
#[derive(Default)]
pub struct NoticeMutation;

#[Object]
impl NoticeMutation {
    /// Makes the public link of a public fault, for the notice in the lobby; one at a time. It is no step of the ticket.
    async fn ticket_notice_link_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ticket.")] input: TicketNoticeLinkCreateInput,
    ) -> Result<TicketNoticeLinkCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<TicketCard, Error> = async {
            let id = parse_id(&input.ticket_id, "ticketId")?;
            service::create_notice(app, viewer, id, input.words.as_deref(), &input.idempotency_key).await
        }
        .await;
        Ok(TicketNoticeLinkCreatePayload::from_outcome(context, outcome)?)
    }

    /// Ends the public link of a ticket: its page is gone within a minute. A new one can be made afterwards.
    async fn ticket_notice_link_revoke(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which ticket.")] input: TicketNoticeLinkRevokeInput,
    ) -> Result<TicketNoticeLinkRevokePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<TicketCard, Error> = async {
            let id = parse_id(&input.ticket_id, "ticketId")?;
            service::revoke_notice(app, viewer, id, &input.idempotency_key).await
        }
        .await;
        Ok(TicketNoticeLinkRevokePayload::from_outcome(context, outcome)?)
    }
}
