//! Fees to look at, for the demo: a management fee, water with a meter, who pays, and the run of this month.

use chrono::{Datelike as _, Months, NaiveDate};
use entities::values::{
    AccountId, BillingRunId, BillingRunState, CommunityId, FeeItemId, FeeKind, FeeRounding, FeeTiming, Money,
    OrganizationId, PayerId, Rate, ReadingKind, ResidencyId, StaffId, UnitId,
};
use entities::{billing_run, fee_item, fee_rate, meter, meter_reading, payer, unit_payer};

use super::super::repo;
use super::day_in;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Error;

/// Where fees are seeded, and for whom.
#[derive(Clone, Copy, Debug)]
pub struct SeedFees {
    /// The organization.
    pub org_id: OrganizationId,
    /// The community.
    pub community_id: CommunityId,
    /// The unit whose owner is registered.
    pub unit_id: UnitId,
    /// The owner's entry in the register.
    pub residency_id: ResidencyId,
    /// Who starts the run.
    pub by: (AccountId, StaffId),
}

fn item(clock: &Clock, place: SeedFees, code: &str, names: (&str, &str), kind: FeeKind) -> fee_item::Model {
    let now = clock.now();
    let arrears = kind == FeeKind::Metered;
    fee_item::Model {
        id: clock.new_id::<FeeItemId>(),
        org_id: place.org_id,
        community_id: place.community_id,
        code: code.to_owned(),
        name_zh: names.0.to_owned(),
        name_en: names.1.to_owned(),
        kind,
        timing: if arrears { FeeTiming::Arrears } else { FeeTiming::Advance },
        cycle_months: 1,
        rounding: FeeRounding::Fen,
        due_days: 15,
        in_parts: true,
        vacant_share: 10_000,
        late_daily_rate: None,
        late_grace_days: 0,
        late_cap: 0,
        active: true,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

fn rate(clock: &Clock, item: &fee_item::Model, from: NaiveDate, rate: i64) -> fee_rate::Model {
    fee_rate::Model {
        id: clock.new_id(),
        org_id: item.org_id,
        fee_item_id: item.id,
        usage: repo::kept_usage(None).to_owned(),
        effective_on: from,
        rate: Rate(rate),
        created_at: clock.now(),
    }
}

/// Adds a management fee and metered water, the owner as payer, and starts the run of this month, which a worker posts.
/// The other units have no payer: the run tells of them.
pub async fn seed_fees(tx: &Tx, clock: &Clock, place: SeedFees) -> Result<(), Error> {
    let now = clock.now();
    let month = day_in("Asia/Shanghai", now).with_day(1);
    let month = month.ok_or_else(|| Error::internal("a month without a first day"))?;
    let before = month.checked_sub_months(Months::new(1)).ok_or_else(|| Error::internal("no month before"))?;
    let management = item(clock, place, "MANAGEMENT", ("物业费", "Management fee"), FeeKind::Area);
    let water = item(clock, place, "WATER", ("水费", "Water"), FeeKind::Metered);
    for (row, fen) in [(&management, 12_000), (&water, 24_000)] {
        repo::insert(tx, row.clone()).await?;
        repo::insert(tx, rate(clock, row, before, fen)).await?;
    }
    let found = repo::registered(tx, place.unit_id, place.residency_id).await?;
    let owner = found.ok_or_else(|| Error::internal("the demo's owner is not registered"))?;
    let payer = payer::Model {
        id: clock.new_id::<PayerId>(),
        org_id: place.org_id,
        account_id: None,
        residency_id: Some(owner.id),
        name: owner.name,
        phone: owner.phone,
        is_company: false,
        created_at: now,
    };
    repo::insert(tx, payer.clone()).await?;
    let pays = unit_payer::Model {
        id: clock.new_id(),
        org_id: place.org_id,
        unit_id: place.unit_id,
        payer_id: payer.id,
        fee_item_id: None,
        started_on: before,
        ended_on: None,
        created_at: now,
    };
    repo::insert(tx, pays).await?;
    let counter = meter::Model {
        id: clock.new_id(),
        org_id: place.org_id,
        unit_id: place.unit_id,
        fee_item_id: water.id,
        serial: "W-000101".to_owned(),
        digits: 5,
        multiplier: 1_000,
        installed_on: before,
        removed_on: None,
        created_at: now,
    };
    repo::insert(tx, counter.clone()).await?;
    for (read_on, value, kind) in [(before, 100_000, ReadingKind::Initial), (month, 108_500, ReadingKind::Regular)] {
        let reading = meter_reading::Model {
            id: clock.new_id(),
            org_id: place.org_id,
            meter_id: counter.id,
            read_on,
            value,
            kind,
            estimated: false,
            reason: None,
            account_id: Some(place.by.0),
            staff_id: Some(place.by.1),
            voided_at: None,
            created_at: now,
        };
        repo::insert(tx, reading).await?;
    }
    let run = billing_run::Model {
        id: clock.new_id::<BillingRunId>(),
        org_id: place.org_id,
        community_id: place.community_id,
        billed_on: month,
        number: 1,
        state: BillingRunState::Posting,
        last_unit_id: None,
        unit_count: i32::try_from(repo::unit_count(tx, place.community_id).await?).unwrap_or(i32::MAX),
        done_count: 0,
        charge_count: 0,
        credit_count: 0,
        bill_count: 0,
        problem_count: 0,
        charged: Money::ZERO,
        credited: Money::ZERO,
        digest: Vec::new(),
        leased_until: None,
        attempt: 0,
        account_id: place.by.0,
        staff_id: place.by.1,
        started_at: now,
        finished_at: None,
    };
    Ok(repo::insert(tx, run).await?)
}
