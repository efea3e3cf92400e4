//! Working on runs: one worker at a time has one, for a while; a chunk and the run's progress are one transaction, so
//! that a worker that dies leaves whole chunks behind, and the next one goes on after the last of them.

use std::sync::Arc;

use chrono::{DateTime, Duration, Utc};
use entities::values::{BillingRunId, ChargeId};
use serde_json::json;

use super::super::super::repo::{self, RunCard};
use super::super::day_in;
use super::super::journal::Posting;
use super::compute::{Computed, UnitProblem, compute};
use super::plan::Plan;
use super::post::{Chunked, post};
use crate::db::Tx;
use crate::domains::estate::lock_organization;
use crate::domains::identity::Scope;
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::state::App;

/// Units of a chunk: few enough for a short transaction, many enough that its statements do not count.
const CHUNK: u64 = 1_000;
/// Seconds after which a run whose worker has not been heard of is anybody's.
const LEASE_SECONDS: i64 = 60;
/// How often a chunk is tried again when somebody changes its charges meanwhile.
const TRIES: u32 = 4;

fn lease(now: DateTime<Utc>) -> DateTime<Utc> {
    now + Duration::seconds(LEASE_SECONDS)
}

fn everything() -> Scope {
    Scope::System("a worker posts the run that somebody started")
}

/// Posts the oldest run that nobody is at, to its end; `false` when there is none.
pub async fn post_one(app: &App) -> Result<bool, Error> {
    let now = app.clock.now();
    let Some(row) = repo::next_run(app.db.read(), now).await? else { return Ok(false) };
    let (id, waiting) = (row.id, row.clone());
    let taken = app.db.write_background(move |tx| {
        let row = waiting.clone();
        Box::pin(async move { Ok(repo::take_run(tx, &row, now, lease(now)).await?) })
    });
    if !taken.await? {
        return Ok(true);
    }
    let place = repo::community_place(app.db.read(), &everything(), row.community_id).await?;
    let place = place.ok_or_else(|| Error::internal("a run of no community"))?;
    let today = day_in(&place.time_zone, now);
    let plan = Arc::new(Plan::read(app.db.read(), row.community_id, row.billed_on, today).await?);
    let attempt = row.attempt + 1;
    let mut tries = 1;
    loop {
        match chunk(app, id, attempt, &plan).await {
            Ok(true) => tries = 1,
            Ok(false) => return Ok(true),
            // Somebody paid or waived a charge of the chunk: it is read again.
            Err(Error::Internal(cause)) if tries < TRIES => {
                tracing::warn!(run = %id.0, tries, cause = ?cause, "billing.chunk_again");
                tries += 1;
            }
            Err(error) => return Err(error),
        }
    }
}

/// Posts the next chunk of a run; `false` when it is finished, or another worker's.
async fn chunk(app: &App, id: BillingRunId, attempt: i32, plan: &Arc<Plan>) -> Result<bool, Error> {
    let (job_app, job_plan) = (app.clone(), Arc::clone(plan));
    app.db
        .write_background(move |tx| {
            let (app, plan) = (job_app.clone(), Arc::clone(&job_plan));
            Box::pin(async move { post_chunk(tx, &app, id, attempt, &plan).await })
        })
        .await
}

async fn post_chunk(tx: &Tx, app: &App, id: BillingRunId, attempt: i32, plan: &Plan) -> Result<bool, Error> {
    let Some(run) = repo::find_run(tx, &everything(), id).await? else { return Ok(false) };
    if run.run.attempt != attempt || run.run.finished_at.is_some() {
        return Ok(false);
    }
    let (now, after) = (app.clock.now(), run.run.last_unit_id);
    let to = Posting {
        org: run.run.org_id,
        community: run.run.community_id,
        account: Some(run.run.account_id),
        on: day_in(&run.time_zone, now),
        at: now,
    };
    let mut computed = compute(tx, plan, after, CHUNK).await?;
    if !computed.credits.is_empty() {
        // Somebody may be paying or giving up what is to be taken back: nobody is when it is read again.
        let mut ids: Vec<ChargeId> = computed.credits.iter().map(|it| it.seen.id).collect();
        ids.sort_unstable();
        repo::lock_charges(tx, &ids).await?;
        computed = compute(tx, plan, after, CHUNK).await?;
    }
    let first = after.is_none();
    if first {
        computed.problems.extend(of_items(plan));
    }
    let chunked = Chunked { tx, clock: &app.clock, run: &run, plan, to };
    let mut advance = post(&chunked, &computed, after).await?;
    let over = computed.last.is_none();
    if over {
        advance.finished_at = Some(now);
        finish(tx, app, &run, &advance.digest).await?;
    } else {
        advance.until = Some(lease(now));
    }
    if !repo::advance_run(tx, &advance).await? {
        return Err(Error::internal("another worker has taken the run"));
    }
    Ok(!over)
}

fn of_items(plan: &Plan) -> Vec<UnitProblem> {
    plan.problems
        .iter()
        .map(|(item, code, period)| UnitProblem { unit: None, item: *item, code: *code, period: *period })
        .collect()
}

/// One event for the whole run, with the digest of what it posted.
async fn finish(tx: &Tx, app: &App, run: &RunCard, digest: &[u8]) -> Result<(), Error> {
    let row = &run.run;
    lock_organization(tx, row.org_id).await?;
    let event = NewEvent {
        org_id: row.org_id,
        object_kind: ObjectKind::BillingRun,
        object_id: row.id.0,
        kind: "POSTED",
        from_state: Some("POSTING"),
        to_state: Some("POSTED"),
        actor: Actor { account_id: Some(row.account_id), staff_id: Some(row.staff_id) },
        payload: json!({
            "communityId": row.community_id, "billedOn": row.billed_on, "number": row.number,
            "charges": row.charge_count, "charged": row.charged, "credits": row.credit_count,
            "credited": row.credited, "problems": row.problem_count, "digest": hex::encode(digest),
        }),
        occurred_at: app.clock.now(),
    };
    history::append(tx, &app.clock, event).await
}

/// What a run of a month would come to, read chunk by chunk; nothing is written.
pub async fn preview(
    connection: &impl repo::Connection,
    plan: &Plan,
    mut each: impl FnMut(Computed),
) -> Result<(), Error> {
    each(Computed { problems: of_items(plan), ..Computed::default() });
    let mut after = None;
    loop {
        let computed = compute(connection, plan, after, CHUNK).await?;
        let Some(last) = computed.last else { return Ok(()) };
        after = Some(last);
        each(computed);
    }
}
