//! A real year: 96 units and 12 months billed, 1,031 unit-months collected, 121 outstanding, 89.50 %.

use std::sync::Arc;

use serde_json::{Value, json};
use support::{TestApp, both};

use super::fees;
use crate::billing::shared::{Scene, charges, owed, unit};
use crate::office::shared::{cells, made, read};
use crate::prove::billing::more_units;
use crate::tickets::shared::{gained, number, rows};

both!(the_collection_year_is_reproduced);

const UNITS: usize = 96;
const MONTHS: usize = 12;
const OUTSTANDING: usize = 121;

const REPORT: &str = "query($i: CollectionReportInput) { collectionReport(input: $i) { itemCode periodStart
    billed { amount } billedUnitMonths collected { amount } collectedUnitMonths outstanding { amount }
    outstandingUnitMonths collectionRate unitMonthRate recovered { amount } } }";

fn yuan(fen: usize) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// The year's rows, with what they come to: billed, and collected of it.
fn year() -> (Vec<String>, usize, usize) {
    let (mut lines, mut billed, mut collected) = (Vec::new(), 0, 0);
    for at in 0..UNITS * MONTHS {
        let (unit, month) = (at % UNITS, at / UNITS + 1);
        // 121 of the 1,152, spread evenly; every fourth of them is paid in part, which is not collected.
        let outstanding = (at + 1) * OUTSTANDING / (UNITS * MONTHS) > at * OUTSTANDING / (UNITS * MONTHS);
        let amount = 10_000 + unit;
        let paid = match (outstanding, at % 4) {
            (false, _) => amount,
            (true, 0) => amount / 2,
            (true, _) => 0,
        };
        billed += amount;
        collected += paid;
        lines.push(line(unit, &format!("2025-{month:02}-01"), amount, paid, &format!("2025-{month:02}-20")));
    }
    (lines, billed, collected)
}

fn line(unit: usize, period: &str, amount: usize, paid: usize, on: &str) -> String {
    let number = if unit < 4 { format!("10{}", unit + 1) } else { format!("X{}", unit - 4) };
    let (name, phone) = if unit == 0 { ("住户1-1".to_owned(), "13900010001") } else { (format!("业主{unit}"), "") };
    let on = if paid == 0 { "" } else { on };
    format!("邻里花园,1栋,{number},MANAGEMENT,{period},1,{},,{name},{phone},{},{on}", yuan(amount), yuan(paid))
}

/// Arrears of the year before: 500.00 are collected in the year, 100.00 were before it, 200.00 are still owed.
fn before() -> Vec<String> {
    (10..18)
        .map(|unit| match unit {
            10..15 => line(unit, "2024-12-01", 10_000, 10_000, "2025-02-10"),
            15 => line(unit, "2024-12-01", 10_000, 10_000, "2024-12-31"),
            _ => line(unit, "2024-12-01", 10_000, 0, ""),
        })
        .collect()
}

