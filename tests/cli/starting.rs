//! Starting and stopping a server that is no demo.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;
use support::{Backend, Program, TestDatabase, both_databases};

both_databases!(migrating_twice_is_harmless, serving_opens_nothing_to_strangers, sigterm_ends_it);

async fn migrating_twice_is_harmless(database: TestDatabase) {
    let program = Program::over(&database);
    for _ in 0..2 {
        assert_eq!(program.run(&["migrate"]).await.ok(), "the schema is up to date\n");
    }
    let fresh = Program::new();
    for _ in 0..2 {
        fresh.run(&["migrate"]).await.ok();
    }
    assert!(fresh.path("linli.db").exists());
}

/// A database on the cluster without any table.
async fn emptied() -> TestDatabase {
    let database = TestDatabase::create(Backend::Postgres).await;
    let connection = Database::connect(database.url()).await.unwrap();
    connection.execute_unprepared("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
    connection.close().await.unwrap();
    database
}

#[tokio::test]
async fn postgres_is_served_only_after_migrate() {
    let database = emptied().await;
    let program = Program::over(&database);
    for command in ["serve", "worker"] {
        let complaint = program.run(&[command]).await.failed();
        assert!(complaint.contains("migrations wait: run `linli migrate` first"), "{complaint}");
    }
    program.run(&["migrate"]).await.ok();
    let (code, _) = program.serve(&["serve"]).await.terminate().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn an_unreachable_database_is_said_so() {
    let program = Program::new().with("LINLI_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none");
    let program = program.with("LINLI_MASTER_KEY", support::program::MASTER_KEY);
    let complaint = program.run(&["serve"]).await.failed();
    assert!(complaint.starts_with("linli: database: cannot connect"), "{complaint}");
    let program = Program::new().with("LINLI_DATABASE_URL", "sqlite:no/such/folder/linli.db");
    let complaint = program.with("LINLI_MASTER_KEY", support::program::MASTER_KEY).run(&["serve"]).await.failed();
    assert!(complaint.starts_with("linli: database: cannot connect"), "{complaint}");
}

async fn serving_opens_nothing_to_strangers(database: TestDatabase) {
    let program = Program::over(&database);
    let serving = program.serve(&["serve"]).await;
    let printed = serving.printed();
    assert!(!printed.contains("GraphiQL") && !printed.contains("password"), "{printed}");
    let http = reqwest::Client::new();
    let page = http.get(format!("{}/graphql", serving.url)).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 406, "there is no page");
    assert_eq!(http.get(format!("{}/readyz", serving.url)).send().await.unwrap().status(), 200);
    let answer = serving.client(None).post("{ __schema { types { name } } }", json!({})).await;
    assert!(answer.body["data"]["__schema"].is_null(), "{:#}", answer.body);
    for phone in ["13800000001", "13800000002", "13800000003"] {
        let input = json!({ "phone": phone, "password": api::demo::PASSWORD });
        let refused = serving.client(None).mutate("signInStaff", input, "accessToken").await;
        assert_eq!(refused.refused(), "INVALID_CREDENTIALS");
    }
    let db = program.connect().await;
    for table in ["account", "organization", "community"] {
        let rows = api::db::Sql::new(format!("SELECT COUNT(*) FROM {table}")).number(db.read()).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    serving.terminate().await;
}

async fn sigterm_ends_it(database: TestDatabase) {
    let program = Program::over(&database);
    for arguments in [&["serve"][..], &["serve", "--no-worker"]] {
        let serving = program.serve(arguments).await;
        serving.client(None).query("{ viewer { id } }", json!({})).await;
        let (code, took) = serving.terminate().await;
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(5), "{took:?}");
    }
    // Nothing at all on the command line means `serve`.
    let (code, _) = program.serve(&[]).await.terminate().await;
    assert_eq!(code, Some(0));
}

#[tokio::test]
async fn an_address_in_use_is_said_so() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let complaint = Program::new().run(&["serve", "--listen", &address]).await.failed();
    assert!(complaint.contains(&format!("cannot listen on {address}")), "{complaint}");
}
