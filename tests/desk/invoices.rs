//! Invoices: asked for before or after payment, issued, refused, reversed.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::shared::{Desk, INVOICE, rows};
use crate::tickets::shared::{key, number};

both!(an_invoice_is_asked_for_issued_and_reversed, what_is_entered_must_be_right, payments_and_bills_are_invoiced_too);

const COMPANY: &str = "91110108551385082Q";

async fn an_invoice_is_asked_for_issued_and_reversed(app: Arc<TestApp>) {
    let desk = Desk::set_up(&app).await;
    let charges = desk.charges(0).await;
    let input = json!({
        "chargeIds": charges, "kind": "COMPANY", "title": " 邻里科技有限公司 ", "taxNumber": COMPANY.to_lowercase(),
        "email": "tax@example.com", "idempotencyKey": key(),
    });
    let asked = desk.owner.mutate("invoiceRequest", input.clone(), INVOICE).await.ok();
    let it = &asked["invoice"];
    let expected = json!({
        "id": it["id"], "state": "REQUESTED", "version": 1, "kind": "COMPANY", "title": "邻里科技有限公司",
        "taxNumber": COMPANY, "email": "tax@example.com", "amount": { "amount": "134.25" }, "reason": null,
        "number": null, "issuedOn": null, "redNumber": null, "redReason": null, "atDesk": false,
        "lines": it["lines"],
    });
    assert_eq!((it, it["lines"].as_array().unwrap().len()), (&expected, 2), "before anything is paid");
    assert_eq!(desk.owner.mutate("invoiceRequest", input, INVOICE).await.ok(), asked, "a repeat");
    assert_eq!(desk.invoice(&desk.owner, json!({ "chargeIds": [charges[0]] })).await.refused(), "ALREADY_INVOICED");
    let finance = &desk.scene.finance.client;
    let to = |more: serde_json::Value| {
        crate::tickets::shared::merged(json!({ "invoiceRequestId": it["id"], "idempotencyKey": key() }), more)
    };
    let before = rows(&app).await;
    for (name, more, code) in [
        ("invoiceIssue", json!({ "number": "1234567" }), "INVALID_VALUE"),
        ("invoiceIssue", json!({ "number": "12345678", "issuedOn": "2026-03-03" }), "TIME_IN_FUTURE"),
        ("invoiceRefuse", json!({ "reason": "" }), "REQUIRED"),
        ("invoiceReverse", json!({ "redNumber": "x", "reason": "y" }), "INVALID_VALUE"),
        ("invoiceReverse", json!({ "redNumber": "12345678", "reason": "y" }), "INVOICE_STATE"),
    ] {
        assert_eq!(finance.mutate(name, to(more.clone()), "invoice { id }").await.refused(), code, "{name} {more}");
    }
    assert_eq!(rows(&app).await, before);
    let issue = to(json!({ "number": "25312000000123456789" }));
    let issued = finance.mutate("invoiceIssue", issue.clone(), INVOICE).await.ok();
    assert_eq!(finance.mutate("invoiceIssue", issue, INVOICE).await.ok(), issued, "a repeat");
    let it = &issued["invoice"];
    assert_eq!((&it["state"], &it["issuedOn"], &it["version"]), (&json!("ISSUED"), &json!("2026-03-02"), &json!(2)));
    for (name, more) in [("invoiceIssue", json!({ "number": "12345678" })), ("invoiceRefuse", json!({ "reason": "x" }))]
    {
        assert_eq!(finance.mutate(name, to(more), "invoice { id }").await.refused(), "INVOICE_STATE");
    }
    assert_eq!(desk.invoice(&desk.owner, json!({ "chargeIds": charges })).await.refused(), "ALREADY_INVOICED");
    let reverse = to(json!({ "redNumber": "25312000000123456790", "reason": "抬头有误" }));
    let reversed = finance.mutate("invoiceReverse", reverse, INVOICE).await.ok();
    assert_eq!(
        (&reversed["invoice"]["state"], &reversed["invoice"]["redReason"]),
        (&json!("REVERSED"), &json!("抬头有误"))
    );
    // Then it may be asked for again, at the desk, too; the number is taken.
    let again = desk.invoice(&desk.clerk.client, json!({ "chargeIds": charges })).await.ok();
    assert_eq!(again["invoice"]["atDesk"], true);
    let id = again["invoice"]["id"].clone();
    let issue = json!({ "invoiceRequestId": id, "number": "25312000000123456789", "idempotencyKey": key() });
    let taken = finance.mutate("invoiceIssue", issue, "invoice { id }").await;
    assert_eq!((taken.refused(), taken.field()), ("ALREADY_EXISTS".into(), "input.number".into()));
    let refuse = json!({ "invoiceRequestId": id, "reason": "请补材料", "idempotencyKey": key() });
    let refused = finance.mutate("invoiceRefuse", refuse, INVOICE).await.ok();
    assert_eq!((&refused["invoice"]["state"], &refused["invoice"]["reason"]), (&json!("REFUSED"), &json!("请补材料")));
    assert_eq!(number(&app, "SELECT CAST(SUM(amount) AS bigint) FROM invoiced_charge").await, 0);
    let own = desk.owner.query("{ invoiceRequests { totalCount nodes { state atDesk } } }", json!({})).await;
    assert_eq!(
        own["invoiceRequests"]["nodes"],
        json!([{ "state": "REFUSED", "atDesk": true }, { "state": "REVERSED", "atDesk": false }])
    );
}

