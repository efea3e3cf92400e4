//! Every list can be had as a file, with as many rows as the list counts.

use std::sync::Arc;

use api::domains::estate;
use chrono::Duration;
use entities::unit;
use entities::values::{ResidencyRole, Role, UnitUsage};
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{cells, made, read};
use crate::tickets::shared::Crew;

async fn count(client: &Client, query: &str) -> Value {
    client.query(query, json!({})).await["list"].clone()
}

both!(every_list_has_its_file);
async fn every_list_has_its_file(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 20, Role::Supervisor, &[]).await.client;
    for state in ["SUBMITTED", "ACCEPTED", "COMPLETED", "CLOSED"] {
        crew.brought(json!({}), state).await;
    }
    for kind in ["ENQUIRY", "PRAISE"] {
        let contact = json!({ "unitId": crew.world.unit(), "kind": kind, "words": "=您好", "callerPhone": "13700000001",
            "idempotencyKey": kind });
        crew.desk.client.mutate("contactRecord", contact, "contact { id }").await.ok();
    }
    app.advance(Duration::days(1));
    let lists = [
        ("TICKETS", &crew.desk.client, "{ list: tickets { totalCount } }", 4),
        ("MY_DAY", &crew.plumber.client, "{ list: myDay { totalCount } }", 1),
        ("TICKET_POOL", &crew.second.client, "{ list: ticketPool { totalCount } }", 1),
        ("TICKETS_TO_DISPATCH", &crew.dispatcher.client, "{ list: ticketsToDispatch { totalCount } }", 1),
        ("CALLBACKS_DUE", &crew.desk.client, "{ list: callbacksDue { totalCount } }", 1),
        ("TICKETS_OVERDUE", &supervisor, "{ list: ticketsOverdue { totalCount } }", 1),
        ("CONTACTS", &crew.desk.client, "{ list: contacts { totalCount } }", 2),
        ("CONTACT_CALLBACKS_DUE", &crew.desk.client, "{ list: contactCallbacksDue { totalCount } }", 0),
        ("UNITS", &supervisor, "{ list: units { totalCount } }", 4),
        ("STAFF", &supervisor, "{ list: staff { totalCount } }", 6),
    ];
    for (list, client, query, least) in lists {
        let export = made(&app, client, json!({ "list": list })).await;
        let shown = count(client, query).await["totalCount"].clone();
        assert_eq!(export["rowCount"], shown, "{list}");
        let rows = usize::try_from(shown.as_u64().unwrap()).unwrap();
        assert!(rows >= least, "{list} has {rows}");
        let sheet = cells(&app, &export).await;
        assert_eq!(sheet.len(), rows + 1, "{list}");
        assert_eq!(sheet[0].len(), export["columns"].as_array().unwrap().len(), "{list}");
        app.advance(Duration::seconds(1));
    }
}

both!(figures_are_files_as_well);
async fn figures_are_files_as_well(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let supervisor = crew.world.worker(&app, 20, Role::Supervisor, &[]).await.client;
    for state in ["COMPLETED", "SUBMITTED", "CLOSED"] {
        crew.brought(json!({}), state).await;
    }
    let group = json!({ "groupBy": ["MONTH", "COMMUNITY"] });
    let input = json!({ "list": "ON_TIME_REPORT", "filter": { "onTimeReport": group } });
    let sheet = cells(&app, &made(&app, &supervisor, input).await).await;
    let row: Vec<String> = sheet[1].iter().map(read).collect();
    assert_eq!(row, ["邻里花园", "", "2026-03", "3", "2", "0", "0", "1"]);
    let contact = json!({ "unitId": crew.world.unit(), "kind": "ENQUIRY", "words": "您好", "idempotencyKey": "one" });
    crew.desk.client.mutate("contactRecord", contact, "contact { id }").await.ok();
    let input = json!({ "list": "CONTACT_COUNTS", "filter": { "contactCounts": { "groupBy": ["KIND"] } } });
    let sheet = cells(&app, &made(&app, &supervisor, input).await).await;
    let row: Vec<String> = sheet[1].iter().map(read).collect();
    assert_eq!(row, ["", "Enquiry", "", "", "1", "0", "0", "0"]);
}

