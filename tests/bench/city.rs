//! The city that is measured in, and the residents who ask.

use std::sync::Arc;
use std::time::Instant;

use api::clock::Clock;
use api::db::{Db, DbOptions};
use api::domains::identity::{ClientInfo, NewStaff};
use api::domains::{identity, tickets};
use api::infra::history::{self, chain};
use api::infra::sms::KeptSms;
use api::state::App;
use entities::organization;
use entities::values::{OrganizationId, OrganizationKind};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use serde_json::Value;
use uuid::Uuid;

use crate::data::{Data, POOL};
use crate::failure::{Failure, Res, fail, internal};
use crate::load::CONNECTIONS;
use crate::pgbench;
use crate::random::Random;

/// Communities of one organization.
const COMMUNITIES_OF_ORG: usize = 40;
/// Histories that are checked after seeding.
const CHECKED: usize = 500;
/// Technicians who sign in, at most.
const TECHNICIANS: usize = 400;
/// Their password.
const PASSWORD: &str = "a long benchmark password";
/// Tokens outlive the run.
const TOKEN_MINUTES: u32 = 600;

/// Somebody who is signed in, with what a request of theirs may name.
#[derive(Clone, Debug)]
pub struct Person {
    /// The access token.
    pub token: String,
    /// Ids by their name: `session`, `account`, `community`, `org`; of a resident also `unit`, `building`, `category`, of a
    /// technician `staff` and `ticket`, a ticket in progress.
    pub ids: Vec<(&'static str, Uuid)>,
}

/// Everybody who asks.
pub struct Crowds {
    /// Residents.
    pub residents: Arc<Vec<Person>>,
    /// Technicians, each with a ticket in progress.
    pub technicians: Arc<Vec<Person>>,
}

/// Which of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Crowd {
    /// Residents.
    Residents,
    /// Technicians.
    Technicians,
}

impl Crowd {
    /// The table that names them for pgbench.
    pub const fn table(self) -> &'static str {
        match self {
            Self::Residents => "residents",
            Self::Technicians => "technicians",
        }
    }
}

impl Crowds {
    /// The people of one crowd.
    pub fn of(&self, crowd: Crowd) -> &Arc<Vec<Person>> {
        match crowd {
            Crowd::Residents => &self.residents,
            Crowd::Technicians => &self.technicians,
        }
    }
}

impl Person {
    /// One of the ids.
    pub fn id(&self, name: &str) -> Uuid {
        self.ids.iter().find(|(other, _)| *other == name).map(|(_, id)| *id).unwrap_or_default()
    }
}

/// Builds the city and signs some of its people in.
pub async fn build(data: &Data, communities: usize, people: usize) -> Res<Crowds> {
    let begin = Instant::now();
    let options = DbOptions { url: data.url.clone(), pool: POOL };
    Db::connect(&options).await.map_err(internal)?.migrate().await.map_err(internal)?;
    let mut config = data.config()?;
    config.access_token_minutes = TOKEN_MINUTES;
    let sms = KeptSms::default();
    let app = App::start(config, Clock::system(), Arc::new(sms.clone()), false).await;
    let app = app.map_err(|error| Failure(error.0))?;
    let organizations = communities.div_ceil(COMMUNITIES_OF_ORG).max(2);
    for number in 1..=organizations {
        organization(&app, number).await?;
    }
    data.run(&format!("SET bench.communities = {communities}")).await?;
    data.run(include_str!("seed.sql")).await?;
    data.run("DISCARD ALL").await?;
    data.run("VACUUM ANALYZE").await?;
    check_histories(&app, data).await?;
    eprintln!("seeded in {:.1} s", begin.elapsed().as_secs_f32());
    let begin = Instant::now();
    let residents = sign_in(&app, &sms, data, people).await?;
    let technicians = sign_in_technicians(&app, data).await?;
    for (crowd, people) in [(Crowd::Residents, &residents), (Crowd::Technicians, &technicians)] {
        if people.len() < CONNECTIONS {
            return fail(format!("{} {}: each connection needs people of its own", people.len(), crowd.table()));
        }
        pgbench::write_batches(data, crowd.table(), people).await?;
    }
    data.run("VACUUM ANALYZE").await?;
    data.run("CHECKPOINT").await?;
    let (some, others) = (residents.len(), technicians.len());
    eprintln!("{some} residents and {others} technicians signed in in {:.1} s", begin.elapsed().as_secs_f32());
    Ok(Crowds { residents: Arc::new(residents), technicians: Arc::new(technicians) })
}

async fn organization(app: &App, number: usize) -> Res<()> {
    let id: OrganizationId = app.clock.new_id();
    let (name, created_at) = (format!("物业公司{number}"), app.clock.now());
    let row = organization::Model { id, name, kind: OrganizationKind::Company, created_at };
    let write = app.db.write(move |tx| {
        let row = row.clone();
        Box::pin(async move { Ok(identity::insert_organization(tx, row).await?) })
    });
    write.await.map_err(internal)?;
    tickets::ensure_defaults(&app.db, &app.clock, id).await.map_err(internal)
}

