//! What a register states about a unit against what is stored: gaps are filled, differences noted; pure.

use super::parse::{RegisterColumn, RegisterRow};
use crate::domains::estate::import::repo::StoredUnit;
use crate::infra::bulk::{RowProblem, decimal};

/// Fills the gaps of `stored` with what `row` states. Whether anything was filled.
pub(super) fn fill(stored: &mut StoredUnit, row: &RegisterRow) -> bool {
    let before = stored.clone();
    stored.floor = stored.floor.or(row.floor);
    stored.area = stored.area.or(row.area);
    stored.delivered_on = stored.delivered_on.or(row.delivered_on);
    *stored != before
}

/// Where `row` states something else than is stored; columns are named as the template names them.
pub(super) fn differences(stored: &StoredUnit, row: &RegisterRow) -> Vec<RowProblem> {
    let area = |unit: entities::values::Area| decimal(unit.0, 2);
    [
        difference(RegisterColumn::Floor, row.floor, stored.floor, |floor| floor.to_string()),
        difference(RegisterColumn::Area, row.area, stored.area, area),
        difference(RegisterColumn::Usage, row.usage, Some(stored.usage), |usage| usage.to_string()),
        difference(RegisterColumn::DeliveredOn, row.delivered_on, stored.delivered_on, |day| day.to_string()),
    ]
    .into_iter()
    .flatten()
    .map(|(column, reason)| RowProblem { line: row.line, column: column.heading().to_owned(), reason })
    .collect()
}

fn difference<T: PartialEq>(
    column: RegisterColumn,
    stated: Option<T>,
    stored: Option<T>,
    show: impl Fn(T) -> String,
) -> Option<(RegisterColumn, String)> {
    let (stated, stored) = stated.zip(stored).filter(|(stated, stored)| stated != stored)?;
    Some((column, format!("the file has {}, {} is stored and was kept", show(stated), show(stored))))
}

#[cfg(test)]
mod tests {
    use entities::values::{Area, ResidencyRole, TypedId as _, UnitId, UnitUsage};

    use super::*;

    fn row() -> RegisterRow {
        RegisterRow {
            line: 7,
            building: "1栋".to_owned(),
            unit: "101".to_owned(),
            floor: Some(1),
            area: Some(Area(8_950)),
            usage: None,
            delivered_on: None,
            name: "甲".to_owned(),
            phone: None,
            id_last4: None,
            role: ResidencyRole::Owner,
            from: None,
        }
    }

    fn stored() -> StoredUnit {
        let id = UnitId::from_uuid(uuid::Uuid::nil());
        StoredUnit { id, floor: None, area: Some(Area(8_000)), usage: UnitUsage::Flat, delivered_on: None }
    }

    #[test]
    fn gaps_are_filled_once() {
        let mut unit = stored();
        assert!(fill(&mut unit, &row()));
        assert_eq!((unit.floor, unit.area), (Some(1), Some(Area(8_000))));
        assert!(!fill(&mut unit, &row()));
    }

    #[test]
    fn differences_are_noted_and_kept() {
        let noted: Vec<_> = differences(&stored(), &row()).iter().map(ToString::to_string).collect();
        assert_eq!(noted, ["line 7, column 建筑面积: the file has 89.50, 80.00 is stored and was kept"]);
    }
}
