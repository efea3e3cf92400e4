//! Warranty in the schema.

use std::collections::HashMap;

use async_graphql::dataloader::Loader as BatchLoader;
use async_graphql::{
    ComplexObject, Context, Enum, ID, InputObject, InputValueError, InputValueResult, Object, Result, Scalar,
    ScalarType, SimpleObject, Value,
};
use entities::values::UnitId;

use super::inputs::TicketPayerSetInput;
use super::services::{PlanOfTicket, ServicePlan};
use super::setup::Category;
use super::types::Ticket;
use crate::domains::identity::Right;
use crate::domains::tickets::model::warranty as model;
use crate::domains::tickets::service::{self, CategoryCoverage, NewWarrantyTerm, TicketCard};
use crate::error::{Code, Error, Refusal};
use crate::graphql::id::{parse_id, parse_optional_id, wire_id};
use crate::graphql::loader::{Loader, SharedError};
use crate::graphql::request;
use crate::graphql::scalars::Date;
use crate::payloads;

/// Who answers for the cost of work (责任方).
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::LiableParty")]
pub enum LiableParty {
    /// Who built it (开发商).
    Developer,
    /// The management company, out of the management fee (物业公司).
    Company,
    /// The unit's owner (业主).
    Owner,
    /// The owners' fund for repairs (维修资金).
    MaintenanceFund,
}

/// Which part of an estate a warranty covers.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
#[graphql(remote = "entities::values::WarrantyPart")]
pub enum WarrantyPart {
    /// The inside of a unit, from its delivery on (户内).
    Unit,
    /// Public parts, from the building's completion on (公共部位).
    Public,
}

/// A day of every year as month and day: `11-15`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct MonthDay(pub model::MonthDay);

/// A day of every year as month and day: `11-15`.
#[Scalar(name = "MonthDay")]
impl ScalarType for MonthDay {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else { return Err(InputValueError::expected_type(value)) };
        let number = |part: &str| if part.len() == 2 { part.parse().ok() } else { None };
        let parts = text.split_once('-').and_then(|(month, day)| number(month).zip(number(day)));
        let day = parts.and_then(|(month, day)| model::MonthDay::new(month, day));
        day.map(Self).ok_or_else(|| InputValueError::custom("not a day of the year as MM-DD"))
    }

    fn to_value(&self) -> Value {
        let number = self.0.number();
        Value::String(format!("{:02}-{:02}", number / 100, number % 100))
    }
}

/// How long a category's work is under warranty, and who is liable (保修期限).
#[derive(SimpleObject)]
pub struct WarrantyTerm {
    /// Of which work.
    pub category: Category,
    /// Of which part.
    pub part: WarrantyPart,
    /// Its length in years, when it is counted in years; 0 is no warranty.
    pub years: Option<i32>,
    /// Its length in heating seasons (采暖期), when it is counted in those; 0 is no warranty.
    pub heating_seasons: Option<i32>,
    /// Who is liable while it lasts.
    pub liable_within: LiableParty,
    /// Who is liable after it; an owner pays for home repairs.
    pub liable_after: LiableParty,
    /// On what it is based, such as an article of law or of a contract.
    pub basis: String,
    /// The community that it was set for; null means all.
    pub community_id: Option<ID>,
    /// Since when it counts; null for the least that the law allows, which counts where nothing is set.
    pub effective_on: Option<Date>,
}

impl From<service::WarrantyTerm> for WarrantyTerm {
    fn from(found: service::WarrantyTerm) -> Self {
        let in_years = found.term.unit == entities::values::WarrantyLength::Years;
        Self {
            category: found.category.into(),
            part: found.part.into(),
            years: in_years.then_some(found.term.length),
            heating_seasons: (!in_years).then_some(found.term.length),
            liable_within: found.term.within.into(),
            liable_after: found.term.after.into(),
            basis: found.basis,
            community_id: found.community_id.map(wire_id),
            effective_on: found.effective_on.map(Date),
        }
    }
}

/// What a unit's warranty is today for one category of work (保修状态).
#[derive(SimpleObject)]
pub struct CategoryWarranty {
    /// The category.
    pub category: Category,
    /// Whether it is under warranty; null when nobody knows since when it would be.
    pub covered: Option<bool>,
    /// The last day of the warranty; null when there is or was none, or nobody knows.
    pub until: Option<Date>,
    /// Who is liable now.
    pub liable_party: Option<LiableParty>,
}

impl From<CategoryCoverage> for CategoryWarranty {
    fn from(found: CategoryCoverage) -> Self {
        let coverage = found.coverage;
        Self {
            category: found.category.into(),
            covered: (coverage != model::Coverage::Unknown).then(|| coverage.covered()),
            until: coverage.until().map(Date),
            liable_party: coverage.liable().map(Into::into),
        }
    }
}

/// Asks for a unit's warranty.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct WarrantyOf(pub UnitId);

impl BatchLoader<WarrantyOf> for Loader {
    type Value = Vec<CategoryCoverage>;
    type Error = SharedError;

    async fn load(&self, keys: &[WarrantyOf]) -> Result<HashMap<WarrantyOf, Self::Value>, SharedError> {
        let units: Vec<UnitId> = keys.iter().map(|key| key.0).collect();
        let found = service::warranties_of(&self.app, &units).await?;
        Ok(found.into_iter().map(|(unit, coverage)| (WarrantyOf(unit), coverage)).collect())
    }
}

