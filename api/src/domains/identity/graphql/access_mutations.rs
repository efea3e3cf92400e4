//! Mutations of sessions, passwords and WeChat accounts.

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::mutations::SignInPayload;
use super::types::Staff;
use crate::domains::identity::service;
use crate::graphql::id::parse_id;
use crate::graphql::payload::split;
use crate::graphql::scalars::DateTime;
use crate::graphql::{UserError, request};

/// Exchanges a refresh token.
#[derive(InputObject)]
pub struct TokenRefreshInput {
    /// The refresh token that came with the last tokens.
    refresh_token: String,
}

/// Fresh tokens.
#[derive(SimpleObject, Default)]
pub struct TokenRefreshPayload {
    /// The token to send as `Authorization: Bearer …`.
    pub access_token: Option<String>,
    /// When the access token expires.
    pub expires_at: Option<DateTime>,
    /// The token for the next `tokenRefresh`; the one before it is used up.
    pub refresh_token: Option<String>,
    /// When the refresh token expires, unless it is used before.
    pub refresh_expires_at: Option<DateTime>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Ends one of the viewer's sessions.
#[derive(InputObject)]
pub struct SessionRevokeInput {
    /// The session.
    session_id: ID,
}

/// The end of a session.
#[derive(SimpleObject)]
pub struct SessionRevokePayload {
    /// Whether the session is over.
    pub revoked: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// The end of other sessions.
#[derive(SimpleObject)]
pub struct SessionsRevokeOthersPayload {
    /// How many sessions ended now.
    pub count: i32,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Changes the viewer's password.
#[derive(InputObject)]
pub struct PasswordChangeInput {
    /// The password as it is.
    old_password: String,
    /// The password as it shall be: 10 characters at least, none of the common ones.
    new_password: String,
}

/// Whether the password was changed.
#[derive(SimpleObject)]
pub struct PasswordChangePayload {
    /// Whether it was. The viewer's other sessions are over then.
    pub changed: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Gives a member of staff a temporary password.
#[derive(InputObject)]
pub struct StaffPasswordResetInput {
    /// The member of staff.
    staff_id: ID,
    /// Made by the client; the same key has its effect once.
    idempotency_key: String,
}

/// A temporary password.
#[derive(SimpleObject)]
pub struct StaffPasswordResetPayload {
    /// The member of staff.
    pub staff: Option<Staff>,
    /// The password for the next sign-in. Shown once: a repeat of the command does not have it.
    pub temporary_password: Option<String>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Signs a resident in through WeChat.
#[derive(InputObject)]
pub struct SignInWechatInput {
    /// What `wx.login` gave the mini-program.
    code: String,
    /// How the owner calls the device, for the list of sessions.
    device: Option<String>,
}

/// Binds a WeChat user.
#[derive(InputObject)]
pub struct WechatBindInput {
    /// What `wx.login` gave the mini-program.
    code: String,
}

/// Whether a WeChat user is bound.
#[derive(SimpleObject)]
pub struct WechatBindPayload {
    /// Whether the viewer's account has a WeChat user now.
    pub bound: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Whether a WeChat user is bound.
#[derive(SimpleObject)]
pub struct WechatUnbindPayload {
    /// Whether the viewer's account has no WeChat user now.
    pub unbound: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// Mutations of sessions, passwords and WeChat accounts.
#[derive(Default)]
pub struct AccessMutation;

#[Object]
impl AccessMutation {
    /// Exchanges a refresh token for fresh tokens. It is good once: whoever uses it again ends the session, but for one
    /// minute after its use, while nobody has used what it was exchanged for, because then the reply may have been lost.
    async fn token_refresh(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The refresh token.")] input: TokenRefreshInput,
    ) -> Result<TokenRefreshPayload> {
        let request = request(context);
        let outcome = service::refresh(&request.app, &request.client, &input.refresh_token).await;
        let (tokens, user_errors) = split(context, outcome)?;
        let Some(tokens) = tokens else {
            return Ok(TokenRefreshPayload { user_errors, ..TokenRefreshPayload::default() });
        };
        Ok(TokenRefreshPayload {
            access_token: Some(tokens.access.token),
            expires_at: Some(tokens.access.expires_at.into()),
            refresh_token: Some(tokens.refresh.token),
            refresh_expires_at: Some(tokens.refresh.expires_at.into()),
            user_errors,
        })
    }

