//! The list of staff as a file.

use std::collections::HashMap;

use async_trait::async_trait;
use entities::values::{CommunityId, DutyState, Role, StaffId, Trade};

use super::super::model::mask_phone;
use super::super::policy::{Right, Scope};
use super::super::repo::{self, StaffFilter, StaffRow};
use super::Viewer;
use crate::error::{Error, Locale};
use crate::infra::export::{Cell, Column, Eyes, Head, Rows, cells, heads, pick};
use crate::state::App;

/// A member of staff with roles and trades.
struct Person {
    row: StaffRow,
    roles: Vec<(Role, Option<CommunityId>)>,
    trades: Vec<Trade>,
}

type StaffColumn = Column<Person, Viewer>;

const COLUMNS: &[StaffColumn] = &[
    Column { key: "name", title: ("姓名", "Name"), width: 14, cell: |person, _| Cell::Text(person.row.name.clone()) },
    Column { key: "phone", title: ("电话", "Phone"), width: 16, cell: phone },
    Column {
        key: "roles",
        title: ("角色", "Roles"),
        width: 24,
        cell: |person, eyes| {
            let mut roles: Vec<Role> = person.roles.iter().map(|(role, _)| *role).collect();
            roles.sort_unstable();
            roles.dedup();
            joined(roles.into_iter().map(|role| eyes.locale.pick(role_name(role))), eyes.locale)
        },
    },
    Column {
        key: "trades",
        title: ("工种", "Trades"),
        width: 20,
        cell: |person, eyes| {
            joined(person.trades.iter().map(|trade| eyes.locale.pick(trade_name(*trade))), eyes.locale)
        },
    },
    Column {
        key: "dutyState",
        title: ("在岗", "Duty"),
        width: 10,
        cell: |person, eyes| {
            let name = match person.row.duty_state {
                DutyState::OnDuty => ("在岗", "On duty"),
                DutyState::OffDuty => ("离岗", "Off duty"),
            };
            Cell::Text(eyes.locale.pick(name).to_owned())
        },
    },
    Column {
        key: "contractor",
        title: ("外包人员", "Contractor's"),
        width: 12,
        cell: |person, eyes| {
            let yes = if person.row.contractor_id.is_some() { ("是", "Yes") } else { ("否", "No") };
            Cell::Text(eyes.locale.pick(yes).to_owned())
        },
    },
];

fn phone(person: &Person, eyes: &Eyes<Viewer>) -> Cell {
    let staff = eyes.viewer.staff();
    let sees = staff.is_some_and(|staff| staff.staff_id == person.row.id || staff.scope(Right::ContactRead).is_ok());
    Cell::Text(if sees { person.row.phone.clone() } else { mask_phone(&person.row.phone) })
}

fn joined(names: impl Iterator<Item = &'static str>, locale: Locale) -> Cell {
    let comma = locale.pick(("、", ", "));
    Cell::text(Some(&names.collect::<Vec<_>>().join(comma)))
}

/// What people call a role, in Chinese and English.
pub const fn role_name(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::FrontDesk => ("前台客服", "Front desk"),
        Role::Dispatcher => ("调度", "Dispatcher"),
        Role::Technician => ("维修工", "Technician"),
        Role::Contractor => ("外包人员", "Contractor"),
        Role::Steward => ("管家", "Steward"),
        Role::TeamLeader => ("班组长", "Team leader"),
        Role::Collector => ("收费员", "Collector"),
        Role::Finance => ("财务", "Finance"),
        Role::Supervisor => ("主管", "Supervisor"),
        Role::Manager => ("项目经理", "Manager"),
        Role::OrganizationAdmin => ("管理员", "Administrator"),
    }
}

const fn trade_name(trade: Trade) -> (&'static str, &'static str) {
    match trade {
        Trade::Plumbing => ("水工", "Plumbing"),
        Trade::Electrical => ("电工", "Electrical"),
        Trade::Heating => ("暖通", "Heating"),
        Trade::Masonry => ("泥瓦", "Masonry"),
        Trade::Carpentry => ("木工", "Carpentry"),
        Trade::Elevator => ("电梯", "Elevator"),
        Trade::Appliance => ("家电", "Appliance"),
        Trade::Cleaning => ("保洁", "Cleaning"),
        Trade::Greening => ("绿化", "Greening"),
        Trade::General => ("综合", "General"),
    }
}

/// The columns of the list of staff.
pub fn staff_heads(locale: Locale) -> Vec<Head> {
    heads(COLUMNS, locale)
}

struct People {
    app: App,
    eyes: Eyes<Viewer>,
    scope: Scope,
    filter: StaffFilter,
    columns: Vec<&'static StaffColumn>,
    after: Option<StaffId>,
}

/// The list of staff as its reader sees it; refused as the list itself is.
pub fn staff_rows(
    app: &App,
    eyes: Eyes<Viewer>,
    filter: StaffFilter,
    columns: &[String],
) -> Result<Box<dyn Rows>, Error> {
    let scope = eyes.viewer.scope(Right::StaffRead, app.clock.now())?;
    let columns = pick(COLUMNS, columns)?;
    Ok(Box::new(People { app: app.clone(), eyes, scope, filter, columns, after: None }))
}

#[async_trait]
impl Rows for People {
    fn heads(&self) -> Vec<Head> {
        heads(self.columns.iter().copied(), self.eyes.locale)
    }

    fn rights(&self) -> String {
        let phones = self.eyes.viewer.staff().map(|staff| staff.scope(Right::ContactRead).is_ok());
        format!("{:?} {phones:?}", self.scope)
    }

    async fn total(&self) -> Result<i64, Error> {
        Ok(repo::count_staff(self.app.db.read(), &self.scope, &self.filter).await?)
    }

    async fn next(&mut self, limit: u64) -> Result<Vec<Vec<Cell>>, Error> {
        let connection = self.app.db.read();
        let rows = repo::list_staff(connection, &self.scope, &self.filter, self.after, limit).await?;
        let Some(last) = rows.last() else { return Ok(Vec::new()) };
        self.after = Some(last.id);
        let ids: Vec<StaffId> = rows.iter().map(|row| row.id).collect();
        let mut people: HashMap<StaffId, Person> =
            rows.into_iter().map(|row| (row.id, Person { row, roles: Vec::new(), trades: Vec::new() })).collect();
        for given in repo::assignments_of(connection, &ids).await? {
            if let Some(person) = people.get_mut(&given.staff_id) {
                person.roles.push((given.role, given.community_id));
            }
        }
        for known in repo::trades_of(connection, &ids).await? {
            if let Some(person) = people.get_mut(&known.staff_id) {
                person.trades.push(known.trade);
                person.trades.sort_unstable();
            }
        }
        let people: Vec<Person> = ids.iter().filter_map(|id| people.remove(id)).collect();
        Ok(cells(&people, &self.columns, &self.eyes))
    }
}
