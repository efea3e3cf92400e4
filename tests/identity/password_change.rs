//! Passwords are changed by whose they are, and given anew by administrators.

use std::sync::Arc;

use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use futures_util::future::join_all;
use serde_json::{Value, json};
use support::client::Outcome;
use support::world::{PASSWORD, phone};
use support::{Client, TestApp, World, both};

both!(
    a_new_password_ends_the_other_sessions,
    what_is_easily_guessed_is_refused,
    the_old_one_must_be_known,
    guessing_the_old_one_is_limited,
    of_two_changes_at_once_one_happens,
    residents_have_none,
    a_temporary_one_opens_nothing_but_its_change,
    an_administrator_gives_a_new_one,
    a_reset_is_repeated_without_its_password,
    others_reset_nothing,
    a_crowd_is_told_to_come_back,
    unknown_and_known_numbers_take_as_long,
);

const OTHER: &str = "another long password";

async fn change(client: &Client, old: &str, new: &str) -> Outcome {
    client.mutate("passwordChange", json!({ "oldPassword": old, "newPassword": new }), "changed").await
}

async fn sign_in(app: &TestApp, phone: &str, password: &str) -> Outcome {
    let input = json!({ "phone": phone, "password": password });
    app.anonymous().mutate("signInStaff", input, "accessToken").await
}

async fn is_out(client: &Client) -> bool {
    client.post("{ viewer { id } }", json!({})).await.status == 401
}

async fn a_new_password_ends_the_other_sessions(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let (other, home) = (app.staff(&desk.phone, PASSWORD).await, app.resident(&desk.phone).await);
    assert_eq!(change(&desk.client, PASSWORD, OTHER).await.ok()["changed"], json!(true));
    assert!(!is_out(&desk.client).await);
    assert!(is_out(&other).await && is_out(&home).await);
    assert_eq!(sign_in(&app, &desk.phone, PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    sign_in(&app, &desk.phone, OTHER).await.ok();
    // A repeat finds another password than it names.
    assert_eq!(change(&desk.client, PASSWORD, OTHER).await.refused(), "INVALID_CREDENTIALS");
}

async fn what_is_easily_guessed_is_refused(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let long = "长".repeat(400);
    for (new, code) in [
        ("", "WEAK_PASSWORD"),
        ("九个字的密码还不够", "WEAK_PASSWORD"),
        (&long, "PASSWORD_TOO_LONG"),
        ("password123", "COMMON_PASSWORD"),
        ("1qaz2wsx3edc", "COMMON_PASSWORD"),
        (&desk.phone, "COMMON_PASSWORD"),
        (&format!("{}!", desk.phone), "COMMON_PASSWORD"),
        (&"员工1-1".repeat(3), "COMMON_PASSWORD"),
        (&"物业公司1".repeat(2), "COMMON_PASSWORD"),
        (PASSWORD, "SAME_PASSWORD"),
    ] {
        // Each is a try with the old password, which is counted.
        app.advance(Duration::minutes(2));
        let outcome = change(&desk.client, PASSWORD, new).await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, "input.newPassword"), "{new}");
        assert_eq!(outcome.payload["changed"], json!(false));
    }
    sign_in(&app, &desk.phone, PASSWORD).await.ok();
}

async fn the_old_one_must_be_known(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let other = app.staff(&desk.phone, PASSWORD).await;
    for old in ["", "a long wrong password", OTHER] {
        let outcome = change(&desk.client, old, OTHER).await;
        let told = (outcome.refused(), outcome.field());
        assert_eq!((told.0.as_str(), told.1.as_str()), ("INVALID_CREDENTIALS", "input.oldPassword"));
    }
    assert!(!is_out(&other).await);
    assert_eq!(change(&app.anonymous(), PASSWORD, OTHER).await.refused(), "UNAUTHENTICATED");
    sign_in(&app, &desk.phone, PASSWORD).await.ok();
}

async fn guessing_the_old_one_is_limited(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    for _ in 0..10 {
        assert_eq!(change(&desk.client, "a long wrong password", OTHER).await.refused(), "INVALID_CREDENTIALS");
    }
    assert_eq!(change(&desk.client, PASSWORD, OTHER).await.refused(), "TOO_MANY_REQUESTS");
    assert_eq!(sign_in(&app, &desk.phone, PASSWORD).await.refused(), "TOO_MANY_REQUESTS", "they count together");
    app.advance(Duration::minutes(15));
    change(&desk.client, PASSWORD, OTHER).await.ok();
}

