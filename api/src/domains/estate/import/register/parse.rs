//! A row of a household register; pure.

use chrono::NaiveDate;
use entities::values::{Area, ResidencyRole, UnitUsage};

use super::cells::{area, building, date, floor, role, usage};
use super::people::{id_last4, phone};
use crate::infra::bulk::{Cells, Column, RowProblem, at_most, collapse, half_width};

/// Longest name of a building or unit, in characters.
const PLACE: usize = 50;
/// Longest name of a person or company, in characters.
const NAME: usize = 100;

/// A column of the register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RegisterColumn {
    /// 楼栋.
    Building,
    /// 房号.
    Unit,
    /// 楼层.
    Floor,
    /// 建筑面积, m².
    Area,
    /// 用途.
    Usage,
    /// 交付日期.
    DeliveredOn,
    /// 姓名.
    Name,
    /// 手机号.
    Phone,
    /// 身份证后四位.
    IdLast4,
    /// 身份.
    Role,
    /// 入住日期.
    From,
}

use RegisterColumn as C;

/// The columns; the first heading of each is the template's.
pub(super) const COLUMNS: &[Column<RegisterColumn>] = &[
    Column { id: C::Building, headings: &["楼栋", "楼号", "栋号", "building"], required: true },
    Column { id: C::Unit, headings: &["房号", "房间号", "房屋", "unit"], required: true },
    Column { id: C::Floor, headings: &["楼层", "floor"], required: false },
    Column { id: C::Area, headings: &["建筑面积", "面积", "area"], required: false },
    Column { id: C::Usage, headings: &["用途", "房屋用途", "usage"], required: false },
    Column { id: C::DeliveredOn, headings: &["交付日期", "交房日期", "delivered on"], required: false },
    Column { id: C::Name, headings: &["姓名", "业主姓名", "name", "owner", "owner name"], required: true },
    Column { id: C::Phone, headings: &["手机号", "手机", "电话", "联系电话", "phone"], required: false },
    Column {
        id: C::IdLast4, headings: &["身份证后四位", "证件后四位", "id last four", "id last 4"], required: false
    },
    Column { id: C::Role, headings: &["身份", "关系", "role"], required: false },
    Column { id: C::From, headings: &["入住日期", "起始日期", "from"], required: false },
];

impl RegisterColumn {
    /// Its heading in the template.
    pub(super) fn heading(self) -> &'static str {
        COLUMNS
            .iter()
            .find(|column| column.id == self)
            .and_then(|column| column.headings.first())
            .copied()
            .unwrap_or_default()
    }
}

/// A person on a unit, as the register has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RegisterRow {
    /// The line it stands on.
    pub line: u64,
    /// The building's name.
    pub building: String,
    /// The unit's number.
    pub unit: String,
    /// The storey.
    pub floor: Option<i32>,
    /// Floor area.
    pub area: Option<Area>,
    /// What the unit is used for; a flat, if it is new and the register does not say.
    pub usage: Option<UnitUsage>,
    /// The day the unit was handed over.
    pub delivered_on: Option<NaiveDate>,
    /// The person's name.
    pub name: String,
    /// Normalised phone number.
    pub phone: Option<String>,
    /// Last four characters of the id.
    pub id_last4: Option<String>,
    /// What the person is to the unit; the owner, if the register does not say.
    pub role: ResidencyRole,
    /// Since which day.
    pub from: Option<NaiveDate>,
}

/// Reads a row; the problems of every cell, if there are any.
pub(super) fn row(mut cells: Cells<'_, RegisterColumn>) -> Result<RegisterRow, Vec<RowProblem>> {
    let building = cells.required(C::Building, |text| at_most(PLACE)(text).and_then(|text| building(&text)));
    let unit = cells.required(C::Unit, |text| at_most(PLACE)(text).map(|text| collapse(&half_width(&text))));
    let name = cells.required(C::Name, |text| at_most(NAME)(text).map(|text| collapse(&text)));
    let floor = cells.optional(C::Floor, floor);
    let area = cells.optional(C::Area, area);
    let usage = cells.optional(C::Usage, usage);
    let delivered_on = cells.optional(C::DeliveredOn, date);
    let phone = cells.optional(C::Phone, phone);
    let id_last4 = cells.optional(C::IdLast4, id_last4);
    let role = cells.optional(C::Role, role).unwrap_or(ResidencyRole::Owner);
    let from = cells.optional(C::From, date);
    let line = cells.line();
    cells.finish(building.zip(unit).zip(name).map(|((building, unit), name)| RegisterRow {
        line,
        building,
        unit,
        floor,
        area,
        usage,
        delivered_on,
        name,
        phone,
        id_last4,
        role,
        from,
    }))
}
