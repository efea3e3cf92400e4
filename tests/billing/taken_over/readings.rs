//! Readings by a file, judged like those that are recorded by hand.

use std::sync::Arc;

use serde_json::json;
use support::program::Finished;
use support::{TestApp, both};

use super::import;
use crate::billing::shared::{Scene, unit};
use crate::tickets::shared::{gained, number, rows};

both!(readings_of_a_file_are_billed_like_any_other, bad_readings_are_listed, the_examples_are_good);

const HEADINGS: &str = "表号,小区,楼栋,房号,收费项目,抄表日期,读数,类型,原因";

async fn readings(app: &TestApp, scene: &Scene, lines: &[&str], more: &[&str]) -> Finished {
    let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
    import(app, &scene.world, ("readings", HEADINGS), &lines, more).await
}

/// Two meters of water since 1 March, at 100 and 99,990.
async fn scene(app: &TestApp) -> Scene {
    let scene = Scene::build(app).await;
    let water = scene.item_at(scene.water(json!({})), "2.0").await;
    scene.send_rate(&water, "2026-03-11", "2.8").await.ok();
    for (index, serial, initial) in [(0, "W-1", "100"), (1, "W-2", "99990")] {
        scene.named(index, &format!("甲{index}")).await;
        scene.meter(index, &water, serial, initial).await;
    }
    scene
}

async fn readings_of_a_file_are_billed_like_any_other(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    // In any order; one meter by its number, the other by its unit.
    let lines = [
        ",邻里花园,1栋,102,water,2026-04-01,3,归零,表满归零",
        "W-1,,,,,2026-04-01,112,,",
        "W-1,,,,,2026-03-11,106.5,换价,",
        ",邻里花园,1,102,WATER,2026/3/11,99995,CUTOVER,",
    ];
    let before = rows(&app).await;
    let tried = readings(&app, &scene, &lines, &["--dry-run"]).await.ok();
    assert!(tried.contains("4 created") && tried.contains("nothing was written: --dry-run"), "{tried}");
    assert_eq!(gained(&app, &before).await, []);
    let printed = readings(&app, &scene, &lines, &["--strict"]).await.ok();
    assert!(printed.contains("readings       4 created, 0 unchanged"), "{printed}");
    let again = readings(&app, &scene, &lines, &["--strict"]).await.ok();
    assert!(again.contains("readings       0 created, 4 unchanged"), "{again}");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM meter_reading").await, 6);
    app.advance(chrono::Duration::days(31));
    // 6.5 t at 2.0 and 5.5 t at 2.8; 5 t at 2.0 and 8 t at 2.8 over the turn.
    let run = scene.bill(&app, "2026-04-01").await;
    assert_eq!(run["charged"]["amount"], "60.80", "13.00 + 15.40 + 10.00 + 22.40");
    let query = "query($u: ID!) { meters(unitId: $u) { readings { value kind byResident reason } } }";
    let seen = scene.finance.client.query(query, json!({ "u": unit(&scene.world, 1) })).await;
    let last = json!({ "value": "3", "kind": "ROLLOVER", "byResident": false, "reason": "表满归零" });
    assert_eq!(seen["meters"][0]["readings"][0], last);
}

async fn the_examples_are_good(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    scene.item_at(scene.area(json!({})), "0.3").await;
    let program = support::Program::over(app.database());
    for (what, good) in [("fees", "3 good, 0 bad"), ("readings", "2 good, 0 bad")] {
        let file = support::program::fixture(&format!("{what}.csv"));
        let arguments = ["import", what, &file, "--organization", &scene.world.org_name, "--strict"];
        let printed = program.run(&arguments).await.ok();
        assert!(printed.contains(good), "{printed}");
    }
}

async fn bad_readings_are_listed(app: Arc<TestApp>) {
    let scene = scene(&app).await;
    let lines = [
        "W-1,,,,,2026-03-10,150,,",
        "W-1,,,,,2026-03-20,149,,",
        "W-9,,,,,2026-03-20,149,,",
        ",邻里花园,1栋,109,WATER,2026-03-20,149,,",
        ",邻里花园,1栋,103,WATER,2026-03-20,149,,",
        "W-2,,,,,2026-03-20,100000,,",
        "W-2,,,,,2026-03-21,5,归零,",
        "W-2,,,,,2026-03-21,5.0005,常规,",
        "W-2,,,,,2099-03-21,5,FINAL,",
        "W-2,,,,,2099-03-21,99999,,",
        "W-1,,,,,2026-02-28,99,,",
        "W-1,,,,,2026-03-10,151,,",
        "W-1,,,,,2026-03-30,160,,按时",
    ];
    let before = rows(&app).await;
    readings(&app, &scene, &lines[..2], &["--strict"]).await.failed();
    assert_eq!(gained(&app, &before).await, [], "what does not fit to the readings there counts for strictness");
    assert_eq!(number(&app, "SELECT COUNT(*) FROM meter_reading").await, 2);
    let run = readings(&app, &scene, &lines, &[]).await;
    for expected in [
        "line 3: shows less than the reading before",
        "line 4, column 表号: there is no such meter",
        "line 5, column 房号: there is no such unit",
        "line 6, column 房号: there is no such meter",
        "line 7: has more digits than the meter",
        "line 8, column 原因: is missing",
        "line 9, column 读数: ",
        "line 10, column 类型: ",
        "line 11, column 抄表日期: lies ahead",
        "line 12: is not later than the last reading",
        "line 13, column 抄表日期: repeats line 2",
        "bad rows: 11",
    ] {
        assert!(run.stderr.contains(expected), "{expected} in {}", run.stderr);
    }
    assert!(run.stdout.contains("2 good, 11 bad") && run.stdout.contains("2 created, 0 unchanged"), "{run:?}");
    run.ok();
}
