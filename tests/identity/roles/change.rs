//! Changing a role, reading it and its history.

use std::sync::Arc;

use api::db::Sql;
use api::infra::history;
use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::{ROLE, change, rights, role, set};

both!(
    roles_are_as_the_program_has_them,
    a_change_is_read_back_with_its_history,
    another_organization_keeps_its_own,
    a_repeat_has_its_effect_once,
    what_is_so_already_changes_nothing,
    of_two_administrators_one_is_first,
    the_list_costs_the_same_however_much_was_changed,
);

async fn roles_are_as_the_program_has_them(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let data = admin.query("{ roles { role rights defaultRights allowedRights version changedAt } }", json!({})).await;
    let roles = data["roles"].as_array().unwrap();
    assert_eq!(roles.len(), Role::ALL.len());
    for it in roles {
        assert_eq!((&it["rights"], &it["version"], &it["changedAt"]), (&it["defaultRights"], &json!(0), &Value::Null));
        let allowed = it["allowedRights"].as_array().unwrap();
        assert!(it["rights"].as_array().unwrap().iter().all(|right| allowed.contains(right)), "{it:#}");
    }
    let names = ["FRONT_DESK", "CONTRACTOR"];
    for (language, expected) in [("en", ["Front desk", "Contractor"]), ("zh-CN", ["前台客服", "外包人员"])] {
        let client = admin.speaking(language);
        for (name, expected) in names.iter().zip(expected) {
            assert_eq!(role(&client, name).await["name"], expected);
        }
    }
}

async fn a_change_is_read_back_with_its_history(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let before = role(&admin, "FRONT_DESK").await;
    let wanted = rights(&before["rights"], &["TICKET_DISPATCH"], &["TICKET_CANCEL"]);
    let payload = set(&admin, "FRONT_DESK", &wanted, 0, "k").await.ok();
    let made = &payload["role"];
    assert_eq!((&made["version"], &made["changedBy"]), (&json!(1), &json!("管理员1")));
    assert_eq!(made["defaultRights"], before["defaultRights"]);
    let has = |right: &str| made["rights"].as_array().unwrap().contains(&json!(right));
    assert!(has("TICKET_DISPATCH") && !has("TICKET_CANCEL") && has("TICKET_READ"));
    change(&admin, "FRONT_DESK", &["TICKET_CANCEL"], &["TICKET_DISPATCH"]).await;
    let after = role(&admin, "FRONT_DESK").await;
    assert_eq!((&after["rights"], &after["version"]), (&before["rights"], &json!(2)), "it is as it was");
    let event = |version: i64, added: &str, removed: &str| {
        json!({ "version": version, "added": [added], "removed": [removed],
            "reason": "小项目，一人多岗", "staffName": "管理员1" })
    };
    let events = [event(2, "TICKET_CANCEL", "TICKET_DISPATCH"), event(1, "TICKET_DISPATCH", "TICKET_CANCEL")];
    assert_eq!(after["events"], json!(events), "newest first");
    let chains = history::verify_all(app.app.db.read()).await.unwrap();
    assert!(chains.breaks.is_empty() && chains.events == 2, "{chains:?}");
    let told = Sql::new("SELECT COUNT(*) FROM outbox WHERE topic = 'role.changed' AND object_kind = 'ROLE'");
    assert_eq!(told.number(app.app.db.read()).await.unwrap(), 2);
    // Whoever changes the history is found out.
    let kind =
        |to: &str| Sql::new(format!("UPDATE history_event SET kind = '{to}' WHERE object_kind = 'ROLE' AND seq = 1"));
    app.change(&kind("NOTHING")).await;
    assert_eq!(history::verify_all(app.app.db.read()).await.unwrap().breaks.len(), 1);
    app.change(&kind("RIGHTS_SET")).await;
}

async fn another_organization_keeps_its_own(app: Arc<TestApp>) {
    let (one, two) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let (here, there) = (one.admin(&app).await, two.admin(&app).await);
    change(&here, "STEWARD", &["TICKET_DISPATCH"], &["HOUSEHOLD_READ"]).await;
    let other = role(&there, "STEWARD").await;
    assert_eq!((&other["rights"], &other["version"]), (&other["defaultRights"], &json!(0)));
    assert_eq!((&other["changedBy"], &other["events"]), (&Value::Null, &json!([])));
    change(&there, "STEWARD", &["TICKET_CANCEL"], &[]).await;
    assert_eq!(role(&here, "STEWARD").await["version"], 1);
    let query = "{ staff { totalCount } }";
    let steward = two.worker(&app, 1, Role::Steward, &[]).await;
    steward.client.query(query, json!({})).await;
}