async fn of_two_changes_at_once_one_happens(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let new: Vec<String> = (0..8).map(|number| format!("{OTHER} {number}")).collect();
    let outcomes = join_all(new.iter().map(|new| change(&desk.client, PASSWORD, new))).await;
    let changed: Vec<&String> =
        new.iter().zip(&outcomes).filter(|(_, outcome)| outcome.codes().is_empty()).map(|(new, _)| new).collect();
    assert_eq!(changed.len(), 1);
    sign_in(&app, &desk.phone, changed[0]).await.ok();
}

async fn residents_have_none(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let resident = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    assert_eq!(change(&resident, PASSWORD, OTHER).await.refused(), "FORBIDDEN");
}

async fn a_temporary_one_opens_nothing_but_its_change(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let input = json!({
        "name": "新来的", "phone": phone(1, 7), "assignments": [{ "role": "ORGANIZATION_ADMIN" }], "idempotencyKey": "k",
    });
    let made = world.admin(&app).await.mutate("staffCreate", input, "temporaryPassword").await.ok();
    let temporary = made["temporaryPassword"].as_str().unwrap();
    let client = app.staff(&phone(1, 7), temporary).await;
    let data =
        client.query("{ viewer { id name phone kind passwordChangeRequired staff { id name } } }", json!({})).await;
    assert_eq!(data["viewer"]["passwordChangeRequired"], json!(true));
    assert_eq!(data["viewer"]["staff"]["name"], "新来的");
    for query in [
        "{ staff { totalCount } }",
        "{ communities { totalCount } }",
        "{ viewer { badges { pool } } }",
        "{ viewer { units { role } } }",
        "{ viewer { sessions { totalCount } } }",
        "{ viewer { wechatBound } }",
        "{ viewer { staff { phone } } }",
        "{ node(id: \"x\") { id } }",
        "mutation { dutyStart { staff { id } } }",
        "mutation { sessionsRevokeOthers { count } }",
        "mutation { wechatUnbind { unbound } }",
    ] {
        let answer = client.post(query, json!({})).await;
        assert_eq!((answer.status, answer.code().as_str()), (200, "PASSWORD_CHANGE_REQUIRED"), "{query}");
    }
    for (language, message) in [("en", "Change the temporary password first"), ("zh", "请先修改临时密码")] {
        let answer = client.speaking(language).post("{ staff { totalCount } }", json!({})).await;
        assert_eq!(answer.body["errors"][0]["message"], message);
    }
    let upload = app.http().post(app.url("/uploads")).bearer_auth(client.token().unwrap());
    let refused = upload.header("tus-resumable", "1.0.0").send().await.unwrap();
    assert_eq!(refused.status(), 403);
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["code"], "PASSWORD_CHANGE_REQUIRED");
    assert_eq!(change(&client, temporary, temporary).await.refused(), "SAME_PASSWORD");
    change(&client, temporary, OTHER).await.ok();
    let data = client.query("{ viewer { passwordChangeRequired } staff { totalCount } }", json!({})).await;
    assert_eq!(data["viewer"]["passwordChangeRequired"], json!(false), "the same session goes on");
    // Signing out needs no change, and a resident's session of the same person none either.
    let input = json!({ "name": "另一个", "phone": phone(1, 8), "assignments": [], "idempotencyKey": "k2" });
    let made = world.admin(&app).await.mutate("staffCreate", input, "temporaryPassword").await.ok();
    let client = app.staff(&phone(1, 8), made["temporaryPassword"].as_str().unwrap()).await;
    let home = app.resident(&phone(1, 8)).await;
    home.query("{ viewer { units { role } passwordChangeRequired } }", json!({})).await;
    client.query("mutation { signOut { signedOut } }", json!({})).await;
    assert!(is_out(&client).await);
}

const RESET: &str = "temporaryPassword staff { id }";

async fn an_administrator_gives_a_new_one(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let home = app.resident(&desk.phone).await;
    let input = json!({ "staffId": desk.wire, "idempotencyKey": "reset" });
    let payload = world.admin(&app).await.mutate("staffPasswordReset", input, RESET).await.ok();
    assert_eq!(payload["staff"]["id"], json!(desk.wire));
    assert!(is_out(&desk.client).await);
    assert!(!is_out(&home).await, "who lives here signs in without a password, and stays");
    assert_eq!(sign_in(&app, &desk.phone, PASSWORD).await.refused(), "INVALID_CREDENTIALS");
    let temporary = payload["temporaryPassword"].as_str().unwrap();
    let client = app.staff(&desk.phone, temporary).await;
    assert_eq!(client.post("{ staff { totalCount } }", json!({})).await.code(), "PASSWORD_CHANGE_REQUIRED");
    change(&client, temporary, OTHER).await.ok();
    client.query("{ staff { totalCount } }", json!({})).await;
}

