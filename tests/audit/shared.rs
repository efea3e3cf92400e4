//! Altering the database as somebody with full access to it could, and putting it back.

use api::db::Sql;
use api::infra::history::{self, checkpoint};
use entities::values::TicketId;
use support::TestApp;

/// What is put back, parents first.
const TABLES: [&str; 5] = ["ticket", "history_event", "setting", "history_checkpoint", "history_checkpoint_head"];

/// Remembers the rows.
pub async fn save(app: &TestApp) {
    for table in TABLES {
        app.change(&Sql::new(format!("CREATE TABLE saved_{table} AS SELECT * FROM {table}"))).await;
    }
}

/// Puts the rows back.
pub async fn put_back(app: &TestApp) {
    for table in TABLES.iter().rev() {
        app.change(&Sql::new(format!("DELETE FROM {table}"))).await;
    }
    for table in TABLES {
        app.change(&Sql::new(format!("INSERT INTO {table} SELECT * FROM saved_{table}"))).await;
    }
}

/// Every break of a chain, and every break that a checkpoint found, as the command prints them.
pub async fn found(app: &TestApp) -> (Vec<String>, Vec<String>) {
    found_with(app, None).await
}

/// The same with a checkpoint that was noted outside.
pub async fn found_with(app: &TestApp, note: Option<&str>) -> (Vec<String>, Vec<String>) {
    let chains = history::verify_all(app.app.db.read()).await.unwrap().breaks;
    let checkpoints = checkpoint::verify_checkpoints(&app.app, note).await.unwrap().breaks;
    (chains.iter().map(|it| format!("{it:?}")).collect(), checkpoints.iter().map(|it| format!("{it:?}")).collect())
}

/// The ticket's id, from the wire.
pub fn id_of(ticket: &str) -> TicketId {
    api::graphql::id::try_parse_id(&ticket.into()).unwrap()
}
