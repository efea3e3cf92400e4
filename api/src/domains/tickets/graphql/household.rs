//! Finding households, and their files (一户一档), in the schema.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use async_graphql::{ComplexObject, Context, Enum, ID, Object, Result, SimpleObject};
use entities::residency;
use entities::values::{CommunityId, TicketId, TicketState, UnitId};

use super::contact::{By, ContactConnection, ContactTotal, ContactsOfUnit};
use super::listing::{TicketConnection, TicketCount};
use super::loaders::grouped;
use super::types::Ticket;
use super::warranty::{CategoryWarranty, warranty_of};
use crate::domains::estate::graphql::enums::ResidencyRole;
use crate::domains::estate::graphql::{Unit, find_unit};
use crate::domains::identity::{Right, Viewer, mask_name, mask_phone};
use crate::domains::tickets::service::{
    self, ContactCursor, ContactFilter, ContactList, TicketCard, TicketCursor, TicketFilter, UnitMatch, WorkList,
};
use crate::error::{Code, Error, Refusal};
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_optional_id, try_parse_id, wire_id};
use crate::graphql::loader::{Loader, SharedError};
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// Where the review of an entry of the register stands.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::ReviewState")]
pub enum ReviewState {
    /// Waits for the front desk.
    Pending,
    /// Confirmed.
    Approved,
    /// Refused.
    Rejected,
}

/// A person of a household, as the register has it.
#[derive(SimpleObject)]
pub struct HouseholdPerson {
    /// Opaque id of the entry.
    pub id: ID,
    /// The name; masked for whoever has no need of it.
    pub name: String,
    /// The phone; masked for whoever has no need of it.
    pub phone: Option<String>,
    /// What ties the person to the unit.
    pub role: ResidencyRole,
    /// Since when.
    pub since: DateTime,
    /// Until when; null while it lasts.
    pub until: Option<DateTime>,
    /// Where the review of the entry stands.
    pub review_state: ReviewState,
}

impl HouseholdPerson {
    fn of(row: residency::Model, in_full: bool) -> Self {
        Self {
            id: wire_id(row.id),
            name: if in_full { row.name } else { mask_name(&row.name) },
            phone: row.phone.map(|phone| if in_full { phone } else { mask_phone(&phone) }),
            role: row.role.into(),
            since: row.started_at.into(),
            until: row.ended_at.map(Into::into),
            review_state: row.review_state.into(),
        }
    }
}

/// The file of a household (一户一档): its people, its repairs, and what it came to the company with.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Household {
    #[graphql(skip)]
    unit: UnitId,
    #[graphql(skip)]
    community: CommunityId,
    /// The id of its unit.
    pub unit_id: ID,
}

impl Household {
    /// The household of a unit, if the viewer may open it.
    pub fn open(viewer: &Viewer, unit: UnitId, community: CommunityId) -> Option<Self> {
        service::opens_households(viewer, community).then(|| Self { unit, community, unit_id: wire_id(unit) })
    }
}

fn in_full(viewer: &Viewer, community: CommunityId) -> bool {
    viewer.staff().is_some_and(|staff| staff.may(Right::ContactRead, community))
}

#[ComplexObject]
impl Household {
    /// Everybody in the register: who lives there now, then former ones.
    async fn people(&self, context: &Context<'_>) -> Result<Vec<HouseholdPerson>> {
        let request = request(context);
        let in_full = in_full(request.viewer()?, self.community);
        let rows = request.loader().load_one(PeopleOf(self.unit)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| HouseholdPerson::of(row, in_full)).collect())
    }

    /// What is under warranty today (保修状态), by category.
    async fn warranty(&self, context: &Context<'_>) -> Result<Vec<CategoryWarranty>> {
        warranty_of(context, self.unit).await
    }

    /// The tickets of the unit that are not over, newest first.
    async fn open_tickets(&self, context: &Context<'_>) -> Result<Vec<Ticket>> {
        let request = request(context);
        let key = By::new(OpenTicketsOf(self.unit), request.viewer()?);
        let cards = request.loader().load_one(key).await?.unwrap_or_default();
        Ok(cards.into_iter().map(Into::into).collect())
    }

    /// The tickets of the unit that are over, newest first.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn past_tickets(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<TicketConnection> {
        let request = request(context);
        let window: Window<TicketCursor> = Window::new(first, after.as_deref())?;
        let after = window.after.as_ref().map(|cursor| cursor.id);
        let key = By::new(PastTicketsOf { unit: self.unit, after, limit: window.fetch() }, request.viewer()?);
        let cards = request.loader().load_one(key).await?.unwrap_or_default();
        let page = Page::new(&window, cards, |card| WorkList::All.cursor(card))?;
        let states = vec![TicketState::Closed, TicketState::Cancelled];
        let filter = TicketFilter { unit_id: Some(self.unit), states, ..TicketFilter::default() };
        Ok(TicketConnection::new(page, TicketCount { list: WorkList::All, filter }))
    }

    /// What the household came to the company with (来电来访), newest first.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn contacts(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ContactConnection> {
        let request = request(context);
        let window: Window<ContactCursor> = Window::new(first, after.as_deref())?;
        let after = window.after.as_ref().map(|cursor| cursor.id);
        let key = By::new(ContactsOfUnit { unit: self.unit, after, limit: window.fetch() }, request.viewer()?);
        let rows = request.loader().load_one(key).await?.unwrap_or_default();
        let list = ContactList::All;
        let page = Page::new(&window, rows, |row| list.cursor(row))?;
        let filter = ContactFilter { unit_id: Some(self.unit), ..ContactFilter::default() };
        Ok(ContactConnection::new(page, ContactTotal { list, filter }))
    }
}

