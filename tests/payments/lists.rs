//! Lists of payments: pages, filters, and the statements that they take.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::shared::{Till, decide};

both!(lists_are_paged_and_filtered, a_page_takes_a_fixed_number_of_statements);

async fn lists_are_paged_and_filtered(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let (settled, page) = till.begin(&till.owner, json!({ "amount": "10" })).await;
    decide(&page, "pay").await;
    till.until(&settled, "SETTLED").await;
    let (pending, _) = till.begin(&till.owner, json!({})).await;
    let query = "query($f: PaymentFilterInput, $after: String) { payments(filter: $f, first: 1, after: $after) {
        totalCount nodes { id } pageInfo { hasNextPage endCursor } } }";
    let first = till.owner.query(query, json!({})).await["payments"].clone();
    assert_eq!((&first["totalCount"], &first["nodes"][0]["id"]), (&json!(2), &json!(pending)));
    let after = json!({ "after": first["pageInfo"]["endCursor"] });
    let second = till.owner.query(query, after).await["payments"].clone();
    assert_eq!((&second["nodes"][0]["id"], &second["pageInfo"]["hasNextPage"]), (&json!(settled), &json!(false)));
    let charges = till.owner.query("{ charges { nodes { id itemCode } } }", json!({})).await;
    let lift = charges["charges"]["nodes"].as_array().unwrap().iter().find(|it| it["itemCode"] == "LIFT").unwrap();
    for (filter, count) in [
        (json!({ "state": "SETTLED" }), 1),
        (json!({ "state": "CLOSED" }), 0),
        (json!({ "method": "SANDBOX" }), 2),
        (json!({ "method": "CASH" }), 0),
        (json!({ "unitId": till.unit() }), 2),
        (json!({ "communityId": till.scene.community() }), 2),
        (json!({ "chargeId": lift["id"] }), 1),
        (json!({ "settledFrom": "2030-01-01T00:00:00Z" }), 0),
        (json!({ "settledBefore": "2030-01-01T00:00:00Z" }), 1),
    ] {
        let found = till.scene.finance.client.query(query, json!({ "f": filter })).await;
        assert_eq!(found["payments"]["totalCount"], count, "{filter}");
    }
    let node = "query($id: ID!) { node(id: $id) { id ... on Payment { state } } }";
    assert_eq!(till.owner.query(node, json!({ "id": settled })).await["node"]["state"], "SETTLED");
}

async fn a_page_takes_a_fixed_number_of_statements(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    for _ in 0..3 {
        till.begin(&till.owner, json!({})).await;
    }
    let query = "{ payments { nodes { id state parts { paid { amount } } own } } }";
    let before = app.app.db.statements();
    till.owner.query(query, json!({})).await;
    // The session, the page, and the parts of all of it.
    assert_eq!(app.app.db.statements() - before, 3);
}
