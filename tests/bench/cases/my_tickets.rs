//! A resident opens the app: the newest tickets of the household.

use std::net::SocketAddr;

use api::graphql::id::wire_id;
use chrono::{DateTime, Utc};
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
pub struct MyTickets;

const QUERY: &str = "query MyTickets { tickets(first: 20) { nodes { id number state description submittedAt nextDueAt \
    unit { number } building { name } assignee { name } category { nameZh } } } }";

/// Who asks, what concerns the household, and every column of the answer: one statement.
const JOINED: &str = "\
SELECT t.id, t.number, t.state, t.description, t.submitted_at, t.next_due_at, u.number AS unit_number,
    b.name AS building_name, m.name AS assignee_name, k.name_zh
FROM session s
JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
JOIN LATERAL (
    SELECT h.id FROM residency r JOIN ticket h ON h.unit_id = r.unit_id AND h.submitted_at >= r.started_at
    WHERE r.account_id = a.id AND r.review_state = 'APPROVED' AND r.started_at <= now()
        AND (r.ended_at IS NULL OR r.ended_at > now())
    UNION
    SELECT o.id FROM ticket o
    WHERE o.unit_id IS NULL AND o.requester_id = a.id AND o.community_id IN (
        SELECT ru.community_id FROM residency r JOIN unit ru ON ru.id = r.unit_id
        WHERE r.account_id = a.id AND r.review_state = 'APPROVED' AND r.started_at <= now()
            AND (r.ended_at IS NULL OR r.ended_at > now()))
) mine ON true
JOIN ticket t ON t.id = mine.id
JOIN ticket_category k ON k.id = t.category_id
LEFT JOIN unit u ON u.id = t.unit_id
LEFT JOIN building b ON b.id = t.building_id
LEFT JOIN staff_member m ON m.id = t.assignee_id
WHERE s.id = @session@ AND s.revoked_at IS NULL AND s.expires_at > now()
ORDER BY t.id DESC LIMIT 20";

impl Case for MyTickets {
    fn name(&self) -> &'static str {
        "my tickets"
    }

    fn crowd(&self) -> Crowd {
        Crowd::Residents
    }

    fn body(&self, _: &Person, _: &mut Random) -> String {
        json!({ "query": QUERY }).to_string()
    }

    fn accepted(&self, answer: &[u8]) -> bool {
        answer.starts_with(br#"{"data":{"tickets":{"nodes":["#) && find(answer, br#""errors":"#).is_none()
    }

    fn joined(&self) -> &'static str {
        JOINED
    }

    fn check<'c>(&'c self, data: &'c Data, server: SocketAddr, people: &'c [Person]) -> BoxFuture<'c, Res<()>> {
        async move {
            let mut connection = Connection::open(server).await?;
            let mut random = Random::new(4);
            for _ in 0..CHECKED {
                let person = random.of(people);
                let answer = connection.ask(&person.token, &self.body(person, &mut random)).await?;
                let rows = data.rows(&JOINED.replace("@session@", &format!("'{}'", person.id("session")))).await?;
                let nodes = answer["data"]["tickets"]["nodes"].as_array().cloned().unwrap_or_default();
                let expected = rows.iter().map(node).collect::<Res<Vec<_>>>()?;
                let given = nodes.iter().map(with_instants).collect::<Res<Vec<_>>>()?;
                if expected.is_empty() || expected != given {
                    return fail(format!("my tickets: {answer:#}\nbut the database has {expected:#?}"));
                }
            }
            Ok(())
        }
        .boxed()
    }
}

/// The node that a row must have become.
fn node(row: &Value) -> Res<Value> {
    let id: Uuid = serde_json::from_value(row["id"].clone())?;
    let edge = |name: &str, value: &Value| if value.is_null() { Value::Null } else { json!({ name: value }) };
    Ok(json!({
        "id": wire_id(TicketId(id)).as_str(),
        "number": row["number"],
        "state": row["state"],
        "description": row["description"],
        "submittedAt": instant(&row["submitted_at"])?,
        "nextDueAt": instant(&row["next_due_at"])?,
        "unit": edge("number", &row["unit_number"]),
        "building": edge("name", &row["building_name"]),
        "assignee": edge("name", &row["assignee_name"]),
        "category": edge("nameZh", &row["name_zh"]),
    }))
}

/// The same node with its times in one spelling.
fn with_instants(node: &Value) -> Res<Value> {
    let mut node = node.clone();
    for name in ["submittedAt", "nextDueAt"] {
        node[name] = instant(&node[name])?;
    }
    Ok(node)
}

fn instant(time: &Value) -> Res<Value> {
    let time: Option<DateTime<Utc>> = serde_json::from_value(time.clone())?;
    Ok(json!(time))
}
