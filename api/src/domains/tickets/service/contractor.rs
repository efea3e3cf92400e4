//! Outside contractors (外包单位): companies that tickets are given to.

use entities::values::{CommunityId, ContractorId, OrganizationId, Trade};
use entities::{contractor, contractor_community, contractor_trade};
use serde::Serialize;

use super::super::error::TicketError;
use super::super::model::text;
use super::super::repo::{self, ContractorRow};
use super::at;
use crate::db::Tx;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::idempotency;
use crate::state::App;

/// Longest name of a contractor, in characters.
const NAME_MAX: usize = 100;
/// Longest phone number as it is written, in characters.
const PHONE_MAX: usize = 30;

/// A contractor to be added.
#[derive(Clone, Debug, Serialize)]
pub struct NewContractor {
    /// Name, unique within the organization.
    pub name: String,
    /// Phone, also of a fixed line.
    pub phone: String,
    /// What its people can do.
    pub trades: Vec<Trade>,
    /// Where they work.
    pub communities: Vec<CommunityId>,
}

/// What is to be changed; what is missing stays.
#[derive(Clone, Debug, Default)]
pub struct ContractorChange {
    /// Name.
    pub name: Option<String>,
    /// Phone.
    pub phone: Option<String>,
    /// What its people can do.
    pub trades: Option<Vec<Trade>>,
    /// Where they work.
    pub communities: Option<Vec<CommunityId>>,
    /// Whether it is given work.
    pub active: Option<bool>,
    /// The version that the client saw.
    pub expected_version: Option<i32>,
}

fn name(text: &str) -> Result<String, Error> {
    Ok(text::required(text, NAME_MAX).map_err(at("name"))?)
}

fn phone(text: &str) -> Result<String, Error> {
    let phone = text::required(text, PHONE_MAX).map_err(at("phone"))?;
    let written = phone.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, '+' | '-' | ' ' | '(' | ')'));
    let digits = phone.chars().filter(char::is_ascii_digit).count();
    if !written || digits < 5 {
        return Err(TicketError::Invalid("phone").into());
    }
    Ok(phone)
}

fn sorted<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

/// Checks that the viewer may let contractors work in every one of these communities; there is at least one.
async fn check_communities(
    tx: &Tx,
    scope: &Scope,
    org: OrganizationId,
    communities: &[CommunityId],
) -> Result<(), Error> {
    if communities.is_empty() {
        return Err(TicketError::Required("communityIds").into());
    }
    let reached = match scope {
        Scope::Communities(_, allowed) => communities.iter().all(|community| allowed.contains(community)),
        _ => true,
    };
    let known = repo::known_communities(tx, org, communities).await?;
    if !reached || usize::try_from(known) != Ok(communities.len()) {
        return Err(TicketError::NotFoundAt("communityIds").into());
    }
    Ok(())
}

fn exists(fault: crate::db::Fault) -> Error {
    let columns = "contractor.org_id, contractor.name";
    let Error::Refused(refusal) = Error::from(TicketError::ContractorExists) else { return fault.into() };
    Error::from(fault).on_unique("contractor_name_unique", columns, refusal)
}

/// Adds a contractor.
pub async fn create_contractor(
    app: &App,
    viewer: &Viewer,
    new: NewContractor,
    key: &str,
) -> Result<ContractorRow, Error> {
    let staff = viewer.require_staff()?;
    let scope = staff.scope(Right::ContractorManage)?;
    let row = contractor::Model {
        id: app.clock.new_id(),
        org_id: staff.org_id,
        name: name(&new.name)?,
        phone: phone(&new.phone)?,
        active: true,
        version: 1,
        created_at: app.clock.now(),
    };
    let claim = idempotency::Claim::new(app, viewer.account_id, "contractorCreate", key, &new, row.id.0)?;
    let (trades, communities) = (sorted(new.trades), sorted(new.communities));
    let job_scope = scope.clone();
    let id = app
        .db
        .write(move |tx| {
            let (claim, row, scope) = (claim.clone(), row.clone(), job_scope.clone());
            let (trades, communities) = (trades.clone(), communities.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(ContractorId(earlier));
                }
                let (id, org) = (row.id, row.org_id);
                check_communities(tx, &scope, org, &communities).await?;
                repo::insert_contractor(tx, row).await.map_err(exists)?;
                repo::set_contractor_trades(tx, org, id, &trades).await?;
                repo::set_contractor_communities(tx, org, id, &communities).await?;
                Ok(id)
            })
        })
        .await?;
    found(app, &scope, id).await
}

