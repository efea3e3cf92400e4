//! Taking the person out of an account: the row stays, for what refers to it, and names nobody.

use chrono::{DateTime, Utc};
use entities::values::{AccountId, StaffId};
use entities::{account, session, wechat_account};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder};

use crate::db::{Fault, Sql};

/// The member of staff that an account is or was.
pub async fn staff_of_account_ever(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Option<StaffId>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        id: StaffId,
    }
    let row: Option<Row> =
        Sql::new("SELECT id FROM staff_member WHERE").with(" account_id = ", account).one(connection).await?;
    Ok(row.map(|row| row.id))
}

/// Takes phone, name and password out of an account and disables it; `false` when that has happened before. The phone is
/// free for a new account.
pub async fn erase_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE account SET name = '', password_hash = NULL, phone = ");
    sql.bind(format!("erased:{}", account.0)).with(", disabled_at = ", now).with(" WHERE id = ", account);
    Ok(sql.push(" AND disabled_at IS NULL").run(connection).await? == 1)
}

/// Takes out what else is kept of an account to sign in with: devices and networks of sessions, WeChat users, codes, tries.
pub async fn erase_traces(
    connection: &impl ConnectionTrait,
    account: AccountId,
    phone_digest: &[u8],
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE session SET device = NULL, network = NULL WHERE");
    sql.with(" account_id = ", account).run(connection).await?;
    Sql::new("DELETE FROM wechat_account WHERE").with(" account_id = ", account).run(connection).await?;
    for table in ["sign_in_code", "sign_in_attempt"] {
        let mut sql = Sql::new(format!("DELETE FROM {table} WHERE"));
        sql.with(" phone_digest = ", phone_digest.to_vec()).run(connection).await?;
    }
    Ok(())
}

/// An account that may sign in, by its id.
pub async fn live_account(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Option<account::Model>, Fault> {
    let query = account::Entity::find_by_id(account).filter(account::Column::DisabledAt.is_null());
    Ok(query.one(connection).await?)
}

/// Every session of an account, and every WeChat user, for the person to read.
pub async fn signs_of(
    connection: &impl ConnectionTrait,
    account: AccountId,
) -> Result<(Vec<session::Model>, Vec<wechat_account::Model>), Fault> {
    let sessions = session::Entity::find().filter(session::Column::AccountId.eq(account));
    let sessions = sessions.order_by_asc(session::Column::Id).all(connection).await?;
    let wechat = wechat_account::Entity::find().filter(wechat_account::Column::AccountId.eq(account));
    Ok((sessions, wechat.all(connection).await?))
}
