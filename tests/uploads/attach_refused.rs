//! Who cannot attach what: each refusal by its code, and nothing is changed.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};
use uuid::Uuid;

use super::attach::{photo, seen};
use super::media::{self, Movie};
use super::phone::Phone;
use crate::tickets::shared::{Crew, key, number, rows};

fn with(upload: Uuid, role: &str) -> Value {
    json!({ "uploads": [{ "uploadId": upload, "role": role }] })
}

async fn claimed(app: &TestApp) -> i64 {
    number(app, "SELECT COUNT(*) FROM upload WHERE state = 'CLAIMED'").await
        + number(app, "SELECT COUNT(*) FROM ticket_attachment").await
}

both!(whoever_is_not_entitled_attaches_nothing);
async fn whoever_is_not_entitled_attaches_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let foreign = World::build(&app, 2).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let neighbour = world.resident(&app, 3, world.home.units[1], ResidencyRole::Owner).await;
    let elsewhere = world.worker_at(&app, 18, Role::Manager, Some(world.elsewhere.community), &[]).await;
    let collector = world.worker(&app, 19, Role::Collector, &[]).await;
    let theirs = foreign.admin(&app).await;
    let before = rows(&app).await;
    for (name, by, code) in [
        ("neighbour", &neighbour, "NOT_FOUND"),
        ("elsewhere", &elsewhere.client, "NOT_FOUND"),
        ("foreign", &theirs, "NOT_FOUND"),
        ("collector", &collector.client, "FORBIDDEN"),
    ] {
        let upload = photo(&app, by).await;
        let outcome = by.step("ticketAttach", &ticket, with(upload, "OTHER")).await;
        assert_eq!(outcome.refused(), code, "{name}");
        assert_eq!(Phone::of(&app, by).own(upload).await.status(), StatusCode::OK, "{name} keeps the upload");
    }
    let nobody = app.anonymous().step("ticketAttach", &ticket, with(Uuid::now_v7(), "OTHER")).await;
    assert_eq!(nobody.refused(), "UNAUTHENTICATED");
    // What the work looked like is the company's to show.
    for role in ["BEFORE", "AFTER", "SIGNATURE"] {
        let upload = photo(&app, &crew.owner).await;
        assert_eq!(crew.owner.step("ticketAttach", &ticket, with(upload, role)).await.refused(), "FORBIDDEN");
        let submitted = crew.owner.mutate("ticketSubmit", crew.repair(with(upload, role)), "ticket { id }").await;
        assert_eq!(submitted.refused(), "FORBIDDEN");
    }
    assert_eq!((rows(&app).await, claimed(&app).await), (before, 0));
}

