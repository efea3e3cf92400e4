//! Loaders of tickets: what belongs to tickets that the viewer was shown, a batch at a time.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::sync::Arc;

use async_graphql::dataloader::Loader as BatchLoader;
use entities::values::{AccountId, CommunityId, ContractorId, StaffId, TicketId, Trade, UnitId};
use entities::{callback_attempt, history_event, ticket_comment, ticket_escalation, ticket_rating};

use super::history::staff_in;
use crate::domains::estate::Tie;
use crate::domains::tickets::service::{self, AttachmentRow, HelperRow, Named};
use crate::graphql::loader::{Loader, SharedError};

/// Rows by their key.
pub fn grouped<K: Eq + Hash, V>(rows: Vec<V>, key: impl Fn(&V) -> K) -> HashMap<K, Vec<V>> {
    let mut groups: HashMap<K, Vec<V>> = HashMap::new();
    for row in rows {
        groups.entry(key(&row)).or_default().push(row);
    }
    groups
}

/// Asks for a ticket's events.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EventsOf {
    /// The ticket.
    pub ticket: TicketId,
    /// Whether the names of those whom payloads name by id are wanted.
    pub told: bool,
}

/// A ticket's events.
#[derive(Clone, Default)]
pub struct EventsOfTicket {
    /// The events, oldest first.
    pub rows: Vec<Named<history_event::Model>>,
    /// Names of those whom the payloads of the batch name by id.
    pub names: Arc<HashMap<StaffId, String>>,
}

impl BatchLoader<EventsOf> for Loader {
    type Value = EventsOfTicket;
    type Error = SharedError;

    async fn load(&self, keys: &[EventsOf]) -> Result<HashMap<EventsOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.ticket).collect();
        let rows = service::histories_of(&self.app, &ids).await?;
        let names = if keys.iter().any(|key| key.told) {
            let staff: HashSet<StaffId> = rows.iter().flat_map(|it| staff_in(&it.row)).collect();
            service::staff_names(&self.app, &staff.into_iter().collect::<Vec<_>>()).await?
        } else {
            HashMap::new()
        };
        let (names, rows) = (Arc::new(names), grouped(rows, |it| TicketId(it.row.object_id)));
        // The same ticket may be asked for with names and without.
        Ok(keys
            .iter()
            .map(|key| {
                let rows = rows.get(&key.ticket).cloned().unwrap_or_default();
                (*key, EventsOfTicket { rows, names: Arc::clone(&names) })
            })
            .collect())
    }
}

/// Asks for a ticket's comments.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CommentsOf {
    /// The ticket.
    pub ticket: TicketId,
    /// Whether internal ones are included.
    pub internal: bool,
}

impl BatchLoader<CommentsOf> for Loader {
    type Value = Vec<Named<ticket_comment::Model>>;
    type Error = SharedError;

    async fn load(&self, keys: &[CommentsOf]) -> Result<HashMap<CommentsOf, Self::Value>, SharedError> {
        // A request has one viewer, so its keys agree on internal comments.
        let internal = keys.iter().all(|key| key.internal);
        let ids: Vec<TicketId> = keys.iter().map(|key| key.ticket).collect();
        let rows = service::comments_of(&self.app, &ids, internal).await?;
        Ok(grouped(rows, |it| CommentsOf { ticket: it.row.ticket_id, internal }))
    }
}

/// Asks for a ticket's callbacks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CallbacksOf(pub TicketId);

impl BatchLoader<CallbacksOf> for Loader {
    type Value = Vec<Named<callback_attempt::Model>>;
    type Error = SharedError;

    async fn load(&self, keys: &[CallbacksOf]) -> Result<HashMap<CallbacksOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::attempts_of(&self.app, &ids).await?, |it| CallbacksOf(it.row.ticket_id)))
    }
}

/// Asks for a ticket's escalations.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct EscalationsOf(pub TicketId);

impl BatchLoader<EscalationsOf> for Loader {
    type Value = Vec<ticket_escalation::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[EscalationsOf]) -> Result<HashMap<EscalationsOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::escalations_of(&self.app, &ids).await?, |row| EscalationsOf(row.ticket_id)))
    }
}