async fn the_collection_year_is_reproduced(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    more_units(&app.app.db, scene.world.org, &scene.world.home, UNITS - 4).await;
    let owner = scene.owner(&app, 1, 0, "2026-01-01").await;
    let (mut lines, billed, collected) = year();
    lines.extend(before());
    let untouched = rows(&app).await;
    let tried = fees(&app, &scene.world, &lines, &["--dry-run"]).await.ok();
    assert!(tried.contains("1160 good, 0 bad") && tried.contains("charges        1160 created"), "{tried}");
    assert_eq!(gained(&app, &untouched).await, [], "it was only tried");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM charge").await, 0);
    let printed = fees(&app, &scene.world, &lines, &[]).await.ok();
    for expected in ["1160 good, 0 bad", "payers         95 created", "bills          1160 created", "1160 created"] {
        assert!(printed.contains(expected), "{expected} in {printed}");
    }
    assert_eq!(number(&app, "SELECT COUNT(*) FROM history_event WHERE object_kind = 'IMPORT_RUN'").await, 1);
    // The second run changes nothing, and is not recorded again.
    let before = rows(&app).await;
    let again = fees(&app, &scene.world, &lines, &["--strict"]).await.ok();
    assert!(again.contains("0 created, 1160 unchanged"), "{again}");
    assert_eq!(gained(&app, &before).await, []);

    let filter = json!({ "from": "2025-01-01", "to": "2025-12-01" });
    let finance = &scene.finance.client;
    let report = async |by: Value| {
        let input = json!({ "i": { "groupBy": by, "charges": filter } });
        finance.query(REPORT, input).await["collectionReport"].clone()
    };
    let whole = report(json!(["ITEM"])).await;
    let money = |fen: usize| json!({ "amount": yuan(fen) });
    let expected = json!([{
        "itemCode": "MANAGEMENT", "periodStart": null, "billed": money(billed), "billedUnitMonths": 1152,
        "collected": money(collected), "collectedUnitMonths": 1031, "outstanding": money(billed - collected),
        "outstandingUnitMonths": 121, "collectionRate": whole[0]["collectionRate"], "unitMonthRate": "0.895",
        "recovered": money(50_000),
    }]);
    assert_eq!(whole, expected, "1,031 of 1,152 are 89.50 %");
    let months = report(json!(["PERIOD"])).await;
    let counts: Vec<i64> =
        months.as_array().unwrap().iter().map(|row| row["billedUnitMonths"].as_i64().unwrap()).collect();
    assert_eq!(counts, [96; 12]);
    let open: i64 = months.as_array().unwrap().iter().map(|row| row["outstandingUnitMonths"].as_i64().unwrap()).sum();
    assert_eq!(open, 121);
    // The charges behind the figures, and one of them.
    let mut still = filter.clone();
    still["open"] = json!(true);
    let query = "query($f: ChargeFilterInput) { charges(filter: $f, first: 1) { totalCount nodes {
        source amount { amount } open { amount } dueOn billNumber payerName } } }";
    let behind = finance.query(query, json!({ "f": still })).await["charges"].clone();
    assert_eq!((&behind["totalCount"], &behind["nodes"][0]["source"]), (&json!(121), &json!("IMPORTED")));
    still["unitId"] = json!(unit(&scene.world, 1));
    let due = finance.query(query, json!({ "f": still })).await["charges"]["nodes"][0]["dueOn"].clone();
    assert!(due.as_str().unwrap().ends_with("-16"), "15 days after the first, as the item has it: {due}");
    // The same figures as a file.
    let input = json!({ "list": "COLLECTION_REPORT", "filter": { "collectionReport": { "groupBy": ["ITEM"], "charges": filter } } });
    let export = made(&app, &scene.manager.client, input).await;
    let sheet: Vec<Vec<String>> = cells(&app, &export).await.iter().map(|row| row.iter().map(read).collect()).collect();
    let heads = &sheet[0];
    let told = |head: &str| {
        let at = heads.iter().position(|it| it == head).unwrap_or_else(|| panic!("{head} in {heads:?}"));
        sheet[1][at].parse::<f64>().unwrap()
    };
    let near = |one: f64, other: usize| (one * 100.0 - other as f64).abs() < 0.001;
    assert!(
        near(told("Billed"), billed) && near(told("Collected"), collected) && near(told("Recovered"), 50_000),
        "{sheet:?}"
    );
    assert_eq!(
        (told("Unit-months billed"), told("Unit-months collected"), told("Rate by unit-months")),
        (1152.0, 1031.0, 0.895)
    );
    // The owner sees what the file says that he owes, and no run bills it again.
    let own = charges(&owner, json!({ "open": true })).await;
    let sum: usize = (0..UNITS * MONTHS)
        .filter(|at| at % UNITS == 0 && (at + 1) * OUTSTANDING / 1152 > at * OUTSTANDING / 1152)
        .map(|at| if at % 4 == 0 { 5_000 } else { 10_000 })
        .sum();
    assert!(!own.is_empty() && own.iter().all(|row| row.ends_with("100.00 IMPORTED")), "{own:?}");
    assert_eq!(owed(&owner).await, [format!("101 {}", yuan(sum))]);
    let run = scene.bill(&app, "2025-12-01").await;
    assert_eq!((&run["chargeCount"], &run["creditCount"]), (&json!(0), &json!(0)), "taken over is billed");
    let run = scene.bill(&app, "2026-02-01").await;
    assert_eq!(run["chargeCount"], json!(93), "a month that was not is; three units have no payer");
}
