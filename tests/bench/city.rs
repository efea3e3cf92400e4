//! The city that is measured in, and the residents who ask.

use std::sync::Arc;
use std::time::Instant;

use api::clock::Clock;
use api::db::{Db, DbOptions};
use api::domains::identity::ClientInfo;
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
use crate::pgbench;
use crate::random::Random;

/// Communities of one organization.
const COMMUNITIES_OF_ORG: usize = 40;
/// Histories that are checked after seeding.
const CHECKED: usize = 500;
/// Tokens outlive the run.
const TOKEN_MINUTES: u32 = 600;

/// A resident who is signed in, with what a request of hers may name.
#[derive(Clone, Debug)]
pub struct Person {
    /// The access token.
    pub token: String,
    /// Ids by their name: `session`, `account`, `unit`, `building`, `community`, `org`, `category`.
    pub ids: [(&'static str, Uuid); 7],
}

impl Person {
    /// One of the ids.
    pub fn id(&self, name: &str) -> Uuid {
        self.ids.iter().find(|(other, _)| *other == name).map(|(_, id)| *id).unwrap_or_default()
    }
}

/// Builds the city and signs some of its residents in.
pub async fn build(data: &Data, communities: usize, people: usize) -> Res<Vec<Person>> {
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
    let people = sign_in(&app, &sms, data, people).await?;
    pgbench::write_batches(data, &people).await?;
    data.run("VACUUM ANALYZE").await?;
    data.run("CHECKPOINT").await?;
    eprintln!("{} residents signed in in {:.1} s", people.len(), begin.elapsed().as_secs_f32());
    Ok(people)
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
            let ids = [
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
