//! Queries of identity.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::enums::{DutyState, Role, Trade};
use super::roles::RoleRights;
use super::types::{StaffConnection, StaffCount, ViewerObject};
use crate::domains::identity::service;
use crate::domains::identity::service::StaffFilter;
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;

/// Which staff a list shows.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "StaffFilter", input_name = "StaffFilterInput")]
pub struct StaffFilterInput {
    /// Only who has a role in this community.
    community_id: Option<ID>,
    /// Only who has this role.
    role: Option<Role>,
    /// Only who has this trade.
    trade: Option<Trade>,
    /// Only who is on, or off, duty.
    duty_state: Option<DutyState>,
}

impl StaffFilterInput {
    /// The filter.
    pub fn read(&self) -> Result<StaffFilter, Error> {
        Ok(StaffFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            role: self.role.map(Into::into),
            trade: self.trade.map(Into::into),
            duty_state: self.duty_state.map(Into::into),
        })
    }
}

impl From<StaffFilter> for StaffFilterInput {
    fn from(filter: StaffFilter) -> Self {
        Self {
            community_id: filter.community_id.map(wire_id),
            role: filter.role.map(Into::into),
            trade: filter.trade.map(Into::into),
            duty_state: filter.duty_state.map(Into::into),
        }
    }
}

/// Queries of identity.
#[derive(Default)]
pub struct IdentityQuery;

#[Object]
impl IdentityQuery {
    /// The person behind the request; null when nobody is signed in.
    async fn viewer(&self, context: &Context<'_>) -> Option<ViewerObject> {
        request(context).viewer.clone().map(ViewerObject)
    }

    /// Who works here, in the order they were added (员工).
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn staff(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which staff.")] filter: Option<StaffFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<StaffConnection> {
        let request = request(context);
        let filter = filter.unwrap_or_default().read()?;
        let window = Window::new(first, after.as_deref())?;
        let list = service::list_staff(&request.app, request.viewer()?, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, list.rows, |row| row.id)?;
        Ok(StaffConnection::new(page, StaffCount { scope: list.scope, filter }))
    }

    /// Every role with its rights, as the viewer's organization has them (角色权限). For whoever may read who works here.
    #[graphql(complexity = "2 + 11 * child_complexity")]
    async fn roles(&self, context: &Context<'_>) -> Result<Vec<RoleRights>> {
        let request = request(context);
        let roles = service::roles(&request.app, request.viewer()?).await?;
        Ok(roles.into_iter().map(Into::into).collect())
    }
}
