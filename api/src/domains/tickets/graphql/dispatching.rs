//! Who should get a ticket, which appointments can be had, and what a community has set for both.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};

use super::setup::Category;
use super::warranty::MonthDay;
use crate::domains::tickets::model::slots::Slot;
use crate::domains::tickets::model::warranty::Season;
use crate::domains::tickets::service::{self, Place, SettingChange, Settings, Suggestion};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, Decimal};
use crate::payloads;

/// Why a ticket is not given to somebody.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "crate::domains::tickets::model::dispatching::Exclusion", name = "DispatchExclusion")]
pub enum Exclusion {
    /// Not at work (未上班).
    OffDuty,
    /// Lacks the trade (工种不符).
    Trade,
    /// Is somewhere else during the ticket's appointment (时段已占).
    SlotTaken,
    /// Declined it in this round (已拒单).
    Declined,
    /// Has it already.
    HasIt,
}

/// Somebody who works in a ticket's community, and whether the ticket can be given to them (派单建议).
#[derive(SimpleObject)]
pub struct DispatchCandidate {
    /// Opaque id of the member of staff.
    pub staff_id: ID,
    /// The name.
    pub name: String,
    /// The contractor that the person works for; null for the organization's own.
    pub contractor_name: Option<String>,
    /// Estimated minutes of all open work.
    pub open_minutes: i32,
    /// Since when nothing was finished.
    pub idle_since: DateTime,
    /// Why not; empty for whoever can get it.
    pub exclusions: Vec<Exclusion>,
}

impl From<Suggestion> for DispatchCandidate {
    fn from(suggestion: Suggestion) -> Self {
        Self {
            staff_id: wire_id(suggestion.staff_id),
            name: suggestion.name,
            contractor_name: suggestion.contractor_name,
            open_minutes: i32::try_from(suggestion.candidate.open_minutes).unwrap_or(i32::MAX),
            idle_since: suggestion.candidate.idle_since.into(),
            exclusions: suggestion.exclusions.into_iter().map(Into::into).collect(),
        }
    }
}

/// An appointment that is offered (预约时段).
#[derive(SimpleObject)]
pub struct AppointmentSlot {
    /// When it starts.
    pub start: DateTime,
    /// When it ends.
    pub end: DateTime,
    /// How many technicians of the trade are free in it; 0 when it is full.
    pub free_technicians: i32,
}

impl From<Slot> for AppointmentSlot {
    fn from(slot: Slot) -> Self {
        Self { start: slot.start.into(), end: slot.end.into(), free_technicians: slot.free }
    }
}

/// How tickets of a community are given out.
#[derive(SimpleObject)]
pub struct CommunityTicketSettings {
    /// The community.
    pub community_id: ID,
    /// Whether submitted tickets are given out by themselves (自动派单).
    pub auto_dispatch: bool,
    /// Whether residents are refused an appointment in which nobody is free.
    pub slots_strict: bool,
    /// Minutes between two times that a ticket is urged (催单间隔).
    pub urge_minutes: i32,
    /// First day of the heating season (供暖期), by which warranties of heating are counted.
    pub heating_from: MonthDay,
    /// Its last day; it may lie in the next year.
    pub heating_to: MonthDay,
    /// How many days ahead the tickets of recurring services are made.
    pub service_lead_days: i32,
    /// What the refusal of a quote costs where somebody has come (上门费).
    pub visit_fee: Money,
}

impl From<Settings> for CommunityTicketSettings {
    fn from(Settings { row, currency }: Settings) -> Self {
        let season = Season::from_numbers(row.heating_from, row.heating_to);
        Self {
            community_id: wire_id(row.community_id),
            auto_dispatch: row.auto_dispatch,
            slots_strict: row.slots_strict,
            urge_minutes: row.urge_minutes,
            heating_from: MonthDay(season.from),
            heating_to: MonthDay(season.to),
            service_lead_days: row.service_lead_days,
            visit_fee: Money::new(row.visit_fee_fen, &currency),
        }
    }
}

/// Sets how tickets of a community are given out. Setting the same again is harmless.
#[derive(InputObject)]
pub struct CommunityTicketSettingsSetInput {
    /// The community.
    community_id: ID,
    /// Whether submitted tickets are given out by themselves; stays when missing.
    auto_dispatch: Option<bool>,
    /// Whether residents are refused an appointment in which nobody is free; stays when missing.
    slots_strict: Option<bool>,
    /// Minutes between two times that a ticket is urged, at most a week; stays when missing.
    urge_minutes: Option<i32>,
    /// First day of the heating season; stays when missing.
    heating_from: Option<MonthDay>,
    /// Its last day; stays when missing.
    heating_to: Option<MonthDay>,
    /// How many days ahead the tickets of recurring services are made, 0 to 30; stays when missing.
    service_lead_days: Option<i32>,
    /// What the refusal of a quote costs where somebody has come, in the community's currency; stays when missing.
    visit_fee: Option<Decimal>,
}

