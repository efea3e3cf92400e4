//! What the tests of the desk share: a community with bills, a clerk, and whoever comes to the counter.

use entities::values::Role;
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::Worker;
use support::{Client, TestApp};

use crate::billing::shared::{Scene, unit};
use crate::tickets::shared::{key, merged, number};

/// Everything of money at the desk that a test looks at.
pub const RECORDED: &str =
    "recorded { paymentId shiftId method amount { amount } allocated { amount } prepaid { amount }
    voucher paidOn receipt { id number state amount { amount } payerName issuedByName
    lines { nameZh place from to amount { amount } } } }";
/// A shift with its figures.
pub const SHIFT: &str = "shift { id state version staffName float { amount } entryCount expectedCash { amount }
    countedCash { amount } difference { amount } reason closedAt
    totals { method taken { amount } takenCount returned { amount } returnedCount } }";
/// A receipt.
pub const RECEIPT: &str = "receipt { id number state version voidReason replacesId replacedById bookId }";
/// An invoice.
pub const INVOICE: &str =
    "invoice { id state version kind title taxNumber email amount { amount } reason number issuedOn
    redNumber redReason atDesk lines { itemNameZh amount { amount } } }";

/// Every table that money at the desk may write.
const TABLES: [&str; 14] = [
    "payment",
    "payment_line",
    "allocation",
    "ledger_entry",
    "prepaid_balance",
    "desk_shift",
    "desk_entry",
    "receipt_series",
    "receipt_book",
    "receipt",
    "invoice_request",
    "invoiced_charge",
    "history_event",
    "outbox",
];

/// How many rows each of the tables has.
pub async fn rows(app: &TestApp) -> Vec<(&'static str, i64)> {
    let mut found = Vec::new();
    for table in TABLES {
        found.push((table, number(app, &format!("SELECT COUNT(*) FROM {table}")).await));
    }
    found
}

/// A community with a desk.
pub struct Desk {
    /// Bills and people.
    pub scene: Scene,
    /// The owner of unit 101, who owes 26.85, which may be paid in part, and 107.40, which may not.
    pub owner: Client,
    /// Who takes money.
    pub clerk: Worker,
    /// The fee items' ids.
    pub items: [String; 2],
}

/// A text of an answer.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl Desk {
    /// Brings them together and bills March.
    pub async fn set_up(app: &TestApp) -> Self {
        let scene = Scene::build(app).await;
        let area = scene.item_at(scene.area(json!({})), "0.3").await;
        let lift = json!({ "code": "LIFT", "nameZh": "电梯费", "nameEn": "Lift", "inParts": false, "dueDays": 20 });
        let lift = scene.item_at(scene.area(lift), "1.2").await;
        let owner = scene.owner(app, 1, 0, "2025-01-01").await;
        scene.named(1, "乙").await;
        scene.bill(app, "2026-03-01").await;
        let clerk = scene.world.worker(app, 33, Role::Collector, &[]).await;
        Self { scene, owner, clerk, items: [area, lift] }
    }

    /// One item of 268.50 a month, on which a late fee accrues from the day after it was billed.
    pub async fn with_late_fee(app: &TestApp) -> Self {
        let scene = Scene::build(app).await;
        let late = json!({ "dueDays": 0, "lateFee": { "dailyRate": "0.0005", "graceDays": 0, "cap": "0.1" } });
        let area = scene.item_at(scene.area(late), "3").await;
        let owner = scene.owner(app, 1, 0, "2025-01-01").await;
        scene.bill(app, "2026-03-01").await;
        let clerk = scene.world.worker(app, 33, Role::Collector, &[]).await;
        Self { scene, owner, clerk, items: [area.clone(), area] }
    }

    /// A desk with bills and the clerk's shift open.
    pub async fn open(app: &TestApp) -> Self {
        let desk = Self::set_up(app).await;
        desk.shift(&desk.clerk.client, "100").await.ok();
        desk
    }

    /// Opens a shift.
    pub async fn shift(&self, by: &Client, float: &str) -> Outcome {
        let input = json!({ "communityId": self.scene.community(), "float": float, "idempotencyKey": key() });
        by.mutate("shiftOpen", input, SHIFT).await
    }

    /// Closes a shift.
    pub async fn close(&self, by: &Client, shift: &Value, counted: &str, reason: Option<&str>) -> Outcome {
        let input = json!({ "shiftId": shift, "countedCash": counted, "reason": reason, "idempotencyKey": key() });
        by.mutate("shiftClose", input, SHIFT).await
    }

    /// Money for all of unit 101 in cash, changed by `more`.
    pub fn cash(&self, more: Value) -> Value {
        let input = json!({ "unitId": self.unit(0), "method": "CASH", "idempotencyKey": key() });
        merged(input, more)
    }

    /// Sends it as the clerk.
    pub async fn record(&self, more: Value) -> Outcome {
        self.record_by(&self.clerk.client, self.cash(more)).await
    }

    /// Sends money as somebody.
    pub async fn record_by(&self, by: &Client, input: Value) -> Outcome {
        by.mutate("paymentRecord", input, RECORDED).await
    }

    /// A unit, on the wire.
    pub fn unit(&self, index: usize) -> String {
        unit(&self.scene.world, index)
    }

    /// The ids of a unit's charges, the earliest due first.
    pub async fn charges(&self, index: usize) -> Vec<String> {
        let query = "query($u: ID!) { charges(filter: { unitId: $u }) { nodes { id dueOn } } }";
        let data = self.scene.finance.client.query(query, json!({ "u": self.unit(index) })).await;
        let mut rows: Vec<(String, String)> = data["charges"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (text(&it["dueOn"]), text(&it["id"])))
            .collect();
        rows.sort();
        rows.into_iter().map(|(_, id)| id).collect()
    }

    /// Makes a receipt void.
    pub async fn void(&self, by: &Client, receipt: &Value, more: Value) -> Outcome {
        let input = json!({ "receiptId": receipt, "reason": "打印错误", "idempotencyKey": key() });
        by.mutate("receiptVoid", merged(input, more), RECEIPT).await
    }

    /// Has the desk use a series.
    pub async fn series(&self, code: &str, books: bool) -> Outcome {
        let input = json!({
            "communityId": self.scene.community(), "code": code, "name": "收据", "books": books, "idempotencyKey": key(),
        });
        let selection = "series { id code name books active lastNumber version }";
        self.scene.finance.client.mutate("receiptSeriesSet", input, selection).await
    }

    /// Gives out a book.
    pub async fn book(&self, series: &Value, (from, to): (i32, i32), staff: &str) -> Outcome {
        let input = json!({ "seriesId": series, "from": from, "to": to, "staffId": staff, "idempotencyKey": key() });
        let selection = "book { id from to next used state staffName seriesCode version }";
        self.scene.finance.client.mutate("receiptBookIssue", input, selection).await
    }

    /// Asks for an invoice to a person for unit 101's first charge, changed by `more`.
    pub async fn invoice(&self, by: &Client, more: Value) -> Outcome {
        let input = json!({ "kind": "PERSON", "title": "住户1-1", "idempotencyKey": key() });
        by.mutate("invoiceRequest", merged(input, more), INVOICE).await
    }
}

/// What is left of amounts after the list of numbers: the receipts of a list.
pub async fn receipts(by: &Client) -> Vec<String> {
    let data = by.query("{ receipts { nodes { number state amount { amount } } } }", json!({})).await;
    let mut rows: Vec<String> = data["receipts"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| format!("{} {} {}", text(&it["number"]), text(&it["state"]), text(&it["amount"]["amount"])))
        .collect();
    rows.reverse();
    rows
}
