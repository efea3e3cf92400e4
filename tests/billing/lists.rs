//! What a page takes, and what a phone is shown.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Scene, unit};

both!(a_list_takes_the_same_statements_for_one_row_and_for_many, bills_and_charges_are_nodes);

async fn a_list_takes_the_same_statements_for_one_row_and_for_many(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    for round in 0..2 {
        for number in 0..(1 + round * 9) {
            let more = json!({ "code": format!("F{round}{number}"), "kind": "FIXED" });
            scene.item_at(scene.area(more), "5").await;
        }
        scene.bill(&app, "2026-03-01").await;
        let (community, flat) = (scene.community(), unit(&scene.world, 0));
        let lists = [
            (
                &owner,
                "{ payable { unitNumber total { amount } charges { itemNameZh open { amount } dueOn } } }".to_owned(),
                2,
            ),
            (&owner, "{ charges { nodes { itemNameZh amount { amount } billNumber } } }".to_owned(), 2),
            (&owner, "{ bills { totalCount nodes { number due { amount } } } }".to_owned(), 3),
            (&scene.finance.client, "{ charges { totalCount nodes { payerName } } }".to_owned(), 3),
            (
                &scene.finance.client,
                format!("{{ feeItems(communityId: \"{community}\") {{ code rates {{ rate }} }} }}"),
                3,
            ),
            (
                &scene.finance.client,
                "{ billingRuns { nodes { number communityName charged { amount } } } }".to_owned(),
                2,
            ),
            (&scene.finance.client, "{ feeApprovals { subjectId reason } }".to_owned(), 3),
            (&scene.finance.client, format!("{{ meters(unitId: \"{flat}\") {{ serial readings {{ value }} }} }}"), 3),
            (
                &scene.finance.client,
                format!(
                    "{{ unitFees(unitId: \"{flat}\") {{ payers {{ payerName }} discounts {{ reason }} vacancies {{ id }} meters {{ serial }} }} }}"
                ),
                7,
            ),
            (
                &scene.finance.client,
                "{ billingRuns(first: 1) { nodes { problems { totalCount nodes { code unitNumber } } } } }".to_owned(),
                3,
            ),
            (&owner, "{ prepaidBalances { amount { amount } } }".to_owned(), 2),
            (&scene.finance.client, "{ collectionReport(input: { groupBy: [ITEM] }) { itemCode } }".to_owned(), 2),
        ];
        for (client, query, expected) in &lists {
            let (statements, _) = app.statements(client.query(query, json!({}))).await;
            assert_eq!(statements, *expected, "{query}");
        }
    }
}

async fn bills_and_charges_are_nodes(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    let owner = scene.owner(&app, 1, 0, "2025-01-01").await;
    let run = scene.bill(&app, "2026-03-01").await;
    let own = owner.query("{ charges { nodes { id billId unitId } } }", json!({})).await["charges"]["nodes"][0].clone();
    assert_eq!(own["unitId"], unit(&scene.world, 0));
    let node = "query($id: ID!) { node(id: $id) { __typename } }";
    let look = async |by: &support::Client, id: &Value| {
        by.query(node, json!({ "id": id })).await["node"]["__typename"].clone()
    };
    let neighbour = scene.owner(&app, 2, 1, "2026-03-31").await;
    for (id, name) in [(&own["id"], "Charge"), (&own["billId"], "Bill"), (&run["id"], "BillingRun")] {
        assert_eq!(look(&scene.finance.client, id).await, name);
        let resident = if name == "BillingRun" { Value::Null } else { json!(name) };
        assert_eq!(look(&owner, id).await, resident);
        assert_eq!(look(&neighbour, id).await, Value::Null);
    }
}
