//! Rows that cannot be taken over are listed one by one, and nothing else is lost.

use std::sync::Arc;

use serde_json::json;
use support::{TestApp, both};

use super::fees;
use api::domains::billing;

use crate::billing::shared::{Scene, charges, owed};
use crate::tickets::shared::{gained, number, rows};

both!(
    bad_rows_are_listed_and_good_ones_kept,
    what_is_stored_is_kept,
    bills_and_people_are_put_together,
    other_cycles_are_not_billed_twice,
    late_fees_accrue_on_what_was_taken_over,
    an_import_waits_for_a_run
);

fn line(cells: &str) -> String {
    format!("邻里花园,{cells}")
}

async fn scene(app: &TestApp) -> Scene {
    let scene = Scene::build(app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    scene
}

async fn bad_rows_are_listed_and_good_ones_kept(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    let lines = [
        line("1栋,101,MANAGEMENT,2025-01-01,1,26.85,2025-01-16,甲,,26.85,2025-01-10"),
        line("1栋,999,MANAGEMENT,2025-01-01,1,26.85,,甲,,,"),
        line("1栋,102,MANAGEMENT,2025-01-01,1,26.85,,乙,,26.86,2025-01-10"),
        line("1栋,102,MANAGEMENT,2025-02-30,1,26.85,,乙,,,"),
        line("1栋,101,management,2025/1/1,1,26.85,,甲,,26.85,2025-01-10"),
        line("1栋,102,LIFT,2025-01-01,1,26.85,,乙,,,"),
        "别的小区,1栋,102,MANAGEMENT,2025-01-01,1,26.85,,乙,,,".to_owned(),
        line("1栋,102,MANAGEMENT,2025-01-01,1,26.85,,乙,,26.85,"),
        line("1栋,102,MANAGEMENT,2025-01-01,1,0,,乙,,,"),
        line("1栋,102,MANAGEMENT,2025-01-02,1,26.85,,乙,,,"),
        line("1栋,102,MANAGEMENT,2025-01-01,13,-5,,,12,,2025-01-10"),
        line("1栋,102,MANAGEMENT,2025-01-01,1,26.85,,乙,,26.85,2099-01-10"),
        line("1栋,103,MANAGEMENT,2025-01-01,1,26.85,,丙,13900009999,,"),
    ];
    let before = rows(&app).await;
    let strict = fees(&app, &scene.world, &lines, &["--strict"]).await;
    assert!(strict.stdout.contains("nothing was written: --strict"), "{strict:?}");
    strict.failed();
    assert_eq!(gained(&app, &before).await, []);
    let lenient = fees(&app, &scene.world, &lines, &[]).await;
    for expected in [
        "line 3, column 房号: there is no unit",
        "line 4, column 已收金额: is more than what was charged",
        "line 5, column 账期: ",
        "line 6, column 账期: repeats line 2",
        "line 7, column 收费项目: the community charges no item “LIFT”",
        "line 8, column 小区: the organization has no community",
        "line 9, column 收款日期: is missing",
        "line 10, column 应收金额: nothing is charged",
        "line 11, column 账期: is not the first day of a month",
        "line 12, column 月数: ",
        "line 12, column 应收金额: ",
        "line 12, column 缴费人: is missing",
        "line 12, column 手机号: ",
        "line 12, column 收款日期: nothing was paid",
        "line 13, column 收款日期: lies ahead",
        "bad rows: 11",
    ] {
        assert!(lenient.stderr.contains(expected), "{expected} in {}", lenient.stderr);
    }
    assert!(lenient.stdout.contains("2 good, 11 bad"), "{lenient:?}");
    lenient.ok();
    let mut found = charges(&scene.finance.client, json!({})).await;
    found.sort();
    let expected = ["MANAGEMENT 丙 2025-01-01 26.85 IMPORTED", "MANAGEMENT 甲 2025-01-01 26.85 IMPORTED"];
    assert_eq!(found, expected);
    let none = fees(&app, &scene.world, &[], &["--organization", "没有这家"]).await;
    assert_eq!(none.code, Some(2), "named twice");
    let program = support::Program::over(app.database());
    let path = super::file(&program, "f.csv", super::HEADINGS, &lines);
    let unknown = program.run(&["import", "fees", &path, "--organization", "没有这家"]).await.failed();
    assert!(unknown.contains("没有这家"), "{unknown}");
    let path = super::file(&program, "g.csv", "小区,楼栋", &[]);
    let short = program.run(&["import", "fees", &path, "--organization", &scene.world.org_name]).await.failed();
    assert!(short.contains("missing headings: 房号, 收费项目, 账期, 应收金额, 缴费人"), "{short}");
}

async fn what_is_stored_is_kept(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    scene.named(1, "乙").await;
    scene.bill(&app, "2026-02-01").await;
    let first = [line("1栋,101,MANAGEMENT,2025-01-01,1,26.85,,甲,,20,2025-01-10")];
    fees(&app, &scene.world, &first, &[]).await.ok();
    // Other figures for the same, what a run has billed, and something new.
    let lines = [
        line("1栋,101,MANAGEMENT,2025-01-01,1,26.85,,甲,,26.85,2025-01-10"),
        line("1栋,102,MANAGEMENT,2026-02-01,1,26.85,,乙,,,"),
        line("1栋,102,MANAGEMENT,2026-01-01,1,26.85,,乙,,,"),
    ];
    let before = rows(&app).await;
    fees(&app, &scene.world, &lines, &["--strict"]).await.failed();
    assert_eq!(gained(&app, &before).await, [], "what is stored counts for strictness, too");
    let tried = fees(&app, &scene.world, &lines, &["--dry-run"]).await;
    let run = fees(&app, &scene.world, &lines, &[]).await;
    for told in [&tried, &run] {
        for expected in [
            "line 2: 26.85 of which 20.00 were paid is stored and was kept, the file has 26.85 and 26.85",
            "line 3: was billed by a run of the system already",
        ] {
            assert!(told.stderr.contains(expected), "{expected} in {}", told.stderr);
        }
        assert!(told.stdout.contains("1 good, 2 bad") && told.stdout.contains("1 created, 0 unchanged"), "{told:?}");
    }
    let mut found = charges(&scene.finance.client, json!({})).await;
    found.sort();
    let expected = [
        "MANAGEMENT 乙 2026-01-01 26.85 IMPORTED",
        "MANAGEMENT 乙 2026-02-01 26.85",
        "MANAGEMENT 甲 2025-01-01 26.85 IMPORTED",
    ];
    assert_eq!(found, expected);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM payer").await, 2, "whoever pays the unit is known");
}

async fn bills_and_people_are_put_together(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    let deposit =
        json!({ "code": "DEP", "kind": "DEPOSIT", "nameZh": "装修押金", "nameEn": "Deposit", "timing": "ARREARS" });
    scene.item(scene.area(deposit)).await;
    let owner = scene.world.resident(&app, 1, scene.world.home.units[0], entities::values::ResidencyRole::Owner).await;
    let lines = [
        line("1,101,MANAGEMENT,2025-01-01,1,26.85,,住户1-1,,,"),
        line("1栋,101,DEP,2025-01-01,,2000,2025-01-05,住户1-1,13900010001,2000,2025-01-05"),
        // A namesake with another phone, and somebody else on the same unit.
        line("1栋,101,MANAGEMENT,2025-02-01,,26.85,,住户1-1,13900012222,,"),
        line("1栋,101,MANAGEMENT,2025-03-01,3,80.55,,租客,,,"),
        line("1栋,101,DEP,2025-03-01,,100,,租客,,,"),
    ];
    fees(&app, &scene.world, &lines, &[]).await.ok();
    let bills = "{ bills { totalCount nodes { number billedOn dueOn due { amount } open { amount } payerName } } }";
    let own = owner.query(bills, json!({})).await["bills"].clone();
    let expected = json!({ "totalCount": 1, "nodes": [{
        "number": "202501-00000001", "billedOn": "2025-01-01", "dueOn": "2025-01-05", "due": { "amount": "2026.85" },
        "open": { "amount": "26.85" }, "payerName": "住户1-1",
    }] });
    assert_eq!(own, expected, "one bill for a unit, payer and first day");
    assert_eq!(owed(&owner).await, ["101 26.85"], "the namesake's debt is not his");
    let all = scene.finance.client.query(bills, json!({})).await["bills"]["totalCount"].clone();
    assert_eq!((all, number(&app, "SELECT COUNT(*) FROM payer").await), (json!(3), 3));
    // More of the same bill comes with another file.
    let more = [line("1栋,101,DEP,2025-02-01,,5,,住户1-1,13900012222,,")];
    fees(&app, &scene.world, &more, &[]).await.ok();
    assert_eq!(number(&app, "SELECT COUNT(*) FROM bill").await, 3);
    // A deposit that was paid is held; nothing was earned or received here.
    let sum = |account: &str| {
        format!("SELECT CAST(COALESCE(SUM(amount), 0) AS bigint) FROM ledger_entry WHERE account = '{account}'")
    };
    let mut found = Vec::new();
    for account in ["DEPOSIT_HELD", "OPENING", "RECEIVABLE", "REVENUE", "CASH"] {
        found.push(number(&app, &sum(account)).await);
    }
    assert_eq!(
        found,
        [-210_500, 186_575, 23_925, 0, 0],
        "2,105.00 are held; 2,000.00 came in before, for which 134.25 more were earned then"
    );
}

async fn other_cycles_are_not_billed_twice(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    let quarterly = scene.area(json!({ "code": "LIFT", "cycleMonths": 3, "nameZh": "电梯费" }));
    scene.item_at(quarterly, "0.1").await;
    for index in 0..4 {
        scene.named(index, &format!("甲{index}")).await;
    }
    // A quarter of what is billed monthly; the months of a quarter, all and some; and nothing of the fourth unit.
    let lines = [
        line("1栋,101,MANAGEMENT,2025-01-01,3,80.55,,甲0,,,"),
        line("1栋,102,LIFT,2025-01-01,1,8.95,,甲1,,,"),
        line("1栋,102,LIFT,2025-02-01,1,8.95,,甲1,,,"),
        line("1栋,102,LIFT,2025-03-01,1,8.95,,甲1,,,"),
        line("1栋,103,LIFT,2025-01-01,1,8.95,,甲2,,,"),
    ];
    fees(&app, &scene.world, &lines, &["--strict"]).await.ok();
    let january = scene.bill(&app, "2025-01-01").await;
    // Three months of the fee, of all but the first unit; and the quarter of the first and the last.
    assert_eq!(
        (&january["chargeCount"], &january["charged"]["amount"]),
        (&json!(5), &json!("134.25")),
        "3 × 26.85 + 2 × 26.85"
    );
    let problems =
        json!([{ "unitNumber": "103", "code": "PARTLY_TAKEN_OVER", "fromDay": "2025-01-01", "toDay": "2025-04-01" }]);
    assert_eq!(january["problems"]["nodes"], problems);
    let february = scene.bill(&app, "2025-02-01").await;
    assert_eq!(
        (&february["chargeCount"], &february["problemCount"]),
        (&json!(3), &json!(0)),
        "the first unit's quarter holds it"
    );
    // Nor does a file bring in what a run has billed, or what another row has brought.
    let again = [
        line("1栋,102,MANAGEMENT,2024-12-01,3,80.55,,甲1,,,"),
        line("1栋,101,MANAGEMENT,2025-03-01,1,26.85,,甲0,,,"),
        line("1栋,101,MANAGEMENT,2025-04-01,1,26.85,,甲0,,,"),
    ];
    let run = fees(&app, &scene.world, &again, &[]).await;
    for expected in [
        "line 2: was billed by a run of the system already",
        "line 3: some of its days were taken over already, from 2025-01-01 on",
    ] {
        assert!(run.stderr.contains(expected), "{expected} in {}", run.stderr);
    }
    assert!(run.stdout.contains("1 good, 2 bad"), "{run:?}");
}

async fn late_fees_accrue_on_what_was_taken_over(app: Arc<TestApp>) {
    let scene = Scene::build(&app).await;
    let late = json!({ "dueDays": 0, "lateFee": { "dailyRate": "0.0005", "graceDays": 0, "cap": "0.5" } });
    scene.item_at(scene.area(late), "3").await;
    let lines = [
        line("1栋,101,MANAGEMENT,2025-12-01,1,268.50,2026-01-10,甲,,,"),
        line("1栋,102,MANAGEMENT,2025-12-01,1,268.50,2026-01-10,乙,,100,2026-01-20"),
        line("1栋,103,MANAGEMENT,2025-12-01,1,268.50,2026-01-10,丙,,268.50,2026-01-20"),
    ];
    fees(&app, &scene.world, &lines, &["--strict"]).await.ok();
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 2, "what was paid is not late");
    let mut found = charges(&scene.finance.client, json!({ "open": true })).await;
    found.sort();
    // From the 11th of January to the 1st of March there are 50 days: on 268.50 they are 6.7125; 9 of them on 268.50 and
    // 41 on 168.50 are 1.20825 and 3.45425. That the file came on the 2nd of March is no matter.
    let expected = [
        "MANAGEMENT 乙 2025-12-01 268.50 IMPORTED",
        "MANAGEMENT 乙 2026-03-02 4.66 LATE_FEE",
        "MANAGEMENT 甲 2025-12-01 268.50 IMPORTED",
        "MANAGEMENT 甲 2026-03-02 6.71 LATE_FEE",
    ];
    assert_eq!(found, expected);
    app.advance(chrono::Duration::days(2));
    assert_eq!(billing::accrue_late_fees(&app.app).await.unwrap(), 2);
    let late = "SELECT CAST(SUM(amount) AS bigint) FROM charge WHERE source = 'LATE_FEE'";
    assert_eq!(number(&app, late).await, 698 + 483, "52 days are 6.981, and 43 on the rest 3.62275 beside 1.20825");
}

async fn an_import_waits_for_a_run(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    scene.named(1, "乙").await;
    scene.send_run("2026-02-01").await.ok();
    let lines =
        [line("1栋,102,MANAGEMENT,2026-02-01,1,26.85,,乙,,,"), line("1栋,101,MANAGEMENT,2025-01-01,1,26.85,,甲,,,")];
    let before = rows(&app).await;
    let told = fees(&app, &scene.world, &lines, &[]).await.failed();
    assert!(told.contains("RUN_OPEN"), "{told}");
    assert_eq!((gained(&app, &before).await, number(&app, "SELECT COUNT(*) FROM charge").await), (vec![], 0));
    billing::post_runs(&app.app).await.unwrap();
    let run = fees(&app, &scene.world, &lines, &[]).await;
    assert!(run.stderr.contains("line 2: was billed by a run of the system already"), "{run:?}");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM charge").await, 2);
}
