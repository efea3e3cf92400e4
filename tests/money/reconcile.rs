//! A day is compared with the gateway's bill on the next morning: what agrees, what was lost, what went past Linli.

use std::sync::Arc;

use api::domains::payments;
use api::graphql::id::wire_id;
use api::infra::gateways::sandbox::Switches;
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::payments::shared::{Till, decide};
use crate::tickets::shared::key;

both!(a_day_agrees, what_went_past_linli_shows, a_bill_that_is_late_is_waited_for);

pub const REPORT: &str = "{ reconciliations { totalCount nodes { id day state noBill paymentCount paymentSum { amount }
    refundCount refundSum { amount } feeSum ownPaymentCount ownPaymentSum { amount } ownRefundCount matchedCount
    differenceCount openCount } } }";

/// The latest comparison.
pub async fn report(till: &Till) -> Value {
    till.scene.finance.client.query(REPORT, json!({})).await["reconciliations"]["nodes"][0].clone()
}

/// The differences of a comparison, each as `row kind state there here`.
pub async fn differences(till: &Till, id: &Value) -> Vec<(String, Value)> {
    let query = "query($id: ID!) { node(id: $id) { ... on Reconciliation { differences(first: 100) { nodes {
        id rowKind kind state number suspenseItemId there { amount } here { amount } words } } } } }";
    let data = till.scene.finance.client.query(query, json!({ "id": id })).await;
    let rows = data["node"]["differences"]["nodes"].as_array().unwrap().iter();
    rows.map(|it| {
        let amount = |of: &Value| of["amount"].as_str().unwrap_or("-").to_owned();
        let text = |name: &str| it[name].as_str().unwrap().to_owned();
        let line = format!(
            "{} {} {} {} {}",
            text("rowKind"),
            text("kind"),
            text("state"),
            amount(&it["there"]),
            amount(&it["here"])
        );
        (line, it.clone())
    })
    .collect()
}

async fn a_day_agrees(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let asked = till.ask_charge(&payment, &till.charge("LIFT").await, "7.40").await;
    till.agree(&asked, true).await.ok();
    assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
    let start = async |day: &str| {
        let merchant = wire_id(till.merchant().await).to_string();
        let input = json!({ "merchantId": merchant, "day": day, "idempotencyKey": key() });
        till.scene.finance.client.mutate("reconciliationStart", input, "reconciliation { id state }").await
    };
    assert_eq!(start("2026-03-02").await.refused(), "INVALID_VALUE", "the day is not over");
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 0);
    app.advance(chrono::Duration::hours(24));
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 0, "gateways have it at ten");
    app.advance(chrono::Duration::hours(1));
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 1);
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 0, "once");
    let (statements, seen) = app.statements(till.scene.finance.client.query(REPORT, json!({}))).await;
    assert_eq!(statements, 3, "viewer, page, count");
    let mut seen = seen["reconciliations"]["nodes"][0].clone();
    let id = seen.as_object_mut().unwrap().remove("id").unwrap();
    let money = |amount: &str| json!({ "amount": amount });
    assert_eq!(
        seen,
        json!({
            "day": "2026-03-02", "state": "DONE", "noBill": false, "paymentCount": 1, "paymentSum": money("134.25"),
            "refundCount": 1, "refundSum": money("7.40"), "feeSum": "0.7611", "ownPaymentCount": 1,
            "ownPaymentSum": money("134.25"), "ownRefundCount": 1, "matchedCount": 2, "differenceCount": 0, "openCount": 0,
        })
    );
    // By hand once more: the same.
    let again = start("2026-03-02").await.ok()["reconciliation"].clone();
    assert_eq!((&again["id"], &again["state"]), (&id, &json!("WAITING")));
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 1);
    let mut after = report(&till).await;
    after.as_object_mut().unwrap().remove("id");
    assert_eq!(after, seen);
}

