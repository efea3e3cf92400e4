//! Signing in and out.

use chrono::Duration;
use entities::values::{AccountId, SessionId, SessionKind, StaffId};
use entities::{account, session, sign_in_attempt, sign_in_code};

use super::super::model::{Phone, StaffViewer, Viewer, Who};
use super::super::{error::IdentityError, repo};
use super::AccessToken;
use crate::error::Error;
use crate::infra::crypto;
use crate::infra::sms::SmsText;
use crate::state::App;

/// Tries with a password are counted over so many minutes.
const PASSWORD_WINDOW_MINUTES: i64 = 15;

/// A successful sign-in.
pub struct SignedIn {
    /// The access token.
    pub access: AccessToken,
    /// Who signed in.
    pub viewer: Viewer,
}

/// Sends a six-digit code to a phone. The answer is the same whether or not anybody is known by that phone.
pub async fn request_code(app: &App, phone: &str) -> Result<(), Error> {
    let phone = Phone::parse(phone).ok_or(IdentityError::InvalidPhone)?;
    if !app.sms.is_available() {
        return Err(IdentityError::SmsUnavailable.into());
    }
    let now = app.clock.now();
    let digest = app.identity.phone_digest(&phone);
    let code = format!("{:06}", crypto::random_below(1_000_000)?);
    let minutes = app.config.sign_in_code_minutes;
    let row = sign_in_code::Model {
        id: app.clock.new_id(),
        phone_digest: digest.to_vec(),
        code_digest: code_digest(app, &phone, &code).to_vec(),
        tries: 0,
        created_at: now,
        expires_at: now + Duration::minutes(i64::from(minutes)),
        used_at: None,
    };
    let limit = i64::from(app.config.sign_in_codes_per_hour);
    app.db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                if repo::codes_since(tx, &row.phone_digest, now - Duration::hours(1)).await? >= limit {
                    return Err(IdentityError::TooManyRequests.into());
                }
                Ok(repo::insert_code(tx, row).await?)
            })
        })
        .await?;
    app.sms.send(phone.as_str(), &SmsText::SignInCode { code, minutes });
    Ok(())
}

/// Exchanges a code for a session. An account is made for a phone that has none.
pub async fn sign_in_resident(app: &App, phone: &str, code: &str) -> Result<SignedIn, Error> {
    let phone = Phone::parse(phone).ok_or(IdentityError::InvalidPhone)?;
    let now = app.clock.now();
    let digest = app.identity.phone_digest(&phone);
    let tries = i32::try_from(app.config.sign_in_code_tries).unwrap_or(i32::MAX);
    // The try is committed on its own: a wrong guess must count.
    let live = app
        .db
        .write(move |tx| Box::pin(async move { Ok(repo::try_code(tx, &digest, tries, now).await?) }))
        .await?
        .ok_or(IdentityError::InvalidCode)?;
    if !crypto::same(&live.code_digest, &code_digest(app, &phone, code.trim())) {
        return Err(IdentityError::InvalidCode.into());
    }
    let fresh = account::Model {
        id: app.clock.new_id(),
        phone: phone.as_str().to_owned(),
        name: String::new(),
        locale: "zh-CN".to_owned(),
        password_hash: None,
        password_temporary: false,
        created_at: now,
        disabled_at: None,
    };
    let session: SessionId = app.clock.new_id();
    let expires_at = now + Duration::days(i64::from(app.config.session_days));
    let account = app
        .db
        .write(move |tx| {
            let fresh = fresh.clone();
            Box::pin(async move {
                if !repo::use_code(tx, live.id, now).await? {
                    return Err(IdentityError::InvalidCode.into());
                }
                let account = repo::account_of_phone(tx, fresh).await?;
                if account.disabled_at.is_some() {
                    return Err(IdentityError::InvalidCode.into());
                }
                let row = session::Model {
                    id: session,
                    account_id: account.id,
                    kind: SessionKind::Resident,
                    staff_id: None,
                    created_at: now,
                    expires_at,
                    revoked_at: None,
                };
                repo::insert_session(tx, row).await?;
                Ok(account.id)
            })
        })
        .await?;
    signed_in(app, account, session).await
}

