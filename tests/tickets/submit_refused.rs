//! What submitting refuses: the exact code and field, and nothing changed.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use entities::values::{TicketId, UnitId};
use serde_json::{Value, json};
use support::{TestApp, World, both};
use uuid::Uuid;

use crate::tickets::shared::{Crew, execute, rows};

both!(bad_input_is_refused_with_its_field);
async fn bad_input_is_refused_with_its_field(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let community = wire_id(crew.world.home.community).to_string();
    let other_type = wire_id(app.clock.new_id::<TicketId>()).to_string();
    let slot = |start: &str, end: &str| json!({ "slotStart": start, "slotEnd": end });
    let cases: Vec<(Value, &str, &str)> = vec![
        (json!({ "unitId": "unit_nonsense" }), "INVALID_ID", "unitId"),
        (json!({ "unitId": "" }), "INVALID_ID", "unitId"),
        (json!({ "unitId": other_type }), "INVALID_ID", "unitId"),
        (json!({ "unitId": null, "buildingId": community, "kind": "PUBLIC_REPAIR" }), "INVALID_ID", "buildingId"),
        (json!({ "categoryId": "PLUMBING" }), "INVALID_ID", "categoryId"),
        (json!({ "categoryId": community }), "INVALID_ID", "categoryId"),
        (json!({ "description": "" }), "REQUIRED", "description"),
        (json!({ "description": " \n\t\u{3000} " }), "REQUIRED", "description"),
        (json!({ "description": " \u{0}\u{7}\u{1b} " }), "REQUIRED", "description"),
        (json!({ "description": "水".repeat(2001) }), "TOO_LONG", "description"),
        (json!({ "place": "东".repeat(301) }), "TOO_LONG", "place"),
        (json!({ "accessNote": "东".repeat(301) }), "TOO_LONG", "accessNote"),
        (json!({ "contactName": "王".repeat(61) }), "TOO_LONG", "contactName"),
        (json!({ "contactPhone": "12345" }), "INVALID_VALUE", "contactPhone"),
        (json!({ "contactPhone": "1391234567x" }), "INVALID_VALUE", "contactPhone"),
        (slot("2026-03-02T00:59:59Z", "2026-03-02T03:00:00Z"), "SLOT_IN_PAST", "slotStart"),
        (slot("2026-03-03T03:00:00Z", "2026-03-03T01:00:00Z"), "SLOT_INVALID", "slotEnd"),
        (slot("2026-03-03T01:00:00Z", "2026-03-03T01:00:00Z"), "SLOT_INVALID", "slotEnd"),
        (slot("2026-03-03T01:00:00Z", "2026-03-04T01:00:01Z"), "SLOT_INVALID", "slotEnd"),
        (json!({ "slotStart": "2026-03-03T01:00:00Z" }), "SLOT_INVALID", "slotEnd"),
        (json!({ "slotEnd": "2026-03-03T01:00:00Z" }), "SLOT_INVALID", "slotEnd"),
        (json!({ "unitId": null }), "PLACE_REQUIRED", "unitId"),
        (json!({ "unitId": null, "communityId": community, "place": "厨房" }), "PLACE_REQUIRED", "unitId"),
        (json!({ "unitId": null, "communityId": community, "kind": "PUBLIC_REPAIR" }), "PLACE_REQUIRED", "unitId"),
        (
            json!({ "unitId": null, "communityId": community, "kind": "PUBLIC_REPAIR", "place": " \u{0} " }),
            "PLACE_REQUIRED",
            "unitId",
        ),
        (json!({ "kind": "PATROL_FINDING" }), "INVALID_VALUE", "kind"),
        (json!({ "idempotencyKey": "" }), "REQUIRED", "idempotencyKey"),
        (json!({ "idempotencyKey": "k".repeat(101) }), "TOO_LONG", "idempotencyKey"),
        (json!({ "idempotencyKey": "钥匙" }), "INVALID_VALUE", "idempotencyKey"),
        (json!({ "idempotencyKey": "a key" }), "INVALID_VALUE", "idempotencyKey"),
    ];
    let before = rows(&app).await;
    for (change, code, field) in cases {
        let outcome = crew.owner.mutate("ticketSubmit", crew.repair(change.clone()), "ticket { id }").await;
        let found = (outcome.refused(), outcome.field());
        assert_eq!(found, (code.to_owned(), format!("input.{field}")), "{change}");
        assert!(outcome.payload["ticket"].is_null(), "{change}");
        assert_eq!(rows(&app).await, before, "{change}");
    }
    // The limits themselves are allowed.
    let limits = json!({
        "description": "水".repeat(2000), "accessNote": "东".repeat(300), "idempotencyKey": "k".repeat(100),
        "slotStart": "2026-03-02T01:00:00Z", "slotEnd": "2026-03-03T01:00:00Z",
    });
    crew.submitted(limits).await;
}

