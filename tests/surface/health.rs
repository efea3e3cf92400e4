//! `/healthz` and `/readyz`.

use std::sync::Arc;

use api::db::Sql;
use sea_orm::{ConnectionTrait as _, Database};
use support::{Backend, TestApp, both, servers};

both!(a_healthy_server_is_ready, a_waiting_migration_is_not_ready);

async fn get(app: &TestApp, path: &str) -> (u16, String) {
    let response = app.http().get(app.url(path)).send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn a_healthy_server_is_ready(app: Arc<TestApp>) {
    assert_eq!(get(&app, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(&app, "/readyz").await, (200, "ready\n".to_owned()));
}

async fn a_waiting_migration_is_not_ready(app: Arc<TestApp>) {
    let newest = "(SELECT MAX(version) FROM seaql_migrations)";
    app.change(&Sql::new("CREATE TABLE kept AS SELECT * FROM seaql_migrations")).await;
    assert_eq!(app.change(&Sql::new(format!("DELETE FROM seaql_migrations WHERE version = {newest}"))).await, 1);
    let (status, text) = get(&app, "/readyz").await;
    assert_eq!((status, text.as_str()), (503, "1 migrations wait: run `linli migrate`\n"));
    assert_eq!(get(&app, "/healthz").await.0, 200, "alive all the same");
    app.change(&Sql::new(
        "INSERT INTO seaql_migrations SELECT * FROM kept WHERE version NOT IN (SELECT version FROM seaql_migrations)",
    ))
    .await;
    app.change(&Sql::new("DROP TABLE kept")).await;
    assert_eq!(get(&app, "/readyz").await.0, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_whose_database_is_gone_is_not_ready() {
    let app = TestApp::start(Backend::Postgres).await;
    assert_eq!(get(&app, "/readyz").await.0, 200);
    let name = app.database().url().rsplit('/').next().unwrap().to_owned();
    let administrator = Database::connect(servers::postgres_url()).await.unwrap();
    administrator.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
    administrator.close().await.unwrap();
    let (status, text) = get(&app, "/readyz").await;
    assert_eq!((status, text.as_str()), (503, "the database does not answer\n"));
    assert_eq!(get(&app, "/healthz").await.0, 200, "alive all the same");
    let answer =
        app.anonymous().mutate("signInCodeRequest", serde_json::json!({ "phone": "13911112222" }), "sent").await;
    assert_eq!(answer.refused(), "INTERNAL");
}
