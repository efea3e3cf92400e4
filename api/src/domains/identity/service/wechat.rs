//! WeChat: binding a user to an account, and signing in through it.

use entities::wechat_account;

use super::super::error::IdentityError;
use super::super::model::{ClientInfo, Viewer};
use super::super::repo;
use super::guard::Action;
use super::sessions::NewSession;
use super::sign_in::{SignedIn, signed_in};
use crate::error::{Error, Refusal};
use crate::infra::wechat::{Wechat, WechatError};
use crate::state::App;

/// Longest code in bytes that WeChat is asked about.
const CODE_MAX: usize = 256;

fn mini_program(app: &App) -> Result<&Wechat, Error> {
    app.identity.wechat.as_ref().ok_or_else(|| IdentityError::Wechat(WechatError::Unavailable).into())
}

async fn openid(app: &App, client: &ClientInfo, code: &str) -> Result<(String, String), Error> {
    let wechat = mini_program(app)?;
    app.identity.guard.admit(&app.config, Action::CodeTry, client, app.clock.now()).await?;
    let code = code.trim();
    if code.is_empty() || code.len() > CODE_MAX {
        return Err(IdentityError::Wechat(WechatError::InvalidCode).into());
    }
    let openid = wechat.openid(code).await.map_err(IdentityError::Wechat)?;
    Ok((wechat.app_id().to_owned(), openid))
}

/// Binds the WeChat user whose phone made `code` to the viewer's account. Binding the same one again is harmless; a user
/// has one account, and an account one user.
pub async fn bind_wechat(app: &App, viewer: &Viewer, client: &ClientInfo, code: &str) -> Result<(), Error> {
    let (app_id, openid) = openid(app, client, code).await?;
    let row = wechat_account::Model { app_id, openid, account_id: viewer.account_id, bound_at: app.clock.now() };
    app.db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move {
                let known = repo::account_of_openid(tx, &row.app_id, &row.openid).await?;
                if let Some(known) = known {
                    let own = known.account_id == row.account_id;
                    return if own { Ok(()) } else { Err(IdentityError::WechatTaken.into()) };
                }
                let taken = || Refusal::from(IdentityError::WechatTaken);
                repo::insert_wechat(tx, row).await.map_err(|fault| {
                    Error::from(fault)
                        .on_unique("wechat_account_unique", "wechat_account.app_id, wechat_account.account_id", taken())
                        .on_unique("wechat_account_pkey", "wechat_account.app_id, wechat_account.openid", taken())
                })
            })
        })
        .await
}

/// Forgets the viewer's WeChat user; harmless when there is none.
pub async fn unbind_wechat(app: &App, viewer: &Viewer) -> Result<(), Error> {
    let (app_id, account) = (mini_program(app)?.app_id().to_owned(), viewer.account_id);
    app.db
        .write(move |tx| {
            let app_id = app_id.clone();
            Box::pin(async move { Ok(repo::delete_wechat(tx, &app_id, account).await?) })
        })
        .await
}

/// Whether the viewer's account has a WeChat user of the mini-program.
pub async fn has_wechat(app: &App, viewer: &Viewer) -> Result<bool, Error> {
    let Some(wechat) = &app.identity.wechat else { return Ok(false) };
    Ok(repo::openid_of_account(app.db.read(), wechat.app_id(), viewer.account_id).await?.is_some())
}

/// Signs a resident in as the account that the WeChat user is bound to.
pub async fn sign_in_wechat(
    app: &App,
    client: &ClientInfo,
    code: &str,
    device: Option<&str>,
) -> Result<SignedIn, Error> {
    let (app_id, openid) = openid(app, client, code).await?;
    let bound = repo::account_of_openid(app.db.read(), &app_id, &openid).await?;
    let bound = bound.filter(|account| account.disabled_at.is_none()).ok_or(IdentityError::WechatUnknown)?;
    let session = NewSession::prepare(app, client, device)?;
    let opened = session.clone();
    app.db
        .write(move |tx| {
            let session = session.clone();
            Box::pin(async move { session.open(tx, bound.account_id, None).await })
        })
        .await?;
    signed_in(app, bound.account_id, opened).await
}
