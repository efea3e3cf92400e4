//! The price list (有偿服务价格表): who sets it, and what counts where.

use entities::price_item;
use entities::values::{CategoryId, CommunityId, Money, OrganizationId, PriceItemId, PriceKind, decimals};
use rust_decimal::Decimal;
use serde::Serialize;

use super::super::error::TicketError;
use super::super::model::pricing::PRICE_MAX;
use super::super::model::sample_prices::SAMPLE_PRICES;
use super::super::model::text;
use super::super::repo::{self, PriceItemRow, PriceList};
use super::{at, lines};
use crate::clock::Clock;
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// Longest code of an entry, in characters.
const CODE_MAX: usize = 40;
/// Longest unit of measure, in characters.
pub const UNIT_MAX: usize = 20;

/// An entry as it is to be.
#[derive(Clone, Debug, Serialize)]
pub struct NewPriceItem {
    /// Of this community; of the organization when missing.
    pub community_id: Option<CommunityId>,
    /// The code that it is known by.
    pub code: String,
    /// Chinese name.
    pub name_zh: String,
    /// English name.
    pub name_en: String,
    /// Labour or material.
    pub kind: PriceKind,
    /// The category of work that it belongs to.
    pub category_id: Option<CategoryId>,
    /// Unit of measure, in words.
    pub unit: String,
    /// The currency; the community's, or the one that all communities share, when missing.
    pub currency: Option<String>,
    /// The lowest price; missing when it is found on site.
    pub low: Option<Decimal>,
    /// The highest price; the lowest when missing.
    pub high: Option<Decimal>,
    /// Whether the technician finds the price on site.
    pub on_site: bool,
    /// The version that the client saw; 0 for an entry that is not to be there yet.
    pub expected_version: Option<i32>,
}

/// The code in the form in which it is kept: A–Z, 0–9, `_` and `-`.
fn code(given: &str) -> Result<String, Error> {
    let code = text::required(given, CODE_MAX).map_err(at("code"))?.to_ascii_uppercase();
    if code.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
        return Ok(code);
    }
    Err(TicketError::Invalid("code").into())
}

fn amount(given: Decimal, currency: &str, field: &'static str) -> Result<Money, Error> {
    let amount = lines::scaled(given, decimals(currency)).map(Money);
    let amount = amount.filter(|amount| (Money::ZERO..=PRICE_MAX).contains(amount));
    Ok(amount.ok_or(TicketError::Invalid(field))?)
}

fn range(new: &NewPriceItem, currency: &str) -> Result<(Option<Money>, Option<Money>), Error> {
    if new.on_site {
        let none = new.low.is_none() && new.high.is_none();
        return if none { Ok((None, None)) } else { Err(TicketError::Invalid("low").into()) };
    }
    let low = amount(new.low.ok_or(TicketError::Required("low"))?, currency, "low")?;
    let high = new.high.map_or(Ok(low), |high| amount(high, currency, "high"))?;
    if high < low { Err(TicketError::Invalid("high").into()) } else { Ok((Some(low), Some(high))) }
}

/// Checks that the viewer sets prices there: everywhere, or in this one community.
fn check_reach(scope: &Scope, community: Option<CommunityId>) -> Result<(), Error> {
    match (scope, community) {
        (Scope::Organization(_), _) => Ok(()),
        (Scope::Communities(_, allowed), Some(community)) if allowed.contains(&community) => Ok(()),
        (Scope::Communities(..), Some(_)) => Err(TicketError::NotFoundAt("communityId").into()),
        _ => Err(Error::Forbidden),
    }
}

async fn currency(tx: &Tx, scope: &Scope, new: &NewPriceItem) -> Result<String, Error> {
    if let Some(community) = new.community_id {
        let found = repo::currency_of(tx, scope, community).await?;
        let (_, own) = found.ok_or(TicketError::NotFoundAt("communityId"))?;
        return match &new.currency {
            Some(given) if *given != own => Err(TicketError::Invalid("currency").into()),
            _ => Ok(own),
        };
    }
    match &new.currency {
        Some(given) => Ok(given.clone()),
        None => {
            let Scope::Organization(org) = scope else { return Err(Error::Forbidden) };
            Ok(repo::shared_currency(tx, *org).await?.ok_or(TicketError::Required("currency"))?)
        }
    }
}

