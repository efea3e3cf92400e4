//! Somebody whom the register does not know asks to be bound to a unit.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::ResidencyRole;
use serde_json::{Value, json};
use support::world::register;
use support::{Client, TestApp, World, both};

use super::shared::{ask, asked, asks, counted, decide, homes};
use crate::tickets::shared::{key, number};
use crate::uploads::attach::photo;

both!(
    what_matches_the_register_is_bound_at_once,
    what_does_not_match_waits_for_the_front_desk,
    whether_a_unit_exists_is_not_told,
    the_same_key_asks_once,
    an_own_request_is_taken_back,
    everybody_sees_the_own_requests_only,
    documents_are_shown_and_deleted,
);

const PHONE: &str = "13911112222";

/// What a stranger can compare: everything but the ids and words that the stranger sent.
fn told(mut request: Value) -> Value {
    let fields = request.as_object_mut().unwrap();
    for own in ["id", "buildingName", "unitNumber"] {
        fields.remove(own);
    }
    request
}

async fn what_matches_the_register_is_bound_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    for (number, proof, building) in [
        (1, json!({ "name": " 赵敏 " }), "1栋"),
        (2, json!({ "name": "旧名", "idLastFour": "123x" }), "1"),
        (3, json!({ "name": "赵敏", "role": "TENANT" }), "１栋"),
    ] {
        let phone = format!("1391111000{number}");
        register(&app, world.org, world.home.units[1], "赵敏", &phone, ResidencyRole::Owner).await;
        register(&app, world.org, world.home.units[2], "赵敏", &phone, ResidencyRole::Owner).await;
        let client = app.resident(&phone).await;
        let mut input = proof.clone();
        input["buildingName"] = json!(building);
        let request = asked(&client, input).await;
        assert_eq!((&request["state"], &request["version"]), (&json!("APPROVED"), &json!(1)), "{proof}");
        assert_eq!(request["unit"]["id"], json!(wire_id(world.home.units[1]).to_string()));
        assert_eq!(homes(&client).await, ["102 OWNER"], "the unit that was named, and the register's role");
        let viewer = client.query("{ viewer { name } }", json!({})).await;
        assert_eq!(viewer["viewer"]["name"], "赵敏", "the register names the account");
        // The register holds one entry for a person, role and beginning.
        app.advance(chrono::Duration::days(2));
    }
    let events = "SELECT COUNT(*) FROM history_event WHERE kind IN ('MATCHED', 'BOUND')";
    assert_eq!(number(&app, events).await, 6);
}

async fn what_does_not_match_waits_for_the_front_desk(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    register(&app, world.org, world.home.units[1], "赵敏", PHONE, ResidencyRole::Owner).await;
    let (named, stranger) = (app.resident(PHONE).await, app.resident("13933334444").await);
    for (client, more) in [
        (&named, json!({ "name": "赵敏敏" })),
        (&named, json!({ "name": "赵", "idLastFour": "0000", "role": "FAMILY" })),
        (&stranger, json!({ "name": "赵敏", "idLastFour": "123X" })),
    ] {
        let request = asked(client, more.clone()).await;
        assert_eq!((&request["state"], &request["unit"]), (&json!("PENDING"), &Value::Null), "{more}");
        assert_eq!((&request["registerMatch"], &request["decidedByName"]), (&Value::Null, &Value::Null));
        assert_eq!(homes(client).await, Vec::<String>::new());
    }
    let lease =
        json!({ "role": "TENANT", "companyName": " 北风公司 ", "startsOn": "2026-03-01", "endsOn": "2027-02-28" });
    let request = asked(&stranger, lease).await;
    assert_eq!(request["companyName"], "北风公司");
    assert_eq!((&request["startsOn"], &request["endsOn"]), (&json!("2026-03-01"), &json!("2027-02-28")));
    assert_eq!(
        (&request["phone"], &request["name"]),
        (&json!("13933334444"), &json!("赵敏")),
        "it is the person's own"
    );
    let by_id = json!({ "communityName": null, "communityId": wire_id(world.elsewhere.community).to_string() });
    assert_eq!(asked(&stranger, by_id).await["communityName"], "松江新村");
}

async fn whether_a_unit_exists_is_not_told(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    register(&app, world.org, world.home.units[1], "王芳", PHONE, ResidencyRole::Owner).await;
    let client = app.resident("13933334444").await;
    let real = told(asked(&client, json!({ "name": "王芳", "unitNumber": "102" })).await);
    for (building, unit) in [("1栋", "104"), ("1栋", "999"), ("99栋", "101"), ("%", "%"), ("1栋", "102'--")] {
        let outcome = ask(&client, json!({ "name": "王芳", "buildingName": building, "unitNumber": unit })).await;
        if outcome.codes() == ["TOO_MANY"] {
            continue;
        }
        assert_eq!(told(outcome.ok()["request"].clone()), real, "{building} {unit}");
    }
    let unseen = "{ units { totalCount } communities { totalCount } }";
    let nothing = json!({ "units": { "totalCount": 0 }, "communities": { "totalCount": 0 } });
    assert_eq!(client.query(unseen, json!({})).await, nothing);
}

