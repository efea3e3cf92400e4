//! Contacts that are not taken in: the exact code, the field, and nothing changed.

use std::sync::Arc;

use api::graphql::id::wire_id;
use entities::values::Role;
use serde_json::{Value, json};
use support::{TestApp, World, both};

use super::shared::{enquiry, id, lift, recorded};
use crate::tickets::shared::{Crew, merged, rows};

both!(nonsense_is_refused, places_must_agree, a_ticket_that_cannot_be_leaves_no_contact);

async fn nonsense_is_refused(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let ticket = id(&recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await["ticket"]);
    let before = rows(&app).await;
    let long = |characters: usize| "话".repeat(characters);
    for (more, code, field) in [
        (json!({ "words": " " }), "REQUIRED", "words"),
        (json!({ "words": long(2001) }), "TOO_LONG", "words"),
        (json!({ "callerName": long(61) }), "TOO_LONG", "callerName"),
        (json!({ "callerPhone": "12345" }), "INVALID_VALUE", "callerPhone"),
        (json!({ "answer": long(1001) }), "TOO_LONG", "answer"),
        (json!({ "answer": "好", "ticket": lift(&crew) }), "INVALID_VALUE", "answer"),
        (json!({ "answer": "好", "ticketId": ticket }), "INVALID_VALUE", "answer"),
        (json!({ "ticketId": ticket, "ticket": lift(&crew) }), "INVALID_VALUE", "ticketId"),
        (json!({ "unitId": null }), "PLACE_REQUIRED", "unitId"),
        (json!({ "unitId": "1" }), "INVALID_ID", "unitId"),
        (json!({ "communityId": crew.world.unit() }), "INVALID_ID", "communityId"),
        (json!({ "ticketId": crew.world.unit() }), "INVALID_ID", "ticketId"),
        (json!({ "idempotencyKey": "" }), "REQUIRED", "idempotencyKey"),
    ] {
        let outcome = crew.desk.client.mutate("contactRecord", enquiry(&crew, more.clone()), "contact { id }").await;
        assert_eq!((outcome.refused().as_str(), outcome.field()), (code, format!("input.{field}")), "{more}");
    }
    assert_eq!(rows(&app).await, before);
}

async fn places_must_agree(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let other = World::build(&app, 2).await;
    let everywhere = crew.world.worker_at(&app, 11, Role::FrontDesk, None, &[]).await.client;
    let (home, elsewhere) = (&crew.world.home, &crew.world.elsewhere);
    let wire = |community| wire_id(community).to_string();
    let mismatch = json!({ "communityId": wire(elsewhere.community) });
    let away = json!({ "unitId": wire_id(elsewhere.units[0]).to_string() });
    let foreign_unit = json!({ "unitId": other.unit() });
    let foreign_community = json!({ "communityId": wire(other.home.community) });
    let only_foreign = merged(foreign_community.clone(), json!({ "unitId": null }));
    // The same communities are no contradiction.
    recorded(&crew.desk.client, &crew, json!({ "communityId": wire(home.community) })).await;
    let before = rows(&app).await;
    for (who, by, more, code, field) in [
        ("everywhere", &everywhere, mismatch.clone(), "OTHER_COMMUNITY", "communityId"),
        // Who does not work there does not learn that it is there.
        ("desk", &crew.desk.client, mismatch, "NOT_FOUND", "communityId"),
        ("desk", &crew.desk.client, away, "NOT_FOUND", "unitId"),
        ("everywhere", &everywhere, foreign_unit, "NOT_FOUND", "unitId"),
        ("everywhere", &everywhere, foreign_community, "NOT_FOUND", "communityId"),
        ("everywhere", &everywhere, only_foreign, "NOT_FOUND", "communityId"),
    ] {
        let outcome = by.mutate("contactRecord", enquiry(&crew, more.clone()), "contact { id }").await;
        assert_eq!((outcome.refused().as_str(), outcome.field()), (code, format!("input.{field}")), "{who} {more}");
    }
    assert_eq!(rows(&app).await, before);
}

async fn a_ticket_that_cannot_be_leaves_no_contact(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let other = World::build(&app, 2).await;
    let everywhere = crew.world.worker_at(&app, 11, Role::FrontDesk, None, &[]).await.client;
    let away = wire_id(crew.world.elsewhere.building).to_string();
    let before = rows(&app).await;
    let ticket = |more: Value| json!({ "ticket": merged(lift(&crew), more) });
    for (more, code, field) in [
        (ticket(json!({ "kind": "PATROL_FINDING" })), "INVALID_VALUE", "ticket.kind"),
        (ticket(json!({ "categoryId": other.category("ELEVATOR") })), "NOT_FOUND", "ticket.categoryId"),
        (ticket(json!({ "categoryId": crew.world.unit() })), "INVALID_ID", "categoryId"),
        (ticket(json!({ "description": "话".repeat(2001) })), "TOO_LONG", "ticket.description"),
        (ticket(json!({ "contactPhone": "12" })), "INVALID_VALUE", "ticket.contactPhone"),
        (ticket(json!({ "kind": "HOME_REPAIR" })), "PLACE_REQUIRED", "ticket.unitId"),
        (ticket(json!({ "buildingId": away })), "OTHER_COMMUNITY", "ticket.buildingId"),
        (ticket(json!({ "slotStart": "2026-03-03T02:00:00Z" })), "SLOT_INVALID", "ticket.slotEnd"),
        (
            ticket(json!({ "slotStart": "2026-03-01T02:00:00Z", "slotEnd": "2026-03-01T04:00:00Z" })),
            "SLOT_IN_PAST",
            "ticket.slotStart",
        ),
    ] {
        let outcome = everywhere.mutate("contactRecord", enquiry(&crew, more.clone()), "contact { id }").await;
        assert_eq!((outcome.refused().as_str(), outcome.field()), (code, format!("input.{field}")), "{more}");
    }
    assert_eq!(rows(&app).await, before);
}
