//! A resident looks at what is owed: the unit, its last 12 bills, and what was paid ahead.

use std::net::SocketAddr;

use api::graphql::id::wire_id;
use entities::values::BillId;
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
/// Bills of a page.
const BILLS: usize = 12;

/// The case.
pub struct WhatIOwe;

const QUERY: &str = "query WhatIOwe { bills(first: 12) { nodes { id number buildingName unitNumber billedOn dueOn \
    due { amount } open { amount } } } prepaidBalances { amount { amount } } }";

/// Who asks, the payers who are that account, their newest bills with what they come to, and the balance: one statement.
const JOINED: &str = "\
SELECT l.id, l.number, b.name AS building_name, u.number AS unit_number, l.billed_on, l.due_on, sums.due,
    sums.due - sums.paid AS open, ahead.balance
FROM session s
JOIN account a ON a.id = s.account_id AND a.disabled_at IS NULL
JOIN LATERAL (
    SELECT o.id FROM payer o WHERE o.account_id = a.id
    UNION
    SELECT o.id FROM residency r JOIN payer o ON o.residency_id = r.id
    WHERE r.account_id = a.id AND r.review_state = 'APPROVED'
) mine ON true
JOIN bill l ON l.payer_id = mine.id
JOIN LATERAL (
    SELECT CAST(SUM(c.amount - c.credited - c.waived) AS bigint) AS due, CAST(SUM(c.paid) AS bigint) AS paid
    FROM charge c WHERE c.bill_id = l.id
) sums ON true
LEFT JOIN LATERAL (
    SELECT CAST(SUM(p.amount) AS bigint) AS balance FROM prepaid_balance p WHERE p.payer_id = mine.id AND p.amount > 0
) ahead ON true
LEFT JOIN unit u ON u.id = l.unit_id
LEFT JOIN building b ON b.id = u.building_id
WHERE s.id = @session@ AND s.revoked_at IS NULL AND s.expires_at > now()
ORDER BY l.id DESC LIMIT 12";

impl Case for WhatIOwe {
    fn name(&self) -> &'static str {
        "what I owe"
    }

    fn crowd(&self) -> Crowd {
        Crowd::Residents
    }

    fn body(&self, _: &Person, _: &mut Random) -> String {
        json!({ "query": QUERY }).to_string()
    }

    fn accepted(&self, answer: &[u8]) -> bool {
        answer.starts_with(br#"{"data":{"bills":{"nodes":[{"#) && find(answer, br#""errors":"#).is_none()
    }

    fn joined(&self) -> &'static str {
        JOINED
    }

    fn check<'c>(&'c self, data: &'c Data, server: SocketAddr, people: &'c [Person]) -> BoxFuture<'c, Res<()>> {
        async move {
            let mut connection = Connection::open(server).await?;
            let mut random = Random::new(5);
            for _ in 0..CHECKED {
                let person = random.of(people);
                let answer = connection.ask(&person.token, &self.body(person, &mut random)).await?;
                let rows = data.rows(&JOINED.replace("@session@", &format!("'{}'", person.id("session")))).await?;
                let expected = rows.iter().map(node).collect::<Res<Vec<_>>>()?;
                let balance: Vec<Value> = rows
                    .first()
                    .filter(|row| !row["balance"].is_null())
                    .map(|row| json!({ "amount": money(&row["balance"]) }))
                    .into_iter()
                    .collect();
                let given = &answer["data"];
                if expected.len() != BILLS
                    || given["bills"]["nodes"] != json!(expected)
                    || given["prepaidBalances"] != json!(balance)
                {
                    return fail(format!("what I owe: {answer:#}\nbut the database has {expected:#?}, {balance:#?}"));
                }
            }
            Ok(())
        }
        .boxed()
    }
}

/// An amount of the minor unit as the answer has it.
fn money(fen: &Value) -> Value {
    let fen = fen.as_i64().unwrap_or_default();
    json!({ "amount": format!("{}.{:02}", fen / 100, fen % 100) })
}

/// The node that a row must have become.
fn node(row: &Value) -> Res<Value> {
    let id: Uuid = serde_json::from_value(row["id"].clone())?;
    Ok(json!({
        "id": wire_id(BillId(id)).as_str(),
        "number": row["number"],
        "buildingName": row["building_name"],
        "unitNumber": row["unit_number"],
        "billedOn": row["billed_on"],
        "dueOn": row["due_on"],
        "due": money(&row["due"]),
        "open": money(&row["open"]),
    }))
}
