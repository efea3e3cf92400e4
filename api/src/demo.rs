//! The demo: a community with people and tickets, in a database of its own.

use std::net::{IpAddr, SocketAddr};

use chrono::{Duration, NaiveDate};
use entities::values::{
    AccountId, Area, BuildingId, CommunityId, OrganizationId, Rate, ResidencyRole, ReviewState, Role, StaffId, Trade,
    UnitId, UnitUsage,
};
use entities::{building, community, residency, unit};

use crate::config::{Config, SmsProvider};
use crate::db::{Db, DbOptions, Tx};
use crate::domains::{billing, estate, identity, payments, tickets};
use crate::error::Error;
use crate::infra::gateways::sandbox::{self, LISTEN, SandboxMerchant, SandboxServer};
use crate::infra::gateways::{Merchant, Secret};
use crate::infra::settings;
use crate::state::{App, StartError};

/// The demo's organization.
pub const ORGANIZATION: &str = "邻里示范物业";
/// The password of every demo staff account. It opens nothing but a demo on this machine.
pub const PASSWORD: &str = "linli-demo-only";
/// Marks a database that the demo made.
const MARK: &str = "demo";
/// Set once the demo is complete.
const FILLED: &str = "demo_filled";
/// The demo's organization, community, and the account that it was built by.
const PLACE: &str = "demo_place";
/// The secret of the demo's sandbox gateway, where no money moves.
const SANDBOX_SECRET: &str = "sandbox";
/// Access tokens of the demo live for a working day, so that nobody has to sign in again while looking around.
const TOKEN_MINUTES: u32 = 600;

/// A demo account.
struct Person {
    name: &'static str,
    phone: &'static str,
    roles: &'static [Role],
    trades: &'static [Trade],
    about: &'static str,
}

const STAFF: [Person; 4] = [
    Person {
        name: "陈经理",
        phone: "13800000001",
        roles: &[Role::Manager, Role::OrganizationAdmin],
        trades: &[],
        about: "manager",
    },
    Person {
        name: "刘前台",
        phone: "13800000002",
        roles: &[Role::FrontDesk, Role::Dispatcher],
        trades: &[],
        about: "front desk and dispatcher",
    },
    Person {
        name: "李师傅",
        phone: "13800000003",
        roles: &[Role::Technician],
        trades: &[Trade::Plumbing, Trade::Electrical, Trade::Masonry],
        about: "technician",
    },
    Person {
        name: "赵师傅",
        phone: "13800000004",
        roles: &[Role::Technician],
        trades: &[Trade::Plumbing, Trade::Carpentry],
        about: "technician",
    },
];

const OWNER: (&str, &str, &str) = ("王芳", "13900000001", "1234");
/// Asks to be bound to a unit; the front desk has not decided yet.
const STRANGER: (&str, &str) = ("赵敏", "13900000002");

/// Checks that the demo may run here: on this machine only, and on a database that is empty or that it made itself.
pub async fn prepare(mut config: Config) -> Result<Config, StartError> {
    let local = config.listen.parse::<SocketAddr>().is_ok_and(|address| match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip.is_loopback(),
    });
    if !local {
        return Err(StartError(
            "the demo listens on this machine only (its passwords are known): use 127.0.0.1".into(),
        ));
    }
    config.access_token_minutes = TOKEN_MINUTES;
    config.sms = SmsProvider::Print;
    let options = DbOptions { url: config.database_url.clone(), pool: config.database_pool };
    let db = Db::connect(&options).await.map_err(|fault| StartError::fault("cannot connect", &fault))?;
    if db.is_empty().await.map_err(|fault| StartError::fault("cannot look", &fault))? {
        db.migrate().await.map_err(|fault| StartError::fault("cannot migrate", &fault))?;
        let now = crate::clock::Clock::system().now();
        db.write(move |tx| Box::pin(async move { Ok(settings::set(tx, MARK, "1", now).await?) })).await?;
    } else if !matches!(settings::get(db.read(), MARK).await, Ok(Some(_))) {
        return Err(StartError(format!(
            "{} was not made by the demo: the demo does not touch it",
            config.database_url
        )));
    }
    Ok(config)
}

