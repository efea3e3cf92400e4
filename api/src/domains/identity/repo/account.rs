//! Accounts and organizations.

use entities::values::{AccountId, OrganizationId};
use entities::{account, organization};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use crate::db::{Fault, Sql};

/// The account of a phone, made when it is missing; safe when two requests do it at once.
pub async fn account_of_phone(connection: &impl ConnectionTrait, new: account::Model) -> Result<account::Model, Fault> {
    let phone = new.phone.clone();
    account::Entity::insert(new.into_active_model())
        .on_conflict(OnConflict::column(account::Column::Phone).do_nothing().to_owned())
        .try_insert()
        .exec_without_returning(connection)
        .await?;
    let found = account::Entity::find().filter(account::Column::Phone.eq(phone)).one(connection).await?;
    found.ok_or_else(|| Fault(sea_orm::DbErr::RecordNotFound("account".into())))
}

/// The account of a phone, if there is one.
pub async fn find_account(connection: &impl ConnectionTrait, phone: &str) -> Result<Option<account::Model>, Fault> {
    Ok(account::Entity::find().filter(account::Column::Phone.eq(phone)).one(connection).await?)
}

/// Adds an account.
pub async fn insert_account(connection: &impl ConnectionTrait, row: account::Model) -> Result<(), Fault> {
    account::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Gives an account its password.
pub async fn set_password(
    connection: &impl ConnectionTrait,
    account: AccountId,
    hash: &str,
    temporary: bool,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE account SET");
    sql.with(" password_hash = ", hash).with(", password_temporary = ", temporary).with(" WHERE id = ", account);
    sql.run(connection).await.map(|_| ())
}

/// Changes an account's password for good; `false` when the one before is not `before` any more.
pub async fn change_password(
    connection: &impl ConnectionTrait,
    account: AccountId,
    before: &str,
    hash: &str,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE account SET");
    sql.with(" password_hash = ", hash).with(", password_temporary = ", false).with(" WHERE id = ", account);
    Ok(sql.with(" AND password_hash = ", before).run(connection).await? == 1)
}

/// Whether an account still has this password, and may sign in; its row is locked until the transaction ends.
pub async fn has_password(connection: &impl ConnectionTrait, account: AccountId, hash: &str) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE account SET password_hash = password_hash WHERE disabled_at IS NULL");
    Ok(sql.with(" AND id = ", account).with(" AND password_hash = ", hash).run(connection).await? == 1)
}

/// An organization's name.
pub async fn organization_name(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
) -> Result<Option<String>, Fault> {
    Ok(organization::Entity::find_by_id(org).one(connection).await?.map(|row| row.name))
}

/// Gives an account the name that the household register has, unless it has one.
pub async fn set_name_if_empty(connection: &impl ConnectionTrait, account: AccountId, name: &str) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE account SET");
    sql.with(" name = ", name).with(" WHERE name = '' AND id = ", account);
    sql.run(connection).await.map(|_| ())
}

/// The organization of this name.
pub async fn organization_by_name(
    connection: &impl ConnectionTrait,
    name: &str,
) -> Result<Option<organization::Model>, Fault> {
    Ok(organization::Entity::find().filter(organization::Column::Name.eq(name)).one(connection).await?)
}

/// Adds an organization.
pub async fn insert_organization(connection: &impl ConnectionTrait, row: organization::Model) -> Result<(), Fault> {
    organization::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}
