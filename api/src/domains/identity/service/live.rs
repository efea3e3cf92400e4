//! Who is behind a request, and whether the session still lives.

use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::values::{AccountId, CommunityId, RightSet, Role, SessionEnd, SessionId, SessionKind};

use super::super::model::{RoleChange, StaffViewer, Viewer, Who};
use super::super::repo::{self, ViewerRow};
use super::sessions;
use crate::db::{Conn, Db};
use crate::error::Error;
use crate::state::App;

/// How often a socket looks whether its session's time is over.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Sessions whose last sight is written by one statement.
const SEEN_BATCH: usize = 200;

/// The viewer of an access token whose session lives.
pub async fn viewer_of_token(app: &App, token: &str) -> Result<Viewer, Error> {
    let now = app.clock.now();
    let session = app.identity.tokens.verify(&app.db, token, now).await?;
    if app.identity.index.is_over(session, now).await {
        return Err(Error::Unauthenticated);
    }
    // The index may not know it yet; roles must be those of this moment. One statement says both.
    let viewer = viewer(app, session).await?.ok_or(Error::Unauthenticated)?;
    app.identity.seen.note(session, now);
    Ok(viewer)
}

/// The viewer of a session that lives, whatever became of its tokens: what lasts longer than a token asks again by it.
pub async fn viewer_of_session(app: &App, session: SessionId) -> Result<Viewer, Error> {
    if app.identity.index.is_over(session, app.clock.now()).await {
        return Err(Error::Unauthenticated);
    }
    viewer(app, session).await?.ok_or(Error::Unauthenticated)
}

/// The viewer behind a live session, with all roles.
pub(super) async fn viewer(app: &App, session: SessionId) -> Result<Option<Viewer>, Error> {
    let rows = repo::viewer_rows(app.db.read(), session, app.clock.now()).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let who = match (first.kind, first.staff_id, first.org_id, first.duty_state) {
        (SessionKind::Resident, ..) => Who::Resident,
        (SessionKind::Staff, Some(staff_id), Some(org_id), Some(duty_state)) => {
            let (assignments, changes) = roles(&rows);
            Who::Staff(StaffViewer { staff_id, org_id, duty_state, assignments, changes })
        }
        // Signed in as staff, and left since.
        (SessionKind::Staff, ..) => return Ok(None),
    };
    let password_temporary = first.password_temporary && first.kind == SessionKind::Staff;
    let (name, phone) = (first.name.clone(), first.phone.clone());
    Ok(Some(Viewer { account_id: first.account_id, session_id: session, name, phone, who, password_temporary }))
}

/// Somebody's roles with where they count, and what the organization changed of them.
pub(super) fn roles(rows: &[ViewerRow]) -> (Vec<(Role, Option<CommunityId>)>, Vec<RoleChange>) {
    let assignments = rows.iter().filter_map(|row| row.role.map(|role| (role, row.community_id))).collect();
    let mut changes: Vec<RoleChange> = Vec::new();
    for row in rows {
        if let (Some(role), Some(granted), Some(withdrawn)) = (row.role, &row.granted, &row.withdrawn)
            && changes.iter().all(|change| change.role != role)
        {
            let (granted, withdrawn) = (RightSet::read(granted), RightSet::read(withdrawn));
            changes.push(RoleChange { role, granted, withdrawn });
        }
    }
    (assignments, changes)
}

/// Waits until a session is over, whoever ends it and on whichever node, and says why.
///
/// For sockets, which live as long as their session. News takes as long as Redis takes to tell it; without Redis it is
/// read in the database every second. It costs nothing while nothing happens.
pub async fn session_over(app: &App, account: AccountId, session: SessionId) -> Result<SessionEnd, Error> {
    let mut events = app.identity.events.subscribe(account);
    loop {
        // It may have ended before anybody listened, or while more ended than a listener can be behind with.
        let life = repo::life_of(&app.db.aside(), session).await?;
        let Some(life) = life else { return Ok(SessionEnd::Expired) };
        if life.revoked_at.is_some() {
            return Ok(life.end_reason.unwrap_or(SessionEnd::Revoked));
        }
        loop {
            if life.expires_at <= app.clock.now() {
                return Ok(SessionEnd::Expired);
            }
            tokio::select! {
                event = events.next() => match event {
                    Some(ended) if ended.session == session => return Ok(ended.reason),
                    Some(_) => {}
                    None => break,
                },
                () = tokio::time::sleep(LOOK_EVERY) => {}
            }
        }
    }
}

/// Tells this node of sessions that ended since `since`, as the database has it; how many were news.
pub(super) async fn read_ends(app: &super::Identity, connection: &Conn, since: DateTime<Utc>) -> Result<usize, Error> {
    let rows = repo::ended_since(connection, since).await?;
    let mut news = 0;
    for row in rows {
        let ended = sessions::ended(&row);
        app.index.remember(ended);
        news += usize::from(app.events.tell(ended));
    }
    Ok(news)
}

/// Writes when sessions were last seen, at most once a minute; how many.
pub async fn write_seen(identity: &super::Identity, db: &Db) -> Result<u64, Error> {
    let seen = identity.seen.take();
    let mut written = 0;
    for batch in seen.chunks(SEEN_BATCH) {
        let batch = batch.to_vec();
        written += db
            .write_background(move |tx| {
                let batch = batch.clone();
                Box::pin(async move { Ok(repo::set_seen(tx, &batch).await?) })
            })
            .await?;
    }
    Ok(written)
}
