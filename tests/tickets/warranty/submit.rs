//! Who pays for a new ticket.

use std::sync::Arc;

use api::graphql::id::wire_id;
use chrono::Duration;
use serde_json::{Value, json};
use support::{TestApp, both};

use super::shared::{complete, deliver, set};
use crate::tickets::shared::{Crew, look, merged, number};

both!(
    a_home_repair_is_the_developers_until_the_last_day,
    public_parts_count_from_completion,
    staff_say_otherwise_and_residents_do_not,
    heating_is_counted_in_seasons,
    a_contact_becomes_a_ticket_under_warranty,
    another_term_leaves_tickets_as_they_are,
);

const PAID: &str = "payer liableParty warrantyUntil";

fn found(payer: &str, liable: Value, until: Value) -> Value {
    json!({ "payer": payer, "liableParty": liable, "warrantyUntil": until })
}

async fn a_home_repair_is_the_developers_until_the_last_day(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let unknown = crew.submitted(json!({})).await;
    assert_eq!(look(&crew.owner, &unknown, PAID).await, found("FREE", Value::Null, Value::Null));
    // Two years end on the 3rd of March; it is the 2nd.
    deliver(&admin, &crew.world, json!("2024-03-03")).await.ok();
    let covered = crew.submitted(json!({})).await;
    assert_eq!(look(&crew.owner, &covered, PAID).await, found("WARRANTY", json!("DEVELOPER"), json!("2026-03-03")));
    // Midnight is Shanghai's: 16:00 UTC of the 3rd.
    app.advance(Duration::hours(38) + Duration::minutes(59));
    let last = crew.submitted(json!({})).await;
    assert_eq!(look(&crew.owner, &last, "payer").await["payer"], "WARRANTY");
    app.advance(Duration::minutes(1));
    let over = crew.submitted(json!({})).await;
    assert_eq!(look(&crew.owner, &over, PAID).await, found("FREE", json!("COMPANY"), json!("2026-03-03")));
    let leak = crew.submitted(json!({ "categoryId": crew.world.category("LEAK") })).await;
    assert_eq!(look(&crew.owner, &leak, PAID).await, found("WARRANTY", json!("DEVELOPER"), json!("2029-03-03")));
    // The law names no warranty for it.
    let other = crew.submitted(json!({ "categoryId": crew.world.category("OTHER") })).await;
    assert_eq!(look(&crew.owner, &other, PAID).await, found("FREE", Value::Null, Value::Null));
    let service = crew.submitted(json!({ "kind": "PAID_SERVICE" })).await;
    assert_eq!(look(&crew.owner, &service, PAID).await, found("PAID", Value::Null, Value::Null));
    // Where the owner is liable afterwards, a home repair is paid for.
    set(&admin, &crew.world, json!({ "years": 2 })).await.ok();
    let paid = crew.submitted(json!({})).await;
    assert_eq!(look(&crew.owner, &paid, PAID).await, found("PAID", json!("OWNER"), json!("2026-03-03")));
    // The event holds what was found.
    let held = "SELECT COUNT(*) FROM history_event WHERE kind = 'SUBMITTED' AND payload LIKE '%\"payer\":\"PAID\"%'
        AND payload LIKE '%\"liableParty\":\"OWNER\"%' AND payload LIKE '%\"warrantyUntil\":\"2026-03-03\"%'";
    assert_eq!(number(&app, held).await, 1);
}

async fn public_parts_count_from_completion(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    let public = json!({
        "unitId": null, "kind": "PUBLIC_REPAIR", "buildingId": wire_id(crew.world.home.building).to_string(),
    });
    // The unit's delivery is no matter of public parts.
    deliver(&admin, &crew.world, json!("2025-06-01")).await.ok();
    let unknown = crew.submitted(public.clone()).await;
    assert_eq!(look(&crew.owner, &unknown, PAID).await, found("FREE", Value::Null, Value::Null));
    complete(&admin, &crew.world, json!("2023-05-01")).await.ok();
    let over = crew.submitted(public.clone()).await;
    let fund = found("FREE", json!("MAINTENANCE_FUND"), json!("2025-05-01"));
    assert_eq!(look(&crew.owner, &over, PAID).await, fund);
    let leak = merged(public.clone(), json!({ "categoryId": crew.world.category("LEAK") }));
    let leak = crew.submitted(leak).await;
    assert_eq!(look(&crew.owner, &leak, PAID).await, found("WARRANTY", json!("DEVELOPER"), json!("2028-05-01")));
    // Where the company repairs what is out of warranty.
    let company = json!({ "part": "PUBLIC", "years": 2, "liableAfter": "COMPANY" });
    set(&admin, &crew.world, company).await.ok();
    let over = crew.submitted(public.clone()).await;
    assert_eq!(look(&crew.owner, &over, PAID).await, found("FREE", json!("COMPANY"), json!("2025-05-01")));
    // A community's grounds were completed with no building.
    let grounds = json!({
        "buildingId": null, "communityId": wire_id(crew.world.home.community).to_string(), "place": "东门",
    });
    let grounds = crew.submitted(merged(public, grounds)).await;
    assert_eq!(look(&crew.owner, &grounds, PAID).await, found("FREE", Value::Null, Value::Null));
}

