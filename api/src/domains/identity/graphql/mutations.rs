//! Mutations of identity.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use entities::values::DutyState;

use super::types::{Staff, ViewerObject};
use crate::domains::identity::service::{self, SignedIn};
use crate::error::Error;
use crate::graphql::payload::split;
use crate::graphql::scalars::DateTime;
use crate::graphql::{UserError, request};
use crate::payloads;

/// Asks for a sign-in code.
#[derive(InputObject)]
pub struct SignInCodeRequestInput {
    /// The phone to send it to.
    phone: String,
}

/// Signs a resident in.
#[derive(InputObject)]
pub struct SignInResidentInput {
    /// The phone that the code was sent to.
    phone: String,
    /// The six digits.
    code: String,
    /// How the owner calls the device, for the list of sessions; the program's name when missing.
    device: Option<String>,
}

/// Signs a member of staff in.
#[derive(InputObject)]
pub struct SignInStaffInput {
    /// The phone.
    phone: String,
    /// The password.
    password: String,
    /// How the owner calls the device, for the list of sessions; the program's name when missing.
    device: Option<String>,
}

/// Whether a code was sent.
#[derive(SimpleObject)]
pub struct SignInCodeRequestPayload {
    /// Whether it was. The same for phones that nobody is known by.
    pub sent: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

/// A sign-in.
#[derive(SimpleObject)]
pub struct SignInPayload {
    /// The token to send as `Authorization: Bearer …`.
    pub access_token: Option<String>,
    /// When the token expires.
    pub expires_at: Option<DateTime>,
    /// The token to get fresh tokens with, by `tokenRefresh`; good once.
    pub refresh_token: Option<String>,
    /// When the refresh token expires, unless it is used before.
    pub refresh_expires_at: Option<DateTime>,
    /// Who signed in.
    pub viewer: Option<ViewerObject>,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

impl SignInPayload {
    pub(super) fn new(context: &Context<'_>, outcome: Result<SignedIn, Error>) -> Result<Self, Error> {
        let (signed_in, user_errors) = split(context, outcome)?;
        let (tokens, viewer) = signed_in.map(|signed_in| (signed_in.tokens, signed_in.viewer)).unzip();
        let (access, refresh) = tokens.map(|tokens| (tokens.access, tokens.refresh)).unzip();
        Ok(Self {
            expires_at: access.as_ref().map(|access| access.expires_at.into()),
            access_token: access.map(|access| access.token),
            refresh_expires_at: refresh.as_ref().map(|refresh| refresh.expires_at.into()),
            refresh_token: refresh.map(|refresh| refresh.token),
            viewer: viewer.map(ViewerObject),
            user_errors,
        })
    }
}

/// The end of a session.
#[derive(SimpleObject)]
pub struct SignOutPayload {
    /// Whether the session is over.
    pub signed_out: bool,
    /// Why it was refused; empty when it happened.
    pub user_errors: Vec<UserError>,
}

payloads! {
    /// The viewer's duty.
    DutyStartPayload {
        /// The member of staff.
        staff: Staff
    }
    /// The viewer's duty.
    DutyEndPayload {
        /// The member of staff.
        staff: Staff
    }
}

/// Mutations of sign-in and duty.
#[derive(Default)]
pub struct SessionMutation;

#[Object]
impl SessionMutation {
    /// Sends a six-digit code to a phone.
    async fn sign_in_code_request(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which phone.")] input: SignInCodeRequestInput,
    ) -> Result<SignInCodeRequestPayload> {
        let request = request(context);
        let outcome = service::request_code(&request.app, &request.client, &input.phone).await;
        let (sent, user_errors) = split(context, outcome)?;
        Ok(SignInCodeRequestPayload { sent: sent.is_some(), user_errors })
    }

    /// Signs a resident in with phone and code.
    async fn sign_in_resident(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Phone and code.")] input: SignInResidentInput,
    ) -> Result<SignInPayload> {
        let SignInResidentInput { phone, code, device } = input;
        let request = request(context);
        let outcome = service::sign_in_resident(&request.app, &request.client, &phone, &code, device.as_deref()).await;
        Ok(SignInPayload::new(context, outcome)?)
    }

    /// Signs a member of staff in with phone and password.
    async fn sign_in_staff(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Phone and password.")] input: SignInStaffInput,
    ) -> Result<SignInPayload> {
        let SignInStaffInput { phone, password, device } = input;
        let request = request(context);
        let outcome = service::sign_in_staff(&request.app, &request.client, &phone, &password, device.as_deref()).await;
        Ok(SignInPayload::new(context, outcome)?)
    }

    /// Ends the viewer's session. Its tokens are refused from now on.
    async fn sign_out(&self, context: &Context<'_>) -> Result<SignOutPayload> {
        let request = request(context);
        let (done, user_errors) = split(context, service::sign_out(&request.app, request.viewer_at_the_door()?).await)?;
        Ok(SignOutPayload { signed_out: done.is_some(), user_errors })
    }

    /// Goes on duty (上班). Repeating it is harmless.
    async fn duty_start(&self, context: &Context<'_>) -> Result<DutyStartPayload> {
        let request = request(context);
        let outcome = service::set_duty(&request.app, request.viewer()?, DutyState::OnDuty).await;
        Ok(DutyStartPayload::from_outcome(context, outcome)?)
    }

    /// Goes off duty (下班). Repeating it is harmless.
    async fn duty_end(&self, context: &Context<'_>) -> Result<DutyEndPayload> {
        let request = request(context);
        let outcome = service::set_duty(&request.app, request.viewer()?, DutyState::OffDuty).await;
        Ok(DutyEndPayload::from_outcome(context, outcome)?)
    }
}
