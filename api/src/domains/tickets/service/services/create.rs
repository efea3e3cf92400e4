//! Agreeing a recurring service.

use chrono::NaiveDate;
use entities::service_plan;
use entities::values::{CategoryId, Money, ResidencyId, ServiceCadence, ServicePlanId, ServicePlanState, UnitId};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::super::super::error::TicketError;
use super::super::super::model::services::{AHEAD_MAX, EVERY_MAX, SLOT_MAX_MINUTES, TIMES_MAX};
use super::super::super::model::text;
use super::super::super::repo::{self, PlanRow};
use super::super::{at, lines};
use super::{browse, next_ahead, note, zone};
use crate::domains::identity::{Phone, Right, Viewer};
use crate::error::Error;
use crate::infra::history::Actor;
use crate::infra::idempotency;
use crate::state::App;

/// A recurring service to be agreed.
#[derive(Clone, Debug, Serialize)]
pub struct NewPlan {
    /// In which unit.
    pub unit_id: UnitId,
    /// Of which category.
    pub category_id: CategoryId,
    /// The entry of the register with which it ends; a resident's own.
    pub residency_id: Option<ResidencyId>,
    /// What is to be done, 1 to 2,000 characters.
    pub words: String,
    /// How it recurs.
    pub cadence: ServiceCadence,
    /// Every so many weeks or months.
    pub every: i32,
    /// On which weekday, 1 is Monday.
    pub weekday: Option<i32>,
    /// On which day of the month.
    pub month_day: Option<i32>,
    /// When it begins, in minutes after local midnight.
    pub slot_from: i32,
    /// When it ends.
    pub slot_to: i32,
    /// No date before this one; today when missing.
    pub first_on: Option<NaiveDate>,
    /// Nor after this one.
    pub last_on: Option<NaiveDate>,
    /// How many dates.
    pub times: Option<i32>,
    /// Whom to ask for.
    pub contact_name: Option<String>,
    /// The contact person's phone.
    pub contact_phone: Option<String>,
    /// How to get in.
    pub access_note: Option<String>,
    /// What was agreed of the price, in words.
    pub price_words: Option<String>,
    /// What each date costs, in the community's currency.
    pub fee: Option<Decimal>,
}

/// Checks what needs neither database nor clock; trims the texts.
fn check(viewer: &Viewer, mut new: NewPlan) -> Result<NewPlan, Error> {
    new.words = text::required(&new.words, text::DESCRIPTION_MAX).map_err(at("words"))?;
    new.access_note = text::optional(new.access_note.as_deref(), text::NOTE_MAX).map_err(at("accessNote"))?;
    new.price_words = text::optional(new.price_words.as_deref(), text::NOTE_MAX).map_err(at("priceWords"))?;
    new.contact_name = text::optional(new.contact_name.as_deref(), text::NAME_MAX).map_err(at("contactName"))?;
    new.contact_phone = match new.contact_phone.as_deref().map(str::trim).filter(|phone| !phone.is_empty()) {
        Some(phone) => Some(Phone::parse(phone).ok_or(TicketError::Invalid("contactPhone"))?.as_str().to_owned()),
        None => None,
    };
    let day = match new.cadence {
        ServiceCadence::Weekly => (new.weekday, new.month_day, "weekday", "monthDay", 7),
        ServiceCadence::Monthly => (new.month_day, new.weekday, "monthDay", "weekday", 31),
    };
    let (wanted, other, field, other_field, most) = day;
    let wanted = wanted.ok_or(TicketError::Required(field))?;
    let minutes = new.slot_to - new.slot_from;
    let wrong = [
        (other.is_some(), other_field),
        (!(1..=most).contains(&wanted), field),
        (!(1..=EVERY_MAX).contains(&new.every), "every"),
        (new.times.is_some_and(|times| !(1..=TIMES_MAX).contains(&times)), "times"),
        (!(1..=SLOT_MAX_MINUTES).contains(&minutes), "slotTo"),
        (new.last_on.zip(new.first_on).is_some_and(|(last, first)| last < first), "lastOn"),
    ];
    if let Some((_, field)) = wrong.iter().find(|(wrong, _)| *wrong) {
        return Err(TicketError::Invalid(field).into());
    }
    if viewer.staff().is_none() {
        // Which entry of the register is a resident's own is no matter of choice; nor is the price.
        (new.residency_id, new.price_words, new.fee) = (None, None, None);
        if new.contact_name.is_none() && !viewer.name.is_empty() {
            new.contact_name = Some(viewer.name.clone());
        }
        new.contact_phone = new.contact_phone.or_else(|| Some(viewer.phone.clone()));
    }
    Ok(new)
}

