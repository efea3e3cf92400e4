//! Urging (催单): who may, how often, and who is told.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::scene::set;
use crate::tickets::shared::{Crew, gained, key, look, merged, number, rows};

both!(once_in_half_an_hour, a_community_sets_how_often, whoever_must_hurry_is_told, who_may_urge, two_at_once_are_one);

async fn urged(crew: &Crew, ticket: &str) -> Value {
    look(&crew.desk.client, ticket, "urgeCount lastUrgedAt").await
}

async fn once_in_half_an_hour(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let ticket = crew.submitted(json!({})).await;
    assert_eq!(urged(&crew, &ticket).await, json!({ "urgeCount": 0, "lastUrgedAt": null }));
    let before = rows(&app).await;
    let answer = crew.owner.step("ticketUrge", &ticket, json!({ "words": "水流到楼下了" })).await.ok();
    let offered = answer["ticket"]["availableActions"].as_array().unwrap();
    assert!(!offered.contains(&json!("URGE")), "{offered:?}");
    let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, once);
    // For everybody, until the very end of the half hour.
    for (minutes, left) in [(0, 30), (10, 20), (19, 1)] {
        app.advance(Duration::minutes(minutes));
        for client in [&crew.owner, &family, &crew.desk.client] {
            let outcome = client.step("ticketUrge", &ticket, json!({})).await;
            assert_eq!((outcome.refused(), outcome.field()), ("URGED_RECENTLY".into(), "input.ticketId".into()));
            let error = &outcome.payload["userErrors"][0];
            assert_eq!(error["message"], format!("It was urged a short while ago; again in {left} minutes"));
            assert_eq!(error["retryable"], true);
        }
    }
    app.advance(Duration::minutes(1));
    crew.desk.client.step("ticketUrge", &ticket, json!({})).await.ok();
    assert_eq!(urged(&crew, &ticket).await, json!({ "urgeCount": 2, "lastUrgedAt": "2026-03-02T01:30:00Z" }));
    let events = look(&crew.owner, &ticket, "events { kind words staffName fromState toState }").await;
    let event = |words: Value, staff: Value| json!({ "kind": "URGED", "words": words, "staffName": staff, "fromState": "SUBMITTED", "toState": "SUBMITTED" });
    let expected = [event(json!("水流到楼下了"), Value::Null), event(Value::Null, json!("员工1-1"))];
    assert_eq!(events["events"].as_array().unwrap()[1..], expected);
    // What is over is not urged.
    crew.bring(&ticket, "COMPLETED").await;
    app.advance(Duration::days(1));
    assert_eq!(crew.owner.step("ticketUrge", &ticket, json!({})).await.refused(), "INVALID_TRANSITION");
}

async fn a_community_sets_how_often(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    set(&admin, &crew.world, json!({ "urgeMinutes": 5 })).await.ok();
    let ticket = crew.submitted(json!({})).await;
    for expected in 1..=3 {
        crew.owner.step("ticketUrge", &ticket, json!({})).await.ok();
        assert_eq!(urged(&crew, &ticket).await["urgeCount"], expected);
        app.advance(Duration::minutes(4));
        assert_eq!(crew.owner.step("ticketUrge", &ticket, json!({})).await.refused(), "URGED_RECENTLY");
        app.advance(Duration::minutes(1));
    }
}

async fn whoever_must_hurry_is_told(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let told = async |whom: &str| {
        let sql = format!(
            "SELECT COUNT(*) FROM outbox WHERE topic = 'ticket.urged' AND payload LIKE '%\"tell\":\"{whom}\"%'"
        );
        number(&app, &sql).await
    };
    let ticket = crew.submitted(json!({})).await;
    crew.owner.step("ticketUrge", &ticket, json!({})).await.ok();
    assert_eq!((told("DISPATCHER").await, told("ASSIGNEE").await), (1, 0), "while nobody has it");
    crew.bring(&ticket, "DISPATCHED").await;
    app.advance(Duration::hours(1));
    crew.owner.step("ticketUrge", &ticket, json!({})).await.ok();
    assert_eq!((told("DISPATCHER").await, told("ASSIGNEE").await), (1, 1));
}

async fn who_may_urge(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let neighbour = world.resident(&app, 2, world.home.units[1], ResidencyRole::Owner).await;
    let away = Some(world.elsewhere.community);
    let elsewhere = world.worker_at(&app, 11, Role::FrontDesk, away, &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let ticket = crew.brought(json!({}), "ACCEPTED").await;
    let before = rows(&app).await;
    for (client, code) in [
        (&crew.dispatcher.client, "FORBIDDEN"),
        (&crew.plumber.client, "FORBIDDEN"),
        (&neighbour, "NOT_FOUND"),
        (&elsewhere, "NOT_FOUND"),
        (&foreign, "NOT_FOUND"),
        (&app.anonymous(), "UNAUTHENTICATED"),
    ] {
        assert_eq!(client.step("ticketUrge", &ticket, json!({})).await.refused(), code);
    }
    let outcome = crew.owner.step("ticketUrge", &ticket, json!({ "words": "快".repeat(1001) })).await;
    assert_eq!((outcome.refused(), outcome.field()), ("TOO_LONG".into(), "input.words".into()));
    assert_eq!(rows(&app).await, before);
    let once = json!({ "idempotencyKey": key() });
    let first = crew.owner.step("ticketUrge", &ticket, once.clone()).await.ok();
    assert_eq!(crew.owner.step("ticketUrge", &ticket, once.clone()).await.ok(), first, "a repeat is no second time");
    let other = merged(once, json!({ "words": "别的话" }));
    assert_eq!(crew.owner.step("ticketUrge", &ticket, other).await.refused(), "KEY_REUSED");
    assert_eq!(urged(&crew, &ticket).await["urgeCount"], 1);
}

async fn two_at_once_are_one(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..5 {
        let ticket = crew.submitted(json!({})).await;
        let (one, two) = tokio::join!(
            crew.owner.step("ticketUrge", &ticket, json!({})),
            crew.desk.client.step("ticketUrge", &ticket, json!({})),
        );
        let mut codes = [one.codes().concat(), two.codes().concat()];
        codes.sort();
        assert!(codes[0].is_empty() && ["URGED_RECENTLY", "STALE_VERSION"].contains(&codes[1].as_str()), "{codes:?}");
        assert_eq!(urged(&crew, &ticket).await["urgeCount"], 1);
    }
}
