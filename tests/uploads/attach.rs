//! Uploads become attachments: with a new ticket, with completed work, and by themselves.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, TestApp, both};
use uuid::Uuid;

use super::media::{self, Movie};
use super::phone::{Phone, refusal, refused};
use crate::tickets::shared::{Crew, gained, key, look, number, rows};

pub const ALL: &str =
    "id role round mediaType byteCount width height durationSeconds createdAt byStaffName byViewer url
    thumbnailUrl expiresAt";

/// A photo that `by` has uploaded.
pub async fn photo(app: &TestApp, by: &Client) -> Uuid {
    Phone::of(app, by).send(&media::jpeg(640, 480, 6), "image/jpeg").await
}

/// The attachments of a ticket as `by` sees them.
pub async fn seen(by: &Client, ticket: &str) -> Vec<Value> {
    let found = look(by, ticket, &format!("attachments {{ {ALL} }}")).await;
    found["attachments"].as_array().cloned().unwrap_or_default()
}

/// What an attachment is, without its id and links.
fn told(attachment: &Value) -> Value {
    let mut told = attachment.clone();
    let fields = told.as_object_mut().unwrap();
    for name in ["id", "url", "thumbnailUrl", "expiresAt", "createdAt", "byteCount"] {
        fields.remove(name);
    }
    told
}

both!(a_ticket_is_submitted_with_a_photo_and_a_voice);
async fn a_ticket_is_submitted_with_a_photo_and_a_voice(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let photo = photo(&app, &crew.owner).await;
    let voice = Phone::of(&app, &crew.owner).send(&Movie::voice(7).bytes(), "audio/mp4").await;
    let before = rows(&app).await;
    let uploads = json!([{ "uploadId": photo, "role": "REQUEST" }, { "uploadId": voice, "role": "VOICE" }]);
    let input = crew.repair(json!({ "uploads": uploads }));
    let ticket = crew.owner.submit(input.clone()).await;
    let one_of_each = [("ticket", 1), ("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, one_of_each);
    // A repeat claims nothing more.
    assert_eq!(crew.owner.submit(input).await, ticket);
    assert_eq!(gained(&app, &before).await, one_of_each);

    let attachments = seen(&crew.plumber.client, &ticket).await;
    let told: Vec<Value> = attachments.iter().map(told).collect();
    let expected = json!([
        { "role": "REQUEST", "round": 0, "mediaType": "image/jpeg", "width": 480, "height": 640, "durationSeconds": null,
          "byStaffName": null, "byViewer": false },
        { "role": "VOICE", "round": 0, "mediaType": "audio/mp4", "width": null, "height": null, "durationSeconds": 7,
          "byStaffName": null, "byViewer": false },
    ]);
    assert_eq!(json!(told), expected);
    assert_eq!(attachments[0]["expiresAt"], "2026-03-02T01:15:00Z");
    assert_eq!(attachments[1]["thumbnailUrl"], Value::Null);
    let opened = Phone::of(&app, &crew.owner).open(attachments[0]["url"].as_str().unwrap()).await;
    assert_eq!(opened.status(), 200);
    let bytes = opened.bytes().await.unwrap();
    assert_eq!(attachments[0]["byteCount"], bytes.len());
    // The event holds the digest of the very file.
    let digest = hex(&api::infra::crypto::sha256(&bytes));
    let sql = "SELECT COUNT(*) FROM history_event WHERE kind = 'SUBMITTED' AND payload LIKE ";
    assert_eq!(number(&app, &format!("{sql}'%{digest}%'")).await, 1);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

both!(work_is_completed_with_photos_and_a_signature);
async fn work_is_completed_with_photos_and_a_signature(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "IN_PROGRESS").await;
    let phone = Phone::of(&app, &crew.plumber.client);
    let before = phone.send(&media::heic(64, 48, 1, false), "image/heic").await;
    let after = phone.send(&Movie::film(3).bytes(), "video/mp4").await;
    let signature = phone.send(&media::png(320, 100, 1), "image/png").await;
    let more = json!({ "outcome": "DONE", "uploads": [
        { "uploadId": before, "role": "BEFORE" }, { "uploadId": after, "role": "AFTER" },
        { "uploadId": signature, "role": "SIGNATURE" },
    ] });
    let version = look(&crew.owner, &ticket, "version").await["version"].as_i64().unwrap();
    let done = crew.plumber.client.step("ticketComplete", &ticket, more).await.ok();
    assert_eq!((&done["ticket"]["state"], &done["ticket"]["version"]), (&json!("COMPLETED"), &json!(version + 1)));
    let roles: Vec<Value> = seen(&crew.owner, &ticket).await.iter().map(|it| it["role"].clone()).collect();
    assert_eq!(roles, ["BEFORE", "AFTER", "SIGNATURE"]);
    let first = &seen(&crew.owner, &ticket).await[0];
    assert_eq!((&first["byStaffName"], &first["thumbnailUrl"]), (&json!("员工1-3"), &Value::Null));

    // The next round's photos say so.
    crew.owner.step("ticketReportUnsolved", &ticket, json!({ "reason": "还在漏" })).await.ok();
    let again = photo(&app, &crew.owner).await;
    let uploads = json!({ "uploads": [{ "uploadId": again, "role": "REQUEST" }] });
    crew.owner.step("ticketAttach", &ticket, uploads).await.ok();
    assert_eq!(seen(&crew.owner, &ticket).await[3]["round"], 1);
}

both!(attaching_is_an_event);
async fn attaching_is_an_event(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for state in crate::tickets::shared::STATES {
        let ticket = crew.brought(json!({}), state).await;
        let version = look(&crew.owner, &ticket, "version").await["version"].as_i64().unwrap();
        let upload = photo(&app, &crew.desk.client).await;
        let before = rows(&app).await;
        let more = json!({ "uploads": [{ "uploadId": upload, "role": "OTHER" }], "expectedVersion": version,
            "idempotencyKey": key() });
        let first = crew.desk.client.step("ticketAttach", &ticket, more.clone()).await.ok();
        assert_eq!((&first["ticket"]["state"], &first["ticket"]["version"]), (&json!(state), &json!(version + 1)));
        let expected = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
        assert_eq!(gained(&app, &before).await, expected);
        let second = crew.desk.client.step("ticketAttach", &ticket, more).await.ok();
        assert_eq!(first, second);
        assert_eq!(gained(&app, &before).await, expected);
        let events = look(&crew.owner, &ticket, "events { kind fromState toState staffName }").await;
        let expected = json!({ "kind": "ATTACHED", "fromState": state, "toState": state, "staffName": "员工1-1" });
        assert_eq!(events["events"].as_array().unwrap().last().unwrap(), &expected);
    }
    let topics = "SELECT COUNT(*) FROM outbox WHERE topic = 'ticket.attached'";
    assert_eq!(number(&app, topics).await, 8);
}

both!(what_is_claimed_is_read_by_link_only);
async fn what_is_claimed_is_read_by_link_only(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (phone, upload) = (Phone::of(&app, &crew.owner), photo(&app, &crew.owner).await);
    assert_eq!(phone.own(upload).await.status(), 200);
    crew.submitted(json!({ "uploads": [{ "uploadId": upload, "role": "REQUEST" }] })).await;
    assert_eq!(refused(phone.own(upload).await).await, refusal(403, "LINK_INVALID"));
    // The phone that lost the last answer is still told that all has arrived.
    assert_eq!(phone.head(upload).await.status(), 200);
}
