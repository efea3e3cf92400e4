//! `linli serve --demo`.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::{Value, json};
use support::program::Serving;
use support::{Backend, Client, Program, TestDatabase};

/// The accounts that the demo prints, as `(kind, phone, password)`.
async fn accounts(serving: &mut Serving) -> Vec<(String, String, Option<String>)> {
    serving.wait_for("(technician)").await;
    let printed = serving.printed();
    let lines = printed.lines().filter(|line| line.contains("  phone "));
    lines
        .map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let after = |name: &str| words.iter().position(|word| *word == name).map(|at| words[at + 1].to_owned());
            (words[0].to_owned(), after("phone").unwrap(), after("password"))
        })
        .collect()
}

async fn introspection(client: &Client) -> Value {
    client.query("{ __schema { queryType { name } types { name } } }", json!({})).await["__schema"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_opens_everything_and_keeps_its_data() {
    let program = Program::new();
    let mut serving = program.serve(&["serve", "--demo"]).await;
    assert!(program.path("linli-demo.db").exists() && !program.path("linli.db").exists());
    let printed = serving.wait_for("GraphiQL").await;
    assert!(printed.ends_with(&format!("{}/graphql", serving.url)), "{printed}");
    let page = reqwest::Client::new()
        .get(format!("{}/graphql", serving.url))
        .header("accept", "text/html")
        .send()
        .await
        .unwrap();
    assert_eq!(page.status(), 200);
    assert!(page.text().await.unwrap().contains("<html"));
    assert_eq!(introspection(&serving.client(None)).await["queryType"]["name"], "Query");

    let accounts = accounts(&mut serving).await;
    let mut roles = Vec::new();
    let mut ticket = Value::Null;
    for (kind, phone, password) in &accounts {
        let client = match password {
            Some(password) => serving.staff(phone, password).await,
            None => serving.resident(phone).await,
        };
        let query = "{ viewer { kind staff { assignments { role } } } }";
        let viewer = client.query(query, json!({})).await["viewer"].clone();
        assert_eq!(viewer["kind"], json!(kind.to_uppercase()));
        if kind == "resident" {
            let homes = "units { unit { id } }";
            let bound = client.mutate("residencyBind", json!({ "name": "王芳" }), homes).await.ok();
            let categories = client.query("{ ticketCategories { id } }", json!({})).await;
            ticket = client
                .submit(json!({
                    "unitId": bound["units"][0]["unit"]["id"],
                    "kind": "HOME_REPAIR",
                    "categoryId": categories["ticketCategories"][0]["id"],
                    "description": "水龙头滴水",
                    "idempotencyKey": "demo",
                }))
                .await
                .into();
        }
        let given = viewer["staff"]["assignments"].as_array().cloned().unwrap_or_default();
        roles.extend(given.iter().map(|it| it["role"].as_str().unwrap().to_owned()));
    }
    for role in ["MANAGER", "ORGANIZATION_ADMIN", "FRONT_DESK", "DISPATCHER", "TECHNICIAN"] {
        assert!(roles.iter().any(|it| it == role), "no demo account is {role}: {roles:?}");
    }
    assert!(accounts.iter().any(|(kind, ..)| kind == "resident"));
    let (code, took) = serving.terminate().await;
    assert_eq!(code, Some(0));
    assert!(took < Duration::from_secs(5), "{took:?}");

    let mut serving = program.serve(&["serve", "--demo"]).await;
    let resident = serving.resident("13900000001").await;
    let data = resident.query("{ viewer { name } tickets { nodes { id } } }", json!({})).await;
    assert_eq!(data, json!({ "viewer": { "name": "王芳" }, "tickets": { "nodes": [{ "id": ticket }] } }));
    let admin = serving.staff("13800000001", api::demo::PASSWORD).await;
    let data = admin
        .query("{ staff { totalCount } estateTotals { communityCount buildingCount unitCount } }", json!({}))
        .await;
    let totals = json!({ "communityCount": 1, "buildingCount": 3, "unitCount": 54 });
    assert_eq!(data, json!({ "staff": { "totalCount": 4 }, "estateTotals": totals }));
    let prices = "{ priceList(text: \"疏通\") { nodes { code low { amount currency } high { amount } } } }";
    let data = admin.query(prices, json!({})).await;
    let drain = json!({
        "code": "DRAIN", "low": { "amount": "50.00", "currency": "CNY" }, "high": { "amount": "120.00" },
    });
    assert_eq!(data["priceList"]["nodes"][0], drain);
    serving.terminate().await;
}

/// The bytes of an SQLite file, with what still stood in its write-ahead log.
async fn whole_file(path: &std::path::Path) -> Vec<u8> {
    let connection = Database::connect(format!("sqlite:{}", path.display())).await.unwrap();
    connection.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)").await.unwrap();
    connection.close().await.unwrap();
    std::fs::read(path).unwrap()
}

#[tokio::test]
async fn the_demo_touches_no_other_database() {
    let program = Program::new();
    program.run(&["migrate"]).await.ok();
    let before = whole_file(&program.path("linli.db")).await;
    let complaint = program.run(&["serve", "--demo", "--database-url", "sqlite:linli.db"]).await.failed();
    assert!(complaint.contains("was not made by the demo"), "{complaint}");
    assert!(whole_file(&program.path("linli.db")).await == before, "the demo wrote into a foreign database");
    let named = Program::new().with("LINLI_DATABASE_URL", "sqlite:mine.db");
    named.run(&["migrate"]).await.ok();
    assert!(named.run(&["serve", "--demo"]).await.failed().contains("was not made by the demo"));
    let other =
        Database::connect("sqlite:".to_owned() + program.path("other.db").to_str().unwrap() + "?mode=rwc").await;
    other.unwrap().execute_unprepared("CREATE TABLE somebody_elses (id int)").await.unwrap();
    let complaint = program.run(&["serve", "--demo", "--database-url", "sqlite:other.db"]).await.failed();
    assert!(complaint.contains("was not made by the demo"), "{complaint}");
}

#[tokio::test]
async fn the_demo_runs_on_postgres_in_a_database_of_its_own() {
    let database = TestDatabase::create(Backend::Postgres).await;
    let program = Program::over(&database);
    let complaint = program.run(&["serve", "--demo"]).await.failed();
    assert!(complaint.contains("was not made by the demo"), "a migrated database is somebody's: {complaint}");
    let connection = Database::connect(database.url()).await.unwrap();
    connection.execute_unprepared("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
    connection.close().await.unwrap();
    for _ in 0..2 {
        let serving = program.serve(&["serve", "--demo"]).await;
        let admin = serving.staff("13800000001", api::demo::PASSWORD).await;
        let data = admin.query("{ estateTotals { unitCount } }", json!({})).await;
        assert_eq!(data["estateTotals"]["unitCount"], 54);
        assert_eq!(serving.terminate().await.0, Some(0));
    }
}

#[tokio::test]
async fn the_demo_listens_on_this_machine_only() {
    let program = Program::new();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8000"] {
        let complaint = program.run(&["serve", "--demo", "--listen", address]).await.failed();
        assert!(complaint.contains("listens on this machine only"), "{address}: {complaint}");
    }
    assert!(!program.path("linli-demo.db").exists(), "nothing was made");
}
