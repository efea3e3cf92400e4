//! Entries of the price list that are refused, and people who may set none.

use std::sync::Arc;

use entities::values::{CommunityId, Role};
use serde_json::json;
use support::{TestApp, World, both};

use super::scene::{drain, home, pipe, send_item, set_item, set_visit_fee, tube};
use crate::tickets::shared::{Crew, key, merged, rows};

both!(an_entry_is_refused, who_may_set_prices, who_may_retire_prices, a_visit_fee_is_set);

async fn an_entry_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let foreign = World::build(&app, 2).await;
    let admin = crew.world.admin(&app).await;
    let community = |id: CommunityId| json!({ "communityId": api::graphql::id::wire_id(id).to_string() });
    let before = rows(&app).await;
    for (base, change, code, field) in [
        (drain(), json!({ "code": " " }), "REQUIRED", "code"),
        (drain(), json!({ "code": "疏通" }), "INVALID_VALUE", "code"),
        (drain(), json!({ "code": "A".repeat(41) }), "TOO_LONG", "code"),
        (drain(), json!({ "nameZh": "" }), "REQUIRED", "nameZh"),
        (drain(), json!({ "nameEn": "x".repeat(61) }), "TOO_LONG", "nameEn"),
        (drain(), json!({ "unit": "" }), "REQUIRED", "unit"),
        (drain(), json!({ "unit": "米".repeat(21) }), "TOO_LONG", "unit"),
        (drain(), json!({ "low": null }), "REQUIRED", "low"),
        (drain(), json!({ "low": "-0.01" }), "INVALID_VALUE", "low"),
        (drain(), json!({ "low": "50.001" }), "INVALID_VALUE", "low"),
        (drain(), json!({ "low": "99999999999999999999999" }), "INVALID_VALUE", "low"),
        (drain(), json!({ "high": "49.99" }), "INVALID_VALUE", "high"),
        (drain(), json!({ "high": "1000000.01" }), "INVALID_VALUE", "high"),
        (pipe(), json!({ "low": "1" }), "INVALID_VALUE", "low"),
        (drain(), json!({ "categoryId": foreign.category("LEAK") }), "NOT_FOUND", "categoryId"),
        (drain(), json!({ "categoryId": "x" }), "INVALID_ID", "categoryId"),
        (drain(), community(foreign.home.community), "NOT_FOUND", "communityId"),
        (drain(), community(app.clock.new_id()), "NOT_FOUND", "communityId"),
        (drain(), merged(home(&crew.world), json!({ "currency": "USD" })), "INVALID_VALUE", "currency"),
        (drain(), json!({ "idempotencyKey": "" }), "REQUIRED", "idempotencyKey"),
    ] {
        let outcome = send_item(&admin, merged(base, change.clone())).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.to_owned(), format!("input.{field}")), "{change}");
    }
    // Money is no JSON number, and a currency has three letters.
    for malformed in [json!({ "low": 50 }), json!({ "low": "fifty" }), json!({ "currency": "yuan" })] {
        assert_eq!(send_item(&admin, merged(drain(), malformed)).await.answer.code(), "MALFORMED");
    }
    assert_eq!(rows(&app).await, before);
    // An entry of another currency counts in no community of this one.
    let dollars = send_item(&admin, merged(tube(), json!({ "currency": "USD" }))).await.ok();
    assert_eq!(dollars["priceItem"]["low"], json!({ "amount": "10.00", "currency": "USD" }));
}

