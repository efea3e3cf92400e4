//! Shifts at the desk: opened with what lies in the till, closed with what lies there then (交账).

use entities::desk_shift;
use entities::values::{CommunityId, Money, ShiftId, ShiftState, TypedId as _};
use rust_decimal::Decimal;
use serde_json::json;

use super::super::error::PaymentError;
use super::super::model::{Flow, expected_cash};
use super::super::repo::{self, Counted, FlowRow, ShiftCard, ShiftFilter, ShiftSight};
use super::clerk::{Clerk, Deed, amount_or_nothing, optional};
use super::reader;
use crate::db::Tx;
use crate::domains::billing::REASON_MAX;
use crate::domains::identity::{Right, Viewer};
use crate::error::{Error, Refusal};
use crate::infra::history::ObjectKind;
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// Whose shifts the viewer may see and close: the own where money may be taken, everybody's where fees are managed.
fn sight(viewer: &Viewer) -> Result<ShiftSight, Error> {
    let staff = viewer.require_staff()?;
    let all = staff.scope(Right::FeeManage).ok();
    let own = match (staff.scope(Right::FeeCollect), &all) {
        (Ok(scope), _) => scope,
        (Err(_), Some(scope)) => scope.clone(),
        (Err(error), None) => return Err(error),
    };
    Ok(ShiftSight { own: (staff.staff_id, own), all })
}

/// Opens the clerk's shift at a community's desk.
pub async fn open_shift(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    float: Decimal,
    key: &str,
) -> Result<ShiftCard, Error> {
    let clerk = Clerk::of(viewer, Right::FeeCollect)?;
    let opening_float = amount_or_nothing(float, "float")?;
    let id: ShiftId = app.clock.new_id();
    let input = (community, opening_float);
    let command = Once { account: clerk.account, mutation: "shiftOpen", key, input: &input, result: id.uuid() };
    let app_ = app.clone();
    let made = once(app, command, move |tx| {
        let (app, clerk) = (app_.clone(), clerk.clone());
        Box::pin(async move {
            if !repo::sees_community(tx, &clerk.scope, community).await? {
                return Err(PaymentError::NotFound("communityId").into());
            }
            let row = desk_shift::Model {
                id,
                org_id: clerk.org,
                community_id: community,
                staff_id: clerk.staff,
                state: ShiftState::Open,
                opening_float,
                entry_count: 0,
                expected: None,
                counted: None,
                reason: None,
                version: 1,
                opened_at: app.clock.now(),
                closed_at: None,
            };
            let columns = "desk_shift.staff_id, desk_shift.community_id";
            let twice = || Refusal::from(PaymentError::ShiftOpen);
            repo::insert(tx, row)
                .await
                .map_err(|fault| Error::from(fault).on_unique("desk_shift_open_unique", columns, twice()))?;
            let deed = Deed {
                org: clerk.org,
                object: ObjectKind::Shift,
                id: id.uuid(),
                version: 1,
                kind: "OPENED",
                states: (None, Some(ShiftState::Open.as_str())),
                topic: "shift.opened",
                actor: clerk.actor(),
                payload: json!({ "communityId": community, "float": opening_float }),
            };
            deed.note(tx, &app).await.map(|()| id.uuid())
        })
    })
    .await?;
    find_shift(app, viewer, ShiftId(made)).await
}

/// Closes a shift with what was counted; a difference needs its reason. It never changes afterwards.
pub async fn close_shift(
    app: &App,
    viewer: &Viewer,
    id: ShiftId,
    (counted, reason): (Decimal, Option<String>),
    key: &str,
) -> Result<ShiftCard, Error> {
    let sight = sight(viewer)?;
    let clerk = Clerk {
        scope: sight.own.1.clone(),
        ..Clerk::of(viewer, Right::FeeCollect).or_else(|_| Clerk::of(viewer, Right::FeeManage))?
    };
    let counted = amount_or_nothing(counted, "countedCash")?;
    let reason = optional(reason.as_deref(), REASON_MAX, "reason")?;
    let input = (id, counted, reason.clone());
    let command = Once { account: clerk.account, mutation: "shiftClose", key, input: &input, result: id.uuid() };
    let app_ = app.clone();
    once(app, command, move |tx| {
        let (app, clerk, sight, reason) = (app_.clone(), clerk.clone(), sight.clone(), reason.clone());
        Box::pin(async move {
            let card = repo::find_shift(tx, &sight, id).await?.ok_or(PaymentError::NotFound("shiftId"))?;
            close(tx, &app, &clerk, &card.shift, (counted, reason)).await.map(|()| id.uuid())
        })
    })
    .await?;
    find_shift(app, viewer, id).await
}

async fn close(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    shift: &desk_shift::Model,
    (counted, reason): (Money, Option<String>),
) -> Result<(), Error> {
    // From here on nobody puts anything into it.
    if !repo::hold_shift(tx, shift.id).await? {
        return Err(PaymentError::ShiftClosed.into());
    }
    let rows = repo::flows_of(tx, &[shift.id]).await?;
    let flows: Vec<Flow> =
        rows.iter().map(|it| Flow { method: it.method, taken: it.taken, returned: it.returned }).collect();
    let expected = expected_cash(shift.opening_float, &flows).ok_or_else(|| Error::internal("a till does not fit"))?;
    if expected != counted && reason.is_none() {
        return Err(PaymentError::Unexplained.into());
    }
    let totals: Vec<_> =
        rows.iter().map(|it| json!({ "method": it.method, "taken": it.taken, "returned": it.returned })).collect();
    let payload = json!({ "totals": totals, "expected": expected, "counted": counted, "reason": reason });
    let end = Counted { expected, counted, reason };
    if !repo::close_shift(tx, shift.id, &end, app.clock.now()).await? {
        return Err(Error::internal("a shift that was in hand was closed by somebody else"));
    }
    let deed = Deed {
        org: shift.org_id,
        object: ObjectKind::Shift,
        id: shift.id.uuid(),
        version: shift.version + 1,
        kind: "CLOSED",
        states: (Some(ShiftState::Open.as_str()), Some(ShiftState::Closed.as_str())),
        topic: "shift.closed",
        actor: clerk.actor(),
        payload,
    };
    deed.note(tx, app).await
}

/// Shifts that the viewer may see, the newest first.
pub async fn shifts(
    app: &App,
    viewer: &Viewer,
    filter: &ShiftFilter,
    after: Option<ShiftId>,
    limit: u64,
) -> Result<Vec<ShiftCard>, Error> {
    Ok(repo::list_shifts(reader(app), &sight(viewer)?, filter, after, limit).await?)
}

/// How many shifts that list has.
pub async fn count_shifts(app: &App, viewer: &Viewer, filter: &ShiftFilter) -> Result<i64, Error> {
    Ok(repo::count_shifts(reader(app), &sight(viewer)?, filter).await?)
}

/// One shift.
pub async fn find_shift(app: &App, viewer: &Viewer, id: ShiftId) -> Result<ShiftCard, Error> {
    let row = repo::find_shift(reader(app), &sight(viewer)?, id).await?;
    Ok(row.ok_or(PaymentError::NotFound("shiftId"))?)
}

/// What went over the desk in shifts that the viewer was shown, by method.
pub async fn flows(app: &App, shifts: &[ShiftId]) -> Result<Vec<FlowRow>, Error> {
    Ok(repo::flows_of(reader(app), shifts).await?)
}
