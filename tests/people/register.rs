//! The register is imported again: what people made or ended by hand stands.

use std::io::Write as _;
use std::sync::Arc;

use api::domains::estate::{RegisterTarget, import_register};
use api::infra::bulk::{FileRun, Progress};
use entities::values::Role;
use serde_json::json;
use support::{TestApp, World, both};

use super::shared::{about, admit, asked, decide, homes, resident, residents};
use crate::tickets::shared::number;

both!(what_was_ended_stays_ended, whoever_was_admitted_or_confirmed_is_not_added_twice);

/// Imports rows of the home community's register: building, unit, name, phone, role, from.
async fn import(app: &TestApp, world: &World, rows: &[&str]) {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    writeln!(file, "楼栋,房号,姓名,手机号,身份,入住日期").unwrap();
    for row in rows {
        writeln!(file, "{row}").unwrap();
    }
    let target = RegisterTarget::find(&app.app.db, "邻里花园", Some(&world.org_name)).await.unwrap();
    let run = FileRun { path: file.path().to_owned(), strict: true, dry: false, progress: Progress::hidden() };
    let outcome = import_register(&app.app.db, &app.clock, &run, target).await.unwrap();
    assert_eq!((outcome.rows, outcome.refused), (rows.len() as u64, false), "{:?}", outcome.problems);
}

async fn count(app: &TestApp) -> i64 {
    number(app, "SELECT COUNT(*) FROM residency").await
}

async fn what_was_ended_stays_ended(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let rows = ["1栋,101,王芳,13911112222,业主,2020-01-01", "1栋,101,租客甲,13933334444,租客,2024-01-01"];
    import(&app, &world, &rows).await;
    assert_eq!(count(&app).await, 2);
    let owner = app.resident("13911112222").await;
    owner.mutate("residencyBind", json!({ "name": "王芳" }), "units { role }").await.ok();
    let tenant = resident(&residents(&owner, world.home.units[0]).await, "租客甲");
    about(&owner, "residentRemove", &tenant, json!({})).await.ok();
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    // The same file, and one in which somebody has corrected the day.
    import(&app, &world, &rows).await;
    import(&app, &world, &[rows[0], "1栋,101,租客甲,13933334444,租客,2024-02-01"]).await;
    assert_eq!(count(&app).await, 2);
    let live = residents(&desk, world.home.units[0]).await;
    assert_eq!(live.as_array().unwrap().len(), 1, "{live:#}");
    let back = app.resident("13933334444").await;
    let outcome = back.mutate("residencyBind", json!({ "name": "租客甲" }), "units { role }").await;
    assert_eq!(outcome.refused(), "REGISTER_MISMATCH");
    // Who comes back later is somebody new.
    app.advance(chrono::Duration::days(60));
    import(&app, &world, &["1栋,101,租客甲,13933334444,租客,2026-04-01"]).await;
    assert_eq!(count(&app).await, 3);
    back.mutate("residencyBind", json!({ "name": "租客甲" }), "units { role }").await.ok();
    assert_eq!(homes(&back).await, ["101 TENANT"]);
}

async fn whoever_was_admitted_or_confirmed_is_not_added_twice(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    import(&app, &world, &["1栋,101,王芳,13911112222,业主,2020-01-01"]).await;
    let owner = app.resident("13911112222").await;
    owner.mutate("residencyBind", json!({ "name": "王芳" }), "units { role }").await.ok();
    admit(&owner, &world, json!({ "name": "小李" })).await.ok();
    let buyer = app.resident("13955556666").await;
    let request = asked(&buyer, json!({})).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    decide(&desk, "residencyApprove", &request, json!({})).await.ok();
    assert_eq!(count(&app).await, 3);
    let rows = [
        "1栋,101,王芳,13911112222,业主,2020-01-01",
        // The company calls him by another name, and has her phone wrong.
        "1栋,101,李小明,13700000001,家属,2021-01-01",
        "1栋,102,赵敏,13999999999,业主,2026-01-01",
        "1栋,103,赵敏,13955556666,业主,2026-01-01",
    ];
    import(&app, &world, &rows).await;
    assert_eq!(count(&app).await, 4, "her other unit alone is new");
    assert_eq!(homes(&app.resident("13700000001").await).await, ["101 FAMILY"], "nobody was dropped");
    assert_eq!(homes(&buyer).await, ["102 OWNER"]);
}
