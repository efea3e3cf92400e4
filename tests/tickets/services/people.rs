//! Who agrees and changes recurring services, and what is refused.

use std::sync::Arc;

use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::shared::{PLAN, change, create, look, made, round, weekly};
use crate::tickets::shared::{Crew, gained, rows};

both!(
    what_is_agreed_is_checked,
    who_may_agree_and_change,
    each_change_happens_once,
    a_plan_goes_through_its_states,
    a_date_is_left_out,
    changes_at_once_do_not_both_happen,
);

const CHANGES: [&str; 4] = ["servicePlanSuspend", "servicePlanResume", "servicePlanSkip", "servicePlanEnd"];

fn words(mutation: &str) -> Value {
    if mutation == "servicePlanSkip" { json!({ "date": "2026-03-13" }) } else { json!({}) }
}

async fn what_is_agreed_is_checked(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let other = World::build(&app, 2).await;
    let desk = &crew.desk.client;
    let before = rows(&app).await;
    let monthly = |more: Value| crate::tickets::shared::merged(json!({ "cadence": "MONTHLY", "weekday": null }), more);
    for (more, code, field) in [
        (json!({ "words": " " }), "REQUIRED", "words"),
        (json!({ "words": "长".repeat(2_001) }), "TOO_LONG", "words"),
        (json!({ "weekday": null }), "REQUIRED", "weekday"),
        (json!({ "monthDay": 3 }), "INVALID_VALUE", "monthDay"),
        (monthly(json!({})), "REQUIRED", "monthDay"),
        (monthly(json!({ "monthDay": 32 })), "INVALID_VALUE", "monthDay"),
        (monthly(json!({ "monthDay": 0 })), "INVALID_VALUE", "monthDay"),
        (json!({ "every": 0 }), "INVALID_VALUE", "every"),
        (json!({ "every": 53 }), "INVALID_VALUE", "every"),
        (json!({ "times": 0 }), "INVALID_VALUE", "times"),
        (json!({ "times": 1_001 }), "INVALID_VALUE", "times"),
        (json!({ "slotTo": "09:00" }), "INVALID_VALUE", "slotTo"),
        (json!({ "slotTo": "21:01" }), "INVALID_VALUE", "slotTo"),
        (json!({ "firstOn": "2026-03-01" }), "INVALID_VALUE", "firstOn"),
        (json!({ "firstOn": "2027-03-04" }), "INVALID_VALUE", "firstOn"),
        (json!({ "lastOn": "2026-03-05" }), "INVALID_VALUE", "lastOn"),
        (json!({ "firstOn": "2026-03-10", "lastOn": "2026-03-09" }), "INVALID_VALUE", "lastOn"),
        (json!({ "contactPhone": "123" }), "INVALID_VALUE", "contactPhone"),
        (json!({ "priceWords": "贵".repeat(301) }), "TOO_LONG", "priceWords"),
        (json!({ "unitId": wire_id(other.home.units[0]).to_string() }), "NOT_FOUND", "unitId"),
        (json!({ "categoryId": other.category("CLEANING") }), "NOT_FOUND", "categoryId"),
        (
            json!({ "residencyId": wire_id(app.clock.new_id::<entities::values::ResidencyId>()).to_string() }),
            "NOT_FOUND",
            "residencyId",
        ),
        (json!({ "unitId": crew.world.category("CLEANING") }), "INVALID_ID", "unitId"),
    ] {
        let outcome = create(desk, &crew.world, more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")), "{more}");
    }
    assert_eq!(rows(&app).await, before);
    // A time that has passed today is no date any more; one that has not is.
    let today = json!({ "weekday": "MONDAY", "slotFrom": "08:00", "slotTo": "09:30" });
    let payload = create(desk, &crew.world, today).await.ok();
    assert_eq!(payload["plan"]["nextDates"], json!(["2026-03-09", "2026-03-16", "2026-03-23"]));
    let today = json!({ "weekday": "MONDAY" });
    assert_eq!(create(desk, &crew.world, today).await.ok()["plan"]["nextDates"][0], "2026-03-02");
    let month = monthly(json!({ "monthDay": 31, "every": 1 }));
    let payload = create(desk, &crew.world, month).await.ok();
    assert_eq!(payload["plan"]["nextDates"], json!(["2026-03-31", "2026-04-30", "2026-05-31"]));
    // The price is no matter of residents.
    let own = made(&crew.owner, &crew.world, json!({ "priceWords": "免费" })).await;
    assert_eq!(look(&crew.owner, &own, "priceWords").await["priceWords"], Value::Null);
}

async fn who_may_agree_and_change(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let plan = made(&crew.desk.client, world, json!({})).await;
    let tenant = world.resident(&app, 2, world.home.units[0], ResidencyRole::Tenant).await;
    let neighbour = world.resident(&app, 3, world.home.units[1], ResidencyRole::Owner).await;
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let elsewhere = world.worker_at(&app, 18, Role::FrontDesk, Some(world.elsewhere.community), &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let before = rows(&app).await;
    for (client, code) in [
        (&crew.dispatcher.client, "FORBIDDEN"),
        (&crew.plumber.client, "FORBIDDEN"),
        (&worker(11, Role::Finance).await, "FORBIDDEN"),
        (&worker(12, Role::TeamLeader).await, "FORBIDDEN"),
        (&worker(13, Role::Contractor).await, "FORBIDDEN"),
        (&neighbour, "NOT_FOUND"),
        (&elsewhere, "NOT_FOUND"),
        (&foreign, "NOT_FOUND"),
        (&app.anonymous(), "UNAUTHENTICATED"),
    ] {
        for mutation in CHANGES {
            assert_eq!(change(client, mutation, &plan, words(mutation)).await.refused(), code, "{mutation}");
        }
        assert_eq!(create(client, world, json!({})).await.refused(), code);
    }
    assert_eq!(rows(&app).await, before);
    let nobodys = wire_id(app.clock.new_id::<entities::values::ServicePlanId>()).to_string();
    let missing = change(&crew.desk.client, "servicePlanEnd", &nobodys, json!({})).await;
    assert_eq!((missing.refused(), missing.field()), ("NOT_FOUND".to_owned(), "input.servicePlanId".to_owned()));
    // Those who may: the household and who coordinates, each on a plan that another has agreed.
    let (steward, supervisor) = (worker(14, Role::Steward).await, worker(15, Role::Supervisor).await);
    let admin = world.admin(&app).await;
    for client in [&crew.owner, &tenant, &crew.desk.client, &steward, &supervisor, &admin] {
        let plan = made(client, world, json!({})).await;
        for mutation in CHANGES {
            change(&crew.desk.client, mutation, &plan, words(mutation)).await.ok();
        }
        change(client, "servicePlanEnd", &made(&crew.desk.client, world, json!({})).await, json!({})).await.ok();
    }
    assert!(!look(&crew.dispatcher.client, &plan, "id").await.is_null(), "a dispatcher sees it");
    assert!(look(&crew.plumber.client, &plan, "id").await.is_null());
    assert!(look(&neighbour, &plan, "id").await.is_null());
}

async fn each_change_happens_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let before = rows(&app).await;
    let input = weekly(&crew.world, json!({ "idempotencyKey": "one" }));
    let first = desk.mutate("servicePlanCreate", input.clone(), PLAN).await.ok();
    assert_eq!(desk.mutate("servicePlanCreate", input.clone(), PLAN).await.ok(), first);
    let once = [("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("service_plan", 1)];
    assert_eq!(gained(&app, &before).await, once);
    let mut other = input;
    other["words"] = json!("别的");
    assert_eq!(desk.mutate("servicePlanCreate", other, PLAN).await.refused(), "KEY_REUSED");
    let plan = first["plan"]["id"].as_str().unwrap().to_owned();
    for mutation in CHANGES {
        let before = rows(&app).await;
        let stale = crate::tickets::shared::merged(words(mutation), json!({ "expectedVersion": 77 }));
        assert_eq!(change(desk, mutation, &plan, stale.clone()).await.refused(), "STALE_VERSION", "{mutation}");
        assert_eq!(rows(&app).await, before);
        let keyed = crate::tickets::shared::merged(words(mutation), json!({ "idempotencyKey": mutation }));
        let first = change(desk, mutation, &plan, keyed.clone()).await.ok();
        assert_eq!(change(desk, mutation, &plan, keyed).await.ok(), first, "{mutation}");
        let gains = gained(&app, &before).await;
        assert_eq!(gains[..3], [("history_event", 1), ("outbox", 1), ("idempotency_key", 1)], "{mutation}");
        let reused = crate::tickets::shared::merged(stale, json!({ "idempotencyKey": mutation }));
        assert_eq!(change(desk, mutation, &plan, reused).await.refused(), "KEY_REUSED", "{mutation}");
    }
}

async fn a_plan_goes_through_its_states(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    let plan = made(desk, &crew.world, json!({})).await;
    let refused = async |mutation: &str| change(desk, mutation, &plan, words(mutation)).await.refused();
    assert_eq!(refused("servicePlanResume").await, "PLAN_STATE");
    let rests = change(desk, "servicePlanSuspend", &plan, json!({ "reason": "业主出差" })).await.ok();
    let expected = json!({ "id": plan, "state": "SUSPENDED", "suspendReason": "ASKED", "version": 2, "nextDates": [] });
    assert_eq!(rests["plan"], expected);
    assert_eq!(refused("servicePlanSuspend").await, "PLAN_STATE");
    app.advance(Duration::days(10));
    assert_eq!(round(&app).await, 0, "a plan that rests makes nothing");
    let goes_on = change(desk, "servicePlanResume", &plan, json!({})).await.ok();
    assert_eq!(goes_on["plan"]["nextDates"], json!(["2026-03-13", "2026-03-20", "2026-03-27"]));
    assert_eq!(round(&app).await, 1, "what passed meanwhile is not made up for");
    let dates = look(desk, &plan, "occurrences { date state }").await;
    assert_eq!(dates["occurrences"], json!([{ "date": "2026-03-13", "state": "MADE" }]));
    let over = change(desk, "servicePlanEnd", &plan, json!({})).await.ok();
    assert_eq!((&over["plan"]["state"], &over["plan"]["version"]), (&json!("ENDED"), &json!(4)));
    for mutation in CHANGES {
        assert_eq!(refused(mutation).await, "PLAN_STATE", "{mutation}");
    }
    app.advance(Duration::days(30));
    assert_eq!(round(&app).await, 0);
}

async fn a_date_is_left_out(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let plan = made(&crew.owner, &crew.world, json!({ "times": 4 })).await;
    let skip = async |date: &str| change(&crew.owner, "servicePlanSkip", &plan, json!({ "date": date })).await;
    for (date, code) in
        [("2026-03-07", "DATE_NOT_PLANNED"), ("2026-02-27", "DATE_NOT_PLANNED"), ("2026-04-03", "DATE_NOT_PLANNED")]
    {
        let outcome = skip(date).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), "input.date".to_owned()), "{date}");
    }
    assert_eq!(skip("2026-03-13").await.ok()["plan"]["nextDates"], json!(["2026-03-06", "2026-03-20", "2026-03-27"]));
    assert_eq!(skip("2026-03-13").await.refused(), "DATE_TAKEN");
    // The next one: the plan goes on with the one after it.
    assert_eq!(skip("2026-03-06").await.ok()["plan"]["nextDates"], json!(["2026-03-20", "2026-03-27"]));
    app.advance(Duration::days(17));
    assert_eq!(round(&app).await, 1);
    assert_eq!(skip("2026-03-20").await.refused(), "DATE_TAKEN", "it has its ticket");
    // With its last date a plan ends.
    let over = skip("2026-03-27").await.ok();
    assert_eq!((&over["plan"]["state"], &over["plan"]["nextDates"]), (&json!("ENDED"), &json!([])));
    let seen = look(&crew.owner, &plan, "occurrences { date state }").await;
    let states: Vec<&str> =
        seen["occurrences"].as_array().unwrap().iter().map(|it| it["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["SKIPPED", "MADE", "SKIPPED", "SKIPPED"]);
}

async fn changes_at_once_do_not_both_happen(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for _ in 0..4 {
        let plan = made(&crew.desk.client, &crew.world, json!({})).await;
        let first = json!({ "expectedVersion": 1 });
        let (suspended, ended, skipped) = tokio::join!(
            change(&crew.desk.client, "servicePlanSuspend", &plan, first.clone()),
            change(&crew.owner, "servicePlanEnd", &plan, first.clone()),
            change(&crew.owner, "servicePlanSkip", &plan, json!({ "date": "2026-03-06", "expectedVersion": 1 })),
        );
        let happened = [&suspended, &ended, &skipped].into_iter().filter(|it| it.codes().is_empty()).count();
        assert_eq!(happened, 1);
        assert_eq!(look(&crew.desk.client, &plan, "version").await["version"], 2);
    }
}
