//! Setting terms of warranty.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{Client, TestApp, World, both};

use super::shared::set;
use crate::tickets::shared::{gained, rows};

both!(the_law_counts_until_something_is_set, the_closest_term_of_the_day_counts, terms_are_checked, who_sets_terms);

async fn terms(by: &Client, variables: Value) -> Vec<Value> {
    let query = "query($communityId: ID, $on: Date) { warrantyTerms(communityId: $communityId, on: $on) {
        category { code } part years heatingSeasons liableWithin liableAfter basis communityId effectiveOn } }";
    by.query(query, variables).await["warrantyTerms"].as_array().unwrap().clone()
}

/// Years and first day of the term of plumbing inside units.
async fn plumbing(by: &Client, variables: Value) -> Value {
    let terms = terms(by, variables).await;
    let found = terms.iter().find(|term| term["category"]["code"] == "PLUMBING" && term["part"] == "UNIT");
    json!([found.unwrap()["years"], found.unwrap()["effectiveOn"]])
}

async fn the_law_counts_until_something_is_set(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let found = terms(&admin, json!({})).await;
    assert_eq!(found.len(), 18, "nine kinds of work, inside and public");
    let law = "建设工程质量管理条例第四十条";
    let heating = found.iter().find(|term| term["category"]["code"] == "HEATING").unwrap();
    assert_eq!(
        *heating,
        json!({
            "category": { "code": "HEATING" }, "part": "UNIT", "years": null, "heatingSeasons": 2,
            "liableWithin": "DEVELOPER", "liableAfter": "COMPANY", "basis": law, "communityId": null, "effectiveOn": null,
        })
    );
    let before = rows(&app).await;
    let payload = set(&admin, &world, json!({})).await.ok();
    let expected = json!({
        "category": { "code": "PLUMBING" }, "part": "UNIT", "years": 3, "heatingSeasons": null,
        "liableWithin": "DEVELOPER", "liableAfter": "OWNER", "basis": "购房合同附件三", "communityId": null,
        "effectiveOn": "2026-03-02",
    });
    assert_eq!(payload["term"], expected);
    assert!(terms(&admin, json!({})).await.contains(&expected));
    assert_eq!(set(&admin, &world, json!({})).await.ok(), payload, "setting the same again is harmless");
    assert_eq!(gained(&app, &before).await, [("warranty_term", 1)]);
    // No warranty at all is something that can be set, too.
    set(&admin, &world, json!({ "years": 0 })).await.ok();
    assert_eq!(plumbing(&admin, json!({})).await, json!([0, "2026-03-02"]));
}

async fn the_closest_term_of_the_day_counts(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let (home, away) = (wire_id(world.home.community).to_string(), wire_id(world.elsewhere.community).to_string());
    set(&admin, &world, json!({ "years": 3 })).await.ok();
    set(&admin, &world, json!({ "years": 4, "effectiveOn": "2026-05-01" })).await.ok();
    set(&admin, &world, json!({ "years": 6, "communityId": home, "effectiveOn": "2026-04-01" })).await.ok();
    for (community, on, expected) in [
        (Value::Null, "2026-03-01", json!([2, null])),
        (Value::Null, "2026-03-02", json!([3, "2026-03-02"])),
        (json!(home), "2026-03-31", json!([3, "2026-03-02"])),
        (json!(home), "2026-04-01", json!([6, "2026-04-01"])),
        // A community's own outweighs what its organization sets later.
        (json!(home), "2026-06-01", json!([6, "2026-04-01"])),
        (json!(away), "2026-06-01", json!([4, "2026-05-01"])),
    ] {
        let found = plumbing(&admin, json!({ "communityId": community, "on": on })).await;
        assert_eq!(found, expected, "{community} {on}");
    }
    let query = "{ warrantyTerms { years } }";
    assert_eq!(app.statements(admin.query(query, json!({}))).await.0, 3, "viewer, categories, terms");
}

async fn terms_are_checked(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let other = World::build(&app, 2).await;
    let before = rows(&app).await;
    for (more, code, field) in [
        (json!({ "years": -1 }), "INVALID_VALUE", "years"),
        (json!({ "years": 101 }), "INVALID_VALUE", "years"),
        (json!({ "years": null }), "REQUIRED", "years"),
        (json!({ "heatingSeasons": 2 }), "INVALID_VALUE", "heatingSeasons"),
        (json!({ "years": null, "heatingSeasons": 101 }), "INVALID_VALUE", "heatingSeasons"),
        (json!({ "liableWithin": "OWNER" }), "INVALID_VALUE", "liableWithin"),
        (json!({ "part": "PUBLIC" }), "INVALID_VALUE", "liableAfter"),
        (json!({ "basis": "  " }), "REQUIRED", "basis"),
        (json!({ "basis": "依".repeat(301) }), "TOO_LONG", "basis"),
        (json!({ "effectiveOn": "2026-02-28" }), "INVALID_VALUE", "effectiveOn"),
        (json!({ "categoryId": other.category("PLUMBING") }), "NOT_FOUND", "categoryId"),
        (json!({ "communityId": wire_id(other.home.community).to_string() }), "NOT_FOUND", "communityId"),
        (json!({ "communityId": world.unit() }), "INVALID_ID", "communityId"),
    ] {
        let outcome = set(&admin, &world, more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")), "{more}");
    }
    assert_eq!(rows(&app).await, before);
    let foreign = json!({ "communityId": wire_id(other.home.community).to_string() });
    let query = "query($communityId: ID) { warrantyTerms(communityId: $communityId) { years } }";
    assert_eq!(admin.post(query, foreign).await.code(), "MALFORMED");
}

async fn who_sets_terms(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (home, away) = (wire_id(world.home.community).to_string(), wire_id(world.elsewhere.community).to_string());
    let manager = world.worker(&app, 1, Role::Manager, &[]).await.client;
    set(&manager, &world, json!({ "communityId": home })).await.ok();
    let before = rows(&app).await;
    assert_eq!(set(&manager, &world, json!({})).await.refused(), "FORBIDDEN");
    assert_eq!(set(&manager, &world, json!({ "communityId": away })).await.refused(), "NOT_FOUND");
    let query = "{ warrantyTerms { years } }";
    for (number, role) in [
        (2, Role::FrontDesk),
        (3, Role::Dispatcher),
        (4, Role::Technician),
        (5, Role::Supervisor),
        (6, Role::Steward),
        (7, Role::Collector),
        (8, Role::Contractor),
    ] {
        let client = world.worker(&app, number, role, &[]).await.client;
        assert_eq!(set(&client, &world, json!({ "communityId": home })).await.refused(), "FORBIDDEN", "{role:?}");
        if [Role::Collector, Role::Contractor].contains(&role) {
            assert_eq!(client.post(query, json!({})).await.code(), "FORBIDDEN", "{role:?}");
        } else {
            assert_eq!(client.query(query, json!({})).await["warrantyTerms"].as_array().unwrap().len(), 18);
        }
    }
    let resident = world.resident(&app, 1, world.home.units[0], entities::values::ResidencyRole::Owner).await;
    assert_eq!(set(&resident, &world, json!({})).await.refused(), "FORBIDDEN");
    assert_eq!(resident.post(query, json!({})).await.code(), "FORBIDDEN");
    assert_eq!(set(&app.anonymous(), &world, json!({})).await.refused(), "UNAUTHENTICATED");
    assert_eq!(rows(&app).await, before);
}
