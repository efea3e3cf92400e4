//! The history of importers: one event for a file and an organization, with the file's digest.

use entities::values::OrganizationId;
use serde_json::json;
use uuid::Uuid;

use super::{Actor, Head, NewEvent, ObjectKind, link, repo};
use crate::clock::Clock;
use crate::db::Db;
use crate::error::Error;
use crate::infra::crypto;

/// A file that was imported into an organization.
#[derive(Clone, Copy, Debug)]
pub struct ImportRun {
    /// The organization.
    pub org_id: OrganizationId,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// Good rows of the file.
    pub rows: u64,
}

/// The id of a file's import into an organization: the same file is the same import.
pub fn import_id(sha256: &[u8; 32], org: OrganizationId) -> Uuid {
    let digest = crypto::sha256(&[sha256.as_slice(), org.0.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::new_v8(bytes)
}

/// Records that a file was imported. Importing the same file again changes nothing, and is not recorded again.
pub async fn record_import(db: &Db, clock: &Clock, run: ImportRun) -> Result<(), Error> {
    let object_id = import_id(&run.sha256, run.org_id);
    let clock = clock.clone();
    db.write(move |tx| {
        let clock = clock.clone();
        Box::pin(async move {
            if !repo::events(tx, &[object_id]).await?.is_empty() {
                return Ok(());
            }
            let event = NewEvent {
                org_id: run.org_id,
                object_kind: ObjectKind::ImportRun,
                object_id,
                kind: "IMPORTED",
                from_state: None,
                to_state: None,
                actor: Actor::default(),
                payload: json!({ "sha256": hex::encode(run.sha256), "rows": run.rows }),
                occurred_at: clock.now(),
            };
            let (event, _) = link(&clock, &Head::genesis(), event)?;
            Ok(repo::insert(tx, event).await?)
        })
    })
    .await
}
