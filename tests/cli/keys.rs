//! The master key: made beside an SQLite file, given with PostgreSQL, and needed again.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;
use support::program::MASTER_KEY;
use support::{Backend, Program, TestDatabase, both_databases};

both_databases!(another_key_is_refused);

const ADMIN: [&str; 9] =
    ["admin", "create", "--organization", "甲物业", "--name", "管理员", "--phone", "13812345678", "--password-stdin"];

#[tokio::test]
async fn a_key_file_is_made_beside_an_sqlite_file_and_used_again() {
    let program = Program::new();
    program.run_with_input(&ADMIN, "a long password\n").await.ok();
    let file = program.path("linli.db.key");
    let made = std::fs::read_to_string(&file).unwrap();
    assert!(made.len() == 64 && made.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let serving = program.serve(&["serve"]).await;
    let client = serving.staff("13812345678", "a long password").await;
    serving.terminate().await;
    assert_eq!(std::fs::read_to_string(&file).unwrap(), made);
    // A token outlives a restart: its key is in the database, and the master key opens it.
    let serving = program.serve(&["serve"]).await;
    serving.client(client.token()).query("{ viewer { id } }", json!({})).await;
    serving.terminate().await;

    std::fs::write(&file, "no key").unwrap();
    let complaint = program.run(&["serve"]).await.failed();
    assert!(complaint.contains("64 hexadecimal digits"), "{complaint}");
    std::fs::remove_file(&file).unwrap();
    let complaint = program.run(&["serve"]).await.failed();
    assert!(complaint.contains("another master key"), "a lost key is not made anew in silence: {complaint}");
}

async fn another_key_is_refused(database: TestDatabase) {
    let program = Program::over(&database);
    program.run_with_input(&ADMIN, "a long password").await.ok();
    let other = Program::over(&database).without("LINLI_MASTER_KEY").with("LINLI_MASTER_KEY", &"ab".repeat(32));
    for command in [&["serve"][..], &["worker"], &["audit", "verify"]] {
        let complaint = other.run(command).await.failed();
        assert!(complaint.contains("another master key"), "{complaint}");
        assert!(!complaint.contains("abab") && !complaint.contains("Internal("), "{complaint}");
    }
    let (code, _) = program.serve(&["serve"]).await.terminate().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn postgres_needs_a_key_that_is_given() {
    let database = TestDatabase::create(Backend::Postgres).await;
    let program = Program::over(&database).without("LINLI_MASTER_KEY");
    let complaint = program.run(&["serve"]).await.failed();
    assert!(complaint.contains("`master_key`") && complaint.contains("`master_key_file`"), "{complaint}");
    let missing = program.with("LINLI_MASTER_KEY_FILE", "missing.key");
    let complaint = missing.run(&["serve"]).await.failed();
    assert!(complaint.contains("`master_key_file` missing.key"), "{complaint}");
    assert!(!missing.path("missing.key").exists(), "nodes that share a database must share the key");
    std::fs::write(missing.path("missing.key"), format!("{MASTER_KEY}\n")).unwrap();
    let (code, _) = missing.serve(&["serve"]).await.terminate().await;
    assert_eq!(code, Some(0));
}

both_databases!(keys_take_turns);

async fn keys_take_turns(database: TestDatabase) {
    let program = Program::over(&database);
    program.run_with_input(&ADMIN, "a long password").await.ok();
    let list = || async { program.run(&["admin", "keys", "list"]).await.ok() };
    let first = list().await;
    let id = first.split(' ').next().unwrap().to_owned();
    assert!(
        first.lines().count() == 1 && first.contains(" signs ") && first.trim_end().ends_with("until -"),
        "{first}"
    );
    let complaint = program.run(&["admin", "keys", "retire", &id]).await.failed();
    assert!(complaint.contains("the only key that signs"), "{complaint}");
    let next = program.run(&["admin", "keys", "rotate"]).await.ok().trim_end().to_owned();
    let listed = list().await;
    let lines: Vec<&str> = listed.lines().collect();
    assert!(lines[0].starts_with(&format!("{next} next ")), "{listed}");
    assert!(lines[1].starts_with(&format!("{id} signs ")) && !lines[1].ends_with("until -"), "{listed}");

    let serving = program.serve(&["serve"]).await;
    let client = serving.staff("13812345678", "a long password").await;
    client.query("{ viewer { id } }", json!({})).await;
    let at_once = program.run(&["admin", "keys", "rotate", "--now"]).await.ok().trim_end().to_owned();
    let retired = program.run(&["admin", "keys", "retire", &id]).await.ok();
    assert_eq!(retired, format!("{id} is retired\n"));
    let listed = list().await;
    assert!(listed.starts_with(&format!("{at_once} signs ")) && listed.contains(&format!("{id} retired ")), "{listed}");
    serving.terminate().await;
    // Whoever starts from now on refuses the old key, and signs with the new one.
    let serving = program.serve(&["serve"]).await;
    assert_eq!(serving.client(client.token()).post("{ viewer { id } }", json!({})).await.status, 401);
    serving.staff("13812345678", "a long password").await;
    serving.terminate().await;
    let complaint = program.run(&["admin", "keys", "retire", "0192e4a0-0000-7000-8000-000000000000"]).await.failed();
    assert!(complaint.contains("there is no key"), "{complaint}");
    assert_eq!(program.run(&["admin", "keys", "retire", "x"]).await.code, Some(2));
}
