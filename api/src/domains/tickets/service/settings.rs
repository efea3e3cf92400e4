//! How tickets of a community are given out, as far as it has set that.

use entities::community_ticket_setting as setting;
use entities::values::{CategoryId, CommunityId};
use rust_decimal::Decimal;

use super::super::error::TicketError;
use super::super::model::warranty::{MonthDay, Season};
use super::super::model::{defaults, services};
use super::super::repo::{self, SettingRow};
use super::lines;
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::state::App;

/// Longest time between two times that a ticket is urged: a week of minutes.
const URGE_MAX_MINUTES: i32 = 7 * 24 * 60;
/// Longest estimate of work: 30 days of minutes.
const WORK_MAX_MINUTES: i32 = 30 * 24 * 60;

/// What is to be set; what is missing stays.
#[derive(Clone, Copy, Debug, Default)]
pub struct SettingChange {
    /// Whether tickets are given out by themselves.
    pub auto_dispatch: Option<bool>,
    /// Whether residents are refused a slot in which nobody is free.
    pub slots_strict: Option<bool>,
    /// Minutes between two times that a ticket is urged.
    pub urge_minutes: Option<i32>,
    /// First day of the heating season.
    pub heating_from: Option<MonthDay>,
    /// Its last day.
    pub heating_to: Option<MonthDay>,
    /// How many days ahead the tickets of recurring services are made.
    pub service_lead_days: Option<i32>,
    /// What a refused quote costs where somebody has come, in the community's currency.
    pub visit_fee: Option<Decimal>,
}

/// What a community has set, with the currency that its money is in.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What is set.
    pub row: setting::Model,
    /// The community's currency.
    pub currency: String,
}

fn complete(row: &SettingRow) -> Settings {
    let set = setting::Model {
        community_id: row.community_id,
        org_id: row.org_id,
        auto_dispatch: row.auto_dispatch.unwrap_or(false),
        slots_strict: row.slots_strict.unwrap_or(false),
        urge_minutes: row.urge_minutes.unwrap_or(defaults::URGE_MINUTES),
        heating_from: row.heating_from.unwrap_or_else(|| Season::DEFAULT.from.number()),
        heating_to: row.heating_to.unwrap_or_else(|| Season::DEFAULT.to.number()),
        service_lead_days: row.service_lead_days.unwrap_or(services::LEAD_DAYS),
        visit_fee_fen: row.visit_fee_fen.unwrap_or_default(),
    };
    Settings { row: set, currency: row.currency.clone() }
}

/// The settings of a community; `None` when there is no such community where the viewer gives tickets out.
pub async fn ticket_settings(app: &App, viewer: &Viewer, community: CommunityId) -> Result<Option<Settings>, Error> {
    let scope = viewer.scope(Right::TicketDispatch, app.clock.now())?;
    Ok(repo::ticket_settings(app.db.read(), &scope, community).await?.as_ref().map(complete))
}

/// Sets how tickets of a community are given out. Setting the same again is harmless.
pub async fn set_ticket_settings(
    app: &App,
    viewer: &Viewer,
    community: CommunityId,
    change: SettingChange,
) -> Result<Settings, Error> {
    let scope = viewer.scope(Right::TicketSettings, app.clock.now())?;
    if change.urge_minutes.is_some_and(|minutes| !(1..=URGE_MAX_MINUTES).contains(&minutes)) {
        return Err(TicketError::Invalid("urgeMinutes").into());
    }
    if change.service_lead_days.is_some_and(|days| !(0..=services::LEAD_MAX).contains(&days)) {
        return Err(TicketError::Invalid("serviceLeadDays").into());
    }
    app.db
        .write(move |tx| {
            let scope = scope.clone();
            Box::pin(async move {
                let missing = TicketError::NotFoundAt("communityId");
                let row = repo::ticket_settings(tx, &scope, community).await?.ok_or_else(|| missing.clone())?;
                // What is missing in one change must not undo another one.
                lock_organization(tx, row.org_id).await?;
                let row = repo::ticket_settings(tx, &scope, community).await?.ok_or(missing)?;
                let mut settings = complete(&row);
                let visit_fee = change
                    .visit_fee
                    .map(|fee| lines::fee_in(fee, &settings.currency).ok_or(TicketError::Invalid("visitFee")))
                    .transpose()?;
                let set = &mut settings.row;
                set.auto_dispatch = change.auto_dispatch.unwrap_or(set.auto_dispatch);
                set.slots_strict = change.slots_strict.unwrap_or(set.slots_strict);
                set.urge_minutes = change.urge_minutes.unwrap_or(set.urge_minutes);
                set.heating_from = change.heating_from.map_or(set.heating_from, MonthDay::number);
                set.heating_to = change.heating_to.map_or(set.heating_to, MonthDay::number);
                set.service_lead_days = change.service_lead_days.unwrap_or(set.service_lead_days);
                set.visit_fee_fen = visit_fee.unwrap_or(set.visit_fee_fen);
                repo::set_ticket_settings(tx, set).await?;
                Ok(settings)
            })
        })
        .await
}

/// Sets what a category's work takes, for the whole organization. Setting the same again is harmless.
pub async fn set_work_minutes(
    app: &App,
    viewer: &Viewer,
    category: CategoryId,
    minutes: i32,
) -> Result<entities::ticket_category::Model, Error> {
    let scope = viewer.require_staff()?.scope(Right::PolicyManage)?;
    let Scope::Organization(org) = scope else { return Err(Error::Forbidden) };
    if !(1..=WORK_MAX_MINUTES).contains(&minutes) {
        return Err(TicketError::Invalid("workMinutes").into());
    }
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let missing = TicketError::NotFoundAt("categoryId");
                if !repo::set_work_minutes(tx, org, category, minutes).await? {
                    return Err(missing.into());
                }
                let rows = repo::categories(tx, &[org], false).await?;
                Ok(rows.into_iter().find(|row| row.id == category).ok_or(missing)?)
            })
        })
        .await
}
