//! The file of a household (一户一档).

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{ResidencyRole, Role};
use serde_json::{Value, json};
use support::world::register;
use support::{Client, TestApp, World, both};

use super::shared::{id, recorded};
use crate::tickets::shared::{Crew, execute, ids};

both!(a_file_holds_people_repairs_and_contacts, who_may_open_a_file, pages_of_a_file_follow_each_other);

const FILE: &str = "query($id: ID!) { unit(id: $id) { number household { unitId
    people { name phone role since until reviewState }
    openTickets { id state } pastTickets { totalCount nodes { id state } }
    contacts { totalCount nodes { id words } } } } }";

async fn file(client: &Client, unit: &str) -> Value {
    client.query(FILE, json!({ "id": unit })).await["unit"].clone()
}

async fn a_file_holds_people_repairs_and_contacts(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let unit = crew.world.home.units[0];
    register(&app, crew.world.org, unit, "老张", "13700000001", ResidencyRole::Owner).await;
    register(&app, crew.world.org, unit, "小李", "13700000002", ResidencyRole::Tenant).await;
    let gone = app.clock.now() - Duration::days(1);
    execute(&app, Sql::new("UPDATE residency SET").with(" ended_at = ", gone).push(" WHERE name = '老张'")).await;
    execute(&app, &Sql::new("UPDATE residency SET review_state = 'PENDING' WHERE name = '小李'")).await;
    let open = crew.brought(json!({}), "PAUSED").await;
    let closed = crew.brought(json!({}), "CLOSED").await;
    let cancelled = crew.brought(json!({}), "CANCELLED").await;
    // The next door's are not theirs.
    let neighbour = wire_id(crew.world.home.units[1]).to_string();
    crew.desk.client.submit(crew.repair(json!({ "unitId": neighbour }))).await;
    recorded(&crew.desk.client, &crew, json!({ "unitId": neighbour })).await;
    let first = id(&recorded(&crew.desk.client, &crew, json!({ "words": "第一次" })).await);
    let second = id(&recorded(&crew.owner, &crew, json!({ "words": "第二次" })).await);

    let since = "2026-01-31T01:00:00Z";
    let person = |name: &str, phone: &str, role: &str, until: Value, review: &str| json!({ "name": name, "phone": phone, "role": role, "since": since, "until": until, "reviewState": review });
    let expected = json!({
        "number": "101",
        "household": {
            "unitId": crew.world.unit(),
            "people": [
                person("住户1-1", "13900010001", "OWNER", Value::Null, "APPROVED"),
                person("小李", "13700000002", "TENANT", Value::Null, "PENDING"),
                person("老张", "13700000001", "OWNER", json!("2026-03-01T01:00:00Z"), "APPROVED"),
            ],
            "openTickets": [{ "id": open, "state": "PAUSED" }],
            "pastTickets": {
                "totalCount": 2,
                "nodes": [{ "id": cancelled, "state": "CANCELLED" }, { "id": closed, "state": "CLOSED" }],
            },
            "contacts": {
                "totalCount": 2,
                "nodes": [{ "id": second, "words": "第二次" }, { "id": first, "words": "第一次" }],
            },
        },
    });
    assert_eq!(file(&crew.desk.client, &crew.world.unit()).await, expected);
    // An empty file is a file.
    let empty = file(&crew.desk.client, &wire_id(crew.world.home.units[3]).to_string()).await;
    let nothing = json!({ "totalCount": 0, "nodes": [] });
    let household = &empty["household"];
    assert_eq!((&household["people"], &household["openTickets"]), (&json!([]), &json!([])));
    assert_eq!((&household["pastTickets"], &household["contacts"]), (&nothing, &nothing));
}

async fn who_may_open_a_file(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let unit = crew.world.unit();
    let worker = async |number, role| crew.world.worker(&app, number, role, &[]).await.client;
    let opens = async |client: &Client| {
        let file = file(client, &unit).await;
        (!file.is_null()).then(|| !file["household"].is_null())
    };
    for (number, role, expected) in [
        (11, Role::FrontDesk, true),
        (12, Role::Steward, true),
        (13, Role::Dispatcher, true),
        (14, Role::Supervisor, true),
        (15, Role::Manager, true),
        (16, Role::Technician, false),
        (17, Role::TeamLeader, false),
        (18, Role::Collector, false),
        (19, Role::Finance, false),
    ] {
        let client = worker(number, role).await;
        assert_eq!(opens(&client).await, Some(expected), "{role:?}");
    }
    assert_eq!(opens(&crew.world.admin(&app).await).await, Some(true));
    assert_eq!(opens(&crew.owner).await, Some(false), "residents see their units as before");
    let neighbour = crew.world.resident(&app, 3, crew.world.home.units[1], ResidencyRole::Owner).await;
    assert_eq!(opens(&neighbour).await, None);
    // A desk elsewhere that works here as a technician sees the unit, not its file.
    let roles = [(Role::FrontDesk, crew.world.elsewhere.community), (Role::Technician, crew.world.home.community)];
    assert_eq!(opens(&crew.worker_with(&app, 21, &roles, &[]).await.client).await, Some(false));
    let elsewhere = crew.world.worker_at(&app, 22, Role::FrontDesk, Some(crew.world.elsewhere.community), &[]).await;
    assert_eq!(opens(&elsewhere.client).await, None);
    assert_eq!(opens(&World::build(&app, 2).await.admin(&app).await).await, None);
    assert_eq!(app.anonymous().post(FILE, json!({ "id": unit })).await.code(), "UNAUTHENTICATED");
    for nothing in ["", "unit_", "1"] {
        assert!(file(&crew.desk.client, nothing).await.is_null());
    }
}

async fn pages_of_a_file_follow_each_other(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let (mut tickets, mut contacts) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        tickets.insert(0, crew.brought(json!({}), "CANCELLED").await);
        contacts.insert(0, id(&recorded(&crew.desk.client, &crew, json!({})).await));
    }
    for (list, expected) in [("pastTickets", tickets), ("contacts", contacts)] {
        let query = format!(
            "query($id: ID!, $after: String) {{ unit(id: $id) {{ household {{ list: {list}(first: 2, after: $after) {{
                nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }} }} }}"
        );
        let (mut after, mut seen) = (Value::Null, Vec::new());
        for page in 0..3 {
            let variables = json!({ "id": crew.world.unit(), "after": after });
            let data = crew.desk.client.query(&query, variables).await;
            let list = &data["unit"]["household"]["list"];
            assert_eq!(list["pageInfo"]["hasNextPage"], json!(page < 2));
            seen.extend(ids(&list["nodes"]));
            after = list["pageInfo"]["endCursor"].clone();
        }
        assert_eq!(seen, expected, "{list}");
    }
}
