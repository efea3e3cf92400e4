//! Money of a community: a merchant at a sandbox, payments by phone and at the desk, what became of them, and what nobody
//! could place.

use api::domains::payments;
use api::graphql::id::try_parse_id;
use api::infra::gateways::sandbox::{Sandbox, SandboxMerchant};
use api::infra::gateways::{Channel, Gateway as _, NewOrder, OrderNo, Patience, PayWith, Secret};
use chrono::Duration;
use entities::values::{MerchantId, Money, Role, TypedId as _};
use serde_json::{Value, json};
use support::world::Site as Place;
use support::{Client, TestApp, World};

use super::{Site, Tenancy};
use crate::payments::shared::{SECRET, decide};

/// A company's number at the tax office.
const COMPANY: &str = "91110108551385082Q";

impl Site {
    /// Everything of payments; the owner of the first unit pays, and the administrator keeps the till.
    pub(super) async fn payments(&mut self, app: &TestApp, world: &World, place: &Place, tenancy: Tenancy) {
        self.names.insert("gateway", self.sandbox.url());
        self.names.insert("secret", SECRET.to_owned());
        self.names.insert("company", COMPANY.to_owned());
        self.names.insert("serial", format!("253120000001234567{}", tenancy as u8));
        let number = 760 + tenancy as u64;
        let second = world.worker_at(app, number, Role::Manager, Some(place.community), &[]).await.client;
        self.made(
            "merchant",
            "merchantSet",
            r#"{"communityId":"$community","credentials":{"sandbox":{"merchant":"$canary","secret":"$secret","url":"$gateway"}}}"#,
            "merchant",
        )
        .await;
        self.phone().await;
        self.till().await;
        self.invoiced().await;
        self.refunded(app, &second).await;
        self.strange(app).await;
    }

    /// Sends a command as the administrator, and keeps the id of what it made.
    async fn made(&mut self, name: &'static str, mutation: &str, input: &str, gives: &str) {
        let by = self.admin.clone();
        self.made_by(&by, name, mutation, input, gives).await;
    }

