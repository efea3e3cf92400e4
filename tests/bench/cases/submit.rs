//! A resident asks for a repair.

use std::net::SocketAddr;

use api::graphql::id::wire_id;
use entities::values::{CategoryId, UnitId};
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

/// Submissions that are compared with the database.
const CHECKED: usize = 50;

/// The case.
pub struct Submit;

const MUTATION: &str = "mutation Submit($input: TicketSubmitInput!) { ticketSubmit(input: $input) { \
    ticket { id number state submittedAt nextDueAt unit { number } building { name } category { nameZh } } \
    userErrors { code field message retryable } } }";

/// Who asks, whether the unit is hers, its place and deadlines, the key, the ticket, its event, its message, and the
/// answer: one statement.
const JOINED: &str = "\
WITH asker AS (
    SELECT a.id, a.name, a.phone FROM session s JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
    WHERE s.id = @session@ AND s.revoked_at IS NULL AND s.expires_at > now()
), setting AS (
    SELECT u.org_id, u.community_id, u.building_id, u.id AS unit_id, u.number AS unit_number, k.id AS category_id,
        k.name_zh, p.respond_minutes, p.complete_minutes, now() AS at
    FROM asker, unit u
    JOIN ticket_category k ON k.org_id = u.org_id AND k.id = @category@ AND k.active
    LEFT JOIN LATERAL (
        SELECT p.respond_minutes, p.complete_minutes FROM service_policy p
        WHERE p.org_id = u.org_id AND p.urgency = 'ORDINARY'
            AND (p.community_id IS NULL OR p.community_id = u.community_id)
            AND (p.category_id IS NULL OR p.category_id = k.id)
        ORDER BY CASE WHEN p.community_id IS NULL THEN 0 ELSE 2 END
            + CASE WHEN p.category_id IS NULL THEN 0 ELSE 1 END DESC LIMIT 1) p ON true
    WHERE u.id = @unit@ AND EXISTS (
        SELECT 1 FROM residency r WHERE r.unit_id = u.id AND r.account_id = asker.id AND r.review_state = 'APPROVED'
            AND r.started_at <= now() AND (r.ended_at IS NULL OR r.ended_at > now()))
), claim AS (
    INSERT INTO idempotency_key (account_id, mutation, key, input_hash, result, created_at, expires_at)
    SELECT asker.id, 'ticketSubmit', @key@, decode(repeat('11', 32), 'hex'), CAST(@fresh@ AS text), at,
        at + interval '90 days'
    FROM asker, setting
    ON CONFLICT DO NOTHING RETURNING account_id
), made AS (
    INSERT INTO ticket (id, org_id, community_id, building_id, unit_id, category_id, number, origin, channel, kind,
        urgency, payer, state, version, history_hash, description, contact_name, contact_phone, requester_id,
        rework_count, callback_tries, submitted_at, submitted_month, clock_started_at, respond_due_at, complete_due_at,
        next_due_at, missed_completion, updated_at)
    SELECT @fresh@, org_id, community_id, building_id, unit_id, category_id,
        to_char(at, 'YYMMDD') || '-J' || CAST(:number AS text), 'RESIDENT', 'APP', 'HOME_REPAIR', 'ORDINARY', 'FREE',
        'SUBMITTED', 1, decode(repeat('22', 32), 'hex'), '厨房水槽下面的管子漏水，请尽快派师傅上门查看。', asker.name,
        asker.phone, asker.id, 0, 0, at, CAST(to_char(at, 'YYYYMM') AS integer), at,
        at + interval '1 minute' * respond_minutes, at + interval '1 minute' * complete_minutes,
        at + interval '1 minute' * respond_minutes, false, at
    FROM setting, asker, claim
    RETURNING id, org_id, number, state, submitted_at, next_due_at
), event AS (
    INSERT INTO history_event (id, org_id, object_kind, object_id, seq, kind, to_state, account_id, payload_version,
        payload, payload_salt, payload_digest, prev_hash, hash, occurred_at, recorded_at)
    SELECT @fresh@, made.org_id, 'TICKET', made.id, 1, 'SUBMITTED', 'SUBMITTED', asker.id, 1,
        '{\"contactName\":\"' || asker.name || '\",\"description\":\"厨房水槽下面的管子漏水，请尽快派师傅上门查看。\"}',
        decode(repeat('33', 16), 'hex'), decode(repeat('44', 32), 'hex'), decode(repeat('00', 32), 'hex'),
        decode(repeat('22', 32), 'hex'), made.submitted_at, made.submitted_at
    FROM made, asker
), message AS (
    INSERT INTO outbox (id, org_id, topic, object_kind, object_id, object_version, payload, payload_version, created_at)
    SELECT @fresh@, made.org_id, 'ticket.submitted', 'TICKET', made.id, 1,
        '{\"communityId\":\"' || setting.community_id || '\"}', 1, made.submitted_at
    FROM made, setting
)
SELECT made.*, setting.unit_number, b.name AS building_name, setting.name_zh
FROM made, setting JOIN building b ON b.id = setting.building_id";

