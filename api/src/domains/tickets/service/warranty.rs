//! Warranty: the terms of an organization, what they say of a unit, and who pays for a new ticket.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Tz;
use entities::values::{CategoryId, CommunityId, LiableParty, TicketKind, UnitId, WarrantyLength, WarrantyPart};
use entities::{ticket_category, warranty_term};

use super::super::error::TicketError;
use super::super::model::text;
use super::super::model::warranty::{Coverage, LAW, Season, Term, coverage, default_term, part_of};
use super::super::repo::{self, Setting};
use super::at;
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Longest warranty, in years or heating seasons.
const LENGTH_MAX: i32 = 100;

/// A term that counts on some day.
#[derive(Clone, Debug, PartialEq)]
pub struct WarrantyTerm {
    /// Of which work.
    pub category: ticket_category::Model,
    /// Of which part.
    pub part: WarrantyPart,
    /// What it says.
    pub term: Term,
    /// On what it is based.
    pub basis: String,
    /// For which community it was set; all when missing.
    pub community_id: Option<CommunityId>,
    /// Since when; the law's own when missing.
    pub effective_on: Option<NaiveDate>,
}

/// What a unit's warranty is for one category.
#[derive(Clone, Debug, PartialEq)]
pub struct CategoryCoverage {
    /// The category.
    pub category: ticket_category::Model,
    /// Whether it is covered.
    pub coverage: Coverage,
}

fn term_of(row: &warranty_term::Model) -> Term {
    Term { length: row.length, unit: row.length_unit, within: row.liable_within, after: row.liable_after }
}

fn season(from: Option<i32>, to: Option<i32>) -> Season {
    from.zip(to).map_or(Season::DEFAULT, |(from, to)| Season::from_numbers(from, to))
}

/// The row that counts for a category and part on a day: the community's before the organization's, the latest of each.
fn closest(
    rows: &[warranty_term::Model],
    community: Option<CommunityId>,
    (category, part): (CategoryId, WarrantyPart),
    on: NaiveDate,
) -> Option<&warranty_term::Model> {
    let of = rows.iter().filter(|row| row.category_id == category && row.part == part && row.effective_on <= on);
    let near = of.filter(|row| row.community_id.is_none() || row.community_id == community);
    near.max_by_key(|row| (row.community_id.is_some(), row.effective_on))
}

/// Whether the place of a new ticket is under warranty for its category, on the day where the community is.
pub async fn of_new_ticket(tx: &Tx, setting: &Setting, kind: TicketKind, today: NaiveDate) -> Result<Coverage, Error> {
    let part = part_of(kind);
    let start = match part {
        WarrantyPart::Unit => setting.delivered_on,
        WarrantyPart::Public => setting.completed_on,
    };
    let Some((category, code)) = setting.category_id.zip(setting.category_code.as_deref()) else {
        return Ok(Coverage::Unknown);
    };
    // A service has no warranty, and without a day there is nothing to count from.
    if start.is_none() || kind == TicketKind::PaidService {
        return Ok(Coverage::Unknown);
    }
    let community = setting.community_id;
    let rows = repo::terms_until(tx, &[setting.org_id], &[community], Some(category), today).await?;
    let own = closest(&rows, Some(community), (category, part), today).map(term_of);
    let term = own.or_else(|| default_term(code, part));
    Ok(coverage(start, term.as_ref(), season(setting.heating_from, setting.heating_to), today))
}

/// The warranty of units that the viewer was shown, by category; only of categories that have a term.
pub async fn warranties_of(app: &App, units: &[UnitId]) -> Result<HashMap<UnitId, Vec<CategoryCoverage>>, Error> {
    let now = app.clock.now();
    let places = repo::warranty_places(app.db.read(), units).await?;
    let orgs: Vec<_> = places.iter().map(|place| place.org_id).collect::<BTreeSet<_>>().into_iter().collect();
    let communities: Vec<_> =
        places.iter().map(|place| place.community_id).collect::<BTreeSet<_>>().into_iter().collect();
    let categories = repo::categories(app.db.read(), &orgs, true).await?;
    let rows = repo::terms_until(app.db.read(), &orgs, &communities, None, tomorrow(now)).await?;
    let mut found = HashMap::new();
    for place in places {
        let zone: Tz = place.time_zone.parse().map_err(|_| Error::internal("unknown time zone"))?;
        let today = now.with_timezone(&zone).date_naive();
        let season = season(place.heating_from, place.heating_to);
        let of_category = |category: &ticket_category::Model| {
            let what = (category.id, WarrantyPart::Unit);
            let own = closest(&rows, Some(place.community_id), what, today).map(term_of);
            let term = own.or_else(|| default_term(&category.code, WarrantyPart::Unit))?;
            let coverage = coverage(place.delivered_on, Some(&term), season, today);
            Some(CategoryCoverage { category: category.clone(), coverage })
        };
        let own = categories.iter().filter(|category| category.org_id == place.org_id);
        found.insert(place.unit_id, own.filter_map(of_category).collect());
    }
    Ok(found)
}

/// No community's day is later than this one.
fn tomorrow(now: DateTime<Utc>) -> NaiveDate {
    let today = now.date_naive();
    today.checked_add_days(Days::new(1)).unwrap_or(today)
}