async fn the_same_key_asks_once(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let client = app.resident(PHONE).await;
    let input = asks(json!({}));
    let selection = "request { id }";
    let (one, two) = tokio::join!(
        client.mutate("residencyRequest", input.clone(), selection),
        client.mutate("residencyRequest", input.clone(), selection)
    );
    let first = one.ok();
    assert_eq!(two.ok(), first);
    let before = counted(&app).await;
    assert_eq!(client.mutate("residencyRequest", input.clone(), selection).await.ok(), first);
    let mut other = input;
    other["unitNumber"] = json!("103");
    assert_eq!(client.mutate("residencyRequest", other, selection).await.refused(), "KEY_REUSED");
    assert_eq!(counted(&app).await, before);
}

async fn an_own_request_is_taken_back(app: Arc<TestApp>) {
    World::build(&app, 1).await;
    let (client, other) = (app.resident(PHONE).await, app.resident("13933334444").await);
    let request = asked(&client, json!({})).await;
    assert_eq!(ask(&client, json!({})).await.refused(), "ALREADY_EXISTS");
    assert_eq!(decide(&other, "residencyRequestWithdraw", &request, json!({})).await.refused(), "NOT_FOUND");
    let again = json!({ "idempotencyKey": key() });
    let taken = decide(&client, "residencyRequestWithdraw", &request, again.clone()).await.ok();
    assert_eq!((&taken["request"]["state"], &taken["request"]["version"]), (&json!("WITHDRAWN"), &json!(2)));
    let before = counted(&app).await;
    assert_eq!(decide(&client, "residencyRequestWithdraw", &request, again).await.ok(), taken, "a repeat");
    assert_eq!(decide(&client, "residencyRequestWithdraw", &request, json!({})).await.refused(), "REVIEW_DECIDED");
    assert_eq!(counted(&app).await, before);
    assert_eq!(asked(&client, json!({})).await["state"], "PENDING", "and asked anew");
}

async fn seen(client: &Client) -> (i64, Vec<Value>) {
    let query = "{ viewer { residencyRequests { totalCount nodes { id } } } }";
    let list = client.query(query, json!({})).await["viewer"]["residencyRequests"].clone();
    let ids = list["nodes"].as_array().unwrap().iter().map(|it| it["id"].clone()).collect();
    (list["totalCount"].as_i64().unwrap(), ids)
}

async fn everybody_sees_the_own_requests_only(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let (one, two) = (app.resident(PHONE).await, app.resident("13933334444").await);
    assert_eq!(seen(&one).await, (0, vec![]));
    let first = asked(&one, json!({})).await["id"].clone();
    app.advance(chrono::Duration::seconds(1));
    let second = asked(&one, json!({ "unitNumber": "103" })).await["id"].clone();
    let theirs = asked(&two, json!({})).await["id"].clone();
    assert_eq!(seen(&one).await, (2, vec![second, first]));
    assert_eq!(seen(&two).await, (1, vec![theirs]));
    assert_eq!(seen(&world.admin(&app).await).await, (0, vec![]), "staff have none as staff");
}

async fn documents_are_shown_and_deleted(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let client = app.resident(PHONE).await;
    let (deed, card) = (photo(&app, &client).await, photo(&app, &client).await);
    let request = asked(&client, json!({ "documents": [deed, card] })).await;
    let shown = request["documents"].as_array().unwrap().clone();
    assert_eq!(shown.len(), 2);
    let url = app.url(shown[0]["url"].as_str().unwrap());
    let page = app.http().get(&url).send().await.unwrap();
    assert_eq!((page.status().as_u16(), page.headers()["content-type"].to_str().unwrap()), (200, "image/jpeg"));
    assert_eq!(ask(&client, json!({ "unitNumber": "103", "documents": [deed] })).await.refused(), "UPLOAD_CLAIMED");
    // Taken back: the pictures are gone, for everybody who still has a link.
    decide(&client, "residencyRequestWithdraw", &request, json!({})).await.ok();
    assert_eq!(app.http().get(&url).send().await.unwrap().status(), 404);
    assert_eq!(app.objects().len(), 4);
    api::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(app.objects(), Vec::<String>::new());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM upload").await, 0);
    // Decided on: they are kept for a while, and then go too.
    let deed = photo(&app, &client).await;
    let request = asked(&client, json!({ "documents": [deed] })).await;
    let desk = world.worker(&app, 1, entities::values::Role::FrontDesk, &[]).await.client;
    decide(&desk, "residencyRefuse", &request, json!({ "reason": "照片不清楚" })).await.ok();
    app.advance(chrono::Duration::days(29));
    api::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(app.objects().len(), 2);
    app.advance(chrono::Duration::days(2));
    api::worker::housekeeping(&app.app).await.unwrap();
    assert_eq!(app.objects(), Vec::<String>::new());
    assert_eq!(number(&app, "SELECT COUNT(*) FROM residency_request_document").await, 0);
}
