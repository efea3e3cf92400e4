//! What changed in the reference data that phones keep, in the schema.

use async_graphql::{Context, Enum, Object, Result, SimpleObject};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::values::OrganizationId;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::price_list::PriceItem;
use super::setup::Category;
use crate::domains::tickets::service::{self, ReferenceKinds, ReferenceStanding};
use crate::error::{Code, Error, Refusal};
use crate::graphql::connection::{DEFAULT_PAGE, LARGEST_PAGE};
use crate::graphql::request;

/// A kind of reference data that phones keep a copy of.
#[derive(Enum, Copy, Clone, PartialEq, Eq)]
pub enum ReferenceKind {
    /// Categories of work (报修类别).
    TicketCategories,
    /// The price list (有偿服务价格表).
    PriceList,
}

/// What changed in the reference data since a phone asked last. Retired entries come with `active: false`.
#[derive(SimpleObject)]
pub struct ReferenceChanges {
    /// Categories, as they now are.
    pub categories: Vec<Category>,
    /// Entries of the price list, as they now are: of the organization, and of the communities that the viewer works in.
    pub price_items: Vec<PriceItem>,
    /// Send it as `since` next time, with the same `kinds`.
    pub version: String,
    /// Whether more follows: ask again at once.
    pub has_more: bool,
    /// Whether the phone must forget what it had, because `since` was missing, is no version of the organization's, or
    /// the viewer works in other communities than then.
    pub reset: bool,
}

#[derive(Serialize, Deserialize)]
struct Version {
    #[serde(rename = "o")]
    org: OrganizationId,
    #[serde(rename = "c")]
    scope: u32,
    #[serde(rename = "s")]
    seq: i64,
    #[serde(rename = "a", skip_serializing_if = "Option::is_none", default)]
    after: Option<Uuid>,
}

fn read(text: &str) -> Result<ReferenceStanding, Error> {
    let malformed = || Error::from(Refusal { field: vec!["since"], ..Refusal::new(Code::InvalidValue) });
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| malformed())?;
    let Version { org, scope, seq, after } = serde_json::from_slice(&bytes).map_err(|_| malformed())?;
    Ok(ReferenceStanding { org, scope, seq, after })
}

fn write(standing: ReferenceStanding) -> Result<String, Error> {
    let ReferenceStanding { org, scope, seq, after } = standing;
    Ok(URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Version { org, scope, seq, after })?))
}

/// Queries of reference data.
#[derive(Default)]
pub struct ReferenceQuery;

#[Object]
impl ReferenceQuery {
    /// What changed in the reference data since `since`, in the order of the changes. For staff.
    #[graphql(complexity = "2 + first.unwrap_or(20).clamp(0, 100) as usize * child_complexity")]
    async fn reference_changes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The `version` that came last; everything is sent anew when missing.")] since: Option<String>,
        #[graphql(desc = "Only these kinds; all when missing.")] kinds: Option<Vec<ReferenceKind>>,
        #[graphql(desc = "How many entries, 20 unless said, 100 at most.")] first: Option<i32>,
    ) -> Result<ReferenceChanges> {
        let (app, viewer) = (&request(context).app, request(context).viewer()?);
        let first = first.unwrap_or(DEFAULT_PAGE);
        if first < 1 {
            return Err(Error::from(Refusal { field: vec!["first"], ..Refusal::new(Code::InvalidValue) }).into());
        }
        let since = since.as_deref().map(read).transpose()?;
        let wanted = |kind| kinds.as_ref().is_none_or(|kinds| kinds.contains(&kind));
        let kinds = ReferenceKinds {
            categories: wanted(ReferenceKind::TicketCategories),
            prices: wanted(ReferenceKind::PriceList),
        };
        let limit = usize::try_from(first.min(LARGEST_PAGE)).unwrap_or(1);
        let changes = service::reference_changes(app, viewer, since, kinds, limit).await?;
        Ok(ReferenceChanges {
            categories: changes.categories.into_iter().map(Into::into).collect(),
            price_items: changes.prices.into_iter().map(Into::into).collect(),
            version: write(changes.standing)?,
            has_more: changes.has_more,
            reset: changes.reset,
        })
    }
}