both!(what_belongs_to_others_is_refused_like_what_does_not_exist);
async fn what_belongs_to_others_is_refused_like_what_does_not_exist(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let foreign = World::build(&app, 2).await;
    let random = Uuid::now_v7();
    let public =
        |place: Value| crate::tickets::shared::merged(json!({ "unitId": null, "kind": "PUBLIC_REPAIR" }), place);
    // Each pair: a place or category of others, and one that nobody has.
    let building = |id: Uuid| public(json!({ "buildingId": wire_id(entities::values::BuildingId(id)).to_string() }));
    let grounds = |id: Uuid| {
        public(json!({ "communityId": wire_id(entities::values::CommunityId(id)).to_string(), "place": "东门" }))
    };
    let unit = |id: Uuid| json!({ "unitId": wire_id(UnitId(id)).to_string() });
    let category = wire_id(entities::values::CategoryId(random)).to_string();
    let neighbours = unit(crew.world.home.units[1].0);
    let pairs = [
        (unit(foreign.home.units[0].0), unit(random), "unitId", true),
        (neighbours, unit(random), "unitId", false),
        (unit(crew.world.elsewhere.units[0].0), unit(random), "unitId", true),
        (building(foreign.home.building.0), building(random), "buildingId", true),
        (building(crew.world.elsewhere.building.0), building(random), "buildingId", true),
        (grounds(foreign.home.community.0), grounds(random), "communityId", true),
        (grounds(crew.world.elsewhere.community.0), grounds(random), "communityId", true),
        (json!({ "categoryId": foreign.category("PLUMBING") }), json!({ "categoryId": category }), "categoryId", true),
    ];
    let before = rows(&app).await;
    for (others, missing, field, for_staff) in pairs {
        let people = [Some(&crew.owner), for_staff.then_some(&crew.desk.client)];
        for person in people.into_iter().flatten() {
            let mut answers = Vec::new();
            for change in [&others, &missing] {
                let outcome = person.mutate("ticketSubmit", crew.repair(change.clone()), "ticket { id }").await;
                assert_eq!(outcome.refused(), "NOT_FOUND", "{change}");
                assert_eq!(outcome.field(), format!("input.{field}"), "{change}");
                answers.push(outcome.answer.body);
            }
            assert_eq!(answers[0], answers[1], "the two must not be told apart");
        }
    }
    assert_eq!(rows(&app).await, before);
}

both!(a_retired_category_takes_no_new_tickets);
async fn a_retired_category_takes_no_new_tickets(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    execute(&app, &Sql::new("UPDATE ticket_category SET active = false WHERE code = 'HEATING'")).await;
    let before = rows(&app).await;
    let input = crew.repair(json!({ "categoryId": crew.world.category("HEATING") }));
    let outcome = crew.owner.mutate("ticketSubmit", input, "ticket { id }").await;
    assert_eq!((outcome.refused(), outcome.field()), ("CATEGORY_INACTIVE".to_owned(), "input.categoryId".to_owned()));
    assert_eq!(rows(&app).await, before);
    let offered = crew.owner.query("{ ticketCategories { code } }", json!({})).await;
    let codes: Vec<_> = offered["ticketCategories"].as_array().unwrap().iter().map(|row| &row["code"]).collect();
    assert!(!codes.contains(&&json!("HEATING")) && codes.contains(&&json!("PLUMBING")), "{codes:?}");
}

both!(refusals_speak_the_readers_language);
async fn refusals_speak_the_readers_language(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for (language, message, denied) in [
        ("zh-CN,zh;q=0.9,en;q=0.8", "最多 2000 个字符", "没有权限"),
        ("en-GB,en;q=0.9", "At most 2000 characters", "Not allowed"),
        ("fr", "最多 2000 个字符", "没有权限"),
    ] {
        let input = crew.repair(json!({ "description": "水".repeat(2001) }));
        let outcome = crew.owner.speaking(language).mutate("ticketSubmit", input, "ticket { id }").await;
        assert_eq!(outcome.payload["userErrors"][0]["message"], message, "{language}");
        assert_eq!(outcome.payload["userErrors"][0]["retryable"], false);
        let answer = crew.owner.speaking(language).post("{ ticketPool { nodes { id } } }", json!({})).await;
        assert_eq!(answer.body["errors"][0]["message"], denied, "{language}");
    }
}

both!(who_may_not_submit_is_refused);
async fn who_may_not_submit_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let collector = crew.world.worker(&app, 20, entities::values::Role::Collector, &[]).await;
    let finance = crew.world.worker(&app, 21, entities::values::Role::Finance, &[]).await;
    let before = rows(&app).await;
    for (client, code) in
        [(&app.anonymous(), "UNAUTHENTICATED"), (&collector.client, "FORBIDDEN"), (&finance.client, "FORBIDDEN")]
    {
        let outcome = client.mutate("ticketSubmit", crew.repair(json!({})), "ticket { id }").await;
        assert_eq!(outcome.answer.code(), code);
    }
    assert_eq!(rows(&app).await, before);
}
