//! WeChat users who are accounts.

use chrono::{DateTime, Utc};
use entities::values::AccountId;
use entities::wechat_account;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter};

use crate::db::{Fault, Sql};

/// A bound WeChat user, with what decides whether it may sign in.
#[derive(Clone, Copy, FromQueryResult)]
pub struct BoundAccount {
    /// The account.
    pub account_id: AccountId,
    /// When the account was disabled.
    pub disabled_at: Option<DateTime<Utc>>,
}

/// The account of a WeChat user.
pub async fn account_of_openid(
    connection: &impl ConnectionTrait,
    app_id: &str,
    openid: &str,
) -> Result<Option<BoundAccount>, Fault> {
    let mut sql = Sql::new("SELECT w.account_id, a.disabled_at FROM wechat_account w JOIN account a");
    sql.push(" ON a.id = w.account_id").with(" WHERE w.app_id = ", app_id).with(" AND w.openid = ", openid);
    sql.one(connection).await
}

/// The WeChat user of an account.
pub async fn openid_of_account(
    connection: &impl ConnectionTrait,
    app_id: &str,
    account: AccountId,
) -> Result<Option<String>, Fault> {
    let query = wechat_account::Entity::find()
        .filter(wechat_account::Column::AppId.eq(app_id))
        .filter(wechat_account::Column::AccountId.eq(account));
    Ok(query.one(connection).await?.map(|row| row.openid))
}

/// Binds a WeChat user to an account.
pub async fn insert_wechat(connection: &impl ConnectionTrait, row: wechat_account::Model) -> Result<(), Fault> {
    wechat_account::Entity::insert(row.into_active_model()).exec_without_returning(connection).await?;
    Ok(())
}

/// Unbinds an account's WeChat user; harmless when it has none.
pub async fn delete_wechat(connection: &impl ConnectionTrait, app_id: &str, account: AccountId) -> Result<(), Fault> {
    let mut sql = Sql::new("DELETE FROM wechat_account WHERE");
    sql.with(" app_id = ", app_id).with(" AND account_id = ", account).run(connection).await.map(|_| ())
}
