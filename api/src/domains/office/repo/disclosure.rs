//! The list of disclosures.

use chrono::{DateTime, Utc};
use entities::disclosure;
use entities::values::{DisclosureId, DisclosureKind, OrganizationId, PersonalField, StaffId, TicketId};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use crate::db::{Fault, Sql};

/// A disclosure with the names that a list shows.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct DisclosureRow {
    /// The disclosure.
    #[sea_orm(nested)]
    pub disclosure: disclosure::Model,
    /// Who it was.
    pub staff_name: String,
    /// The ticket's number, when it is one.
    pub ticket_number: Option<String>,
    /// Of a reveal: the prefix of the object's id.
    pub subject_kind: Option<String>,
    /// Of a reveal: the object that names the person.
    pub subject_id: Option<Uuid>,
    /// Of a reveal: what was shown.
    pub field: Option<PersonalField>,
    /// Of a reveal: why.
    pub reason: Option<String>,
}

/// Which disclosures.
#[derive(Clone, Debug, Default)]
pub struct DisclosureFilter {
    /// Only by this member of staff.
    pub staff_id: Option<StaffId>,
    /// Only of this ticket.
    pub ticket_id: Option<TicketId>,
    /// Only of this kind.
    pub kind: Option<DisclosureKind>,
    /// Only at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Only before this time.
    pub to: Option<DateTime<Utc>>,
}

fn filtered(select: &str, org: OrganizationId, filter: &DisclosureFilter) -> Sql {
    let mut sql = Sql::new(select);
    sql.push(" FROM disclosure d JOIN staff_member m ON m.id = d.staff_id LEFT JOIN ticket t ON t.id = d.ticket_id");
    sql.push(" LEFT JOIN disclosure_reveal v ON v.disclosure_id = d.id");
    sql.with(" WHERE d.org_id = ", org);
    if let Some(staff) = filter.staff_id {
        sql.with(" AND d.staff_id = ", staff);
    }
    if let Some(ticket) = filter.ticket_id {
        sql.with(" AND d.ticket_id = ", ticket);
    }
    if let Some(kind) = filter.kind {
        sql.with(" AND d.kind = ", kind);
    }
    if let Some(from) = filter.from {
        sql.with(" AND d.occurred_at >= ", from);
    }
    if let Some(to) = filter.to {
        sql.with(" AND d.occurred_at < ", to);
    }
    sql
}

/// Disclosures of an organization, newest first, after `after`.
pub async fn list_disclosures(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    filter: &DisclosureFilter,
    after: Option<DisclosureId>,
    limit: u64,
) -> Result<Vec<DisclosureRow>, Fault> {
    let mut sql = filtered(
        "SELECT d.*, m.name AS staff_name, t.number AS ticket_number, v.subject_kind, v.subject_id, v.field, v.reason",
        org,
        filter,
    );
    if let Some(after) = after {
        sql.with(" AND d.id < ", after);
    }
    sql.push(" ORDER BY d.id DESC LIMIT ").bind(i64::try_from(limit).unwrap_or(i64::MAX)).all(connection).await
}

/// How many disclosures that list has.
pub async fn count_disclosures(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    filter: &DisclosureFilter,
) -> Result<i64, Fault> {
    filtered("SELECT COUNT(*)", org, filter).number(connection).await
}
