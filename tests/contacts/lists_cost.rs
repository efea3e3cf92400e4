//! How many SQL statements lists of contacts and households take: a constant, whatever the number of rows.

use std::sync::Arc;

use api::graphql::id::wire_id;
use serde_json::json;
use support::{Client, TestApp, both};

use super::shared::{Fault, called, recorded, step};
use crate::tickets::shared::Crew;

both!(a_page_takes_the_same_statements_for_one_row_and_for_many, a_search_takes_one_statement);

/// What a list shows of each contact, from the one statement of the page.
const ROW: &str = "id kind state words callerName callerPhone unit { number } communityName firstContactName
    ticketNumber ticketState callbackDue answeredByName";

/// Statements of one query, without the one for the session.
async fn cost(app: &TestApp, client: &Client, query: &str) -> u64 {
    let (statements, _) = app.statements(client.query(query, json!({}))).await;
    statements - 1
}

async fn more(crew: &Crew, rounds: usize) {
    for _ in 0..rounds {
        let fault = Fault::repaired(crew).await;
        fault.call(crew, 1, "UNREACHABLE").await;
        for unit in &crew.world.home.units {
            let unit = wire_id(*unit).to_string();
            recorded(&crew.desk.client, crew, json!({ "unitId": unit, "answer": "好" })).await;
        }
        let closed = crew.brought(json!({}), "CLOSED").await;
        assert!(!closed.is_empty());
        crew.submitted(json!({})).await;
    }
}

async fn a_page_takes_the_same_statements_for_one_row_and_for_many(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    for rounds in [1, 4] {
        more(&crew, rounds).await;
        for list in ["contacts", "contactCallbacksDue"] {
            for (extra, own) in [
                ("", 0),
                ("nodes { ticket { id state } }", 1),
                ("nodes { callbacks { result } }", 1),
                ("nodes { community { name } }", 1),
                ("nodes { ticket { contacts { id } } }", 2),
                ("totalCount", 1),
            ] {
                let query = format!("{{ list: {list} {{ nodes {{ {ROW} }} {extra} }} }}");
                assert_eq!(cost(&app, desk, &query).await, 1 + own, "{list} {extra} after {rounds}");
            }
        }
        assert_eq!(cost(&app, desk, "{ tickets { nodes { id contacts { id } } } }").await, 2);
        for (file, own) in [
            ("people { name phone }", 1),
            ("openTickets { id }", 1),
            ("pastTickets(first: 2) { nodes { id } pageInfo { hasNextPage } }", 1),
            ("contacts(first: 2) { nodes { id } pageInfo { hasNextPage } }", 1),
        ] {
            let query = format!("{{ units {{ nodes {{ id household {{ {file} }} }} }} }}");
            assert_eq!(cost(&app, desk, &query).await, 1 + own, "{file} after {rounds}");
        }
    }
    // The residents' own list asks the same way.
    recorded(&crew.owner, &crew, json!({})).await;
    let query = format!("{{ contacts {{ totalCount nodes {{ {ROW} ticket {{ id }} }} }} }}");
    assert_eq!(cost(&app, &crew.owner, &query).await, 2, "no ticket, nothing to load");
}

async fn a_search_takes_one_statement(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for text in ["13900010001", "0001", "1-101", "住户1-1", "A座101"] {
        let query = format!("{{ unitSearch(text: \"{text}\") {{ unit {{ number }} personName personPhone }} }}");
        assert_eq!(cost(&app, &crew.desk.client, &query).await, 1, "{text}");
    }
    assert_eq!(cost(&app, &crew.desk.client, "{ unitSearch(text: \"?\") { personName } }").await, 0, "nothing to find");
    // A callback takes as many whether one or many others wait.
    let mut costs = Vec::new();
    for _ in 0..2 {
        let fault = Fault::repaired(&crew).await;
        let (statements, outcome) = app
            .statements(step(&crew.desk.client, "contactCallbackRecord", &fault.contacts[1], called("SOLVED")))
            .await;
        outcome.ok();
        costs.push(statements);
    }
    assert_eq!(costs[0], costs[1]);
}