async fn a_repeat_has_its_effect_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let usual = role(&admin, "DISPATCHER").await["rights"].clone();
    let wanted = rights(&usual, &["TICKET_REOPEN"], &[]);
    let first = set(&admin, "DISPATCHER", &wanted, 0, "k").await.ok();
    let again = set(&admin, "DISPATCHER", &wanted, 0, "k").await.ok();
    assert_eq!(first, again);
    let other = set(&admin, "DISPATCHER", &rights(&usual, &[], &["TICKET_CANCEL"]), 0, "k").await;
    assert_eq!(other.refused(), "KEY_REUSED");
    assert_eq!(role(&admin, "DISPATCHER").await["events"].as_array().unwrap().len(), 1);
    // A refusal leaves the key free.
    assert_eq!(set(&admin, "DISPATCHER", &wanted, 9, "n").await.refused(), "STALE_VERSION");
    set(&admin, "DISPATCHER", &usual.as_array().map(|_| rights(&usual, &[], &[])).unwrap(), 1, "n").await.ok();
}

async fn what_is_so_already_changes_nothing(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let now = role(&admin, "COLLECTOR").await;
    let payload = set(&admin, "COLLECTOR", &rights(&now["rights"], &[], &[]), 0, "k").await.ok();
    assert_eq!(payload["role"]["version"], 0);
    assert_eq!(Sql::new("SELECT COUNT(*) FROM role_rights").number(app.app.db.read()).await.unwrap(), 0);
}

async fn of_two_administrators_one_is_first(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let other = world.worker_at(&app, 1, Role::OrganizationAdmin, None, &[]).await;
    let admin = world.admin(&app).await;
    let usual = role(&admin, "MANAGER").await["rights"].clone();
    for version in 0..4 {
        let (a, b) = (format!("a{version}"), format!("b{version}"));
        // Each leaves out another right than anybody did before.
        let out = |number: usize| {
            let right = usual[number].as_str().unwrap();
            rights(&usual, &[], &[right])
        };
        let (here, there) = (out(version * 2), out(version * 2 + 1));
        let version = i64::try_from(version).unwrap();
        let (one, two) = tokio::join!(
            set(&admin, "MANAGER", &here, version, &a),
            set(&other.client, "MANAGER", &there, version, &b)
        );
        let outcomes = [one.codes(), two.codes()];
        assert!(outcomes.contains(&vec![]), "one was first: {outcomes:?}");
        assert!(outcomes.contains(&vec!["STALE_VERSION".to_owned()]), "the other was told: {outcomes:?}");
        assert_eq!(role(&admin, "MANAGER").await["version"], version + 1);
    }
    assert_eq!(role(&admin, "MANAGER").await["events"].as_array().unwrap().len(), 4);
}

async fn the_list_costs_the_same_however_much_was_changed(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let query = "{ roles { role rights changedBy events { reason staffName } } }";
    change(&admin, "STEWARD", &[], &["TICKET_READ"]).await;
    let (one, _) = app.statements(admin.query(query, json!({}))).await;
    for name in ["FRONT_DESK", "DISPATCHER", "TECHNICIAN", "SUPERVISOR", "MANAGER"] {
        change(&admin, name, &[], &["TICKET_READ"]).await;
        change(&admin, name, &["TICKET_READ"], &[]).await;
    }
    let (many, _) = app.statements(admin.query(query, json!({}))).await;
    assert_eq!((one, many), (3, 3), "the viewer, the roles, their histories");
    let (viewer, _) = app.statements(admin.query("{ viewer { name } }", json!({}))).await;
    assert_eq!(viewer, 1, "session, person, roles and what was changed of them");
    let input = json!({ "role": "STEWARD", "rights": [], "expectedVersion": 1, "reason": "x", "idempotencyKey": "z" });
    admin.mutate("roleRightsSet", input, ROLE).await.ok();
}
