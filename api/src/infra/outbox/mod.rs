//! The outbox: what is to be told to others stands in the transaction that causes it, and gets its place in the order of
//! changes afterwards. Neither ids nor times are that order: a transaction that began earlier may be committed later.

mod repo;

pub use repo::{Known, forget, known, write};

use std::collections::BTreeMap;

use entities::values::{OrganizationId, StaffId};
use serde_json::Value;
use uuid::Uuid;

use super::history::ObjectKind;
use super::live::Signal;
use crate::error::Error;
use crate::state::App;

/// How many messages get their place in one transaction.
const BATCH: u64 = 500;

/// The version that payloads are written in.
pub const PAYLOAD_VERSION: i32 = 1;

/// One thing to tell.
#[derive(Clone, Debug)]
pub struct Message {
    /// Whose tenant.
    pub org_id: OrganizationId,
    /// What it is about, such as `ticket.dispatched`.
    pub topic: &'static str,
    /// What kind of object.
    pub object_kind: ObjectKind,
    /// Which object.
    pub object_id: Uuid,
    /// The object's version after the change.
    pub object_version: i32,
    /// Who has the object after the change.
    pub staff_id: Option<StaffId>,
    /// Who had it before.
    pub staff_before_id: Option<StaffId>,
    /// Ids only: whoever is told reads the object again under a scope of their own.
    pub payload: Value,
}

/// Gives every message that waits its place in the order of changes, and then tells whoever waits for its object; how many.
pub async fn relay(app: &App) -> Result<u64, Error> {
    let mut all = 0;
    while repo::has_unordered(app.db.read()).await? {
        let ordered = app.db.write_background(|tx| Box::pin(async move { Ok(repo::order(tx, BATCH).await?) })).await?;
        if ordered.is_empty() {
            break;
        }
        all += ordered.len() as u64;
        // One signal for each object, with its last place: who is told of it reads it as it then is.
        let mut last: BTreeMap<Uuid, i64> = BTreeMap::new();
        for message in &ordered {
            let place = last.entry(message.object_id).or_insert(message.change_seq);
            *place = message.change_seq.max(*place);
        }
        let signals: Vec<Signal> =
            last.into_iter().map(|(object_id, change_seq)| Signal { object_id, change_seq }).collect();
        app.bus.publish(&signals).await?;
    }
    Ok(all)
}
