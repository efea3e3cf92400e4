//! Who may not change roles, and what no role may be.

use std::sync::Arc;

use api::db::Sql;
use entities::values::{ResidencyRole, Role};
use serde_json::json;
use support::{TestApp, World, both};

use super::{ROLE, role, set};

both!(only_administrators_change_roles, who_reads_of_staff_reads_roles, no_role_leaves_its_bounds, words_are_checked);

async fn changed(app: &TestApp) -> i64 {
    Sql::new("SELECT COUNT(*) FROM role_rights").number(app.app.db.read()).await.unwrap()
}

async fn only_administrators_change_roles(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let none: [String; 0] = [];
    for (number, which) in (1..).zip(Role::ALL.iter().copied().filter(|role| *role != Role::OrganizationAdmin)) {
        let worker = world.worker_at(&app, number, which, None, &[]).await;
        assert_eq!(set(&worker.client, "STEWARD", &none, 0, "k").await.refused(), "FORBIDDEN", "{which}");
    }
    // An administrator of one community is none of the organization.
    let local = world.worker(&app, 90, Role::OrganizationAdmin, &[]).await;
    assert_eq!(set(&local.client, "STEWARD", &none, 0, "k").await.refused(), "FORBIDDEN");
    for (number, tie) in (1..).zip([ResidencyRole::Owner, ResidencyRole::Family, ResidencyRole::Tenant]) {
        let resident = world.resident(&app, number, world.home.units[0], tie).await;
        assert_eq!(set(&resident, "STEWARD", &none, 0, "k").await.refused(), "FORBIDDEN");
    }
    assert_eq!(set(&app.anonymous(), "STEWARD", &none, 0, "k").await.refused(), "UNAUTHENTICATED");
    assert_eq!(changed(&app).await, 0);
}

async fn who_reads_of_staff_reads_roles(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let readers = [
        Role::FrontDesk,
        Role::Dispatcher,
        Role::Steward,
        Role::TeamLeader,
        Role::Supervisor,
        Role::Manager,
        Role::OrganizationAdmin,
    ];
    for (number, which) in (1..).zip(Role::ALL.iter().copied()) {
        let worker = world.worker(&app, number, which, &[]).await;
        let answer = worker.client.post("{ roles { role rights events { reason } } }", json!({})).await;
        if readers.contains(&which) {
            assert_eq!(answer.body["data"]["roles"].as_array().unwrap().len(), Role::ALL.len(), "{which}");
        } else {
            assert_eq!(answer.code(), "FORBIDDEN", "{which}");
        }
    }
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    assert_eq!(resident.post("{ roles { role } }", json!({})).await.code(), "FORBIDDEN");
    assert_eq!(app.anonymous().post("{ roles { role } }", json!({})).await.code(), "UNAUTHENTICATED");
}

async fn no_role_leaves_its_bounds(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for which in Role::ALL.iter().map(|role| role.as_str()) {
        let now = role(&admin, which).await;
        let list = |name: &str| -> Vec<String> { serde_json::from_value(now[name].clone()).unwrap() };
        let (allowed, kept) = (list("allowedRights"), list("keptRights"));
        if which != "ORGANIZATION_ADMIN" {
            for beyond in ["STAFF_MANAGE", "ROLE_MANAGE"] {
                assert!(!allowed.iter().any(|right| right == beyond), "{which}");
                let wanted = [allowed.as_slice(), &[beyond.to_owned()]].concat();
                let outcome = set(&admin, which, &wanted, 0, "beyond").await;
                assert_eq!((outcome.refused(), outcome.field()), ("RIGHT_NOT_ALLOWED".into(), "input.rights".into()));
                let message = outcome.payload["userErrors"][0]["message"].as_str().unwrap();
                assert!(message.contains(beyond), "{message}");
            }
        }
        for right in &kept {
            let wanted: Vec<String> = allowed.iter().filter(|it| *it != right).cloned().collect();
            assert_eq!(set(&admin, which, &wanted, 0, "kept").await.refused(), "RIGHT_KEPT", "{right}");
        }
    }
    assert_eq!(changed(&app).await, 0);
    // All that is allowed, and nothing but what is kept, can be had.
    for which in Role::ALL.iter().map(|role| role.as_str()) {
        let now = role(&admin, which).await;
        let list = |name: &str| -> Vec<String> { serde_json::from_value(now[name].clone()).unwrap() };
        let most = set(&admin, which, &list("allowedRights"), 0, &format!("{which}-most")).await.ok();
        assert_eq!(most["role"]["rights"], now["allowedRights"]);
        let version = most["role"]["version"].as_i64().unwrap();
        let least = set(&admin, which, &list("keptRights"), version, &format!("{which}-least")).await.ok();
        assert_eq!(least["role"]["rights"], now["keptRights"]);
    }
    // What stands in the database beyond the bounds counts for nothing.
    app.change(&Sql::new("UPDATE role_rights SET granted = ',STAFF_MANAGE,ROLE_MANAGE,', withdrawn = ','")).await;
    let manager = world.worker_at(&app, 1, Role::Manager, None, &[]).await;
    assert_eq!(set(&manager.client, "STEWARD", &[], 2, "m").await.refused(), "FORBIDDEN");
    app.change(&Sql::new("UPDATE role_rights SET withdrawn = ',STAFF_READ,STAFF_MANAGE,ROLE_MANAGE,'")).await;
    assert_eq!(role(&admin, "ORGANIZATION_ADMIN").await["role"], "ORGANIZATION_ADMIN", "nobody is locked out");
}

async fn words_are_checked(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    for (reason, code) in [("", "REQUIRED"), ("  ", "REQUIRED"), (&"长".repeat(501), "TOO_LONG")] {
        let input = json!({
            "role": "STEWARD", "rights": [], "expectedVersion": 0, "reason": reason, "idempotencyKey": "k",
        });
        let outcome = admin.mutate("roleRightsSet", input, ROLE).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, "input.reason"));
    }
    for (key, code) in [("", "REQUIRED"), ("钥", "INVALID_VALUE")] {
        assert_eq!(set(&admin, "STEWARD", &[], 0, key).await.refused(), code);
    }
    assert_eq!(changed(&app).await, 0);
}
