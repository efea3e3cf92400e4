//! The front desk takes contacts in, and finishes them in the same step.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{enquiry, id, lift, recorded, see};
use crate::tickets::shared::{Crew, gained, look, merged, rows};

both!(
    a_call_is_taken_in,
    every_kind_and_channel_is_taken,
    an_enquiry_is_answered_at_once,
    a_repair_becomes_a_ticket_in_one_step,
    a_public_fault_is_where_the_desk_says,
    a_contact_joins_at_once,
    whoever_leaves_nothing_is_not_called_back,
);

async fn a_call_is_taken_in(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let before = rows(&app).await;
    let contact =
        recorded(&crew.desk.client, &crew, json!({ "words": " 物业费怎么交 ", "callerPhone": "+86 139 0001 0001" }))
            .await;
    let expected = json!({
        "id": contact["id"], "kind": "ENQUIRY", "channel": "PHONE", "state": "OPEN", "version": 1,
        "words": "物业费怎么交", "callerName": "王芳", "callerPhone": "13900010001", "callbackWanted": true,
        "joined": false, "callbackDue": false, "answer": null, "answeredByName": null,
        "firstContactName": "员工1-1", "ticketState": null, "ticket": null, "unit": { "id": crew.world.unit() },
    });
    assert_eq!(contact, expected);
    assert_eq!(gained(&app, &before).await, [("outbox", 1), ("idempotency_key", 1), ("contact", 1)]);
    let more = "createdAt communityName community { name } unit { number buildingName } callbackDueAt callbacks { id }";
    let expected = json!({
        "createdAt": "2026-03-02T01:00:00Z", "communityName": "邻里花园", "community": { "name": "邻里花园" },
        "unit": { "number": "101", "buildingName": "1栋" }, "callbackDueAt": null, "callbacks": [],
    });
    assert_eq!(see(&crew.desk.client, &id(&contact), more).await, expected);
}

async fn every_kind_and_channel_is_taken(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let steward = crew.world.worker(&app, 11, Role::Steward, &[]).await.client;
    let kinds =
        ["ENQUIRY", "SUGGESTION", "COMPLAINT", "PUBLIC_REPAIR", "HOME_REPAIR", "OTHER_SERVICE", "PRAISE", "OTHER"];
    let channels = ["APP", "PHONE", "VISIT", "WEB", "WECHAT", "HOTLINE", "STAFF", "OTHER"];
    for (kind, channel) in kinds.into_iter().zip(channels) {
        let contact = recorded(&steward, &crew, json!({ "kind": kind, "channel": channel })).await;
        assert_eq!((&contact["kind"], &contact["channel"]), (&json!(kind), &json!(channel)));
    }
    // Of a community as a whole, from somebody unknown.
    let community = wire_id(crew.world.home.community).to_string();
    let nobody = json!({ "unitId": null, "callerName": null, "callerPhone": null, "communityId": community });
    let contact = recorded(&steward, &crew, nobody).await;
    assert_eq!(
        (&contact["unit"], &contact["callerName"], &contact["state"]),
        (&json!(null), &json!(null), &json!("OPEN"))
    );
}

async fn an_enquiry_is_answered_at_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let before = rows(&app).await;
    let contact = recorded(&crew.desk.client, &crew, json!({ "answer": " 可以用手机交 " })).await;
    assert_eq!((&contact["state"], &contact["answer"]), (&json!("ANSWERED"), &json!("可以用手机交")));
    assert_eq!(contact["answeredByName"], "员工1-1");
    assert_eq!(gained(&app, &before).await, [("outbox", 1), ("idempotency_key", 1), ("contact", 1)]);
}

