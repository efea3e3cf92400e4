//! Showing in full what is masked: for a reason, on the record, and not by the hundred.

use chrono::Duration;
use entities::values::{
    ContactId, DisclosureId, DisclosureKind, PersonalField, ResidencyId, ServicePlanId, TicketId, TypedId as _,
};
use entities::{disclosure, disclosure_reveal};
use serde::Serialize;
use uuid::Uuid;

use super::super::error::OfficeError;
use super::super::repo;
use crate::domains::estate::person_of_residency;
use crate::domains::identity::{PersonalData, Right, Viewer};
use crate::domains::tickets::{person_of_contact, person_of_plan, person_of_ticket};
use crate::error::{Code, Error, Refusal};
use crate::infra::disclosure as disclosures;
use crate::infra::idempotency::{self, Claim};
use crate::state::App;

/// Reveals that one person may have within an hour.
const HOUR_MAX: i64 = 30;
/// Longest reason, in characters.
const REASON_MAX: usize = 300;

/// Whose data is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum Subject {
    /// The contact person of a ticket.
    Ticket(TicketId),
    /// The caller of a contact.
    Contact(ContactId),
    /// The person of a residency.
    Residency(ResidencyId),
    /// The contact person of a recurring service.
    Plan(ServicePlanId),
}

impl Subject {
    fn key(self) -> (&'static str, Uuid) {
        match self {
            Self::Ticket(id) => (TicketId::PREFIX, id.0),
            Self::Contact(id) => (ContactId::PREFIX, id.0),
            Self::Residency(id) => (ResidencyId::PREFIX, id.0),
            Self::Plan(id) => (ServicePlanId::PREFIX, id.0),
        }
    }

    async fn person(self, app: &App, viewer: &Viewer) -> Result<PersonalData, Error> {
        match self {
            Self::Ticket(id) => person_of_ticket(app, viewer, id).await,
            Self::Contact(id) => person_of_contact(app, viewer, id).await,
            Self::Residency(id) => person_of_residency(app, viewer, id).await,
            Self::Plan(id) => person_of_plan(app, viewer, id).await,
        }
    }
}

/// Shows a name or phone of an object that the viewer may see. That it was shown, to whom and why is on the disk before.
pub async fn reveal(
    app: &App,
    viewer: &Viewer,
    (subject, field): (Subject, PersonalField),
    reason: &str,
    key: &str,
) -> Result<String, Error> {
    let staff = viewer.require_staff()?;
    staff.scope(Right::PersonalReveal)?;
    let id: DisclosureId = app.clock.new_id();
    let claim = Claim::new(app, viewer.account_id, "personalDataReveal", key, &(subject, field, reason), id.0)?;
    let reason: String = reason.trim().chars().filter(|letter| !letter.is_control()).collect();
    match reason.chars().count() {
        0 => return Err(OfficeError::ReasonRequired.into()),
        count if count > REASON_MAX => return Err(OfficeError::ReasonTooLong(REASON_MAX).into()),
        _ => {}
    }
    let missing = || Error::from(OfficeError::NotFound("nodeId"));
    let person = subject.person(app, viewer).await.map_err(|error| match error {
        Error::Refused(refusal) if refusal.code == Code::NotFound => missing(),
        other => other,
    })?;
    // The right counts where the object belongs.
    if !staff.may(Right::PersonalReveal, person.community_id) {
        return Err(Error::Forbidden);
    }
    let value = match field {
        PersonalField::Name => person.name,
        PersonalField::Phone => person.phone,
    };
    let value = value.ok_or_else(|| Refusal::at(Code::NotFound, "field"))?;
    let (staff_id, account_id, now) = (staff.staff_id, viewer.account_id, app.clock.now());
    let (subject_kind, subject_id) = subject.key();
    let told = disclosure::Model {
        id,
        org_id: person.org_id,
        staff_id,
        account_id,
        kind: DisclosureKind::Reveal,
        ticket_id: person.ticket_id,
        export_id: None,
        list: None,
        filter: None,
        row_count: None,
        sha256: None,
        phones: field == PersonalField::Phone,
        occurred_at: now,
    };
    let more = disclosure_reveal::Model {
        disclosure_id: id,
        subject_kind: subject_kind.to_owned(),
        subject_id,
        field,
        reason,
    };
    app.db
        .write(move |tx| {
            let (claim, told, more) = (claim.clone(), told.clone(), more.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                repo::lock_staff(tx, staff_id).await?;
                if repo::reveals_since(tx, staff_id, now - Duration::hours(1)).await? >= HOUR_MAX {
                    return Err(Refusal::new(Code::TooManyRequests).into());
                }
                disclosures::record(tx, told).await?;
                Ok(repo::insert_reveal(tx, more).await?)
            })
        })
        .await?;
    Ok(value)
}
