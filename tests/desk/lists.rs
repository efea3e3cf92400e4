//! What a page takes, and what is found by its id.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::Desk;
use crate::tickets::shared::key;

both!(a_list_takes_the_same_statements_for_one_row_and_for_many, pages_follow_each_other, all_three_are_nodes);

async fn a_list_takes_the_same_statements_for_one_row_and_for_many(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let series = desk.series("P", true).await.ok()["series"]["id"].clone();
    for round in 0..2 {
        for number in 0..(1 + round * 4) {
            let from = 1 + (round * 10 + number) * 3;
            desk.book(&series, (from, from + 2), &desk.clerk.wire).await.ok();
            desk.record(json!({ "amount": "1" })).await.ok();
            let fee = json!({ "code": format!("F{round}{number}"), "kind": "ONE_OFF", "timing": "ARREARS" });
            let fee = desk.scene.item(desk.scene.area(fee)).await;
            let input = json!({ "unitId": desk.unit(0), "feeItemId": fee, "amount": "5", "words": "x", "idempotencyKey": key() });
            let charge = desk.scene.finance.client.mutate("chargeCreate", input, "charge { id }").await.ok();
            desk.invoice(&desk.owner, json!({ "chargeIds": [charge["charge"]["id"]] })).await.ok();
        }
        let shift = desk.clerk.client.query("{ shifts(filter: { state: OPEN }) { nodes { id } } }", json!({})).await;
        let shift = shift["shifts"]["nodes"][0]["id"].clone();
        desk.close(&desk.clerk.client, &shift, "0", Some("x")).await.ok();
        desk.shift(&desk.clerk.client, "0").await.ok();
        let lists = [
            (
                &desk.clerk.client,
                "{ shifts { totalCount nodes { staffName communityName totals { taken { amount } } } } }",
                4,
            ),
            (&desk.scene.finance.client, "{ receiptBooks { totalCount nodes { staffName seriesCode used } } }", 3),
            (
                &desk.scene.finance.client,
                "{ receipts { totalCount nodes { number lines { nameZh } printLink { url } } } }",
                4,
            ),
            (&desk.owner, "{ receipts { nodes { number amount { amount } lines { nameZh amount { amount } } } } }", 3),
            (&desk.owner, "{ invoiceRequests { totalCount nodes { title lines { itemNameZh } } } }", 4),
        ];
        for (client, query, expected) in lists {
            let (statements, _) = app.statements(client.query(query, json!({}))).await;
            assert_eq!(statements, expected, "{query}");
        }
    }
}

async fn pages_follow_each_other(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    for _ in 0..3 {
        desk.record(json!({ "amount": "1" })).await.ok();
    }
    let page = "query($a: String) { receipts(first: 2, after: $a) { totalCount pageInfo { hasNextPage endCursor } nodes { number } } }";
    let first = desk.owner.query(page, json!({})).await["receipts"].clone();
    assert_eq!((&first["totalCount"], &first["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
    assert_eq!(first["nodes"], json!([{ "number": "D-00000003" }, { "number": "D-00000002" }]));
    let next = desk.owner.query(page, json!({ "a": first["pageInfo"]["endCursor"] })).await["receipts"].clone();
    assert_eq!(next["nodes"], json!([{ "number": "D-00000001" }]));
    assert_eq!(next["pageInfo"]["hasNextPage"], false);
    let found = "query($f: ReceiptFilterInput) { receipts(filter: $f) { totalCount } }";
    let query = "{ receipts { nodes { paymentId seriesId } } }";
    let one = desk.owner.query(query, json!({})).await["receipts"]["nodes"][0].clone();
    for (filter, count) in [
        (json!({ "paymentId": one["paymentId"] }), 1),
        (json!({ "seriesId": one["seriesId"], "communityId": desk.scene.community(), "unitId": desk.unit(0) }), 3),
        (json!({ "unitId": desk.unit(1) }), 0),
        (json!({ "state": "VOID" }), 0),
        (json!({ "number": "D-00000002\u{0}" }), 0),
    ] {
        let data = desk.owner.query(found, json!({ "f": filter })).await;
        assert_eq!(data["receipts"]["totalCount"], count, "{filter}");
    }
    for list in ["shifts", "receiptBooks", "receipts", "invoiceRequests"] {
        let query = format!("{{ {list}(first: -1) {{ nodes {{ id }} }} }}");
        assert_eq!(desk.scene.finance.client.post(&query, json!({})).await.code(), "MALFORMED", "{list}");
    }
}

async fn all_three_are_nodes(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let taken = desk.record(json!({ "amount": "1" })).await.ok();
    let charges = desk.charges(0).await;
    let asked = desk.invoice(&desk.owner, json!({ "chargeIds": charges })).await.ok();
    let node = "query($id: ID!) { node(id: $id) { __typename } }";
    let look = async |by: &support::Client, id: &Value| {
        by.query(node, json!({ "id": id })).await["node"]["__typename"].clone()
    };
    let neighbour = desk.scene.owner(&app, 2, 2, "2025-01-01").await;
    let recorded = &taken["recorded"];
    for (id, name) in [
        (&recorded["shiftId"], "Shift"),
        (&recorded["receipt"]["id"], "Receipt"),
        (&asked["invoice"]["id"], "InvoiceRequest"),
    ] {
        assert_eq!(look(&desk.scene.finance.client, id).await, name);
        assert_eq!(look(&desk.owner, id).await, if name == "Shift" { Value::Null } else { json!(name) });
        assert_eq!(look(&neighbour, id).await, Value::Null);
    }
}
