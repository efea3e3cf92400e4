//! What changed in the reference data that phones keep: the categories and the price list.

use entities::ticket_category;
use entities::values::{CategoryId, OrganizationId, PriceItemId};
use uuid::Uuid;

use super::super::repo::{self, PriceItemRow, ReferenceKinds, ReferenceKnown};
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::crypto;
use crate::state::App;

/// How far a phone knows the reference data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReferenceStanding {
    /// Of which organization.
    pub org: OrganizationId,
    /// A digest of what its user may see: whoever sees more than before reads everything anew.
    pub scope: u32,
    /// The place in the order of changes up to which it knows all.
    pub seq: i64,
    /// In the middle of several changes of that place, or of a first reading: the last one that it has read.
    pub after: Option<Uuid>,
}

/// What changed.
#[derive(Debug)]
pub struct ReferenceChanges {
    /// Categories as they now are, also retired ones.
    pub categories: Vec<ticket_category::Model>,
    /// Price items as they now are, also retired ones.
    pub prices: Vec<PriceItemRow>,
    /// Where the phone stands after this.
    pub standing: ReferenceStanding,
    /// Whether more follows at once.
    pub has_more: bool,
    /// Whether the phone must forget what it had: this is the beginning of everything.
    pub reset: bool,
}

/// Where the employer's reference data stands.
pub async fn reference_known(app: &App, viewer: &Viewer) -> Result<ReferenceKnown, Error> {
    Ok(repo::reference_known(app.db.read(), viewer.require_staff()?.org_id).await?)
}

fn digest(scope: &Scope) -> u32 {
    let Scope::Communities(_, communities) = scope else { return 0 };
    let ids: Vec<u8> = communities.iter().flat_map(|id| *id.0.as_bytes()).collect();
    let [a, b, c, d, ..] = crypto::sha256(&ids);
    u32::from_be_bytes([a, b, c, d]).max(1)
}

/// The changes since `since`, `limit` rows at most; everything anew when that is missing, or no version of what the
/// viewer sees.
pub async fn reference_changes(
    app: &App,
    viewer: &Viewer,
    since: Option<ReferenceStanding>,
    kinds: ReferenceKinds,
    limit: usize,
) -> Result<ReferenceChanges, Error> {
    let staff = viewer.require_staff()?;
    let scope = staff.scope(Right::EstateRead)?;
    let org = staff.org_id;
    // First: what is committed meanwhile comes with the next request, perhaps twice, but never not at all.
    let last = repo::reference_known(app.db.read(), org).await?.last;
    let known = |it: &ReferenceStanding| it.org == org && it.scope == digest(&scope) && (0..=last).contains(&it.seq);
    let since = since.filter(known);
    let reset = since.is_none();
    let after = since.map_or((0, None), |since| (since.seq, since.after));
    let none = !kinds.categories && !kinds.prices;
    let mut places = if none {
        Vec::new()
    } else {
        repo::reference_after(app.db.read(), &scope, kinds, after, limit as u64 + 1).await?
    };
    let has_more = places.len() > limit;
    places.truncate(limit);
    let (seq, after) = match places.last() {
        Some(place) if has_more => (place.seq, Some(place.id)),
        Some(place) => (place.seq.max(last), None),
        None => (last, None),
    };
    let of = |is_price: bool| places.iter().filter(move |place| place.is_price == is_price).map(|place| place.id);
    let category_ids: Vec<CategoryId> = of(false).map(CategoryId).collect();
    let price_ids: Vec<PriceItemId> = of(true).map(PriceItemId).collect();
    let mut categories = Vec::new();
    if !category_ids.is_empty() {
        categories = repo::categories_by_id(app.db.read(), &category_ids).await?;
        categories.sort_by_key(|row| category_ids.iter().position(|id| *id == row.id));
    }
    let mut prices = Vec::new();
    if !price_ids.is_empty() {
        prices = repo::price_items_by_id(app.db.read(), &price_ids).await?;
        prices.sort_by_key(|row| price_ids.iter().position(|id| *id == row.id));
    }
    let standing = ReferenceStanding { org, scope: digest(&scope), seq, after };
    Ok(ReferenceChanges { categories, prices, standing, has_more, reset })
}