async fn what_went_past_linli_shows(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    till.refund_past_linli(&app, &payment, "OUTSIDE01", 1_000, 13_425).await;
    till.strange_money(&app, "STRANGE01", 5_000).await;
    till.suspense(1).await;
    // Two that nobody told of: one is a payment of ours.
    till.switch(Switches { lose: true, ..Switches::default() });
    till.strange_money(&app, "STRANGE02", 700).await;
    let ahead = json!({ "payFor": { "prepaid": { "unitId": till.unit() } }, "amount": "30" });
    let (lost, page) = till.begin(&till.owner, ahead).await;
    decide(&page, "pay").await;
    assert_eq!(till.payment(&lost).await["state"], "PENDING");
    app.advance(chrono::Duration::hours(26));
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 1);
    assert_eq!(till.payment(&lost).await["state"], "SETTLED");
    assert_eq!(till.suspense(2).await.len(), 2);
    let id = report(&till).await["id"].clone();
    let mut found = differences(&till, &id).await;
    found.sort_by(|a, b| a.0.cmp(&b.0));
    let lines: Vec<&str> = found.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "PAYMENT MISSING_HERE OPEN 50.00 -",
            "PAYMENT MISSING_HERE OPEN 7.00 -",
            "PAYMENT MISSING_HERE RESOLVED 30.00 -",
            "REFUND MISSING_HERE OPEN 10.00 -",
        ]
    );
    assert!(found[..2].iter().all(|(_, it)| it["suspenseItemId"].is_string()));
    let explain = async |words: &str, key: &str| {
        let input = json!({ "differenceId": found[3].1["id"], "words": words, "idempotencyKey": key });
        let fields = "difference { id state words resolvedById }";
        till.scene.finance.client.mutate("reconciliationDifferenceResolve", input, fields).await
    };
    assert_eq!(explain(" ", &key()).await.refused(), "REQUIRED");
    let same = key();
    let done = explain("在商户平台手工退款", &same).await.ok();
    assert_eq!(
        (&done["difference"]["state"], &done["difference"]["resolvedById"]),
        (&json!("RESOLVED"), &json!(till.scene.finance.wire))
    );
    assert_eq!(explain("在商户平台手工退款", &same).await.ok(), done, "a repeat");
    assert_eq!(explain("x", &key()).await.refused(), "RESOLVED_ALREADY");
    assert_eq!(report(&till).await["openCount"], 2);
    let filtered = "query($id: ID!) { node(id: $id) { ... on Reconciliation {
        differences(kind: MISSING_HERE, state: OPEN) { totalCount nodes { id } } } } }";
    let variables = json!({ "id": id });
    let (statements, seen) = app.statements(till.scene.finance.client.query(filtered, variables)).await;
    assert_eq!((statements, &seen["node"]["differences"]["totalCount"]), (4, &json!(2)), "viewer, day, page, count");
}

async fn a_bill_that_is_late_is_waited_for(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.paid(json!({})).await;
    app.advance(chrono::Duration::hours(26));
    // The gateway is away: the day waits, and is compared when it is back.
    let address = till.sandbox.url().trim_start_matches("http://").to_owned();
    let Till { scene, owner, sandbox } = till;
    sandbox.stop().await;
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 0);
    // What it knew it has forgotten: it has no bill of the day, on which something was paid.
    let sandbox = crate::payments::shared::sandbox(&app, &address).await;
    let till = Till { scene, owner, sandbox };
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 0, "not before a pause");
    app.advance(chrono::Duration::minutes(5));
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 0, "it may still come");
    app.advance(chrono::Duration::days(3));
    // With the three days after it, on which nothing was paid.
    assert_eq!(payments::reconcile(&app.app).await.unwrap(), 4);
    let seen = till.scene.finance.client.query(REPORT, json!({})).await;
    let days = seen["reconciliations"]["nodes"].as_array().unwrap();
    let day = days.iter().find(|it| it["day"] == "2026-03-02").unwrap();
    assert_eq!(day["noBill"], true);
    let lines: Vec<String> = differences(&till, &day["id"]).await.into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, ["PAYMENT MISSING_THERE OPEN - 134.25"]);
}
