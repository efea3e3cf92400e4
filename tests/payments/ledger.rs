//! The ledger through the API: what a payment entered, and that accounts sum to zero.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Till, decide};

both!(a_payment_is_seen_in_the_ledger);

async fn a_payment_is_seen_in_the_ledger(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (id, page) = till
        .begin(&till.owner, json!({ "amount": "126.85", "payFor": { "prepaid": { "unitId": till.unit() } } }))
        .await;
    decide(&page, "pay").await;
    till.until(&id, "SETTLED").await;
    let (second, page) = till.begin(&till.owner, json!({})).await;
    decide(&page, "pay").await;
    till.until(&second, "SETTLED").await;
    let query = "query($f: LedgerFilterInput, $first: Int, $after: String) {
        ledgerEntries(filter: $f, first: $first, after: $after) { totalCount pageInfo { endCursor hasNextPage }
            nodes { account amount { amount } journalKind postedOn chargeId feeItemId } } }";
    let finance = &till.scene.finance.client;
    let entered = finance.query(query, json!({ "f": { "paymentId": second } })).await["ledgerEntries"].clone();
    let mut lines: Vec<String> = entered["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["journalKind"], it["account"], it["amount"]["amount"]).replace('"', ""))
        .collect();
    lines.sort();
    let expected =
        ["RECEIVED CASH 107.40", "RECEIVED CASH 26.85", "RECEIVED RECEIVABLE -107.40", "RECEIVED RECEIVABLE -26.85"];
    assert_eq!(lines, expected);
    let mut pages = 0;
    let (mut after, mut seen) = (Value::Null, 0);
    loop {
        let page = finance.query(query, json!({ "first": 3, "after": after })).await["ledgerEntries"].clone();
        (pages, seen) = (pages + 1, seen + page["nodes"].as_array().unwrap().len());
        if page["pageInfo"]["hasNextPage"] == false {
            assert_eq!(page["totalCount"], seen);
            break;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
    assert!(pages > 2, "{pages}");
    for (filter, count) in [
        (json!({ "account": "CASH", "communityId": till.scene.community() }), 3),
        (json!({ "account": "PREPAID" }), 1),
        (json!({ "to": "2026-02-28" }), 0),
        (json!({ "from": "2030-01-01" }), 0),
    ] {
        assert_eq!(
            finance.query(query, json!({ "f": filter })).await["ledgerEntries"]["totalCount"],
            count,
            "{filter}"
        );
    }
    let query = "query($id: ID!) { trialBalance(communityId: $id) { account balance { amount } } }";
    let balance = finance.query(query, json!({ "id": till.scene.community() })).await;
    let told: Vec<String> = balance["trialBalance"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {}", it["account"], it["balance"]["amount"]).replace('"', ""))
        .collect();
    // 134.25 was earned and paid, 126.85 is prepaid.
    assert_eq!(told, ["CASH 261.10", "PREPAID -126.85", "RECEIVABLE 0.00", "REVENUE -134.25"]);
    // A resident has the history of charges and payments, and no ledger.
    assert_eq!(till.owner.post(query, json!({ "id": till.scene.community() })).await.code(), "FORBIDDEN");
    assert_eq!(till.owner.post("{ ledgerEntries { totalCount } }", json!({})).await.code(), "FORBIDDEN");
}
