//! A row of the listing; pure.

use entities::values::{OrganizationKind, Rate};

use super::cells::{count, fee, known};
use crate::domains::estate::import::NewOrganization;
use crate::infra::bulk::{Cells, Column, RowProblem, at_most};

/// More buildings than any community has.
const MOST_BUILDINGS: i32 = 5_000;
/// More households than any community has.
const MOST_HOUSEHOLDS: i32 = 200_000;
/// Longest name, in characters.
const NAME: usize = 200;
/// Longest address, in characters.
const ADDRESS: usize = 2_000;
/// What the listing calls a community that its owners run themselves.
const SELF_MANAGED: &str = "业主自筹物业";

/// A column of the listing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommunityColumn {
    /// The community's name.
    Name,
    /// Where it is.
    Address,
    /// Slab, tower and so on.
    BuildingType,
    /// Yuan a m² and month, often a range.
    Fee,
    /// Who manages it.
    Company,
    /// Who built it.
    Developer,
    /// How many buildings.
    Buildings,
    /// How many households.
    Households,
}

pub(super) const COLUMNS: &[Column<CommunityColumn>] = &[
    Column { id: CommunityColumn::Name, headings: &["name", "小区名称", "小区"], required: true },
    Column { id: CommunityColumn::Address, headings: &["address", "地址"], required: false },
    Column { id: CommunityColumn::BuildingType, headings: &["building_type", "建筑类型"], required: false },
    Column { id: CommunityColumn::Fee, headings: &["property_fee", "物业费"], required: false },
    Column { id: CommunityColumn::Company, headings: &["property_company", "物业公司"], required: true },
    Column { id: CommunityColumn::Developer, headings: &["developer", "开发商"], required: false },
    Column { id: CommunityColumn::Buildings, headings: &["buildings", "楼栋数"], required: false },
    Column { id: CommunityColumn::Households, headings: &["households", "户数"], required: false },
];

/// Who manages a community.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Manager {
    /// A company.
    Company(String),
    /// Its owners.
    Owners,
    /// Nobody knows.
    Unknown,
}

/// A community as the listing has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommunityRow {
    /// Its name.
    pub name: String,
    /// Its address; empty when unknown.
    pub address: String,
    /// Kind of buildings.
    pub building_type: Option<String>,
    /// Lowest and highest fee a m² and month.
    pub fee: Option<(Rate, Rate)>,
    /// Who manages it.
    pub manager: Manager,
    /// Who built it.
    pub developer: Option<String>,
    /// Buildings, as stated.
    pub buildings: Option<i32>,
    /// Households, as stated.
    pub households: Option<i32>,
}

impl CommunityRow {
    /// The tenant that it falls to. Where no company is named, each community is a tenant of its own: the owners of
    /// one must not see another's, and two unknown companies may well be different ones.
    pub fn organization(&self) -> NewOrganization {
        let (name, kind) = match &self.manager {
            Manager::Company(name) => (name.clone(), OrganizationKind::Company),
            Manager::Owners => (format!("{} {SELF_MANAGED}", self.name), OrganizationKind::SelfManaged),
            Manager::Unknown => (format!("{} (物业公司未知)", self.name), OrganizationKind::Company),
        };
        NewOrganization { name, kind }
    }
}

/// Reads a row; the problems of every cell, if there are any.
pub(super) fn row(mut cells: Cells<'_, CommunityColumn>) -> Result<CommunityRow, Vec<RowProblem>> {
    use CommunityColumn as C;
    let words = |max| move |text: &str| at_most(max)(text).map(|text| known(&text));
    let name = cells.required(C::Name, |text| words(NAME)(text)?.ok_or_else(|| "is missing".to_owned()));
    let address = cells.optional(C::Address, words(ADDRESS)).flatten();
    let building_type = cells.optional(C::BuildingType, words(NAME)).flatten();
    let fee = cells.optional(C::Fee, fee).flatten();
    let manager = match cells.optional(C::Company, words(NAME)).flatten() {
        None => Manager::Unknown,
        Some(company) if company == SELF_MANAGED => Manager::Owners,
        Some(company) => Manager::Company(company),
    };
    let developer = cells.optional(C::Developer, words(NAME)).flatten();
    let buildings = cells.optional(C::Buildings, count('栋', MOST_BUILDINGS)).flatten();
    let households = cells.optional(C::Households, count('户', MOST_HOUSEHOLDS)).flatten();
    let address = address.unwrap_or_default();
    cells.finish(name.map(|name| CommunityRow {
        name,
        address,
        building_type,
        fee,
        manager,
        developer,
        buildings,
        households,
    }))
}
