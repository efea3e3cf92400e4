//! Sessions: opening them, showing them to whose they are, ending them.

use std::cmp::min;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use entities::values::{AccountId, RefreshTokenId, SessionEnd, SessionId, SessionKind, StaffId};
use entities::{refresh_token, session};

use super::super::model::{ClientInfo, Viewer};
use super::super::repo::{self, EndedRow, SessionRow, Which};
use super::AccessToken;
use crate::db::Tx;
use crate::error::{Code, Error, Refusal};
use crate::infra::crypto;
use crate::infra::sessions::Ended;
use crate::state::App;

/// What a session is used and prolonged with.
#[derive(Clone)]
pub struct Tokens {
    /// For requests.
    pub access: AccessToken,
    /// For the next tokens, once.
    pub refresh: RefreshToken,
}

/// A refresh token and until when it is good.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    /// 256 random bits.
    pub token: String,
    /// Until when it is good.
    pub expires_at: DateTime<Utc>,
}

impl RefreshToken {
    /// A fresh one for a session that ends at `session_ends` at the latest.
    pub(super) fn make(app: &App, session_ends: DateTime<Utc>) -> Result<Self, Error> {
        let idle = app.clock.now() + Duration::days(i64::from(app.config.session_idle_days));
        let token = URL_SAFE_NO_PAD.encode(crypto::random::<32>()?);
        Ok(Self { token, expires_at: min(idle, session_ends) })
    }

    /// As the database keeps it.
    pub(super) fn row(
        &self,
        app: &App,
        session: SessionId,
        predecessor: Option<RefreshTokenId>,
    ) -> refresh_token::Model {
        refresh_token::Model {
            id: app.clock.new_id(),
            session_id: session,
            token_digest: crypto::sha256(self.token.as_bytes()).to_vec(),
            predecessor_id: predecessor,
            created_at: app.clock.now(),
            expires_at: self.expires_at,
            ended_at: None,
        }
    }
}

/// A session about to be opened.
#[derive(Clone)]
pub(super) struct NewSession {
    /// Its id.
    pub id: SessionId,
    /// The refresh token to hand out when it is open.
    pub refresh: RefreshToken,
    row: session::Model,
    token: refresh_token::Model,
}

impl NewSession {
    /// A session on this device; whose it is, is said when it is opened.
    pub fn prepare(app: &App, client: &ClientInfo, device: Option<&str>) -> Result<Self, Error> {
        let now = app.clock.now();
        let row = session::Model {
            id: app.clock.new_id(),
            account_id: AccountId(uuid::Uuid::nil()),
            kind: SessionKind::Resident,
            staff_id: None,
            created_at: now,
            expires_at: now + Duration::days(i64::from(app.config.session_days)),
            revoked_at: None,
            device: client.device(device),
            network: client.network().map(|net| net.to_string()),
            last_seen_at: Some(now),
            end_reason: None,
        };
        let refresh = RefreshToken::make(app, row.expires_at)?;
        let token = refresh.row(app, row.id, None);
        Ok(Self { id: row.id, refresh, row, token })
    }

    /// Opens it for an account, as a resident or as a member of staff.
    pub async fn open(self, tx: &Tx, account: AccountId, staff: Option<StaffId>) -> Result<(), Error> {
        let kind = if staff.is_some() { SessionKind::Staff } else { SessionKind::Resident };
        repo::insert_session(tx, session::Model { account_id: account, staff_id: staff, kind, ..self.row }).await?;
        Ok(repo::insert_refresh_token(tx, self.token).await?)
    }
}

/// Tells everybody that sessions are over, after the database has it.
pub(super) async fn tell(app: &App, rows: &[EndedRow]) {
    let ended: Vec<Ended> = rows.iter().map(ended).collect();
    app.identity.index.end(&ended).await;
    for one in ended {
        app.identity.events.tell(one);
    }
}

/// The end of a session as it is told.
pub(super) fn ended(row: &EndedRow) -> Ended {
    Ended { session: row.id, account: row.account_id, reason: row.end_reason.unwrap_or(SessionEnd::Revoked) }
}

/// Ends sessions of the viewer's account; how many ended now.
async fn end(app: &App, viewer: &Viewer, which: Which, reason: SessionEnd) -> Result<usize, Error> {
    let (account, now) = (viewer.account_id, app.clock.now());
    let rows = app
        .db
        .write(move |tx| Box::pin(async move { Ok(repo::end_sessions(tx, account, which, reason, now).await?) }))
        .await?;
    tell(app, &rows).await;
    Ok(rows.len())
}

/// Ends the viewer's session; its tokens are refused from now on.
pub async fn sign_out(app: &App, viewer: &Viewer) -> Result<(), Error> {
    end(app, viewer, Which::One(viewer.session_id), SessionEnd::SignedOut).await.map(|_| ())
}

/// Ends one of the viewer's sessions, here or on another device. Ending it again is harmless.
pub async fn revoke_session(app: &App, viewer: &Viewer, session: SessionId) -> Result<(), Error> {
    if end(app, viewer, Which::One(session), SessionEnd::Revoked).await? == 0 {
        let missing = || Refusal::at(Code::NotFound, "sessionId");
        repo::owner_of_session(app.db.read(), session)
            .await?
            .filter(|id| *id == viewer.account_id)
            .ok_or_else(missing)?;
    }
    Ok(())
}

/// Ends every session of the viewer's but this one; how many.
pub async fn revoke_other_sessions(app: &App, viewer: &Viewer) -> Result<usize, Error> {
    end(app, viewer, Which::Others(viewer.session_id), SessionEnd::Revoked).await
}

/// The viewer's live sessions, the newest first, each with when it was last seen.
pub async fn list_sessions(
    app: &App,
    viewer: &Viewer,
    after: Option<SessionId>,
    limit: u64,
) -> Result<Vec<SessionRow>, Error> {
    let mut rows = repo::list_sessions(app.db.read(), viewer.account_id, app.clock.now(), after, limit).await?;
    let ids: Vec<SessionId> = rows.iter().map(|row| row.id).collect();
    let seen = app.identity.index.last_seen(&ids).await;
    for row in &mut rows {
        row.last_seen_at = row.last_seen_at.max(seen.get(&row.id).copied());
    }
    Ok(rows)
}

/// How many live sessions the viewer has.
pub async fn session_count(app: &App, viewer: &Viewer) -> Result<i64, Error> {
    Ok(repo::count_sessions(app.db.read(), viewer.account_id, app.clock.now()).await?)
}