async fn staff_say_otherwise_and_residents_do_not(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    deliver(&crew.world.admin(&app).await, &crew.world, json!("2025-03-03")).await.ok();
    let desk = &crew.desk.client;
    for (said, liable) in [("PAID", "OWNER"), ("FREE", "DEVELOPER"), ("WARRANTY", "DEVELOPER")] {
        let ticket = desk.submit(crew.repair(json!({ "payer": said }))).await;
        let expected = found(said, json!(liable), json!("2027-03-03"));
        assert_eq!(look(desk, &ticket, PAID).await, expected, "{said}");
        let ticket = crew.owner.submit(crew.repair(json!({ "payer": said }))).await;
        assert_eq!(look(desk, &ticket, "payer").await["payer"], "WARRANTY", "a resident cannot choose");
    }
}

async fn heating_is_counted_in_seasons(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    deliver(&admin, &crew.world, json!("2024-03-20")).await.ok();
    let heating = json!({ "categoryId": crew.world.category("HEATING") });
    let until = async || {
        let ticket = crew.submitted(heating.clone()).await;
        look(&crew.owner, &ticket, PAID).await["warrantyUntil"].clone()
    };
    assert_eq!(until().await, "2026-03-15");
    // Harbin heats longer; one day earlier or later decides a whole season.
    let community = wire_id(crew.world.home.community).to_string();
    let season = "settings { heatingFrom heatingTo serviceLeadDays urgeMinutes }";
    let harbin = json!({ "communityId": community, "heatingFrom": "10-20", "heatingTo": "04-20" });
    let now = admin.mutate("communityTicketSettingsSet", harbin, season).await.ok();
    let expected = json!({ "heatingFrom": "10-20", "heatingTo": "04-20", "serviceLeadDays": 3, "urgeMinutes": 30 });
    assert_eq!(now["settings"], expected);
    assert_eq!(until().await, "2026-04-20");
    deliver(&admin, &crew.world, json!("2024-10-21")).await.ok();
    assert_eq!(until().await, "2027-04-20");
    for wrong in ["02-30", "13-01", "1-1", "", "11/15"] {
        let input = json!({ "communityId": community, "heatingFrom": wrong });
        assert_eq!(admin.mutate("communityTicketSettingsSet", input, season).await.refused(), "MALFORMED", "{wrong}");
    }
}

async fn a_contact_becomes_a_ticket_under_warranty(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    deliver(&crew.world.admin(&app).await, &crew.world, json!("2025-03-03")).await.ok();
    let input = json!({
        "kind": "HOME_REPAIR", "channel": "PHONE", "words": "水管漏水", "unitId": crew.world.unit(),
        "ticket": { "kind": "HOME_REPAIR", "categoryId": crew.world.category("PLUMBING") }, "idempotencyKey": "c",
    });
    let made =
        crew.desk.client.mutate("contactRecord", input, &format!("contact {{ ticket {{ {PAID} }} }}")).await.ok();
    assert_eq!(made["contact"]["ticket"], found("WARRANTY", json!("DEVELOPER"), json!("2027-03-03")));
}

async fn another_term_leaves_tickets_as_they_are(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let admin = crew.world.admin(&app).await;
    deliver(&admin, &crew.world, json!("2023-03-03")).await.ok();
    set(&admin, &crew.world, json!({ "years": 5, "liableWithin": "COMPANY" })).await.ok();
    let ticket = crew.submitted(json!({})).await;
    let before = look(&crew.owner, &ticket, PAID).await;
    assert_eq!(before, found("WARRANTY", json!("COMPANY"), json!("2028-03-03")));
    set(&admin, &crew.world, json!({ "years": 1 })).await.ok();
    deliver(&admin, &crew.world, Value::Null).await.ok();
    assert_eq!(look(&crew.owner, &ticket, PAID).await, before);
}
