//! Categories and deadlines of an organization.

use entities::values::{CategoryId, CommunityId, OrganizationId, ServicePolicyId, Urgency};
use entities::{service_policy, ticket_category};

use super::super::error::TicketError;
use super::super::model::{Policy, defaults};
use super::super::repo;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Scope, Viewer, Who};
use crate::error::Error;
use crate::state::App;

/// Longest deadline that a policy may set: a year of minutes.
const POLICY_MAX_MINUTES: i32 = 366 * 24 * 60;

/// Gives an organization without any the categories and deadlines that every one starts with.
pub async fn seed_defaults(tx: &Tx, clock: &Clock, org_id: OrganizationId) -> Result<(), Error> {
    let now = clock.now();
    let rows: Vec<ticket_category::Model> = defaults::CATEGORIES
        .iter()
        .map(|category| ticket_category::Model {
            id: clock.new_id(),
            org_id,
            code: category.code.to_owned(),
            name_zh: category.name_zh.to_owned(),
            name_en: category.name_en.to_owned(),
            trade: category.trade,
            callback_class: category.callback_class,
            active: true,
            work_minutes: defaults::WORK_MINUTES,
            changed_seq: 0,
            created_at: now,
        })
        .collect();
    let policies = default_policies(clock, org_id, &rows);
    repo::insert_categories(tx, rows).await?;
    repo::place_categories(tx, org_id).await?;
    Ok(repo::insert_policies(tx, policies).await?)
}

fn default_policies(
    clock: &Clock,
    org_id: OrganizationId,
    categories: &[ticket_category::Model],
) -> Vec<service_policy::Model> {
    let mut policies = Vec::new();
    for urgency in [Urgency::Emergency, Urgency::Ordinary] {
        let ordinary = entities::values::CallbackClass::Ordinary;
        policies.push(row(clock, org_id, None, None, urgency, defaults::policy(urgency, ordinary)));
        for category in categories.iter().filter(|row| row.callback_class != ordinary) {
            let policy = defaults::policy(urgency, category.callback_class);
            policies.push(row(clock, org_id, None, Some(category.id), urgency, policy));
        }
    }
    policies
}

/// Gives an organization what it lacks of categories and deadlines; harmless for one that lacks nothing.
pub async fn ensure_defaults(db: &Db, clock: &Clock, org_id: OrganizationId) -> Result<(), Error> {
    let clock = clock.clone();
    db.write(move |tx| {
        let clock = clock.clone();
        Box::pin(async move {
            let categories = repo::categories(tx, &[org_id], false).await?;
            if categories.is_empty() {
                seed_defaults(tx, &clock, org_id).await?;
            } else if repo::policies(tx, org_id).await?.is_empty() {
                // Categories came with imported history; deadlines did not.
                repo::insert_policies(tx, default_policies(&clock, org_id, &categories)).await?;
            }
            Ok(())
        })
    })
    .await
}

fn row(
    clock: &Clock,
    org_id: OrganizationId,
    community_id: Option<CommunityId>,
    category_id: Option<CategoryId>,
    urgency: Urgency,
    policy: Policy,
) -> service_policy::Model {
    service_policy::Model {
        id: clock.new_id::<ServicePolicyId>(),
        org_id,
        community_id,
        category_id,
        urgency,
        respond_minutes: policy.respond,
        arrive_minutes: policy.arrive,
        complete_minutes: policy.complete,
        callback_minutes: policy.callback,
        respond_basis: policy.bases.respond,
        arrive_basis: policy.bases.arrive,
        complete_basis: policy.bases.complete,
        callback_basis: policy.bases.callback,
        created_at: clock.now(),
    }
}

/// The categories that the viewer can choose from: the employer's, or those of whoever manages the viewer's units.
pub async fn categories(app: &App, viewer: &Viewer) -> Result<Vec<ticket_category::Model>, Error> {
    let orgs = match &viewer.who {
        Who::Staff(staff) => vec![staff.org_id],
        Who::Resident => repo::organizations_of_resident(app.db.read(), viewer.account_id, app.clock.now()).await?,
    };
    Ok(repo::categories(app.db.read(), &orgs, true).await?)
}

/// The organization's deadlines.
pub async fn policies(app: &App, viewer: &Viewer) -> Result<Vec<service_policy::Model>, Error> {
    let staff = viewer.require_staff()?;
    if let Scope::Assigned(..) = staff.scope(Right::TicketRead)? {
        return Err(Error::Forbidden);
    }
    Ok(repo::policies(app.db.read(), staff.org_id).await?)
}

/// Sets the deadlines of the organization, of one community, of one category, or of both. Tickets that exist keep
/// theirs.
pub async fn set_policy(
    app: &App,
    viewer: &Viewer,
    community: Option<CommunityId>,
    category: Option<CategoryId>,
    urgency: Urgency,
    policy: Policy,
) -> Result<service_policy::Model, Error> {
    let staff = viewer.require_staff()?;
    match (staff.scope(Right::PolicyManage)?, community) {
        (Scope::Organization(_), _) => {}
        (Scope::Communities(_, allowed), Some(community)) if allowed.contains(&community) => {}
        (Scope::Communities(..), Some(_)) => return Err(TicketError::NotFoundAt("communityId").into()),
        _ => return Err(Error::Forbidden),
    }
    let minutes = [
        ("respondMinutes", policy.respond),
        ("arriveMinutes", policy.arrive),
        ("completeMinutes", policy.complete),
        ("callbackMinutes", Some(policy.callback)),
    ];
    let wrong = minutes.iter().find(|(_, minutes)| minutes.is_some_and(|it| !(1..=POLICY_MAX_MINUTES).contains(&it)));
    if let Some((field, _)) = wrong {
        return Err(TicketError::Invalid(field).into());
    }
    let new = row(&app.clock, staff.org_id, community, category, urgency, policy);
    let result = new.clone();
    app.db
        .write(move |tx| {
            let new = new.clone();
            Box::pin(async move {
                if let Some(category) = new.category_id {
                    let known = repo::categories(tx, &[new.org_id], false).await?;
                    if !known.iter().any(|row| row.id == category) {
                        return Err(TicketError::NotFoundAt("categoryId").into());
                    }
                }
                if let Some(community) = new.community_id
                    && !repo::has_community(tx, new.org_id, community).await?
                {
                    return Err(TicketError::NotFoundAt("communityId").into());
                }
                lock_organization(tx, new.org_id).await?;
                repo::delete_policy(tx, new.org_id, new.community_id, new.category_id, new.urgency).await?;
                Ok(repo::insert_policies(tx, vec![new]).await?)
            })
        })
        .await?;
    Ok(result)
}
