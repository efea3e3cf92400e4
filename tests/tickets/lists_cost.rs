//! How many SQL statements a page takes: a constant, whatever the number of rows.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::json;
use support::{Client, TestApp, both};

use crate::tickets::shared::Crew;

/// What a list shows of each ticket, from the one statement of the page.
const CARD: &str = "id number state unit { number } building { name } assignee { name phone } category { nameZh }
    communityName contactPhone deadlines { kind dueAt } slot { start }";

/// Statements of one query.
async fn cost(app: &TestApp, client: &Client, query: &str) -> u64 {
    let (statements, data) = app.statements(client.query(query, json!({}))).await;
    assert!(data["list"]["nodes"].as_array().unwrap().len() <= 20);
    statements
}

/// Two tickets of everything that a list or an edge shows, in every list; with the histories of several people.
async fn more(app: &TestApp, crew: &Crew, rounds: usize) {
    let supervisor = crew.world.worker(app, 20 + u64::try_from(rounds).unwrap(), Role::Supervisor, &[]).await;
    for _ in 0..rounds {
        crew.desk.client.submit(crew.repair(json!({}))).await;
        crew.brought(json!({}), "ACCEPTED").await;
        let ticket = crew.brought(json!({}), "COMPLETED").await;
        crew.owner.step("ticketRate", &ticket, crew.words_for("ticketRate")).await.ok();
        crew.called_back(&ticket, "NOT_SOLVED").await;
        crew.work_done(&ticket).await;
        crew.called_back(&ticket, "UNREACHABLE").await;
        for by in [&crew.desk, &crew.dispatcher, &crew.plumber, &crew.second, &supervisor] {
            by.client.step("ticketCommentAdd", &ticket, crew.words_for("ticketCommentAdd")).await.ok();
        }
    }
}

both!(a_page_takes_the_same_statements_for_one_row_and_for_twenty);
async fn a_page_takes_the_same_statements_for_one_row_and_for_twenty(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let lists = [
        // The viewer and the list; the pool asks for the viewer's trades as well.
        ("tickets", &crew.desk.client, 2),
        ("tickets", &crew.owner, 2),
        ("tickets", &family, 2),
        ("myDay", &crew.plumber.client, 2),
        ("ticketPool", &crew.second.client, 3),
        ("ticketsToDispatch", &crew.dispatcher.client, 2),
        ("callbacksDue", &crew.desk.client, 2),
        ("ticketsOverdue", &crew.desk.client, 2),
    ];
    for rounds in [1, 19] {
        more(&app, &crew, rounds).await;
        for (list, client, base) in lists {
            for (extra, expected) in [("", base), ("totalCount", base + 1)] {
                let query = format!("{{ list: {list} {{ {extra} nodes {{ {CARD} }} }} }}");
                assert_eq!(cost(&app, client, &query).await, expected, "{list} {extra} after {rounds}");
            }
        }
    }
}

both!(an_edge_takes_the_same_statements_for_one_row_and_for_twenty);
async fn an_edge_takes_the_same_statements_for_one_row_and_for_twenty(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let edges = [
        ("events { kind staffName words }", 1),
        ("comments { words staffName }", 1),
        ("callbacks { words staffName }", 1),
        ("ratings { overall }", 1),
        ("firstContactName", 0),
        ("community { name }", 1),
        ("availableActions", 0),
    ];
    for rounds in [1, 19] {
        more(&app, &crew, rounds).await;
        for (edge, own) in edges {
            let query = format!("{{ list: tickets {{ nodes {{ id {edge} }} }} }}");
            assert_eq!(cost(&app, &crew.desk.client, &query).await, 2 + own, "{edge} after {rounds}");
        }
        // Technicians may claim what their trades allow, residents act by their ties: one statement more.
        for (list, client, expected) in
            [("ticketPool", &crew.second.client, 4), ("tickets", &crew.second.client, 3), ("tickets", &crew.owner, 3)]
        {
            let query = format!("{{ list: {list} {{ nodes {{ id availableActions }} }} }}");
            assert_eq!(cost(&app, client, &query).await, expected, "{list} after {rounds}");
        }
    }
}

both!(a_resident_of_many_units_asks_once);
async fn a_resident_of_many_units_asks_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (phone, name) = ("13900010001", "住户1-1");
    for unit in &crew.world.home.units[1..] {
        support::world::register(&app, crew.world.org, *unit, name, phone, ResidencyRole::Owner).await;
    }
    crew.owner.mutate("residencyBind", json!({ "name": name }), "units { role }").await.ok();
    for unit in &crew.world.home.units {
        crew.submitted(json!({ "unitId": api::graphql::id::wire_id(*unit).to_string() })).await;
    }
    let query = "{ list: tickets { totalCount nodes { id availableActions } } }";
    let (statements, data) = app.statements(crew.owner.query(query, json!({}))).await;
    assert_eq!(data["list"]["totalCount"], 4);
    for node in data["list"]["nodes"].as_array().unwrap() {
        assert_eq!(node["availableActions"], json!(["CANCEL", "COMMENT", "RESCHEDULE", "URGE"]));
    }
    assert_eq!(statements, 4, "viewer, page, count, ties");
}
