//! Writes of the outbox.

use entities::outbox::{ActiveModel, Entity};
use entities::values::OutboxId;
use sea_orm::{ConnectionTrait, EntityTrait, Set};

use super::{Message, PAYLOAD_VERSION};
use crate::clock::Clock;
use crate::db::Fault;

/// Writes a message; its place in the order of changes comes later, from the relay.
pub async fn write(connection: &impl ConnectionTrait, clock: &Clock, message: Message) -> Result<(), Fault> {
    let row = ActiveModel {
        id: Set(clock.new_id::<OutboxId>()),
        org_id: Set(message.org_id),
        topic: Set(message.topic.to_owned()),
        object_kind: Set(message.object_kind.as_str().to_owned()),
        object_id: Set(message.object_id),
        object_version: Set(message.object_version),
        payload: Set(message.payload.to_string()),
        payload_version: Set(PAYLOAD_VERSION),
        created_at: Set(clock.now()),
        change_seq: Set(None),
    };
    Entity::insert(row).exec_without_returning(connection).await?;
    Ok(())
}