/// Fills an empty demo database; leaves a filled one as it is.
pub async fn fill(app: &App) -> Result<(), StartError> {
    let setting = settings::get(app.db.read(), FILLED).await;
    if setting.map_err(|fault| StartError::fault("cannot look", &fault))?.is_some() {
        return Ok(());
    }
    let started = identity::organization_by_name(app.db.read(), ORGANIZATION).await;
    if started.map_err(|fault| StartError::fault("cannot look", &fault))?.is_some() {
        return Err(StartError("an earlier start was cut off while it filled the demo: delete its database".into()));
    }
    let (mut org, mut by) = (None, None);
    for person in &STAFF {
        let assignments = person.roles.iter().map(|role| identity::NewAssignment { role: *role, community_id: None });
        let new = identity::NewStaff {
            name: person.name.to_owned(),
            phone: person.phone.to_owned(),
            assignments: assignments.collect(),
            trades: person.trades.to_vec(),
        };
        let made = identity::create_admin(app, ORGANIZATION, new, Some(PASSWORD.to_owned())).await?;
        org = Some(made.org_id);
        by = by.or(Some(made.staff_id));
    }
    let (Some(org), Some(by)) = (org, by) else { return Ok(()) };
    let manager = identity::viewer_of_staff(app, by).await?;
    let Some(account) = manager.map(|viewer| viewer.account_id) else { return Ok(()) };
    let job = app.clone();
    app.db
        .write(move |tx| {
            let app = job.clone();
            Box::pin(async move { build(tx, &app, org, (account, by)).await })
        })
        .await?;
    Ok(())
}

async fn build(tx: &Tx, app: &App, org_id: OrganizationId, by: (AccountId, StaffId)) -> Result<(), Error> {
    tickets::seed_defaults(tx, &app.clock, org_id).await?;
    tickets::seed_prices(tx, &app.clock, org_id, "CNY").await?;
    let (clock, now) = (&app.clock, app.clock.now());
    let community_id: CommunityId = clock.new_id();
    let community = community::Model {
        id: community_id,
        org_id,
        name: "邻里花园".to_owned(),
        address: "哈尔滨市南岗区学府路1号".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        currency: "CNY".to_owned(),
        building_type: Some("板楼".to_owned()),
        developer: None,
        fee_rate_low: Some(Rate(12_000)),
        fee_rate_high: Some(Rate(18_000)),
        stated_buildings: Some(3),
        stated_households: Some(54),
        service_opens_minute: estate::COMMUNITY_DEFAULTS.service_opens_minute,
        service_closes_minute: estate::COMMUNITY_DEFAULTS.service_closes_minute,
        service_weekdays: estate::COMMUNITY_DEFAULTS.service_weekdays,
        callback_tries: estate::COMMUNITY_DEFAULTS.callback_tries,
        reopen_days: estate::COMMUNITY_DEFAULTS.reopen_days,
        created_at: now,
    };
    estate::insert_community(tx, community).await?;
    let delivered = NaiveDate::from_ymd_opt(2024, 6, 1);
    let (mut first_unit, mut last_unit): (Option<UnitId>, Option<estate::SeedRequest>) = (None, None);
    for number in 1..=3 {
        let building_id: BuildingId = clock.new_id();
        let name = format!("{number}栋");
        let building = building::Model {
            id: building_id,
            org_id,
            community_id,
            name: name.clone(),
            completed_on: delivered,
            created_at: now,
        };
        estate::insert_building(tx, building).await?;
        for floor in 1..=6 {
            for door in 1..=3 {
                let id: UnitId = clock.new_id();
                first_unit = first_unit.or(Some(id));
                let unit = unit::Model {
                    id,
                    org_id,
                    community_id,
                    building_id,
                    number: format!("{floor}0{door}"),
                    floor: Some(floor),
                    area: Some(Area(8_000 + i64::from(door) * 1_500)),
                    usage: UnitUsage::Flat,
                    delivered_on: delivered,
                    created_at: now,
                };
                last_unit = Some(estate::SeedRequest {
                    org_id,
                    community_id,
                    unit_id: id,
                    building_name: name.clone(),
                    unit_number: unit.number.clone(),
                });
                estate::insert_unit(tx, unit).await?;
            }
        }
    }
    if let Some(unit_id) = first_unit {
        let (name, phone, id_last4) = OWNER;
        let owner = residency::Model {
            id: clock.new_id(),
            org_id,
            unit_id,
            account_id: None,
            role: ResidencyRole::Owner,
            name: name.to_owned(),
            phone: Some(phone.to_owned()),
            id_last4: Some(id_last4.to_owned()),
            review_state: ReviewState::Approved,
            started_at: now - Duration::days(700),
            ended_at: None,
            created_at: now,
        };
        let residency_id = owner.id;
        estate::insert_residency(tx, owner).await?;
        let place = tickets::SeedPlace { org_id, community_id, unit_id, residency_id };
        tickets::seed_service_plan(tx, app, place).await?;
        let fees = billing::SeedFees { org_id, community_id, unit_id, residency_id, by };
        billing::seed_fees(tx, clock, fees).await?;
    }
    if let Some(place) = last_unit {
        estate::seed_request(tx, app, place, STRANGER.0, STRANGER.1).await?;
    }
    let place = serde_json::to_string(&(org_id, community_id, by.0))?;
    settings::set(tx, PLACE, &place, now).await?;
    Ok(settings::set(tx, FILLED, "1", now).await?)
}