/// Asks for a ticket's ratings.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RatingsOf(pub TicketId);

impl BatchLoader<RatingsOf> for Loader {
    type Value = Vec<ticket_rating::Model>;
    type Error = SharedError;

    async fn load(&self, keys: &[RatingsOf]) -> Result<HashMap<RatingsOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::ratings_of(&self.app, &ids).await?, |row| RatingsOf(row.ticket_id)))
    }
}

/// Asks for a ticket's helpers, also former ones.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HelpersOf(pub TicketId);

impl BatchLoader<HelpersOf> for Loader {
    type Value = Vec<HelperRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[HelpersOf]) -> Result<HashMap<HelpersOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::helpers_of(&self.app, &ids).await?, |row| HelpersOf(row.ticket_id)))
    }
}

/// Asks for a contractor's trades and communities.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContractorDetailsOf(pub ContractorId);

/// A contractor's trades and communities.
#[derive(Clone, Default)]
pub struct ContractorDetails {
    /// Trades.
    pub trades: Vec<Trade>,
    /// Communities.
    pub communities: Vec<CommunityId>,
}

impl BatchLoader<ContractorDetailsOf> for Loader {
    type Value = ContractorDetails;
    type Error = SharedError;

    async fn load(
        &self,
        keys: &[ContractorDetailsOf],
    ) -> Result<HashMap<ContractorDetailsOf, ContractorDetails>, SharedError> {
        let ids: Vec<ContractorId> = keys.iter().map(|key| key.0).collect();
        let (trades, communities) = service::contractor_details(&self.app, &ids).await?;
        let mut found: HashMap<ContractorDetailsOf, ContractorDetails> = HashMap::new();
        for row in trades {
            found.entry(ContractorDetailsOf(row.contractor_id)).or_default().trades.push(row.trade);
        }
        for row in communities {
            found.entry(ContractorDetailsOf(row.contractor_id)).or_default().communities.push(row.community_id);
        }
        Ok(found)
    }
}

/// Asks for a ticket's attachments.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AttachmentsOf(pub TicketId);

impl BatchLoader<AttachmentsOf> for Loader {
    type Value = Vec<AttachmentRow>;
    type Error = SharedError;

    async fn load(&self, keys: &[AttachmentsOf]) -> Result<HashMap<AttachmentsOf, Self::Value>, SharedError> {
        let ids: Vec<TicketId> = keys.iter().map(|key| key.0).collect();
        Ok(grouped(service::attachments_of(&self.app, &ids).await?, |row| AttachmentsOf(row.ticket_id)))
    }
}

/// Asks for the trades of the technician who looks.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TradesOf(pub StaffId);

impl BatchLoader<TradesOf> for Loader {
    type Value = Vec<Trade>;
    type Error = SharedError;

    async fn load(&self, keys: &[TradesOf]) -> Result<HashMap<TradesOf, Vec<Trade>>, SharedError> {
        let mut found = HashMap::new();
        // A request has one viewer, and so one key.
        for key in keys {
            found.insert(*key, service::trades_of(&self.app, key.0).await?);
        }
        Ok(found)
    }
}

/// Asks what ties a resident to a unit.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TiesOf {
    /// The resident.
    pub account: AccountId,
    /// The unit.
    pub unit: UnitId,
}

impl BatchLoader<TiesOf> for Loader {
    type Value = Vec<Tie>;
    type Error = SharedError;

    async fn load(&self, keys: &[TiesOf]) -> Result<HashMap<TiesOf, Vec<Tie>>, SharedError> {
        let Some(TiesOf { account, .. }) = keys.first().copied() else { return Ok(HashMap::new()) };
        let units: Vec<UnitId> = keys.iter().map(|key| key.unit).collect();
        let ties = service::household_of(&self.app, account, &units).await?;
        Ok(ties.into_iter().map(|(unit, ties)| (TiesOf { account, unit }, ties)).collect())
    }
}
