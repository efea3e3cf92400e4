//! A small world to test in: an organization with two communities, people of every role, a family.

use std::collections::HashMap;

use api::domains::identity::{self, NewAssignment, NewStaff};
use api::domains::{estate, tickets};
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{
    Area, BuildingId, CommunityId, OrganizationId, Rate, ResidencyRole, ReviewState, Role, StaffId, Trade, UnitId,
    UnitUsage,
};
use entities::{building, community, residency, unit};
use serde_json::{Value, json};

use crate::TestApp;
use crate::client::{Client, Outcome};

/// The password of every member of staff in tests.
pub const PASSWORD: &str = "a long test password";

/// A community with one building.
pub struct Site {
    /// The community.
    pub community: CommunityId,
    /// Its building.
    pub building: BuildingId,
    /// The building's units, "101" to "104".
    pub units: Vec<UnitId>,
}

/// An organization in which tests play.
pub struct World {
    /// The organization.
    pub org: OrganizationId,
    /// Its name.
    pub org_name: String,
    /// Where most things happen.
    pub home: Site,
    /// Another community of the organization.
    pub elsewhere: Site,
    /// Wire ids of the categories by code, such as `PLUMBING`, `LEAK`, `ELECTRICAL`, `ELEVATOR`, `OTHER`.
    pub categories: HashMap<String, String>,
    prefix: u64,
}

/// A member of staff who is signed in.
pub struct Worker {
    /// Signed in.
    pub client: Client,
    /// The staff member.
    pub id: StaffId,
    /// Its id on the wire.
    pub wire: String,
    /// Its phone.
    pub phone: String,
}

impl World {
    /// Builds the world of organization `number`, so that several can stand beside each other.
    pub async fn build(app: &TestApp, number: u64) -> Self {
        let org_name = format!("物业公司{number}");
        let admin = NewStaff {
            name: format!("管理员{number}"),
            phone: phone(number, 0),
            assignments: vec![NewAssignment { role: Role::OrganizationAdmin, community_id: None }],
            trades: Vec::new(),
        };
        let made = identity::create_admin(&app.app, &org_name, admin, Some(PASSWORD.to_owned())).await.unwrap();
        let org = made.org_id;
        tickets::ensure_defaults(&app.app.db, &app.clock, org).await.unwrap();
        let home = site(app, org, "邻里花园").await;
        let elsewhere = site(app, org, "松江新村").await;
        let admin = app.staff(&phone(number, 0), PASSWORD).await;
        let data = admin.query("{ ticketCategories { id code } }", json!({})).await;
        let categories = data["ticketCategories"].as_array().unwrap().iter();
        let categories = categories
            .map(|row| (row["code"].as_str().unwrap().to_owned(), row["id"].as_str().unwrap().to_owned()))
            .collect();
        Self { org, org_name, home, elsewhere, categories, prefix: number }
    }

    /// The administrator.
    pub async fn admin(&self, app: &TestApp) -> Client {
        app.staff(&phone(self.prefix, 0), PASSWORD).await
    }

    /// Adds a member of staff with one role in the home community and signs in. `number` is 1 to 999, once each.
    pub async fn worker(&self, app: &TestApp, number: u64, role: Role, trades: &[Trade]) -> Worker {
        self.worker_at(app, number, role, Some(self.home.community), trades).await
    }

    /// The same in another community, or in all.
    pub async fn worker_at(
        &self,
        app: &TestApp,
        number: u64,
        role: Role,
        community_id: Option<CommunityId>,
        trades: &[Trade],
    ) -> Worker {
        let phone = phone(self.prefix, number);
        let new = NewStaff {
            name: format!("员工{}-{number}", self.prefix),
            phone: phone.clone(),
            assignments: vec![NewAssignment { role, community_id }],
            trades: trades.to_vec(),
        };
        let made = identity::create_admin(&app.app, &self.org_name, new, Some(PASSWORD.to_owned())).await.unwrap();
        let client = app.staff(&phone, PASSWORD).await;
        Worker { client, id: made.staff_id, wire: wire_id(made.staff_id).to_string(), phone }
    }

    /// Registers a resident on a unit of the home community, signs in and binds. `number` is 1 to 999, once each.
    pub async fn resident(&self, app: &TestApp, number: u64, unit: UnitId, role: ResidencyRole) -> Client {
        let phone = format!("139{:04}{number:04}", self.prefix);
        let name = format!("住户{}-{number}", self.prefix);
        register(app, self.org, unit, &name, &phone, role).await;
        let client = app.resident(&phone).await;
        client.mutate("residencyBind", json!({ "name": name }), "units { role }").await.ok();
        client
    }

