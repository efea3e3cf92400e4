//! How many SQL statements lists of people take: a constant, whatever the number of rows.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role};
use serde_json::json;
use support::{Client, TestApp, World, both};

use super::shared::{admit, asked};

both!(a_page_takes_the_same_statements_for_one_row_and_for_more);

async fn cost(app: &TestApp, client: &Client, query: &str) -> u64 {
    app.statements(client.query(query, json!({}))).await.0
}

async fn a_page_takes_the_same_statements_for_one_row_and_for_more(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let desk = world.worker(&app, 1, Role::FrontDesk, &[]).await.client;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let row = "nodes { id state name phone idLastFour unit { number } registerMatch { phone } decidedByName
        communityName documents { url } }";
    let queries = [
        // The viewer and the list; documents are one statement for all rows, the count is one more.
        (&desk, format!("{{ residencyReviews {{ {row} }} }}"), 3),
        (&desk, format!("{{ residencyReviews {{ totalCount {row} }} }}"), 4),
        (&owner, format!("{{ viewer {{ residencyRequests {{ {row} }} }} }}"), 3),
        (&owner, format!("{{ viewer {{ residencyRequests {{ totalCount {row} }} }} }}"), 4),
        // Residents of a whole page of units are one statement.
        (&desk, "{ units { nodes { residents { name phone role isViewer } } } }".to_owned(), 3),
        (&owner, "{ viewer { units { role until residencyId unit { residents { name phone } } } } }".to_owned(), 3),
    ];
    for round in 0..4_u64 {
        asked(&owner, json!({ "unitNumber": format!("9{round}") })).await;
        world
            .resident(&app, 10 + round, world.home.units[usize::try_from(round % 4).unwrap()], ResidencyRole::Tenant)
            .await;
        let phone = format!("1370000001{round}");
        admit(&owner, &world, json!({ "phone": phone, "name": format!("小李{round}") })).await.ok();
        for (client, query, expected) in &queries {
            assert_eq!(cost(&app, client, query).await, *expected, "{query} in round {round}");
        }
    }
}