async fn a_reset_is_repeated_without_its_password(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let (desk, other) =
        (world.worker(&app, 1, Role::FrontDesk, &[]).await, world.worker(&app, 2, Role::FrontDesk, &[]).await);
    let input = json!({ "staffId": desk.wire, "idempotencyKey": "reset" });
    let first = admin.mutate("staffPasswordReset", input.clone(), RESET).await.ok();
    let temporary = first["temporaryPassword"].as_str().unwrap();
    let client = app.staff(&desk.phone, temporary).await;
    let again = admin.mutate("staffPasswordReset", input, RESET).await.ok();
    assert_eq!((&again["staff"], &again["temporaryPassword"]), (&first["staff"], &Value::Null));
    assert!(!is_out(&client).await, "a repeat ends nothing");
    let reused = json!({ "staffId": other.wire, "idempotencyKey": "reset" });
    assert_eq!(admin.mutate("staffPasswordReset", reused, RESET).await.refused(), "KEY_REUSED");
    assert!(!is_out(&other.client).await);
    admin.mutate("staffLeave", json!({ "staffId": other.wire }), "staff { id }").await.ok();
    let left = json!({ "staffId": other.wire, "idempotencyKey": "left" });
    assert_eq!(admin.mutate("staffPasswordReset", left, RESET).await.refused(), "STAFF_LEFT");
}

async fn others_reset_nothing(app: Arc<TestApp>) {
    let (world, foreign) = (World::build(&app, 1).await, World::build(&app, 2).await);
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    let input = json!({ "staffId": desk.wire, "idempotencyKey": "reset" });
    let mut clients = vec![
        (foreign.admin(&app).await, "NOT_FOUND"),
        (app.anonymous(), "UNAUTHENTICATED"),
        (world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await, "FORBIDDEN"),
        (world.worker(&app, 99, Role::OrganizationAdmin, &[]).await.client, "FORBIDDEN"),
    ];
    let roles = Role::ALL.iter().filter(|role| **role != Role::OrganizationAdmin);
    for (number, role) in (2..).zip(roles) {
        clients.push((world.worker_at(&app, number, *role, None, &[]).await.client, "FORBIDDEN"));
    }
    for (client, code) in clients {
        assert_eq!(client.mutate("staffPasswordReset", input.clone(), RESET).await.refused(), code);
    }
    let admin = world.admin(&app).await;
    let own = admin.query("{ viewer { staff { id } } }", json!({})).await["viewer"]["staff"]["id"].clone();
    let own = json!({ "staffId": own, "idempotencyKey": "own" });
    assert_eq!(admin.mutate("staffPasswordReset", own, RESET).await.refused(), "FORBIDDEN");
    assert!(!is_out(&desk.client).await);
    sign_in(&app, &desk.phone, PASSWORD).await.ok();
}

async fn a_crowd_is_told_to_come_back(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let node = app
        .another_node(false, |config| {
            config.password_workers = 1;
            config.password_queue = 2;
            config.sign_in_password_tries = 1_000;
        })
        .await;
    let client = node.client(None);
    let input = json!({ "phone": phone(1, 0), "password": PASSWORD });
    let outcomes = join_all((0..40).map(|_| client.mutate("signInStaff", input.clone(), "accessToken"))).await;
    let (busy, done): (Vec<_>, Vec<_>) =
        outcomes.iter().partition(|outcome| outcome.answer.body.get("errors").is_some());
    assert!(!busy.is_empty() && done.len() >= 3, "{} were told to come back", busy.len());
    for outcome in busy {
        assert_eq!(outcome.answer.code(), "RATE_LIMITED");
        assert_eq!(outcome.answer.body["errors"][0]["extensions"]["retryAfter"], json!(1));
    }
    client.mutate("signInStaff", input, "accessToken").await.ok();
    node.stop().await;
}

async fn unknown_and_known_numbers_take_as_long(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await;
    world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let phones = [desk.phone.as_str(), "13900019999", "13900010001"];
    let mut quickest = [std::time::Duration::MAX; 3];
    // In turn, so that whatever else the machine does happens to all; the quickest was disturbed least.
    for _ in 0..8 {
        for (phone, quickest) in phones.iter().zip(&mut quickest) {
            let started = std::time::Instant::now();
            assert_eq!(sign_in(&app, phone, "a long wrong password").await.refused(), "INVALID_CREDENTIALS");
            *quickest = started.elapsed().min(*quickest);
        }
        app.advance(Duration::minutes(15));
    }
    let (least, most) = (quickest.iter().min().unwrap(), quickest.iter().max().unwrap());
    assert!(*most < *least * 2, "known, unknown, resident: {quickest:?}");
}
