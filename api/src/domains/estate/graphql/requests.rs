//! Requests to be bound to a unit, as the schema shows them to whoever made them and to whoever decides.

use async_graphql::{ComplexObject, Context, ID, Result, SimpleObject};
use entities::values::{ResidencyRequestId, ResidencyRequestState as State};

use super::enums::{ResidencyRequestState, ResidencyRole};
use super::loaders::DocumentsOf;
use super::types::Unit;
use crate::connection;
use crate::domains::estate::service::{self, DocumentRow, RequestFilter, RequestRow, UnitRow};
use crate::domains::identity::{Right, Viewer, mask_id_last4, mask_name, mask_phone};
use crate::domains::uploads::{Variant, link};
use crate::graphql::connection::{Page, Window};
use crate::graphql::id::wire_id;
use crate::graphql::request;
use crate::graphql::scalars::{Date, DateTime};
use crate::state::App;

/// Somebody asks to be bound to a unit, because the register does not know the person yet (入住申请).
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct ResidencyRequest {
    /// Opaque id.
    pub id: ID,
    /// Where it stands.
    pub state: ResidencyRequestState,
    /// Rises with each step.
    pub version: i32,
    /// What the person wants to be there.
    pub role: ResidencyRole,
    /// The company, where the person stands for one.
    pub company_name: Option<String>,
    /// The community's name.
    pub community_name: String,
    /// The building, as the person wrote it.
    pub building_name: String,
    /// The unit, as the person wrote it.
    pub unit_number: String,
    /// First day, of tenants and proxies.
    pub starts_on: Option<Date>,
    /// Last day, of tenants and proxies.
    pub ends_on: Option<Date>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// When it was made.
    pub created_at: DateTime,
    /// When it was decided on, or taken back.
    pub decided_at: Option<DateTime>,
    #[graphql(skip)]
    row: RequestRow,
}

impl From<RequestRow> for ResidencyRequest {
    fn from(row: RequestRow) -> Self {
        let asked = row.request.clone();
        Self {
            id: wire_id(asked.id),
            state: asked.state.into(),
            version: asked.version,
            role: asked.role.into(),
            company_name: asked.company_name,
            community_name: row.community_name.clone(),
            building_name: asked.building_name,
            unit_number: asked.unit_number,
            starts_on: asked.starts_on.map(Date),
            ends_on: asked.ends_on.map(Date),
            reason: asked.reason,
            created_at: asked.created_at.into(),
            decided_at: asked.decided_at.map(Into::into),
            row,
        }
    }
}

impl ResidencyRequest {
    /// Whether the viewer needs to know who it is: the person, and staff who need phones there.
    fn in_full(&self, viewer: &Viewer) -> bool {
        viewer.staff().is_none_or(|staff| staff.may(Right::ContactRead, self.row.request.community_id))
    }
}

#[ComplexObject]
impl ResidencyRequest {
    /// The person's name; masked for whoever has no need of it.
    async fn name(&self, context: &Context<'_>) -> Result<String> {
        let name = &self.row.request.name;
        Ok(if self.in_full(request(context).viewer()?) { name.clone() } else { mask_name(name) })
    }

    /// The verified phone of whoever asks; masked for whoever has no need of it.
    async fn phone(&self, context: &Context<'_>) -> Result<String> {
        let phone = &self.row.account_phone;
        Ok(if self.in_full(request(context).viewer()?) { phone.clone() } else { mask_phone(phone) })
    }

    /// The last four characters of the identity card, of which nobody is shown more than two: `**3X`.
    async fn id_last_four(&self) -> Option<String> {
        self.row.request.id_last4.as_deref().map(mask_id_last4)
    }

    /// The unit that was found by the words. For staff; the person learns of it when the request is approved.
    async fn unit(&self, context: &Context<'_>) -> Result<Option<Unit>> {
        let told = request(context).viewer()?.staff().is_some() || self.row.request.state == State::Approved;
        Ok(if told { found_unit(&self.row).map(Into::into) } else { None })
    }