async fn what_is_entered_must_be_right(app: Arc<TestApp>) {
    let desk = Desk::set_up(&app).await;
    let charges = desk.charges(0).await;
    let others = desk.charges(1).await;
    let payment = "payment_00000000000000000000000000";
    let before = rows(&app).await;
    for (more, code, field) in [
        (json!({}), "REQUIRED", "chargeIds"),
        (json!({ "chargeIds": charges, "billIds": [] }), "INVALID_VALUE", "chargeIds"),
        (json!({ "chargeIds": [] }), "NOT_FOUND", "chargeIds"),
        (json!({ "chargeIds": others }), "NOT_FOUND", "chargeIds"),
        (json!({ "paymentId": payment }), "NOT_FOUND", "paymentId"),
        (json!({ "chargeIds": charges, "title": " " }), "REQUIRED", "title"),
        (json!({ "chargeIds": charges, "title": "名".repeat(101) }), "TOO_LONG", "title"),
        (json!({ "chargeIds": charges, "taxNumber": COMPANY }), "INVALID_VALUE", "taxNumber"),
        (json!({ "chargeIds": charges, "kind": "COMPANY" }), "REQUIRED", "taxNumber"),
        (
            json!({ "chargeIds": charges, "kind": "COMPANY", "taxNumber": "91110108551385082A" }),
            "INVALID_TAX_NUMBER",
            "taxNumber",
        ),
        (json!({ "chargeIds": charges, "email": "nobody" }), "INVALID_VALUE", "email"),
        (json!({ "chargeIds": vec![charges[0].clone(); 501] }), "TOO_MANY", "chargeIds"),
    ] {
        let outcome = desk.invoice(&desk.owner, more.clone()).await;
        assert_eq!((outcome.refused(), outcome.field()), (code.into(), format!("input.{field}")), "{more}");
    }
    assert_eq!(rows(&app).await, before);
}

async fn payments_and_bills_are_invoiced_too(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let paid = desk.record(json!({ "amount": "20" })).await.ok()["recorded"]["paymentId"].clone();
    let part = desk.invoice(&desk.owner, json!({ "paymentId": paid })).await.ok();
    assert_eq!(part["invoice"]["amount"]["amount"], "20.00", "what was paid");
    assert_eq!(desk.invoice(&desk.owner, json!({ "paymentId": paid })).await.refused(), "ALREADY_INVOICED");
    // The rest of the bill, and no deposit.
    let deposit =
        json!({ "code": "DEP", "kind": "DEPOSIT", "nameZh": "押金", "nameEn": "Deposit", "timing": "ARREARS" });
    let deposit = desk.scene.item(desk.scene.area(deposit)).await;
    let input = json!({ "unitId": desk.unit(0), "feeItemId": deposit, "amount": "500", "words": "装修", "idempotencyKey": key() });
    let charge = desk.scene.finance.client.mutate("chargeCreate", input, "charge { id billId }").await.ok();
    let held = desk.invoice(&desk.owner, json!({ "chargeIds": [charge["charge"]["id"]] })).await;
    assert_eq!(held.refused(), "NOT_FOUND", "a deposit is no turnover");
    let bills = desk.owner.query("{ charges { nodes { billId } } }", json!({})).await;
    let bills: Vec<_> = bills["charges"]["nodes"].as_array().unwrap().iter().map(|it| it["billId"].clone()).collect();
    let rest = desk.invoice(&desk.owner, json!({ "billIds": bills })).await.ok();
    assert_eq!(rest["invoice"]["amount"]["amount"], "114.25");
    let all = json!({ "unitId": desk.unit(1) });
    let theirs = desk.record(all).await.ok()["recorded"]["paymentId"].clone();
    assert_eq!(desk.invoice(&desk.owner, json!({ "paymentId": theirs })).await.refused(), "NOT_FOUND");
}
