//! People as the schema shows them.

use async_graphql::{ComplexObject, Context, ID, Object, Result, SimpleObject};
use entities::values::{CommunityId, SessionKind as Kind, StaffId};

use super::enums::{DutyState, Role, SessionKind, Trade};
use super::loaders::DetailsOf;
use super::sessions::{self, SessionConnection};
use crate::connection;
use crate::domains::estate::graphql::{Community, Home, ResidencyRequestConnection, homes_of_viewer, own_requests};
use crate::domains::identity::model::{Viewer, mask_phone};
use crate::domains::identity::service;
use crate::domains::identity::service::{StaffFilter, StaffRow};
use crate::domains::identity::{Right, Scope};
use crate::domains::office::graphql::{Export, SavedFilter, own_exports, own_filters};
use crate::domains::tickets::graphql::Badges;
use crate::error::Error;
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::DateTime;

/// The person behind the request.
pub struct ViewerObject(pub Viewer);

/// The person behind the request.
#[Object(name = "Viewer")]
impl ViewerObject {
    /// The account's id.
    async fn id(&self) -> ID {
        wire_id(self.0.account_id)
    }

    /// The person's name; empty until the register or the employer gives one.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The person's own phone number, in full.
    async fn phone(&self) -> &str {
        &self.0.phone
    }

    /// What the person is signed in as.
    async fn kind(&self) -> SessionKind {
        match self.0.staff() {
            Some(_) => Kind::Staff.into(),
            None => Kind::Resident.into(),
        }
    }

    /// The staff member, when signed in as staff.
    async fn staff(&self, context: &Context<'_>) -> Result<Option<Staff>> {
        let Some(staff) = self.0.staff() else { return Ok(None) };
        let row = service::staff_member(&request(context).app, &self.0, staff.staff_id).await?;
        Ok(Some(row.into()))
    }

    /// Whether the password is temporary. Then nothing is allowed but `passwordChange`, `signOut` and who one is; all else
    /// fails with `PASSWORD_CHANGE_REQUIRED`.
    async fn password_change_required(&self) -> bool {
        self.0.password_temporary
    }

    /// Whether a WeChat user is bound to the account, to sign in and to pay with.
    async fn wechat_bound(&self, context: &Context<'_>) -> Result<bool> {
        Ok(service::has_wechat(&request(context).app, self.0.past_the_door()?).await?)
    }

    /// Where the viewer is signed in, the newest first (登录设备).
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn sessions(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<SessionConnection> {
        sessions::list(context, self.0.past_the_door()?, first, after).await
    }

    /// What the home screen counts.
    async fn badges(&self) -> Result<Badges> {
        Ok(Badges(self.0.past_the_door()?.clone()))
    }

    /// The filters that the person keeps, in the order in which they were made; empty for residents.
    async fn saved_filters(&self, context: &Context<'_>) -> Result<Vec<SavedFilter>> {
        own_filters(context, &self.0).await
    }

    /// The lists that the person had written into files, newest first, until their files are gone.
    async fn exports(&self, context: &Context<'_>) -> Result<Vec<Export>> {
        own_exports(context, &self.0).await
    }

    /// The person's requests to be bound to a unit (入住申请), the newest first; empty for staff.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn residency_requests(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many rows, 20 unless said, 100 at most.")] first: Option<i32>,
        #[graphql(desc = "Cursor after which the page starts.")] after: Option<String>,
    ) -> Result<ResidencyRequestConnection> {
        own_requests(context, self.0.past_the_door()?, first, after).await
    }

    /// The units where the person lives now (房屋); empty for staff.
    async fn units(&self, context: &Context<'_>) -> Result<Vec<Home>> {
        homes_of_viewer(context, self.0.past_the_door()?).await
    }
}

/// A member of staff.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Staff {
    /// Opaque id.
    pub id: ID,
    /// The name.
    pub name: String,
    /// Whether the person can be given work now.
    pub duty_state: DutyState,
    /// Since when.
    pub duty_changed_at: DateTime,
    /// When the person left the company.
    pub left_at: Option<DateTime>,
    /// The outside contractor that the person works for; null for the organization's own.
    pub contractor_id: Option<ID>,
    #[graphql(skip)]
    row: StaffRow,
}

impl From<StaffRow> for Staff {
    fn from(row: StaffRow) -> Self {
        Self {
            id: wire_id(row.id),
            name: row.name.clone(),
            duty_state: row.duty_state.into(),
            duty_changed_at: row.duty_changed_at.into(),
            left_at: row.left_at.map(Into::into),
            contractor_id: row.contractor_id.map(wire_id),
            row,
        }
    }
}

#[ComplexObject]
impl Staff {
    /// The phone number; masked for whoever has no need of it.
    async fn phone(&self, context: &Context<'_>) -> Result<String> {
        let viewer = request(context).viewer()?;
        let own = viewer.staff().is_some_and(|staff| staff.staff_id == self.row.id);
        let known = own || viewer.staff().is_some_and(|staff| staff.scope(Right::ContactRead).is_ok());
        Ok(if known { self.row.phone.clone() } else { mask_phone(&self.row.phone) })
    }

    /// Roles with the communities that they hold in.
    async fn assignments(&self, context: &Context<'_>) -> Result<Vec<Assignment>> {
        let details = request(context).loader().load_one(DetailsOf(self.row.id)).await?.unwrap_or_default();
        Ok(details
            .assignments
            .iter()
            .map(|row| Assignment { role: row.role.into(), community: row.community_id })
            .collect())
    }

    /// Trades.
    async fn trades(&self, context: &Context<'_>) -> Result<Vec<Trade>> {
        let details = request(context).loader().load_one(DetailsOf(self.row.id)).await?.unwrap_or_default();
        Ok(details.trades.iter().map(|row| row.trade.into()).collect())
    }
}

/// A role of a staff member.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Assignment {
    /// The role.
    pub role: Role,
    #[graphql(skip)]
    community: Option<CommunityId>,
}

#[ComplexObject]
impl Assignment {
    /// The community that the role holds in; null means all of the organization's.
    async fn community(&self, context: &Context<'_>) -> Result<Option<Community>> {
        match self.community {
            Some(id) => Community::load(context, id).await,
            None => Ok(None),
        }
    }
}

/// How to count a list of staff.
pub struct StaffCount {
    pub(super) scope: Scope,
    pub(super) filter: StaffFilter,
}

impl StaffCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        Ok(service::staff_count(&request(context).app, &self.scope, &self.filter).await?)
    }
}

connection! {
    /// A list of staff.
    StaffConnection, StaffEdge, Staff, count: StaffCount
}

/// A member of staff by id, for `node`.
pub async fn find_staff(context: &Context<'_>, id: StaffId) -> Result<Staff, Error> {
    let request = request(context);
    Ok(service::staff_member(&request.app, request.viewer()?, id).await?.into())
}