async fn a_repair_becomes_a_ticket_in_one_step(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let before = rows(&app).await;
    let ticket =
        json!({ "kind": "HOME_REPAIR", "categoryId": crew.world.category("PLUMBING"), "urgency": "EMERGENCY" });
    let more = json!({ "kind": "HOME_REPAIR", "words": "水管爆了", "channel": "VISIT", "ticket": ticket });
    let contact = recorded(&crew.desk.client, &crew, more).await;
    assert_eq!((&contact["state"], &contact["ticketState"]), (&json!("TICKETED"), &json!("SUBMITTED")));
    assert_eq!((&contact["joined"], &contact["version"]), (&json!(false), &json!(1)));
    let mut expected = vec![("ticket", 1), ("history_event", 1), ("outbox", 2), ("idempotency_key", 1)];
    expected.extend([("contact", 1), ("versions", 1)]);
    assert_eq!(gained(&app, &before).await, expected);
    let told = "origin channel kind urgency description contactName contactPhone firstContactName
        unit { id } contacts { id joined }";
    let expected = json!({
        "origin": "STAFF", "channel": "VISIT", "kind": "HOME_REPAIR", "urgency": "EMERGENCY", "description": "水管爆了",
        "contactName": "王芳", "contactPhone": "13900010001", "firstContactName": "员工1-1",
        "unit": { "id": crew.world.unit() }, "contacts": [{ "id": contact["id"], "joined": false }],
    });
    assert_eq!(look(&crew.desk.client, &id(&contact["ticket"]), told).await, expected);

    // What the desk says of the ticket wins over what the contact says.
    let other = json!({
        "kind": "HOME_REPAIR", "categoryId": crew.world.category("PLUMBING"), "description": "厨房水管爆裂",
        "contactName": "王芳的丈夫", "contactPhone": "13900019999", "accessNote": "门禁 1234", "payer": "PAID",
        "slotStart": "2026-03-03T02:00:00Z", "slotEnd": "2026-03-03T04:00:00Z",
    });
    let contact = recorded(&crew.desk.client, &crew, json!({ "ticket": other })).await;
    let told = "description contactName contactPhone accessNote payer slot { start end }";
    let expected = json!({
        "description": "厨房水管爆裂", "contactName": "王芳的丈夫", "contactPhone": "13900019999",
        "accessNote": "门禁 1234", "payer": "PAID",
        "slot": { "start": "2026-03-03T02:00:00Z", "end": "2026-03-03T04:00:00Z" },
    });
    assert_eq!(look(&crew.desk.client, &id(&contact["ticket"]), told).await, expected);
}

async fn a_public_fault_is_where_the_desk_says(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let place = "unit { id } building { name } place";
    let contact = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let expected = json!({ "unit": null, "building": { "name": "1栋" }, "place": null });
    assert_eq!(look(&crew.desk.client, &id(&contact["ticket"]), place).await, expected);
    // Without a building it is the grounds, which need words: the caller's flat is not where a street lamp is.
    let grounds = merged(lift(&crew), json!({ "buildingId": null, "place": "东门路灯" }));
    let contact = recorded(&crew.desk.client, &crew, json!({ "ticket": grounds })).await;
    let expected = json!({ "unit": null, "building": null, "place": "东门路灯" });
    assert_eq!(look(&crew.desk.client, &id(&contact["ticket"]), place).await, expected);
    let vague = enquiry(&crew, json!({ "ticket": merged(lift(&crew), json!({ "buildingId": null })) }));
    let outcome = crew.desk.client.mutate("contactRecord", vague, "contact { id }").await;
    let found = (outcome.refused(), outcome.field());
    assert_eq!(found, ("PLACE_REQUIRED".to_owned(), "input.ticket.unitId".to_owned()));
}

async fn a_contact_joins_at_once(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let first = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let ticket = id(&first["ticket"]);
    let before = rows(&app).await;
    let joined = recorded(&crew.desk.client, &crew, json!({ "ticketId": ticket })).await;
    assert_eq!(
        (&joined["state"], &joined["joined"], &joined["version"]),
        (&json!("TICKETED"), &json!(true), &json!(2))
    );
    assert_eq!(joined["ticket"]["id"], json!(ticket));
    let expected = [("history_event", 1), ("outbox", 3), ("idempotency_key", 1), ("contact", 1), ("versions", 1)];
    assert_eq!(gained(&app, &before).await, expected);
}

async fn whoever_leaves_nothing_is_not_called_back(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let community = wire_id(crew.world.home.community).to_string();
    for (more, wanted) in [
        (json!({}), true),
        (json!({ "callbackWanted": false }), false),
        (json!({ "callerPhone": null }), true),
        (json!({ "callerPhone": null, "unitId": null, "communityId": community }), false),
        (json!({ "unitId": null, "communityId": community }), true),
    ] {
        assert_eq!(recorded(&crew.desk.client, &crew, more.clone()).await["callbackWanted"], wanted, "{more}");
    }
}
