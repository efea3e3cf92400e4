//! Money that nobody could place: finance places it or sends it back, once.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::try_parse_id;
use entities::values::PaymentId;
use serde_json::{Value, json};
use support::{TestApp, both};

use crate::billing::shared::owed;
use crate::payments::shared::{Till, decide, money, prepaid};
use crate::tickets::shared::key;

both!(strange_money_pays_what_is_owed, strange_money_goes_back, a_payment_of_another_amount_is_placed);

/// Who pays for unit 101.
async fn payer(till: &Till) -> Value {
    let data = till.scene.finance.client.query("{ charges { nodes { payerId } } }", json!({})).await;
    data["charges"]["nodes"][0]["payerId"].clone()
}

async fn strange_money_pays_what_is_owed(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.strange_money(&app, "STRANGE01", 15_000).await;
    let item = till.suspense(1).await[0].clone();
    assert_eq!((&item["reason"], &item["orderNumber"]), (&json!("UNKNOWN_ORDER"), &json!("STRANGE01")));
    app.advance(chrono::Duration::days(3));
    till.strange_money(&app, "STRANGE02", 100).await;
    till.suspense(2).await;
    let (management, lift) = (till.charge("MANAGEMENT").await, till.charge("LIFT").await);
    let charges = json!([management, lift]);
    let rest = json!({ "chargeIds": charges, "payerId": payer(&till).await, "unitId": till.unit() });
    let refused = async |more: Value| {
        let outcome = till.resolve(&item, more).await;
        (outcome.refused(), outcome.field())
    };
    let fault = |code: &str, field: &str| (code.to_owned(), format!("input.{field}"));
    assert_eq!(refused(json!({})).await, fault("REQUIRED", "place"));
    assert_eq!(refused(json!({ "place": {} })).await, fault("REQUIRED", "chargeIds"));
    assert_eq!(refused(json!({ "place": { "chargeIds": charges } })).await, fault("AMOUNT_DIFFERS", "amount"));
    assert_eq!(refused(json!({ "place": { "payerId": rest["payerId"] } })).await, fault("REQUIRED", "unitId"));
    assert_eq!(refused(json!({ "place": rest, "sendBack": true })).await, fault("INVALID_VALUE", "sendBack"));
    assert_eq!(refused(json!({ "place": rest, "words": "" })).await, fault("REQUIRED", "words"));
    let same = json!({ "place": rest, "idempotencyKey": key() });
    let done = till.resolve(&item, same.clone()).await.ok();
    assert_eq!(
        (&done["suspenseItem"]["state"], &done["suspenseItem"]["resolution"]),
        (&json!("RESOLVED"), &json!("PLACED"))
    );
    assert_eq!(till.resolve(&item, same).await.ok(), done, "a repeat");
    assert_eq!(refused(json!({ "place": rest })).await, fault("SUSPENSE_OVER", "suspenseItemId"));
    assert_eq!(owed(&till.owner).await, Vec::<String>::new());
    assert_eq!(prepaid(&till.owner).await, ["15.75"]);
    // What waits comes first, though it came later.
    let list = "{ suspenseItems { totalCount nodes { orderNumber state ageDays refundId } } }";
    let (statements, seen) = app.statements(till.scene.finance.client.query(list, json!({}))).await;
    assert_eq!(statements, 3, "viewer, page, count");
    let rows: Vec<String> = seen["suspenseItems"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", it["orderNumber"], it["state"], it["ageDays"]))
        .collect();
    assert_eq!(rows, [r#""STRANGE02" "OPEN" 0"#, r#""STRANGE01" "RESOLVED" 3"#]);
    let pages = "query($a: String) { suspenseItems(first: 1, after: $a) { nodes { orderNumber } pageInfo { endCursor hasNextPage } } }";
    let first = till.scene.finance.client.query(pages, json!({})).await["suspenseItems"].clone();
    let next = json!({ "a": first["pageInfo"]["endCursor"] });
    let second = till.scene.finance.client.query(pages, next).await["suspenseItems"].clone();
    assert_eq!(
        (&second["nodes"][0]["orderNumber"], &second["pageInfo"]["hasNextPage"]),
        (&json!("STRANGE01"), &json!(false))
    );
}

async fn strange_money_goes_back(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    till.strange_money(&app, "STRANGE01", 15_000).await;
    let item = till.suspense(1).await[0].clone();
    let back = till.resolve(&item, json!({ "sendBack": true })).await.ok()["suspenseItem"].clone();
    assert_eq!(back["state"], "OPEN", "it waits for a second person");
    assert_eq!(till.resolve(&item, json!({ "sendBack": true })).await.refused(), "SUSPENSE_OVER");
    let refund = json!({ "id": back["refundId"] });
    till.agree(&refund, false).await.ok();
    let back = till.resolve(&item, json!({ "sendBack": true })).await.ok()["suspenseItem"].clone();
    let refund = json!({ "id": back["refundId"] });
    till.agree(&refund, true).await.ok();
    let done = till.sent(&app, &refund["id"]).await;
    assert_eq!((&done["state"], &done["amount"]["amount"]), (&json!("SETTLED"), &json!("150.00")));
    assert_eq!(till.suspense(1).await[0]["state"], "RESOLVED");
}

async fn a_payment_of_another_amount_is_placed(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    for (round, way) in ["place", "refund"].into_iter().enumerate() {
        let charge = till.charge("LIFT").await;
        let one = json!({ "payFor": { "chargeIds": [charge] } });
        let (id, page) = till.begin(&till.owner, one).await;
        // As if another amount had been asked for than what the gateway took.
        let uuid: PaymentId = try_parse_id(&id.as_str().into()).unwrap();
        for table in
            ["payment SET amount = amount + 1 WHERE id = ", "payment_line SET amount = amount + 1 WHERE payment_id = "]
        {
            let mut sql = Sql::new(format!("UPDATE {table}"));
            app.change(sql.bind(uuid)).await;
        }
        decide(&page, "pay").await;
        let settled = till.until(&id, "SETTLED").await;
        assert_eq!(money(&settled), ["107.40", "0.00", "0.00", "107.40"]);
        let item = till.suspense(round + 1).await.into_iter().find(|it| it["state"] == "OPEN").unwrap();
        assert_eq!(item["reason"], "WRONG_AMOUNT");
        if way == "refund" {
            let asked = till.ask(&id, "107.40", json!({ "suspense": true })).await.ok()["refund"].clone();
            till.agree(&asked, true).await.ok();
            assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
            assert_eq!(money(&till.payment(&id).await), ["107.40", "0.00", "0.00", "0.00"]);
        } else {
            till.resolve(&item, json!({ "place": { "chargeIds": [charge] } })).await.ok();
            let placed = till.payment(&id).await;
            assert_eq!(money(&placed), ["107.40", "107.40", "0.00", "0.00"]);
            // What was placed can go back like what was paid.
            let asked = till.ask_charge(&id, &charge, "107.40").await;
            till.agree(&asked, true).await.ok();
            assert_eq!(till.sent(&app, &asked["id"]).await["state"], "SETTLED");
        }
        assert_eq!(till.suspense(round + 1).await.iter().filter(|it| it["state"] == "OPEN").count(), 0);
    }
}
