//! A row of what was billed before; pure.

use chrono::{Datelike as _, Days, Months, NaiveDate};
use entities::values::{CommunityId, FeeKind, Money, UnitId};

use super::super::super::repo::ImportItem;
use super::super::books::{Books, Place};
use super::super::cells::{code, money, months};
use crate::domains::estate::{building_cell, date_cell, phone_cell};
use crate::infra::bulk::{Cells, Column, RowProblem, at_most, collapse, half_width};

/// Longest name of a place, in characters.
const PLACE: usize = 60;
/// Longest name of a payer, in characters.
const NAME: usize = 60;

/// A column of the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FeesColumn {
    /// 小区.
    Community,
    /// 楼栋.
    Building,
    /// 房号.
    Unit,
    /// 收费项目, by its code.
    Item,
    /// 账期, by its first day.
    Period,
    /// 月数.
    Months,
    /// 应收金额.
    Amount,
    /// 应缴日期.
    Due,
    /// 缴费人.
    Payer,
    /// 手机号.
    Phone,
    /// 已收金额.
    Paid,
    /// 收款日期.
    PaidOn,
}

use FeesColumn as C;

/// The columns.
pub(super) const COLUMNS: &[Column<FeesColumn>] = &[
    Column { id: C::Community, headings: &["小区", "项目名称", "community"], required: true },
    Column { id: C::Building, headings: &["楼栋", "楼号", "栋号", "building"], required: true },
    Column { id: C::Unit, headings: &["房号", "房间号", "房屋", "unit"], required: true },
    Column { id: C::Item, headings: &["收费项目", "项目代码", "item", "item code"], required: true },
    Column { id: C::Period, headings: &["账期", "账期开始", "period", "period start"], required: true },
    Column { id: C::Months, headings: &["月数", "months"], required: false },
    Column { id: C::Amount, headings: &["应收金额", "应收", "amount"], required: true },
    Column { id: C::Due, headings: &["应缴日期", "到期日", "due", "due date", "due on"], required: false },
    Column { id: C::Payer, headings: &["缴费人", "姓名", "payer", "payer name"], required: true },
    Column { id: C::Phone, headings: &["手机号", "手机", "电话", "phone", "payer phone"], required: false },
    Column { id: C::Paid, headings: &["已收金额", "已收", "paid", "paid amount"], required: false },
    Column { id: C::PaidOn, headings: &["收款日期", "缴费日期", "paid on", "paid day"], required: false },
];

/// What was billed before, and what of it was paid.
#[derive(Clone, PartialEq, Debug)]
pub struct FeesRow {
    /// The line it stands on.
    pub line: u64,
    /// Where.
    pub community: CommunityId,
    /// The day there.
    pub today: NaiveDate,
    /// Of which unit.
    pub unit: UnitId,
    /// For what.
    pub item: ImportItem,
    /// The first day.
    pub period_start: NaiveDate,
    /// The day after the last.
    pub period_end: NaiveDate,
    /// For how many months; 0 for what is no matter of months.
    pub months: i32,
    /// How much.
    pub amount: Money,
    /// When it was due.
    pub due_on: NaiveDate,
    /// Who owes it.
    pub name: String,
    /// The phone.
    pub phone: Option<String>,
    /// What of it was paid, and when.
    pub paid: Option<(Money, NaiveDate)>,
}

/// Who and what a row is about.
struct Named<'b> {
    place: &'b Place,
    unit: UnitId,
    item: &'b ImportItem,
}

/// Finds community, unit and item; each that is not there is noted.
fn named<'b>(books: &'b Books, cells: &mut Cells<'_, FeesColumn>) -> Option<Named<'b>> {
    let community = cells.required(C::Community, |text| at_most(PLACE)(text).map(|text| collapse(&text)));
    let building = cells.required(C::Building, |text| at_most(PLACE)(text).and_then(|text| building_cell(&text)));
    let unit = cells.required(C::Unit, |text| at_most(PLACE)(text).map(|text| collapse(&half_width(&text))));
    let item = cells.required(C::Item, code);
    let community = community?;
    let Some(place) = books.places.get(&community) else {
        cells.blame(C::Community, format!("the organization has no community “{community}”"));
        return None;
    };
    let unit = building.zip(unit).and_then(|key| {
        let found = place.units.get(&key).copied();
        if found.is_none() {
            cells.blame(C::Unit, format!("there is no unit “{}” in “{}”", key.1, key.0));
        }
        found
    });
    let item = item.and_then(|code| {
        let found = place.items.get(&code);
        if found.is_none() {
            cells.blame(C::Item, format!("the community charges no item “{code}”"));
        }
        found
    });
    Some(Named { place, unit: unit?, item: item? })
}

/// What was paid, and when: both or neither.
fn paid(cells: &mut Cells<'_, FeesColumn>, amount: Option<Money>) -> Option<(Money, NaiveDate)> {
    let paid = cells.optional(C::Paid, money).filter(|paid| paid.0 > 0);
    let on = cells.optional(C::PaidOn, date_cell);
    if let (Some(paid), Some(amount)) = (paid, amount)
        && paid > amount
    {
        cells.blame(C::Paid, "is more than what was charged");
    }
    match (paid, on) {
        (Some(paid), Some(on)) => return Some((paid, on)),
        (Some(_), None) if cells.text(C::PaidOn).is_empty() => cells.blame(C::PaidOn, "is missing"),
        (None, Some(_)) => cells.blame(C::PaidOn, "nothing was paid"),
        _ => {}
    }
    None
}

/// Reads a row; the problems of every cell, if there are any.
pub(super) fn row(books: &Books, mut cells: Cells<'_, FeesColumn>) -> Result<FeesRow, Vec<RowProblem>> {
    let named = named(books, &mut cells);
    let period_start = cells.required(C::Period, date_cell);
    let months = cells.optional(C::Months, months);
    let amount = cells.required(C::Amount, |text| match money(text)? {
        Money(0) => Err("nothing is charged".to_owned()),
        amount => Ok(amount),
    });
    let due_on = cells.optional(C::Due, date_cell);
    let name = cells.required(C::Payer, |text| at_most(NAME)(text).map(|text| collapse(&text)));
    let phone = cells.optional(C::Phone, phone_cell);
    let paid = paid(&mut cells, amount);
    let line = cells.line();
    let read = match (named, period_start, amount, name) {
        (Some(named), Some(period_start), Some(amount), Some(name)) => {
            let single = matches!(named.item.kind, FeeKind::OneOff | FeeKind::Deposit);
            if !single && period_start.day() != 1 {
                cells.blame(C::Period, "is not the first day of a month");
            }
            if paid.is_some_and(|(_, on)| on > named.place.today) {
                cells.blame(C::PaidOn, "lies ahead");
            }
            let days = Days::new(u64::try_from(named.item.due_days).unwrap_or(0));
            let due_on = due_on.or_else(|| period_start.checked_add_days(days)).unwrap_or(period_start);
            let months = months.unwrap_or(if single { 0 } else { named.item.cycle_months });
            let period_end = match u32::try_from(months).unwrap_or(0) {
                0 => period_start.checked_add_days(Days::new(1)),
                months => period_start.checked_add_months(Months::new(months)),
            };
            let period_end = period_end.unwrap_or(NaiveDate::MAX);
            let (community, today) = (named.place.id, named.place.today);
            let (unit, item) = (named.unit, named.item.clone());
            Some(FeesRow {
                line,
                community,
                today,
                unit,
                item,
                period_start,
                period_end,
                months,
                amount,
                due_on,
                name,
                phone,
                paid,
            })
        }
        _ => None,
    };
    cells.finish(read)
}
