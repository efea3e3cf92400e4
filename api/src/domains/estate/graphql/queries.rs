//! Queries of the estate.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::types::{CommunityConnection, CommunityCount, EstateTotals, UnitConnection, UnitCount};
use crate::domains::estate::service;
use crate::domains::estate::service::UnitFilter;
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_optional_id, wire_id};
use crate::graphql::request;

/// Which units a list shows.
#[derive(InputObject, SimpleObject, Clone, Default)]
#[graphql(name = "UnitFilter", input_name = "UnitFilterInput")]
pub struct UnitFilterInput {
    /// Only of this community.
    community_id: Option<ID>,
    /// Only of this building.
    building_id: Option<ID>,
    /// Only whose building and number contain this.
    text: Option<String>,
}

impl UnitFilterInput {
    /// The filter.
    pub fn read(self) -> Result<UnitFilter, Error> {
        Ok(UnitFilter {
            community_id: parse_optional_id(self.community_id.as_ref(), "communityId")?,
            building_id: parse_optional_id(self.building_id.as_ref(), "buildingId")?,
            text: self.text.filter(|text| !text.is_empty()),
        })
    }
}

impl From<UnitFilter> for UnitFilterInput {
    fn from(filter: UnitFilter) -> Self {
        Self {
            community_id: filter.community_id.map(wire_id),
            building_id: filter.building_id.map(wire_id),
            text: filter.text,
        }
    }
}

/// Queries of places.
#[derive(Default)]
pub struct PlaceQuery;

#[Object]
impl PlaceQuery {
    /// Communities that the viewer may see (小区), in the order they were added.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn communities(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Only whose name or address contains this.")] text: Option<String>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<CommunityConnection> {
        let request = request(context);
        let window = Window::new(first, after.as_deref())?;
        let viewer = request.viewer()?;
        let text = text.filter(|text| !text.is_empty());
        let rows = service::communities(&request.app, viewer, text.as_deref(), window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row| row.id)?;
        Ok(CommunityConnection::new(page, CommunityCount(text)))
    }

    /// Units that the viewer may see (房屋), in the order they were added.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn units(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which units.")] filter: Option<UnitFilterInput>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<UnitConnection> {
        let request = request(context);
        let window = Window::new(first, after.as_deref())?;
        let filter = filter.unwrap_or_default().read()?;
        let rows = service::units(&request.app, request.viewer()?, &filter, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row| row.id)?;
        Ok(UnitConnection::new(page, UnitCount(filter)))
    }

    /// What the communities that the viewer may see come to.
    async fn estate_totals(&self, context: &Context<'_>) -> Result<EstateTotals> {
        let request = request(context);
        Ok(service::totals(&request.app, request.viewer()?).await?.into())
    }
}
