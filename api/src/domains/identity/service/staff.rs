//! Staff: adding them, their duty, lists.

use entities::values::{
    AccountId, CommunityId, ContractorId, DutyState, OrganizationId, OrganizationKind, Role, StaffId, Trade,
};
use entities::{account, organization, staff_assignment, staff_member, staff_trade};
use serde::Serialize;

use super::super::model::{Phone, Viewer};
use super::super::policy::Right;
use super::super::repo::{self, StaffFilter, StaffRow};
use super::super::{error::IdentityError, policy::Scope};
use super::password_change::own_words;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::{Code, Error, Refusal};
use crate::infra::{crypto, idempotency};
use crate::state::App;

/// Longest name in characters.
const NAME_MAX: usize = 100;
/// Without the letters and digits that look alike on paper.
const PASSWORD_LETTERS: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";

/// A role to be given.
#[derive(Clone, Debug, Serialize)]
pub struct NewAssignment {
    /// The role.
    pub role: Role,
    /// In which community; `None` means all.
    pub community_id: Option<CommunityId>,
}

/// A staff member to be added.
#[derive(Clone, Debug, Serialize)]
pub struct NewStaff {
    /// Name, 1 to 100 characters.
    pub name: String,
    /// Phone to sign in with.
    pub phone: String,
    /// Roles.
    pub assignments: Vec<NewAssignment>,
    /// Trades, for technicians.
    pub trades: Vec<Trade>,
}

/// A page of staff.
pub struct StaffPage {
    /// The rows, one more than asked for when there are more.
    pub rows: Vec<StaffRow>,
    /// Where the viewer may look.
    pub scope: Scope,
}

/// Adds a staff member to the viewer's organization, or to one of its contractors. Returns its id, and the temporary
/// password the first time.
///
/// A contractor's people have that one role; trades and communities are the contractor's.
pub async fn create_staff(
    app: &App,
    viewer: &Viewer,
    mut new: NewStaff,
    contractor: Option<ContractorId>,
    key: &str,
) -> Result<(StaffId, Option<String>), Error> {
    let admin = viewer.require_staff()?;
    let Scope::Organization(org) = admin.scope(Right::StaffManage)? else { return Err(Error::Forbidden) };
    let asked = new.clone();
    match contractor {
        Some(_) if !new.assignments.is_empty() => return Err(IdentityError::ContractorRole("assignments").into()),
        Some(_) if !new.trades.is_empty() => return Err(IdentityError::ContractorRole("trades").into()),
        Some(_) => new.assignments = vec![NewAssignment { role: Role::Contractor, community_id: None }],
        None if new.assignments.iter().any(|it| it.role == Role::Contractor) => {
            return Err(IdentityError::ContractorRole("assignments").into());
        }
        None => {}
    }
    let password = random_password()?;
    let mut rows = prepare(app, org, &new, Password::Temporary(password.clone())).await?;
    rows.staff.contractor_id = contractor;
    let staff_id = rows.staff.id;
    let account = viewer.account_id;
    let claim = match contractor {
        None => idempotency::Claim::new(app, account, "staffCreate", key, &asked, staff_id.0)?,
        Some(id) => idempotency::Claim::new(app, account, "staffCreate", key, &(asked, id), staff_id.0)?,
    };
    let earlier = app
        .db
        .write(move |tx| {
            let (claim, rows) = (claim.clone(), rows.clone());
            Box::pin(async move {
                if let Some(result) = idempotency::claim(tx, &claim).await? {
                    return Ok(Some(result));
                }
                if let Some(contractor) = rows.staff.contractor_id {
                    match repo::contractor_is_active(tx, org, contractor).await? {
                        None => return Err(Refusal::at(Code::NotFound, "contractorId").into()),
                        Some(false) => return Err(Refusal::at(Code::InvalidValue, "contractorId").into()),
                        Some(true) => {}
                    }
                }
                insert(tx, rows).await?;
                Ok(None)
            })
        })
        .await?;
    match earlier {
        None => Ok((staff_id, Some(password))),
        Some(id) => Ok((StaffId(id), None)),
    }
}

