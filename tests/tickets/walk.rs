//! One repair from submission to rating.

use std::sync::Arc;

use entities::values::{ResidencyRole, Role, Trade};
use serde_json::json;
use support::{TestApp, World, both};

both!(one_repair_is_followed_to_its_end);
async fn one_repair_is_followed_to_its_end(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let dispatcher = world.worker(&app, 1, Role::Dispatcher, &[]).await;
    let technician = world.worker(&app, 2, Role::Technician, &[Trade::Plumbing]).await;
    let desk = world.worker(&app, 3, Role::FrontDesk, &[]).await;

    let ticket = owner.submit(world.repair("first")).await;
    let dispatched =
        dispatcher.client.step("ticketDispatch", &ticket, json!({ "assigneeId": technician.wire })).await.ok();
    assert_eq!(dispatched["ticket"]["state"], "DISPATCHED");
    let day = technician.client.query("{ myDay { totalCount nodes { id availableActions } } }", json!({})).await;
    assert_eq!(day["myDay"]["nodes"][0]["id"], json!(ticket));
    assert_eq!(
        day["myDay"]["nodes"][0]["availableActions"],
        json!(["ACCEPT", "DECLINE", "TRANSFER", "COMMENT", "RESCHEDULE", "ADD_HELPER"])
    );
    for (mutation, more, state) in [
        ("ticketAccept", json!({}), "ACCEPTED"),
        ("ticketStart", json!({}), "IN_PROGRESS"),
        ("ticketPause", json!({ "reason": "PARTS" }), "PAUSED"),
        ("ticketResume", json!({}), "IN_PROGRESS"),
        ("ticketComplete", json!({ "outcome": "DONE", "words": "换了垫圈" }), "COMPLETED"),
    ] {
        let payload = technician.client.step(mutation, &ticket, more).await.ok();
        assert_eq!(payload["ticket"]["state"], state, "{mutation}");
    }
    let callback = json!({ "method": "PHONE", "result": "SOLVED", "words": "业主满意" });
    let closed = desk.client.step("ticketCallbackRecord", &ticket, callback).await.ok();
    assert_eq!(closed["ticket"]["state"], "CLOSED");
    let marks = json!({ "overall": 5, "speed": 4, "quality": 5, "attitude": 5, "words": "谢谢" });
    owner.step("ticketRate", &ticket, marks).await.ok();

    let data = owner
        .query(
            "query($id: ID!) { node(id: $id) { ... on Ticket { state ratings { overall words } callbacks { result words staffName }
                events { seq kind fromState toState byViewer words } } } }",
            json!({ "id": ticket }),
        )
        .await;
    let node = &data["node"];
    assert_eq!(node["ratings"], json!([{ "overall": 5, "words": "谢谢" }]));
    assert_eq!(node["callbacks"][0]["result"], "SOLVED");
    let kinds: Vec<&str> = node["events"].as_array().unwrap().iter().map(|it| it["kind"].as_str().unwrap()).collect();
    assert_eq!(
        kinds,
        ["SUBMITTED", "DISPATCHED", "ACCEPTED", "STARTED", "PAUSED", "RESUMED", "COMPLETED", "CALLED_BACK", "RATED"]
    );
}
