//! Finding a household while the phone rings.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use chrono::Duration;
use entities::values::{ResidencyRole, Role, UnitId};
use serde_json::{Value, json};
use support::world::register;
use support::{Client, TestApp, World, both};

use crate::tickets::shared::{Crew, execute};

both!(
    a_unit_is_found_by_phone,
    a_unit_is_found_by_room,
    a_unit_is_found_by_name,
    the_best_match_comes_first,
    a_search_stays_within_its_scope,
    a_search_is_capped,
);

const SEARCH: &str = "query($text: String!, $community: ID, $first: Int) {
    unitSearch(text: $text, communityId: $community, first: $first) {
        unit { id number buildingName communityName } personName personPhone personRole } }";

async fn search(client: &Client, text: &str) -> Vec<Value> {
    let data = client.query(SEARCH, json!({ "text": text })).await;
    data["unitSearch"].as_array().unwrap().clone()
}

/// What was found, as `building number person`.
async fn found(client: &Client, text: &str) -> Vec<String> {
    let line = |it: &Value| {
        let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
        [word(&it["unit"]["buildingName"]), word(&it["unit"]["number"]), word(&it["personName"])].join(" ")
    };
    search(client, text).await.iter().map(line).collect()
}

async fn people(app: &TestApp, world: &World) {
    let units = &world.home.units;
    for (unit, name, phone, role) in [
        (units[0], "王芳", "13811112222", ResidencyRole::Owner),
        (units[0], "王小明", "13811113333", ResidencyRole::Family),
        (units[1], "王小芳", "13833332222", ResidencyRole::Tenant),
        (units[2], "李四", "13899992222", ResidencyRole::Owner),
        (units[3], "王芳", "13844440101", ResidencyRole::Owner),
        (world.elsewhere.units[0], "王小二", "13855552222", ResidencyRole::Owner),
    ] {
        register(app, world.org, unit, name, phone, role).await;
    }
}

/// Renames a unit of the home community.
async fn number(app: &TestApp, unit: UnitId, number: &str) {
    execute(app, Sql::new("UPDATE unit SET").with(" number = ", number).with(" WHERE id = ", unit)).await;
}

async fn a_unit_is_found_by_phone(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    people(&app, &crew.world).await;
    let desk = &crew.desk.client;
    for text in ["13811112222", "138 1111 2222", "+86-138-1111-2222", "１３８１１１１２２２２"] {
        let one = json!([{
            "unit": {
                "id": crew.world.unit(), "number": "101", "buildingName": "1栋", "communityName": "邻里花园",
            },
            "personName": "王芳", "personPhone": "13811112222", "personRole": "OWNER",
        }]);
        assert_eq!(json!(search(desk, text).await), one, "{text}");
    }
    assert_eq!(found(desk, "2222").await, ["1栋 101 王芳", "1栋 102 王小芳", "1栋 103 李四"]);
    assert_eq!(found(desk, "32222").await, ["1栋 102 王小芳"]);
    assert_eq!(found(desk, "3899992222").await, ["1栋 103 李四"]);
    for nothing in ["222", "13811112223", "9999", "138"] {
        assert_eq!(found(desk, nothing).await, Vec::<String>::new(), "{nothing}");
    }
    // Who has moved out, or waits for review, is not found.
    let gone = app.clock.now() - Duration::seconds(1);
    execute(&app, Sql::new("UPDATE residency SET").with(" ended_at = ", gone).push(" WHERE name = '李四'")).await;
    let pending = "UPDATE residency SET review_state = 'PENDING' WHERE name = '王小芳'";
    execute(&app, &Sql::new(pending)).await;
    assert_eq!(found(desk, "2222").await, ["1栋 101 王芳"]);
}

async fn a_unit_is_found_by_room(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let desk = &crew.desk.client;
    for text in ["1栋101", "1-101", "1 101", "1号楼101室", "１栋１０１", "1幢101", "1座 101房", "1-101室"]
    {
        assert_eq!(found(desk, text).await, ["1栋 101 -"], "{text}");
    }
    for text in ["101", "101室"] {
        assert_eq!(found(desk, text).await, ["1栋 101 -"], "{text}");
    }
    let [first, second, third, fourth] = crew.world.home.units[..] else { panic!("four units") };
    number(&app, first, "2-301").await;
    for text in ["1-2-301", "1栋2单元301", "1号楼2-301", "1-2-301室"] {
        assert_eq!(found(desk, text).await, ["1栋 2-301 -"], "{text}");
    }
    number(&app, second, "2单元302").await;
    assert_eq!(found(desk, "1-2-302").await, ["1栋 2单元302 -"]);
    // A register that says the building again in the number.
    number(&app, third, "1-401").await;
    for text in ["1-401", "1栋401", "1-1-401"] {
        assert_eq!(found(desk, text).await, ["1栋 1-401 -"], "{text}");
    }
    let mut named = Sql::new("UPDATE building SET name = '海棠阁'");
    execute(&app, named.with(" WHERE id = ", crew.world.home.building)).await;
    number(&app, fourth, "1203").await;
    for text in ["海棠阁1203", "海棠阁 1203", "海棠阁-1203", "1203"] {
        assert_eq!(found(desk, text).await, ["海棠阁 1203 -"], "{text}");
    }
    for nothing in ["2-101", "1栋", "海棠阁", "1栋9999", "-", "", "#", "栋101\u{0}"] {
        assert_eq!(found(desk, nothing).await, Vec::<String>::new(), "{nothing}");
    }
}

