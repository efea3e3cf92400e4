//! Pages: all rows, each once, whatever the list; and what a cursor and a page size may be.

use std::sync::Arc;

use chrono::Duration;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{Crew, ids};

fn query(list: &str) -> String {
    format!(
        "query($first: Int, $after: String) {{ list: {list}(first: $first, after: $after) {{ totalCount nodes {{ id }}
            edges {{ cursor node {{ id }} }}
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
    )
}

async fn page(client: &Client, list: &str, first: i32, after: &Value) -> Value {
    client.query(&query(list), json!({ "first": first, "after": after })).await["list"].clone()
}

/// Every id of a list, page by page.
async fn walk(client: &Client, list: &str, first: i32) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = page(client, list, first, &after).await;
        let info = &page["pageInfo"];
        let edges = page["edges"].as_array().unwrap();
        assert_eq!(info["hasPreviousPage"], !after.is_null(), "{list}");
        assert_eq!(edges.first().map(|edge| &edge["cursor"]), Some(&info["startCursor"]), "{list}");
        assert_eq!(edges.last().map(|edge| &edge["cursor"]), Some(&info["endCursor"]), "{list}");
        all.extend(ids(&page["nodes"]));
        after = info["endCursor"].clone();
        if info["hasNextPage"] == false {
            assert_eq!(page["totalCount"], all.len(), "{list}");
            return all;
        }
        assert_eq!(edges.len(), usize::try_from(first).unwrap(), "{list}");
    }
}

both!(pages_show_every_row_once);
async fn pages_show_every_row_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let grounds = json!({
        "unitId": null, "kind": "PUBLIC_REPAIR", "place": "东门",
        "communityId": api::graphql::id::wire_id(crew.world.home.community).to_string(),
    });
    // Most of them due at the same moment, so that only the last part of a cursor tells them apart.
    for number in 0..9 {
        for state in ["SUBMITTED", "DISPATCHED", "PAUSED", "COMPLETED"] {
            let place = if number % 3 == 0 { grounds.clone() } else { json!({}) };
            crew.brought(place, state).await;
        }
        if number % 4 == 3 {
            app.advance(Duration::microseconds(1));
        }
    }
    app.advance(Duration::days(20));
    for (list, client, total) in [
        ("tickets", &crew.desk.client, 36),
        ("tickets", &crew.owner, 36),
        ("myDay", &crew.plumber.client, 18),
        ("ticketPool", &crew.second.client, 9),
        ("ticketsToDispatch", &crew.dispatcher.client, 9),
        ("callbacksDue", &crew.desk.client, 9),
        ("ticketsOverdue", &crew.desk.client, 27),
    ] {
        let whole = ids(&page(client, list, 100, &Value::Null).await["nodes"]);
        assert_eq!(whole.len(), total, "{list}");
        for first in [1, 4, 7, i32::try_from(total).unwrap()] {
            assert_eq!(walk(client, list, first).await, whole, "{list} by {first}");
        }
        let mut once = whole.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), total, "{list}");
    }
    let mut newest_first = walk(&crew.desk.client, "tickets", 10).await;
    newest_first.reverse();
    assert!(newest_first.is_sorted());
}

both!(new_rows_do_not_shift_a_page);
async fn new_rows_do_not_shift_a_page(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let mut expected = Vec::new();
    for _ in 0..6 {
        expected.insert(0, crew.submitted(json!({})).await);
    }
    let first = page(&crew.desk.client, "tickets", 3, &Value::Null).await;
    crew.submitted(json!({})).await;
    let second = page(&crew.desk.client, "tickets", 3, &first["pageInfo"]["endCursor"]).await;
    assert_eq!([ids(&first["nodes"]), ids(&second["nodes"])].concat(), expected);
}

both!(a_page_has_a_hundred_rows_at_most);
async fn a_page_has_a_hundred_rows_at_most(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..103 {
        crew.submitted(json!({})).await;
    }
    for (first, length, more) in [(json!(1000), 100, true), (json!(i32::MAX), 100, true), (json!(0), 0, true)] {
        let data = crew.desk.client.query(&query("tickets"), json!({ "first": first })).await;
        assert_eq!(data["list"]["nodes"].as_array().unwrap().len(), length, "{first}");
        assert_eq!(data["list"]["pageInfo"]["hasNextPage"], more, "{first}");
        assert_eq!(data["list"]["totalCount"], 103);
    }
    let unsaid = crew.desk.client.query("{ tickets { nodes { id } } }", json!({})).await;
    assert_eq!(unsaid["tickets"]["nodes"].as_array().unwrap().len(), 20);
    assert_eq!(walk(&crew.dispatcher.client, "ticketsToDispatch", 100).await.len(), 103);
}

/// A cursor of our own making: base64 without padding of `text`.
fn forged(text: &str) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let index = usize::try_from(bits >> (18 - 6 * place) & 63).unwrap();
            out.push(char::from(LETTERS[index]));
        }
    }
    out
}

both!(bad_windows_are_refused);
async fn bad_windows_are_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.brought(json!({}), "DISPATCHED").await;
    let id = "018f4e3a-0000-7000-8000-000000000000";
    let cursors = [
        String::new(),
        "nonsense".to_owned(),
        "%%%".to_owned(),
        forged("{}"),
        forged("[1]"),
        forged("{\"i\":\"1\"}"),
        forged(&format!("{{\"i\":\"{id}\",\"d\":\"yesterday\"}}")),
    ];
    let malformed = |field: &str| json!({ "code": "MALFORMED", "reason": "INVALID_VALUE", "field": field });
    for list in ["tickets", "myDay", "ticketPool"] {
        for cursor in &cursors {
            let answer = crew.plumber.client.post(&query(list), json!({ "after": cursor })).await;
            assert_eq!(answer.code(), "MALFORMED", "{cursor}");
            assert_eq!(answer.body["errors"][0]["extensions"], malformed("after"), "{cursor}");
        }
        let answer = crew.plumber.client.post(&query(list), json!({ "first": -1 })).await;
        assert_eq!(answer.body["errors"][0]["extensions"], malformed("first"));
    }
    // Cursors that nobody was given, but that can be read, end in a page or a refusal, never in an internal error.
    for forgery in [
        format!("{{\"i\":\"{id}\"}}"),
        format!("{{\"i\":\"{id}\",\"d\":\"2026-03-02T01:00:00Z\",\"p\":\"\\u0000\"}}"),
        format!("{{\"i\":\"{id}\",\"d\":\"-9000-01-01T00:00:00Z\"}}"),
        format!("{{\"i\":\"{id}\",\"d\":\"+262000-01-01T00:00:00Z\"}}"),
    ] {
        for list in ["tickets", "myDay", "ticketPool"] {
            let answer = crew.plumber.client.post(&query(list), json!({ "after": forged(&forgery) })).await;
            if answer.body.get("errors").is_some() {
                assert_eq!(answer.code(), "MALFORMED", "{list} {forgery}");
            }
        }
    }
}
