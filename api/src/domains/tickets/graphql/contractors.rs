//! Outside contractors in the schema.

use async_graphql::{ComplexObject, Context, ID, InputObject, Object, Result, SimpleObject};
use entities::values::{CommunityId, ContractorId};

use super::loaders::ContractorDetailsOf;
use crate::connection;
use crate::domains::estate::graphql::Community;
use crate::domains::identity::graphql::enums::Trade;
use crate::domains::identity::{Right, mask_phone};
use crate::domains::tickets::service::{self, ContractorChange, ContractorRow, NewContractor};
use crate::error::Error;
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::{parse_id, wire_id};
use crate::graphql::request;
use crate::payloads;

/// An outside company that tickets are given to (外包单位).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Contractor {
    /// Opaque id.
    pub id: ID,
    /// The name.
    pub name: String,
    /// Whether it is given work.
    pub active: bool,
    /// Rises by one with each change; send it back as `expectedVersion`.
    pub version: i32,
    #[graphql(skip)]
    row: ContractorRow,
}

impl From<ContractorRow> for Contractor {
    fn from(row: ContractorRow) -> Self {
        Self { id: wire_id(row.id), name: row.name.clone(), active: row.active, version: row.version, row }
    }
}

#[ComplexObject]
impl Contractor {
    /// The phone number; masked for whoever has no need of it.
    async fn phone(&self, context: &Context<'_>) -> Result<String> {
        let staff = request(context).viewer()?.require_staff()?;
        let known = staff.scope(Right::ContactRead).is_ok();
        Ok(if known { self.row.phone.clone() } else { mask_phone(&self.row.phone) })
    }

    /// What its people can do.
    async fn trades(&self, context: &Context<'_>) -> Result<Vec<Trade>> {
        let details = request(context).loader().load_one(ContractorDetailsOf(self.row.id)).await?.unwrap_or_default();
        Ok(details.trades.into_iter().map(Into::into).collect())
    }

    /// Where they work, as far as the viewer may see it.
    async fn communities(&self, context: &Context<'_>) -> Result<Vec<Community>> {
        let details = request(context).loader().load_one(ContractorDetailsOf(self.row.id)).await?.unwrap_or_default();
        Community::load_all(context, &details.communities).await
    }
}

/// How to count the contractors.
pub struct ContractorCount;

impl ContractorCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let request = request(context);
        Ok(service::count_contractors(&request.app, request.viewer()?).await?)
    }
}

connection! {
    /// A list of contractors.
    ContractorConnection, ContractorEdge, Contractor, count: ContractorCount
}

/// A contractor by id, for `node`.
pub async fn find_contractor(context: &Context<'_>, id: ContractorId) -> Result<Contractor, Error> {
    let request = request(context);
    Ok(service::contractor(&request.app, request.viewer()?, id).await?.into())
}

/// Adds a contractor.
#[derive(InputObject)]
pub struct ContractorCreateInput {
    /// The name, at most 100 characters, unique within the organization.
    name: String,
    /// The phone, also of a fixed line, at most 30 characters.
    phone: String,
    /// What its people can do.
    trades: Vec<Trade>,
    /// Where they work, one community at least.
    community_ids: Vec<ID>,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// Changes a contractor; what is missing stays.
#[derive(InputObject)]
pub struct ContractorUpdateInput {
    /// The contractor.
    contractor_id: ID,
    /// The version that the client saw; the change is refused when there was another one since.
    expected_version: Option<i32>,
    /// The name.
    name: Option<String>,
    /// The phone.
    phone: Option<String>,
    /// What its people can do.
    trades: Option<Vec<Trade>>,
    /// Where they work, one community at least.
    community_ids: Option<Vec<ID>>,
    /// Whether it is given work; its people finish what they have.
    active: Option<bool>,
}

payloads! {
    /// What became of it.
    ContractorCreatePayload {
        /// The contractor.
        contractor: Contractor
    }
    /// What became of it.
    ContractorUpdatePayload {
        /// The contractor as it now is.
        contractor: Contractor
    }
}

fn communities(ids: &[ID]) -> Result<Vec<CommunityId>, Error> {
    Ok(ids.iter().map(|id| parse_id(id, "communityIds")).collect::<Result<_, _>>()?)
}

/// Queries of contractors.
#[derive(Default)]
pub struct ContractorQuery;

#[Object]
impl ContractorQuery {
    /// Outside contractors (外包单位) of the communities whose staff the viewer knows, in the order they were added.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn contractors(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ContractorConnection> {
        let request = request(context);
        let window = Window::new(first, after.as_deref())?;
        let rows = service::contractors(&request.app, request.viewer()?, window.after, window.fetch()).await?;
        let page = Page::new(&window, rows, |row| row.id)?;
        Ok(ContractorConnection::new(page, ContractorCount))
    }
}

/// Mutations of contractors.
#[derive(Default)]
pub struct ContractorMutation;

#[Object]
impl ContractorMutation {
    /// Adds a contractor to the viewer's organization. Its people are added by `staffCreate`.
    async fn contractor_create(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which.")] input: ContractorCreateInput,
    ) -> Result<ContractorCreatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let new = NewContractor {
                communities: communities(&input.community_ids)?,
                name: input.name,
                phone: input.phone,
                trades: input.trades.into_iter().map(Into::into).collect(),
            };
            service::create_contractor(app, viewer, new, &input.idempotency_key).await
        }
        .await;
        Ok(ContractorCreatePayload::from_outcome(context, outcome)?)
    }

    /// Changes a contractor. Changing it to what it is is harmless.
    async fn contractor_update(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which, and what.")] input: ContractorUpdateInput,
    ) -> Result<ContractorUpdatePayload> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let outcome: Result<_, Error> = async {
            let change = ContractorChange {
                communities: input.community_ids.as_deref().map(communities).transpose()?,
                name: input.name,
                phone: input.phone,
                trades: input.trades.map(|trades| trades.into_iter().map(Into::into).collect()),
                active: input.active,
                expected_version: input.expected_version,
            };
            let id = parse_id(&input.contractor_id, "contractorId")?;
            service::change_contractor(app, viewer, id, change).await
        }
        .await;
        Ok(ContractorUpdatePayload::from_outcome(context, outcome)?)
    }
}
