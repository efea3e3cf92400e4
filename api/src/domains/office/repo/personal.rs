//! Reveals, and what people did with the data that is about them.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, OwnDataId, OwnDataKind, StaffId};
use entities::{disclosure_reveal, own_data};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder};

use crate::db::{Fault, Sql};

/// How many reveals a member of staff had since a time; whoever counts holds the person's lock.
pub async fn reveals_since(
    connection: &impl ConnectionTrait,
    staff: StaffId,
    since: DateTime<Utc>,
) -> Result<i64, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM disclosure WHERE kind = 'REVEAL'");
    sql.with(" AND staff_id = ", staff).with(" AND occurred_at > ", since).number(connection).await
}

/// Adds what a reveal tells beside its disclosure.
pub async fn insert_reveal(connection: &impl ConnectionTrait, row: disclosure_reveal::Model) -> Result<(), Fault> {
    disclosure_reveal::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Adds what a person did with the own data.
pub async fn insert_own_data(connection: &impl ConnectionTrait, row: own_data::Model) -> Result<(), Fault> {
    own_data::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// How often an account asked for its data since a time; its row is locked until the end of the transaction.
pub async fn own_requests_since(
    connection: &impl ConnectionTrait,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<i64, Fault> {
    Sql::new("UPDATE account SET name = name WHERE id = ").bind(account).run(connection).await?;
    let mut sql = Sql::new("SELECT COUNT(*) FROM own_data WHERE");
    sql.with(" kind = ", OwnDataKind::Requested).with(" AND account_id = ", account);
    sql.with(" AND occurred_at > ", since).number(connection).await
}

/// An account's request for its data.
pub async fn find_own_request(
    connection: &impl ConnectionTrait,
    account: AccountId,
    id: OwnDataId,
) -> Result<Option<own_data::Model>, Fault> {
    let query = own_data::Entity::find_by_id(id).filter(own_data::Column::AccountId.eq(account));
    Ok(query.filter(own_data::Column::Kind.eq(OwnDataKind::Requested)).one(connection).await?)
}

/// All that an account did with its data, in order.
pub async fn own_data_of(connection: &impl ConnectionTrait, account: AccountId) -> Result<Vec<own_data::Model>, Fault> {
    let query = own_data::Entity::find().filter(own_data::Column::AccountId.eq(account));
    Ok(query.order_by_asc(own_data::Column::Id).all(connection).await?)
}