/// Sets what a category's work takes. Setting the same again is harmless.
#[derive(InputObject)]
pub struct TicketCategoryWorkSetInput {
    /// The category.
    category_id: ID,
    /// The estimate in minutes, at most 30 days.
    work_minutes: i32,
}

payloads! {
    /// What became of it.
    CommunityTicketSettingsSetPayload {
        /// The settings as they now are.
        settings: CommunityTicketSettings
    }
    /// What became of it.
    TicketCategoryWorkSetPayload {
        /// The category as it now is.
        category: Category
    }
}

/// Queries of giving tickets out.
#[derive(Default)]
pub struct DispatchingQuery;

#[Object]
impl DispatchingQuery {
    /// Everybody who works in a ticket's community, best first: the fewest open minutes of work, then the longest idle,
    /// a contractor's people after the own. Null when there is no such ticket where the viewer gives tickets out.
    async fn ticket_dispatch_suggest(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The ticket.")] ticket_id: ID,
    ) -> Result<Option<Vec<DispatchCandidate>>> {
        let request = request(context);
        let found = service::suggest(&request.app, request.viewer()?, parse_id(&ticket_id, "ticketId")?).await?;
        Ok(found.map(|found| found.into_iter().map(Into::into).collect()))
    }

    /// Appointments of two hours within the community's hours of service, none of them past. Null when there is no such
    /// place or category within the viewer's reach.
    async fn appointment_slots(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The category of the work.")] category_id: ID,
        #[graphql(desc = "The unit; or else the community.")] unit_id: Option<ID>,
        #[graphql(desc = "The community, when no unit is given.")] community_id: Option<ID>,
        #[graphql(desc = "The first day, where the community is; at most 60 days ahead.")] from: Date,
        #[graphql(desc = "How many days, 1 to 14.", default = 7)] days: i32,
    ) -> Result<Option<Vec<AppointmentSlot>>> {
        let request = request(context);
        let place = match (&unit_id, &community_id) {
            (Some(id), _) => Place::Unit(parse_id(id, "unitId")?),
            (None, Some(id)) => Place::Community(parse_id(id, "communityId")?),
            (None, None) => return Err(Refusal::at(Code::PlaceRequired, "unitId").into()),
        };
        let category = parse_id(&category_id, "categoryId")?;
        let found = service::offered_slots(&request.app, request.viewer()?, place, category, from.0, days).await?;
        Ok(found.map(|found| found.into_iter().map(Into::into).collect()))
    }

    /// How tickets of a community are given out. Null when there is no such community where the viewer gives tickets
    /// out.
    async fn community_ticket_settings(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The community.")] community_id: ID,
    ) -> Result<Option<CommunityTicketSettings>> {
        let request = request(context);
        let id = parse_id(&community_id, "communityId")?;
        Ok(service::ticket_settings(&request.app, request.viewer()?, id).await?.map(Into::into))
    }
}

/// Mutations of what is set for giving tickets out.
#[derive(Default)]
pub struct DispatchingMutation;

#[Object]
impl DispatchingMutation {
    /// Sets how tickets of a community are given out.
    async fn community_ticket_settings_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What.")] input: CommunityTicketSettingsSetInput,
    ) -> Result<CommunityTicketSettingsSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let change = SettingChange {
                auto_dispatch: input.auto_dispatch,
                slots_strict: input.slots_strict,
                urge_minutes: input.urge_minutes,
                heating_from: input.heating_from.map(|day| day.0),
                heating_to: input.heating_to.map(|day| day.0),
                service_lead_days: input.service_lead_days,
                visit_fee: input.visit_fee.map(|fee| fee.0),
            };
            service::set_ticket_settings(app, viewer, parse_id(&input.community_id, "communityId")?, change).await
        }
        .await;
        Ok(CommunityTicketSettingsSetPayload::from_outcome(context, outcome)?)
    }

    /// Sets what a category's work takes, by which technicians' loads are estimated.
    async fn ticket_category_work_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and how long.")] input: TicketCategoryWorkSetInput,
    ) -> Result<TicketCategoryWorkSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let id = parse_id(&input.category_id, "categoryId")?;
            service::set_work_minutes(app, viewer, id, input.work_minutes).await
        }
        .await;
        Ok(TicketCategoryWorkSetPayload::from_outcome(context, outcome)?)
    }
}
