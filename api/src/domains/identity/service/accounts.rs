//! Accounts of people whom somebody else names.

use entities::account;
use entities::values::AccountId;

use super::super::model::Phone;
use super::super::repo;
use crate::db::Tx;
use crate::error::Error;
use crate::state::App;

/// The account of a phone, made when it is missing: whoever proves the phone by a code is that account. It gets the name
/// unless it has one.
pub async fn account_for(tx: &Tx, app: &App, phone: &Phone, name: &str) -> Result<AccountId, Error> {
    let fresh = account::Model {
        id: app.clock.new_id(),
        phone: phone.as_str().to_owned(),
        name: name.to_owned(),
        locale: "zh-CN".to_owned(),
        password_hash: None,
        password_temporary: false,
        created_at: app.clock.now(),
        disabled_at: None,
    };
    let account = repo::account_of_phone(tx, fresh).await?;
    repo::set_name_if_empty(tx, account.id, name).await?;
    Ok(account.id)
}