async fn who_may_set_prices(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let manager = worker(11, Role::Manager).await;
    let elsewhere = world.worker_at(&app, 12, Role::Manager, Some(world.elsewhere.community), &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let before = rows(&app).await;
    let here = || merged(drain(), home(world));
    for role in [Role::Supervisor, Role::Finance, Role::Steward, Role::Collector, Role::TeamLeader] {
        let client = worker(20 + role as u64, role).await;
        assert_eq!(send_item(&client, here()).await.refused(), "FORBIDDEN", "{role}");
    }
    for client in [&crew.owner, &crew.desk.client, &crew.dispatcher.client, &crew.plumber.client] {
        assert_eq!(send_item(client, here()).await.refused(), "FORBIDDEN");
    }
    assert_eq!(send_item(&app.anonymous(), here()).await.refused(), "UNAUTHENTICATED");
    for client in [&elsewhere, &foreign] {
        let outcome = send_item(client, here()).await;
        assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.communityId".into()));
    }
    // Whoever manages one community sets no price for all.
    assert_eq!(send_item(&manager, drain()).await.refused(), "FORBIDDEN");
    assert_eq!(rows(&app).await, before);
    send_item(&manager, here()).await.ok();
}

async fn who_may_retire_prices(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let world = &crew.world;
    let admin = world.admin(&app).await;
    let manager = world.worker(&app, 11, Role::Manager, &[]).await.client;
    let elsewhere = world.worker_at(&app, 12, Role::Manager, Some(world.elsewhere.community), &[]).await.client;
    let foreign = World::build(&app, 2).await.admin(&app).await;
    let (general, own) = (set_item(&admin, drain()).await, set_item(&manager, merged(drain(), home(world))).await);
    let before = rows(&app).await;
    let retire = async |by: &support::Client, item: &str, version: i32| {
        let input = json!({ "priceItemId": item, "expectedVersion": version, "idempotencyKey": key() });
        by.mutate("priceItemRetire", input, "priceItem { active }").await
    };
    for client in [&crew.owner, &crew.desk.client, &crew.plumber.client] {
        assert_eq!(retire(client, &own, 1).await.refused(), "FORBIDDEN");
    }
    assert_eq!(retire(&app.anonymous(), &own, 1).await.refused(), "UNAUTHENTICATED");
    let nobodys = api::graphql::id::wire_id(app.clock.new_id::<entities::values::PriceItemId>()).to_string();
    for (client, item) in [(&elsewhere, &own), (&foreign, &own), (&manager, &general), (&admin, &nobodys)] {
        let outcome = retire(client, item, 1).await;
        assert_eq!((outcome.refused(), outcome.field()), ("NOT_FOUND".into(), "input.priceItemId".into()));
    }
    assert_eq!(retire(&manager, &own, 2).await.refused(), "STALE_VERSION");
    assert_eq!(rows(&app).await, before);
    let (one, two) = tokio::join!(retire(&manager, &own, 1), retire(&admin, &own, 1));
    let refused: Vec<String> = [one, two].iter().flat_map(|outcome| outcome.codes()).collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(["STALE_VERSION", "PRICE_ITEM_RETIRED"].contains(&refused[0].as_str()), "{refused:?}");
    let outcome = retire(&manager, &own, 2).await;
    assert_eq!((outcome.refused(), outcome.field()), ("PRICE_ITEM_RETIRED".into(), "input.priceItemId".into()));
}

async fn a_visit_fee_is_set(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    for fee in ["-1", "0.001", "1000000.01"] {
        let outcome = set_visit_fee(&admin, &crew.world, fee).await;
        assert_eq!((outcome.refused(), outcome.field()), ("INVALID_VALUE".into(), "input.visitFee".into()), "{fee}");
    }
    assert_eq!(set_visit_fee(&crew.plumber.client, &crew.world, "20").await.refused(), "FORBIDDEN");
    let set = set_visit_fee(&admin, &crew.world, "20").await.ok();
    assert_eq!(set["settings"]["visitFee"], json!({ "amount": "20.00", "currency": "CNY" }));
    let other = merged(home(&crew.world), json!({ "urgeMinutes": 10 }));
    let kept = admin.mutate("communityTicketSettingsSet", other, "settings { visitFee { amount } }").await.ok();
    assert_eq!(kept["settings"]["visitFee"]["amount"], "20.00", "what is missing stays");
}