/// The terms that count on a day, today unless said, for a community or the whole organization.
pub async fn warranty_terms(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
    on: Option<NaiveDate>,
) -> Result<Vec<WarrantyTerm>, Error> {
    let staff = viewer.require_staff()?;
    let org = staff.org_id;
    let reached = match (staff.scope(Right::TicketRead)?, community) {
        (Scope::Assigned(..), _) => return Err(Error::Forbidden),
        (_, None) => true,
        (Scope::Communities(_, allowed), Some(community)) => allowed.contains(&community),
        (_, Some(community)) => repo::has_community(app.db.read(), org, community).await?,
    };
    if !reached {
        return Err(TicketError::NotFoundAt("communityId").into());
    }
    let on = on.unwrap_or_else(|| app.clock.now().date_naive());
    let categories = repo::categories(app.db.read(), &[org], true).await?;
    let near: Vec<CommunityId> = community.into_iter().collect();
    let rows = repo::terms_until(app.db.read(), &[org], &near, None, on).await?;
    let mut terms = Vec::new();
    for category in categories {
        for part in WarrantyPart::ALL.iter().copied() {
            let found = match closest(&rows, community, (category.id, part), on) {
                Some(row) => Some((term_of(row), row.basis.clone(), row.community_id, Some(row.effective_on))),
                None => default_term(&category.code, part).map(|term| (term, LAW.to_owned(), None, None)),
            };
            if let Some((term, basis, community_id, effective_on)) = found {
                let category = category.clone();
                terms.push(WarrantyTerm { category, part, term, basis, community_id, effective_on });
            }
        }
    }
    Ok(terms)
}

/// A term to be set.
#[derive(Clone, Debug)]
pub struct NewWarrantyTerm {
    /// For this community; all when missing.
    pub community_id: Option<CommunityId>,
    /// For this category.
    pub category_id: CategoryId,
    /// Of which part.
    pub part: WarrantyPart,
    /// What it says.
    pub term: Term,
    /// On what it is based.
    pub basis: String,
    /// From which day on; today when missing.
    pub effective_on: Option<NaiveDate>,
}

/// Sets how long a category's work is under warranty, from a day on. Tickets that exist keep what they were found to be.
pub async fn set_warranty_term(app: &App, viewer: &Viewer, new: NewWarrantyTerm) -> Result<WarrantyTerm, Error> {
    let staff = viewer.require_staff()?;
    match (staff.scope(Right::PolicyManage)?, new.community_id) {
        (Scope::Organization(_), _) => {}
        (Scope::Communities(_, allowed), Some(community)) if allowed.contains(&community) => {}
        (Scope::Communities(..), Some(_)) => return Err(TicketError::NotFoundAt("communityId").into()),
        _ => return Err(Error::Forbidden),
    }
    check_term(&new.term, new.part)?;
    let now = app.clock.now();
    let effective_on = new.effective_on.unwrap_or_else(|| now.date_naive());
    // What counted on a day that is over everywhere cannot change any more.
    if Some(effective_on) < now.date_naive().pred_opt() {
        return Err(TicketError::Invalid("effectiveOn").into());
    }
    let row = warranty_term::Model {
        id: app.clock.new_id(),
        org_id: staff.org_id,
        community_id: new.community_id,
        category_id: new.category_id,
        part: new.part,
        length: new.term.length,
        length_unit: new.term.unit,
        liable_within: new.term.within,
        liable_after: new.term.after,
        basis: text::required(&new.basis, text::NOTE_MAX).map_err(at("basis"))?,
        effective_on,
        created_at: now,
    };
    let category = app
        .db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                let known = repo::categories(tx, &[row.org_id], false).await?;
                let category = known.into_iter().find(|category| category.id == row.category_id);
                let category = category.ok_or(TicketError::NotFoundAt("categoryId"))?;
                if let Some(community) = row.community_id
                    && !repo::has_community(tx, row.org_id, community).await?
                {
                    return Err(TicketError::NotFoundAt("communityId").into());
                }
                lock_organization(tx, row.org_id).await?;
                repo::put_term(tx, row.clone()).await?;
                Ok((category, row))
            })
        })
        .await?;
    let (category, row) = category;
    Ok(WarrantyTerm {
        category,
        part: row.part,
        term: term_of(&row),
        basis: row.basis,
        community_id: row.community_id,
        effective_on: Some(row.effective_on),
    })
}

fn check_term(term: &Term, part: WarrantyPart) -> Result<(), TicketError> {
    if !(0..=LENGTH_MAX).contains(&term.length) {
        return Err(TicketError::Invalid(match term.unit {
            WarrantyLength::Years => "years",
            WarrantyLength::HeatingSeasons => "heatingSeasons",
        }));
    }
    // An owner gives no warranty to himself, and no single one pays for public parts.
    if term.within == LiableParty::Owner {
        return Err(TicketError::Invalid("liableWithin"));
    }
    if part == WarrantyPart::Public && term.after == LiableParty::Owner {
        return Err(TicketError::Invalid("liableAfter"));
    }
    Ok(())
}
