//! Giving and taking roles, and leaving.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::{ResidencyRole, Role, Trade};
use serde_json::json;
use support::world::PASSWORD;
use support::{TestApp, World, both};

const STAFF: &str = "staff { id leftAt dutyState assignments { role community { name } } }";

both!(
    roles_take_effect_at_once,
    who_leaves_is_out_and_the_work_waits_for_a_dispatcher,
    only_administrators_change_staff
);
async fn roles_take_effect_at_once(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let person = world.worker(&app, 1, Role::Steward, &[]).await;
    let list = "{ ticketsToDispatch { totalCount } }";
    assert_eq!(person.client.post(list, json!({})).await.code(), "FORBIDDEN");
    let role = json!({ "staffId": person.wire, "role": "DISPATCHER", "communityId": wire_id(world.home.community) });
    for _ in 0..2 {
        let changed = admin.mutate("staffAssign", role.clone(), STAFF).await.ok();
        assert_eq!(changed["staff"]["assignments"].as_array().unwrap().len(), 2, "repeating it is harmless");
    }
    assert_eq!(person.client.query(list, json!({})).await["ticketsToDispatch"]["totalCount"], 0);
    for _ in 0..2 {
        let changed = admin.mutate("staffUnassign", role.clone(), STAFF).await.ok();
        assert_eq!(changed["staff"]["assignments"].as_array().unwrap().len(), 1);
    }
    assert_eq!(person.client.post(list, json!({})).await.code(), "FORBIDDEN");
}

async fn who_leaves_is_out_and_the_work_waits_for_a_dispatcher(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let admin = world.admin(&app).await;
    let dispatcher = world.worker(&app, 1, Role::Dispatcher, &[]).await.client;
    let leaver = world.worker(&app, 2, Role::Technician, &[Trade::Plumbing]).await;
    let heir = world.worker(&app, 3, Role::Technician, &[Trade::Plumbing]).await;
    let owner = world.resident(&app, 1, world.home.units[0], ResidencyRole::Owner).await;
    let ticket = owner.submit(world.repair("1")).await;
    leaver.client.step("ticketClaim", &ticket, json!({})).await.ok();
    let waiting = "{ ticketsToDispatch { nodes { id } } }";
    assert_eq!(dispatcher.query(waiting, json!({})).await["ticketsToDispatch"]["nodes"], json!([]));

    for _ in 0..2 {
        let left = admin.mutate("staffLeave", json!({ "staffId": leaver.wire }), STAFF).await.ok();
        assert_eq!((left["staff"]["dutyState"].as_str(), left["staff"]["leftAt"].is_null()), (Some("OFF_DUTY"), false));
    }
    assert_eq!(leaver.client.post("{ viewer { id } }", json!({})).await.code(), "UNAUTHENTICATED");
    let sign_in = json!({ "phone": leaver.phone, "password": PASSWORD });
    let outcome = app.anonymous().mutate("signInStaff", sign_in, "accessToken").await;
    assert_eq!(outcome.refused(), "INVALID_CREDENTIALS");
    let role = json!({ "staffId": leaver.wire, "role": "DISPATCHER" });
    assert_eq!(admin.mutate("staffAssign", role, STAFF).await.refused(), "STAFF_LEFT");

    assert_eq!(dispatcher.query(waiting, json!({})).await["ticketsToDispatch"]["nodes"], json!([{ "id": ticket }]));
    let to_leaver = json!({ "assigneeId": leaver.wire, "reason": "不行" });
    assert_eq!(dispatcher.step("ticketTransfer", &ticket, to_leaver).await.refused(), "ASSIGNEE_UNSUITABLE");
    let to_heir = json!({ "assigneeId": heir.wire, "reason": "离职交接" });
    let moved = dispatcher.step("ticketTransfer", &ticket, to_heir).await.ok();
    assert_eq!(moved["ticket"]["assignee"]["id"], json!(heir.wire));
}

async fn only_administrators_change_staff(app: Arc<TestApp>) {
    let world = World::build(&app, 1).await;
    let other = World::build(&app, 2).await;
    let manager = world.worker(&app, 1, Role::Manager, &[]).await;
    let admin = world.admin(&app).await;
    let stranger = other.admin(&app).await;
    let leave = json!({ "staffId": manager.wire });
    let role = json!({ "staffId": manager.wire, "role": "ORGANIZATION_ADMIN" });
    for (client, code) in
        [(&manager.client, "FORBIDDEN"), (&stranger, "NOT_FOUND"), (&app.anonymous(), "UNAUTHENTICATED")]
    {
        assert_eq!(client.mutate("staffLeave", leave.clone(), STAFF).await.refused(), code);
        assert_eq!(client.mutate("staffAssign", role.clone(), STAFF).await.refused(), code);
        assert_eq!(client.mutate("staffUnassign", role.clone(), STAFF).await.refused(), code);
    }
    let foreign = json!({ "staffId": manager.wire, "role": "STEWARD", "communityId": wire_id(other.home.community) });
    assert_eq!(admin.mutate("staffAssign", foreign, STAFF).await.refused(), "NOT_FOUND");
    let own = admin.query("{ viewer { staff { id } } }", json!({})).await["viewer"]["staff"]["id"].clone();
    assert_eq!(admin.mutate("staffLeave", json!({ "staffId": own }), STAFF).await.refused(), "FORBIDDEN");
    let own_role = json!({ "staffId": own, "role": "ORGANIZATION_ADMIN" });
    assert_eq!(admin.mutate("staffUnassign", own_role, STAFF).await.refused(), "FORBIDDEN");
    let malformed = admin.mutate("staffLeave", json!({ "staffId": "nonsense" }), STAFF).await;
    assert_eq!(malformed.refused(), "INVALID_ID");
}
