//! A bill of ten thousand lines with fifty planted differences of every kind: fifty are found, none is false, and comparing
//! again finds the same. The gateway is a stand-in that speaks the sandbox's signed protocol.

use std::sync::Arc;

use api::domains::payments;
use api::graphql::id::{try_parse_id, wire_id};
use api::infra::crypto;
use axum::response::IntoResponse as _;
use chrono::Duration;
use entities::values::{PaymentId, RefundId};
use serde_json::{Value, json};
use support::{TestApp, both};

use super::reconcile::report;
use super::seed::{Paid, Place, write};
use crate::gateways::shared::{Asked, serve};
use crate::payments::shared::{SECRET, Till};
use crate::tickets::shared::key;

both!(fifty_planted_differences_are_found);

/// Lines of the bill.
const LINES: usize = 10_000;

/// The stand-in: it has the bill of 2 March, and signs what it says.
async fn gateway(app: &TestApp, rows: Vec<Value>) -> String {
    let clock = app.clock.clone();
    let body = json!({ "day": "2026-03-02", "rows": rows }).to_string();
    serve(move |_| {
        Arc::new(move |asked: &Asked| {
            assert_eq!(asked.target, "/v1/bills/2026-03-02");
            let root = crypto::sha256(SECRET.as_bytes());
            let key = crypto::hmac_sha256(&root, b"sandbox merchant v1 m1");
            let (timestamp, nonce) = (clock.now().timestamp().to_string(), "0123456789abcdef".to_owned());
            let text = format!("{timestamp}\n{nonce}\n{body}\n");
            let signature = crypto::hmac_sha256(&key, text.as_bytes()).map(|byte| format!("{byte:02x}")).concat();
            let head = [("linli-timestamp", timestamp), ("linli-nonce", nonce), ("linli-signature", signature)];
            (head, body.clone()).into_response()
        })
    })
    .await
}

struct Planted {
    payments: Vec<Paid>,
    rows: Vec<Value>,
}

/// Payments and the gateway's rows of them; 50 of them differ.
fn plant(app: &TestApp) -> Planted {
    let midnight: chrono::DateTime<chrono::Utc> = "2026-03-01T16:00:00Z".parse().unwrap();
    let (mut payments, mut rows) = (Vec::new(), Vec::new());
    let mut n = 0;
    let mut add = |there: Option<i64>, here: Option<bool>, back: (Option<i64>, Option<i64>)| {
        n += 1;
        let (id, at, amount): (PaymentId, _, _) = (app.clock.new_id(), midnight + Duration::seconds(8 * n), 1_000 + n);
        let (number, order) = (format!("SB{n:08}"), id.0.simple().to_string());
        let refund: RefundId = app.clock.new_id();
        if let Some(more) = there {
            rows.push(json!({ "order": order, "gateway_id": number, "refund": null, "gateway_refund_id": null,
                "amount": amount + more, "fee": (amount + more) * 6, "at": at }));
        }
        if let Some(fen) = back.0 {
            rows.push(json!({ "order": order, "gateway_id": number, "refund": refund.0.simple().to_string(),
                "gateway_refund_id": format!("R{number}"), "amount": fen, "fee": -fen * 6, "at": at }));
        }
        if let Some(settled) = here {
            let back = back.1.map(|fen| (refund, fen));
            payments.push(Paid { id, number, amount, at, settled, back });
        }
    };
    let (agrees, none) = (Some(0), (None, None));
    for _ in 0..10 {
        add(Some(1), Some(true), none); // another amount
        add(None, Some(true), none); // not at the gateway
        add(agrees, None, none); // unknown here
    }
    for _ in 0..5 {
        add(agrees, Some(false), none); // ours, and open
        add(agrees, Some(true), (Some(100), None)); // a refund that nobody here asked for
        add(agrees, Some(true), (None, Some(100))); // a refund that the gateway does not know
        add(agrees, Some(true), (Some(101), Some(100))); // a refund of another amount
    }
    for _ in 0..100 {
        add(agrees, Some(true), (Some(100), Some(100)));
    }
    for _ in 0..LINES - 50 - 200 {
        add(agrees, Some(true), none);
    }
    // Paid a second before the day, and in the first of the next.
    for at in [midnight - Duration::seconds(1), midnight + Duration::days(1)] {
        let id: PaymentId = app.clock.new_id();
        payments.push(Paid { id, number: format!("SB-{at}"), amount: 5, at, settled: true, back: None });
    }
    Planted { payments, rows }
}

