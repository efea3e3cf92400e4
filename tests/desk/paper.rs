//! The receipt's page: what it says, who opens it, and how a void one looks.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{Client, TestApp, both};

use super::shared::{Desk, text};

both!(a_receipt_is_printed_for_staff_and_for_its_payer, an_address_is_worth_what_its_reader_may_see);

async fn link(by: &Client, id: &Value) -> String {
    let query = "query($id: ID!) { node(id: $id) { ... on Receipt { printLink { url expiresAt } } } }";
    text(&by.query(query, json!({ "id": id })).await["node"]["printLink"]["url"])
}

async fn page(app: &TestApp, url: &str, language: &str) -> (u16, String) {
    let answer = app.http().get(app.url(url)).header("accept-language", language).send().await.unwrap();
    (answer.status().as_u16(), answer.text().await.unwrap())
}

async fn a_receipt_is_printed_for_staff_and_for_its_payer(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let input = json!({ "payerName": "<b>王芳</b>", "amount": "200", "restToPrepaid": true });
    let receipt = desk.record(input).await.ok()["recorded"]["receipt"]["id"].clone();
    for by in [&desk.clerk.client, &desk.owner] {
        let url = link(by, &receipt).await;
        let (status, html) = page(&app, &url, "zh-CN").await;
        assert_eq!(status, 200);
        for part in [
            "D-00000001",
            "邻里花园",
            "物业公司1",
            "贰佰元整",
            "CNY 200.00",
            "物业费",
            "2026-03-01 – 2026-03-31",
            "电梯费",
            "预存款",
            "65.75",
            "现金",
            "员工1-33",
            "&#60;b&#62;王芳",
            "2026-03-02 09:00",
        ] {
            assert!(html.contains(part), "{part} is not in {html}");
        }
        assert!(!html.contains("<b>") && !html.contains("作废") && html.contains("A5"), "{html}");
    }
    desk.void(&desk.clerk.client, &receipt, json!({ "reason": "名字写错" })).await.ok();
    let url = link(&desk.owner, &receipt).await;
    let (_, html) = page(&app, &url, "en").await;
    assert!(html.contains("VOID") && html.contains("名字写错") && html.contains("Lift"), "{html}");
    let query = "{ receipts(filter: { state: VALID }) { nodes { id } } }";
    let next = desk.owner.query(query, json!({})).await["receipts"]["nodes"][0]["id"].clone();
    let (_, html) = page(&app, &link(&desk.owner, &next).await, "en").await;
    assert!(html.contains("In place of") && html.contains("D-00000001") && html.contains("D-00000002"), "{html}");
    assert!(!html.contains("VOID"), "{html}");
}

async fn an_address_is_worth_what_its_reader_may_see(app: Arc<TestApp>) {
    let desk = Desk::open(&app).await;
    let receipt = desk.record(json!({})).await.ok()["recorded"]["receipt"]["id"].clone();
    let (staff, own) = (link(&desk.clerk.client, &receipt).await, link(&desk.owner, &receipt).await);
    let forged = own.replace("signature=", "signature=0");
    let other = own.replace("/print/receipts/", "/print/tickets/");
    for (url, status, code) in [
        (forged.as_str(), 403, "LINK_INVALID"),
        (other.as_str(), 403, "LINK_INVALID"),
        ("/print/receipts/nonsense", 403, "LINK_INVALID"),
    ] {
        let (found, html) = page(&app, url, "en").await;
        assert_eq!((found, html.contains(code)), (status, true), "{url}");
    }
    let left = json!({ "staffId": desk.clerk.wire });
    let admin = desk.scene.world.admin(&app).await;
    admin.mutate("staffLeave", left, "staff { id }").await.ok();
    assert_eq!(page(&app, &staff, "en").await.0, 404, "the clerk has left");
    assert_eq!(page(&app, &own, "en").await.0, 200);
    app.advance(chrono::Duration::days(2));
    assert_eq!(page(&app, &own, "en").await.0, 410);
}
