//! How many SQL statements the office takes: a constant for a page, one a thousand rows for a file.

use std::sync::Arc;

use api::graphql::id::wire_id;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::filters::{SAVED, kept};
use super::notice::{fault, posted};
use super::shared::{asked, made, open};
use crate::tickets::shared::{Crew, look};

async fn cost(app: &TestApp, client: &Client, query: &str) -> u64 {
    app.statements(client.query(query, json!({}))).await.0
}

both!(a_page_takes_the_same_statements_for_one_row_and_for_many);
async fn a_page_takes_the_same_statements_for_one_row_and_for_many(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (desk, admin) = (&crew.desk.client, crew.world.admin(&app).await);
    let community = wire_id(crew.world.home.community).to_string();
    for round in [1, 8] {
        for turn in 0..round {
            let filter = json!({ "tickets": { "communityId": community, "assigneeId": crew.plumber.wire } });
            kept(desk, json!({ "list": "TICKETS", "name": format!("{round} {turn}"), "filter": filter })).await;
            let ticket = fault(&crew).await;
            posted(desk, &ticket, Value::Null).await;
            let link = look(desk, &ticket, "printLink { url }").await;
            assert_eq!(open(&app, link["printLink"]["url"].as_str().unwrap()).await.status(), 200);
            made(&app, desk, json!({ "list": "TICKETS" })).await;
            app.advance(chrono::Duration::seconds(1));
        }
        for (client, query, expected) in [
            // Beside the viewer: the page, what of it is there, the count.
            (desk, format!("{{ savedFilters {{ totalCount nodes {{ {SAVED} }} }} }}"), 4),
            (desk, format!("{{ viewer {{ savedFilters {{ {SAVED} }} }} }}"), 3),
            (desk, "{ viewer { exports { id link { url } filter { tickets { text } } } } }".to_owned(), 2),
            (desk, "{ tickets { nodes { notice { url words } printLink { url } } } }".to_owned(), 3),
            (&admin, "{ disclosures { totalCount nodes { staffName ticketNumber } } }".to_owned(), 3),
        ] {
            assert_eq!(cost(&app, client, &query).await, expected, "{query} after {round}");
        }
    }
}

both!(a_file_takes_a_few_statements_however_many_columns_it_has);
async fn a_file_takes_a_few_statements_however_many_columns_it_has(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let mut costs = Vec::new();
    for _ in 0..2 {
        for _ in 0..6 {
            crew.submitted(json!({})).await;
        }
        asked(&crew.desk.client, json!({ "list": "TICKETS" })).await;
        let (statements, turns) = app.statements(api::domains::office::make_exports(&app.app)).await;
        assert_eq!(turns.unwrap(), 1);
        costs.push(statements);
    }
    // Next, take, maker, count, total, page, progress, end of the list, finish, disclosure, next.
    assert_eq!(costs, [11, 11]);
}