    /// Ends one of the viewer's sessions, such as that of a lost phone. Repeating it is harmless.
    async fn session_revoke(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which session.")] input: SessionRevokeInput,
    ) -> Result<SessionRevokePayload> {
        let request = request(context);
        let viewer = request.viewer()?;
        let outcome = async {
            let id = parse_id(&input.session_id, "sessionId")?;
            service::revoke_session(&request.app, viewer, id).await
        };
        let (done, user_errors) = split(context, outcome.await)?;
        Ok(SessionRevokePayload { revoked: done.is_some(), user_errors })
    }

    /// Ends every session of the viewer's but this one. Repeating it is harmless.
    async fn sessions_revoke_others(&self, context: &Context<'_>) -> Result<SessionsRevokeOthersPayload> {
        let request = request(context);
        let outcome = service::revoke_other_sessions(&request.app, request.viewer()?).await;
        let (count, user_errors) = split(context, outcome)?;
        Ok(SessionsRevokeOthersPayload { count: count.and_then(|n| i32::try_from(n).ok()).unwrap_or(0), user_errors })
    }

    /// Changes the viewer's password, and ends the viewer's other sessions. Staff only: residents have none.
    async fn password_change(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The old password and the new one.")] input: PasswordChangeInput,
    ) -> Result<PasswordChangePayload> {
        let request = request(context);
        let viewer = request.viewer_at_the_door()?;
        let outcome =
            service::change_password(&request.app, viewer, &request.client, &input.old_password, &input.new_password);
        let (done, user_errors) = split(context, outcome.await)?;
        Ok(PasswordChangePayload { changed: done.is_some(), user_errors })
    }

    /// Gives a member of staff a temporary password and ends the person's sessions. Until it is changed, it opens nothing
    /// but `passwordChange`.
    async fn staff_password_reset(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who.")] input: StaffPasswordResetInput,
    ) -> Result<StaffPasswordResetPayload> {
        let request = request(context);
        let viewer = request.viewer()?;
        let outcome = async {
            let id = parse_id(&input.staff_id, "staffId")?;
            service::reset_password(&request.app, viewer, id, &input.idempotency_key).await
        };
        let (reset, user_errors) = split(context, outcome.await)?;
        let (row, password) = reset.unzip();
        Ok(StaffPasswordResetPayload {
            staff: row.map(Into::into),
            temporary_password: password.flatten(),
            user_errors,
        })
    }

    /// Signs a resident in whose WeChat user is bound.
    async fn sign_in_wechat(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "WeChat's code.")] input: SignInWechatInput,
    ) -> Result<SignInPayload> {
        let request = request(context);
        let outcome =
            service::sign_in_wechat(&request.app, &request.client, &input.code, input.device.as_deref()).await;
        Ok(SignInPayload::new(context, outcome)?)
    }

    /// Binds the WeChat user who holds the phone to the viewer's account, to sign in and to pay with. Repeating it with a
    /// fresh code is harmless.
    async fn wechat_bind(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "WeChat's code.")] input: WechatBindInput,
    ) -> Result<WechatBindPayload> {
        let request = request(context);
        let outcome = service::bind_wechat(&request.app, request.viewer()?, &request.client, &input.code).await;
        let (done, user_errors) = split(context, outcome)?;
        Ok(WechatBindPayload { bound: done.is_some(), user_errors })
    }

    /// Forgets the viewer's WeChat user. Repeating it is harmless.
    async fn wechat_unbind(&self, context: &Context<'_>) -> Result<WechatUnbindPayload> {
        let request = request(context);
        let (done, user_errors) = split(context, service::unbind_wechat(&request.app, request.viewer()?).await)?;
        Ok(WechatUnbindPayload { unbound: done.is_some(), user_errors })
    }
}
