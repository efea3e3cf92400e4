//! An owner says who else lives in the unit.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::shared::{about, admit, counted, has_access, homes, resident, residents};
use crate::tickets::shared::{key, number};

both!(
    whoever_is_admitted_has_access_at_once,
    whoever_is_removed_has_none_at_once,
    a_proxy_does_what_the_owner_lets,
    co_owners_do_the_same,
    who_sees_the_residents,
    the_same_key_admits_and_removes_once,
    two_owners_admit_one_person_once,
);

async fn whoever_is_admitted_has_access_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let ticket = owner.submit(world.repair("a")).await;
    // One has an account already, the others never signed in.
    let known = app.resident("13700000001").await;
    for (phone, role, more) in [
        ("+86 137 0000 0001", "FAMILY", json!({})),
        ("13700000002", "TENANT", json!({ "endsOn": "2026-03-03" })),
        ("13700000003", "PROXY", json!({ "mayAdmit": true })),
    ] {
        let mut input = json!({ "phone": phone, "role": role, "name": format!("小{role}") });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let admitted = admit(&owner, &world, input).await.ok()["resident"].clone();
        let plain: String = phone.replace(' ', "").replace("+86", "");
        let masked = format!("{}****{}", &plain[..3], &plain[7..]);
        assert_eq!((&admitted["role"], &admitted["phone"]), (&json!(role), &json!(masked)));
        assert_eq!((&admitted["source"], &admitted["isViewer"]), (&json!("ADMISSION"), &json!(false)));
        assert_eq!(admitted["mayAdmit"], json!(role == "PROXY"));
        let client = app.resident(&plain).await;
        assert_eq!(homes(&client).await, [format!("101 {role}")]);
        assert!(has_access(&client, &world, &ticket).await);
        let viewer = client.query("{ viewer { name } }", json!({})).await;
        assert_eq!(viewer["viewer"]["name"], json!(format!("小{role}")));
    }
    assert_eq!(homes(&known).await, ["101 FAMILY"]);
    // The lease ends with its last day.
    let tenant = app.resident("13700000002").await;
    app.advance(chrono::Duration::hours(38));
    assert_eq!(homes(&tenant).await, ["101 TENANT"]);
    app.advance(chrono::Duration::hours(1));
    assert_eq!(homes(&tenant).await, Vec::<String>::new());
}

async fn whoever_is_removed_has_none_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let ticket = owner.submit(world.repair("a")).await;
    // One was admitted, the other stood in the register.
    admit(&owner, &world, json!({})).await.ok();
    world.resident(&app, 2, unit, ResidencyRole::Tenant).await;
    for (phone, name) in [("13700000001", "小李"), ("13900010002", "住户1-2")] {
        let client = app.resident(phone).await;
        assert!(has_access(&client, &world, &ticket).await);
        let id = resident(&residents(&owner, unit).await, name);
        let removed = about(&owner, "residentRemove", &id, json!({})).await.ok()["resident"].clone();
        assert_eq!(removed["until"], "2026-03-02T01:00:00Z");
        assert!(!has_access(&client, &world, &ticket).await);
        assert_eq!(homes(&client).await, Vec::<String>::new());
        let again = about(&owner, "residentRemove", &id, json!({})).await;
        assert_eq!((again.refused(), again.field()), ("RESIDENCY_ENDED".to_owned(), "input.residencyId".to_owned()));
        // By no other way either.
        let back = client.mutate("residencyBind", json!({ "name": name }), "units { role }").await;
        assert_eq!(back.refused(), "REGISTER_MISMATCH");
    }
    app.advance(chrono::Duration::seconds(1));
    admit(&owner, &world, json!({})).await.ok();
    assert_eq!(homes(&app.resident("13700000001").await).await, ["101 FAMILY"], "and admitted anew");
}

async fn a_proxy_does_what_the_owner_lets(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    admit(&owner, &world, json!({ "role": "PROXY", "name": "能的", "mayAdmit": true })).await.ok();
    admit(&owner, &world, json!({ "role": "PROXY", "name": "不能的", "phone": "13700000002" })).await.ok();
    let (may, may_not) = (app.resident("13700000001").await, app.resident("13700000002").await);
    for role in ["FAMILY", "TENANT"] {
        let phone = if role == "FAMILY" { "13700000003" } else { "13700000004" };
        let new = json!({ "role": role, "phone": phone, "name": role });
        assert_eq!(admit(&may_not, &world, new.clone()).await.refused(), "FORBIDDEN");
        admit(&may, &world, new).await.ok();
    }
    let proxy = json!({ "role": "PROXY", "phone": "13700000005", "name": "再一个" });
    assert_eq!(admit(&may, &world, proxy).await.refused(), "FORBIDDEN", "never another proxy");
    let all = residents(&owner, unit).await;
    assert_eq!(residents(&may, unit).await.as_array().unwrap().len(), 5);
    assert_eq!(residents(&may_not, unit).await, json!([]));
    for (name, code) in [("不能的", "FORBIDDEN"), ("能的", "FORBIDDEN"), ("住户1-1", "OWNER_BY_COMPANY")] {
        assert_eq!(about(&may, "residentRemove", &resident(&all, name), json!({})).await.refused(), code, "{name}");
    }
    let tenant = resident(&all, "TENANT");
    assert_eq!(about(&may_not, "residentRemove", &tenant, json!({})).await.refused(), "NOT_FOUND");
    about(&may, "residentRemove", &tenant, json!({})).await.ok();
    // Who is removed lets nobody in any more.
    about(&owner, "residentRemove", &resident(&all, "能的"), json!({})).await.ok();
    assert_eq!(admit(&may, &world, json!({ "phone": "13700000006" })).await.refused(), "NOT_FOUND");
    let family = resident(&all, "FAMILY");
    assert_eq!(about(&may, "residentRemove", &family, json!({})).await.refused(), "NOT_FOUND");
}