async fn found(app: &App, scope: &Scope, id: ContractorId) -> Result<ContractorRow, Error> {
    let row = repo::find_contractor(app.db.read(), scope, id).await?;
    Ok(row.ok_or(TicketError::NotFoundAt("contractorId"))?)
}

/// Changes a contractor. Whoever manages some of its communities only changes nothing. A contractor that is no longer
/// active is given no work; its people finish what they have.
pub async fn change_contractor(
    app: &App,
    viewer: &Viewer,
    id: ContractorId,
    mut change: ContractorChange,
) -> Result<ContractorRow, Error> {
    let scope = viewer.require_staff()?.scope(Right::ContractorManage)?;
    change.name = change.name.as_deref().map(name).transpose()?;
    change.phone = change.phone.as_deref().map(phone).transpose()?;
    let (trades, communities) = (change.trades.take().map(sorted), change.communities.take().map(sorted));
    app.db
        .write(move |tx| {
            let (scope, change) = (scope.clone(), change.clone());
            let (trades, communities) = (trades.clone(), communities.clone());
            Box::pin(async move {
                let row = repo::find_contractor(tx, &scope, id).await?;
                let mut row = row.ok_or(TicketError::NotFoundAt("contractorId"))?;
                if let Scope::Communities(_, allowed) = &scope {
                    let now = repo::communities_of_contractors(tx, &[id]).await?;
                    if !now.iter().all(|it| allowed.contains(&it.community_id)) {
                        return Err(Error::Forbidden);
                    }
                }
                let version = row.version;
                if change.expected_version.is_some_and(|expected| expected != version) {
                    return Err(TicketError::Stale.into());
                }
                row.name = change.name.unwrap_or(row.name);
                row.phone = change.phone.unwrap_or(row.phone);
                row.active = change.active.unwrap_or(row.active);
                row.version += 1;
                if !repo::update_contractor(tx, &row, version).await.map_err(exists)? {
                    return Err(TicketError::Stale.into());
                }
                if let Some(trades) = trades {
                    repo::set_contractor_trades(tx, row.org_id, id, &trades).await?;
                }
                if let Some(communities) = communities {
                    check_communities(tx, &scope, row.org_id, &communities).await?;
                    repo::set_contractor_communities(tx, row.org_id, id, &communities).await?;
                }
                Ok(row)
            })
        })
        .await
}

/// Contractors that work where the viewer knows the staff, in the order they were added.
pub async fn contractors(
    app: &App,
    viewer: &Viewer,
    after: Option<ContractorId>,
    limit: u64,
) -> Result<Vec<ContractorRow>, Error> {
    let scope = viewer.scope(Right::StaffRead, app.clock.now())?;
    Ok(repo::list_contractors(app.db.read(), &scope, after, limit).await?)
}

/// How many contractors that list has.
pub async fn count_contractors(app: &App, viewer: &Viewer) -> Result<i64, Error> {
    let scope = viewer.scope(Right::StaffRead, app.clock.now())?;
    Ok(repo::count_contractors(app.db.read(), &scope).await?)
}

/// One contractor.
pub async fn contractor(app: &App, viewer: &Viewer, id: ContractorId) -> Result<ContractorRow, Error> {
    found(app, &viewer.scope(Right::StaffRead, app.clock.now())?, id).await
}

/// Trades and communities of several contractors that the viewer was shown.
pub async fn contractor_details(
    app: &App,
    ids: &[ContractorId],
) -> Result<(Vec<contractor_trade::Model>, Vec<contractor_community::Model>), Error> {
    let trades = repo::trades_of_contractors(app.db.read(), ids).await?;
    Ok((trades, repo::communities_of_contractors(app.db.read(), ids).await?))
}
