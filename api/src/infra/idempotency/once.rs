//! A keyed command in one transaction.

use entities::values::AccountId;
use futures_util::future::BoxFuture;
use serde::Serialize;
use uuid::Uuid;

use super::{Claim, claim, tell};
use crate::db::Tx;
use crate::error::Error;
use crate::state::App;

/// What a command is known by: whose, which, under which key.
pub struct Once<'i, I> {
    /// Whose key.
    pub account: AccountId,
    /// The mutation.
    pub mutation: &'static str,
    /// The client's key.
    pub key: &'i str,
    /// What is asked for; another under the same key is refused.
    pub input: &'i I,
    /// What a repeat is told of, unless the work says otherwise.
    pub result: Uuid,
}

/// Runs `work` in one transaction, once for its key; the id of what was made or changed.
pub async fn once<I, W>(app: &App, command: Once<'_, I>, work: W) -> Result<Uuid, Error>
where
    I: Serialize,
    W: for<'t> Fn(&'t Tx) -> BoxFuture<'t, Result<Uuid, Error>> + Clone + Send + Sync + 'static,
{
    let Once { account, mutation, key, input, result } = command;
    let asked = Claim::new(app, account, mutation, key, input, result)?;
    app.db
        .write(move |tx| {
            let (asked, work) = (asked.clone(), work.clone());
            Box::pin(async move {
                if let Some(earlier) = claim(tx, &asked).await? {
                    return Ok(earlier);
                }
                let made = work(tx).await?;
                if made != result {
                    // A repeat is told of what was changed.
                    tell(tx, &asked, made).await?;
                }
                Ok(made)
            })
        })
        .await
}
