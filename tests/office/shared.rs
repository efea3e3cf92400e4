//! What the tests of the office share: pages that are opened, files that are made and read back.

use std::io::Cursor;

use api::domains::office::make_exports;
use calamine::{Data, Reader as _, Xlsx, open_workbook_from_rs};
use reqwest::Response;
use serde_json::{Value, json};
use support::{Client, TestApp};

use crate::tickets::shared::{key, merged};

/// What an export shows of itself.
pub const EXPORT: &str = "id list state rowCount totalCount byteCount columns error errorMessage createdAt finishedAt
    expiresAt link { url expiresAt } filter { tickets { states text communityId } contacts { text } }";

/// Opens an address of the server, without a token.
pub async fn open(app: &TestApp, path: &str) -> Response {
    app.http().get(app.url(path)).header("accept-language", "en").send().await.unwrap()
}

/// The status and the code that a refused page names.
pub async fn refused(response: Response) -> (u16, String) {
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let code = text.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
    (status, code.unwrap_or_default().to_owned())
}

/// A header of an answer.
pub fn header(response: &Response, name: &str) -> String {
    response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Asks for a list as a file; the outcome's `export`.
pub async fn asked(client: &Client, input: Value) -> Value {
    let input = merged(json!({ "idempotencyKey": key() }), input);
    client.mutate("exportCreate", input, &format!("export {{ {EXPORT} }}")).await.ok()["export"].clone()
}

/// An export as its maker sees it; null when there is none.
pub async fn looked_at(client: &Client, id: &Value) -> Value {
    let query = format!("query($id: ID!) {{ export(id: $id) {{ {EXPORT} }} }}");
    client.query(&query, json!({ "id": id })).await["export"].clone()
}

/// A list as a file that is made at once; the export.
pub async fn made(app: &TestApp, client: &Client, input: Value) -> Value {
    let asked = asked(client, input).await;
    make_exports(&app.app).await.unwrap();
    let made = looked_at(client, &asked["id"]).await;
    assert_eq!(made["state"], "DONE", "{made:#}");
    made
}

/// The cells of an export's one sheet.
pub async fn cells(app: &TestApp, export: &Value) -> Vec<Vec<Data>> {
    let response = open(app, export["link"]["url"].as_str().unwrap()).await;
    assert_eq!(response.status(), 200);
    let bytes = response.bytes().await.unwrap();
    assert_eq!(export["byteCount"], bytes.len());
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes.to_vec())).unwrap();
    assert_eq!(book.sheet_names().len(), 1);
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    range.rows().map(<[Data]>::to_vec).collect()
}

/// A cell as people read it.
pub fn read(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) => text.clone(),
        Data::Float(number) => number.to_string(),
        Data::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        other => panic!("no such cell is written: {other:?}"),
    }
}

/// A time of an answer as clocks show it in Shanghai; nothing for null.
pub fn wall(time: &Value) -> String {
    let Some(text) = time.as_str() else { return String::new() };
    let time: chrono::DateTime<chrono::Utc> = text.parse().unwrap();
    time.with_timezone(&chrono_tz::Asia::Shanghai).format("%Y-%m-%d %H:%M:%S").to_string()
}
