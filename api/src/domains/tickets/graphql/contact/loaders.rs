//! Loaders of contacts: what belongs to tickets, units and contacts that the viewer was shown, a batch at a time.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::{ContactId, TicketId, UnitId};

use crate::domains::identity::Viewer;
use crate::domains::tickets::graphql::loaders::grouped;
use crate::domains::tickets::service::{self, ContactCall, ContactRow, TicketCard};
use crate::graphql::loader::{Loader, SharedError};

/// A key with the viewer who asks: a request has one, so that keys differ by themselves alone.
#[derive(Clone)]
pub struct By<K> {
    /// The key.
    pub key: K,
    viewer: Arc<Viewer>,
}

impl<K> By<K> {
    /// The key of this viewer.
    pub fn new(key: K, viewer: &Viewer) -> Self {
        Self { key, viewer: Arc::new(viewer.clone()) }
    }

    /// Who asks.
    pub fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    /// Another key of the same viewer.
    pub fn with<O>(&self, key: O) -> By<O> {
        By { key, viewer: Arc::clone(&self.viewer) }
    }
}

impl<K: PartialEq> PartialEq for By<K> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl<K: Eq> Eq for By<K> {}

impl<K: Hash> Hash for By<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

/// Asks for a ticket by id.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TicketOf(pub TicketId);

impl BatchLoader<By<TicketOf>> for Loader {
    type Value = TicketCard;
    type Error = SharedError;

    async fn load(&self, keys: &[By<TicketOf>]) -> Result<HashMap<By<TicketOf>, TicketCard>, SharedError> {
        let Some(one) = keys.first() else { return Ok(HashMap::new()) };
        let ids: Vec<TicketId> = keys.iter().map(|by| by.key.0).collect();
        let cards = service::tickets_by_id(&self.app, one.viewer(), &ids).await?;
        Ok(cards.into_iter().map(|card| (one.with(TicketOf(card.ticket.id)), card)).collect())
    }
}

/// Asks for a ticket's contacts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContactsOfTicket(pub TicketId);

impl BatchLoader<By<ContactsOfTicket>> for Loader {
    type Value = Vec<ContactRow>;
    type Error = SharedError;

    async fn load(
        &self,
        keys: &[By<ContactsOfTicket>],
    ) -> Result<HashMap<By<ContactsOfTicket>, Self::Value>, SharedError> {
        let Some(one) = keys.first() else { return Ok(HashMap::new()) };
        let ids: Vec<TicketId> = keys.iter().map(|by| by.key.0).collect();
        let rows = service::contacts_of_tickets(&self.app, one.viewer(), &ids).await?;
        let of = grouped(rows, |row| row.contact.ticket_id);
        let named = of.into_iter().filter_map(|(ticket, rows)| Some((one.with(ContactsOfTicket(ticket?)), rows)));
        Ok(named.collect())
    }
}

/// Asks for a page of a unit's contacts, newest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContactsOfUnit {
    /// The unit.
    pub unit: UnitId,
    /// After this one.
    pub after: Option<ContactId>,
    /// How many.
    pub limit: u64,
}

impl BatchLoader<By<ContactsOfUnit>> for Loader {
    type Value = Vec<ContactRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[By<ContactsOfUnit>]) -> Result<HashMap<By<ContactsOfUnit>, Self::Value>, SharedError> {
        let mut found = HashMap::new();
        // A page of units asks for the same page of each: one statement.
        for ((after, limit), keys) in grouped(keys.to_vec(), |by| (by.key.after, by.key.limit)) {
            let Some(one) = keys.first() else { continue };
            let units: Vec<UnitId> = keys.iter().map(|by| by.key.unit).collect();
            let rows = service::contacts_of_units(&self.app, one.viewer(), &units, after, limit).await?;
            for (unit, rows) in grouped(rows, |row| row.contact.unit_id) {
                found.extend(unit.map(|unit| (one.with(ContactsOfUnit { unit, after, limit }), rows)));
            }
        }
        Ok(found)
    }
}

/// Asks for the callbacks of a contact.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallsOf(pub ContactId);

impl BatchLoader<CallsOf> for Loader {
    type Value = Vec<ContactCall>;
    type Error = SharedError;

    async fn load(&self, keys: &[CallsOf]) -> Result<HashMap<CallsOf, Self::Value>, SharedError> {
        let ids: Vec<ContactId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::calls_of(&self.app, &ids).await?, |call| CallsOf(call.contact_id)))
    }
}
