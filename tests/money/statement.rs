//! A year's statement is the ledger's, and the next one begins where it ends.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use crate::payments::shared::Till;
use crate::tickets::shared::key;

both!(a_year_closes_where_the_next_opens);

const STATEMENT: &str = "query($y: Int!, $p: ID, $u: ID) { yearStatement(year: $y, payerId: $p, unitId: $u) { year
    debts { unitNumber itemNameEn opening { amount } charged { amount } credited { amount } waived { amount }
        paid { amount } refunded { amount } closing { amount } }
    prepaid { unitNumber itemNameEn opening { amount } added { amount } credited { amount } drawn { amount }
        refunded { amount } closing { amount } } } }";

/// The lines of a part of a statement, each as its amounts.
fn lines(of: &Value) -> Vec<String> {
    let amount = |it: &Value| it["amount"].as_str().map(str::to_owned);
    let rows = of.as_array().unwrap().iter();
    rows.map(|row| {
        let columns = ["opening", "charged", "added", "credited", "waived", "paid", "drawn", "refunded", "closing"];
        let amounts: Vec<String> = columns.iter().filter_map(|column| amount(&row[*column])).collect();
        format!("{} {}", row["itemNameEn"].as_str().unwrap_or("-"), amounts.join(" "))
    })
    .collect()
}

async fn a_year_closes_where_the_next_opens(app: Arc<TestApp>) {
    let till = Till::open(&app).await;
    let payment = till.paid(json!({})).await;
    let lift = till.charge("LIFT").await;
    let asked = till.ask_charge(&payment, &lift, "107.40").await;
    till.agree(&asked, true).await.ok();
    till.sent(&app, &asked["id"]).await;
    let waive = json!({ "chargeId": lift, "amount": "7.40", "reason": "停运", "idempotencyKey": key() });
    till.scene.finance.client.mutate("chargeWaive", waive, "waiver { state }").await.ok();
    till.paid(json!({ "payFor": { "prepaid": { "unitId": till.unit() } }, "amount": "200" })).await;
    app.advance(chrono::Duration::days(30));
    till.scene.bill(&app, "2026-04-01").await;
    let year = async |by: &support::Client, year: i32, more: Value| {
        let mut variables = json!({ "y": year });
        variables.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        by.query(STATEMENT, variables).await["yearStatement"].clone()
    };
    let own = year(&till.owner, 2026, json!({})).await;
    // opening, charged, credited, waived, paid, refunded, closing
    assert_eq!(
        lines(&own["debts"]),
        ["Lift 0.00 214.80 0.00 7.40 214.80 107.40 100.00", "Management fee 0.00 53.70 0.00 0.00 53.70 0.00 0.00"]
    );
    // opening, added, credited, drawn, refunded, closing
    assert_eq!(lines(&own["prepaid"]), ["- 0.00 200.00 0.00 134.25 0.00 65.75"]);
    app.advance(chrono::Duration::days(300));
    till.scene.bill(&app, "2027-01-01").await;
    let next = year(&till.owner, 2027, json!({})).await;
    let openings = |of: &Value, column: &str| -> Vec<String> {
        let rows = of.as_array().unwrap().iter();
        rows.map(|row| row[column]["amount"].as_str().unwrap().to_owned()).filter(|it| it != "0.00").collect()
    };
    for part in ["debts", "prepaid"] {
        let again = year(&till.owner, 2026, json!({})).await;
        assert_eq!(openings(&again[part], "closing"), openings(&next[part], "opening"), "{part}");
    }
    assert_eq!(year(&till.owner, 2025, json!({})).await["debts"], json!([]));
    // Staff name the payer, others see nothing of it.
    let finance = &till.scene.finance.client;
    let payer =
        finance.query("{ charges { nodes { payerId } } }", json!({})).await["charges"]["nodes"][0]["payerId"].clone();
    let (statements, seen) = app.statements(year(finance, 2026, json!({ "p": payer }))).await;
    assert_eq!(
        (statements, &seen["debts"]),
        (3, &year(&till.owner, 2026, json!({})).await["debts"]),
        "viewer, payer, rows"
    );
    let refused = finance.post(STATEMENT, json!({ "y": 2026 })).await;
    assert_eq!(refused.code(), "MALFORMED");
    assert_eq!(finance.post(STATEMENT, json!({ "y": 1 , "p": payer })).await.code(), "MALFORMED");
    let neighbour = till.scene.owner(&app, 2, 1, "2026-12-01").await;
    assert_eq!(year(&neighbour, 2026, json!({})).await["debts"], json!([]));
    assert_eq!(year(&neighbour, 2026, json!({ "p": payer })).await["debts"], json!([]));
    let other = json!({ "u": crate::billing::shared::unit(&till.scene.world, 1) });
    assert_eq!(year(&till.owner, 2026, other).await["debts"], json!([]));
}
