//! Billing: a city's month posted in bounded memory, beside the same rows by one plain INSERT … SELECT.

use std::time::{Duration, Instant};

use api::clock::Clock;
use api::db::{Db, Insert, Sql};
use api::domains::payments;
use entities::values::{Area, CommunityId, OrganizationId, PayerId, TypedId, UnitId, UnitPayerId};
use sea_orm::FromQueryResult;
use support::world::Site;
use support::{Backend, Program, TestDatabase, servers};
use uuid::Uuid;

use super::imports::real_or_fixture;

/// Adds `count` units to a community, each with a payer of its own since 2020.
pub async fn more_units(db: &Db, org: OrganizationId, site: &Site, count: usize) {
    let (community, building) = (site.community, site.building);
    db.write(move |tx| {
        Box::pin(async move {
            let (clock, now) = (Clock::system(), Clock::system().now());
            let day: chrono::NaiveDate = "2020-01-01".parse().unwrap();
            let mut units = Insert::into(
                tx,
                "unit",
                &["id", "org_id", "community_id", "building_id", "number", "area", "usage", "created_at"],
            );
            let mut payers = Insert::into(tx, "payer", &["id", "org_id", "name", "is_company", "created_at"]);
            let columns = ["id", "org_id", "unit_id", "payer_id", "started_on", "created_at"];
            let mut pays = Insert::into(tx, "unit_payer", &columns);
            let rows: Vec<(UnitId, PayerId, UnitPayerId)> =
                (0..count).map(|_| (clock.new_id(), clock.new_id(), clock.new_id())).collect();
            for (index, (unit, payer, _)) in rows.iter().enumerate() {
                let values = [
                    (*unit).into(),
                    org.into(),
                    community.into(),
                    building.into(),
                    format!("X{index}").into(),
                    Area(8_950).into(),
                    "FLAT".into(),
                    now.into(),
                ];
                units.row(tx, values).await?;
                payers.row(tx, [(*payer).into(), org.into(), "户".into(), false.into(), now.into()]).await?;
            }
            units.finish(tx).await?;
            payers.finish(tx).await?;
            for (unit, payer, id) in rows {
                pays.row(tx, [id.into(), org.into(), unit.into(), payer.into(), day.into(), now.into()]).await?;
            }
            pays.finish(tx).await?;
            Ok(())
        })
    })
    .await
    .unwrap();
}

/// What is open of a charge.
#[derive(FromQueryResult, Clone)]
struct Open {
    id: Uuid,
    org_id: Uuid,
    community_id: Uuid,
    payer_id: Uuid,
    unit_id: Option<Uuid>,
    open: i64,
}

/// Enters a payment of everything that is open, as the ledger would have it.
pub async fn pay_everything(db: &Db) {
    pay(db, None).await;
}

