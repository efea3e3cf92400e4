//! Categories and deadlines in the schema.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use entities::service_policy;

use super::enums::{CallbackClass, ClockBasis, Urgency};
use crate::domains::identity::graphql::enums::Trade;
use crate::domains::tickets::model::{Bases, Policy};
use crate::domains::tickets::service;
use crate::error::Error;
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;
use crate::payloads;

/// A kind of work that tickets are sorted by (报修类别).
#[derive(SimpleObject, Clone)]
pub struct Category {
    /// Opaque id.
    pub id: ID,
    /// Stable code.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// The trade that does it.
    pub trade: Trade,
    /// Which rule dates its callback.
    pub callback_class: CallbackClass,
    /// Whether new tickets may have it.
    pub active: bool,
    /// What its work takes in minutes, as estimated (预计工时).
    pub work_minutes: i32,
}

impl From<entities::ticket_category::Model> for Category {
    fn from(row: entities::ticket_category::Model) -> Self {
        Self {
            id: wire_id(row.id),
            code: row.code,
            name_zh: row.name_zh,
            name_en: row.name_en,
            trade: row.trade.into(),
            callback_class: row.callback_class.into(),
            active: row.active,
            work_minutes: row.work_minutes,
        }
    }
}

/// Deadlines in minutes, for the organization, one community, one category, or both; the closest counts (时限标准).
#[derive(SimpleObject)]
pub struct ServicePolicy {
    /// Opaque id.
    pub id: ID,
    /// The community that it is for; null means all.
    pub community_id: Option<ID>,
    /// The category that it is for; null means all.
    pub category_id: Option<ID>,
    /// The urgency that it is for.
    pub urgency: Urgency,
    /// Minutes until somebody takes a ticket on.
    pub respond_minutes: Option<i32>,
    /// Minutes until somebody is there, unless an appointment says when.
    pub arrive_minutes: Option<i32>,
    /// Minutes until the work has ended.
    pub complete_minutes: Option<i32>,
    /// Minutes from completion (of a leak: from the end of its water test) until the first callback.
    pub callback_minutes: i32,
    /// In which time the first deadline counts.
    pub respond_basis: ClockBasis,
    /// In which time the second counts.
    pub arrive_basis: ClockBasis,
    /// In which time the third counts; a pause lasts as long as it does in that time.
    pub complete_basis: ClockBasis,
    /// In which time the last counts.
    pub callback_basis: ClockBasis,
}

impl From<service_policy::Model> for ServicePolicy {
    fn from(row: service_policy::Model) -> Self {
        Self {
            id: wire_id(row.id),
            community_id: row.community_id.map(wire_id),
            category_id: row.category_id.map(wire_id),
            urgency: row.urgency.into(),
            respond_minutes: row.respond_minutes,
            arrive_minutes: row.arrive_minutes,
            complete_minutes: row.complete_minutes,
            callback_minutes: row.callback_minutes,
            respond_basis: row.respond_basis.into(),
            arrive_basis: row.arrive_basis.into(),
            complete_basis: row.complete_basis.into(),
            callback_basis: row.callback_basis.into(),
        }
    }
}

/// Sets deadlines. Setting the same again is harmless; tickets that exist keep theirs.
#[derive(InputObject)]
pub struct ServicePolicySetInput {
    /// For this community; null means all.
    community_id: Option<ID>,
    /// For this category; null means all.
    category_id: Option<ID>,
    /// For this urgency.
    urgency: Urgency,
    /// Minutes until somebody takes a ticket on.
    respond_minutes: Option<i32>,
    /// Minutes until somebody is there.
    arrive_minutes: Option<i32>,
    /// Minutes until the work has ended.
    complete_minutes: Option<i32>,
    /// Minutes until the first callback.
    callback_minutes: i32,
    /// In which time the first deadline counts.
    #[graphql(default_with = "entities::values::ClockBasis::AroundTheClock.into()")]
    respond_basis: ClockBasis,
    /// In which time the second counts.
    #[graphql(default_with = "entities::values::ClockBasis::AroundTheClock.into()")]
    arrive_basis: ClockBasis,
    /// In which time the third counts; a pause lasts as long as it does in that time.
    #[graphql(default_with = "entities::values::ClockBasis::AroundTheClock.into()")]
    complete_basis: ClockBasis,
    /// In which time the last counts.
    #[graphql(default_with = "entities::values::ClockBasis::AroundTheClock.into()")]
    callback_basis: ClockBasis,
}

payloads! {
    /// What became of it.
    ServicePolicySetPayload {
        /// The deadlines as they now are.
        policy: ServicePolicy
    }
}

/// Reference data of tickets.
#[derive(Default)]
pub struct SetupQuery;

#[Object]
impl SetupQuery {
    /// The categories that the viewer can choose from.
    async fn ticket_categories(&self, context: &Context<'_>) -> Result<Vec<Category>> {
        let request = request(context);
        let rows = service::categories(&request.app, request.viewer()?).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// The organization's deadlines.
    async fn service_policies(&self, context: &Context<'_>) -> Result<Vec<ServicePolicy>> {
        let request = request(context);
        let rows = service::policies(&request.app, request.viewer()?).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }
}

/// Mutations of the deadlines.
#[derive(Default)]
pub struct SetupMutation;

#[Object]
impl SetupMutation {
    /// Sets deadlines.
    async fn service_policy_set(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "For what, and how long.")] input: ServicePolicySetInput,
    ) -> Result<ServicePolicySetPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let community = parse_optional_id(input.community_id.as_ref(), "communityId")?;
            let category = parse_optional_id(input.category_id.as_ref(), "categoryId")?;
            let policy = Policy {
                respond: input.respond_minutes,
                arrive: input.arrive_minutes,
                complete: input.complete_minutes,
                callback: input.callback_minutes,
                bases: Bases {
                    respond: input.respond_basis.into(),
                    arrive: input.arrive_basis.into(),
                    complete: input.complete_basis.into(),
                    callback: input.callback_basis.into(),
                },
            };
            service::set_policy(app, viewer, community, category, input.urgency.into(), policy).await
        }
        .await;
        Ok(ServicePolicySetPayload::from_outcome(context, outcome)?)
    }
}
