//! A list as a file: cell by cell what the list shows, with types that a spreadsheet knows.

use std::sync::Arc;

use calamine::Data;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{cells, header, made, open, read, wall};
use crate::tickets::shared::{Crew, number};

/// Words that a spreadsheet must not obey, and characters that no file can hold.
const HOSTILE: [&str; 6] = [
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "+86 139",
    "-1+1",
    "@SUM(A1)",
    "a_x0041_<&>\"'\u{1}",
    "第一行\n第二行",
];

/// Every ticket of the list, as the list shows it.
async fn listed(client: &Client, filter: Value) -> Vec<Value> {
    let query =
        "query($filter: TicketFilterInput, $after: String) { tickets(filter: $filter, first: 3, after: $after) {
        pageInfo { hasNextPage endCursor } nodes {
            number communityName building { name } unit { number } description contactName contactPhone state
            slot { start end } submittedAt nextDueAt reworkCount assignee { name } } } }";
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = client.query(query, json!({ "filter": filter, "after": after })).await["tickets"].clone();
        all.extend(page["nodes"].as_array().unwrap().clone());
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

/// The same row as the file must have it.
fn expected(row: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = match row["state"].as_str().unwrap() {
        "SUBMITTED" => "Submitted",
        "ACCEPTED" => "Accepted",
        other => panic!("no such state here: {other}"),
    };
    let printable = |value: &Value| text(value).replace('\u{1}', "");
    vec![
        text(&row["number"]),
        text(&row["communityName"]),
        text(&row["building"]["name"]),
        text(&row["unit"]["number"]),
        printable(&row["description"]),
        text(&row["contactName"]),
        text(&row["contactPhone"]),
        state.to_owned(),
        wall(&row["slot"]["start"]),
        wall(&row["slot"]["end"]),
        wall(&row["submittedAt"]),
        wall(&row["nextDueAt"]),
        row["reworkCount"].to_string(),
        text(&row["assignee"]["name"]),
    ]
}

const COLUMNS: [&str; 14] = [
    "number",
    "communityName",
    "building",
    "unit",
    "description",
    "contactName",
    "contactPhone",
    "state",
    "slotStart",
    "slotEnd",
    "submittedAt",
    "nextDueAt",
    "reworkCount",
    "assigneeName",
];

both!(a_file_holds_what_the_list_shows_cell_by_cell);
async fn a_file_holds_what_the_list_shows_cell_by_cell(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for (place, words) in HOSTILE.iter().enumerate() {
        let slot =
            json!({ "description": words, "slotStart": "2026-03-03T01:00:00Z", "slotEnd": "2026-03-03T03:00:00Z" });
        crew.brought(slot, if place % 2 == 0 { "SUBMITTED" } else { "ACCEPTED" }).await;
        app.advance(chrono::Duration::seconds(61));
    }
    let reader = &crew.desk.client;
    let export = made(&app, reader, json!({ "list": "TICKETS", "columns": COLUMNS })).await;
    assert_eq!(
        (&export["rowCount"], &export["totalCount"], &export["columns"]),
        (&json!(6), &json!(6), &json!(COLUMNS))
    );
    let sheet = cells(&app, &export).await;
    let heads: Vec<String> = sheet[0].iter().map(read).collect();
    assert_eq!(heads[..4], ["Number", "Community", "Building", "Unit"]);
    let rows: Vec<Vec<String>> = sheet[1..].iter().map(|row| row.iter().map(read).collect()).collect();
    let list: Vec<Vec<String>> = listed(reader, json!({})).await.iter().map(expected).collect();
    assert_eq!(rows, list);
    // What looks like a formula is text, a time is a time, a number is a number.
    for row in &sheet[1..] {
        assert!(matches!(row[4], Data::String(_)) && matches!(row[6], Data::String(_)), "{row:?}");
        assert!(matches!(row[8], Data::DateTime(_)) && matches!(row[10], Data::DateTime(_)), "{row:?}");
        assert!(matches!(row[12], Data::Float(_)), "{row:?}");
    }
}

both!(a_filter_narrows_the_file_as_it_narrows_the_list);
async fn a_filter_narrows_the_file_as_it_narrows_the_list(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for words in ["电梯", "水管", "电梯门"] {
        crew.submitted(json!({ "description": words })).await;
    }
    let filter = json!({ "states": ["SUBMITTED"], "text": "电梯" });
    let input = json!({ "list": "TICKETS", "columns": COLUMNS, "filter": { "tickets": filter } });
    let export = made(&app, &crew.dispatcher.client, input).await;
    assert_eq!(export["filter"]["tickets"], json!({ "states": ["SUBMITTED"], "text": "电梯", "communityId": null }));
    let rows: Vec<Vec<String>> =
        cells(&app, &export).await[1..].iter().map(|row| row.iter().map(read).collect()).collect();
    let list: Vec<Vec<String>> = listed(&crew.dispatcher.client, filter).await.iter().map(expected).collect();
    assert_eq!((rows.len(), &rows), (2, &list));
    // Nothing but a header where the list has nothing.
    let nothing = json!({ "list": "TICKETS", "filter": { "tickets": { "text": "没有" } } });
    let export = made(&app, &crew.dispatcher.client, nothing).await;
    assert_eq!((cells(&app, &export).await.len(), &export["rowCount"]), (1, &json!(0)));
}

