//! The use cases of billing.

mod discounts;
mod export;
mod giving_back;
mod items;
mod journal;
mod late;
mod ledger;
mod meters;
mod owed;
mod payers;
mod person;
mod reports;
mod run;
mod seed;
mod settings;
mod settlement;
mod shared;
mod single;
mod statement;
mod unit_fees;
mod waivers;

pub use super::repo::{
    ArrearsRow, BillCard, BillFilter, ChargeCard, ChargeFilter, CollectionGrouping, CollectionRow, EntryFilter,
    EntryRow, FeeItemRow, FeeRateRow, MeterRow, PendingRow, PrepaidRow, ProblemRow, RunCard, UnitPayerRow, WaiverCard,
    YearRow, usage_of,
};
pub use discounts::{FeeDiscountRow, NewDiscount, UnitVacancyRow, set_discount, set_vacancy};
pub use export::{arrears_heads, arrears_rows, collection_heads, collection_rows};
pub use giving_back::{Back, DepositBack, Purse, Undone, give_back, undo_back};
pub use items::{LateRule, NewFeeItem, NewRate, fee_items, rates, retire_item, set_item, set_rate};
pub use journal::Posting;
pub use late::accrue as accrue_late_fees;
pub use ledger::{count_entries, entries, trial_balance};
pub use meters::{
    MeterReadingRow, NewMeter, NewReading, Replaced, meters, readings, record_reading, set_meter, void_reading,
};
pub use owed::{bills, charges, count_bills, count_charges, find_bill, find_charge, payable, prepaid};
pub use payers::{NewPayer, NewUnitPayer, set_unit_payer};
pub use person::{forget_person, open_debts, own_fees};
pub use reports::{arrears, collection, count_arrears};
pub use run::{PreviewProblem, count_runs, find_run, post_one, preview, problems, runs, start};
pub use seed::{SeedFees, seed_fees};
pub use settings::{FeeSettings, NewFeeSettings, fee_settings, set_fee_settings};
pub use settlement::{Incoming, MoneyFrom, Placed, place};
pub use shared::{NewSharedCost, SharedCostRow, set_shared_cost, shared_costs};
pub use single::{NewCharge, WorkDone, charge_work, create_charge, entered};
pub use statement::year_statement;
pub use unit_fees::unit_fees;
pub use waivers::{NewWaiver, Subject, decide, pending, waive};
pub(super) use {
    journal::{About, Draft},
    run::bill_number,
};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use entities::values::{AccountId, CommunityId, FeeItemId, OrganizationId, StaffId, UnitId};
use serde_json::Value;
use uuid::Uuid;

use super::error::BillingError;
use super::repo::{self, PlaceRow};
use crate::db::{Conn, Tx};
use crate::domains::estate::lock_organization;
use crate::domains::identity::{Right, Scope, Viewer};
use crate::error::Error;
use crate::infra::history::{self, Actor, NewEvent, ObjectKind};
use crate::infra::idempotency::{Once, once};
use crate::state::App;

/// A member of staff who changes something.
#[derive(Clone, Debug)]
struct Clerk {
    account: AccountId,
    staff: StaffId,
    org: OrganizationId,
    scope: Scope,
}

impl Clerk {
    /// The viewer, where this right holds.
    fn of(viewer: &Viewer, right: Right) -> Result<Self, Error> {
        let staff = viewer.require_staff()?;
        let scope = staff.scope(right)?;
        Ok(Self { account: viewer.account_id, staff: staff.staff_id, org: staff.org_id, scope })
    }

    fn actor(&self) -> Actor {
        Actor { account_id: Some(self.account), staff_id: Some(self.staff) }
    }
}

/// Writes what a clerk decided into the history of an item or charge; whoever calls holds the organization's lock.
async fn note(
    tx: &Tx,
    app: &App,
    clerk: &Clerk,
    (object_kind, object_id): (ObjectKind, Uuid),
    (kind, payload): (&'static str, Value),
) -> Result<(), Error> {
    let event = NewEvent {
        org_id: clerk.org,
        object_kind,
        object_id,
        kind,
        from_state: None,
        to_state: None,
        actor: clerk.actor(),
        payload,
        occurred_at: app.clock.now(),
    };
    history::append(tx, &app.clock, event).await
}

/// One change of an organization's fees at a time.
async fn lock(tx: &Tx, clerk: &Clerk) -> Result<(), Error> {
    Ok(lock_organization(tx, clerk.org).await?)
}

/// A community within a scope.
async fn community(connection: &impl repo::Connection, scope: &Scope, id: CommunityId) -> Result<PlaceRow, Error> {
    Ok(repo::community_place(connection, scope, id).await?.ok_or(BillingError::NotFound("communityId"))?)
}

/// The place of a unit within a scope.
async fn unit(connection: &impl repo::Connection, scope: &Scope, id: UnitId) -> Result<PlaceRow, Error> {
    Ok(repo::unit_place(connection, scope, id).await?.ok_or(BillingError::NotFound("unitId"))?)
}

/// An item in use within a scope.
async fn item_in_use(connection: &impl repo::Connection, scope: &Scope, id: FeeItemId) -> Result<FeeItemRow, Error> {
    let row = repo::find_item(connection, scope, id).await?.ok_or(BillingError::NotFound("feeItemId"))?;
    if row.active { Ok(row) } else { Err(BillingError::Retired.into()) }
}

/// An item in use in the community of a unit.
async fn item_of_place(
    connection: &impl repo::Connection,
    scope: &Scope,
    place: &PlaceRow,
    id: FeeItemId,
) -> Result<FeeItemRow, Error> {
    let row = item_in_use(connection, scope, id).await?;
    if row.community_id == place.community_id { Ok(row) } else { Err(BillingError::NotFound("feeItemId").into()) }
}

/// The day in a time zone.
pub(super) fn day_in(zone: &str, now: DateTime<Utc>) -> NaiveDate {
    let zone: Tz = zone.parse().unwrap_or(chrono_tz::Asia::Shanghai);
    now.with_timezone(&zone).date_naive()
}

/// Two days in order, the second missing or later.
fn check_days(started: NaiveDate, ended: Option<NaiveDate>) -> Result<(), BillingError> {
    if ended.is_some_and(|ended| ended <= started) { Err(BillingError::Invalid("endedOn")) } else { Ok(()) }
}

/// The connection for reading.
fn reader(app: &App) -> &Conn {
    app.db.read()
}
