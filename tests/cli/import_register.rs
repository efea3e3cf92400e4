//! `linli import register`: a household register, by whose entries residents bind.

use api::db::{Db, Sql};
use serde_json::json;
use support::program::fixture;
use support::{Program, TestDatabase, both_databases};

both_databases!(
    a_resident_of_the_register_binds_and_submits,
    a_workbook_is_read_as_excel_wrote_it,
    bad_rows_are_explained,
    the_community_must_be_known
);

const COMMUNITY: [&str; 2] = ["--community", "竹影苑"];

/// A program whose database has the communities of the fixture.
async fn prepared(database: &TestDatabase) -> Program {
    let program = Program::over(database);
    program.run(&["import", "communities", &fixture("communities.csv")]).await.ok();
    program
}

async fn import(program: &Program, file: &str, more: &[&str]) -> support::program::Finished {
    program.run(&[&["import", "register", &fixture(file)], &COMMUNITY[..], more].concat()).await
}

async fn count(db: &Db, what: &str) -> i64 {
    Sql::new(format!("SELECT COUNT(*) FROM {what}")).number(db.read()).await.unwrap()
}

async fn a_resident_of_the_register_binds_and_submits(database: TestDatabase) {
    let program = prepared(&database).await;
    let printed = import(&program, "register.csv", &[]).await.ok();
    assert!(printed.contains("rows           10 good, 0 bad"), "{printed}");
    let db = program.connect().await;
    assert_eq!((count(&db, "residency").await, count(&db, "unit").await), (10, 7));

    let mut serving = program.serve(&["serve"]).await;
    let resident = serving.resident("13800000001").await;
    let selection = "units { role unit { id number buildingName communityName area usage floor deliveredOn } }";
    let payload = resident.mutate("residencyBind", json!({ "name": "张三" }), selection).await.ok();
    let mut units = payload["units"].as_array().unwrap().clone();
    units.sort_by_key(|home| home["unit"]["number"].as_str().unwrap().to_owned());
    assert_eq!(units.len(), 2, "{units:#?}");
    let flat = json!({
        "id": units[0]["unit"]["id"], "number": "1-101", "buildingName": "1栋", "communityName": "竹影苑",
        "area": "89.5", "usage": "FLAT", "floor": 1, "deliveredOn": "2019-06-30",
    });
    assert_eq!(units[0], json!({ "role": "OWNER", "unit": flat }));
    assert_eq!(units[1]["unit"]["usage"], "PARKING");
    let categories = resident.query("{ ticketCategories { id code } }", json!({})).await;
    let ticket = resident
        .submit(json!({
            "unitId": flat["id"],
            "kind": "HOME_REPAIR",
            "categoryId": categories["ticketCategories"][0]["id"],
            "description": "水管漏水",
            "idempotencyKey": "k",
        }))
        .await;
    let data = resident.query("{ tickets { nodes { id state } } }", json!({})).await;
    assert_eq!(data["tickets"]["nodes"], json!([{ "id": ticket, "state": "SUBMITTED" }]));

    // The family binds by the card's last four, whatever the spelling of the phone in the file.
    let family = serving.resident("13800000002").await;
    let payload = family.mutate("residencyBind", json!({ "idLastFour": "123x" }), "units { role }").await.ok();
    assert_eq!(payload["units"], json!([{ "role": "FAMILY" }]));
    serving.terminate().await;

    // Once more: nothing changes, and who is bound stays bound.
    import(&program, "register.csv", &[]).await.ok();
    assert_eq!((count(&db, "residency").await, count(&db, "unit").await), (10, 7));
    assert_eq!(count(&db, "residency WHERE account_id IS NOT NULL").await, 3);
}

async fn a_workbook_is_read_as_excel_wrote_it(database: TestDatabase) {
    let program = prepared(&database).await;
    let run = import(&program, "register.xlsx", &[]).await;
    for expected in ["line 6, column Area (m²): ", "line 6, column ID last four: "] {
        assert!(run.stderr.contains(expected), "{expected} in {run:?}");
    }
    let db = program.connect().await;
    // Numbers typed as numbers, dates as Excel's serial days, an empty row; the bad row is left out.
    assert_eq!((count(&db, "residency").await, count(&db, "unit").await), (3, 2));
    let first = "unit WHERE number = '101' AND area = 8953 AND floor = 1 AND delivered_on = '2019-06-30'";
    assert_eq!(count(&db, first).await, 1);
    assert_eq!(count(&db, "residency WHERE phone = '13800000001' AND id_last4 = '0012'").await, 1);
    import(&program, "register.xlsx", &[]).await;
    assert_eq!((count(&db, "residency").await, count(&db, "unit").await), (3, 2), "once more changes nothing");
}

async fn bad_rows_are_explained(database: TestDatabase) {
    let program = prepared(&database).await;
    let strict = import(&program, "register_bad.csv", &["--strict"]).await;
    assert!(strict.stdout.contains("nothing was written: --strict"), "{strict:?}");
    let complaint = strict.failed();
    for expected in [
        "line 3, column 楼栋: ",
        "line 4, column 建筑面积: ",
        "line 4, column 交付日期: ",
        "line 4, column 手机号: ",
        "line 4, column 身份证后四位: ",
        "line 5, column 楼层: ",
        "line 5, column 建筑面积: ",
        "line 5, column 用途: ",
        "line 5, column 姓名: ",
        "line 5, column 身份: ",
        "line 5, column 入住日期: ",
        "line 6, column 手机号: ",
    ] {
        let line = complaint.lines().find_map(|line| line.trim().strip_prefix(expected));
        assert!(line.is_some_and(|reason| reason.len() > 3), "{expected} in {complaint}");
    }
    for personal in ["王三", "12800000013", "0451-84510000", "郑二"] {
        assert!(!complaint.contains(personal), "{complaint}");
    }
    let db = program.connect().await;
    assert_eq!((count(&db, "residency").await, count(&db, "unit").await), (0, 0));
    // Without --strict the good row is taken.
    let lenient = import(&program, "register_bad.csv", &[]).await;
    assert!(lenient.stderr.contains("bad rows: 4"), "{lenient:?}");
    lenient.ok();
    assert_eq!(count(&db, "residency").await, 1);
}

async fn the_community_must_be_known(database: TestDatabase) {
    let program = prepared(&database).await;
    let register = fixture("register.csv");
    let run = |more: &'static [&'static str]| {
        let arguments = [&["import", "register", register.as_str()], more].concat();
        let program = &program;
        async move { program.run(&arguments).await }
    };
    let unknown = run(&["--community", "没有这个小区"]).await.failed();
    assert!(unknown.starts_with("error: ") && unknown.contains("没有这个小区"), "{unknown}");
    let twice = run(&["--community", "松影苑"]).await.failed();
    assert!(twice.contains("--organization"), "two organizations have one of this name: {twice}");
    let printed = run(&["--community", "松影苑", "--organization", "示范城晴川物业管理有限公司"]).await.ok();
    assert!(printed.contains("10 good"), "{printed}");
    assert_eq!(run(&[]).await.code, Some(2));
    let template = program.run(&["import", "register", "--template", "-"]).await.ok();
    assert!(template.contains("楼栋") && template.contains("手机号"), "{template}");
}