both!(phones_are_in_the_file_as_on_the_screen);
async fn phones_are_in_the_file_as_on_the_screen(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.brought(json!({}), "ACCEPTED").await;
    crew.submitted(json!({})).await;
    for (reader, full) in [(&crew.desk, 2), (&crew.plumber, 1), (&crew.second, 0)] {
        let columns = json!({ "list": "TICKETS", "columns": ["number", "contactPhone"] });
        let export = made(&app, &reader.client, columns).await;
        let phones: Vec<(String, String)> =
            cells(&app, &export).await[1..].iter().map(|row| (read(&row[0]), read(&row[1]))).collect();
        let shown: Vec<(String, String)> = listed(&reader.client, json!({}))
            .await
            .iter()
            .map(|row| (row["number"].as_str().unwrap().to_owned(), row["contactPhone"].as_str().unwrap().to_owned()))
            .collect();
        assert_eq!(phones, shown);
        assert_eq!(phones.iter().filter(|(_, phone)| !phone.contains('*')).count(), full);
    }
}

both!(titles_and_words_are_in_the_readers_language);
async fn titles_and_words_are_in_the_readers_language(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let reader = crew.desk.client.speaking("zh-CN");
    let input = json!({ "list": "TICKETS", "columns": ["number", "kind", "urgency", "state", "category"] });
    let export = made(&app, &reader, input).await;
    let sheet = cells(&app, &export).await;
    let told = |row: usize| sheet[row].iter().map(read).collect::<Vec<_>>();
    assert_eq!(told(0), ["工单号", "类型", "紧急程度", "状态", "类别"]);
    assert_eq!(told(1)[1..4], ["居家维修", "普通", "待派单"]);
    let columns = reader.query("{ exportColumns(list: TICKETS) { key title } }", json!({})).await;
    assert_eq!(columns["exportColumns"][0], json!({ "key": "number", "title": "工单号" }));
}

both!(each_export_and_each_download_is_recorded);
async fn each_export_and_each_download_is_recorded(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    crew.submitted(json!({})).await;
    let export = made(&app, &crew.desk.client, json!({ "list": "TICKETS" })).await;
    let url = export["link"]["url"].as_str().unwrap();
    let file = open(&app, url).await;
    assert_eq!(header(&file, "content-type"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    assert_eq!(header(&file, "cache-control"), "no-store");
    assert_eq!(header(&file, "content-disposition"), "attachment; filename=\"linli-tickets-20260302-010000.xlsx\"");
    let bytes = file.bytes().await.unwrap();
    let technician = made(&app, &crew.second.client, json!({ "list": "TICKET_POOL" })).await;
    assert_eq!(technician["rowCount"], 1);
    let admin = crew.world.admin(&app).await;
    let query = "{ disclosures { totalCount nodes { kind staffName list rowCount phones sha256 filter { tickets { text } } } } }";
    let told = admin.query(query, json!({})).await["disclosures"].clone();
    assert_eq!(told["totalCount"], 3);
    let kinds: Vec<_> = told["nodes"].as_array().unwrap().iter().map(|row| (&row["kind"], &row["phones"])).collect();
    let expected = [("EXPORT", false), ("EXPORT_DOWNLOAD", true), ("EXPORT", true)];
    assert_eq!(kinds, expected.map(|(kind, phones)| (json!(kind), json!(phones))).each_ref().map(|(a, b)| (a, b)));
    let digest = api::infra::crypto::sha256(&bytes);
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(told["nodes"][1]["sha256"], digest.as_str());
    assert_eq!((&told["nodes"][2]["list"], &told["nodes"][2]["rowCount"]), (&json!("TICKETS"), &json!(1)));
    // Who has no business with it, and the administrator of another organization.
    for (number, role) in [(30, Role::Manager), (31, Role::FrontDesk)] {
        let worker = crew.world.worker(&app, number, role, &[]).await;
        assert_eq!(worker.client.post(query, json!({})).await.code(), "FORBIDDEN");
    }
    let foreign = support::World::build(&app, 2).await.admin(&app).await;
    assert_eq!(foreign.query(query, json!({})).await["disclosures"]["totalCount"], 0);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM disclosure").await, 3);
}
