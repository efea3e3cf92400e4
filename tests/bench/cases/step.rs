//! A technician lets work wait and goes on with it: two steps of one ticket in one request.

use std::net::SocketAddr;

use api::graphql::id::wire_id;
use entities::values::TicketId;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Case;
use crate::city::{Crowd, Person};
use crate::data::Data;
use crate::failure::{Res, fail};
use crate::load::{Connection, find};
use crate::random::Random;
use crate::replay::Fresh;

/// Requests that are compared with the database.
const CHECKED: usize = 50;

/// The case.
pub struct Step;

const MUTATION: &str = "mutation Step($pause: TicketPauseInput!, $resume: TicketResumeInput!) { \
    ticketPause(input: $pause) { ticket { id state version } userErrors { code } } \
    ticketResume(input: $resume) { ticket { id state version nextDueAt } userErrors { code } } }";

/// Who asks, whether the ticket is theirs and in progress, both keys, the ticket, both events and messages, and the
/// answer: one statement.
const JOINED: &str = "\
WITH me AS (
    SELECT m.id AS staff_id, m.org_id, a.id AS account_id FROM session s
    JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
    JOIN staff_member m ON m.id = s.staff_id AND m.left_at IS NULL
    WHERE s.id = @session@ AND s.revoked_at IS NULL AND s.expires_at > now()
), claim AS (
    INSERT INTO idempotency_key (account_id, mutation, key, input_hash, result, created_at, expires_at)
    SELECT me.account_id, mutation, @key@, decode(repeat('11', 32), 'hex'), CAST(@ticket@ AS text), now(),
        now() + interval '90 days'
    FROM me, unnest(ARRAY['ticketPause', 'ticketResume']) mutation
    RETURNING account_id
), moved AS (
    UPDATE ticket t SET version = t.version + 2, history_hash = decode(repeat('22', 32), 'hex'), updated_at = now()
    FROM me WHERE t.id = @ticket@ AND t.assignee_id = me.staff_id AND t.state = 'IN_PROGRESS'
    RETURNING t.id, t.org_id, t.community_id, t.state, t.version, t.next_due_at
), event AS (
    INSERT INTO history_event (id, org_id, object_kind, object_id, seq, kind, from_state, to_state, account_id, staff_id,
        payload_version, payload, payload_salt, payload_digest, prev_hash, hash, occurred_at, recorded_at)
    SELECT step.id, moved.org_id, 'TICKET', moved.id, moved.version - step.back, step.kind, step.was, step.became,
        me.account_id, me.staff_id, 1, '{}', decode(repeat('33', 16), 'hex'), decode(repeat('44', 32), 'hex'),
        decode(repeat('00', 32), 'hex'), decode(repeat('22', 32), 'hex'), now(), now()
    FROM moved, me, (VALUES (@fresh@, 1, 'PAUSED', 'IN_PROGRESS', 'PAUSED'),
        (@fresh2@, 0, 'RESUMED', 'PAUSED', 'IN_PROGRESS')) step (id, back, kind, was, became)
), message AS (
    INSERT INTO outbox (id, org_id, topic, object_kind, object_id, object_version, payload, payload_version, created_at,
        staff_id, staff_before_id)
    SELECT step.id, moved.org_id, step.topic, 'TICKET', moved.id, moved.version - step.back,
        '{\"communityId\":\"' || moved.community_id || '\"}', 1, now(), me.staff_id, me.staff_id
    FROM moved, me, (VALUES (@fresh@, 1, 'ticket.paused'), (@fresh2@, 0, 'ticket.resumed')) step (id, back, topic)
)
SELECT moved.*, (SELECT count(*) FROM claim) AS claimed FROM moved";

impl Case for Step {
    fn name(&self) -> &'static str {
        "two steps of a ticket"
    }

    fn crowd(&self) -> Crowd {
        Crowd::Technicians
    }

    fn body(&self, person: &Person, random: &mut Random) -> String {
        let ticket = wire_id(TicketId(person.id("ticket"))).to_string();
        let mut input = |more: Value| {
            let key = Uuid::new_v8(((u128::from(random.bits()) << 64) | u128::from(random.bits())).to_be_bytes());
            let mut input = json!({ "ticketId": ticket, "idempotencyKey": key.to_string() });
            if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
                input.extend(more);
            }
            input
        };
        let (pause, resume) = (input(json!({ "reason": "PARTS" })), input(json!({})));
        json!({ "query": MUTATION, "variables": { "pause": pause, "resume": resume } }).to_string()
    }

    fn accepted(&self, answer: &[u8]) -> bool {
        answer.starts_with(br#"{"data":{"ticketPause":{"ticket":{"id":"#)
            && find(answer, br#""state":"IN_PROGRESS""#).is_some()
            && find(answer, br#""errors":"#).is_none()
            && find(answer, br#""code":"#).is_none()
    }

    fn joined(&self) -> &'static str {
        JOINED
    }

    fn fresh(&self, body: &Value, _: &Value) -> Fresh {
        let key = |input: &str| body["variables"][input]["idempotencyKey"].as_str().unwrap_or_default().to_owned();
        vec![(key("pause"), "gen_random_uuid()"), (key("resume"), "gen_random_uuid()")]
    }

    fn adds_rows_to(&self) -> &'static [&'static str] {
        &["history_event", "outbox", "idempotency_key"]
    }

    fn rows_each(&self) -> u64 {
        2
    }

    fn raises_version_by(&self) -> i64 {
        2
    }

    fn check<'c>(&'c self, data: &'c Data, server: SocketAddr, people: &'c [Person]) -> BoxFuture<'c, Res<()>> {
        async move {
            let mut connection = Connection::open(server).await?;
            let mut random = Random::new(7);
            for _ in 0..CHECKED {
                let person = random.of(people);
                let ticket = person.id("ticket");
                let version = format!("SELECT version FROM ticket WHERE id = '{ticket}'");
                let before = data.number(&version).await?;
                let body = self.body(person, &mut random);
                let first = connection.ask(&person.token, &body).await?;
                let again = connection.ask(&person.token, &body).await?;
                let events = data
                    .number(&format!(
                        "SELECT count(*) FROM history_event WHERE object_id = '{ticket}' AND seq > {before}
                        AND kind IN ('PAUSED', 'RESUMED')"
                    ))
                    .await?;
                let told = &first["data"]["ticketResume"]["ticket"];
                // Of a repeat each mutation answers with the ticket as it now is.
                let same = told == &again["data"]["ticketResume"]["ticket"];
                if !same || told["version"] != before + 2 || data.number(&version).await? != before + 2 || events != 2 {
                    return fail(format!("two steps from {before}: {first:#}\nthen {again:#}\nand {events} events"));
                }
            }
            Ok(())
        }
        .boxed()
    }
}
