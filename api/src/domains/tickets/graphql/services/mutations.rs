//! Queries and mutations of recurring services.

use async_graphql::{Context, Object, Result};

use super::inputs::{
    ServicePlanCreateInput, ServicePlanEndInput, ServicePlanFilterInput, ServicePlanResumeInput, ServicePlanSkipInput,
    ServicePlanSuspendInput,
};
use super::types::{PlanCount, ServicePlan, ServicePlanConnection};
use crate::domains::tickets::service;
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::request;
use crate::payloads;

payloads! {
    /// What became of it.
    ServicePlanCreatePayload {
        /// The recurring service.
        plan: ServicePlan
    }
    /// What became of it.
    ServicePlanSuspendPayload {
        /// The recurring service as it now is.
        plan: ServicePlan
    }
    /// What became of it.
    ServicePlanResumePayload {
        /// The recurring service as it now is.
        plan: ServicePlan
    }
    /// What became of it.
    ServicePlanEndPayload {
        /// The recurring service as it now is.
        plan: ServicePlan
    }
    /// What became of it.
    ServicePlanSkipPayload {
        /// The recurring service as it now is.
        plan: ServicePlan
    }
}

/// Queries of recurring services.
#[derive(Default)]
pub struct ServiceQuery;

#[Object]
impl ServiceQuery {
    /// Recurring services (特约服务计划) that the viewer may see, newest first: a resident's own units', or those of a member
    /// of staff's communities.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn service_plans(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] filter: Option<ServicePlanFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ServicePlanConnection> {
        let request = request(context);
        let window = Window::new(first, after.as_deref())?;
        let filter = filter.unwrap_or_default().read()?;
        let rows = service::plans(&request.app, request.viewer()?, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row| row.plan.id)?;
        Ok(ServicePlanConnection::new(page, PlanCount(filter)))
    }
}

/// Mutations of recurring services.
#[derive(Default)]
pub struct ServiceMutation;

#[Object]
impl ServiceMutation {
    /// Agrees a service that recurs: the front desk or a steward for a unit, a resident for the own one. Its tickets are made
    /// some days ahead of each date.
    async fn service_plan_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What, where and when.")] input: ServicePlanCreateInput,
    ) -> Result<ServicePlanCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let key = input.idempotency_key.clone();
            service::create_plan(app, viewer, input.read()?, &key).await
        }
        .await;
        Ok(ServicePlanCreatePayload::from_outcome(context, outcome)?)
    }

    /// Lets a recurring service rest (暂停): it makes no tickets until it is resumed. Those that were made stay.
    async fn service_plan_suspend(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ServicePlanSuspendInput,
    ) -> Result<ServicePlanSuspendPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::suspend_plan(app, viewer, input.step()?, input.reason.as_deref()).await }.await;
        Ok(ServicePlanSuspendPayload::from_outcome(context, outcome)?)
    }

    /// Goes on with a recurring service that rests (恢复), from now on: what passed meanwhile is not made up for.
    async fn service_plan_resume(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ServicePlanResumeInput,
    ) -> Result<ServicePlanResumePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async { service::resume_plan(app, viewer, input.step()?).await }.await;
        Ok(ServicePlanResumePayload::from_outcome(context, outcome)?)
    }

    /// Ends a recurring service for good (终止). Tickets that were made stay.
    async fn service_plan_end(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ServicePlanEndInput,
    ) -> Result<ServicePlanEndPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::end_plan(app, viewer, input.step()?, input.reason.as_deref()).await }.await;
        Ok(ServicePlanEndPayload::from_outcome(context, outcome)?)
    }

    /// Leaves one date of a recurring service out (跳过一次). A date that has its ticket is cancelled as a ticket.
    async fn service_plan_skip(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and when.")] input: ServicePlanSkipInput,
    ) -> Result<ServicePlanSkipPayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> =
            async { service::skip_date(app, viewer, input.step()?, input.date.0).await }.await;
        Ok(ServicePlanSkipPayload::from_outcome(context, outcome)?)
    }
}
