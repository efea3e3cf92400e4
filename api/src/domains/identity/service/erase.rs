//! Erasing an account, and telling its person what is kept of it.

use entities::values::{AccountId, SessionEnd, SignInCodeId};
use serde_json::{Value, json};

use super::super::error::IdentityError;
use super::super::model::{ClientInfo, Phone, Viewer};
use super::super::repo::{self, EndedRow, Which};
use super::sessions;
use super::sign_in::checked_code;
use crate::db::Tx;
use crate::error::{Code, Error, Refusal};
use crate::infra::idempotency;
use crate::state::App;

/// A code that the person has just read on the phone; good for one thing, once.
#[derive(Clone, Copy, Debug)]
pub struct Confirmed(SignInCodeId);

/// Sessions that ended in a transaction, to be told of after it.
pub struct EndedSessions(Vec<EndedRow>);

/// Checks a code that was sent to the viewer's phone; a wrong one counts as a try.
pub async fn confirm(app: &App, client: &ClientInfo, viewer: &Viewer, code: &str) -> Result<Confirmed, Error> {
    let phone = Phone::parse(&viewer.phone).ok_or(IdentityError::InvalidPhone)?;
    Ok(Confirmed(checked_code(app, client, &phone, code).await?))
}

/// Refuses an account that is or was one of staff: that is the employer's record.
pub async fn require_no_staff(tx: &Tx, account: AccountId) -> Result<(), Error> {
    match repo::staff_of_account_ever(tx, account).await? {
        Some(_) => Err(Refusal::new(Code::StaffAccount).into()),
        None => Ok(()),
    }
}

/// Erases an account with the code that confirms it. First in its transaction: the account's row is locked from then on.
pub async fn erase_account(
    tx: &Tx,
    app: &App,
    viewer: &Viewer,
    Confirmed(code): Confirmed,
) -> Result<EndedSessions, Error> {
    let (account, now) = (viewer.account_id, app.clock.now());
    if !repo::use_code(tx, code, now).await? {
        return Err(IdentityError::InvalidCode.into());
    }
    if !repo::erase_account(tx, account, now).await? {
        return Err(Error::Unauthenticated);
    }
    let ended = repo::end_sessions(tx, account, Which::All, SessionEnd::Erased, now).await?;
    let phone = Phone::parse(&viewer.phone).ok_or(IdentityError::InvalidPhone)?;
    repo::erase_traces(tx, account, &app.identity.phone_digest(&phone)).await?;
    idempotency::forget_account(tx, account).await?;
    Ok(EndedSessions(ended))
}

/// Tells everybody that the sessions are over, after the database has it.
pub async fn tell_ended(app: &App, EndedSessions(rows): EndedSessions) {
    sessions::tell(app, &rows).await;
}

/// What is kept of an account; `None` when it is no more.
pub async fn own_account(app: &App, account: AccountId) -> Result<Option<(String, Value)>, Error> {
    let Some(row) = repo::live_account(app.db.read(), account).await? else { return Ok(None) };
    let (sessions, wechat) = repo::signs_of(app.db.read(), account).await?;
    let sessions: Vec<Value> = sessions
        .into_iter()
        .map(|it| {
            json!({
                "kind": it.kind, "device": it.device, "network": it.network, "createdAt": it.created_at,
                "lastSeenAt": it.last_seen_at, "expiresAt": it.expires_at, "endedAt": it.revoked_at,
            })
        })
        .collect();
    let wechat: Vec<Value> =
        wechat.into_iter().map(|it| json!({ "openid": it.openid, "boundAt": it.bound_at })).collect();
    let told = json!({
        "phone": row.phone, "name": row.name, "locale": row.locale, "createdAt": row.created_at,
        "sessions": sessions, "wechat": wechat,
    });
    Ok(Some((row.phone, told)))
}