/// Agrees a recurring service: staff for a unit, a resident for the own one. A repeat with the same key shows the first.
pub async fn create_plan(app: &App, viewer: &Viewer, new: NewPlan, key: &str) -> Result<PlanRow, Error> {
    let now = app.clock.now();
    let scope = viewer.scope(Right::ServicePlanManage, now)?;
    let id: ServicePlanId = app.clock.new_id();
    let claim = idempotency::Claim::new(app, viewer.account_id, "servicePlanCreate", key, &new, id.0)?;
    let new = check(viewer, new)?;
    let staff = viewer.staff().map(|staff| staff.staff_id);
    let (account, job_app) = (viewer.account_id, app.clone());
    let id = app
        .db
        .write(move |tx| {
            let (app, scope, new, claim) = (job_app.clone(), scope.clone(), new.clone(), claim.clone());
            Box::pin(async move {
                if let Some(earlier) = idempotency::claim(tx, &claim).await? {
                    return Ok(ServicePlanId(earlier));
                }
                let place = repo::plan_place(tx, &scope, new.unit_id, new.category_id).await?;
                let place = place.ok_or(TicketError::NotFoundAt("unitId"))?;
                let active = place.category_active.ok_or(TicketError::NotFoundAt("categoryId"))?;
                if !active {
                    return Err(TicketError::CategoryInactive.into());
                }
                let own = staff.is_none().then_some(account);
                let residency_id = if own.is_some() || new.residency_id.is_some() {
                    let found = repo::plan_residency(tx, new.unit_id, new.residency_id, own, now).await?;
                    Some(found.ok_or(TicketError::NotFoundAt("residencyId"))?)
                } else {
                    None
                };
                let fee_in = |fee| {
                    let fee = lines::fee_in(fee, &place.currency).filter(|fee| *fee > Money::ZERO);
                    fee.ok_or(TicketError::Invalid("fee"))
                };
                let fee_fen = new.fee.map(fee_in).transpose()?;
                let zone = zone(&place.time_zone)?;
                let today = now.with_timezone(&zone).date_naive();
                let first_on = new.first_on.unwrap_or(today);
                if first_on < today || (first_on - today).num_days() > AHEAD_MAX {
                    return Err(TicketError::Invalid("firstOn").into());
                }
                let mut plan = service_plan::Model {
                    id,
                    org_id: place.org_id,
                    community_id: place.community_id,
                    unit_id: new.unit_id,
                    category_id: new.category_id,
                    residency_id,
                    words: new.words,
                    cadence: new.cadence,
                    every: new.every,
                    weekday: new.weekday,
                    month_day: new.month_day,
                    slot_from: new.slot_from,
                    slot_to: new.slot_to,
                    first_on,
                    last_on: new.last_on,
                    times: new.times,
                    contact_name: new.contact_name,
                    contact_phone: new.contact_phone,
                    access_note: new.access_note,
                    price_words: new.price_words,
                    fee_fen,
                    maker_account_id: Some(account),
                    maker_staff_id: staff,
                    state: ServicePlanState::Active,
                    suspend_reason: None,
                    next_on: None,
                    version: 1,
                    created_at: now,
                };
                plan.next_on = Some(next_ahead(&plan, zone, &[], now).ok_or(TicketError::Invalid("lastOn"))?);
                repo::insert_plan(tx, plan.clone()).await?;
                let actor = Actor { account_id: Some(account), staff_id: staff };
                let payload = json!({
                    "words": plan.words, "cadence": plan.cadence, "every": plan.every, "weekday": plan.weekday,
                    "monthDay": plan.month_day, "slotFrom": plan.slot_from, "slotTo": plan.slot_to,
                    "firstOn": plan.first_on, "lastOn": plan.last_on, "times": plan.times,
                    "contactName": plan.contact_name, "contactPhone": plan.contact_phone, "fee": plan.fee_fen,
                });
                note(tx, &app, &plan, ("CREATED", None), actor, payload).await?;
                Ok(id)
            })
        })
        .await?;
    browse::plan(app, viewer, id).await
}
