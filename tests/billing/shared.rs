//! What the tests of fees share: a community with items, payers and a run.

use api::db::Sql;
use api::domains::billing;
use api::graphql::id::wire_id;
use entities::values::{ResidencyId, ResidencyRole, Role, UnitId};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::Worker;
use support::{Client, TestApp, World};

use crate::tickets::shared::{key, merged, number};

/// Everything that decides what an item comes to.
pub const ITEM: &str = "feeItem { id code kind timing cycleMonths rounding dueDays inParts vacantShare active version
    lateFee { dailyRate graceDays cap } rates { usage effectiveOn rate } }";
/// A run with its figures.
pub const RUN: &str = "billingRun { id number state unitCount doneCount billCount chargeCount charged { amount }
    creditCount credited { amount } problemCount finishedAt }";

/// A community whose fees are set by its finance clerk.
pub struct Scene {
    /// Where.
    pub world: World,
    /// Who sets fees.
    pub finance: Worker,
    /// Who may be the second person.
    pub manager: Worker,
}

/// A unit, on the wire.
pub fn unit(world: &World, index: usize) -> String {
    wire_id(world.home.units[index]).to_string()
}

impl Scene {
    /// Brings them together; members of staff 31 and 32 are taken.
    pub async fn build(app: &TestApp) -> Self {
        let world = World::build(app, 1).await;
        let finance = world.worker(app, 31, Role::Finance, &[]).await;
        let manager = world.worker(app, 32, Role::Manager, &[]).await;
        Self { world, finance, manager }
    }

    /// The home community, on the wire.
    pub fn community(&self) -> String {
        wire_id(self.world.home.community).to_string()
    }

    /// The management fee: by area, monthly in advance, due after 15 days; changed by `more`.
    pub fn area(&self, more: Value) -> Value {
        let item = json!({
            "communityId": self.community(), "code": "MANAGEMENT", "nameZh": "物业费", "nameEn": "Management fee",
            "kind": "AREA", "timing": "ADVANCE", "inParts": true, "idempotencyKey": key(),
        });
        merged(item, more)
    }

    /// Water: metered, monthly in arrears; changed by `more`.
    pub fn water(&self, more: Value) -> Value {
        let other = json!({
            "code": "WATER", "nameZh": "水费", "nameEn": "Water", "kind": "METERED", "timing": "ARREARS",
            "idempotencyKey": key(),
        });
        merged(self.area(other), more)
    }

    /// Sets an item; its id.
    pub async fn item(&self, input: Value) -> String {
        let payload = self.finance.client.mutate("feeItemSet", input, ITEM).await.ok();
        payload["feeItem"]["id"].as_str().unwrap().to_owned()
    }

    /// Sends a rate for all usages.
    pub async fn send_rate(&self, item: &str, from: &str, rate: &str) -> Outcome {
        let input = json!({ "feeItemId": item, "effectiveOn": from, "rate": rate, "idempotencyKey": key() });
        self.finance.client.mutate("feeRateSet", input, ITEM).await
    }

    /// An item with one rate since 2020.
    pub async fn item_at(&self, input: Value, rate: &str) -> String {
        let item = self.item(input).await;
        self.send_rate(&item, "2020-01-01", rate).await.ok();
        item
    }

    /// Says who pays a unit from a day on.
    pub async fn send_payer(&self, unit: &str, who: Value, from: &str) -> Outcome {
        let input = merged(json!({ "unitId": unit, "startedOn": from, "idempotencyKey": key() }), who);
        self.finance.client.mutate("unitPayerSet", input, "unitPayer { id payerId payerName startedOn endedOn }").await
    }

    /// Somebody by name pays a unit since 2020.
    pub async fn named(&self, index: usize, name: &str) {
        self.send_payer(&unit(&self.world, index), json!({ "name": name }), "2020-01-01").await.ok();
    }

    /// A resident who owns a unit and pays for it from a day on.
    pub async fn owner(&self, app: &TestApp, number: u64, index: usize, from: &str) -> Client {
        let client = self.world.resident(app, number, self.world.home.units[index], ResidencyRole::Owner).await;
        let residency = residency(app, self.world.home.units[index], &format!("住户1-{number}")).await;
        self.send_payer(&unit(&self.world, index), json!({ "residencyId": residency }), from).await.ok();
        client
    }

    /// Starts the run of a month.
    pub async fn send_run(&self, month: &str) -> Outcome {
        let input = json!({ "communityId": self.community(), "month": month, "idempotencyKey": key() });
        self.finance.client.mutate("billingRunStart", input, RUN).await
    }

    /// Starts the run of a month, has it posted, and looks at it.
    pub async fn bill(&self, app: &TestApp, month: &str) -> Value {
        let started = self.send_run(month).await.ok();
        billing::post_runs(&app.app).await.unwrap();
        self.run(started["billingRun"]["id"].as_str().unwrap()).await
    }

    /// A run with its problems.
    pub async fn run(&self, id: &str) -> Value {
        let query = format!(
            "query($id: ID!) {{ billingRun(id: $id) {{ {} problems {{ totalCount nodes {{ unitNumber code fromDay toDay }} }} }} }}",
            RUN.trim_start_matches("billingRun {").trim_end_matches('}')
        );
        self.finance.client.query(&query, json!({ "id": id })).await["billingRun"].clone()
    }

