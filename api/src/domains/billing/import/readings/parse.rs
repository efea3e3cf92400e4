//! A row of readings; pure.

use chrono::NaiveDate;
use entities::values::{MeterId, ReadingKind};

use super::super::super::model::text::REASON_MAX;
use super::super::super::repo::ImportMeter;
use super::super::books::Books;
use super::super::cells::{code, kind, shown};
use crate::domains::estate::{building_cell, date_cell};
use crate::infra::bulk::{Cells, Column, RowProblem, at_most, collapse, half_width};

/// Longest number on a meter or name of a place, in characters.
const NAME: usize = 60;

/// A column of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ReadingsColumn {
    /// 表号.
    Serial,
    /// 收费项目, by its code.
    Item,
    /// 小区.
    Community,
    /// 楼栋.
    Building,
    /// 房号.
    Unit,
    /// 抄表日期.
    Day,
    /// 读数.
    Value,
    /// 类型.
    Kind,
    /// 原因.
    Reason,
}

use ReadingsColumn as C;

/// The columns: a meter is known by the number on it, else by community, building, unit and item.
pub(super) const COLUMNS: &[Column<ReadingsColumn>] = &[
    Column { id: C::Serial, headings: &["表号", "表具编号", "serial", "meter"], required: false },
    Column { id: C::Item, headings: &["收费项目", "项目代码", "item", "item code"], required: false },
    Column { id: C::Community, headings: &["小区", "项目名称", "community"], required: false },
    Column { id: C::Building, headings: &["楼栋", "楼号", "栋号", "building"], required: false },
    Column { id: C::Unit, headings: &["房号", "房间号", "房屋", "unit"], required: false },
    Column { id: C::Day, headings: &["抄表日期", "日期", "day", "read on"], required: true },
    Column { id: C::Value, headings: &["读数", "本次读数", "value", "reading"], required: true },
    Column { id: C::Kind, headings: &["类型", "kind"], required: false },
    Column { id: C::Reason, headings: &["原因", "reason"], required: false },
];

/// What a meter showed.
#[derive(Clone, PartialEq, Debug)]
pub struct ReadingsRow {
    /// The line it stands on.
    pub line: u64,
    /// Of which meter.
    pub meter: MeterId,
    /// The meter's digits.
    pub digits: i32,
    /// On which day.
    pub read_on: NaiveDate,
    /// What it showed, in 1/1,000.
    pub value: i64,
    /// What it is.
    pub kind: ReadingKind,
    /// Why the meter shows less than before.
    pub reason: Option<String>,
}

/// The one meter that a row names; what is wrong with it is noted.
fn meter<'b>(books: &'b Books, cells: &mut Cells<'_, ReadingsColumn>) -> Option<&'b ImportMeter> {
    let serial = cells.optional(C::Serial, |text| at_most(NAME)(text));
    let item = cells.optional(C::Item, code);
    let fits = |meter: &&ImportMeter| item.as_ref().is_none_or(|code| *code == meter.code);
    let (column, found): (_, Vec<&ImportMeter>) = if let Some(serial) = serial {
        (C::Serial, books.meters.get(&serial).into_iter().flatten().filter(fits).collect())
    } else {
        let community = cells.required(C::Community, |text| Ok(collapse(text)))?;
        let building = cells.required(C::Building, building_cell);
        let unit = cells.required(C::Unit, |text| Ok(collapse(&half_width(text))));
        let key = building.zip(unit)?;
        let unit = books.places.get(&community).and_then(|place| place.units.get(&key));
        let Some(unit) = unit else {
            cells.blame(C::Unit, "there is no such unit");
            return None;
        };
        let of_unit = |meter: &&ImportMeter| meter.unit_id == *unit;
        (C::Unit, books.meters.values().flatten().filter(of_unit).filter(fits).collect())
    };
    match found.as_slice() {
        [one] => return Some(*one),
        [] => cells.blame(column, "there is no such meter, or it was removed"),
        _ => cells.blame(C::Item, "several meters fit: the item tells them apart"),
    }
    None
}

/// The day in the community of a meter.
fn today(books: &Books, meter: &ImportMeter) -> Option<NaiveDate> {
    books.places.values().find(|place| place.id == meter.community_id).map(|place| place.today)
}

/// Reads a row; the problems of every cell, if there are any.
pub(super) fn row(books: &Books, mut cells: Cells<'_, ReadingsColumn>) -> Result<ReadingsRow, Vec<RowProblem>> {
    let meter = meter(books, &mut cells);
    let read_on = cells.required(C::Day, date_cell);
    let value = cells.required(C::Value, shown);
    let kind = cells.optional(C::Kind, kind).unwrap_or(ReadingKind::Regular);
    let reason = cells.optional(C::Reason, |text| at_most(REASON_MAX)(text).map(|text| collapse(&text)));
    if kind == ReadingKind::Rollover && reason.is_none() && cells.text(C::Reason).is_empty() {
        cells.blame(C::Reason, "is missing: a meter that begins anew needs one");
    }
    let line = cells.line();
    let read = meter.zip(read_on.zip(value)).map(|(meter, (read_on, value))| {
        if today(books, meter).is_some_and(|today| read_on > today) {
            cells.blame(C::Day, "lies ahead");
        }
        ReadingsRow { line, meter: meter.id, digits: meter.digits, read_on, value, kind, reason }
    });
    cells.finish(read)
}
