//! Recurring services and their dates as the schema shows them.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entities::service_occurrence;
use entities::values::TicketId;

use super::enums::{OccurrenceState, ServiceCadence, ServicePlanState, SuspendReason};
use super::loaders::{RecordsOf, TakenOf};
use crate::connection;
use crate::domains::estate::UnitRow;
use crate::domains::estate::graphql::Unit;
use crate::domains::estate::graphql::calendar::Weekday;
use crate::domains::identity::{Right, mask_name, mask_phone};
use crate::domains::tickets::graphql::contact::{By, TicketOf};
use crate::domains::tickets::graphql::setup::Category;
use crate::domains::tickets::graphql::types::Ticket;
use crate::domains::tickets::model::services::SHOWN_MAX;
use crate::domains::tickets::service::{self, PlanFilter, PlanRow};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::wire_id;
use crate::graphql::money::Money;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime, LocalTime};

/// One date of a recurring service, and what became of it.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ServiceOccurrence {
    /// The date, where the community is.
    pub date: Date,
    /// What became of it.
    pub state: OccurrenceState,
    /// Since when.
    pub recorded_at: DateTime,
    #[graphql(skip)]
    ticket: Option<TicketId>,
}

impl From<service_occurrence::Model> for ServiceOccurrence {
    fn from(row: service_occurrence::Model) -> Self {
        Self {
            date: Date(row.on_date),
            state: row.state.into(),
            recorded_at: row.recorded_at.into(),
            ticket: row.ticket_id,
        }
    }
}

#[ComplexObject]
impl ServiceOccurrence {
    /// Its ticket, as far as the viewer may see it.
    async fn ticket(&self, context: &Context<'_>) -> Result<Option<Ticket>> {
        let Some(id) = self.ticket else { return Ok(None) };
        let request = request(context);
        let card = request.loader().load_one(By::new(TicketOf(id), request.viewer()?)).await?;
        Ok(card.map(Into::into))
    }
}

/// A service that recurs in a unit, such as cleaning every week (特约服务计划).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ServicePlan {
    /// Opaque id.
    pub id: ID,
    /// What is to be done.
    pub words: String,
    /// How it recurs.
    pub cadence: ServiceCadence,
    /// Every so many weeks or months.
    pub every: i32,
    /// On which day of the week.
    pub weekday: Option<Weekday>,
    /// On which day of the month; on its last where it is shorter.
    pub month_day: Option<i32>,
    /// When it begins, where the community is.
    pub slot_from: LocalTime,
    /// When it ends.
    pub slot_to: LocalTime,
    /// No date lies before this one.
    pub first_on: Date,
    /// Nor after this one.
    pub last_on: Option<Date>,
    /// How many dates there are; those that were left out or passed while it was suspended count as well.
    pub times: Option<i32>,
    /// How to get in.
    pub access_note: Option<String>,
    /// What was agreed of the price.
    pub price_words: Option<String>,
    /// What each date costs, when that was agreed: its tickets need no quote.
    pub fee: Option<Money>,
    /// Where it stands.
    pub state: ServicePlanState,
    /// Why it is suspended.
    pub suspend_reason: Option<SuspendReason>,
    /// Rises by one with each change; send it back as `expectedVersion`.
    pub version: i32,
    /// When it was agreed.
    pub created_at: DateTime,
    #[graphql(skip)]
    row: PlanRow,
}

impl From<PlanRow> for ServicePlan {
    fn from(row: PlanRow) -> Self {
        let plan = row.plan.clone();
        Self {
            id: wire_id(plan.id),
            words: plan.words,
            cadence: plan.cadence.into(),
            every: plan.every,
            weekday: plan.weekday.and_then(Weekday::from_number),
            month_day: plan.month_day,
            slot_from: LocalTime { minute: plan.slot_from },
            slot_to: LocalTime { minute: plan.slot_to },
            first_on: Date(plan.first_on),
            last_on: plan.last_on.map(Date),
            times: plan.times,
            access_note: plan.access_note,
            price_words: plan.price_words,
            fee: plan.fee_fen.map(|fee| Money::new(fee, &row.currency)),
            state: plan.state.into(),
            suspend_reason: plan.suspend_reason.map(Into::into),
            version: plan.version,
            created_at: plan.created_at.into(),
            row,
        }
    }
}

