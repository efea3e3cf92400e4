//! Notifications that are forged, altered, repeated, lost, late, for another order or another tenant.

use std::sync::Arc;
use std::time::Duration;

use api::db::Sql;
use api::infra::gateways::sandbox::Switches;
use entities::values::{MerchantId, TypedId as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{PAYMENT, Till, ask_after, decide, money, prepaid};
use crate::billing::shared::owed;

both!(
    a_notification_that_misbehaves_has_its_effect_once,
    what_is_not_genuine_has_no_effect,
    a_lost_notification_is_asked_for,
    money_for_a_closed_payment_is_entered,
    another_amount_goes_to_suspense,
    an_order_that_nobody_knows_goes_to_suspense
);

async fn notices(app: &TestApp) -> i64 {
    Sql::new("SELECT COUNT(*) FROM gateway_notice").number(app.app.db.read()).await.unwrap()
}

async fn a_notification_that_misbehaves_has_its_effect_once(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.switch(Switches { duplicate: 5, delay_ms: 20, forge: true, alter: true, ..Switches::default() });
    let (id, page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    let paid = till.until(&id, "SETTLED").await;
    assert_eq!(money(&paid), ["134.25", "134.25", "0.00", "0.00"]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(till.payment(&id).await, paid, "nothing more happens");
    assert_eq!(notices(&app).await, 1);
}

async fn what_is_not_genuine_has_no_effect(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, _) = till.begin(&till.owner, json!({})).await;
    let merchant = till.set_merchant(&till.scene.manager.client, "m2").await.ok()["merchant"]["id"].clone();
    assert!(merchant.is_string());
    let ids: Vec<MerchantKey> = Sql::new("SELECT id FROM merchant").all(app.app.db.read()).await.unwrap();
    assert_eq!(ids.len(), 2);
    let send = async |path: String, body: &'static str| {
        let answer = app.http().post(app.url(&path)).body(body).send().await.unwrap();
        answer.status()
    };
    for row in &ids {
        let path = format!("/gateways/sandbox/notify/{}", row.id.uuid().simple());
        for body in ["", "{}", "nonsense", r#"{"id":"N1"}"#] {
            let status = send(path.clone(), body).await;
            assert!(status.is_client_error() || status.is_server_error(), "{path} {body}: {status}");
        }
        let other = send(format!("/gateways/alipay/notify/{}", row.id.uuid().simple()), "{}").await;
        assert_eq!(other, StatusCode::NOT_FOUND, "a merchant of another gateway");
    }
    for path in ["/gateways/sandbox/notify/nonsense", "/gateways/x/notify/00000000-0000-0000-0000-000000000000"] {
        assert_eq!(send(path.to_owned(), "{}").await, StatusCode::NOT_FOUND);
    }
    assert_eq!((till.payment(&id).await["state"].clone(), notices(&app).await), (json!("PENDING"), 0));
}

#[derive(sea_orm::FromQueryResult)]
struct MerchantKey {
    id: MerchantId,
}

async fn a_lost_notification_is_asked_for(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.switch(Switches { lose: true, ..Switches::default() });
    let (id, page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    assert_eq!(ask_after(&app, 15).await, 1);
    assert_eq!(money(&till.until(&id, "SETTLED").await), ["134.25", "134.25", "0.00", "0.00"]);
    // Two workers ask at once: each payment is one worker's.
    till.scene.bill(&app, "2026-04-01").await;
    let (id, page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    app.clock.advance(chrono::Duration::seconds(15));
    let ask = || api::domains::payments::ask_gateways(&app.app);
    let (one, other) = tokio::join!(ask(), ask());
    assert_eq!(one.unwrap() + other.unwrap(), 1);
    assert_eq!(till.payment(&id).await["state"], "SETTLED");
}

async fn money_for_a_closed_payment_is_entered(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    // Paid in time, told when the payment is closed here.
    till.switch(Switches { delay_ms: 700, ..Switches::default() });
    let (id, page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    let close =
        "UPDATE payment SET state = 'CLOSED', closed_reason = 'EXPIRED', check_at = NULL WHERE state = 'PENDING'";
    assert_eq!(app.change(&Sql::new(close)).await, 1);
    let refreshed = till.owner.mutate("paymentRefresh", json!({ "paymentId": id }), PAYMENT).await.ok();
    assert_eq!(refreshed["payment"]["state"], "CLOSED", "nobody asks about what is over");
    let paid = till.until(&id, "SETTLED").await;
    assert_eq!((money(&paid)[1].as_str(), &paid["closedReason"]), ("134.25", &Value::Null));
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
}

async fn another_amount_goes_to_suspense(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, page) = till.begin(&till.owner, json!({})).await;
    // Somebody changed what we asked for after the gateway had it.
    app.change(&Sql::new("DELETE FROM payment_line")).await;
    app.change(&Sql::new("UPDATE payment SET amount = 5000")).await;
    decide(&page, "pay").await;
    let paid = till.until(&id, "SETTLED").await;
    assert_eq!(money(&paid), ["134.25", "0.00", "0.00", "134.25"]);
    assert_eq!(owed(&till.owner).await, ["101 134.25"], "nothing is guessed");
    assert_eq!(prepaid(&till.owner).await, Vec::<String>::new());
}

async fn an_order_that_nobody_knows_goes_to_suspense(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (_, page) = till.begin(&till.owner, json!({})).await;
    // A backup from before the payment was restored.
    app.change(&Sql::new("DELETE FROM payment_line")).await;
    app.change(&Sql::new("DELETE FROM outbox WHERE object_kind = 'PAYMENT'")).await;
    app.change(&Sql::new("DELETE FROM history_event WHERE object_kind = 'PAYMENT'")).await;
    app.change(&Sql::new("DELETE FROM payment")).await;
    decide(&page, "pay").await;
    let mut found = 0;
    for _ in 0..500 {
        found = notices(&app).await;
        if found > 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(found, 1);
    let suspended = "SELECT CAST(COALESCE(SUM(amount), 0) AS bigint) FROM suspense_item
        WHERE reason = 'UNKNOWN_ORDER' AND state = 'OPEN'";
    assert_eq!(Sql::new(suspended).number(app.app.db.read()).await.unwrap(), 13_425);
    assert_eq!(owed(&till.owner).await, ["101 134.25"]);
}