    /// The first unit of the home community, on the wire.
    pub fn unit(&self) -> String {
        wire_id(self.home.units[0]).to_string()
    }

    /// A category by its code, on the wire.
    pub fn category(&self, code: &str) -> String {
        self.categories[code].clone()
    }

    /// An ordinary plumbing repair in the first unit, with a key of its own.
    pub fn repair(&self, key: &str) -> Value {
        json!({
            "unitId": self.unit(),
            "kind": "HOME_REPAIR",
            "categoryId": self.category("PLUMBING"),
            "description": "厨房水管漏水",
            "idempotencyKey": key,
        })
    }
}

/// The phone of member of staff `number` of organization `organization`.
pub fn phone(organization: u64, number: u64) -> String {
    format!("138{organization:04}{number:04}")
}

async fn site(app: &TestApp, org_id: OrganizationId, name: &str) -> Site {
    let (clock, now) = (app.clock.clone(), app.clock.now());
    let (community_id, building_id): (CommunityId, BuildingId) = (clock.new_id(), clock.new_id());
    let community = community::Model {
        id: community_id,
        org_id,
        name: name.to_owned(),
        address: "哈尔滨市南岗区".to_owned(),
        time_zone: "Asia/Shanghai".to_owned(),
        currency: "CNY".to_owned(),
        building_type: None,
        developer: None,
        fee_rate_low: Some(Rate(11_000)),
        fee_rate_high: Some(Rate(14_000)),
        stated_buildings: Some(1),
        stated_households: Some(4),
        service_opens_minute: 420,
        service_closes_minute: 1260,
        service_weekdays: 127,
        callback_tries: 3,
        reopen_days: 7,
        created_at: now,
    };
    let building = building::Model {
        id: building_id,
        org_id,
        community_id,
        name: "1栋".to_owned(),
        completed_on: None,
        created_at: now,
    };
    let units: Vec<unit::Model> = (1..=4)
        .map(|door| unit::Model {
            id: clock.new_id(),
            org_id,
            community_id,
            building_id,
            number: format!("10{door}"),
            floor: Some(1),
            area: Some(Area(8_950)),
            usage: UnitUsage::Flat,
            delivered_on: None,
            created_at: now,
        })
        .collect();
    let ids = units.iter().map(|unit| unit.id).collect();
    app.app
        .db
        .write(move |tx| {
            let (community, building, units) = (community.clone(), building.clone(), units.clone());
            Box::pin(async move {
                estate::insert_community(tx, community).await?;
                estate::insert_building(tx, building).await?;
                for unit in units {
                    estate::insert_unit(tx, unit).await?;
                }
                Ok(())
            })
        })
        .await
        .unwrap();
    Site { community: community_id, building: building_id, units: ids }
}

/// Adds an approved entry to the household register, not bound to an account.
pub async fn register(
    app: &TestApp,
    org_id: OrganizationId,
    unit_id: UnitId,
    name: &str,
    phone: &str,
    role: ResidencyRole,
) {
    let now = app.clock.now();
    let row = residency::Model {
        id: app.clock.new_id(),
        org_id,
        unit_id,
        account_id: None,
        role,
        name: name.to_owned(),
        phone: Some(phone.to_owned()),
        id_last4: Some("123X".to_owned()),
        review_state: ReviewState::Approved,
        started_at: now - Duration::days(30),
        ended_at: None,
        created_at: now,
    };
    app.app
        .db
        .write(move |tx| {
            let row = row.clone();
            Box::pin(async move { Ok(estate::insert_residency(tx, row).await?) })
        })
        .await
        .unwrap();
}

impl Client {
    /// Submits a ticket; its id on the wire.
    pub async fn submit(&self, input: Value) -> String {
        let payload = self.mutate("ticketSubmit", input, "ticket { id }").await.ok();
        payload["ticket"]["id"].as_str().unwrap().to_owned()
    }

    /// Sends a command on a ticket with a fresh key and what else it needs; selects the ticket's state and version.
    pub async fn step(&self, mutation: &str, ticket: &str, more: Value) -> Outcome {
        let mut input = json!({ "ticketId": ticket, "idempotencyKey": uuid::Uuid::new_v4().to_string() });
        if let (Some(input), Some(more)) = (input.as_object_mut(), more.as_object()) {
            input.extend(more.clone());
        }
        self.mutate(mutation, input, "ticket { id state version reworkCount assignee { id } availableActions }").await
    }
}
