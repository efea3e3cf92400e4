//! A contact joins a ticket about the same public fault.

use entities::values::{ContactId, TicketId};
use serde_json::json;

use super::super::super::error::TicketError;
use super::super::super::model::{Action, Command, Work, permitted};
use super::super::super::policy::actor;
use super::super::super::repo::{self, ContactRow, Ending};
use super::super::browse::work_of;
use super::super::step::{Beside, Field, Seen, StepTarget, within};
use super::{ContactStep, browse, find_open, lost, tell};
use crate::db::Tx;
use crate::domains::identity::{Right, Viewer};
use crate::error::{Code, Error};
use crate::infra::idempotency;
use crate::state::App;

/// How often a contact that was overtaken by another change of the ticket tries to join it again. A burst of calls about
/// one lift is the usual case, and none of them depends on what the others did.
const TRIES: usize = 20;

/// A contact that joins the ticket of a step.
#[derive(Clone, Copy)]
pub struct Joining {
    /// The contact.
    pub contact_id: ContactId,
    /// The version of the contact that the client saw.
    pub expected_version: Option<i32>,
}

impl Beside for Joining {
    async fn prepare(&self, tx: &Tx, seen: &Seen) -> Result<Command, Error> {
        let community = seen.card.ticket.community_id;
        // Who may not join contacts learns nothing of this one.
        let who = actor(&seen.viewer, community, &[], false);
        permitted(Action::JoinContact, &work_of(&seen.card), &who).map_err(TicketError::from)?;
        let scope = seen.viewer.scope(Right::ContactRecord, seen.now)?;
        let row = find_open(tx, &scope, self.contact_id, self.expected_version).await?;
        if row.contact.community_id != community {
            return Err(TicketError::OtherCommunity("ticketId").into());
        }
        Ok(Command::JoinContact)
    }

    async fn record(&self, tx: &Tx, seen: &Seen, _: &Work) -> Result<(), Error> {
        let staff = seen.viewer.require_staff()?.staff_id;
        let (id, expected, ticket) = (self.contact_id, self.expected_version, &seen.card.ticket);
        let ending = Ending::Joined(ticket.id);
        let scope = seen.viewer.scope(Right::ContactRecord, seen.now)?;
        if !repo::end_contact(tx, id, expected, &ending, staff, seen.now).await? {
            return Err(lost(tx, &scope, id, expected).await);
        }
        let row = repo::find_contact(tx, &scope, id).await?.ok_or(TicketError::NotFoundAt("contactId"))?;
        let org = (ticket.org_id, ticket.community_id);
        tell(tx, &seen.app, org, (id, row.contact.version), "contact.joined").await
    }
}

/// Joins a contact to a ticket inside a transaction that has claimed its key already.
pub async fn join(tx: &Tx, app: &App, viewer: &Viewer, ticket_id: TicketId, joining: Joining) -> Result<(), Error> {
    let scope = viewer.scope(Right::TicketRead, app.clock.now())?;
    let target = StepTarget { ticket_id, expected_version: None, field: Field::default() };
    let payload = json!({ "contactId": joining.contact_id });
    within(tx, app, viewer, &scope, target, payload, &joining).await
}

/// Runs `work` again while another change of the same ticket comes first.
pub async fn again_when_overtaken<T, F: Future<Output = Result<T, Error>>>(work: impl Fn() -> F) -> Result<T, Error> {
    for _ in 1..TRIES {
        match work().await {
            Err(Error::Refused(refusal)) if refusal.code == Code::StaleVersion => {}
            outcome => return outcome,
        }
    }
    work().await
}

/// Joins an open contact to a public repair that is not over. A repeat with the same key changes nothing more.
pub async fn join_contact(
    app: &App,
    viewer: &Viewer,
    input: ContactStep,
    ticket_id: TicketId,
) -> Result<ContactRow, Error> {
    viewer.require_staff()?;
    let scope = viewer.scope(Right::ContactRecord, app.clock.now())?;
    let body = (input.contact_id, input.expected_version, ticket_id);
    let account = viewer.account_id;
    let claim = idempotency::Claim::new(app, account, "contactJoin", &input.key, &body, input.contact_id.0)?;
    let joining = Joining { contact_id: input.contact_id, expected_version: input.expected_version };
    let once = || {
        let (app, viewer, scope, claim) = (app.clone(), viewer.clone(), scope.clone(), claim.clone());
        async move {
            let db = app.db.clone();
            db.write(move |tx| {
                let (app, viewer, scope, claim) = (app.clone(), viewer.clone(), scope.clone(), claim.clone());
                Box::pin(async move {
                    if idempotency::claim(tx, &claim).await?.is_some() {
                        return Ok(());
                    }
                    // A contact out of reach is missing, whatever the ticket.
                    let found = repo::find_contact(tx, &scope, joining.contact_id).await?;
                    found.ok_or(TicketError::NotFoundAt("contactId"))?;
                    join(tx, &app, &viewer, ticket_id, joining).await
                })
            })
            .await
        }
    };
    // The version that the client named is the contact's: when that is old, trying again does not help.
    if input.expected_version.is_some() {
        once().await?;
    } else {
        again_when_overtaken(once).await?;
    }
    browse::contact(app, viewer, input.contact_id).await
}