both!(contacts_and_units_are_told_in_full);
async fn contacts_and_units_are_told_in_full(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let contact = json!({ "unitId": crew.world.unit(), "kind": "ENQUIRY", "words": "物业费怎么交",
        "callerName": "王先生", "callerPhone": "13700000001", "answer": "微信", "idempotencyKey": "one" });
    crew.desk.client.mutate("contactRecord", contact, "contact { id }").await.ok();
    let columns = ["unit", "kind", "state", "words", "callerName", "callerPhone", "answer", "createdAt"];
    let export = made(&app, &crew.desk.client, json!({ "list": "CONTACTS", "columns": columns })).await;
    let row: Vec<String> = cells(&app, &export).await[1].iter().map(read).collect();
    let expected =
        ["101", "Enquiry", "Answered", "物业费怎么交", "王先生", "13700000001", "微信", "2026-03-02 09:00:00"];
    assert_eq!(row, expected);
    let columns = ["communityName", "building", "number", "floor", "area", "usage"];
    let export = made(&app, &crew.desk.client, json!({ "list": "UNITS", "columns": columns })).await;
    let row: Vec<String> = cells(&app, &export).await[1].iter().map(read).collect();
    assert_eq!(row, ["邻里花园", "1栋", "101", "1", "89.5", "Flat"]);
}

both!(a_file_reaches_no_further_than_its_makers_communities);
async fn a_file_reaches_no_further_than_its_makers_communities(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let there = crew.world.elsewhere.community;
    let away = crew.world.worker_at(&app, 30, Role::FrontDesk, Some(there), &[]).await;
    crew.submitted(json!({})).await;
    let foreign = support::World::build(&app, 2).await;
    let theirs = foreign.resident(&app, 1, foreign.home.units[0], ResidencyRole::Owner).await;
    theirs.submit(foreign.repair("theirs")).await;
    for (client, rows) in [(&away.client, 0), (&crew.desk.client, 1), (&foreign.admin(&app).await, 1)] {
        let export = made(&app, client, json!({ "list": "TICKETS" })).await;
        assert_eq!(cells(&app, &export).await.len(), rows + 1);
    }
    assert_eq!(made(&app, &away.client, json!({ "list": "UNITS" })).await["rowCount"], 4);
}

both!(a_long_list_is_written_page_by_page);
async fn a_long_list_is_written_page_by_page(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let home = &crew.world.home;
    let units: Vec<unit::Model> = (0..2_500)
        .map(|door| unit::Model {
            id: app.clock.new_id(),
            org_id: crew.world.org,
            community_id: home.community,
            building_id: home.building,
            number: format!("Z{door:04}"),
            floor: None,
            area: None,
            usage: UnitUsage::Shop,
            delivered_on: None,
            created_at: app.clock.now(),
        })
        .collect();
    let expected: Vec<String> = ["101", "102", "103", "104"]
        .map(str::to_owned)
        .into_iter()
        .chain(units.iter().map(|unit| unit.number.clone()))
        .collect();
    let added = app.app.db.write(move |tx| {
        let units = units.clone();
        Box::pin(async move {
            for unit in units {
                estate::insert_unit(tx, unit).await?;
            }
            Ok(())
        })
    });
    added.await.unwrap();
    let export = made(&app, &crew.desk.client, json!({ "list": "UNITS", "columns": ["number", "usage"] })).await;
    assert_eq!((&export["rowCount"], &export["totalCount"]), (&json!(2_504), &json!(2_504)));
    let found: Vec<String> = cells(&app, &export).await[1..].iter().map(|row| read(&row[0])).collect();
    assert_eq!(found, expected, "every row once, in the order of the list");
}