/// Asks for the register of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PeopleOf(pub UnitId);

impl BatchLoader<PeopleOf> for Loader {
    type Value = Vec<residency::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[PeopleOf]) -> Result<HashMap<PeopleOf, Self::Value>, SharedError> {
        let units: Vec<UnitId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::people_of(&self.app, &units).await?, |row| PeopleOf(row.unit_id)))
    }
}

/// Asks for the tickets of a unit that are not over.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct OpenTicketsOf(pub UnitId);

impl BatchLoader<By<OpenTicketsOf>> for Loader {
    type Value = Vec<TicketCard>;
    type Error = SharedError;

    async fn load(&self, keys: &[By<OpenTicketsOf>]) -> Result<HashMap<By<OpenTicketsOf>, Self::Value>, SharedError> {
        let Some(one) = keys.first() else { return Ok(HashMap::new()) };
        let units: Vec<UnitId> = keys.iter().map(|by| by.key.0).collect();
        let cards = service::open_tickets_of(&self.app, one.viewer(), &units).await?;
        let of = grouped(cards, |card| card.ticket.unit_id);
        Ok(of.into_iter().filter_map(|(unit, cards)| Some((one.with(OpenTicketsOf(unit?)), cards))).collect())
    }
}

/// Asks for a page of a unit's tickets that are over.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PastTicketsOf {
    /// The unit.
    pub unit: UnitId,
    /// After this one.
    pub after: Option<TicketId>,
    /// How many.
    pub limit: u64,
}

impl BatchLoader<By<PastTicketsOf>> for Loader {
    type Value = Vec<TicketCard>;
    type Error = SharedError;

    async fn load(&self, keys: &[By<PastTicketsOf>]) -> Result<HashMap<By<PastTicketsOf>, Self::Value>, SharedError> {
        let mut found = HashMap::new();
        // A page of units asks for the same page of each: one statement.
        for ((after, limit), keys) in grouped(keys.to_vec(), |by| (by.key.after, by.key.limit)) {
            let Some(one) = keys.first() else { continue };
            let units: Vec<UnitId> = keys.iter().map(|by| by.key.unit).collect();
            let cards = service::past_tickets_of(&self.app, one.viewer(), &units, after, limit).await?;
            for (unit, cards) in grouped(cards, |card| card.ticket.unit_id) {
                found.extend(unit.map(|unit| (one.with(PastTicketsOf { unit, after, limit }), cards)));
            }
        }
        Ok(found)
    }
}

/// A unit that a search found.
#[derive(SimpleObject)]
pub struct UnitSearchMatch {
    /// The unit.
    pub unit: Unit,
    /// Name of the person by whom it was found; null when it was found by its room; masked for whoever has no need of it.
    pub person_name: Option<String>,
    /// That person's phone; masked for whoever has no need of it.
    pub person_phone: Option<String>,
    /// What ties that person to the unit.
    pub person_role: Option<ResidencyRole>,
}

impl UnitSearchMatch {
    fn of(found: UnitMatch, viewer: &Viewer) -> Self {
        let in_full = in_full(viewer, found.unit.community_id);
        Self {
            unit: found.unit.into(),
            person_name: found.person_name.map(|name| if in_full { name } else { mask_name(&name) }),
            person_phone: found.person_phone.map(|phone| if in_full { phone } else { mask_phone(&phone) }),
            person_role: found.person_role.map(Into::into),
        }
    }
}

/// Queries of households.
#[derive(Default)]
pub struct HouseholdQuery;

#[Object]
impl HouseholdQuery {
    /// One unit by its id; null when there is none, or the viewer may not see it.
    async fn unit(&self, context: &Context<'_>, #[graphql(desc = "The unit's id.")] id: ID) -> Result<Option<Unit>> {
        request(context).viewer()?;
        let Some(id) = try_parse_id(&id) else { return Ok(None) };
        match find_unit(context, id).await {
            Ok(unit) => Ok(Some(unit)),
            // Outside the scope is as good as missing.
            Err(Error::Refused(refusal)) if refusal.code == Code::NotFound => Ok(None),
            Err(Error::Forbidden) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Finds units while the phone rings, best match first: by a phone or its last four digits or more, by a room such as
    /// `1栋101`, `1-101` or `1-2-301`, or by the beginning of a person's name. For staff who may see households.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 20) as usize * child_complexity")]
    async fn unit_search(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "A phone, a room or a name.")] text: String,
        #[graphql(desc = "Only in this community.")] community_id: Option<ID>,
        #[graphql(desc = "How many matches, 20 unless said and at most.")] first: Option<i32>,
    ) -> Result<Vec<UnitSearchMatch>> {
        let request = request(context);
        let viewer = request.viewer()?;
        let first = first.map_or(Ok(service::SEARCH_MAX), usize::try_from);
        let first = first.map_err(|_| Refusal { field: vec!["first"], ..Refusal::new(Code::InvalidValue) })?;
        let community = parse_optional_id(community_id.as_ref(), "communityId")?;
        let found = service::search_units(&request.app, viewer, &text, community, first).await?;
        Ok(found.into_iter().map(|found| UnitSearchMatch::of(found, viewer)).collect())
    }
}
