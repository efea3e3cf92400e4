//! A technician opens the app after a while: the day's work, and what changed meanwhile.

use std::collections::BTreeSet;
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

/// People whose answers are compared with the database.
const CHECKED: usize = 50;

/// The case.
pub struct Day;

const QUERY: &str = "query Day($since: String) { \
    myDay(first: 20) { nodes { id number state version description nextDueAt slot { start end } contactName accessNote \
    unit { number } building { name } category { nameZh } } } \
    ticketChanges(since: $since) { changed { id state version } removed cursor hasMore reset categoriesVersion } }";

/// Where every phone stands: behind the first twenty changes that are kept, `{"s":20}`. What a technician has missed is
/// then about a dozen tickets of the last weeks.
const SINCE: &str = "eyJzIjoyMH0";

/// Who asks, the day's tickets, and beside each what changed: one statement.
const JOINED: &str = "\
WITH me AS (
    SELECT m.id AS staff_id, m.org_id FROM session s
    JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
    JOIN staff_member m ON m.id = s.staff_id AND m.left_at IS NULL
    WHERE s.id = @session@ AND s.revoked_at IS NULL AND s.expires_at > now()
), missed AS (
    SELECT object_id, max(change_seq) AS seq FROM (
        SELECT o.object_id, o.change_seq FROM me JOIN outbox o ON o.staff_id = me.staff_id
        WHERE o.change_seq > 20 AND o.org_id = me.org_id AND o.object_kind = 'TICKET'
        UNION ALL
        SELECT o.object_id, o.change_seq FROM me JOIN outbox o ON o.staff_before_id = me.staff_id
        WHERE o.change_seq > 20 AND o.org_id = me.org_id AND o.object_kind = 'TICKET') o
    GROUP BY object_id ORDER BY seq LIMIT 21
), today AS (
    SELECT t.id, t.number, t.state, t.version, t.description, t.next_due_at, t.slot_start, t.slot_end, t.contact_name,
        t.access_note, u.number AS unit_number, b.name AS building_name, k.name_zh
    FROM me JOIN ticket t ON t.assignee_id = me.staff_id
        AND t.state IN ('DISPATCHED', 'ACCEPTED', 'IN_PROGRESS', 'PAUSED')
    JOIN ticket_category k ON k.id = t.category_id
    LEFT JOIN unit u ON u.id = t.unit_id
    LEFT JOIN building b ON b.id = t.building_id
    ORDER BY COALESCE(t.next_due_at, '9999-01-01'), b.name, t.id LIMIT 20
)
SELECT today.*, missed.object_id, missed.seq, (SELECT last_seq FROM change_counter WHERE name = 'outbox') AS last_seq
FROM today FULL JOIN missed ON missed.object_id = today.id";

impl Case for Day {
    fn name(&self) -> &'static str {
        "a technician's day"
    }

    fn crowd(&self) -> Crowd {
        Crowd::Technicians
    }

    fn body(&self, _: &Person, _: &mut Random) -> String {
        json!({ "query": QUERY, "variables": { "since": SINCE } }).to_string()
    }

    fn accepted(&self, answer: &[u8]) -> bool {
        answer.starts_with(br#"{"data":{"myDay":{"nodes":["#)
            && find(answer, br#""reset":false"#).is_some()
            && find(answer, br#""errors":"#).is_none()
    }

    fn joined(&self) -> &'static str {
        JOINED
    }

    fn check<'c>(&'c self, data: &'c Data, server: SocketAddr, people: &'c [Person]) -> BoxFuture<'c, Res<()>> {
        async move {
            let mut connection = Connection::open(server).await?;
            let mut random = Random::new(6);
            for _ in 0..CHECKED {
                let person = random.of(people);
                let answer = connection.ask(&person.token, &self.body(person, &mut random)).await?;
                let rows = data.rows(&JOINED.replace("@session@", &format!("'{}'", person.id("session")))).await?;
                let today = wire_ids(&rows, "id")?;
                // The page holds twenty tickets, `missed` one more to see whether more follows.
                let missed = wire_ids(&rows, "object_id")?;
                let changes = &answer["data"]["ticketChanges"];
                let told: BTreeSet<String> =
                    ids(&changes["changed"], "id").chain(ids(&changes["removed"], "")).collect();
                let more = changes["hasMore"] == true;
                let all_told = told.is_subset(&missed) && told.len() == missed.len() - usize::from(more);
                let day: BTreeSet<String> = ids(&answer["data"]["myDay"]["nodes"], "id").collect();
                if today.is_empty() || day != today || missed.is_empty() || !all_told {
                    return fail(format!("the day: {answer:#}\nbut the database has {rows:#?}"));
                }
            }
            Ok(())
        }
        .boxed()
    }
}

fn wire_ids(rows: &[Value], column: &str) -> Res<BTreeSet<String>> {
    let given = rows.iter().filter(|row| !row[column].is_null());
    given.map(|row| Ok(wire_id(TicketId(serde_json::from_value::<Uuid>(row[column].clone())?)).to_string())).collect()
}

fn ids<'v>(nodes: &'v Value, field: &'v str) -> impl Iterator<Item = String> + 'v {
    let nodes = nodes.as_array().into_iter().flatten();
    nodes.filter_map(move |node| if field.is_empty() { node.as_str() } else { node[field].as_str() }.map(str::to_owned))
}