    /// What the register has of the person on that unit, for staff who decide; null for the person.
    async fn register_match(&self, context: &Context<'_>) -> Result<Option<RegisterMatch>> {
        request(context).viewer()?;
        let row = &self.row;
        let told = RegisterMatch { phone: row.phone_known, name: row.name_known, id_last_four: row.id_known };
        Ok(request(context).viewer()?.staff().map(|_| told))
    }

    /// Photos of documents, in the order in which they were sent; gone some time after the decision.
    async fn documents(&self, context: &Context<'_>) -> Result<Vec<ResidencyDocument>> {
        let request = request(context);
        let rows = request.loader().load_one(DocumentsOf(self.row.request.id)).await?.unwrap_or_default();
        Ok(rows.into_iter().map(|row| ResidencyDocument::new(&request.app, &row)).collect())
    }

    /// Name of the member of staff who decided; null for the person, and where the register matched.
    async fn decided_by_name(&self, context: &Context<'_>) -> Result<Option<&str>> {
        let told = request(context).viewer()?.staff().is_some();
        Ok(self.row.decided_by_name.as_deref().filter(|_| told))
    }
}

fn found_unit(row: &RequestRow) -> Option<UnitRow> {
    Some(UnitRow {
        id: row.request.unit_id?,
        community_id: row.request.community_id,
        community_name: row.community_name.clone(),
        building_id: row.found_building_id?,
        building_name: row.found_building_name.clone()?,
        number: row.found_number.clone()?,
        floor: row.found_floor,
        area: row.found_area,
        usage: row.found_usage?,
        delivered_on: row.found_delivered_on,
    })
}

/// What the register has of a person, of those who are tied to a unit now.
#[derive(SimpleObject)]
pub struct RegisterMatch {
    /// Somebody has this phone.
    pub phone: bool,
    /// Somebody has this name.
    pub name: bool,
    /// Somebody has these last four characters of the id.
    pub id_last_four: bool,
}

/// A photo of a document that goes with a request.
#[derive(SimpleObject)]
pub struct ResidencyDocument {
    /// What the file is: `image/jpeg`, `image/png` or `image/heic`.
    pub media_type: String,
    /// Where the file is, relative to the server's address. Opens without a token until `expiresAt`.
    pub url: String,
    /// A JPEG of at most 320 pixels a side; null for HEIC.
    pub thumbnail_url: Option<String>,
    /// Until when the two addresses open; then load them again.
    pub expires_at: DateTime,
}

impl ResidencyDocument {
    fn new(app: &App, row: &DocumentRow) -> Self {
        let original = link(app, row.upload_id, Variant::Original);
        Self {
            media_type: row.media_type.as_str().to_owned(),
            url: original.url,
            thumbnail_url: row.has_thumbnail.then(|| link(app, row.upload_id, Variant::Thumbnail).url),
            expires_at: original.expires_at.into(),
        }
    }
}

/// How to count a list of requests.
pub enum RequestCount {
    /// The viewer's own.
    Own,
    /// Those that the viewer may decide on.
    Reviews(RequestFilter),
}

impl RequestCount {
    async fn count(&self, context: &Context<'_>) -> Result<i64> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        Ok(match self {
            Self::Own => service::count_own_requests(app, viewer).await?,
            Self::Reviews(filter) => service::count_requests(app, viewer, filter).await?,
        })
    }
}

connection! {
    /// A list of requests to be bound to a unit.
    ResidencyRequestConnection, ResidencyRequestEdge, ResidencyRequest, count: RequestCount
}

/// The viewer's own requests, the newest first.
pub async fn own_requests(
    context: &Context<'_>,
    viewer: &Viewer,
    first: Option<i32>,
    after: Option<String>,
) -> Result<ResidencyRequestConnection> {
    let window: Window<ResidencyRequestId> = Window::new(first, after.as_deref())?;
    let rows = service::own_requests(&request(context).app, viewer, window.after, window.fetch()).await?;
    let page = Page::new(&window, rows, |row| row.request.id)?;
    Ok(ResidencyRequestConnection::new(page, RequestCount::Own))
}
