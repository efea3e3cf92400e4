//! Who sees names and phones, and who their first character and last four digits.

use std::sync::Arc;

use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::office::shared::{cells, made, open, read};
use crate::tickets::shared::{Crew, look};

both!(
    a_technician_knows_the_contact_until_the_ticket_is_over,
    files_and_papers_are_masked_alike,
    events_are_masked_alike
);

const FULL: (&str, &str) = ("住户1-1", "13900010001");
const MASKED: (&str, &str) = ("住*", "139****0001");

async fn contact(client: &Client, ticket: &str) -> (String, String) {
    let seen = look(client, ticket, "contactName contactPhone").await;
    let word = |name: &str| seen[name].as_str().unwrap().to_owned();
    (word("contactName"), word("contactPhone"))
}

fn same(seen: &(String, String), expected: (&str, &str)) -> bool {
    (seen.0.as_str(), seen.1.as_str()) == expected
}

async fn a_technician_knows_the_contact_until_the_ticket_is_over(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let leader = crew.world.worker(&app, 11, Role::TeamLeader, &[]).await.client;
    for (state, mine) in [
        ("SUBMITTED", MASKED),
        ("DISPATCHED", FULL),
        ("IN_PROGRESS", FULL),
        ("COMPLETED", FULL),
        ("CLOSED", MASKED),
        ("CANCELLED", MASKED),
    ] {
        let ticket = crew.brought(json!({}), state).await;
        for (client, expected) in [
            (&crew.plumber.client, mine),
            (&crew.second.client, MASKED),
            (&leader, MASKED),
            (&crew.desk.client, FULL),
            (&crew.dispatcher.client, FULL),
            (&crew.owner, FULL),
        ] {
            let seen = contact(client, &ticket).await;
            assert!(same(&seen, expected), "{state}: {seen:?} and not {expected:?}");
        }
        if state != "SUBMITTED" {
            let own = look(&crew.plumber.client, &ticket, "assignee { phone }").await;
            assert_eq!(own["assignee"]["phone"], "13800010003", "the own phone stays known");
        }
    }
}

async fn files_and_papers_are_masked_alike(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.brought(json!({}), "CLOSED").await;
    let mine = crew.brought(json!({}), "ACCEPTED").await;
    let columns = json!({ "list": "TICKETS", "columns": ["state", "contactName", "contactPhone"] });
    let rows = |sheet: Vec<Vec<calamine::Data>>| -> Vec<Vec<String>> {
        sheet[1..].iter().map(|row| row.iter().map(read).collect()).collect()
    };
    let plumber = rows(cells(&app, &made(&app, &crew.plumber.client, columns.clone()).await).await);
    assert_eq!(plumber, [["Accepted", FULL.0, FULL.1], ["Closed", MASKED.0, MASKED.1]]);
    let desk = rows(cells(&app, &made(&app, &crew.desk.client, columns).await).await);
    assert!(desk.iter().all(|row| row[1..] == [FULL.0, FULL.1]));
    for (client, (name, phone)) in [(&crew.plumber.client, FULL), (&crew.second.client, MASKED)] {
        let link = look(client, &mine, "printLink { url }").await["printLink"]["url"].clone();
        let html = open(&app, link.as_str().unwrap()).await.text().await.unwrap();
        assert!(html.contains(name) && html.contains(phone));
        assert_eq!(html.contains(FULL.0) || html.contains(FULL.1), name == FULL.0);
    }
}

async fn events_are_masked_alike(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    for (client, (name, phone)) in [(&crew.plumber.client, FULL), (&crew.second.client, MASKED)] {
        let seen = look(client, &ticket, "events { changes { field after } }").await;
        let changes = seen["events"][0]["changes"].as_array().unwrap().clone();
        let after = |field: &str| -> Value {
            changes.iter().find(|it| it["field"] == field).map(|it| it["after"].clone()).unwrap_or_default()
        };
        for (field, expected) in [("contactName", name), ("contactPhone", phone)] {
            let told = after(field);
            assert!(told.is_null() || told == expected, "{field}: {told}");
        }
        assert_eq!(seen.to_string().contains(FULL.0), name == FULL.0 && seen.to_string().contains(FULL.0));
    }
}