/// Starts a sandbox gateway beside the demo, and lets its community take payments there.
pub async fn open_sandbox(app: &App) -> Result<SandboxServer, StartError> {
    let any = app.config.listen.ends_with(":0");
    let settings = |listen: &str| sandbox::Settings {
        listen: listen.to_owned(),
        public_url: String::new(),
        secret: Secret::new(SANDBOX_SECRET),
        switches: sandbox::Switches::default(),
    };
    let anywhere = "127.0.0.1:0";
    // Its usual place may be taken, by another demo or by `linli sandbox-gateway`.
    let server = match SandboxServer::start(settings(if any { anywhere } else { LISTEN }), app.clock.clone()).await {
        Ok(server) => Ok(server),
        Err(_) => SandboxServer::start(settings(anywhere), app.clock.clone()).await,
    };
    let server = server.map_err(|_| StartError("cannot start the sandbox gateway".into()))?;
    let place = settings_of(app).await?;
    if let Some((org_id, community_id, by)) = place {
        let merchant = Merchant::Sandbox(SandboxMerchant {
            merchant: "demo".to_owned(),
            secret: Secret::new(SANDBOX_SECRET),
            url: server.url(),
        });
        payments::seed_merchant(app, org_id, by, payments::NewMerchant { community_id, merchant }).await?;
    }
    Ok(server)
}

async fn settings_of(app: &App) -> Result<Option<(OrganizationId, CommunityId, AccountId)>, StartError> {
    let place = settings::get(app.db.read(), PLACE).await;
    let place = place.map_err(|fault| StartError::fault("cannot look", &fault))?;
    // A demo of an earlier release has none.
    Ok(place.and_then(|place| serde_json::from_str(&place).ok()))
}

/// Prints where the demo is and who can sign in.
pub fn print(address: &SocketAddr, sandbox: &SocketAddr) {
    let (name, phone, _) = OWNER;
    println!("GraphiQL (demo only): http://{address}/graphql");
    println!("Sandbox gateway (no money moves): http://{sandbox}");
    println!("Demo accounts:");
    println!("  resident   {name}  phone {phone}  ask for a code: it is printed here");
    println!("  (a tenant, {}, {}, waits for the front desk's residencyApprove)", STRANGER.0, STRANGER.1);
    for person in &STAFF {
        println!("  staff      {}  phone {}  password {PASSWORD}  ({})", person.name, person.phone, person.about);
    }
}
