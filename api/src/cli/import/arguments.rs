//! The arguments of `linli import …`.

use std::path::PathBuf;

use chrono_tz::Tz;
use clap::{Args, Subcommand};
use entities::values::Area;

use crate::infra::bulk::scaled;

/// What to import.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// A list of communities with their companies, fees, buildings and households.
    Communities(CommunitiesArgs),
    /// The household register of one community.
    Register(RegisterArgs),
    /// The cases of a city's 311 service, as history.
    Cases(CasesArgs),
    /// What was billed and collected before the books begin.
    Fees(BooksArgs),
    /// What meters showed.
    Readings(BooksArgs),
}

/// Arguments of `import fees` and `import readings`.
#[derive(Debug, Args)]
pub struct BooksArgs {
    /// CSV (UTF-8) or .xlsx, with Chinese or English headings in any order; the README lists them.
    pub(super) file: PathBuf,
    /// Name of the organization that it belongs to.
    #[arg(long)]
    pub(super) organization: String,
    /// All or nothing: one bad row, and nothing is written.
    #[arg(long)]
    pub(super) strict: bool,
    /// Do everything as it would be done, list what is bad, and keep nothing.
    #[arg(long)]
    pub(super) dry_run: bool,
}

/// Arguments of `import communities`.
#[derive(Debug, Args)]
pub struct CommunitiesArgs {
    /// CSV or .xlsx with the headings name, address, building_type, property_fee, property_company, developer,
    /// buildings, households.
    pub(super) file: PathBuf,
    /// Also make a placeholder unit for each stated household.
    #[arg(long)]
    pub(super) with_units: bool,
    /// Floor area of each placeholder unit in m², with two decimals at most; unknown when not given.
    #[arg(long, value_name = "M2", requires = "with_units", value_parser = area)]
    pub(super) assume_area: Option<Area>,
    /// Time zone of the communities.
    #[arg(long, default_value = "Asia/Shanghai")]
    pub(super) time_zone: Tz,
    /// Currency of the fees.
    #[arg(long, default_value = "CNY", value_parser = currency)]
    pub(super) currency: String,
    /// All or nothing: one bad row, and nothing is written.
    #[arg(long)]
    pub(super) strict: bool,
}

/// Arguments of `import register`.
#[derive(Debug, Args)]
pub struct RegisterArgs {
    /// CSV (UTF-8) or .xlsx, with Chinese or English headings in any order; `--template` writes one.
    #[arg(required_unless_present = "template")]
    pub(super) file: Option<PathBuf>,
    /// Name or id of the community.
    #[arg(long, required_unless_present = "template")]
    pub(super) community: Option<String>,
    /// Name of its organization, where several have a community of that name.
    #[arg(long)]
    pub(super) organization: Option<String>,
    /// All or nothing: one bad row, and nothing is written.
    #[arg(long)]
    pub(super) strict: bool,
    /// Write an empty register with an example row to this file (`-` for stdout) instead of importing.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["file", "community", "organization", "strict"])]
    pub(super) template: Option<PathBuf>,
}

/// Arguments of `import cases`.
#[derive(Debug, Args)]
pub struct CasesArgs {
    /// CSV or .xlsx with the headings of Boston's 311 data.
    pub(super) file: PathBuf,
    /// Name of the organization that the cases belong to; made when it is missing.
    #[arg(long)]
    pub(super) organization: String,
    /// In which the file's times are. A time that comes twice or never, when clocks change, is the earlier instant.
    #[arg(long, default_value = "America/New_York")]
    pub(super) time_zone: Tz,
    /// Currency of the communities that are made.
    #[arg(long, default_value = "USD", value_parser = currency)]
    pub(super) currency: String,
    /// All or nothing: one bad row, and nothing is written.
    #[arg(long)]
    pub(super) strict: bool,
}

fn area(text: &str) -> Result<Area, String> {
    match scaled(text, 2)? {
        0 => Err("must be more than 0".to_owned()),
        area => Ok(Area(area)),
    }
}

fn currency(text: &str) -> Result<String, String> {
    let is_code = text.len() == 3 && text.bytes().all(|letter| letter.is_ascii_uppercase());
    if is_code { Ok(text.to_owned()) } else { Err("must be three capital letters, such as CNY".to_owned()) }
}
