//! Who pays a unit's fees, from when to when.

use chrono::NaiveDate;
use entities::values::{FeeItemId, PayerId, ResidencyId, TypedId as _, UnitId, UnitPayerId};
use entities::{payer, unit_payer};
use serde::Serialize;

use super::super::error::{BillingError, at};
use super::super::model::text;
use super::super::repo::{self, UnitPayerRow};
use super::{Clerk, Once, check_days, item_of_place, lock, note, once, reader, unit};
use crate::db::Tx;
use crate::domains::identity::{Phone, Right, Viewer};
use crate::error::Error;
use crate::infra::history::ObjectKind;
use crate::state::App;

/// Somebody who pays: known already, of the household register, or new.
#[derive(Clone, Debug, Serialize)]
pub enum NewPayer {
    /// A payer of a community that the clerk is let into.
    Known(PayerId),
    /// An approved entry of the unit's register.
    Registered(ResidencyId),
    /// Somebody else: a company, an heir, a bank.
    Named {
        /// The name.
        name: String,
        /// The phone.
        phone: Option<String>,
        /// Whether it is a company.
        is_company: bool,
    },
}

/// Who is to pay, from when to when.
#[derive(Clone, Debug, Serialize)]
pub struct NewUnitPayer {
    /// Of which unit.
    pub unit_id: UnitId,
    /// For this item only; for all that name nobody when missing.
    pub fee_item_id: Option<FeeItemId>,
    /// Who.
    pub payer: NewPayer,
    /// The first day.
    pub started_on: NaiveDate,
    /// The day after the last; for good when missing.
    pub ended_on: Option<NaiveDate>,
}

/// Finds or makes the payer.
async fn payer(tx: &Tx, app: &App, clerk: &Clerk, new: &NewUnitPayer) -> Result<PayerId, Error> {
    let fresh = |name: &str, phone: Option<String>| payer::Model {
        id: app.clock.new_id(),
        org_id: clerk.org,
        account_id: None,
        residency_id: None,
        name: name.to_owned(),
        phone,
        is_company: false,
        created_at: app.clock.now(),
    };
    let row = match &new.payer {
        NewPayer::Known(id) => {
            let found = repo::find_payer(tx, &clerk.scope, *id).await?;
            return Ok(found.ok_or(BillingError::NotFound("payerId"))?.id);
        }
        NewPayer::Registered(residency) => {
            let found = repo::registered(tx, new.unit_id, *residency).await?;
            let found = found.ok_or(BillingError::NotFound("residencyId"))?;
            if let Some(known) = found.payer_id {
                return Ok(known);
            }
            payer::Model { residency_id: Some(found.id), ..fresh(&found.name, found.phone) }
        }
        NewPayer::Named { name, phone, is_company } => {
            let name = text::required(name, text::NAME_MAX).map_err(at("name"))?;
            let phone = match phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()) {
                Some(phone) => Some(Phone::parse(phone).ok_or(BillingError::Invalid("phone"))?.as_str().to_owned()),
                None => None,
            };
            payer::Model { is_company: *is_company, ..fresh(&name, phone) }
        }
    };
    let id = row.id;
    repo::insert(tx, row).await?;
    Ok(id)
}

/// Says who pays a unit's fees from a day on. Whoever paid until then ends on that day; what was charged stays with its
/// payer until it is billed anew. The same unit, item and first day again changes that row.
pub async fn set_unit_payer(app: &App, viewer: &Viewer, new: NewUnitPayer, key: &str) -> Result<UnitPayerRow, Error> {
    let clerk = Clerk::of(viewer, Right::FeeManage)?;
    check_days(new.started_on, new.ended_on)?;
    let id: UnitPayerId = app.clock.new_id();
    let command = Once { account: clerk.account, mutation: "unitPayerSet", key, input: &new, result: id.uuid() };
    let (app_, clerk_, given) = (app.clone(), clerk.clone(), new.clone());
    let made = once(app, command, move |tx| {
        let (app, clerk, given) = (app_.clone(), clerk_.clone(), given.clone());
        Box::pin(async move {
            lock(tx, &clerk).await?;
            let place = unit(tx, &clerk.scope, given.unit_id).await?;
            if let Some(item) = given.fee_item_id {
                item_of_place(tx, &clerk.scope, &place, item).await?;
            }
            let row = unit_payer::Model {
                id,
                org_id: clerk.org,
                unit_id: given.unit_id,
                payer_id: payer(tx, &app, &clerk, &given).await?,
                fee_item_id: given.fee_item_id,
                started_on: given.started_on,
                ended_on: given.ended_on,
                created_at: app.clock.now(),
            };
            let changed = repo::change_unit_payer(tx, &row).await?;
            if changed.is_none() {
                repo::end_payer_before(tx, row.unit_id, row.fee_item_id, row.started_on).await?;
                repo::insert(tx, row.clone()).await?;
            }
            // The words of names stay in the payer's row, which can be erased.
            let payload = serde_json::json!({
                "payerId": row.payer_id, "feeItemId": row.fee_item_id, "startedOn": row.started_on,
                "endedOn": row.ended_on,
            });
            note(tx, &app, &clerk, (ObjectKind::Unit, row.unit_id.uuid()), ("PAYER_SET", payload)).await?;
            Ok(changed.unwrap_or(id).uuid())
        })
    })
    .await?;
    let row = repo::find_unit_payer(reader(app), &clerk.scope, UnitPayerId(made)).await?;
    Ok(row.ok_or(BillingError::NotFound("unitId"))?)
}