async fn a_unit_is_found_by_name(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    people(&app, &crew.world).await;
    let desk = &crew.desk.client;
    assert_eq!(found(desk, "王芳").await, ["1栋 101 王芳", "1栋 104 王芳"]);
    assert_eq!(found(desk, "王小").await, ["1栋 101 王小明", "1栋 102 王小芳"]);
    assert_eq!(found(desk, "李四").await, ["1栋 103 李四"]);
    for nothing in ["王", "芳王", "李四四", "%", "王_", "'; --"] {
        assert_eq!(found(desk, nothing).await, Vec::<String>::new(), "{nothing}");
    }
}

async fn the_best_match_comes_first(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    people(&app, &crew.world).await;
    let desk = &crew.desk.client;
    // The end of a phone, then the number of a room.
    number(&app, crew.world.home.units[1], "0101").await;
    assert_eq!(found(desk, "0101").await, ["1栋 104 王芳", "1栋 0101 -"]);
    // A room of a building, then whatever has that number anywhere.
    number(&app, crew.world.home.units[2], "1-104").await;
    let admin = crew.world.admin(&app).await;
    let away = crew.world.elsewhere.units[0];
    number(&app, away, "1-104").await;
    let mut other = Sql::new("UPDATE building SET name = '9栋'");
    execute(&app, other.with(" WHERE id = ", crew.world.elsewhere.building)).await;
    assert_eq!(found(&admin, "1-104").await, ["1栋 1-104 -", "1栋 104 -", "9栋 1-104 -"]);
    // A whole name, then those that begin so.
    register(&app, crew.world.org, crew.world.home.units[3], "王小", "13866660000", ResidencyRole::Family).await;
    assert_eq!(found(desk, "王小").await[0], "1栋 104 王小");
    assert_eq!(found(desk, "王小").await.len(), 3);
}

async fn a_search_stays_within_its_scope(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    people(&app, &crew.world).await;
    let other = World::build(&app, 2).await;
    register(&app, other.org, other.home.units[0], "王芳", "13811112222", ResidencyRole::Owner).await;
    let admin = crew.world.admin(&app).await;
    assert_eq!(found(&admin, "13811112222").await.len(), 1);
    assert_eq!(found(&admin, "2222").await.len(), 4);
    assert_eq!(found(&admin, "101").await.len(), 2);
    assert_eq!(found(&crew.desk.client, "王小二").await, Vec::<String>::new());
    let (home, away) = (crew.world.home.community, crew.world.elsewhere.community);
    for (community, expected) in [(home, 3), (away, 1), (other.home.community, 0)] {
        let variables = json!({ "text": "2222", "community": wire_id(community).to_string() });
        let data = admin.query(SEARCH, variables).await;
        assert_eq!(data["unitSearch"].as_array().unwrap().len(), expected);
    }
    // Who may not see households finds none.
    let leader = crew.world.worker(&app, 11, Role::TeamLeader, &[]).await.client;
    for (client, code) in [
        (&crew.plumber.client, "FORBIDDEN"),
        (&leader, "FORBIDDEN"),
        (&crew.owner, "FORBIDDEN"),
        (&app.anonymous(), "UNAUTHENTICATED"),
    ] {
        for text in ["2222", "?"] {
            assert_eq!(client.post(SEARCH, json!({ "text": text })).await.code(), code);
        }
    }
}

async fn a_search_is_capped(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let site = wire_id(crew.world.home.building).to_string();
    for number in 0..25 {
        let unit =
            json!({ "buildingId": site, "number": format!("9{number:02}"), "idempotencyKey": format!("u{number}") });
        let unit = admin.mutate("unitCreate", unit, "unit { id }").await.ok()["unit"]["id"].clone();
        let unit = api::graphql::id::try_parse_id(&unit.as_str().unwrap().into()).unwrap();
        register(&app, crew.world.org, unit, "赵敏", &format!("1370000{number:04}"), ResidencyRole::Owner).await;
        // Two people of one flat are one match.
        register(&app, crew.world.org, unit, "赵敏之", &format!("1371111{number:04}"), ResidencyRole::Family).await;
    }
    let count = async |first: Value| {
        let data = admin.query(SEARCH, json!({ "text": "赵敏", "first": first })).await;
        data["unitSearch"].as_array().unwrap().len()
    };
    assert_eq!(
        [count(Value::Null).await, count(json!(100)).await, count(json!(3)).await, count(json!(0)).await],
        [20, 20, 3, 0]
    );
    let answer = admin.post(SEARCH, json!({ "text": "赵敏", "first": -1 })).await;
    assert_eq!(answer.code(), "MALFORMED");
    assert!(search(&admin, "赵敏").await.iter().all(|it| it["personName"] == "赵敏"));
}
