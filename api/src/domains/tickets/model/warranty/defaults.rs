//! What counts where an organization has set nothing: the least that the law allows.

use entities::values::{LiableParty, WarrantyLength, WarrantyPart};

use super::Term;

/// Where the defaults come from.
pub const LAW: &str = "建设工程质量管理条例第四十条";

/// Whole years by category, of units and public parts alike.
///
/// 建设工程质量管理条例 (Regulation on the Quality Management of Construction Projects), article 40: proofing of roofs,
/// of wet rooms and of outer walls against leaks 5 years; electrical wiring, water pipes, the installation of equipment
/// and decoration 2 years. It names minimums, and no more than these kinds of work.
const YEARS: &[(&str, i32)] = &[
    ("LEAK", 5),
    ("PLUMBING", 2),
    ("ELECTRICAL", 2),
    ("DOORS_WINDOWS", 2),
    ("WALLS", 2),
    ("ELEVATOR", 2),
    ("FIRE_SAFETY", 2),
    ("ACCESS_CONTROL", 2),
];

/// Heating (and cooling) by category, of the same article: 2 seasons.
const HEATING_SEASONS: &[(&str, i32)] = &[("HEATING", 2)];

/// The term of a category by its code; nothing for work that the law does not name.
///
/// The developer is liable while it lasts. After it the company goes on repairing homes out of the management fee until
/// somebody sets that the owner pays; public parts are the maintenance fund's.
pub fn default_term(code: &str, part: WarrantyPart) -> Option<Term> {
    let find = |table: &[(&str, i32)]| table.iter().find(|(name, _)| *name == code).map(|(_, length)| *length);
    let years = find(YEARS).map(|length| (length, WarrantyLength::Years));
    let (length, unit) = years.or_else(|| Some((find(HEATING_SEASONS)?, WarrantyLength::HeatingSeasons)))?;
    let after = match part {
        WarrantyPart::Unit => LiableParty::Company,
        WarrantyPart::Public => LiableParty::MaintenanceFund,
    };
    Some(Term { length, unit, within: LiableParty::Developer, after })
}