fn limit(first: i32) -> Result<u64, Error> {
    let wrong = |_| Refusal { field: vec!["first"], ..Refusal::new(Code::InvalidValue) };
    let first = u64::try_from(first).map_err(wrong)?;
    Ok(first.min(SHOWN_MAX as u64))
}

#[ComplexObject]
impl ServicePlan {
    /// The unit (房屋).
    async fn unit(&self) -> Unit {
        let row = &self.row;
        UnitRow {
            id: row.plan.unit_id,
            community_id: row.plan.community_id,
            community_name: row.community_name.clone(),
            building_id: row.unit_building_id,
            building_name: row.building_name.clone(),
            number: row.unit_number.clone(),
            floor: row.unit_floor,
            area: row.unit_area,
            usage: row.unit_usage,
            delivered_on: row.unit_delivered_on,
        }
        .into()
    }

    /// The category (报修类别).
    async fn category(&self) -> Category {
        let row = &self.row;
        Category {
            id: wire_id(row.plan.category_id),
            code: row.category_code.clone(),
            name_zh: row.category_name_zh.clone(),
            name_en: row.category_name_en.clone(),
            trade: row.category_trade.into(),
            callback_class: row.category_callback_class.into(),
            active: row.category_active,
            work_minutes: row.category_work_minutes,
        }
    }

    /// Whom to ask for; masked for whoever has no need of it.
    async fn contact_name(&self, context: &Context<'_>) -> Result<Option<String>> {
        let viewer = request(context).viewer()?;
        let sees = viewer.staff().is_none_or(|staff| staff.may(Right::ContactRead, self.row.plan.community_id));
        let name = self.row.plan.contact_name.as_deref();
        Ok(name.map(|name| if sees { name.to_owned() } else { mask_name(name) }))
    }

    /// The contact person's phone; masked for whoever has no need of it.
    async fn contact_phone(&self, context: &Context<'_>) -> Result<Option<String>> {
        let viewer = request(context).viewer()?;
        let sees = viewer.staff().is_none_or(|staff| staff.may(Right::ContactRead, self.row.plan.community_id));
        let phone = self.row.plan.contact_phone.as_deref();
        Ok(phone.map(|phone| if sees { phone.to_owned() } else { mask_phone(phone) }))
    }

    /// The next dates of which nothing was made yet, where the community is; none unless the plan is active.
    #[graphql(complexity = 2)]
    async fn next_dates(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, 50 at most.", default = 5)] first: i32,
    ) -> Result<Vec<Date>> {
        let request = request(context);
        let Some(next) = self.row.plan.next_on else { return Ok(Vec::new()) };
        let taken = request.loader().load_one(TakenOf { plan: self.row.plan.id, from: next }).await?;
        let first = usize::try_from(limit(first)?).unwrap_or(SHOWN_MAX);
        let dates = service::next_dates(&self.row, &taken.unwrap_or_default(), first, request.app.clock.now());
        Ok(dates.into_iter().map(Date).collect())
    }

    /// What became of its dates, the latest first: those that have a ticket, were left out, or were missed.
    #[graphql(complexity = "2 + first.clamp(0, 50) as usize * child_complexity")]
    async fn occurrences(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, 50 at most.", default = 20)] first: i32,
        #[graphql(desc = "Only dates before this one: the last one of the page before.")] before: Option<Date>,
    ) -> Result<Vec<ServiceOccurrence>> {
        let key = RecordsOf { plan: self.row.plan.id, before: before.map(|day| day.0), limit: limit(first)? };
        let rows = request(context).loader().load_one(key).await?.unwrap_or_default();
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// How to count a list of plans.
pub struct PlanCount(pub(super) PlanFilter);

impl PlanCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_plans(&request.app, request.viewer()?, &self.0).await?)
    }
}

connection! {
    /// A list of recurring services.
    ServicePlanConnection, ServicePlanEdge, ServicePlan, count: PlanCount
}