/// Adds an entry, or changes the one of this code; a retired one is in use again. Quotes that were made keep their
/// prices.
pub async fn set_price_item(app: &App, viewer: &Viewer, new: NewPriceItem, key: &str) -> Result<PriceItemRow, Error> {
    let staff = viewer.require_staff()?;
    let scope = staff.scope(Right::PriceManage)?;
    check_reach(&scope, new.community_id)?;
    let id: PriceItemId = app.clock.new_id();
    let claim = idempotency::Claim::new(app, viewer.account_id, "priceItemSet", key, &new, id.0)?;
    let new = NewPriceItem {
        code: code(&new.code)?,
        name_zh: text::required(&new.name_zh, text::NAME_MAX).map_err(at("nameZh"))?,
        name_en: text::required(&new.name_en, text::NAME_MAX).map_err(at("nameEn"))?,
        unit: text::required(&new.unit, UNIT_MAX).map_err(at("unit"))?,
        ..new
    };
    let (org, now, job_scope) = (staff.org_id, app.clock.now(), scope.clone());
    let id = app
        .db
        .write(move |tx| {
            let (claim, new, scope) = (claim.clone(), new.clone(), job_scope.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(PriceItemId(earlier));
                }
                // One change at a time, so that of two that add one code the second changes it.
                lock_organization(tx, org).await?;
                let before = repo::price_by_code(tx, org, new.community_id, &new.code).await?;
                let version = before.as_ref().map_or(0, |row| row.version);
                if new.expected_version.is_some_and(|expected| expected != version) {
                    return Err(TicketError::Stale.into());
                }
                let currency = currency(tx, &scope, &new).await?;
                let (low_fen, high_fen) = range(&new, &currency)?;
                if let Some(category) = new.category_id {
                    let known = repo::categories(tx, &[org], false).await?;
                    if !known.iter().any(|row| row.id == category) {
                        return Err(TicketError::NotFoundAt("categoryId").into());
                    }
                }
                let row = price_item::Model {
                    id: before.as_ref().map_or(id, |row| row.id),
                    org_id: org,
                    community_id: new.community_id,
                    code: new.code,
                    name_zh: new.name_zh,
                    name_en: new.name_en,
                    kind: new.kind,
                    category_id: new.category_id,
                    unit: new.unit,
                    currency,
                    low_fen,
                    high_fen,
                    on_site: new.on_site,
                    active: true,
                    version: version + 1,
                    changed_seq: repo::next_reference_seq(tx, org).await?,
                    created_at: before.as_ref().map_or(now, |row| row.created_at),
                    updated_at: now,
                };
                let made = row.id;
                match before {
                    None => repo::insert_price(tx, row).await?,
                    Some(_) if repo::update_price(tx, &row, version).await? => {}
                    Some(_) => return Err(TicketError::Stale.into()),
                }
                if made != id {
                    // A repeat is told of the entry that was changed.
                    idempotency::tell(tx, &claim, made.0).await?;
                }
                Ok(made)
            })
        })
        .await?;
    managed(app, &scope, id).await
}

async fn managed(app: &App, scope: &Scope, id: PriceItemId) -> Result<PriceItemRow, Error> {
    let row = repo::managed_price(app.db.read(), scope, id).await?;
    Ok(row.ok_or(TicketError::NotFoundAt("priceItemId"))?)
}

