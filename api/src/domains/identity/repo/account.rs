//! Accounts and organizations.

use entities::values::AccountId;
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
