//! The filter of any list: one field for each kind of filter, of which one is set.

use async_graphql::{InputObject, SimpleObject};
use entities::values::ListKind;

use crate::domains::billing::graphql::{ArrearsReportInput, CollectionReportInput};
use crate::domains::estate::graphql::UnitFilterInput;
use crate::domains::identity::graphql::StaffFilterInput;
use crate::domains::office::service::ListFilter;
use crate::domains::tickets::graphql::{ContactCountsInput, ContactFilterInput, OnTimeReportInput, TicketFilterInput};
use crate::error::{Code, Error, Refusal};

/// The filter of a list, in the field that fits the list, as the list itself takes it; the other fields are null.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "ListFilter", input_name = "ListFilterInput")]
pub struct ListFilterInput {
    /// Of `tickets`, `myDay`, `ticketPool`, `ticketsToDispatch`, `callbacksDue` and `ticketsOverdue`.
    tickets: Option<TicketFilterInput>,
    /// Of `contacts` and `contactCallbacksDue`.
    contacts: Option<ContactFilterInput>,
    /// Of `contactCounts`.
    contact_counts: Option<ContactCountsInput>,
    /// Of `ticketOnTimeReport`.
    on_time_report: Option<OnTimeReportInput>,
    /// Of `units`.
    units: Option<UnitFilterInput>,
    /// Of `staff`.
    staff: Option<StaffFilterInput>,
    /// Of `collectionReport`.
    collection_report: Option<CollectionReportInput>,
    /// Of `arrears`.
    arrears: Option<ArrearsReportInput>,
}

/// Says that a fault lies inside the filter.
fn inside(list: &'static str) -> impl Fn(Error) -> Error {
    move |error| match error {
        Error::Refused(mut refusal) => {
            if refusal.field.first() == Some(&"input") {
                refusal.field.splice(1..1, ["filter", list]);
            }
            Error::Refused(refusal)
        }
        other => other,
    }
}

impl ListFilterInput {
    /// The filter of `list`; everything when no field is set. A filter of another list is refused.
    pub fn read(self, list: ListKind) -> Result<ListFilter, Error> {
        let mut found = Vec::new();
        if let Some(filter) = self.tickets {
            found.push(ListFilter::Tickets(filter.read().map_err(inside("tickets"))?));
        }
        if let Some(filter) = self.contacts {
            found.push(ListFilter::Contacts(filter.read().map_err(inside("contacts"))?));
        }
        if let Some(filter) = self.contact_counts {
            let (grouping, period) = filter.read().map_err(inside("contactCounts"))?;
            found.push(ListFilter::ContactCounts(grouping, period));
        }
        if let Some(filter) = self.on_time_report {
            let (grouping, filter) = filter.read().map_err(inside("onTimeReport"))?;
            found.push(ListFilter::OnTime(grouping, filter));
        }
        if let Some(filter) = self.units {
            found.push(ListFilter::Units(filter.read().map_err(inside("units"))?));
        }
        if let Some(filter) = self.staff {
            found.push(ListFilter::Staff(filter.read().map_err(inside("staff"))?));
        }
        if let Some(filter) = self.collection_report {
            let (grouping, filter) = filter.read().map_err(inside("collectionReport"))?;
            found.push(ListFilter::Collection(grouping, filter));
        }
        if let Some(filter) = self.arrears {
            found.push(ListFilter::Arrears(filter.read().map_err(inside("arrears"))?));
        }
        match (found.pop(), found.is_empty()) {
            (None, _) => Ok(ListFilter::everything(list)),
            (Some(filter), true) if filter.fits(list) => Ok(filter),
            _ => Err(Refusal::at(Code::InvalidValue, "filter").into()),
        }
    }
}

impl From<ListFilter> for ListFilterInput {
    fn from(filter: ListFilter) -> Self {
        let mut shown = Self::default();
        match filter {
            ListFilter::Tickets(filter) => shown.tickets = Some(filter.into()),
            ListFilter::Contacts(filter) => shown.contacts = Some(filter.into()),
            ListFilter::ContactCounts(grouping, period) => shown.contact_counts = Some((grouping, period).into()),
            ListFilter::OnTime(grouping, filter) => shown.on_time_report = Some((grouping, filter).into()),
            ListFilter::Units(filter) => shown.units = Some(filter.into()),
            ListFilter::Staff(filter) => shown.staff = Some(filter.into()),
            ListFilter::Collection(grouping, filter) => shown.collection_report = Some((grouping, filter).into()),
            ListFilter::Arrears(filter) => shown.arrears = Some(filter.into()),
        }
        shown
    }
}
