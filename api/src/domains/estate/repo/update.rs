//! Facts of units and buildings that decide over warranty.

use chrono::NaiveDate;
use entities::values::{BuildingId, UnitId};
use sea_orm::{ConnectionTrait, FromQueryResult};

use crate::db::{Fault, Sql};

/// Sets when a unit was handed over; the caller has found it within the scope.
pub async fn set_delivered_on(
    connection: &impl ConnectionTrait,
    unit: UnitId,
    day: Option<NaiveDate>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE unit SET");
    sql.with(" delivered_on = ", day).with(" WHERE id = ", unit).run(connection).await.map(|_| ())
}

/// Sets when a building was completed; the caller has found it within the scope.
pub async fn set_completed_on(
    connection: &impl ConnectionTrait,
    building: BuildingId,
    day: Option<NaiveDate>,
) -> Result<(), Fault> {
    let mut sql = Sql::new("UPDATE building SET");
    sql.with(" completed_on = ", day).with(" WHERE id = ", building).run(connection).await.map(|_| ())
}

/// When the first unit of a building was handed over.
pub async fn first_delivery(
    connection: &impl ConnectionTrait,
    building: BuildingId,
) -> Result<Option<NaiveDate>, Fault> {
    #[derive(FromQueryResult)]
    struct First {
        delivered_on: NaiveDate,
    }
    let mut sql = Sql::new("SELECT u.delivered_on FROM unit u WHERE u.delivered_on IS NOT NULL");
    let first: Option<First> =
        sql.with(" AND u.building_id = ", building).push(" ORDER BY u.delivered_on LIMIT 1").one(connection).await?;
    Ok(first.map(|first| first.delivered_on))
}
