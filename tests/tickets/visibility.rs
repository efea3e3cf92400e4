//! Who sees which tickets, and how much of them.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{Client, TestApp, both};

use crate::tickets::shared::{COMMANDS, Crew, execute, listed, look, rows};

/// Everything that a person sees of tickets by way of lists and counts.
async fn seen(client: &Client) -> (Vec<String>, i64) {
    let data = client.query("{ ticketCounts { count } tickets { totalCount } }", json!({})).await;
    let counted: i64 = data["ticketCounts"].as_array().unwrap().iter().map(|row| row["count"].as_i64().unwrap()).sum();
    assert_eq!(data["tickets"]["totalCount"], counted);
    (listed(client, "tickets").await, counted)
}

async fn assert_unseen(app: &TestApp, crew: &Crew, client: &Client, ticket: &str) {
    assert!(look(client, ticket, "id").await.is_null());
    let before = rows(app).await;
    for (mutation, _) in COMMANDS {
        let outcome = client.step(mutation, ticket, crew.words_for(mutation)).await;
        assert_eq!(outcome.refused(), "NOT_FOUND", "{mutation}");
    }
    assert_eq!(rows(app).await, before);
}

both!(a_new_tenant_sees_nothing_from_before_moving_in);
async fn a_new_tenant_sees_nothing_from_before_moving_in(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let old = crew.brought(json!({}), "COMPLETED").await;
    // Whoever is registered has lived there for thirty days.
    app.advance(Duration::days(40));
    let fresh = crew.submitted(json!({})).await;
    let tenant = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Tenant).await;
    assert_eq!(seen(&tenant).await, (vec![fresh.clone()], 1));
    assert_eq!(seen(&crew.owner).await, (vec![fresh, old.clone()], 2));
    assert_unseen(&app, &crew, &tenant, &old).await;
}

both!(whoever_has_moved_out_sees_nothing);
async fn whoever_has_moved_out_sees_nothing(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let tenant = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Tenant).await;
    let in_unit = tenant.submit(crew.repair(json!({}))).await;
    let public = crew.repair(json!({
        "unitId": null, "kind": "PUBLIC_REPAIR", "buildingId": wire_id(crew.world.home.building).to_string(),
    }));
    let outside = tenant.submit(public.clone()).await;
    assert_eq!(seen(&tenant).await, (vec![outside.clone(), in_unit.clone()], 2));
    let mut end = Sql::new("UPDATE residency SET");
    end.with(" ended_at = ", app.clock.now()).push(" WHERE phone = '13900010002'");
    execute(&app, &end).await;
    assert_eq!(seen(&tenant).await, (Vec::new(), 0));
    assert_unseen(&app, &crew, &tenant, &in_unit).await;
    assert_unseen(&app, &crew, &tenant, &outside).await;
    let refused = tenant.mutate("ticketSubmit", public, "ticket { id }").await;
    assert_eq!(refused.refused(), "NOT_FOUND");
    assert_eq!(seen(&crew.owner).await, (vec![in_unit], 1), "the household goes on seeing it");
}

both!(neighbours_see_only_their_own);
async fn neighbours_see_only_their_own(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let neighbour = crew.world.resident(&app, 2, crew.world.home.units[1], ResidencyRole::Owner).await;
    let unit = wire_id(crew.world.home.units[1]).to_string();
    let building = json!({
        "unitId": null, "kind": "PUBLIC_REPAIR", "buildingId": wire_id(crew.world.home.building).to_string(),
    });
    let ours = crew.submitted(json!({})).await;
    let public = crew.submitted(building).await;
    let theirs = neighbour.submit(crew.repair(json!({ "unitId": unit }))).await;
    assert_eq!(seen(&neighbour).await.0, [theirs.clone()]);
    assert_eq!(seen(&crew.owner).await.0, [public.clone(), ours.clone()]);
    assert_unseen(&app, &crew, &neighbour, &ours).await;
    assert_unseen(&app, &crew, &neighbour, &public).await;
    // What the front desk took in for the unit is the household's too.
    let taken = crew.desk.client.submit(crew.repair(json!({}))).await;
    assert_eq!(seen(&crew.owner).await.0, [taken, public, ours]);
}

both!(phone_numbers_are_for_whoever_needs_them);
async fn phone_numbers_are_for_whoever_needs_them(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let leader = crew.world.worker(&app, 11, Role::TeamLeader, &[]).await;
    let ticket = crew.brought(json!({}), "DISPATCHED").await;
    let told = "contactName contactPhone assignee { name phone }";
    let card = |name: &str, contact: &str, assignee: &str| {
        json!({
            "contactName": name, "contactPhone": contact, "assignee": { "name": "员工1-3", "phone": assignee },
        })
    };
    let full = card("住户1-1", "13900010001", "13800010003");
    let masked = card("住*", "139****0001", "138****0003");
    for (client, expected) in [
        (&crew.owner, &full),
        (&crew.desk.client, &full),
        (&crew.dispatcher.client, &full),
        (&crew.plumber.client, &full),
        (&crew.second.client, &masked),
        (&leader.client, &masked),
    ] {
        assert_eq!(look(client, &ticket, told).await, *expected);
    }
    // Also for whoever had the ticket before.
    crew.plumber.client.step("ticketTransfer", &ticket, crew.words_for("ticketTransfer")).await.ok();
    let told = "contactPhone";
    assert_eq!(look(&crew.plumber.client, &ticket, told).await["contactPhone"], "139****0001");
    assert_eq!(look(&crew.second.client, &ticket, told).await["contactPhone"], "13900010001");
}

both!(internal_comments_stay_among_colleagues);
async fn internal_comments_stay_among_colleagues(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = crew.submitted(json!({})).await;
    for (client, words, visibility) in [
        (&crew.owner, "请轻按门铃", "PUBLIC"),
        (&crew.desk.client, "业主情绪激动", "INTERNAL"),
        (&crew.plumber.client, "十点到", "PUBLIC"),
    ] {
        client.step("ticketCommentAdd", &ticket, json!({ "words": words, "visibility": visibility })).await.ok();
    }
    let told = "version comments { words visibility staffName byViewer }";
    let row = |words: &str, visibility: &str, staff: Value, by_viewer: bool| json!({ "words": words, "visibility": visibility, "staffName": staff, "byViewer": by_viewer });
    let desk = json!([
        row("请轻按门铃", "PUBLIC", Value::Null, false),
        row("业主情绪激动", "INTERNAL", json!("员工1-1"), true),
        row("十点到", "PUBLIC", json!("员工1-3"), false),
    ]);
    assert_eq!(look(&crew.desk.client, &ticket, told).await, json!({ "version": 1, "comments": desk }));
    let owner =
        json!([row("请轻按门铃", "PUBLIC", Value::Null, true), row("十点到", "PUBLIC", json!("员工1-3"), false),]);
    assert_eq!(look(&crew.owner, &ticket, told).await, json!({ "version": 1, "comments": owner }));
}