    /// A meter of a unit since 1 March.
    pub async fn meter(&self, index: usize, item: &str, serial: &str, initial: &str) -> String {
        let input = json!({
            "unitId": unit(&self.world, index), "feeItemId": item, "serial": serial, "installedOn": "2026-03-01",
            "initialValue": initial, "idempotencyKey": key(),
        });
        let payload = self.finance.client.mutate("meterSet", input, "meter { id readings { value kind } }").await.ok();
        payload["meter"]["id"].as_str().unwrap().to_owned()
    }

    /// Records a reading.
    pub async fn send_reading(&self, by: &Client, meter: &str, on: &str, value: &str, kind: &str) -> Outcome {
        let input = json!({ "meterId": meter, "readOn": on, "value": value, "kind": kind, "idempotencyKey": key() });
        by.mutate("meterReadingRecord", input, "reading { id value kind byResident }").await
    }
}

/// The tables of fees.
const TABLES: [&str; 20] = [
    "fee_item",
    "fee_rate",
    "payer",
    "unit_payer",
    "fee_discount",
    "unit_vacancy",
    "meter",
    "meter_reading",
    "shared_cost",
    "billing_run",
    "billing_problem",
    "community_fee_setting",
    "bill",
    "charge",
    "credit_note",
    "journal",
    "ledger_entry",
    "allocation",
    "waiver",
    "prepaid_balance",
];

/// What changes without a new row.
const STANDING: [(&str, &str); 8] = [
    ("versions of items", "SELECT SUM(version) FROM fee_item"),
    ("versions of settings", "SELECT SUM(version) FROM community_fee_setting"),
    ("what stands of charges", "SELECT SUM(credited * 7 + waived * 5 + paid * 3) FROM charge"),
    ("prepaid", "SELECT SUM(amount) FROM prepaid_balance"),
    ("payers that ended", "SELECT COUNT(*) FROM unit_payer WHERE ended_on IS NOT NULL"),
    ("readings that were voided", "SELECT COUNT(*) FROM meter_reading WHERE voided_at IS NOT NULL"),
    ("meters that were removed", "SELECT COUNT(*) FROM meter WHERE removed_on IS NOT NULL"),
    (
        "what was decided",
        "SELECT (SELECT COUNT(*) FROM waiver WHERE state <> 'PENDING')
            + (SELECT COUNT(*) FROM fee_discount WHERE state <> 'PENDING')",
    ),
];

/// How many rows each table has, those of fees too, and how they stand: equal before and after what changed nothing.
pub async fn books(app: &TestApp) -> Vec<(&'static str, i64)> {
    let mut found = crate::tickets::shared::rows(app).await;
    for table in TABLES {
        found.push((table, number(app, &format!("SELECT COUNT(*) FROM {table}")).await));
    }
    for (name, sql) in STANDING {
        found.push((name, number(app, &format!("SELECT CAST(COALESCE(({sql}), 0) AS bigint)")).await));
    }
    found
}

/// What changed of the books since `before`, and by how much.
pub async fn changed(app: &TestApp, before: &[(&'static str, i64)]) -> Vec<(&'static str, i64)> {
    let after = books(app).await;
    let gains = after.iter().zip(before).map(|((name, after), (_, before))| (*name, after - before));
    gains.filter(|(_, gain)| *gain != 0).collect()
}

/// The id of an entry of a unit's register, on the wire.
pub async fn residency(app: &TestApp, unit: UnitId, name: &str) -> String {
    #[derive(FromQueryResult)]
    struct Row {
        id: ResidencyId,
    }
    let mut sql = Sql::new("SELECT id FROM residency WHERE");
    sql.with(" unit_id = ", unit).with(" AND name = ", name.to_owned());
    wire_id(sql.one::<Row>(app.app.db.read()).await.unwrap().unwrap().id).to_string()
}

/// Charges of a list as `item payer amount-credited-waived open`, in order of their making.
pub async fn charges(by: &Client, filter: Value) -> Vec<String> {
    let query = "query($f: ChargeFilterInput) { charges(filter: $f, first: 100) { nodes {
        itemCode payerName segmentStart estimated source amount { amount } credited { amount } open { amount } } } }";
    let data = by.query(query, json!({ "f": filter })).await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut rows: Vec<String> = data["charges"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| {
            let source = if node["source"] == "RUN" { String::new() } else { format!(" {}", text(&node["source"])) };
            let credited = text(&node["credited"]["amount"]);
            let credited = if credited == "0.00" { String::new() } else { format!("-{credited}") };
            let estimated = if node["estimated"] == true { " estimated" } else { "" };
            let (item, payer, start) = (text(&node["itemCode"]), text(&node["payerName"]), text(&node["segmentStart"]));
            format!("{item} {payer} {start} {}{credited}{source}{estimated}", text(&node["amount"]["amount"]))
        })
        .collect();
    rows.reverse();
    rows
}

/// What a resident owes, in all.
pub async fn owed(by: &Client) -> Vec<String> {
    let data = by.query("{ payable { unitNumber total { amount } charges { open { amount } } } }", json!({})).await;
    let units = data["payable"].as_array().unwrap().iter();
    units
        .map(|it| format!("{} {}", it["unitNumber"].as_str().unwrap(), it["total"]["amount"].as_str().unwrap()))
        .collect()
}
