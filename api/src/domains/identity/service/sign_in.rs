//! Signing in.

use chrono::Duration;
use entities::values::{AccountId, SignInCodeId};
use entities::{account, sign_in_attempt, sign_in_code};

use super::super::model::{ClientInfo, Phone, Viewer};
use super::super::{error::IdentityError, repo};
use super::guard::Action;
use super::live;
use super::sessions::{NewSession, Tokens};
use crate::error::Error;
use crate::infra::sms::SmsText;
use crate::infra::{crypto, limits};
use crate::state::App;

/// Tries with a password are counted over this time.
pub(super) const PASSWORD_WINDOW: Duration = Duration::minutes(15);

/// A successful sign-in.
pub struct SignedIn {
    /// The tokens.
    pub tokens: Tokens,
    /// Who signed in.
    pub viewer: Viewer,
}

/// Sends a six-digit code to a phone. The answer is the same whether or not anybody is known by that phone.
pub async fn request_code(app: &App, client: &ClientInfo, phone: &str) -> Result<(), Error> {
    let phone = Phone::parse(phone).ok_or(IdentityError::InvalidPhone)?;
    if !app.sms.is_available() {
        return Err(IdentityError::SmsUnavailable.into());
    }
    let now = app.clock.now();
    app.identity.guard.admit(&app.config, Action::CodeRequest, client, now).await?;
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
                limits::take_turn(tx, &row.phone_digest, now).await?;
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
pub async fn sign_in_resident(
    app: &App,
    client: &ClientInfo,
    phone: &str,
    code: &str,
    device: Option<&str>,
) -> Result<SignedIn, Error> {
    let phone = Phone::parse(phone).ok_or(IdentityError::InvalidPhone)?;
    let now = app.clock.now();
    let live = checked_code(app, client, &phone, code).await?;
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
    let session = NewSession::prepare(app, client, device)?;
    let opened = session.clone();
    let account = app
        .db
        .write(move |tx| {
            let (fresh, session) = (fresh.clone(), session.clone());
            Box::pin(async move {
                if !repo::use_code(tx, live, now).await? {
                    return Err(IdentityError::InvalidCode.into());
                }
                let account = repo::account_of_phone(tx, fresh).await?;
                if account.disabled_at.is_some() {
                    return Err(IdentityError::InvalidCode.into());
                }
                session.open(tx, account.id, None).await?;
                Ok(account.id)
            })
        })
        .await?;
    signed_in(app, account, opened).await
}

/// Checks a code against the phone's newest one; it is good until it is used.
pub(super) async fn checked_code(
    app: &App,
    client: &ClientInfo,
    phone: &Phone,
    code: &str,
) -> Result<SignInCodeId, Error> {
    let now = app.clock.now();
    app.identity.guard.admit(&app.config, Action::CodeTry, client, now).await?;
    let digest = app.identity.phone_digest(phone);
    let tries = i32::try_from(app.config.sign_in_code_tries).unwrap_or(i32::MAX);
    // The try is committed on its own: a wrong guess must count.
    let live = app
        .db
        .write(move |tx| Box::pin(async move { Ok(repo::try_code(tx, &digest, tries, now).await?) }))
        .await?
        .ok_or(IdentityError::InvalidCode)?;
    if !crypto::same(&live.code_digest, &code_digest(app, phone, code.trim())) {
        return Err(IdentityError::InvalidCode.into());
    }
    Ok(live.id)
}

/// Exchanges a staff member's phone and password for a session.
pub async fn sign_in_staff(
    app: &App,
    client: &ClientInfo,
    phone: &str,
    password: &str,
    device: Option<&str>,
) -> Result<SignedIn, Error> {
    let phone = Phone::parse(phone).ok_or(IdentityError::InvalidPhone)?;
    let now = app.clock.now();
    app.identity.guard.admit(&app.config, Action::PasswordTry, client, now).await?;
    let digest = app.identity.phone_digest(&phone);
    let limit = i64::from(app.config.sign_in_password_tries);
    let attempt = sign_in_attempt::Model { id: app.clock.new_id(), phone_digest: digest.to_vec(), created_at: now };
    app.db
        .write(move |tx| {
            let attempt = attempt.clone();
            Box::pin(async move {
                limits::take_turn(tx, &attempt.phone_digest, now).await?;
                if repo::attempts_since(tx, &attempt.phone_digest, now - PASSWORD_WINDOW).await? >= limit {
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
    let session = NewSession::prepare(app, client, device)?;
    let opened = session.clone();
    let (id, staff_id) = (account.id, staff.id);
    let hash = account.password_hash.unwrap_or_default();
    app.db
        .write(move |tx| {
            let (session, hash) = (session.clone(), hash.clone());
            Box::pin(async move {
                // A password that was changed while it was being checked opens nothing any more.
                if !repo::has_password(tx, id, &hash).await? {
                    return Err(IdentityError::InvalidCredentials.into());
                }
                // Who knows the password has not been guessing: the tries before it do not count any more.
                repo::delete_attempts(tx, &digest).await?;
                session.open(tx, id, Some(staff_id)).await
            })
        })
        .await?;
    signed_in(app, id, opened).await
}

/// The tokens and the viewer of a session that was opened.
pub(super) async fn signed_in(app: &App, account: AccountId, session: NewSession) -> Result<SignedIn, Error> {
    let viewer = live::viewer(app, session.id).await?.ok_or(Error::Unauthenticated)?;
    let now = app.clock.now();
    let access = app.identity.tokens.sign(account, session.id, now, app.config.access_token_minutes)?;
    Ok(SignedIn { tokens: Tokens { access, refresh: session.refresh }, viewer })
}

fn code_digest(app: &App, phone: &Phone, code: &str) -> [u8; 32] {
    crypto::hmac_sha256(&app.identity.digest_key, format!("{} {code}", phone.as_str()).as_bytes())
}