/// A unit's warranty by category; nothing for a contractor's people.
pub async fn warranty_of(context: &Context<'_>, unit: UnitId) -> Result<Vec<CategoryWarranty>> {
    let request = request(context);
    if request.viewer()?.scope(Right::EstateRead, request.app.clock.now()).is_err() {
        return Ok(Vec::new());
    }
    let found = request.loader().load_one(WarrantyOf(unit)).await?.unwrap_or_default();
    Ok(found.into_iter().map(Into::into).collect())
}

/// Who answers for a ticket, and what it comes from.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct TicketBasis {
    /// Who is liable, as far as that is known (责任方).
    pub liable_party: Option<LiableParty>,
    /// The last day of the warranty, as it was found when the ticket was submitted.
    pub warranty_until: Option<Date>,
    #[graphql(skip)]
    ticket: entities::values::TicketId,
}

impl From<&TicketCard> for TicketBasis {
    fn from(card: &TicketCard) -> Self {
        Self {
            liable_party: card.ticket.liable_party.map(Into::into),
            warranty_until: card.ticket.warranty_until.map(Date),
            ticket: card.ticket.id,
        }
    }
}

#[ComplexObject]
impl TicketBasis {
    /// The recurring service that it is a date of; null for any other ticket and for a contractor's people.
    async fn service_plan(&self, context: &Context<'_>) -> Result<Option<ServicePlan>> {
        let request = request(context);
        if request.viewer()?.scope(Right::EstateRead, request.app.clock.now()).is_err() {
            return Ok(None);
        }
        Ok(request.loader().load_one(PlanOfTicket(self.ticket)).await?.map(Into::into))
    }
}

/// Sets how long a category's work is under warranty, from a day on. Tickets that exist keep what they were found to be.
#[derive(InputObject)]
pub struct WarrantyTermSetInput {
    /// For this community; null means all.
    community_id: Option<ID>,
    /// For this category.
    category_id: ID,
    /// Of which part.
    part: WarrantyPart,
    /// Its length in years, 0 to 100; this or `heatingSeasons` must be given. 0 is no warranty.
    years: Option<i32>,
    /// Its length in heating seasons, 0 to 100.
    heating_seasons: Option<i32>,
    /// Who is liable while it lasts; not the owner.
    liable_within: LiableParty,
    /// Who is liable after it; for public parts not the owner.
    liable_after: LiableParty,
    /// On what it is based, at most 300 characters.
    basis: String,
    /// From which day on; today when missing, no day that is over.
    effective_on: Option<Date>,
}

impl WarrantyTermSetInput {
    fn read(self) -> Result<NewWarrantyTerm, Error> {
        use entities::values::WarrantyLength::{HeatingSeasons, Years};
        let (length, unit) = match (self.years, self.heating_seasons) {
            (Some(years), None) => (years, Years),
            (None, Some(seasons)) => (seasons, HeatingSeasons),
            (None, None) => return Err(Refusal::at(Code::Required, "years").into()),
            (Some(_), Some(_)) => return Err(Refusal::at(Code::InvalidValue, "heatingSeasons").into()),
        };
        Ok(NewWarrantyTerm {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            category_id: parse_id(&self.category_id, "categoryId")?,
            part: self.part.into(),
            term: model::Term { length, unit, within: self.liable_within.into(), after: self.liable_after.into() },
            basis: self.basis,
            effective_on: self.effective_on.map(|day| day.0),
        })
    }
}

payloads! {
    /// What became of it.
    WarrantyTermSetPayload {
        /// The term as it now is.
        term: WarrantyTerm
    }
    /// What became of it.
    TicketPayerSetPayload {
        /// The ticket as it now is.
        ticket: Ticket
    }
}

/// Queries of warranty.
#[derive(Default)]
pub struct WarrantyQuery;

#[Object]
impl WarrantyQuery {
    /// The terms of warranty (保修期限) that count on a day, one for each category and part that has any: what was set for
    /// the community, else for the organization, else the least that the law allows.
    async fn warranty_terms(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "For this community; else what counts where a community has nothing of its own.")]
        community_id: Option<ID>,
        #[graphql(desc = "On which day; today when missing.")] on: Option<Date>,
    ) -> Result<Vec<WarrantyTerm>> {
        let request = request(context);
        let community = parse_optional_id(community_id.as_ref(), "communityId")?;
        let found = service::warranty_terms(&request.app, request.viewer()?, community, on.map(|day| day.0)).await?;
        Ok(found.into_iter().map(Into::into).collect())
    }
}

/// Mutations of warranty.
#[derive(Default)]
pub struct WarrantyMutation;

#[Object]
impl WarrantyMutation {
    /// Sets a term of warranty. Setting the same again is harmless.
    async fn warranty_term_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "For what, how long, and who is liable.")] input: WarrantyTermSetInput,
    ) -> Result<WarrantyTermSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::set_warranty_term(app, viewer, input.read()?).await }.await;
        Ok(WarrantyTermSetPayload::from_outcome(context, outcome)?)
    }

    /// Sets who pays for a ticket and who is liable (付费方), with the reason: who coordinates while the work goes on, a
    /// supervisor also when it has ended.
    async fn ticket_payer_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The command.")] input: TicketPayerSetInput,
    ) -> Result<TicketPayerSetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let (payer, liable) = (input.payer.into(), input.liable_party.map(Into::into));
            service::set_payer(app, viewer, input.step()?, payer, liable, &input.reason).await
        }
        .await;
        Ok(TicketPayerSetPayload::from_outcome(context, outcome)?)
    }
}
