//! What the desk holds of a person: shown to the person, and taken out as far as the books let it.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{Desk, text};
use crate::people::erase::{erase, holding};
use crate::tickets::shared::key;

both!(what_the_desk_holds_is_shown_and_then_gone);

const NAME: &str = "住户1-1";
const COMPANY: &str = "91110108551385082Q";

async fn what_the_desk_holds_is_shown_and_then_gone(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let charges = desk.charges(0).await;
    desk.record(json!({ "unitId": null, "chargeIds": [charges[0]], "payerName": NAME })).await.ok();
    let finance = &desk.scene.finance.client;
    let company = json!({ "chargeIds": [charges[0]], "kind": "COMPANY", "title": "甲公司", "taxNumber": COMPANY, "email": "me@example.com" });
    let issued = desk.invoice(&desk.owner, company).await.ok()["invoice"]["id"].clone();
    let issue = json!({ "invoiceRequestId": issued, "number": "12345678", "idempotencyKey": key() });
    finance.mutate("invoiceIssue", issue, "invoice { id }").await.ok();
    let open = json!({ "chargeIds": [charges[1]], "title": NAME, "email": "me@example.com" });
    let open = desk.invoice(&desk.owner, open).await.ok()["invoice"]["id"].clone();
    let link = desk.owner.mutate("dataExport", json!({ "idempotencyKey": key() }), "link { url }").await.ok();
    let file = app.http().get(app.url(&text(&link["link"]["url"]))).send().await.unwrap();
    let told: Value = serde_json::from_str(&file.text().await.unwrap()).unwrap();
    let payments = &told["payments"];
    assert_eq!(payments["receipts"][0]["payerName"], NAME);
    assert_eq!(payments["receipts"][0]["number"], "D-00000001");
    assert_eq!(
        (&payments["invoices"][0]["taxNumber"], &payments["invoices"][0]["email"]),
        (&json!(COMPANY), &json!("me@example.com"))
    );
    assert_eq!(
        (&payments["invoices"][1]["title"], &payments["invoices"][1]["state"]),
        (&json!(NAME), &json!("REQUESTED"))
    );
    for column in ["invoice_request.title", "payment.payer_name", "receipt.payer_name"] {
        assert!(holding(&app, NAME).await.contains(&column.to_owned()), "{column}");
    }
    assert_eq!(holding(&app, "me@example.com").await, ["invoice_request.email"]);
    // Who owes something, or has something to come, settles that first.
    assert_eq!(erase(&app, &desk.owner, "13900010001").await.refused(), "DEBTS_OPEN");
    desk.record(json!({ "unitId": null, "chargeIds": [charges[1]], "payerName": "乙" })).await.ok();
    erase(&app, &desk.owner, "13900010001").await.ok();
    // The register, whoever owes, and the receipt that was given: the company's own books.
    assert_eq!(holding(&app, NAME).await, ["payer.name", "receipt.payer_name", "residency.name"]);
    assert_eq!(holding(&app, "me@example.com").await, Vec::<String>::new());
    assert_eq!(holding(&app, COMPANY).await, ["invoice_request.tax_number"], "what was issued stays");
    let node = "query($id: ID!) { node(id: $id) { ... on InvoiceRequest { state title taxNumber email } } }";
    let found = finance.query(node, json!({ "id": open })).await["node"].clone();
    assert_eq!(found, json!({ "state": "REFUSED", "title": null, "taxNumber": null, "email": null }));
    // What was given up can be asked for again, at the desk.
    desk.invoice(&desk.clerk.client, json!({ "chargeIds": [charges[1]], "title": "乙" })).await.ok();
}
