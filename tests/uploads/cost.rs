//! How many SQL statements an upload and a page with attachments take.

use std::sync::Arc;

use reqwest::StatusCode;
use serde_json::json;
use support::{TestApp, both};
use uuid::Uuid;

use super::attach::{photo, seen};
use super::media;
use super::phone::Phone;
use crate::tickets::shared::Crew;

both!(an_upload_takes_few_statements);
async fn an_upload_takes_few_statements(app: Arc<TestApp>) {
    let phone = Phone::of(&app, &app.resident("13900000001").await);
    let (id, bytes) = (Uuid::now_v7(), media::jpeg_of(64, 64));
    let (statements, created) = app.statements(phone.create(id, bytes.len(), "image/jpeg")).await;
    assert_eq!((created.status(), statements), (StatusCode::CREATED, 5), "viewer, account, waiting, earlier, row");
    let (statements, _) = app.statements(phone.head(id)).await;
    assert_eq!(statements, 2, "viewer, row");
    let (statements, _) = app.statements(phone.patch(id, 0, &bytes[..100])).await;
    assert_eq!(statements, 4, "viewer, row, its new offset, the part");
    let (statements, sent) = app.statements(phone.patch(id, 100, &bytes[100..])).await;
    assert_eq!((sent.status(), statements), (StatusCode::NO_CONTENT, 5), "viewer, row, parts, stored, parts gone");
    let (statements, _) = app.statements(phone.own(id)).await;
    assert_eq!(statements, 2, "viewer, row");
}

both!(attachments_of_a_page_take_one_statement);
async fn attachments_of_a_page_take_one_statement(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plain = crew.submitted(json!({})).await;
    let mut photos = Vec::new();
    for rounds in [1, 9] {
        for _ in 0..rounds {
            let (one, two) = (photo(&app, &crew.owner).await, photo(&app, &crew.owner).await);
            photos.push(one);
            let uploads = [one, two].map(|id| json!({ "uploadId": id, "role": "REQUEST" }));
            crew.submitted(json!({ "uploads": uploads })).await;
        }
        for by in [&crew.owner, &crew.desk.client] {
            let query = "{ list: tickets { nodes { id attachments { id url thumbnailUrl byStaffName } } } }";
            let (statements, data) = app.statements(by.query(query, json!({}))).await;
            assert_eq!(data["list"]["nodes"].as_array().unwrap().len(), photos.len() + 1);
            assert_eq!(statements, 3, "viewer, page, attachments");
        }
    }
    assert_eq!(seen(&crew.owner, &plain).await, Vec::<serde_json::Value>::new());
    let url = format!("/uploads/{}", photos[0]);
    let (statements, _) = app.statements(Phone::at(app.url(""), None).open(&url)).await;
    assert_eq!(statements, 0, "a stranger costs nothing");
    let ticket =
        crew.submitted(json!({ "uploads": [{ "uploadId": photo(&app, &crew.owner).await, "role": "OTHER" }] }));
    let url = seen(&crew.owner, &ticket.await).await[0]["url"].as_str().unwrap().to_owned();
    let (statements, _) = app.statements(Phone::at(app.url(""), None).open(&url)).await;
    assert_eq!(statements, 1, "the row");
}