/// The same in one community.
pub async fn pay(db: &Db, community: Option<CommunityId>) {
    db.write(move |tx| {
        Box::pin(async move {
            let clock = Clock::system();
            let (now, today) = (clock.now(), clock.now().date_naive());
            let mut sql = Sql::new("SELECT id, org_id, community_id, payer_id, unit_id,");
            sql.push(" amount - credited - waived - paid AS open FROM charge WHERE paid < amount - credited - waived");
            if let Some(community) = community {
                sql.with(" AND community_id = ", community);
            }
            for row in sql.all::<Open>(tx).await? {
                let journal = clock.new_id::<PayerId>().uuid();
                let mut sql = Sql::new("INSERT INTO journal (id, org_id, community_id, kind, object_kind, object_id,");
                sql.with(" posted_on, created_at) VALUES (", journal).with(", ", row.org_id);
                sql.with(", ", row.community_id).with(", 'RECEIVED', 'TEST', ", row.id).with(", ", today);
                sql.with(", ", now).push(")").run(tx).await?;
                for (account, amount, owner) in
                    [("CASH", row.open, None), ("RECEIVABLE", -row.open, Some((row.payer_id, row.id)))]
                {
                    let mut sql = Sql::new("INSERT INTO ledger_entry (id, org_id, journal_id, account, amount,");
                    sql.with(" payer_id, unit_id, charge_id) VALUES (", clock.new_id::<PayerId>());
                    sql.with(", ", row.org_id).with(", ", journal).with(", ", account).with(", ", amount);
                    sql.with(", ", owner.map(|it| it.0)).with(", ", owner.and(row.unit_id));
                    sql.with(", ", owner.map(|it| it.1)).push(")").run(tx).await?;
                }
                let mut sql = Sql::new("INSERT INTO allocation (id, org_id, charge_id, kind, amount, journal_id,");
                sql.with(" on_day, created_at) VALUES (", clock.new_id::<PayerId>()).with(", ", row.org_id);
                sql.with(", ", row.id).with(", 'PAYMENT', ", row.open).with(", ", journal).with(", ", today);
                sql.with(", ", now).push(")").run(tx).await?;
                let mut sql = Sql::new("UPDATE charge SET");
                sql.with(" paid = paid + ", row.open).with(" WHERE id = ", row.id).run(tx).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
}

/// Fees for every community that was imported, at its own rate; a payer for every unit; and a run of May for each.
const SET_UP: &[&str] = &[
    "INSERT INTO account (id, phone, name, locale, password_temporary, created_at)
        SELECT o.id, CAST(o.id AS text), '财务', 'zh-CN', false, now() FROM organization o",
    "INSERT INTO staff_member (id, org_id, account_id, name, duty_state, duty_changed_at, created_at)
        SELECT o.id, o.id, o.id, '财务', 'ON_DUTY', now(), now() FROM organization o",
    "INSERT INTO fee_item (id, org_id, community_id, code, name_zh, name_en, kind, timing, cycle_months, rounding,
            due_days, in_parts, vacant_share, late_grace_days, late_cap, active, version, created_at, updated_at)
        SELECT c.id, c.org_id, c.id, 'MANAGEMENT', '物业费', 'Management fee', 'AREA', 'ADVANCE', 1, 'FEN', 15, true,
            10000, 0, 0, true, 1, now(), now() FROM community c",
    "INSERT INTO fee_rate (id, org_id, fee_item_id, usage, effective_on, rate, created_at)
        SELECT gen_random_uuid(), c.org_id, c.id, 'ALL', DATE '2020-01-01', COALESCE(c.fee_rate_low, 10000), now()
        FROM community c",
    "INSERT INTO payer (id, org_id, name, is_company, created_at)
        SELECT u.id, u.org_id, u.number, false, now() FROM unit u ORDER BY u.id",
    "INSERT INTO unit_payer (id, org_id, unit_id, payer_id, started_on, created_at)
        SELECT u.id, u.org_id, u.id, u.id, DATE '2020-01-01', now() FROM unit u ORDER BY u.id",
    "ANALYZE",
    "INSERT INTO billing_run (id, org_id, community_id, billed_on, number, state, unit_count, done_count, charge_count,
            credit_count, bill_count, problem_count, charged, credited, digest, attempt, account_id, staff_id, started_at)
        SELECT c.id, c.org_id, c.id, DATE '2026-05-01', 1, 'POSTING',
            (SELECT COUNT(*) FROM unit u WHERE u.community_id = c.id), 0, 0, 0, 0, 0, 0, 0, '', 0, c.org_id, c.org_id,
            now() FROM community c",
];

/// The most memory that a process has had, in MB.
fn peak_memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}

async fn number(db: &Db, sql: &str) -> i64 {
    Sql::new(sql).number(db.read()).await.unwrap()
}

/// The time of the same rows, with the same indexes and references, by one statement a table.
async fn plainly(db: &Db) -> Duration {
    #[derive(FromQueryResult)]
    struct Constraint {
        definition: String,
    }
    const TABLES: [&str; 4] = ["bill", "charge", "journal", "ledger_entry"];
    for table in TABLES {
        Sql::new(format!("CREATE TABLE plain_{table} (LIKE {table} INCLUDING ALL)")).run(db.read()).await.unwrap();
        let sql = format!(
            "SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE contype = 'f' AND conrelid = '{table}'::regclass"
        );
        for constraint in Sql::new(sql).all::<Constraint>(db.read()).await.unwrap() {
            let sql = format!("ALTER TABLE plain_{table} ADD {}", constraint.definition);
            Sql::new(sql).run(db.read()).await.unwrap();
        }
    }
    let begun = Instant::now();
    for table in TABLES {
        let sql = format!("INSERT INTO plain_{table} SELECT * FROM {table} ORDER BY id");
        Sql::new(sql).run(db.read()).await.unwrap();
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_citys_month_on_postgres() {
    let database = TestDatabase::create(Backend::Postgres).await;
    let program = Program::over(&database);
    let file = real_or_fixture("harbin_communities.csv", "communities.csv");
    program.run(&["migrate"]).await.ok();
    program.run(&["import", "communities", &file, "--with-units", "--assume-area", "89.5"]).await.ok();
    let db = database.connect().await;
    for sql in SET_UP {
        Sql::new(*sql).run(db.read()).await.unwrap();
    }
    let units = number(&db, "SELECT COUNT(*) FROM unit").await;
    let runs = number(&db, "SELECT COUNT(*) FROM billing_run").await;
    if servers::full_scale() {
        assert_eq!((units, runs), (690_281, 345));
    }
    let begun = Instant::now();
    // The first worker is killed on its way; the second goes on after its last whole chunk.
    let serving = program.serve(&["serve"]).await;
    while number(&db, "SELECT COUNT(*) FROM charge").await < units / 10 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    drop(serving);
    Sql::new("UPDATE billing_run SET leased_until = NULL WHERE finished_at IS NULL").run(db.read()).await.unwrap();
    let mut serving = program.serve(&["serve"]).await;
    while number(&db, "SELECT COUNT(*) FROM billing_run WHERE finished_at IS NULL").await > 0 {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (took, peak) = (begun.elapsed(), serving.pid().map_or(0, peak_memory));
    serving.terminate().await;
    assert_eq!(number(&db, "SELECT COUNT(*) FROM charge").await, units, "each unit once");
    assert_eq!(number(&db, "SELECT COUNT(*) FROM bill").await, units);
    assert_eq!(number(&db, "SELECT COUNT(*) FROM billing_problem").await, 0);
    let exact = "SELECT CAST(SUM((89500 * COALESCE(c.fee_rate_low, 10000) + 50000) / 100000) AS bigint)
        FROM unit u JOIN community c ON c.id = u.community_id";
    assert_eq!(number(&db, "SELECT CAST(SUM(amount) AS bigint) FROM charge").await, number(&db, exact).await);
    assert_eq!(payments::broken_laws(db.read()).await.unwrap(), []);
    let plain = plainly(&db).await;
    println!(
        "{units} units of {runs} communities: {:.1} s with one kill -9, {peak} MB at most; the same rows plainly: {:.1} s; {:.1} times",
        took.as_secs_f64(),
        plain.as_secs_f64(),
        took.as_secs_f64() / plain.as_secs_f64()
    );
    assert!(peak < 400, "{peak} MB");
}