async fn fifty_planted_differences_are_found(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let Planted { payments: planted, rows } = plant(&app);
    let lines = rows.len();
    let url = gateway(&app, rows).await;
    let credentials = json!({ "sandbox": { "merchant": "m1", "secret": SECRET, "url": url } });
    let input = json!({ "communityId": till.scene.community(), "credentials": credentials, "idempotencyKey": key() });
    till.scene.manager.client.mutate("merchantSet", input, "merchant { id }").await.ok();
    // The merchant before had no payments, and its day is compared, too: it is another sandbox's.
    let merchant = till.merchant().await;
    let data = till.scene.finance.client.query("{ charges { nodes { payerId } } }", json!({})).await;
    let payer = try_parse_id(&data["charges"]["nodes"][0]["payerId"].as_str().unwrap().into()).unwrap();
    let world = &till.scene.world;
    let place = Place {
        org: world.org,
        community: world.home.community,
        merchant,
        payer,
        unit: world.home.units[0],
        staff: till.scene.finance.id,
    };
    let clock = app.clock.clone();
    app.app
        .db
        .write(move |tx| {
            let (clock, planted) = (clock.clone(), planted.clone());
            Box::pin(async move { Ok(write(tx, &clock, place, &planted).await?) })
        })
        .await
        .unwrap();
    app.advance(Duration::hours(26));
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 1);
    let first = report(&till).await;
    assert_eq!((lines, &first["differenceCount"]), (LINES, &json!(50)));
    let counts = ["paymentCount", "refundCount", "ownPaymentCount", "ownRefundCount", "matchedCount", "openCount"];
    let seen: Vec<i64> = counts.iter().map(|it| first[*it].as_i64().unwrap()).collect();
    assert_eq!(seen, [lines as i64 - 110, 110, lines as i64 - 110, 110, lines as i64 - 35, 45]);
    let noted = kinds(&till, &first["id"]).await;
    assert_eq!(
        noted.iter().map(|(sort, ids)| (sort.as_str(), ids.len())).collect::<Vec<_>>(),
        [
            ("PAYMENT MISSING_HERE OPEN", 10),
            ("PAYMENT MISSING_HERE RESOLVED", 5),
            ("PAYMENT MISSING_THERE OPEN", 10),
            ("PAYMENT WRONG_AMOUNT OPEN", 10),
            ("REFUND MISSING_HERE OPEN", 5),
            ("REFUND MISSING_THERE OPEN", 5),
            ("REFUND WRONG_AMOUNT OPEN", 5),
        ]
    );
    assert_eq!(till.suspense(10).await.len(), 10);
    let input = json!({ "merchantId": wire_id(merchant), "day": "2026-03-02", "idempotencyKey": key() });
    till.scene.finance.client.mutate("reconciliationStart", input, "reconciliation { id }").await.ok();
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 1);
    let second = report(&till).await;
    assert_eq!((&second["id"], &second["matchedCount"]), (&first["id"], &first["matchedCount"]));
    assert_eq!(kinds(&till, &first["id"]).await, noted, "the same, and nothing twice");
    assert_eq!(till.suspense(10).await.len(), 10);
}

/// The ids of the differences by row, kind and state.
async fn kinds(till: &Till, id: &Value) -> std::collections::BTreeMap<String, Vec<Value>> {
    let mut found: std::collections::BTreeMap<String, Vec<Value>> = std::collections::BTreeMap::new();
    for (line, row) in super::reconcile::differences(till, id).await {
        let sort: Vec<&str> = line.split(' ').take(3).collect();
        found.entry(sort.join(" ")).or_default().push(row["id"].clone());
    }
    found
}
