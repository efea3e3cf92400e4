//! Refreshing: a refresh token is exchanged for fresh tokens, once.

use entities::values::{SessionEnd, SessionId};

use super::super::model::{ClientInfo, Token, Worth, worth};
use super::super::repo::{self, EndedRow, Which};
use super::super::{error::IdentityError, service::live};
use super::guard::Action;
use super::sessions::{self, RefreshToken, Tokens};
use crate::db::Tx;
use crate::error::Error;
use crate::infra::crypto;
use crate::state::App;

/// Longest refresh token in bytes; ours have 43.
const LONGEST: usize = 100;

/// What became of an exchange.
#[derive(Clone)]
enum Exchange {
    /// The session goes on with a fresh token.
    Fresh(SessionId, RefreshToken),
    /// The session is over, or there is none.
    Over,
    /// The session was ended now.
    Ended(Vec<EndedRow>),
}

/// Exchanges a refresh token for fresh tokens.
///
/// Using a token that was used before ends the session: two hold it, and one of them may have stolen it. One case is
/// forgiven, that the reply was lost on its way: see [`worth`].
pub async fn refresh(app: &App, client: &ClientInfo, token: &str) -> Result<Tokens, Error> {
    let now = app.clock.now();
    app.identity.guard.admit(&app.config, Action::Refresh, client, now).await?;
    if token.len() > LONGEST {
        return Err(IdentityError::SessionOver.into());
    }
    let digest = crypto::sha256(token.as_bytes());
    let here = app.clone();
    let exchange = app.db.write(move |tx| {
        let app = here.clone();
        Box::pin(async move { exchange(&app, tx, &digest).await })
    });
    let (session, refresh) = match exchange.await? {
        Exchange::Fresh(session, refresh) => (session, refresh),
        Exchange::Over => return Err(IdentityError::SessionOver.into()),
        Exchange::Ended(rows) => {
            for row in rows.iter().filter(|row| row.end_reason == Some(SessionEnd::RefreshReused)) {
                tracing::warn!(session.id = %row.id.0, account.id = %row.account_id.0, "identity.refresh_token_reused");
            }
            sessions::tell(app, &rows).await;
            return Err(IdentityError::SessionOver.into());
        }
    };
    let viewer = live::viewer(app, session).await?.ok_or(IdentityError::SessionOver)?;
    let access = app.identity.tokens.sign(viewer.account_id, session, now, app.config.access_token_minutes)?;
    Ok(Tokens { access, refresh })
}

async fn exchange(app: &App, tx: &Tx, digest: &[u8; 32]) -> Result<Exchange, Error> {
    let now = app.clock.now();
    let Some(session) = repo::lock_session_of(tx, digest, now).await? else { return Ok(Exchange::Over) };
    let Some(row) = repo::refresh_token(tx, digest).await? else { return Ok(Exchange::Over) };
    let precedes_live = row.live_predecessor_id == Some(row.id);
    let worth = worth(Token { expires_at: row.expires_at, ended_at: row.ended_at, precedes_live }, now);
    let given_up = match (worth, row.live_id) {
        (Worth::Exchange, _) => row.id,
        (Worth::ExchangeAgain, Some(live)) => live,
        (worth, _) => {
            let reason = if worth == Worth::Expired { SessionEnd::Expired } else { SessionEnd::RefreshReused };
            let rows = repo::end_sessions(tx, session.account_id, Which::One(session.id), reason, now).await?;
            return Ok(Exchange::Ended(rows));
        }
    };
    if !repo::end_refresh_token(tx, given_up, now).await? {
        // The session's row is locked, so nobody can have been faster.
        return Err(Error::internal("a refresh token changed under its lock"));
    }
    let refresh = RefreshToken::make(app, session.expires_at)?;
    repo::insert_refresh_token(tx, refresh.row(app, session.id, Some(row.id))).await?;
    Ok(Exchange::Fresh(session.id, refresh))
}
