//! Imports: 345 real communities and 4,643 real cases, counted through the API, equal what their files say.

use std::path::PathBuf;
use std::process::Command;

use api::db::Sql;
use chrono::NaiveDateTime;
use sea_orm::FromQueryResult;
use serde_json::json;
use support::{Backend, Program, TestDatabase, servers};

const PASSWORD: &str = "a long test password";
const TOTALS: &str =
    "{ estateTotals { communityCount statedHouseholdCount statedBuildingCount buildingCount unitCount } }";

/// What all organizations' communities come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Communities.
    pub communities: i64,
    /// Households that the source states.
    pub stated_households: i64,
    /// Buildings that the source states.
    pub stated_buildings: i64,
    /// Buildings that are recorded.
    pub buildings: i64,
    /// Units that are recorded.
    pub units: i64,
}

/// How many cases were finished by their target.
#[derive(Debug, PartialEq, Eq)]
pub struct Figures {
    /// All cases.
    pub cases: i64,
    /// Closed at or before the target.
    pub in_time: i64,
    /// Closed after it.
    pub late: i64,
    /// Open, and the target has passed.
    pub overdue: i64,
}

/// The first number of a cell such as `203户`.
fn number(cell: &str) -> Option<i64> {
    let digits: String = cell.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn rows(file: &str) -> (csv::StringRecord, Vec<csv::StringRecord>) {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(file).unwrap();
    (reader.headers().unwrap().clone(), reader.records().map(Result::unwrap).collect())
}

fn cell<'r>(headers: &csv::StringRecord, row: &'r csv::StringRecord, name: &str) -> &'r str {
    let at = headers.iter().position(|header| header == name).unwrap();
    row.get(at).unwrap_or_default().trim()
}

/// Imports a list of communities with units, twice; what the administrators of all organizations see adds up to the file.
pub async fn assert_communities(program: &Program, file: &str) -> Totals {
    program.run(&["import", "communities", file, "--with-units"]).await.ok();
    let (headers, rows) = rows(file);
    let column = |name: &str| rows.iter().map(|row| number(cell(&headers, row, name))).collect::<Vec<_>>();
    let (buildings, households) = (column("buildings"), column("households"));
    let housed = buildings.iter().zip(&households).filter(|(buildings, _)| buildings.is_some_and(|count| count > 0));
    let expected = Totals {
        communities: i64::try_from(rows.len()).unwrap(),
        stated_households: households.iter().flatten().sum(),
        stated_buildings: buildings.iter().flatten().sum(),
        buildings: buildings.iter().flatten().sum(),
        units: housed.filter_map(|(_, households)| *households).sum(),
    };
    let administrators = administrators(program).await;
    assert_eq!(totals(program, &administrators).await, expected);
    let again = program.run(&["import", "communities", file, "--with-units"]).await.ok();
    assert_eq!(totals(program, &administrators).await, expected, "the second run: {again}");
    program.run(&["audit", "verify"]).await.ok();
    expected
}

/// Makes an administrator of each organization; their phones.
async fn administrators(program: &Program) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Organization {
        name: String,
    }
    let db = program.connect().await;
    let found: Vec<Organization> =
        Sql::new("SELECT name FROM organization ORDER BY name").all(db.read()).await.unwrap();
    assert!(!found.is_empty());
    let mut phones = Vec::new();
    for (index, organization) in found.iter().enumerate() {
        let phone = format!("137{index:08}");
        let arguments =
            ["admin", "create", "--organization", &organization.name, "--name", "管理员", "--phone", &phone];
        let made = program.run_with_input(&[&arguments[..], &["--password-stdin"]].concat(), PASSWORD).await.ok();
        assert!(made.contains("existing organization"), "{made}");
        phones.push(phone);
    }
    phones
}

async fn totals(program: &Program, administrators: &[String]) -> Totals {
    let serving = program.serve(&["serve"]).await;
    let mut sum = Totals::default();
    for phone in administrators {
        let data = serving.staff(phone, PASSWORD).await.query(TOTALS, json!({})).await;
        let figure = |name: &str| data["estateTotals"][name].as_i64().unwrap();
        sum.communities += figure("communityCount");
        sum.stated_households += figure("statedHouseholdCount");
        sum.stated_buildings += figure("statedBuildingCount");
        sum.buildings += figure("buildingCount");
        sum.units += figure("unitCount");
    }
    serving.terminate().await;
    sum
}

/// Imports cases, twice; the on-time report is what a few lines compute from the file.
pub async fn assert_cases(program: &Program, file: &str) -> Figures {
    let (headers, rows) = rows(file);
    let time = |row, name| NaiveDateTime::parse_from_str(cell(&headers, row, name), "%m/%d/%Y %I:%M:%S %p").ok();
    let now = chrono::Utc::now().naive_utc();
    let mut expected = Figures { cases: i64::try_from(rows.len()).unwrap(), in_time: 0, late: 0, overdue: 0 };
    for row in &rows {
        match (time(row, "TARGET_DT"), time(row, "CLOSED_DT")) {
            (Some(target), Some(closed)) if closed <= target => expected.in_time += 1,
            (Some(_), Some(_)) => expected.late += 1,
            (Some(target), None) if target < now => expected.overdue += 1,
            _ => {}
        }
    }
    program.run(&["import", "cases", file, "--organization", "波士顿"]).await.ok();
    let administrators = administrators(program).await;
    assert_eq!(figures(program, &administrators).await, expected);
    program.run(&["import", "cases", file, "--organization", "波士顿"]).await.ok();
    assert_eq!(figures(program, &administrators).await, expected, "the second run");
    program.run(&["audit", "verify"]).await.ok();
    expected
}

