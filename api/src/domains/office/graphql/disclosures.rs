//! Who took personal data out of the house.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{ContactId, ResidencyId, ServicePlanId, TicketId, TypedId as _};

use super::enums::{DisclosureKind, ListKind};
use super::filters::ListFilterInput;
use super::personal::PersonalField;
use crate::connection;
use crate::domains::office::service::{self, DisclosureFilter, DisclosureRow, ListFilter};
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// Somebody took personal data out of the house, on paper or as a file, or had it shown in full (披露记录).
#[derive(SimpleObject)]
pub struct Disclosure {
    /// Opaque id.
    pub id: ID,
    /// How.
    pub kind: DisclosureKind,
    /// Name of who it was.
    pub staff_name: String,
    /// Who it was.
    pub staff_id: ID,
    /// The ticket that was printed.
    pub ticket_id: Option<ID>,
    /// The ticket's number.
    pub ticket_number: Option<String>,
    /// The list that was exported.
    pub list: Option<ListKind>,
    /// Which of its rows.
    pub filter: Option<ListFilterInput>,
    /// How many rows.
    pub row_count: Option<i32>,
    /// SHA-256 of the file, in hexadecimal digits.
    pub sha256: Option<String>,
    /// Whether phones could stand in it in full.
    pub phones: bool,
    /// What names the person whose data was shown (查看隐私).
    pub subject_id: Option<ID>,
    /// What was shown of the person.
    pub field: Option<PersonalField>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub occurred_at: DateTime,
}

/// The id of what a reveal was about.
fn subject(row: &DisclosureRow) -> Option<ID> {
    let (kind, id) = row.subject_kind.as_deref().zip(row.subject_id)?;
    match kind {
        TicketId::PREFIX => Some(wire_id(TicketId(id))),
        ContactId::PREFIX => Some(wire_id(ContactId(id))),
        ResidencyId::PREFIX => Some(wire_id(ResidencyId(id))),
        ServicePlanId::PREFIX => Some(wire_id(ServicePlanId(id))),
        _ => None,
    }
}

impl From<DisclosureRow> for Disclosure {
    fn from(row: DisclosureRow) -> Self {
        let subject_id = subject(&row);
        let told = row.disclosure;
        Self {
            id: wire_id(told.id),
            kind: told.kind.into(),
            staff_name: row.staff_name,
            staff_id: wire_id(told.staff_id),
            ticket_id: told.ticket_id.map(wire_id),
            ticket_number: row.ticket_number,
            list: told.list.map(Into::into),
            filter: told.filter.as_deref().and_then(ListFilter::read).map(Into::into),
            row_count: told.row_count.map(|rows| i32::try_from(rows).unwrap_or(i32::MAX)),
            sha256: told.sha256.map(hex::encode),
            phones: told.phones,
            subject_id,
            field: row.field.map(Into::into),
            reason: row.reason,
            occurred_at: told.occurred_at.into(),
        }
    }
}

/// Which disclosures.
#[derive(InputObject, Default)]
pub struct DisclosureFilterInput {
    /// Only by this member of staff.
    staff_id: Option<ID>,
    /// Only of this ticket.
    ticket_id: Option<ID>,
    /// Only of this kind.
    kind: Option<DisclosureKind>,
    /// Only at this time or later.
    from: Option<DateTime>,
    /// Only before this time.
    to: Option<DateTime>,
}

/// How to count a list of disclosures.
pub struct DisclosureTotal(DisclosureFilter);

impl DisclosureTotal {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_disclosures(&request.app, request.viewer()?, &self.0).await?)
    }
}

connection! {
    /// A list of disclosures.
    DisclosureConnection, DisclosureEdge, Disclosure, count: DisclosureTotal
}

/// Queries of disclosures.
#[derive(Default)]
pub struct DisclosureQuery;

#[Object]
impl DisclosureQuery {
    /// Who printed work orders, exported lists, downloaded them or had masked data shown, newest first; for the organization's administrators.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn disclosures(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which disclosures.")] filter: Option<DisclosureFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<DisclosureConnection> {
        let request = request(context);
        let window = Window::new(first, after.as_deref())?;
        let input = filter.unwrap_or_default();
        let filter = DisclosureFilter {
            staff_id: parse_optional_id(input.staff_id.as_ref(), "staffId")?,
            ticket_id: parse_optional_id(input.ticket_id.as_ref(), "ticketId")?,
            kind: input.kind.map(Into::into),
            from: input.from.map(|time| time.0),
            to: input.to.map(|time| time.0),
        };
        let (app, viewer) = (&request.app, request.viewer()?);
        let rows = service::disclosures(app, viewer, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row| row.disclosure.id)?;
        Ok(DisclosureConnection::new(page, DisclosureTotal(filter)))
    }
}