/// What `linli admin create` made.
pub struct AdminCreated {
    /// The organization, made when it was missing.
    pub org_id: OrganizationId,
    /// Whether it was made now.
    pub new_organization: bool,
    /// The staff member.
    pub staff_id: StaffId,
    /// The password, when none was given.
    pub generated_password: Option<String>,
}

/// Adds a staff member from the command line, and the organization when it is missing.
pub async fn create_admin(
    app: &App,
    organization: &str,
    new: NewStaff,
    password: Option<String>,
) -> Result<AdminCreated, Error> {
    let password = match password {
        Some(chosen) => Password::Chosen(chosen, organization.to_owned()),
        None => Password::Temporary(random_password()?),
    };
    let generated_password = match &password {
        Password::Temporary(password) => Some(password.clone()),
        Password::Chosen(..) => None,
    };
    let found = repo::organization_by_name(app.db.read(), organization).await?;
    let new_organization = found.is_none();
    let org = found.unwrap_or_else(|| organization::Model {
        id: app.clock.new_id(),
        name: organization.to_owned(),
        kind: OrganizationKind::Company,
        created_at: app.clock.now(),
    });
    let org_id = org.id;
    let rows = prepare(app, org_id, &new, password).await?;
    let staff_id = rows.staff.id;
    app.db
        .write(move |tx| {
            let (org, rows) = (org.clone(), rows.clone());
            Box::pin(async move {
                if new_organization {
                    repo::insert_organization(tx, org).await?;
                }
                insert(tx, rows).await
            })
        })
        .await?;
    Ok(AdminCreated { org_id, new_organization, staff_id, generated_password })
}

/// Somebody's first password.
enum Password {
    /// Made up by us, and good until it is changed.
    Temporary(String),
    /// Chosen by whoever has it, in an organization of this name.
    Chosen(String, String),
}

#[derive(Clone)]
struct Rows {
    account: account::Model,
    staff: staff_member::Model,
    assignments: Vec<staff_assignment::Model>,
    trades: Vec<staff_trade::Model>,
}

async fn prepare(app: &App, org_id: OrganizationId, new: &NewStaff, password: Password) -> Result<Rows, Error> {
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_MAX {
        return Err(IdentityError::InvalidName.into());
    }
    let phone = Phone::parse(&new.phone).ok_or(IdentityError::InvalidPhone)?;
    let passwords = &app.identity.passwords;
    let (hash, password_temporary) = match password {
        Password::Temporary(password) => (passwords.hash(password).await?, true),
        Password::Chosen(password, organization) => {
            let words = own_words(&name, phone.as_str(), &organization);
            (passwords.hash_chosen(password, words, "password").await?, false)
        }
    };
    let clock: &Clock = &app.clock;
    let now = clock.now();
    let account_id: AccountId = clock.new_id();
    let staff_id: StaffId = clock.new_id();
    let mut assignments: Vec<_> = new.assignments.iter().map(|given| (given.role, given.community_id)).collect();
    assignments.sort_unstable();
    assignments.dedup();
    let mut trades = new.trades.clone();
    trades.sort_unstable();
    trades.dedup();
    let account = account::Model {
        id: account_id,
        phone: phone.as_str().to_owned(),
        name: name.clone(),
        locale: "zh-CN".to_owned(),
        password_hash: Some(hash),
        password_temporary,
        created_at: now,
        disabled_at: None,
    };
    let staff = staff_member::Model {
        id: staff_id,
        org_id,
        account_id,
        name,
        duty_state: DutyState::OffDuty,
        duty_changed_at: now,
        created_at: now,
        left_at: None,
        contractor_id: None,
    };
    let assignments = assignments
        .into_iter()
        .map(|(role, community_id)| staff_assignment::Model {
            id: clock.new_id(),
            org_id,
            staff_id,
            role,
            community_id,
            created_at: now,
        })
        .collect();
    let trades = trades.into_iter().map(|trade| staff_trade::Model { staff_id, trade, org_id }).collect();
    Ok(Rows { account, staff, assignments, trades })
}

