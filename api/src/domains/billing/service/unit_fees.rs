//! What decides a unit's fees, for staff.

use entities::values::UnitId;

use super::super::repo::{self, MeterRow, UnitPayerRow};
use super::{Clerk, FeeDiscountRow, UnitVacancyRow, reader, unit};
use crate::domains::identity::{Right, Viewer};
use crate::error::Error;
use crate::state::App;

/// What decides a unit's fees.
#[derive(Clone, Debug)]
pub struct UnitFees {
    /// Of which unit.
    pub unit_id: UnitId,
    /// Who pays, from when to when.
    pub payers: Vec<UnitPayerRow>,
    /// Its discounts.
    pub discounts: Vec<FeeDiscountRow>,
    /// When it stands vacant.
    pub vacancies: Vec<UnitVacancyRow>,
    /// Its meters.
    pub meters: Vec<MeterRow>,
}

/// What decides a unit's fees.
pub async fn unit_fees(app: &App, viewer: &Viewer, id: UnitId) -> Result<UnitFees, Error> {
    let clerk = Clerk::of(viewer, Right::FeeRead)?;
    let connection = reader(app);
    unit(connection, &clerk.scope, id).await?;
    Ok(UnitFees {
        unit_id: id,
        payers: repo::payers_of_unit(connection, &clerk.scope, id).await?,
        discounts: repo::discounts_of_unit(connection, id).await?,
        vacancies: repo::vacancies_of_unit(connection, id).await?,
        meters: repo::meters_of_unit(connection, &clerk.scope, id).await?,
    })
}
