//! Who asks: one viewer of each kind, all at home in the first organization's first community.

use entities::values::{ResidencyRole, Role, Trade};
use support::world::PASSWORD;
use support::{Client, TestApp, World};

use crate::tickets::assignment::scene::{company, outsider};

/// A kind of viewer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    Anonymous,
    Owner,
    Family,
    Tenant,
    Technician,
    Contractor,
    Desk,
    Dispatcher,
    Steward,
    Leader,
    Collector,
    Finance,
    Supervisor,
    Manager,
    Admin,
    /// Works here, and has no role.
    Nobody,
}

impl Kind {
    /// Every kind, with its name in the table.
    pub const ALL: [(Self, &'static str); 16] = [
        (Self::Anonymous, "anonymous"),
        (Self::Owner, "owner"),
        (Self::Family, "family"),
        (Self::Tenant, "tenant"),
        (Self::Technician, "technician"),
        (Self::Contractor, "contractor"),
        (Self::Desk, "desk"),
        (Self::Dispatcher, "dispatcher"),
        (Self::Steward, "steward"),
        (Self::Leader, "leader"),
        (Self::Collector, "collector"),
        (Self::Finance, "finance"),
        (Self::Supervisor, "supervisor"),
        (Self::Manager, "manager"),
        (Self::Admin, "admin"),
        (Self::Nobody, "nobody"),
    ];

    /// The name in the table.
    pub fn name(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The kind of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    const fn role(self) -> Option<Role> {
        Some(match self {
            Self::Technician => Role::Technician,
            Self::Desk => Role::FrontDesk,
            Self::Dispatcher => Role::Dispatcher,
            Self::Steward => Role::Steward,
            Self::Leader => Role::TeamLeader,
            Self::Collector => Role::Collector,
            Self::Finance => Role::Finance,
            Self::Supervisor => Role::Supervisor,
            Self::Manager => Role::Manager,
            _ => return None,
        })
    }
}

/// One viewer.
pub struct Person {
    /// Which kind.
    pub kind: Kind,
    /// Signed in, or not.
    pub client: Client,
    /// The staff member's id, for staff.
    pub staff: String,
    /// The phone to sign in with.
    pub phone: String,
}

impl Person {
    /// The same person in another session.
    pub async fn again(&self, app: &TestApp) -> Client {
        match self.kind {
            Kind::Anonymous => app.anonymous(),
            Kind::Owner | Kind::Family | Kind::Tenant => app.resident(&self.phone).await,
            _ => app.staff(&self.phone, PASSWORD).await,
        }
    }
}

/// Everybody, in the order of the kinds.
pub async fn gather(app: &TestApp, world: &World) -> Vec<Person> {
    let admin = world.admin(app).await;
    let agency = company(&admin, world, "canaryown水电公司").await;
    let mut people = Vec::new();
    for (number, (kind, _)) in (1..).zip(Kind::ALL) {
        let tie = match kind {
            Kind::Owner => Some(ResidencyRole::Owner),
            Kind::Family => Some(ResidencyRole::Family),
            Kind::Tenant => Some(ResidencyRole::Tenant),
            _ => None,
        };
        let (client, staff, phone) = if let Some(tie) = tie {
            let client = world.resident(app, number, world.home.units[0], tie).await;
            (client, String::new(), format!("1390001{number:04}"))
        } else if let Some(role) = kind.role() {
            let trades: &[Trade] = if role == Role::Technician { &[Trade::Plumbing, Trade::Elevator] } else { &[] };
            let worker = world.worker(app, number, role, trades).await;
            (worker.client, worker.wire, worker.phone)
        } else {
            match kind {
                Kind::Contractor => {
                    let worker = outsider(app, &admin, &agency, number).await;
                    (worker.client, worker.wire, worker.phone)
                }
                Kind::Admin => {
                    let worker = world.worker_at(app, number, Role::OrganizationAdmin, None, &[]).await;
                    (worker.client, worker.wire, worker.phone)
                }
                Kind::Nobody => {
                    let worker = world.worker(app, number, Role::Finance, &[]).await;
                    let taken = serde_json::json!({ "staffId": worker.wire, "role": "FINANCE",
                        "communityId": api::graphql::id::wire_id(world.home.community).to_string() });
                    admin.mutate("staffUnassign", taken, "staff { id }").await.ok();
                    (worker.client, worker.wire, worker.phone)
                }
                _ => (app.anonymous(), String::new(), String::new()),
            }
        };
        people.push(Person { kind, client, staff, phone });
    }
    people
}
