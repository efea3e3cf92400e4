//! `linli import communities` and `linli import cases` on the fixtures; `scripts/prove imports` runs them on real files.

use api::db::Sql;
use support::program::fixture;
use support::{Program, TestDatabase, both_databases};

use crate::prove::imports::{assert_cases, assert_communities};

both_databases!(communities_add_up, cases_add_up, a_bad_list_is_explained);

async fn communities_add_up(database: TestDatabase) {
    let program = Program::over(&database);
    let totals = assert_communities(&program, &fixture("communities.csv")).await;
    assert_eq!(totals.communities, 12);
    assert_eq!(totals.stated_households, 203 + 120 + 97 + 160 + 31 + 40 + 60 + 1040 + 10 + 5 + 584);
    assert_eq!(totals.units, totals.stated_households - 60, "60 households are stated without a building");
    assert_eq!((totals.stated_buildings, totals.buildings), (36, 36));
}

async fn cases_add_up(database: TestDatabase) {
    let program = Program::over(&database);
    let figures = assert_cases(&program, &fixture("cases.csv")).await;
    assert_eq!(figures.cases, 15);
}

async fn a_bad_list_is_explained(database: TestDatabase) {
    let program = Program::over(&database);
    let strict = program.run(&["import", "communities", &fixture("communities_bad.csv"), "--strict"]).await;
    assert!(strict.stdout.contains("nothing was written"), "{strict:?}");
    let complaint = strict.failed();
    for expected in ["line 3, column name: ", "line 4, column property_fee: ", "line 4, column buildings: ", "line 5"] {
        assert!(complaint.contains(expected), "{expected}: {complaint}");
    }
    let db = program.connect().await;
    for table in ["organization", "community", "building", "unit", "history_event"] {
        let rows = Sql::new(format!("SELECT COUNT(*) FROM {table}")).number(db.read()).await.unwrap();
        assert_eq!(rows, 0, "{table}");
    }
    let strict = program.run(&["import", "cases", &fixture("cases_bad.csv"), "--organization", "甲", "--strict"]).await;
    assert!(strict.failed().contains("line "));
    assert_eq!(Sql::new("SELECT COUNT(*) FROM ticket").number(db.read()).await.unwrap(), 0);
    for (path, expected) in [("missing.csv", "missing.csv"), (&fixture("register.csv"), "name")] {
        let complaint = program.run(&["import", "communities", path]).await.failed();
        assert!(complaint.starts_with("error: ") && complaint.contains(expected), "{complaint}");
    }
}