/// Exchanges a staff member's phone and password for a session.
pub async fn sign_in_staff(app: &App, phone: &str, password: &str) -> Result<SignedIn, Error> {
    let phone = Phone::parse(phone).ok_or(IdentityError::InvalidPhone)?;
    let now = app.clock.now();
    let digest = app.identity.phone_digest(&phone);
    let limit = i64::from(app.config.sign_in_password_tries);
    let attempt = sign_in_attempt::Model { id: app.clock.new_id(), phone_digest: digest.to_vec(), created_at: now };
    app.db
        .write(move |tx| {
            let attempt = attempt.clone();
            Box::pin(async move {
                let since = now - Duration::minutes(PASSWORD_WINDOW_MINUTES);
                if repo::attempts_since(tx, &attempt.phone_digest, since).await? >= limit {
                    return Err(IdentityError::TooManyRequests.into());
                }
                Ok(repo::insert_attempt(tx, attempt).await?)
            })
        })
        .await?;
    let account =
        repo::find_account(app.db.read(), phone.as_str()).await?.filter(|account| account.disabled_at.is_none());
    let hash = account.as_ref().and_then(|account| account.password_hash.clone());
    let right = app.identity.passwords.verify(password.to_owned(), hash).await?;
    let account = account.filter(|_| right).ok_or(IdentityError::InvalidCredentials)?;
    let staff = repo::staff_of_account(app.db.read(), account.id).await?.ok_or(IdentityError::InvalidCredentials)?;
    let session = open_staff_session(app, account.id, staff.id, digest).await?;
    signed_in(app, account.id, session).await
}

async fn open_staff_session(
    app: &App,
    account: AccountId,
    staff: StaffId,
    phone_digest: [u8; 32],
) -> Result<SessionId, Error> {
    let now = app.clock.now();
    let row = session::Model {
        id: app.clock.new_id(),
        account_id: account,
        kind: SessionKind::Staff,
        staff_id: Some(staff),
        created_at: now,
        expires_at: now + Duration::days(i64::from(app.config.session_days)),
        revoked_at: None,
    };
    let id = row.id;
    app.db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                // Who knows the password has not been guessing: the tries before it do not count any more.
                repo::delete_attempts(tx, &phone_digest).await?;
                Ok(repo::insert_session(tx, row).await?)
            })
        })
        .await?;
    Ok(id)
}

async fn signed_in(app: &App, account: AccountId, session: SessionId) -> Result<SignedIn, Error> {
    let now = app.clock.now();
    let viewer = viewer(app, session).await?.ok_or(Error::Unauthenticated)?;
    let access = app.identity.keys.sign(account, session, now, app.config.access_token_minutes)?;
    Ok(SignedIn { access, viewer })
}

/// Ends the viewer's session; its access tokens are refused from now on.
pub async fn sign_out(app: &App, viewer: &Viewer) -> Result<(), Error> {
    let (session, now) = (viewer.session_id, app.clock.now());
    app.db.write(move |tx| Box::pin(async move { Ok(repo::revoke_session(tx, session, now).await.map(|_| ())?) })).await
}

/// The viewer of an access token whose session lives.
pub async fn viewer_of_token(app: &App, token: &str) -> Result<Viewer, Error> {
    let now = app.clock.now();
    let session = app.identity.keys.verify(&app.db, token, now).await?;
    viewer(app, session).await?.ok_or(Error::Unauthenticated)
}

/// The viewer of a session that lives, whatever became of its tokens: what lasts longer than a token asks again by it.
pub async fn viewer_of_session(app: &App, session: SessionId) -> Result<Viewer, Error> {
    viewer(app, session).await?.ok_or(Error::Unauthenticated)
}

/// The viewer behind a live session, with all roles.
async fn viewer(app: &App, session: SessionId) -> Result<Option<Viewer>, Error> {
    let rows = repo::viewer_rows(app.db.read(), session, app.clock.now()).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let who = match (first.kind, first.staff_id, first.org_id, first.duty_state) {
        (SessionKind::Resident, ..) => Who::Resident,
        (SessionKind::Staff, Some(staff_id), Some(org_id), Some(duty_state)) => {
            let assignments = rows.iter().filter_map(|row| row.role.map(|role| (role, row.community_id))).collect();
            Who::Staff(StaffViewer { staff_id, org_id, duty_state, assignments })
        }
        // Signed in as staff, and left since.
        (SessionKind::Staff, ..) => return Ok(None),
    };
    let (name, phone) = (first.name.clone(), first.phone.clone());
    Ok(Some(Viewer { account_id: first.account_id, session_id: session, name, phone, who }))
}

fn code_digest(app: &App, phone: &Phone, code: &str) -> [u8; 32] {
    crypto::hmac_sha256(&app.identity.digest_key, format!("{} {code}", phone.as_str()).as_bytes())
}
