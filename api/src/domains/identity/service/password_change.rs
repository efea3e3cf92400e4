//! Changing a password, by whose it is or by an administrator.

use entities::sign_in_attempt;
use entities::values::{SessionEnd, StaffId};

use super::super::error::IdentityError;
use super::super::model::{ClientInfo, Phone, Viewer};
use super::super::policy::{Right, Scope};
use super::super::repo::{self, StaffRow, Which};
use super::guard::Action;
use super::sessions;
use super::sign_in::PASSWORD_WINDOW;
use super::staff::random_password;
use crate::error::{Code, Error, Refusal};
use crate::infra::{idempotency, limits};
use crate::state::App;

/// Changes the viewer's password and ends the other sessions of the account. A try with the old password counts as one
/// to sign in: a session that was left open is no way to guess it.
pub async fn change_password(
    app: &App,
    viewer: &Viewer,
    client: &ClientInfo,
    old: &str,
    new: &str,
) -> Result<(), Error> {
    let staff = viewer.require_staff()?;
    let now = app.clock.now();
    app.identity.guard.admit(&app.config, Action::PasswordTry, client, now).await?;
    let phone = Phone::parse(&viewer.phone).ok_or(IdentityError::InvalidPhone)?;
    let digest = app.identity.phone_digest(&phone);
    let limit = i64::from(app.config.sign_in_password_tries);
    let attempt = sign_in_attempt::Model { id: app.clock.new_id(), phone_digest: digest.to_vec(), created_at: now };
    app.db
        .write(move |tx| {
            let attempt = attempt.clone();
            Box::pin(async move {
                limits::take_turn(tx, &attempt.phone_digest, now).await?;
                if repo::attempts_since(tx, &attempt.phone_digest, now - PASSWORD_WINDOW).await? >= limit {
                    return Err(Refusal::at(Code::TooManyRequests, "oldPassword").into());
                }
                Ok(repo::insert_attempt(tx, attempt).await?)
            })
        })
        .await?;
    let account = repo::find_account(app.db.read(), &viewer.phone).await?.ok_or(Error::Unauthenticated)?;
    if !app.identity.passwords.verify(old.to_owned(), account.password_hash.clone()).await? {
        return Err(IdentityError::WrongPassword.into());
    }
    if old == new {
        return Err(IdentityError::SamePassword.into());
    }
    let organization = repo::organization_name(app.db.read(), staff.org_id).await?.unwrap_or_default();
    let words = own_words(&viewer.name, &viewer.phone, &organization);
    let hash = app.identity.passwords.hash_chosen(new.to_owned(), words, "newPassword").await?;
    let (id, session) = (viewer.account_id, viewer.session_id);
    let before = account.password_hash.unwrap_or_default();
    let ended = app
        .db
        .write(move |tx| {
            let (hash, before) = (hash.clone(), before.clone());
            Box::pin(async move {
                if !repo::change_password(tx, id, &before, &hash).await? {
                    // Changed meanwhile: the old password is none any more.
                    return Err(IdentityError::WrongPassword.into());
                }
                repo::delete_attempts(tx, &digest).await?;
                Ok(repo::end_sessions(tx, id, Which::Others(session), SessionEnd::PasswordChanged, now).await?)
            })
        })
        .await?;
    sessions::tell(app, &ended).await;
    Ok(())
}

/// Gives a member of the viewer's organization a temporary password, and ends the person's sessions. Returns the
/// password the first time; a repeat changes nothing and does not have it.
pub async fn reset_password(
    app: &App,
    viewer: &Viewer,
    staff: StaffId,
    key: &str,
) -> Result<(StaffRow, Option<String>), Error> {
    let admin = viewer.require_staff()?;
    let scope = admin.scope(Right::StaffManage)?;
    let Scope::Organization(_) = scope else { return Err(Error::Forbidden) };
    if admin.staff_id == staff {
        // One's own is changed by whoever knows it.
        return Err(Error::Forbidden);
    }
    let password = random_password()?;
    let hash = app.identity.passwords.hash(password.clone()).await?;
    let now = app.clock.now();
    let claim = idempotency::Claim::new(app, viewer.account_id, "staffPasswordReset", key, &staff, staff.0)?;
    let within = scope.clone();
    let done = app
        .db
        .write(move |tx| {
            let (claim, hash, scope) = (claim.clone(), hash.clone(), within.clone());
            Box::pin(async move {
                let row = repo::find_staff(tx, &scope, staff).await?;
                let row = row.ok_or_else(|| Refusal::at(Code::NotFound, "staffId"))?;
                if idempotency::claim(tx, &claim).await?.is_some() {
                    return Ok(None);
                }
                if row.left_at.is_some() {
                    return Err(Refusal::at(Code::StaffLeft, "staffId").into());
                }
                repo::set_password(tx, row.account_id, &hash, true).await?;
                Ok(Some(repo::end_staff_sessions(tx, staff, SessionEnd::PasswordReset, now).await?))
            })
        })
        .await?;
    let first = done.is_some();
    sessions::tell(app, &done.unwrap_or_default()).await;
    let row = repo::find_staff(app.db.read(), &scope, staff).await?;
    Ok((row.ok_or_else(|| Refusal::at(Code::NotFound, "staffId"))?, first.then_some(password)))
}

/// The words that must not make up somebody's password.
pub(super) fn own_words(name: &str, phone: &str, organization: &str) -> Vec<String> {
    vec![name.to_owned(), phone.to_owned(), organization.to_owned()]
}
