//! Meters and their readings.

use chrono::{DateTime, NaiveDate, Utc};
use entities::values::{CommunityId, FeeItemId, MeterId, MeterReadingId, OrganizationId, UnitId};
use entities::{meter, meter_reading};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};
use crate::domains::estate::in_scope;
use crate::domains::identity::Scope;

/// A meter with the community where it is.
#[derive(Clone, Debug, PartialEq, FromQueryResult)]
pub struct MeterRow {
    /// The meter.
    #[sea_orm(nested)]
    pub meter: meter::Model,
    /// Where it is.
    pub community_id: CommunityId,
    /// The community's time zone.
    pub time_zone: String,
}

const METER: &str = "SELECT m.*, u.community_id, c.time_zone FROM meter m JOIN unit u ON u.id = m.unit_id
JOIN community c ON c.id = u.community_id WHERE ";

/// A meter of a unit in scope.
pub async fn find_meter(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: MeterId,
) -> Result<Option<MeterRow>, Fault> {
    let mut sql = Sql::new(METER);
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND m.id = ", id).one(connection).await
}

/// The meters of a unit in scope, those that were removed too.
pub async fn meters_of_unit(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    unit: UnitId,
) -> Result<Vec<MeterRow>, Fault> {
    let mut sql = Sql::new(METER);
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND m.unit_id = ", unit).push(" ORDER BY m.fee_item_id, m.installed_on, m.id").all(connection).await
}

/// Whether a serial number is taken.
pub async fn serial_taken(
    connection: &impl ConnectionTrait,
    org: OrganizationId,
    item: FeeItemId,
    serial: &str,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("SELECT COUNT(*) FROM meter WHERE");
    sql.with(" org_id = ", org).with(" AND fee_item_id = ", item).with(" AND serial = ", serial.to_owned());
    Ok(sql.number(connection).await? > 0)
}

/// Takes a meter away; `false` when that happened before.
pub async fn remove_meter(connection: &impl ConnectionTrait, id: MeterId, on: NaiveDate) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE meter SET");
    Ok(sql.with(" removed_on = ", on).with(" WHERE id = ", id).push(" AND removed_on IS NULL").run(connection).await?
        == 1)
}

/// Lets one transaction at a time record readings of a meter: the row's lock is held until the commit.
pub async fn lock_meter(connection: &impl ConnectionTrait, id: MeterId) -> Result<(), Fault> {
    Sql::new("UPDATE meter SET serial = serial WHERE").with(" id = ", id).run(connection).await.map(|_| ())
}

/// The last reading of a meter.
pub async fn last_reading(
    connection: &impl ConnectionTrait,
    meter: MeterId,
) -> Result<Option<meter_reading::Model>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM meter_reading r WHERE");
    sql.with(" r.meter_id = ", meter).push(" AND r.voided_at IS NULL ORDER BY r.read_on DESC LIMIT 1");
    sql.one(connection).await
}

/// The readings of meters, the newest first; those that were voided too.
pub async fn readings_of(
    connection: &impl ConnectionTrait,
    meters: &[MeterId],
    limit: u64,
) -> Result<Vec<meter_reading::Model>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM meter_reading r WHERE r.meter_id IN ");
    sql.list(meters.iter().copied()).push(" ORDER BY r.read_on DESC, r.id DESC LIMIT ");
    sql.bind(super::limited(limit)).all(connection).await
}

/// A reading of a unit in scope.
pub async fn find_reading(
    connection: &impl ConnectionTrait,
    scope: &Scope,
    id: MeterReadingId,
) -> Result<Option<meter_reading::Model>, Fault> {
    let mut sql = Sql::new("SELECT r.* FROM meter_reading r JOIN meter m ON m.id = r.meter_id");
    sql.push(" JOIN unit u ON u.id = m.unit_id WHERE ");
    in_scope(&mut sql, scope, "u.org_id", "u.community_id", Some("u.id"));
    sql.with(" AND r.id = ", id).one(connection).await
}

/// Takes a reading out of account; `false` when that happened before.
pub async fn void_reading(
    connection: &impl ConnectionTrait,
    id: MeterReadingId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<bool, Fault> {
    let mut sql = Sql::new("UPDATE meter_reading SET");
    sql.with(" voided_at = ", now).with(", reason = ", reason.to_owned());
    Ok(sql.with(" WHERE id = ", id).push(" AND voided_at IS NULL").run(connection).await? == 1)
}