impl Case for Submit {
    fn name(&self) -> &'static str {
        "submit a repair"
    }

    fn crowd(&self) -> Crowd {
        Crowd::Residents
    }

    fn body(&self, person: &Person, random: &mut Random) -> String {
        let key = Uuid::new_v8(((u128::from(random.bits()) << 64) | u128::from(random.bits())).to_be_bytes());
        let input = json!({
            "unitId": wire_id(UnitId(person.id("unit"))).as_str(),
            "categoryId": wire_id(CategoryId(person.id("category"))).as_str(),
            "kind": "HOME_REPAIR",
            "description": "厨房水槽下面的管子漏水，请尽快派师傅上门查看。",
            "idempotencyKey": key.to_string(),
        });
        json!({ "query": MUTATION, "variables": { "input": input } }).to_string()
    }

    fn accepted(&self, answer: &[u8]) -> bool {
        answer.starts_with(br#"{"data":{"ticketSubmit":{"ticket":{"id":"#)
            && find(answer, br#""userErrors":[]"#).is_some()
            && find(answer, br#""errors":"#).is_none()
    }

    fn joined(&self) -> &'static str {
        JOINED
    }

    fn fresh(&self, body: &Value, answer: &Value) -> Fresh {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        vec![
            (text(&body["variables"]["input"]["idempotencyKey"]), "gen_random_uuid()"),
            (text(&answer["data"]["ticketSubmit"]["ticket"]["number"]), "'P-' || :number"),
        ]
    }

    fn adds_rows_to(&self) -> &'static [&'static str] {
        &["ticket", "history_event", "outbox", "idempotency_key"]
    }

    fn check<'c>(&'c self, data: &'c Data, server: SocketAddr, people: &'c [Person]) -> BoxFuture<'c, Res<()>> {
        async move {
            let mut connection = Connection::open(server).await?;
            let mut random = Random::new(5);
            for _ in 0..CHECKED {
                let person = random.of(people);
                let body = self.body(person, &mut random);
                let first = connection.ask(&person.token, &body).await?;
                let again = connection.ask(&person.token, &body).await?;
                let number = first["data"]["ticketSubmit"]["ticket"]["number"].as_str().unwrap_or_default();
                let rows = data
                    .rows(&format!(
                        "SELECT t.unit_id, t.category_id, t.requester_id, t.state,
                            (SELECT count(*) FROM history_event e WHERE e.object_id = t.id AND e.hash = t.history_hash)
                            AS events,
                            (SELECT count(*) FROM outbox o WHERE o.object_id = t.id) AS messages
                        FROM ticket t WHERE t.number = '{number}'"
                    ))
                    .await?;
                let expected = json!([{
                    "unit_id": person.id("unit"), "category_id": person.id("category"),
                    "requester_id": person.id("account"), "state": "SUBMITTED", "events": 1, "messages": 1,
                }]);
                if first != again || json!(rows) != expected {
                    return fail(format!("submit: {first:#}\nthen {again:#}\nbut the database has {rows:#?}"));
                }
            }
            Ok(())
        }
        .boxed()
    }
}