    async fn made_by(&mut self, by: &Client, name: &'static str, mutation: &str, input: &str, gives: &str) {
        let input = input.replacen('{', r#"{"idempotencyKey":"$key","#, 1);
        let made = self.done(by, mutation, &input, &format!("{gives} {{ id }}")).await;
        self.keep(name, &made[gives]["id"]);
    }

    /// One payment by phone that has arrived, and two that have not.
    async fn phone(&mut self) {
        let owner = self.owner.clone();
        let charge = r#"{"unitId":"$unit","feeItemId":"$deposit","amount":"60","words":"$canary钥匙"}"#;
        self.made("phoned", "chargeCreate", charge, "charge").await;
        for (name, what) in [
            ("payment", r#""payFor":{"chargeIds":["$phoned"]}"#),
            ("begun", r#""payFor":{"prepaid":{"unitId":"$unit"}},"amount":"5""#),
            ("refreshed", r#""payFor":{"prepaid":{"unitId":"$unit"}},"amount":"6""#),
        ] {
            let input = format!(r#"{{{what},"method":"SANDBOX","channel":"PAGE","idempotencyKey":"$key"}}"#);
            let begun = self
                .done(&owner, "paymentCreate", &input, "payment { id } payWith { __typename ... on PagePay { url } }")
                .await;
            self.keep(name, &begun["payment"]["id"]);
            if name == "payment" {
                decide(begun["payWith"]["url"].as_str().unwrap(), "pay").await;
                self.settled().await;
            }
        }
    }

    /// Waits until the payment by phone has arrived.
    async fn settled(&self) {
        for _ in 0..500 {
            let query = "query($id: ID!) { payment(id: $id) { state } }";
            let seen = self.owner.query(query, json!({ "id": self.names["payment"] })).await;
            if seen["payment"]["state"] == "SETTLED" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("the payment does not arrive");
    }

    /// Series and books, a shift that is over with a receipt that is void, and a shift that goes on.
    async fn till(&mut self) {
        let admin = self.admin.clone();
        self.open("closed").await;
        let series = r#"{"communityId":"$community","code":"K","name":"$canary收据本","books":true}"#;
        self.made("series", "receiptSeriesSet", series, "series").await;
        for (name, numbers) in [("returned", r#""from":1,"to":50"#), ("book", r#""from":51,"to":100"#)] {
            let input = format!(r#"{{"seriesId":"$series",{numbers},"staffId":"$clerk"}}"#);
            self.made(name, "receiptBookIssue", &input, "book").await;
        }
        self.made("returned", "receiptBookReturn", r#"{"receiptBookId":"$returned"}"#, "book").await;
        let series = r#"{"communityId":"$community","code":"L","name":"$canary收据"}"#;
        self.made("plain", "receiptSeriesSet", series, "series").await;
        let bond = r#"{"communityId":"$community","code":"BOND","kind":"DEPOSIT","timing":"ARREARS","dueDays":0,"nameZh":"$canary押金","nameEn":"$canary bond"}"#;
        self.made("bond", "feeItemSet", bond, "feeItem").await;
        for (name, amount) in [("bonded", 300), ("bound", 200)] {
            let input =
                format!(r#"{{"unitId":"$unit","feeItemId":"$bond","amount":"{amount}","words":"$canary装修"}}"#);
            self.made(name, "chargeCreate", &input, "charge").await;
        }
        for (payment, receipt, what) in [
            ("cashed", "receipt", r#""chargeIds":["$bonded","$bound"],"method":"CASH""#),
            ("saved", "voided", r#""prepaidUnitId":"$unit","amount":"40","method":"CASH""#),
            ("carded", "kept", r#""prepaidUnitId":"$unit","amount":"7","method":"POS","voucher":"88001""#),
        ] {
            let input = format!(r#"{{{what},"payerName":"$canary交款人","idempotencyKey":"$key"}}"#);
            let taken = self.done(&admin, "paymentRecord", &input, "recorded { paymentId receipt { id } }").await;
            self.keep(payment, &taken["recorded"]["paymentId"]);
            self.keep(receipt, &taken["recorded"]["receipt"]["id"]);
        }
        let input = r#"{"receiptId":"$voided","reason":"$canary打印错误","idempotencyKey":"$key"}"#;
        let void = self.done(&admin, "receiptVoid", input, "receipt { replacedById }").await;
        self.keep("reissued", &void["receipt"]["replacedById"]);
        let input = r#"{"shiftId":"$closed","countedCash":"600","reason":"$canary少了"}"#;
        self.made("closed", "shiftClose", input, "shift").await;
        self.open("shift").await;
    }

    /// Opens a shift of the administrator, who is the clerk.
    async fn open(&mut self, name: &'static str) {
        let admin = self.admin.clone();
        let input = r#"{"communityId":"$community","float":"100","idempotencyKey":"$key"}"#;
        let opened = self.done(&admin, "shiftOpen", input, "shift { id staffId }").await;
        self.keep(name, &opened["shift"]["id"]);
        self.keep("clerk", &opened["shift"]["staffId"]);
    }

    /// Invoices that wait, and one that was issued and reversed.
    async fn invoiced(&mut self) {
        let owner = self.owner.clone();
        for (name, what) in [
            ("invoice", r#""paymentId":"$payment""#),
            ("reversed", r#""chargeIds":["$watered"]"#),
            ("refusable", r#""chargeIds":["$credited"]"#),
        ] {
            let input = format!(
                r#"{{{what},"kind":"COMPANY","title":"$canary公司","taxNumber":"$company","email":"$canary@example.com"}}"#
            );
            self.made_by(&owner, name, "invoiceRequest", &input, "invoice").await;
        }
        let input = r#"{"invoiceRequestId":"$reversed","number":"$serial1"}"#;
        self.made("reversed", "invoiceIssue", input, "invoice").await;
        let input = r#"{"invoiceRequestId":"$reversed","reason":"$canary开错","redNumber":"$serial2"}"#;
        self.made("reversed", "invoiceReverse", input, "invoice").await;
    }

    /// Refunds through the gateway and at the desk, at once and with a second person, and one that waits for that person.
    async fn refunded(&mut self, app: &TestApp, second: &Client) {
        let admin = self.admin.clone();
        self.done(
            &admin,
            "communityRefundSettingsSet",
            r#"{"communityId":"$community","refundLimit":"20","idempotencyKey":"$key"}"#,
            "settings { version }",
        )
        .await;
        let part = |amount: &str| {
            format!(
                r#"{{"paymentId":"$payment","amount":"{amount}","reason":"$canary多收","charges":[{{"chargeId":"$phoned","amount":"{amount}"}}]}}"#
            )
        };
        self.made("refund", "refundCreate", &part("3"), "refund").await;
        self.made("refunding", "refundCreate", &part("25"), "refund").await;
        let ahead =
            r#"{"paymentId":"$saved","amount":"4","reason":"$canary退预存","atDesk":true,"prepaid":{"amount":"4"}}"#;
        self.made("paidout", "refundCreate", ahead, "refund").await;
        self.made(
            "paidout",
            "refundSettle",
            r#"{"refundId":"$paidout","method":"CASH","voucher":"$canary凭证"}"#,
            "refund",
        )
        .await;
        self.made("approved", "refundCreate", ahead, "refund").await;
        let damage =
            r#"{"chargeId":"$bound","reason":"$canary验收","deduction":"50","evidence":"$canary照片","atDesk":true}"#;
        self.made("deposited", "depositReturn", damage, "refund").await;
        self.made_by(second, "deposited", "refundDecide", r#"{"refundId":"$deposited","approve":true}"#, "refund")
            .await;
        payments::send_refunds(&app.app).await.unwrap();
    }

    /// Money of which nobody knows what it is for: as it came, placed, and on its way back.
    async fn strange(&mut self, app: &TestApp) {
        let url = self.sandbox.url();
        let merchant =
            SandboxMerchant { merchant: self.names["canary"].clone(), secret: Secret::new(SECRET), url: url.clone() };
        let gateway = Sandbox::new(merchant, app.clock.clone(), Patience::default()).unwrap();
        let id: MerchantId = try_parse_id(&self.names["merchant"].as_str().into()).unwrap();
        for number in ["STRANGE01", "STRANGE02", "STRANGE03"] {
            let order = NewOrder {
                order: OrderNo::parse(number).unwrap(),
                amount: Money(900),
                currency: "CNY".to_owned(),
                description: "-".to_owned(),
                channel: Channel::Page,
                expires_at: app.clock.now() + Duration::hours(1),
                notify_url: app.url(&format!("/gateways/sandbox/notify/{}", id.uuid().simple())),
            };
            let PayWith::Page { url } = gateway.create(&order).await.unwrap() else { panic!("a page") };
            decide(&url, "pay").await;
        }
        for (name, item) in ["suspense", "placed", "returning"].into_iter().zip(self.arrived(3).await) {
            self.keep(name, &item["id"]);
        }
        let place =
            r#"{"suspenseItemId":"$placed","words":"$canary核实","place":{"payerId":"$payer","unitId":"$unit"}}"#;
        self.made("placed", "suspenseResolve", place, "suspenseItem").await;
        let back = r#"{"suspenseItemId":"$returning","words":"$canary退回","sendBack":true}"#;
        self.made("returning", "suspenseResolve", back, "suspenseItem").await;
    }

    /// Waits until so much lies in suspense.
    async fn arrived(&self, count: usize) -> Vec<Value> {
        let query = "query($c: ID) { suspenseItems(filter: { communityId: $c }) { nodes { id } } }";
        for _ in 0..500 {
            let data = self.admin.query(query, json!({ "c": self.names["community"] })).await;
            let items = data["suspenseItems"]["nodes"].as_array().unwrap();
            if items.len() == count {
                return items.clone();
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("money does not arrive");
    }

    /// Keeps the day that was compared with the gateway, and its differences, of which one is explained.
    pub async fn reconciled(&mut self) {
        let admin = self.admin.clone();
        let query = "query($c: ID) { reconciliations(communityId: $c) {
            nodes { id differences { nodes { id state suspenseItemId } } } } }";
        let data = admin.query(query, json!({ "c": self.names["community"] })).await;
        let days = data["reconciliations"]["nodes"].as_array().unwrap();
        let with = |day: &&Value| day["differences"]["nodes"][0].is_object();
        let day = days.iter().find(with).unwrap_or_else(|| panic!("nothing differs: {data}")).clone();
        self.keep("reconciliation", &day["id"]);
        let open: Vec<&Value> =
            day["differences"]["nodes"].as_array().unwrap().iter().filter(|it| it["state"] == "OPEN").collect();
        assert!(open.len() > 1, "{day}");
        self.keep("difference", &open[0]["id"]);
        self.keep("explained", &open[1]["id"]);
        let input = r#"{"differenceId":"$explained","words":"$canary已核对"}"#;
        self.made("explained", "reconciliationDifferenceResolve", input, "difference").await;
    }
}