/// Takes an entry out of use; quotes that were made keep it.
pub async fn retire_price_item(
    app: &App,
    viewer: &Viewer,
    id: PriceItemId,
    expected: Option<i32>,
    key: &str,
) -> Result<PriceItemRow, Error> {
    let staff = viewer.require_staff()?;
    let scope = staff.scope(Right::PriceManage)?;
    let claim = idempotency::Claim::new(app, viewer.account_id, "priceItemRetire", key, &(id, expected), id.0)?;
    let (now, job_scope) = (app.clock.now(), scope.clone());
    app.db
        .write(move |tx| {
            let (claim, scope) = (claim.clone(), job_scope.clone());
            Box::pin(async move {
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(());
                }
                let row = repo::managed_price(tx, &scope, id).await?;
                let mut row = row.ok_or(TicketError::NotFoundAt("priceItemId"))?;
                if expected.is_some_and(|expected| expected != row.version) {
                    return Err(TicketError::Stale.into());
                }
                if !row.active {
                    return Err(TicketError::PriceItemRetired.into());
                }
                let version = row.version;
                row.active = false;
                row.version += 1;
                row.updated_at = now;
                row.changed_seq = repo::next_reference_seq(tx, row.org_id).await?;
                if !repo::update_price(tx, &row, version).await? {
                    return Err(TicketError::Stale.into());
                }
                Ok(())
            })
        })
        .await?;
    managed(app, &scope, id).await
}

/// The price list of a community, or (for staff) the organization's own; `None` when there is no such community within
/// the viewer's reach.
pub async fn price_list(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
    category_id: Option<CategoryId>,
    text: Option<String>,
) -> Result<Option<PriceList>, Error> {
    let scope = viewer.scope(Right::EstateRead, app.clock.now())?;
    let text = text.filter(|text| !text.is_empty());
    let Some(community) = community else {
        let org_id = viewer.require_staff()?.org_id;
        return Ok(Some(PriceList { org_id, community: None, category_id, text }));
    };
    let found = repo::currency_of(app.db.read(), &scope, community).await?;
    Ok(found.map(|(org_id, currency)| PriceList { org_id, community: Some((community, currency)), category_id, text }))
}

/// An entry of a price list within the viewer's reach, in use or not.
pub async fn price_item(app: &App, viewer: &Viewer, id: PriceItemId) -> Result<PriceItemRow, Error> {
    let scope = viewer.scope(Right::EstateRead, app.clock.now())?;
    let row = repo::price_in_scope(app.db.read(), &scope, id).await?;
    Ok(row.ok_or(TicketError::NotFoundAt("priceItemId"))?)
}

/// A page of a price list that the viewer was shown.
pub async fn prices(
    app: &App,
    list: &PriceList,
    after: Option<PriceItemId>,
    limit: u64,
) -> Result<Vec<PriceItemRow>, Error> {
    Ok(repo::list_prices(app.db.read(), list, after, limit).await?)
}

/// How many entries that list has.
pub async fn count_prices(app: &App, list: &PriceList) -> Result<i64, Error> {
    Ok(repo::count_prices(app.db.read(), list).await?)
}

/// Adds the sample price list to an organization that has none and has the usual categories, in `currency`.
pub async fn seed_prices(tx: &Tx, clock: &Clock, org: OrganizationId, currency: &str) -> Result<(), Error> {
    let now = clock.now();
    let categories = repo::categories(tx, &[org], false).await?;
    let changed_seq = repo::next_reference_seq(tx, org).await?;
    for sample in SAMPLE_PRICES {
        let row = price_item::Model {
            id: clock.new_id(),
            org_id: org,
            community_id: None,
            code: sample.code.to_owned(),
            name_zh: sample.name_zh.to_owned(),
            name_en: sample.name_en.to_owned(),
            kind: sample.kind,
            category_id: categories.iter().find(|row| row.code == sample.category).map(|row| row.id),
            unit: sample.unit.to_owned(),
            currency: currency.to_owned(),
            low_fen: sample.range.map(|(low, _)| low),
            high_fen: sample.range.map(|(_, high)| high),
            on_site: sample.range.is_none(),
            active: true,
            version: 1,
            changed_seq,
            created_at: now,
            updated_at: now,
        };
        repo::insert_price(tx, row).await?;
    }
    Ok(())
}