/// The seed writes hashes of its own: some of them are checked by the service's rules.
async fn check_histories(app: &App, data: &Data) -> Res<()> {
    let sample = format!("SELECT id, version, history_hash FROM ticket ORDER BY md5(number) LIMIT {CHECKED}");
    for row in data.rows(&sample).await? {
        let id: Uuid = serde_json::from_value(row["id"].clone())?;
        let events = history::events(app.db.read(), &[id]).await.map_err(internal)?;
        let version = events.last().map_or(0, |event| event.seq);
        let head = events.last().map(|event| hex(&event.hash)).unwrap_or_default();
        let named = row["version"] == version && row["history_hash"] == format!("\\x{head}");
        let head = events.last().map(|event| event.hash.clone()).unwrap_or_default();
        if !named || chain::verify(&events, version, &head).is_err() {
            return fail(format!("the seeded history of ticket {id} does not verify"));
        }
    }
    Ok(())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Signs residents in by code, through the service itself, so that sessions and tokens are what the server makes.
async fn sign_in(app: &App, sms: &KeptSms, data: &Data, people: usize) -> Res<Vec<Person>> {
    let residents = data
        .rows(&format!(
            "SELECT a.phone, a.id AS account, u.id AS unit, u.building_id AS building, u.community_id AS community,
                u.org_id AS org, (SELECT array_agg(k.id ORDER BY k.code) FROM ticket_category k WHERE k.org_id = u.org_id)
                AS categories
            FROM account a JOIN residency r ON r.account_id = a.id JOIN unit u ON u.id = r.unit_id
            ORDER BY md5(a.phone) LIMIT {people}"
        ))
        .await?;
    let mut random = Random::new(1);
    let chosen: Vec<(Value, Value)> = residents
        .into_iter()
        .map(|row| {
            let categories = row["categories"].as_array().cloned().unwrap_or_default();
            let category = random.of(&categories).clone();
            (row, category)
        })
        .collect();
    stream::iter(chosen)
        .map(|(row, category)| async move {
            let phone = row["phone"].as_str().unwrap_or_default();
            let client = ClientInfo::default();
            identity::request_code(app, &client, phone).await.map_err(internal)?;
            let code = sms.last_code(phone).ok_or_else(|| Failure("no code was sent".to_owned()))?;
            let signed_in = identity::sign_in_resident(app, &client, phone, &code, None).await.map_err(internal)?;
            let id = |value: &Value| serde_json::from_value::<Uuid>(value.clone());
            let ids = vec![
                ("session", signed_in.viewer.session_id.0),
                ("account", id(&row["account"])?),
                ("unit", id(&row["unit"])?),
                ("building", id(&row["building"])?),
                ("community", id(&row["community"])?),
                ("org", id(&row["org"])?),
                ("category", id(&category)?),
            ];
            Ok::<_, Failure>(Person { token: signed_in.tokens.access.token, ids })
        })
        .buffered(POOL as usize)
        .try_collect()
        .await
}

/// Signs technicians in by password, through the service itself.
async fn sign_in_technicians(app: &App, data: &Data) -> Res<Vec<Person>> {
    // One hash for all: making each would take minutes and show nothing.
    let model = NewStaff {
        name: "模板".to_owned(),
        phone: "13700000000".to_owned(),
        assignments: Vec::new(),
        trades: Vec::new(),
    };
    identity::create_admin(app, "模板公司", model, Some(PASSWORD.to_owned())).await.map_err(internal)?;
    data.run(
        "UPDATE account SET password_hash = m.password_hash FROM account m
        WHERE m.phone LIKE '%13700000000' AND account.phone LIKE '%139________'",
    )
    .await?;
    let technicians = data
        .rows(&format!(
            "SELECT a.phone, a.id AS account, m.id AS staff, m.org_id AS org, t.community_id AS community, t.id AS ticket
            FROM staff_member m JOIN account a ON a.id = m.account_id
            JOIN LATERAL (SELECT t.id, t.community_id FROM ticket t WHERE t.assignee_id = m.id
                AND t.state = 'IN_PROGRESS' ORDER BY t.id DESC LIMIT 1) t ON true
            ORDER BY md5(a.phone) LIMIT {TECHNICIANS}"
        ))
        .await?;
    stream::iter(technicians)
        .map(|row| async move {
            let phone = row["phone"].as_str().unwrap_or_default();
            let client = ClientInfo::default();
            let signed_in = identity::sign_in_staff(app, &client, phone, PASSWORD, None).await.map_err(internal)?;
            let id = |name: &str| serde_json::from_value::<Uuid>(row[name].clone());
            let mut ids = vec![("session", signed_in.viewer.session_id.0)];
            for name in ["account", "staff", "community", "org", "ticket"] {
                ids.push((name, id(name)?));
            }
            Ok::<_, Failure>(Person { token: signed_in.tokens.access.token, ids })
        })
        .buffered(POOL as usize)
        .try_collect()
        .await
}
