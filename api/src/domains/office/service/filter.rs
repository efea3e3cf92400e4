//! The filter of any list, and how it is kept.

use std::collections::HashSet;

use entities::values::{ListKind, OrganizationId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::super::error::OfficeError;
use super::super::repo::{self, Reference};
use crate::db::Conn;
use crate::domains::billing::{ChargeFilter, CollectionGrouping};
use crate::domains::estate::UnitFilter;
use crate::domains::identity::{Scope, StaffFilter};
use crate::domains::tickets::{ContactFilter, ContactGrouping, ContactPeriod, Grouping, ReportFilter, TicketFilter};
use crate::error::Error;

/// The version in which filters are kept. A field that is new to the program of before makes that program say that it
/// cannot read the filter, not read a wider one.
const VERSION: u32 = 1;

/// A filter, of whichever list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ListFilter {
    /// Of a work list.
    Tickets(TicketFilter),
    /// Of a list of contacts.
    Contacts(ContactFilter),
    /// Of units.
    Units(UnitFilter),
    /// Of staff.
    Staff(StaffFilter),
    /// Of the on-time report.
    OnTime(Grouping, ReportFilter),
    /// Of the figures of contacts.
    ContactCounts(ContactGrouping, ContactPeriod),
    /// Of the collection report.
    Collection(CollectionGrouping, ChargeFilter),
    /// Of arrears.
    Arrears(ChargeFilter),
}

#[derive(Serialize, Deserialize)]
struct Kept {
    v: u32,
    filter: ListFilter,
}

impl ListFilter {
    /// The filter of a list that shows everything.
    pub fn everything(list: ListKind) -> Self {
        match list {
            ListKind::Tickets
            | ListKind::MyDay
            | ListKind::TicketPool
            | ListKind::TicketsToDispatch
            | ListKind::CallbacksDue
            | ListKind::TicketsOverdue => Self::Tickets(TicketFilter::default()),
            ListKind::Contacts | ListKind::ContactCallbacksDue => Self::Contacts(ContactFilter::default()),
            ListKind::ContactCounts => Self::ContactCounts(ContactGrouping::default(), ContactPeriod::default()),
            ListKind::OnTimeReport => Self::OnTime(Grouping::default(), ReportFilter::default()),
            ListKind::Units => Self::Units(UnitFilter::default()),
            ListKind::Staff => Self::Staff(StaffFilter::default()),
            ListKind::CollectionReport => Self::Collection(CollectionGrouping::default(), ChargeFilter::default()),
            ListKind::Arrears => Self::Arrears(ChargeFilter::default()),
        }
    }

    /// Whether it is a filter of this list.
    pub fn fits(&self, list: ListKind) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(&Self::everything(list))
    }

    /// As it is kept.
    pub fn written(&self) -> Result<String, Error> {
        Ok(serde_json::to_string(&Kept { v: VERSION, filter: self.clone() })?)
    }

    /// What was kept; `None` for what a later program wrote and this one cannot read.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str::<Kept>(text).ok().filter(|kept| kept.v == VERSION).map(|kept| kept.filter)
    }

    /// What it names, each with its field in the API, and the list's own name there.
    pub fn references(&self) -> (&'static str, Vec<(&'static str, Reference)>) {
        let mut found = Vec::new();
        let mut add = |field, reference: Option<Reference>| found.extend(reference.map(|it| (field, it)));
        let list = match self {
            Self::Tickets(filter) => {
                add("categoryId", filter.category_id.map(Reference::Category));
                add("communityId", filter.community_id.map(Reference::Community));
                add("unitId", filter.unit_id.map(Reference::Unit));
                add("assigneeId", filter.assignee_id.map(Reference::Staff));
                "tickets"
            }
            Self::Contacts(filter) => {
                add("communityId", filter.community_id.map(Reference::Community));
                add("unitId", filter.unit_id.map(Reference::Unit));
                add("firstContactId", filter.first_contact_id.map(Reference::Staff));
                "contacts"
            }
            Self::Units(filter) => {
                add("communityId", filter.community_id.map(Reference::Community));
                add("buildingId", filter.building_id.map(Reference::Building));
                "units"
            }
            Self::Staff(filter) => {
                add("communityId", filter.community_id.map(Reference::Community));
                "staff"
            }
            Self::OnTime(_, filter) => {
                add("communityId", filter.community_id.map(Reference::Community));
                add("categoryId", filter.category_id.map(Reference::Category));
                "onTimeReport"
            }
            Self::ContactCounts(_, period) => {
                add("communityId", period.community_id.map(Reference::Community));
                "contactCounts"
            }
            Self::Collection(_, filter) | Self::Arrears(filter) => {
                add("communityId", filter.community_id.map(Reference::Community));
                add("buildingId", filter.building_id.map(Reference::Building));
                add("unitId", filter.unit_id.map(Reference::Unit));
                if matches!(self, Self::Arrears(_)) { "arrears" } else { "collectionReport" }
            }
        };
        (list, found)
    }

    /// Refuses a filter that names what is not there for the viewer.
    pub async fn check(&self, connection: &Conn, org: OrganizationId, scope: &Scope) -> Result<(), Error> {
        let (list, named) = self.references();
        let references: Vec<Reference> = named.iter().map(|(_, reference)| *reference).collect();
        let visible: HashSet<Uuid> = repo::visible(connection, org, scope, &references).await?.into_iter().collect();
        match named.iter().find(|(_, reference)| !visible.contains(&reference.id())) {
            Some((field, _)) => Err(OfficeError::Unavailable(list, field).into()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use entities::values::{CommunityId, TicketState};

    #[test]
    fn a_filter_is_read_as_it_was_kept() {
        let tickets = TicketFilter {
            states: vec![TicketState::Paused],
            community_id: Some(CommunityId(Uuid::from_u128(7))),
            text: Some("电梯 \"'<>".to_owned()),
            ..TicketFilter::default()
        };
        let filter = ListFilter::Tickets(tickets);
        assert_eq!(filter.written().ok().and_then(|text| ListFilter::read(&text)), Some(filter));
        for list in ListKind::ALL {
            let everything = ListFilter::everything(*list);
            assert!(everything.fits(*list));
            assert_eq!(everything.written().ok().and_then(|text| ListFilter::read(&text)), Some(everything));
        }
    }

    #[test]
    fn what_a_later_program_wrote_is_not_read_as_something_wider() {
        assert!(ListFilter::read(r#"{"v":1,"filter":{"UNITS":{"text":"1"}}}"#).is_some());
        assert!(ListFilter::read(r#"{"v":2,"filter":{"UNITS":{"text":"1"}}}"#).is_none());
        assert!(ListFilter::read(r#"{"v":1,"filter":{"UNITS":{"text":"1","usage":"SHOP"}}}"#).is_none());
        assert!(ListFilter::read(r#"{"v":1,"filter":{"BILLS":{}}}"#).is_none());
        assert!(ListFilter::read("").is_none());
    }
}
