//! A resident binds to the units that the register has under the verified phone.

use super::super::error::EstateError;
use super::super::repo::{self, HomeRow};
use crate::domains::identity::{Viewer, name_account};
use crate::error::Error;
use crate::state::App;

/// Binds the viewer to every entry of the register that has the viewer's phone and this name or these last four
/// digits of the id. The phone was proven by the code. Binding again is harmless.
pub async fn bind_residency(
    app: &App,
    viewer: &Viewer,
    name: Option<String>,
    id_last4: Option<String>,
) -> Result<Vec<HomeRow>, Error> {
    viewer.require_resident()?;
    let name = name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    let id_last4 = id_last4.map(|digits| digits.trim().to_uppercase()).filter(|digits| !digits.is_empty());
    if name.is_none() && id_last4.is_none() {
        return Err(EstateError::ProofMissing.into());
    }
    // No register has such a name, and PostgreSQL takes no NUL.
    if [&name, &id_last4].into_iter().flatten().any(|proof| proof.chars().any(char::is_control)) {
        return Err(EstateError::RegisterMismatch.into());
    }
    let (account, phone, now) = (viewer.account_id, viewer.phone.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            let (phone, name, id_last4) = (phone.clone(), name.clone(), id_last4.clone());
            Box::pin(async move {
                let found = repo::register_matches(tx, &phone, name.as_deref(), id_last4.as_deref(), now).await?;
                let mut registered_name = None;
                for entry in found {
                    if repo::bind_residency(tx, entry.id, account).await? {
                        registered_name = Some(entry.name);
                    }
                }
                let registered_name = registered_name.ok_or(EstateError::RegisterMismatch)?;
                Ok(name_account(tx, account, &registered_name).await?)
            })
        })
        .await?;
    Ok(repo::homes(app.db.read(), account, now).await?)
}
