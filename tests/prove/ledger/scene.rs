//! A community whose households pay at random, corrections of its month, and the comparison with the database.

use std::sync::Arc;

use api::clock::Clock;
use api::db::Sql;
use api::infra::gateways::Secret;
use api::infra::gateways::sandbox::{SandboxServer, Settings, Switches};
use chrono::Utc;
use serde_json::{Value, json};
use support::{Backend, Client, TestApp, TestDatabase};
use tokio::sync::Mutex;

use super::model::Model;
use crate::billing::shared::{Scene, unit};
use crate::payments::shared::SECRET;
use crate::tickets::shared::key;

/// Households.
const HOUSEHOLDS: usize = 4;
/// The area of every unit of the tests' world, in 1/100 m².
const AREA: i64 = 8_950;

/// Where everything happens, on the wire.
#[derive(Clone)]
pub struct Place {
    pub community: String,
    /// The management fee, by area.
    pub area: String,
    /// The one-off item.
    pub card: String,
    /// The month that is billed again.
    pub month: String,
}

pub struct Household {
    pub owner: Client,
    pub unit: String,
    pub model: Model,
}

pub struct Prepared {
    pub database: TestDatabase,
    pub sandbox: SandboxServer,
    pub finance: Client,
    pub manager: Client,
    pub people: Vec<Household>,
    pub place: Place,
}

/// Builds it; nobody's server is running afterwards.
pub async fn prepare(backend: Backend) -> Prepared {
    let settings = Settings {
        listen: "127.0.0.1:0".to_owned(),
        public_url: String::new(),
        secret: Secret::new(SECRET),
        switches: Switches { duplicate: 1, reorder: true, ..Switches::default() },
    };
    let sandbox = SandboxServer::start(settings, Clock::system()).await.unwrap();
    let app = TestApp::start(backend).await;
    // The process that comes after it lives by the machine's clock.
    app.advance(Utc::now() - app.clock.now());
    let scene = Scene::build(&app).await;
    let once = json!({ "code": "CARD", "kind": "ONE_OFF", "nameZh": "门禁卡", "nameEn": "Card", "timing": "ARREARS" });
    let card = scene.item(scene.area(once)).await;
    let area = scene.item(scene.area(json!({}))).await;
    let mut people = Vec::new();
    for (index, number) in (0..HOUSEHOLDS).zip(1_u64..) {
        let owner = scene.owner(&app, number, index, "2025-01-01").await;
        people.push(Household { owner, unit: unit(&scene.world, index), model: Model::default() });
    }
    let manager = scene.manager.client.clone();
    let credentials = json!({ "sandbox": { "merchant": "m1", "secret": SECRET, "url": sandbox.url() } });
    let input = json!({ "communityId": scene.community(), "credentials": credentials, "idempotencyKey": key() });
    manager.mutate("merchantSet", input, "merchant { id }").await.ok();
    let input = json!({ "communityId": scene.community(), "waiverLimit": "100000", "idempotencyKey": key() });
    manager.mutate("communityFeeSettingsSet", input, "settings { version }").await.ok();
    let finance = scene.finance.client.clone();
    let input = json!({ "communityId": scene.community(), "float": "200", "idempotencyKey": key() });
    finance.mutate("shiftOpen", input, "shift { id }").await.ok();
    let month = Utc::now().format("%Y-%m-01").to_string();
    let place = Place { community: scene.community(), area, card, month };
    Prepared { database: app.into_database().await, sandbox, finance, manager, people, place }
}

/// Fen of a decimal text.
pub fn fen(amount: &Value) -> i64 {
    amount["amount"].as_str().unwrap().replace('.', "").parse().unwrap()
}

/// Yuan of fen.
pub fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// Changes the month's rate (in 1/10,000 yuan a m²) and bills the month again; the models follow.
pub async fn correct(finance: &Client, place: &Place, rate: i64, models: &[(String, Arc<Mutex<Model>>)]) {
    let text = format!("{}.{:04}", rate / 10_000, rate % 10_000);
    let input = json!({ "feeItemId": place.area, "effectiveOn": "2020-01-01", "rate": text, "idempotencyKey": key() });
    finance.mutate("feeRateSet", input, "feeItem { id }").await.ok();
    let input = json!({ "communityId": place.community, "month": place.month, "idempotencyKey": key() });
    let run = finance.mutate("billingRunStart", input, "billingRun { id }").await.ok()["billingRun"]["id"].clone();
    let query = "query($id: ID!) { billingRun(id: $id) { state problemCount } }";
    for tries in 0.. {
        let found = finance.query(query, json!({ "id": run })).await["billingRun"].clone();
        if found["state"] == "POSTED" {
            assert_eq!(found["problemCount"], 0);
            break;
        }
        assert!(tries < 1_500, "the run does not end: {found}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let query = "query($f: ChargeFilterInput) { charges(filter: $f, first: 100) { nodes { id unitId dueOn amount { amount } } } }";
    let made = finance.query(query, json!({ "f": { "billingRunId": run } })).await["charges"]["nodes"].clone();
    // Area times rate, half a fen up.
    let due = (AREA * rate + 5_000) / 10_000;
    for (unit, model) in models {
        let mut model = model.lock().await;
        let more = due - model.billed();
        if more > 0 {
            let line = made.as_array().unwrap().iter().find(|it| it["unitId"] == json!(unit)).unwrap();
            assert_eq!(fen(&line["amount"]), more);
            model.further(text_of(&line["id"]), text_of(&line["dueOn"]), more);
        } else {
            model.credit(-more);
        }
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// The database says of every household, and of all, what the models say.
pub async fn compare(database: &TestDatabase, models: &[(String, Arc<Mutex<Model>>)]) {
    let db = database.connect().await;
    let sum = async |sql: &str| Sql::new(sql).number(db.read()).await.unwrap();
    let mut all = (0, 0, 0);
    for (_, model) in models {
        let model = model.lock().await;
        all = (all.0 + model.open(), all.1 + model.prepaid, all.2 + model.cash);
    }
    let account = |name: &str| {
        format!("SELECT CAST(COALESCE(SUM(amount), 0) AS bigint) FROM ledger_entry WHERE account = '{name}'")
    };
    assert_eq!(sum(&account("RECEIVABLE")).await, all.0, "what is owed");
    assert_eq!(-sum(&account("PREPAID")).await, all.1, "what is prepaid");
    assert_eq!(sum(&account("CASH")).await, all.2, "what came in");
    assert_eq!(sum(&account("SUSPENSE")).await, 0);
}
