//! The benchmark's database in the private cluster, and plain statements on it.

use std::collections::HashMap;

use api::config::Config;
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::Value;
use support::servers;

use crate::failure::{Failure, Res, fail};

/// Connections of the server's pool and of pgbench.
pub const POOL: u32 = 8;
const NAME: &str = "linli_bench";
/// Opens nothing but this run's database.
const MASTER_KEY: &str = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed";

/// The database.
pub struct Data {
    /// Its address.
    pub url: String,
    /// One connection, so that settings and temporary tables stay.
    connection: DatabaseConnection,
}

impl Data {
    /// Makes the database anew, with an empty schema.
    pub async fn create() -> Res<Self> {
        let cluster = servers::postgres_url();
        let Some((server, _)) = cluster.rsplit_once('/') else {
            return fail("LINLI_TEST_POSTGRES_URL ends with /DATABASE");
        };
        let administrator = connect(&cluster).await?;
        administrator.execute_unprepared(&format!("DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")).await?;
        administrator.execute_unprepared(&format!("CREATE DATABASE {NAME}")).await?;
        administrator.close().await?;
        let url = format!("{server}/{NAME}");
        let connection = connect(&url).await?;
        Ok(Self { url, connection })
    }

    /// Runs statements.
    pub async fn run(&self, sql: &str) -> Res<()> {
        self.connection
            .execute_unprepared(sql)
            .await
            .map_err(|error| Failure(format!("{error}\nin: {}", beginning(sql))))?;
        Ok(())
    }

    /// The rows of a statement, each a JSON object.
    pub async fn rows(&self, sql: &str) -> Res<Vec<Value>> {
        let wrapped = format!("SELECT CAST(to_jsonb(q) AS text) AS row FROM ({sql}) q");
        let statement = Statement::from_string(self.connection.get_database_backend(), wrapped);
        let rows = self.connection.query_all_raw(statement).await;
        let rows = rows.map_err(|error| Failure(format!("{error}\nin: {}", beginning(sql))))?;
        rows.iter().map(|row| Ok(serde_json::from_str(&row.try_get::<String>("", "row")?)?)).collect()
    }

    /// A single number, such as a count.
    pub async fn number(&self, sql: &str) -> Res<i64> {
        let rows = self.rows(&format!("SELECT ({sql}) AS number")).await?;
        rows.first().and_then(|row| row["number"].as_i64()).ok_or_else(|| Failure(format!("no number: {sql}")))
    }

    /// The configuration of a server on this database.
    pub fn config(&self) -> Res<Config> {
        let given = self.environment(&self.url).into_iter().map(|(key, value)| (key.to_owned(), value));
        Config::load_from(None, given, &[]).map_err(|error| Failure(error.0))
    }

    /// The same as variables, for a server process; `url` may name the database with further options.
    pub fn environment(&self, url: &str) -> HashMap<&'static str, String> {
        HashMap::from([
            ("LINLI_DATABASE_URL", url.to_owned()),
            ("LINLI_DATABASE_POOL", POOL.to_string()),
            ("LINLI_MASTER_KEY", MASTER_KEY.to_owned()),
            ("LINLI_LISTEN", "127.0.0.1:0".to_owned()),
            ("LINLI_LOG", "warn".to_owned()),
        ])
    }
}

async fn connect(url: &str) -> Res<DatabaseConnection> {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    Ok(Database::connect(options).await?)
}

/// Enough of a statement to recognize it.
fn beginning(sql: &str) -> String {
    sql.chars().take(400).collect()
}