both!(only_own_complete_uploads_are_attached);
async fn only_own_complete_uploads_are_attached(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    let phone = Phone::of(&app, &crew.owner);
    let (open, broken) = (Uuid::now_v7(), Uuid::now_v7());
    for id in [open, broken] {
        assert_eq!(phone.create(id, 30, "image/jpeg").await.status(), StatusCode::CREATED);
    }
    assert_eq!(phone.patch(open, 0, b"ten bytes.").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(phone.patch(broken, 0, &[b'x'; 30]).await.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let of_another = photo(&app, &crew.desk.client).await;
    let stale = photo(&app, &crew.owner).await;
    app.advance(chrono::Duration::hours(24));
    let voice = phone.send(&Movie::voice(3).bytes(), "audio/mp4").await;
    let (fresh, fresh_open) = (photo(&app, &crew.owner).await, Uuid::now_v7());
    assert_eq!(phone.create(fresh_open, 30, "image/jpeg").await.status(), StatusCode::CREATED);
    let many: Vec<Value> = (0..21).map(|_| json!({ "uploadId": Uuid::now_v7(), "role": "OTHER" })).collect();
    let one = |id: Value, role: &str| json!([{ "uploadId": id, "role": role }]);
    let before = rows(&app).await;
    for (uploads, code) in [
        (json!([]), "REQUIRED"),
        (json!(many), "TOO_MANY"),
        (one(json!("upload_1"), "OTHER"), "INVALID_ID"),
        (json!([{ "uploadId": fresh, "role": "OTHER" }, { "uploadId": fresh, "role": "REQUEST" }]), "INVALID_VALUE"),
        (one(json!(Uuid::now_v7()), "OTHER"), "NOT_FOUND"),
        (one(json!(of_another), "OTHER"), "NOT_FOUND"),
        (one(json!(open), "OTHER"), "UPLOAD_EXPIRED"),
        (one(json!(stale), "OTHER"), "UPLOAD_EXPIRED"),
        (one(json!(broken), "OTHER"), "MEDIA_UNSUPPORTED"),
        (one(json!(fresh_open), "OTHER"), "UPLOAD_INCOMPLETE"),
        (one(json!(fresh), "VOICE"), "MEDIA_MISMATCH"),
        (one(json!(voice), "REQUEST"), "MEDIA_MISMATCH"),
        // One of two that cannot be claimed keeps the other from it.
        (json!([{ "uploadId": fresh, "role": "OTHER" }, { "uploadId": stale, "role": "OTHER" }]), "UPLOAD_EXPIRED"),
    ] {
        for mutation in ["ticketAttach", "ticketSubmit"] {
            let outcome = if mutation == "ticketAttach" {
                crew.owner.step(mutation, &ticket, json!({ "uploads": uploads })).await
            } else if code == "REQUIRED" {
                continue;
            } else {
                let input = crew.repair(json!({ "uploads": uploads }));
                crew.owner.mutate(mutation, input, "ticket { id }").await
            };
            let found = (outcome.refused(), outcome.field());
            assert_eq!(found, (code.to_owned(), "input.uploads".to_owned()), "{mutation} {uploads}");
        }
    }
    assert_eq!((rows(&app).await, claimed(&app).await), (before, 0));
    crew.owner.step("ticketAttach", &ticket, with(fresh, "REQUEST")).await.ok();
}

both!(an_upload_belongs_to_one_ticket);
async fn an_upload_belongs_to_one_ticket(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let tickets = [crew.submitted(json!({})).await, crew.submitted(json!({})).await];
    let upload = photo(&app, &crew.owner).await;
    // Many try at once, on two tickets.
    let tries =
        join_all((0..10).map(|n| crew.owner.step("ticketAttach", &tickets[n % 2], with(upload, "REQUEST")))).await;
    let happened = tries.iter().filter(|outcome| outcome.payload["userErrors"] == json!([])).count();
    assert_eq!(happened, 1);
    for outcome in tries.iter().filter(|outcome| outcome.payload["userErrors"] != json!([])) {
        let code = outcome.refused();
        assert!(["UPLOAD_CLAIMED", "STALE_VERSION"].contains(&code.as_str()), "{code}");
    }
    for ticket in &tickets {
        let outcome = crew.owner.step("ticketAttach", ticket, with(upload, "REQUEST")).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), ("UPLOAD_CLAIMED", "input.uploads"));
    }
    let all = [seen(&crew.owner, &tickets[0]).await, seen(&crew.owner, &tickets[1]).await].concat();
    assert_eq!((all.len(), claimed(&app).await), (1, 2));
}

both!(conflicts_and_keys_are_those_of_every_command);
async fn conflicts_and_keys_are_those_of_every_command(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let (first, second) = (photo(&app, &crew.owner).await, photo(&app, &crew.owner).await);
    let merged = |upload: Uuid, more: Value| crate::tickets::shared::merged(with(upload, "REQUEST"), more);
    let send = async |by: &Client, more: Value| by.step("ticketAttach", &ticket, more).await;
    let before = rows(&app).await;
    for version in [1, 9] {
        let outcome = send(&crew.owner, merged(first, json!({ "expectedVersion": version }))).await;
        assert_eq!(outcome.refused(), "STALE_VERSION");
    }
    let long = "k".repeat(101);
    for (bad, code) in [("", "REQUIRED"), (long.as_str(), "TOO_LONG"), ("钥匙", "INVALID_VALUE")] {
        let outcome = send(&crew.owner, merged(first, json!({ "idempotencyKey": bad }))).await;
        assert_eq!(outcome.refused(), code);
    }
    assert_eq!((rows(&app).await, claimed(&app).await), (before, 0));
    let key = json!({ "idempotencyKey": key() });
    send(&crew.owner, merged(first, key.clone())).await.ok();
    assert_eq!(send(&crew.owner, merged(second, key)).await.refused(), "KEY_REUSED");
    assert_eq!(claimed(&app).await, 2);
    // A technician completes with the same refusals as the work itself has.
    let upload = Phone::of(&app, &crew.second.client).send(&media::jpeg_of(8, 8), "image/jpeg").await;
    let more = json!({ "outcome": "DONE", "uploads": [{ "uploadId": upload, "role": "AFTER" }] });
    assert_eq!(crew.second.client.step("ticketComplete", &ticket, more).await.refused(), "NOT_ASSIGNEE");
    assert_eq!(claimed(&app).await, 2);
}
