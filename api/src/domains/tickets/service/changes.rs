//! What a phone missed: the changes of its user's day since it asked last.

use entities::values::{OrganizationId, TicketId};

use super::super::repo::{self, TicketCard, WorkList};
use super::browse;
use crate::domains::identity::Viewer;
use crate::error::Error;
use crate::infra::outbox;
use crate::state::App;

/// Where a phone stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Standing {
    /// The place in the order of changes up to which it knows all.
    pub seq: i64,
    /// While it reads everything anew: the last ticket that it has read.
    pub reading_after: Option<TicketId>,
}

/// What changed.
#[derive(Debug)]
pub struct Changes {
    /// Tickets that stand on the list, as they now are.
    pub changed: Vec<TicketCard>,
    /// Tickets that do not stand on it any more, or never did.
    pub removed: Vec<TicketId>,
    /// Where the phone stands after this.
    pub standing: Standing,
    /// Whether more follows at once.
    pub has_more: bool,
    /// Whether the phone must forget what it had: this is the beginning of everything.
    pub reset: bool,
}

/// The changes of the viewer's day since `since`; everything anew when that is missing or too old, `limit` tickets at
/// most.
pub async fn changes(app: &App, viewer: &Viewer, since: Option<Standing>, limit: usize) -> Result<Changes, Error> {
    let staff = viewer.require_staff()?;
    let list = WorkList::Day(staff.staff_id);
    let scope = browse::scope(app, viewer, &list)?;
    // First, so that what is committed meanwhile comes with the next request, perhaps twice, but never not at all.
    let known = outbox::known(app.db.read()).await?;
    let since = since.filter(|since| known.reaches(since.seq));
    let (seq, after, reset) = match since {
        None => (known.last, None, true),
        Some(Standing { seq, reading_after: Some(after) }) => (seq, Some(after), false),
        Some(Standing { seq, reading_after: None }) => {
            return delta(app, staff.org_id, &list, &scope, seq, known.last, limit).await;
        }
    };
    let mut changed = repo::list_by_id(app.db.read(), &scope, &list, after, limit as u64 + 1).await?;
    let has_more = changed.len() > limit;
    changed.truncate(limit);
    let reading_after = changed.last().map(|card| card.ticket.id).filter(|_| has_more);
    Ok(Changes { changed, removed: Vec::new(), standing: Standing { seq, reading_after }, has_more, reset })
}

async fn delta(
    app: &App,
    org: OrganizationId,
    list: &WorkList,
    scope: &crate::domains::identity::Scope,
    since: i64,
    last: i64,
    limit: usize,
) -> Result<Changes, Error> {
    let WorkList::Day(staff) = list else { return Err(Error::internal("changes of another list")) };
    let mut rows = repo::changed_for(app.db.read(), org, *staff, since, limit as u64 + 1).await?;
    let has_more = rows.len() > limit;
    rows.truncate(limit);
    let seq = match rows.last() {
        Some(row) if has_more => row.seq,
        Some(row) => row.seq.max(last),
        None => last.max(since),
    };
    let ids: Vec<TicketId> = rows.iter().map(|row| row.object_id).collect();
    let changed =
        if ids.is_empty() { Vec::new() } else { repo::cards_on_list(app.db.read(), scope, list, &ids).await? };
    let removed = ids.into_iter().filter(|id| !changed.iter().any(|card| card.ticket.id == *id)).collect();
    Ok(Changes { changed, removed, standing: Standing { seq, reading_after: None }, has_more, reset: false })
}
