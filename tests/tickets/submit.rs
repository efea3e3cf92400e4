//! Submitting: by residents, at the front desk, from a patrol.

use std::sync::Arc;

use api::graphql::id::wire_id;
use serde_json::json;
use support::{TestApp, both};

use crate::tickets::shared::{Crew, gained, look, rows};

const ALL: &str = "state version origin channel kind urgency payer number description place accessNote contactName
    contactPhone firstContactName submittedAt nextDueAt communityName unit { number } building { name }
    category { code } assignee { id } slot { start end } events { kind toState words byViewer }";

both!(a_resident_submits_for_the_own_unit);
async fn a_resident_submits_for_the_own_unit(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let before = rows(&app).await;
    let id = crew
        .submitted(json!({
            "description": "  厨房\u{0}水管漏水\n已关总阀 ",
            "accessNote": "请先打电话",
            "slotStart": "2026-03-02T18:00:00+08:00",
            "slotEnd": "2026-03-02T20:00:00+08:00",
            // Both are for staff to say.
            "channel": "VISIT",
            "payer": "PAID",
        }))
        .await;
    let one_of_each = [("ticket", 1), ("history_event", 1), ("outbox", 1), ("idempotency_key", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, one_of_each);

    let mut ticket = look(&crew.owner, &id, ALL).await;
    let number = ticket["number"].take();
    let (day, letters) = number.as_str().unwrap().split_once('-').unwrap();
    assert_eq!((day, letters.len()), ("260302", 6));
    let expected = json!({
        "state": "SUBMITTED", "version": 1, "origin": "RESIDENT", "channel": "APP", "kind": "HOME_REPAIR",
        "urgency": "ORDINARY", "payer": "FREE", "number": null, "description": "厨房水管漏水\n已关总阀", "place": null,
        "accessNote": "请先打电话", "contactName": "住户1-1", "contactPhone": "13900010001", "firstContactName": null,
        "submittedAt": "2026-03-02T01:00:00Z", "nextDueAt": "2026-03-02T01:30:00Z", "communityName": "邻里花园",
        "unit": { "number": "101" }, "building": { "name": "1栋" }, "category": { "code": "PLUMBING" }, "assignee": null,
        "slot": { "start": "2026-03-02T10:00:00Z", "end": "2026-03-02T12:00:00Z" },
        "events": [{ "kind": "SUBMITTED", "toState": "SUBMITTED", "words": "厨房水管漏水\n已关总阀", "byViewer": true }],
    });
    assert_eq!(ticket, expected);
}

both!(a_resident_submits_for_public_places);
async fn a_resident_submits_for_public_places(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let public = json!({ "unitId": null, "kind": "PUBLIC_REPAIR" });
    let building = json!({ "buildingId": wire_id(crew.world.home.building).to_string() });
    let in_building = crew.submitted(crate::tickets::shared::merged(public, building)).await;
    let ticket = look(&crew.owner, &in_building, "kind building { name } unit { id } place communityName").await;
    let expected = json!({
        "kind": "PUBLIC_REPAIR", "building": { "name": "1栋" }, "unit": null, "place": null, "communityName": "邻里花园",
    });
    assert_eq!(ticket, expected);

    let grounds = json!({
        "unitId": null, "kind": "PUBLIC_REPAIR", "communityId": wire_id(crew.world.home.community).to_string(),
        "place": " 东门车棚 ", "contactName": "王五", "contactPhone": "+86 137 0000 0000",
    });
    let on_grounds = crew.submitted(grounds).await;
    let ticket = look(&crew.owner, &on_grounds, "building { name } unit { id } place contactName contactPhone").await;
    let expected = json!({
        "building": null, "unit": null, "place": "东门车棚", "contactName": "王五", "contactPhone": "13700000000",
    });
    assert_eq!(ticket, expected);
}

both!(the_front_desk_submits_for_a_resident);
async fn the_front_desk_submits_for_a_resident(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let input = crew.repair(json!({
        "urgency": "EMERGENCY", "channel": "PHONE", "payer": "PAID", "contactName": "张三", "contactPhone": "13712345678",
    }));
    let id = crew.desk.client.submit(input).await;
    let told = "origin channel payer urgency contactName contactPhone firstContactName events { staffName byViewer }";
    let ticket = look(&crew.owner, &id, told).await;
    let expected = json!({
        "origin": "STAFF", "channel": "PHONE", "payer": "PAID", "urgency": "EMERGENCY", "contactName": "张三",
        "contactPhone": "13712345678", "firstContactName": "员工1-1",
        "events": [{ "staffName": "员工1-1", "byViewer": false }],
    });
    assert_eq!(ticket, expected);
}

both!(a_technician_submits_what_a_patrol_found);
async fn a_technician_submits_what_a_patrol_found(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let input = crew.repair(json!({
        "unitId": null, "buildingId": wire_id(crew.world.home.building).to_string(), "kind": "PATROL_FINDING",
        "categoryId": crew.world.category("ELEVATOR"), "description": "电梯异响",
    }));
    let id = crew.plumber.client.submit(input).await;
    let told = "kind origin channel payer contactName contactPhone firstContactName category { callbackClass }";
    let expected = json!({
        "kind": "PATROL_FINDING", "origin": "STAFF", "channel": "STAFF", "payer": "FREE", "contactName": null,
        "contactPhone": null, "firstContactName": "员工1-3", "category": { "callbackClass": "SAFETY" },
    });
    assert_eq!(look(&crew.desk.client, &id, told).await, expected);
    assert!(look(&crew.owner, &id, "id").await.is_null(), "a resident sees no patrol findings");
}

both!(who_pays_follows_the_kind);
async fn who_pays_follows_the_kind(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for (kind, payer) in [("HOME_REPAIR", "FREE"), ("PAID_SERVICE", "PAID"), ("HANDOVER_DEFECT", "WARRANTY")] {
        let id = crew.submitted(json!({ "kind": kind })).await;
        assert_eq!(look(&crew.owner, &id, "payer").await["payer"], payer, "{kind}");
    }
}
