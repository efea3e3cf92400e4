//! `linli admin create`: the first accounts.

use serde_json::json;
use support::program::Finished;
use support::{Program, TestDatabase, both_databases};

both_databases!(the_first_administrators_are_made, what_is_wrong_is_said);

async fn create(program: &Program, organization: &str, phone: &str, password: Option<&str>) -> Finished {
    let mut arguments = vec!["admin", "create", "--organization", organization, "--name", "王管理", "--phone", phone];
    if password.is_some() {
        arguments.push("--password-stdin");
    }
    program.run_with_input(&arguments, password.unwrap_or_default()).await
}

async fn the_first_administrators_are_made(database: TestDatabase) {
    let program = Program::over(&database);
    let made = create(&program, "甲物业", "13812345671", Some("a long password\n")).await.ok();
    assert_eq!(made, "administrator of the new organization 甲物业 made\n");
    let made = create(&program, "甲物业", "13812345672", None).await.ok();
    let (first, second) = made.split_once('\n').unwrap();
    assert_eq!(first, "administrator of the existing organization 甲物业 made");
    let generated = second.trim_end().strip_prefix("password: ").unwrap();
    assert!(generated.len() >= 10);
    create(&program, "乙物业", "+86 138-1234-5673", Some("第三个很长很长的密码")).await.ok();

    let serving = program.serve(&["serve"]).await;
    // A password that was made up for somebody is changed first.
    let first_time = serving.staff("13812345672", generated).await;
    assert_eq!(first_time.post("{ staff { totalCount } }", json!({})).await.code(), "PASSWORD_CHANGE_REQUIRED");
    let input = json!({ "oldPassword": generated, "newPassword": "a password of my own" });
    first_time.mutate("passwordChange", input, "changed").await.ok();
    let query = "{ viewer { name staff { assignments { role community { id } } } } staff { totalCount } ticketCategories { id } }";
    for (phone, password, staff) in [
        ("13812345671", "a long password", 2),
        ("13812345672", "a password of my own", 2),
        ("13812345673", "第三个很长很长的密码", 1),
    ] {
        let data = serving.staff(phone, password).await.query(query, json!({})).await;
        let viewer = json!({
            "name": "王管理",
            "staff": { "assignments": [{ "role": "ORGANIZATION_ADMIN", "community": null }] },
        });
        assert_eq!((&data["viewer"], &data["staff"]["totalCount"]), (&viewer, &json!(staff)));
        assert!(!data["ticketCategories"].as_array().unwrap().is_empty(), "a new organization has its defaults");
    }
    serving.terminate().await;
}

async fn what_is_wrong_is_said(database: TestDatabase) {
    let program = Program::over(&database);
    for (phone, password, code) in [
        ("13812345671", "too short", "WEAK_PASSWORD"),
        ("13812345671", "", "WEAK_PASSWORD"),
        ("12345", "a long password", "INVALID_PHONE"),
    ] {
        let complaint = create(&program, "甲物业", phone, Some(password)).await.failed();
        assert!(complaint.starts_with("linli: ") && complaint.contains(code), "{complaint}");
        assert!(password.is_empty() || !complaint.contains(password), "{complaint}");
    }
    let db = program.connect().await;
    let organizations = api::db::Sql::new("SELECT COUNT(*) FROM organization");
    assert_eq!(organizations.number(db.read()).await.unwrap(), 0, "a refused administrator leaves no organization");
    create(&program, "甲物业", "13812345671", Some("a long password")).await.ok();
    let complaint = create(&program, "乙物业", "13812345671", Some("a long password")).await.failed();
    assert!(complaint.contains("ALREADY_EXISTS"), "{complaint}");
    assert_eq!(organizations.number(db.read()).await.unwrap(), 1);
    let missing = program.run(&["admin", "create", "--organization", "甲物业"]).await;
    assert_eq!(missing.code, Some(2), "{missing:?}");
}