async fn insert(tx: &Tx, mut rows: Rows) -> Result<(), Error> {
    let mut communities: Vec<CommunityId> = rows.assignments.iter().filter_map(|it| it.community_id).collect();
    communities.sort_unstable();
    communities.dedup();
    let known = repo::count_communities(tx, rows.staff.org_id, &communities).await?;
    if usize::try_from(known) != Ok(communities.len()) {
        return Err(IdentityError::UnknownCommunity.into());
    }
    // A resident may become staff: the account is kept and gets the password.
    let (id, hash) = (rows.account.id, rows.account.password_hash.clone());
    let temporary = rows.account.password_temporary;
    let account = repo::account_of_phone(tx, rows.account).await?;
    if account.id != id {
        if repo::staff_of_account(tx, account.id).await?.is_some() {
            return Err(IdentityError::PhoneTaken.into());
        }
        if let Some(hash) = hash {
            repo::set_password(tx, account.id, &hash, temporary).await?;
        }
        rows.staff.account_id = account.id;
    }
    repo::insert_staff(tx, rows.staff).await.map_err(|fault| {
        let taken = Refusal::from(IdentityError::PhoneTaken);
        Error::from(fault).on_unique("staff_member_account_unique", "staff_member.account_id", taken)
    })?;
    for assignment in rows.assignments {
        repo::insert_assignment(tx, assignment).await?;
    }
    for trade in rows.trades {
        repo::insert_trade(tx, trade).await?;
    }
    Ok(())
}

/// A password that nobody guesses, easy to read out.
pub(super) fn random_password() -> Result<String, Error> {
    (0..14)
        .map(|_| {
            let at = crypto::random_below(u32::try_from(PASSWORD_LETTERS.len()).unwrap_or(1))?;
            Ok(char::from(PASSWORD_LETTERS[at as usize]))
        })
        .collect()
}

/// Sets the viewer on or off duty. Setting it twice is harmless.
pub async fn set_duty(app: &App, viewer: &Viewer, state: DutyState) -> Result<StaffRow, Error> {
    let (staff, now) = (viewer.require_staff()?.staff_id, app.clock.now());
    app.db
        .write(move |tx| Box::pin(async move { Ok(repo::set_duty(tx, staff, state, now).await.map(|_| ())?) }))
        .await?;
    let scope = Scope::System("a staff member reads itself");
    repo::find_staff(app.db.read(), &scope, staff).await?.ok_or(Error::Unauthenticated)
}

/// Staff whom the viewer may see, in the order they were added.
pub async fn list_staff(
    app: &App,
    viewer: &Viewer,
    filter: &StaffFilter,
    after: Option<StaffId>,
    limit: u64,
) -> Result<StaffPage, Error> {
    let scope = viewer.scope(Right::StaffRead, app.clock.now())?;
    let rows = repo::list_staff(app.db.read(), &scope, filter, after, limit).await?;
    Ok(StaffPage { rows, scope })
}

/// How many staff the viewer may see.
pub async fn staff_count(app: &App, scope: &Scope, filter: &StaffFilter) -> Result<i64, Error> {
    Ok(repo::count_staff(app.db.read(), scope, filter).await?)
}

/// One staff member; oneself always, others with the right to.
pub async fn staff_member(app: &App, viewer: &Viewer, id: StaffId) -> Result<StaffRow, Error> {
    let own = viewer.staff().is_some_and(|staff| staff.staff_id == id);
    let scope = if own {
        Scope::System("a staff member reads itself")
    } else {
        viewer.scope(Right::StaffRead, app.clock.now()).map_err(|_| Refusal::new(Code::NotFound))?
    };
    repo::find_staff(app.db.read(), &scope, id).await?.ok_or_else(|| Refusal::new(Code::NotFound).into())
}

/// Roles and trades of several staff members, for a list that was already scoped.
pub async fn staff_details(
    app: &App,
    ids: &[StaffId],
) -> Result<(Vec<staff_assignment::Model>, Vec<staff_trade::Model>), Error> {
    let assignments = repo::assignments_of(app.db.read(), ids).await?;
    let trades = repo::trades_of(app.db.read(), ids).await?;
    Ok((assignments, trades))
}