async fn figures(program: &Program, administrators: &[String]) -> Figures {
    let serving = program.serve(&["serve"]).await;
    let client = serving.staff(&administrators[0], PASSWORD).await;
    let fields = "ticketCount inTimeCount lateCount overdueCount onTimeShare";
    let query = format!(
        "{{ ticketOnTimeReport {{ {fields} }} byMonth: ticketOnTimeReport(input: {{ groupBy: [MONTH, COMMUNITY] }}) {{ {fields} month }} }}"
    );
    let data = client.query(&query, json!({})).await;
    serving.terminate().await;
    let whole = data["ticketOnTimeReport"].as_array().unwrap();
    assert_eq!(whole.len(), 1);
    let figures = |row: &serde_json::Value| {
        let figure = |name: &str| row[name].as_i64().unwrap();
        [figure("ticketCount"), figure("inTimeCount"), figure("lateCount"), figure("overdueCount")]
    };
    let mut sum = [0; 4];
    for row in data["byMonth"].as_array().unwrap() {
        figures(row).iter().zip(&mut sum).for_each(|(figure, sum)| *sum += figure);
    }
    let [cases, in_time, late, overdue] = figures(&whole[0]);
    assert_eq!(sum, [cases, in_time, late, overdue], "the months add up to the whole");
    let due = in_time + late + overdue;
    let share: f64 = whole[0]["onTimeShare"].as_str().unwrap().parse().unwrap();
    #[allow(clippy::cast_precision_loss)]
    let exact = in_time as f64 / due as f64;
    assert!((share - exact).abs() <= 0.000_05, "{share} is not {in_time} of {due}");
    Figures { cases, in_time, late, overdue }
}

/// A real file, or none where `LINLI_DATA_DIR` is not set; at full scale it must be.
fn real(name: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("LINLI_DATA_DIR") else {
        assert!(!servers::full_scale(), "LINLI_DATA_DIR is not set: this proof needs the real {name}");
        eprintln!("LINLI_DATA_DIR is not set: {name} is not proven; the fixtures are, by cli::import_communities");
        return None;
    };
    Some(PathBuf::from(folder).join(name).display().to_string())
}

/// The real file at full scale, a fixture otherwise.
pub fn real_or_fixture(name: &str, small: &str) -> String {
    if servers::full_scale() { real(name).unwrap() } else { support::program::fixture(small) }
}

#[tokio::test]
async fn real_communities_on_sqlite() {
    real_communities(Backend::Sqlite).await;
}

#[tokio::test]
async fn real_communities_on_postgres() {
    real_communities(Backend::Postgres).await;
}

async fn real_communities(backend: Backend) {
    let Some(file) = real("harbin_communities.csv") else { return };
    let database = TestDatabase::create(backend).await;
    let totals = assert_communities(&Program::over(&database), &file).await;
    let expected = Totals {
        communities: 345,
        stated_households: 690_281,
        stated_buildings: 7_784,
        buildings: 7_784,
        units: 690_281,
    };
    assert_eq!(totals, expected);
    println!("{backend:?}: {totals:?}");
}

#[tokio::test]
async fn real_cases_on_sqlite() {
    real_cases(Backend::Sqlite).await;
}

#[tokio::test]
async fn real_cases_on_postgres() {
    real_cases(Backend::Postgres).await;
}

async fn real_cases(backend: Backend) {
    let Some(file) = real("boston_housing_cases_2015_h1.csv") else { return };
    let database = TestDatabase::create(backend).await;
    let figures = assert_cases(&Program::over(&database), &file).await;
    assert_eq!(figures.cases, 4_643);
    if let Some([in_time, with_target]) = by_python(&file) {
        assert_eq!([figures.in_time, figures.in_time + figures.late + figures.overdue], [in_time, with_target]);
    }
    println!("{backend:?}: {figures:?}");
}

/// The same by other means: closed at or before the target, and all that have a target. Every target has passed.
fn by_python(file: &str) -> Option<[i64; 2]> {
    const PROGRAM: &str = "
import csv, datetime, sys
time = lambda text: datetime.datetime.strptime(text, '%m/%d/%Y %I:%M:%S %p') if text.strip() else None
rows = [(time(row['TARGET_DT']), time(row['CLOSED_DT'])) for row in csv.DictReader(open(sys.argv[1], encoding='utf-8'))]
due = [(target, closed) for target, closed in rows if target]
print(sum(1 for target, closed in due if closed and closed <= target), len(due))
";
    let Ok(output) = Command::new("python3").args(["-c", PROGRAM, file]).output() else {
        eprintln!("python3 is missing: the share is checked by the lines above alone");
        return None;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let mut numbers = text.split_whitespace().map(|word| word.parse().unwrap());
    Some([numbers.next()?, numbers.next()?])
}