async fn co_owners_do_the_same(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let one = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let two = world.resident(&app, 2, unit, ResidencyRole::Owner).await;
    admit(&one, &world, json!({})).await.ok();
    let all = residents(&two, unit).await;
    let before = counted(&app).await;
    for (by, name) in [(&one, "住户1-2"), (&two, "住户1-1"), (&one, "住户1-1")] {
        let outcome = about(by, "residentRemove", &resident(&all, name), json!({})).await;
        assert_eq!(
            (outcome.refused(), outcome.field()),
            ("OWNER_BY_COMPANY".to_owned(), "input.residencyId".to_owned())
        );
    }
    assert_eq!(counted(&app).await, before);
    about(&two, "residentRemove", &resident(&all, "小李"), json!({})).await.ok();
    assert_eq!(homes(&app.resident("13700000001").await).await, Vec::<String>::new());
}

async fn who_sees_the_residents(app: Arc<TestApp>) {
    let (world, other) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let unit = world.home.units[0];
    let owner = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    admit(&owner, &world, json!({})).await.ok();
    let phones =
        |seen: Value| -> Vec<Value> { seen.as_array().unwrap().iter().map(|it| it["phone"].clone()).collect() };
    // The own phone in full, all others masked.
    assert_eq!(phones(residents(&owner, unit).await), [json!("13900010001"), json!("137****0001")]);
    let worker = async |number, role| world.worker(&app, number, role, &[]).await.client;
    let desk = worker(1, Role::FrontDesk).await;
    assert_eq!(phones(residents(&desk, unit).await), [json!("13900010001"), json!("13700000001")]);
    let family = app.resident("13700000001").await;
    let tenant = world.resident(&app, 3, unit, ResidencyRole::Tenant).await;
    for client in [&family, &tenant, &worker(2, Role::Technician).await, &worker(3, Role::Collector).await] {
        assert_eq!(residents(client, unit).await, json!([]));
    }
    let away = world.worker_at(&app, 4, Role::FrontDesk, Some(world.elsewhere.community), &[]).await.client;
    let neighbour = world.resident(&app, 2, world.home.units[1], ResidencyRole::Owner).await;
    for client in [&away, &neighbour, &other.admin(&app).await] {
        assert_eq!(residents(client, unit).await, Value::Null, "not even the unit");
    }
    assert_eq!(residents(&desk, world.home.units[3]).await, json!([]), "nobody lives there");
}

async fn the_same_key_admits_and_removes_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let again = json!({ "idempotencyKey": key() });
    let admitted = admit(&owner, &world, again.clone()).await.ok();
    let before = counted(&app).await;
    assert_eq!(admit(&owner, &world, again.clone()).await.ok(), admitted);
    let mut other = again.clone();
    other["name"] = json!("小王");
    assert_eq!(admit(&owner, &world, other).await.refused(), "KEY_REUSED");
    assert_eq!(counted(&app).await, before);
    let id = &admitted["resident"]["id"];
    let removed = about(&owner, "residentRemove", id, again.clone()).await.ok();
    let before = counted(&app).await;
    assert_eq!(about(&owner, "residentRemove", id, again).await.ok(), removed);
    assert_eq!(counted(&app).await, before);
    let events =
        "SELECT COUNT(*) FROM history_event WHERE object_kind = 'RESIDENCY' AND kind IN ('ADMITTED', 'REMOVED')";
    assert_eq!(number(&app, events).await, 2);
}

async fn two_owners_admit_one_person_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let unit = world.home.units[0];
    let one = world.resident(&app, 1, unit, ResidencyRole::Owner).await;
    let two = world.resident(&app, 2, unit, ResidencyRole::Owner).await;
    let as_tenant = json!({ "role": "TENANT", "name": "李先生" });
    let outcomes = tokio::join!(admit(&one, &world, json!({})), admit(&two, &world, as_tenant));
    let codes = [outcomes.0.codes(), outcomes.1.codes()].concat();
    assert_eq!(codes, ["ALREADY_EXISTS"]);
    assert_eq!(number(&app, "SELECT COUNT(*) FROM residency WHERE source = 'ADMISSION'").await, 1);
    // And of two who remove the person one does.
    let id = residents(&one, unit).await[2]["id"].clone();
    let outcomes =
        tokio::join!(about(&one, "residentRemove", &id, json!({})), about(&two, "residentRemove", &id, json!({})));
    let codes = [outcomes.0.codes(), outcomes.1.codes()].concat();
    assert_eq!(codes, ["RESIDENCY_ENDED"]);
}
