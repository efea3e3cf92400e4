//! What residents say through the app.

use std::sync::Arc;

use api::db::Sql;
use api::graphql::id::wire_id;
use entities::values::ResidencyRole;
use serde_json::json;
use support::{TestApp, both};

use super::shared::{contacts, enquiry, id, lift, recorded, see, step};
use crate::tickets::shared::{Crew, execute, look, rows};

both!(
    a_resident_asks_and_is_answered,
    a_resident_sees_only_what_the_resident_said,
    a_resident_may_not_do_the_desks_work
);

async fn a_resident_asks_and_is_answered(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    for kind in ["SUGGESTION", "COMPLAINT", "PRAISE", "ENQUIRY"] {
        // Channel and caller are the resident's own, whatever the client says.
        let more = json!({ "kind": kind, "channel": "VISIT", "callerName": "别人", "callerPhone": "13900019999" });
        let contact = recorded(&crew.owner, &crew, more).await;
        let found =
            ["kind", "channel", "state", "callerName", "callerPhone", "firstContactName"].map(|it| &contact[it]);
        let expected = [json!(kind), json!("APP"), json!("OPEN"), json!("住户1-1"), json!("13900010001"), json!(null)];
        assert_eq!(found, [&expected[0], &expected[1], &expected[2], &expected[3], &expected[4], &expected[5]]);
    }
    let asked = contacts(&crew.owner, "contacts").await[0].clone();
    step(&crew.desk.client, "contactAnswer", &asked, json!({ "words": "可以用手机交" })).await.ok();
    let told = see(&crew.owner, &asked, "state answer answeredByName firstContactName").await;
    let expected = json!({ "state": "ANSWERED", "answer": "可以用手机交", "answeredByName": "员工1-1", "firstContactName": "员工1-1" });
    assert_eq!(told, expected);
    // What becomes a ticket is the resident's own.
    let wish = contacts(&crew.owner, "contacts").await[1].clone();
    let payload = step(&crew.desk.client, "contactToTicket", &wish, json!({ "ticket": lift(&crew) })).await.ok();
    let ticket = id(&payload["contact"]["ticket"]);
    assert_eq!(look(&crew.owner, &ticket, "state").await["state"], "SUBMITTED");
    assert_eq!(see(&crew.owner, &wish, "ticket { id }").await["ticket"]["id"], json!(ticket));
}

async fn a_resident_sees_only_what_the_resident_said(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let family = crew.world.resident(&app, 2, crew.world.home.units[0], ResidencyRole::Family).await;
    let mine = id(&recorded(&crew.owner, &crew, json!({})).await);
    let theirs = id(&recorded(&crew.desk.client, &crew, json!({})).await);
    assert_eq!(contacts(&crew.owner, "contacts").await, [mine.clone()]);
    assert_eq!(contacts(&family, "contacts").await, Vec::<String>::new());
    assert_eq!(contacts(&crew.desk.client, "contacts").await, [theirs.clone(), mine.clone()]);
    assert!(see(&family, &mine, "id").await.is_null() && see(&crew.owner, &theirs, "id").await.is_null());
    // A joined ticket of others stays theirs: its state is told, the ticket is not shown.
    let lift_ticket = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let join = json!({ "ticketId": lift_ticket["ticket"]["id"] });
    step(&crew.desk.client, "contactJoin", &mine, join).await.ok();
    let told = see(&crew.owner, &mine, "state ticketState ticket { id } callbacks { id }").await;
    assert_eq!(told, json!({ "state": "TICKETED", "ticketState": "SUBMITTED", "ticket": null, "callbacks": [] }));
    // Who has moved out sees nothing of it any more.
    execute(&app, Sql::new("UPDATE residency SET").with(" ended_at = ", app.clock.now())).await;
    assert_eq!(contacts(&crew.owner, "contacts").await, Vec::<String>::new());
}

async fn a_resident_may_not_do_the_desks_work(app: Arc<TestApp>) {
    let crew = Crew::assemble(&app).await;
    let neighbour = wire_id(crew.world.home.units[1]).to_string();
    let community = wire_id(crew.world.home.community).to_string();
    let ticket = recorded(&crew.desk.client, &crew, json!({ "ticket": lift(&crew) })).await;
    let before = rows(&app).await;
    for (more, code, field) in [
        (json!({ "answer": "好" }), "FORBIDDEN", ""),
        (json!({ "ticket": lift(&crew) }), "FORBIDDEN", ""),
        (json!({ "ticketId": ticket["ticket"]["id"] }), "FORBIDDEN", ""),
        (json!({ "kind": "HOME_REPAIR" }), "INVALID_VALUE", "input.kind"),
        (json!({ "kind": "PUBLIC_REPAIR" }), "INVALID_VALUE", "input.kind"),
        (json!({ "kind": "OTHER_SERVICE" }), "INVALID_VALUE", "input.kind"),
        (json!({ "kind": "OTHER" }), "INVALID_VALUE", "input.kind"),
        (json!({ "unitId": neighbour }), "NOT_FOUND", "input.unitId"),
        (json!({ "unitId": null, "communityId": community }), "REQUIRED", "input.unitId"),
    ] {
        let outcome = crew.owner.mutate("contactRecord", enquiry(&crew, more.clone()), "contact { id }").await;
        assert_eq!((outcome.refused().as_str(), outcome.field().as_str()), (code, field), "{more}");
    }
    assert_eq!(rows(&app).await, before);
}
